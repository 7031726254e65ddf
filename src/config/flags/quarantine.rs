//! Which tests may fail for a while.

use std::path::PathBuf;

use clap::Args;

use crate::model::quarantine::Day;

/// Which tests may fail for a while.
#[derive(Debug, Clone, Args)]

pub(crate) struct QuarantineFlags {
    /// Tests whose failures do not fail the run until a day, from the project folder [default:
    /// quarantine.toml]
    #[arg(long, value_name = "FILE", env = "SHARDWRIGHT_QUARANTINE")]
    pub(crate) quarantine: Option<PathBuf>,

    /// The day that entries of the quarantine are compared with, for tests of the tool
    #[arg(long, value_name = "DAY", hide = true, value_parser = day)]
    pub(crate) today: Option<Day>,
}

fn day(text: &str) -> Result<Day, String> {
    let day: jiff::civil::Date =
        text.parse().map_err(|_| "a day such as 2026-11-01 is expected".to_owned())?;
    crate::config::quarantine::day(day).ok_or_else(|| "no such year is expected".to_owned())
}
