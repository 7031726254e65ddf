//! Which CI is this, and which node of how many?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::config::ci;
use crate::config::ci::node::{Node, NodeError, node};
use crate::config::flags::run::Shard;

pub(super) const CI: Check = Check { name: "ci", look };

fn look(subject: &Subject<'_>) -> Found {
    let is_asked = subject.doctor.run.run.shard == Some(Shard::Auto);
    let name = ci::name(subject.environment);
    match node(subject.environment) {
        Ok(Node { part, whose, is_alone: false }) => {
            let seen = name.map_or_else(|| "no CI system that is known".to_owned(), str::to_owned);
            Found::ok(format!("{seen}; shard {}/{}, says {whose}", part.number, part.total))
        }
        Ok(Node { whose, is_alone: true, .. }) => {
            Found::ok(format!("{whose}, which runs no other node of this job"))
        }
        Err(error) if is_asked => Found::refused(&error.into()),
        Err(NodeError::Nowhere) if subject.environment.is_ci() => {
            Found::note("`CI` is set, by no CI system that is known")
        }
        Err(NodeError::Nowhere) => Found::ok("no CI machine"),
        Err(NodeError::Untold { whose, .. }) => {
            Found::ok(format!("{whose}, which tells no process its node: name it with --shard"))
        }
        Err(error) => {
            let hint = error.hint();
            Found::note(format!("{}: {error}", name.unwrap_or("no CI system that is known")))
                .with_advice(hint)
        }
    }
}
