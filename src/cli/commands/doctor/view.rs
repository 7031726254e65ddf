//! Can each shard get a copy-on-write view of the project?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::config::resources::is_far;
use crate::sandbox::docker::examine::About;

pub(super) const VIEW: Check = Check { name: "view", look };

/// Where the engine keeps its own layers by copying: then the kernel mounted it no overlay.
const COPIES: [&str; 1] = ["vfs"];

fn look(subject: &Subject<'_>) -> Found {
    let engine = match subject.answering() {
        Ok(engine) => engine,
        Err(why) => return Found::unseen(why),
    };
    match &subject.probe {
        Some(Ok(probe)) if probe.is_private => {
            return Found::ok("tried: each shard gets a private view of the project");
        }
        Some(Ok(probe)) => {
            let said = probe.remarks.last().cloned();
            return Found::warning(said.unwrap_or_else(|| "shards get no private view".to_owned()))
                .with_advice("name the folders that tests write to with --writable");
        }
        Some(Err(error)) => return Found::refused(error),
        None => {}
    }
    if is_far(&subject.args.sandbox, subject.environment) {
        return Found::warning(
            "`DOCKER_HOST` may name an engine of another machine, which cannot see the project",
        )
        .with_advice("run where the engine is");
    }
    let try_it = subject.ours(&["doctor", "--probe"]);
    match &engine.about {
        Some(About { storage, .. }) if COPIES.contains(&storage.as_str()) => Found::note(format!(
            "the engine stores by `{storage}`: shards may get the project read-only"
        ))
        .with_command(try_it),
        Some(About { storage, .. }) => Found::ok(format!(
            "the engine stores by `{storage}`; --probe tries whether shards get a private view"
        )),
        None => Found::note("the engine does not say how it stores").with_command(try_it),
    }
}
