//! Are the browsers of the installed Playwright there, where shards look for them?

use std::path::{Path, PathBuf};

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::config::flags::sandbox::Isolation;
use crate::runner::playwright::browsers::wanted;

pub(super) const BROWSERS: Check = Check { name: "browsers", look };

fn look(subject: &Subject<'_>) -> Found {
    if subject.is_played() {
        return Found::ok("not needed: a script plays the suite");
    }
    let Ok(install) = &subject.install else {
        return Found::unseen("they are those of the installed Playwright");
    };
    let wanted = wanted(&install.project);
    if wanted.is_empty() {
        return Found::unseen("the installed Playwright does not say which it needs");
    }
    if subject.args.sandbox.isolation == Isolation::Process {
        let there = names_in(&folder(subject));
        let install = subject.in_project("npx playwright install");
        return told(&wanted, &there, "this machine", |found| found.with_command(install));
    }
    match &subject.probe {
        Some(Ok(probe)) => told(&wanted, &probe.browsers, "the image", |found| {
            found.with_advice("name an image of the installed Playwright's version with --image")
        }),
        Some(Err(_)) => Found::unseen("no container could be started"),
        None => Found::ok("--probe looks whether the image has them"),
    }
}

/// `mend` says what to do where none is there.
fn told(
    wanted: &[String],
    there: &[String],
    place: &str,
    mend: impl FnOnce(Found) -> Found,
) -> Found {
    let have: Vec<&str> =
        wanted.iter().filter(|one| there.contains(one)).map(String::as_str).collect();
    let missing = wanted.iter().filter(|one| !there.contains(one)).map(String::as_str);
    let missing: Vec<&str> = missing.collect();
    match (have.as_slice(), missing.as_slice()) {
        ([], _) => mend(Found::warning(format!(
            "{place} has none of the browsers of the installed Playwright: {}",
            missing.join(", ")
        ))),
        (have, []) => Found::ok(format!("{place} has {}", have.join(", "))),
        // Few suites need all.
        (have, missing) => {
            Found::ok(format!("{place} has {}, and no {}", have.join(", "), missing.join(", ")))
        }
    }
}

/// Where Playwright looks on this machine.
fn folder(subject: &Subject<'_>) -> PathBuf {
    let named = subject.environment.get("PLAYWRIGHT_BROWSERS_PATH").map(PathBuf::from);
    let home = subject.environment.get("HOME").map(PathBuf::from).unwrap_or_default();
    named.unwrap_or_else(|| home.join(".cache/ms-playwright"))
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}
