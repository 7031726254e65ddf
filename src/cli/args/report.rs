//! What the commands below `report` take.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::config::flags::quarantine::QuarantineFlags;
use crate::model::event::UnixMillis;

const FLAKY_EXAMPLES: &str = "\
Examples:
  shardwright report flaky shardwright-report     in the last run
  shardwright report flaky all-runs --since 30d   in those of the last 30 days
  shardwright report flaky runs/*/results.json    in CTRF files of any tool
  shardwright report flaky all-runs --format markdown >> $GITHUB_STEP_SUMMARY";

const FAILED_EXAMPLES: &str = "\
Examples:
  shardwright report failed all-runs                 what fails, since when
  shardwright report failed all-runs --format json   all of it for programs";

const SLOW_EXAMPLES: &str = "\
Examples:
  shardwright report slow all-runs              the slowest tests and files
  shardwright report slow all-runs --limit 50   more of them";

const SKEW_EXAMPLES: &str = "\
Examples:
  shardwright report skew shardwright-report       why its shards took so long
  shardwright report skew all-runs --since 14d     do predictions get better?
  shardwright report skew all-runs --format json   all of it for programs";

/// Arguments of `report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(subcommand)]
    pub(crate) command: ReportCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Show which tests are flaky, how often, since when
    #[command(after_help = FLAKY_EXAMPLES)]
    Flaky(FlakyArgs),
    /// Show which tests fail, how often, since when
    #[command(after_help = FAILED_EXAMPLES)]
    Failed(RunsArgs),
    /// Show the slowest tests and files, and which of them got slower
    #[command(after_help = SLOW_EXAMPLES)]
    Slow(RunsArgs),
    /// Show which shards were late and why, and how the plan could be better
    #[command(after_help = SKEW_EXAMPLES)]
    Skew(SkewArgs),
}

/// Arguments of `report flaky`.
#[derive(Debug, Args)]
pub(crate) struct FlakyArgs {
    #[command(flatten)]
    pub(crate) runs: RunsArgs,
    #[command(flatten)]
    pub(crate) quarantine: QuarantineFlags,
}

/// Arguments of `report skew`.
#[derive(Debug, Args)]
pub(crate) struct SkewArgs {
    /// Folders with what `run`, `run --shard I/N` or `merge` wrote, at any depth
    #[arg(value_name = "DIR", required = true)]
    inputs: Vec<PathBuf>,
    /// Only runs that began since a day or moment (2026-11-01), or so long ago (14d)
    #[arg(long, value_name = "WHEN", value_parser = since)]
    since: Option<Since>,
    /// How many runs, shards and sentences to show [default: 20; all of them in JSON]
    #[arg(long, value_name = "N")]
    limit: Option<NonZeroUsize>,
    /// How to print it
    #[arg(long, value_enum, default_value = "table", env = "SHARDWRIGHT_FORMAT")]
    format: ReportFormat,
}

impl SkewArgs {
    /// The same as what the other commands take, which say other things of it.
    pub(crate) fn runs(&self) -> RunsArgs {
        let Self { inputs, since, limit, format } = self;
        RunsArgs { inputs: inputs.clone(), since: *since, limit: *limit, format: *format }
    }
}

/// Which runs are looked at, and how what was found is printed.
#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    /// Folders with what `run`, `run --shard I/N` or `merge` wrote, at any depth; or CTRF files
    #[arg(value_name = "DIR", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Only runs that began since a day or moment (2026-11-01), or so long ago (14d)
    #[arg(long, value_name = "WHEN", value_parser = since)]
    pub(crate) since: Option<Since>,
    /// How many tests to show [default: 20; all of them in JSON]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<NonZeroUsize>,
    /// How to print it
    #[arg(long, value_enum, default_value = "table", env = "SHARDWRIGHT_FORMAT")]
    pub(crate) format: ReportFormat,
}

impl RunsArgs {
    /// How many rows are shown.
    pub(crate) fn most(&self) -> usize {
        const FEW: usize = 20;
        let usual = if self.format == ReportFormat::Json { usize::MAX } else { FEW };
        self.limit.map_or(usual, NonZeroUsize::get)
    }
}

/// How to print what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// For a job summary or a comment
    Markdown,
}

/// The first moment that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    At(UnixMillis),
    /// So long before now.
    Ago(Duration),
}

impl Since {
    /// The moment.
    pub(crate) fn from(self, now: UnixMillis) -> UnixMillis {
        match self {
            Self::At(at) => at,
            Self::Ago(time) => {
                let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
                UnixMillis(now.0.saturating_sub(time))
            }
        }
    }
}

/// A day begins at midnight in UTC.
fn since(text: &str) -> Result<Since, String> {
    let moment = text.parse::<jiff::Timestamp>().ok();
    let day = || {
        let day = text.parse::<jiff::civil::Date>().ok()?;
        Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    // A moment without a zone is no moment, and not the day that it begins with.
    let is_day = text.len() == "2026-11-01".len();
    if let Some(at) = moment.or_else(|| if is_day { day() } else { None }) {
        let millis = u64::try_from(at.as_millisecond());
        return Ok(Since::At(UnixMillis(millis.unwrap_or_default())));
    }
    humantime::parse_duration(text).map(Since::Ago).map_err(|_| {
        "a day such as 2026-11-01, a moment such as 2026-11-01T06:00:00Z or a time such as 14d is \
         expected"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Since, since};
    use crate::model::event::UnixMillis;

    #[test]
    fn a_day_a_moment_and_a_time_are_told_apart() {
        let day = Since::At(UnixMillis(1_793_491_200_000));
        assert_eq!(since("2026-11-01"), Ok(day));
        assert_eq!(since("2026-11-01T01:00:00+01:00"), Ok(day));
        assert_eq!(since("14d"), Ok(Since::Ago(Duration::from_hours(14 * 24))));
        for wrong in ["", "2026-13-01", "2026-11-01T01:00:00", "yesterday", "-1d"] {
            assert!(since(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn so_long_ago_is_before_now_and_never_before_time() {
        let ago = Since::Ago(Duration::from_secs(2));
        assert_eq!(ago.from(UnixMillis(5_000)), UnixMillis(3_000));
        assert_eq!(ago.from(UnixMillis(1_000)), UnixMillis(0));
    }
}
