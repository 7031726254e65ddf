//! Is there a Playwright configuration, and how much of it can be read without running it?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::runner::playwright::install::{find_config, real};

pub(super) const CONFIG: Check = Check { name: "config", look };

fn look(subject: &Subject<'_>) -> Found {
    if subject.is_played() {
        return Found::ok("not needed: a script plays the suite");
    }
    let config = match find_config(&subject.project, subject.args.suite.config.as_deref()) {
        Ok(config) => real(&config),
        Err(error) => return Found::refused(&error.into()),
    };
    let name = config.strip_prefix(&subject.project).unwrap_or(&config).display().to_string();
    let notes = subject.declared.as_ref().map(|declared| declared.notes.as_slice());
    match notes.unwrap_or_default() {
        [] => Found::ok(format!("`{name}` is there")),
        [only] => Found::note(format!("`{name}` is there; a scan of it assumes: {only}")),
        [first, rest @ ..] => Found::note(format!(
            "`{name}` is there; a scan of it assumes: {first}, and {} more",
            rest.len()
        )),
    }
}
