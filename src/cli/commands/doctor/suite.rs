//! Which tests would be run, by a scan of the sources?

use std::collections::BTreeSet;

use crate::cli::commands::beforehand;
use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::cli::commands::stage;
use crate::cli::exit::Exit;
use crate::cli::failure::{Refused, explained};
use crate::config::flags::suite::Discover;
use crate::config::project;
use crate::model::suite::{GroupKind, Suite};
use crate::report::facts::number_of;
use crate::runner::playwright::scan::{self, ScanError, SelectError};

pub(super) const SUITE: Check = Check { name: "suite", look };

fn look(subject: &Subject<'_>) -> Found {
    let flags = &subject.args.suite;
    let workers = subject.args.plan.workers;
    if let Err(refused) = beforehand::passed_on(flags) {
        return Found::refused(&refused.into());
    }
    if let Err(error) = project::call(&subject.project, flags, workers) {
        return Found::refused(&error.into());
    }
    if let Err(error) = beforehand::choice(&subject.asked()) {
        return Found::refused(&error.into());
    }
    if let Some(found) = beforehand::unchosen(&subject.asked()).and_then(by_playwright) {
        return found;
    }
    let Ok(options) = project::scan_options(&subject.project, flags) else {
        return Found::unseen("there is no Playwright configuration");
    };
    // Where it had to assume something, or Playwright is told more, what runs may be other tests.
    let notes = subject.declared.as_ref().map(|declared| declared.notes.as_slice());
    let is_sure = notes.is_ok_and(<[String]>::is_empty) && flags.playwright.is_empty();
    match scanned(options) {
        Ok((suite, _)) if suite.groups.is_empty() && is_sure => {
            Found::refused(&stage::nothing().into())
        }
        Ok((suite, unmatched)) => told(&suite, &unmatched),
        Err(ScanError::Select(_)) if is_sure && flags.discover == Discover::Playwright => {
            Found::refused(&stage::nothing().into())
        }
        Err(error @ ScanError::Select(_)) if is_sure => Found::refused(&error.into()),
        // What runs is what Playwright lists: it may know better.
        Err(error) => {
            let message = explained(&error.into()).message;
            Found::warning(format!("the sources cannot be scanned: {message}"))
                .with_advice("ask Playwright itself, which runs code of the project")
                .with_command(subject.in_project("npx playwright test --list"))
        }
    }
}

/// What a run begins to say where Playwright refuses a choice, and why it will.
fn by_playwright(error: ScanError) -> Option<Found> {
    let begin = match &error {
        ScanError::Regex { .. } => "Playwright could not load the suite",
        ScanError::Project { .. } => "Playwright could not list the suite (exit code 1)",
        ScanError::Read { .. } | ScanError::Syntax(_) | ScanError::Select(_) => return None,
    };
    let message = format!("{begin}: {}", explained(&error.into()).message);
    let hint = Some("`shardwright discover --discover scan` shows what there is".to_owned());
    Some(Found::refused(&Refused { message, hint, exit: Exit::BadInput }.into()))
}

/// What there is, and the paths that no file matches: Playwright passes over them as long as others
/// match any.
fn scanned(mut options: scan::Options) -> Result<(Suite, Vec<String>), ScanError> {
    let mut unmatched = Vec::new();
    loop {
        let found = scan::scan(&options);
        let Err(ScanError::Select(SelectError::Nothing { glob })) = &found else {
            return found.map(|found| (found.suite, unmatched));
        };
        if options.globs.iter().all(|other| other == glob) {
            return found.map(|found| (found.suite, unmatched));
        }
        options.globs.retain(|other| other != glob);
        unmatched.push(glob.clone());
    }
}

fn told(suite: &Suite, unmatched: &[String]) -> Found {
    if suite.groups.is_empty() {
        return Found::warning("no test is found by a scan of the sources").with_advice(
            "is it the right folder (-C DIR) and configuration (-c FILE)? `shardwright discover` \
             asks Playwright",
        );
    }
    let tests: usize = suite.groups.iter().map(|group| group.tests.len()).sum();
    let files: BTreeSet<&str> = suite.groups.iter().map(|group| group.file.as_str()).collect();
    let opaque = suite.groups.iter().filter(|group| group.kind == GroupKind::Opaque);
    let opaque: BTreeSet<&str> = opaque.map(|group| group.file.as_str()).collect();
    let (tests, total) = (number_of(tests, "test"), number_of(files.len(), "file"));
    let shared = match suite.shared.len() {
        0 => String::new(),
        count => format!(", {} of set-up in every shard", number_of(count, "test")),
    };
    let more = match opaque.len() {
        0 => String::new(),
        count => {
            format!("; titles in {} are computed, so they may be more", number_of(count, "file"))
        }
    };
    let told = format!("{tests} in {total}{shared}, by a scan of the sources{more}");
    match unmatched {
        [] => Found::ok(told),
        [first, ..] => Found::warning(format!("`{first}` matches no file; {told}")),
    }
}
