//! The flags of a run go in; what can be refused before anything is started is refused. `run` and
//! `doctor` ask the same, so that they say the same.

use crate::cli::commands::exec_strategy;
use crate::cli::commands::stage::Asked;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::config::environment::Environment;
use crate::config::flags::plan::{PlanFlags, StrategyChoice};
use crate::config::flags::sandbox::{Isolation, SandboxFlags};
use crate::config::flags::suite::{Discover, SuiteFlags};
use crate::config::isolation::is_reference;
use crate::config::project;
use crate::report::text;
use crate::runner::playwright::scan::{self, ScanError};
use crate::sandbox::secrets::{HIDDEN, log_in};

/// Refuses what Playwright must not be told behind `--`: it would list its tests and run none.
pub(crate) fn passed_on(flags: &SuiteFlags) -> Result<(), Refused> {
    if !flags.playwright.iter().any(|word| word == "--list") {
        return Ok(());
    }
    Err(Refused {
        message: "`--list` behind `--` would let Playwright run nothing".to_owned(),
        hint: Some("`shardwright discover` lists the tests, `run --dry-run` what would run".into()),
        exit: Exit::Usage,
    })
}

/// What the user has to know of what is told to Playwright behind `--`; none where it is clear.
pub(crate) fn caveat(flags: &SuiteFlags) -> Option<&'static str> {
    let is_asked = flags.playwright.iter().any(|word| word.starts_with("--last-failed"));
    is_asked.then_some(
        "`--last-failed` goes by what Playwright itself ran last in this project, and without that \
         the whole suite runs; `--rerun DIR` runs again what failed in a report of ours",
    )
}

/// Refuses a name that is that of no image, whatever the engine.
pub(crate) fn image(flags: &SandboxFlags) -> Result<(), Refused> {
    let Some(image) = flags.image.as_deref().filter(|image| !is_reference(image)) else {
        return Ok(());
    };
    let shown = log_in(image).map_or(image.to_owned(), |secret| image.replace(secret, HIDDEN));
    Err(Refused {
        message: format!("`{}` is no name of an image", text::terminal(&shown)),
        hint: Some("leave --image out for the official image of the installed Playwright".into()),
        exit: Exit::Usage,
    })
}

/// Refuses less memory than any container starts with.
pub(crate) fn memory(flags: &SandboxFlags) -> Result<(), Refused> {
    /// What docker asks for.
    const LEAST: u64 = 6 << 20;
    if flags.isolation != Isolation::Docker || flags.memory_in_bytes() >= LEAST {
        return Ok(());
    }
    Err(Refused {
        message: format!("`--memory {}` is less than a container can have: 6m", flags.memory),
        hint: Some("browsers take more than 256m, and 2g is what a shard has by default".into()),
        exit: Exit::Usage,
    })
}

/// Refuses paths that no file matches, for sure, by what the configuration says. Whatever that or
/// what follows `--` leaves open is for Playwright to say, and so is all where it is to say the tests.
pub(crate) fn choice(asked: &Asked<'_>) -> Result<(), ScanError> {
    if asked.suite.discover == Discover::Playwright {
        return Ok(());
    }
    match unchosen(asked) {
        Some(error @ ScanError::Select(_)) => Err(error),
        _ => Ok(()),
    }
}

/// What is wrong for sure with the choice of tests. Of projects and regular expressions Playwright
/// says it in a run, in its own words.
pub(crate) fn unchosen(asked: &Asked<'_>) -> Option<ScanError> {
    if asked.sandbox.fake.is_some() || !asked.suite.playwright.is_empty() {
        return None;
    }
    let options = project::scan_options(&asked.project(), asked.suite).ok()?;
    scan::check(&options).err()
}

/// Refuses a program that is to deal and cannot be started. Of a re-run nothing may be left to deal.
pub(crate) fn strategy(
    asked: &Asked<'_>,
    flags: &PlanFlags,
    environment: &Environment,
) -> anyhow::Result<()> {
    let StrategyChoice::Program(program) = &flags.strategy else { return Ok(()) };
    if !flags.rerun.is_empty() {
        return Ok(());
    }
    Ok(exec_strategy::check(program, &asked.project(), environment.get("PATH"))?)
}
