//! How a plan is run and what is written.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::config::flags::plan::possible;
use crate::config::flags::quarantine::QuarantineFlags;
use crate::config::flags::queue::QueueFlags;
use crate::config::flags::resources::ResourceFlags;
use crate::model::id::ShardNumber;
use crate::storage::Place;

/// The output folder unless the user says otherwise.
pub(crate) const DEFAULT_OUTPUT: &str = "shardwright-report";

/// How a plan is run.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Running")]
pub(crate) struct RunFlags {
    /// Run one part, as one node of a CI matrix; `auto` asks the CI which; `merge` joins the parts
    #[arg(long, value_name = "I/N|auto", env = "SHARDWRIGHT_SHARD", conflicts_with = "shards")]
    pub(crate) shard: Option<Shard>,

    /// Run exactly this plan, a file of `plan -o` or a report's folder: it says how many shards
    /// there are, and no strategy is asked
    #[arg(long, value_name = "FILE", env = "SHARDWRIGHT_PLAN",
        conflicts_with_all = ["shards", "rerun"])]
    pub(crate) plan: Option<PathBuf>,

    /// Run the plan in this file; where there is no such file yet, plan and write it there, so that
    /// a job that is run again gets the same tests
    #[arg(long, value_name = "FILE", env = "SHARDWRIGHT_PIN",
        conflicts_with_all = ["plan", "rerun"])]
    pub(crate) pin: Option<PathBuf>,

    /// Who runs what is decided before, or while it runs: `dynamic` gives each shard half of its
    /// part, and the rest in small batches to whoever is free
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        default_value = "static",
        env = "SHARDWRIGHT_SCHEDULE"
    )]
    pub(crate) schedule: Schedule,

    /// What one shard may take before it is killed, as 90s or 20m
    #[arg(long, value_name = "TIME", default_value = "1h", env = "SHARDWRIGHT_SHARD_TIMEOUT",
        value_parser = limit)]
    pub(crate) shard_timeout: Duration,

    /// A shard of which nothing is heard for so long is ended and tried again: no test begins or
    /// ends, and nothing is printed
    #[arg(long, value_name = "TIME", default_value = "20m", env = "SHARDWRIGHT_STALL_TIMEOUT",
        value_parser = limit)]
    pub(crate) stall_timeout: Duration,

    /// What the whole run may take, from the first shard's start; then what runs is ended in order
    #[arg(long, value_name = "TIME", env = "SHARDWRIGHT_TIMEOUT", value_parser = limit)]
    pub(crate) timeout: Option<Duration>,

    /// Stop all shards after so many failed tests
    #[arg(long, value_name = "N", env = "SHARDWRIGHT_MAX_FAILURES", value_parser = failures)]
    pub(crate) max_failures: Option<NonZeroU32>,

    /// Stop all shards after the first failed test
    #[arg(short = 'x', conflicts_with = "max_failures")]
    pub(crate) x: bool,

    /// A flaky test makes the exit code 1
    #[arg(long, env = "SHARDWRIGHT_FAIL_ON_FLAKY")]
    pub(crate) fail_on_flaky: bool,

    /// Also write every event to this file as it happens, `-` for standard output
    #[arg(long, value_name = "FILE", env = "SHARDWRIGHT_EVENTS")]
    pub(crate) events: Option<PathBuf>,

    /// Also upload the results, shard by shard, to `s3://BUCKET/PREFIX` (or `gs://`, `az://`,
    /// `file:///FOLDER`); `merge` reads them there
    #[arg(long, value_name = "URL", env = "SHARDWRIGHT_ARTIFACTS")]
    pub(crate) artifacts: Option<Place>,

    /// How the run is shown
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        default_value = "auto",
        env = "SHARDWRIGHT_PROGRESS"
    )]
    pub(crate) progress: Progress,

    /// Print the plan and the commands that would run it, run nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) queue: QueueFlags,

    #[command(flatten)]
    pub(crate) resources: ResourceFlags,

    #[command(flatten)]
    pub(crate) report: ReportFlags,
}

impl RunFlags {
    /// The part that is run; none is all of it. What `auto` means is not known here.
    pub(crate) fn part(&self) -> Option<ShardOf> {
        match self.shard {
            Some(Shard::Of(part)) => Some(part),
            Some(Shard::Auto) | None => None,
        }
    }

    /// After so many failed tests the run stops.
    pub(crate) fn most_failures(&self) -> Option<NonZeroU32> {
        if self.x { Some(NonZeroU32::MIN) } else { self.max_failures }
    }
}

/// What is written at the end.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Reports")]
pub(crate) struct ReportFlags {
    /// The folder for reports and logs, from the project folder
    #[arg(short = 'o', long, value_name = "DIR", default_value = DEFAULT_OUTPUT,
        env = "SHARDWRIGHT_OUTPUT")]
    pub(crate) output: PathBuf,

    /// Write the new durations to the timings file
    #[arg(long, env = "SHARDWRIGHT_UPDATE_TIMINGS")]
    pub(crate) update_timings: bool,

    #[command(flatten)]
    pub(crate) quarantine: QuarantineFlags,
}

/// When it is decided who runs what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Schedule {
    /// By the plan, before anything runs
    Static,
    /// Half of it by the plan, the rest while the shards run
    Dynamic,
}

/// How a run is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Progress {
    /// Bars on a terminal, plain lines elsewhere
    Auto,
    /// A live view
    Bar,
    /// A line when something happens
    Plain,
    /// Nothing until the end
    None,
}

/// A whole number of at least 1.
pub(crate) fn failures(text: &str) -> Result<NonZeroU32, String> {
    text.parse().map_err(|_| "a whole number of at least 1 is expected".to_owned())
}

/// A time that is more than nothing.
pub(crate) fn limit(text: &str) -> Result<Duration, String> {
    let limit = humantime::parse_duration(text);
    let limit = limit.map_err(|_| "a time such as 30s or 20m is expected".to_owned())?;
    if limit.is_zero() {
        return Err("a time of more than zero is expected".to_owned());
    }
    Ok(limit)
}

/// What `--shard` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shard {
    Of(ShardOf),
    /// The one that the CI gives to this node.
    Auto,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "auto" { Ok(Self::Auto) } else { text.parse().map(Self::Of) }
    }
}

/// One shard of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ShardOf {
    pub(crate) number: ShardNumber,
    pub(crate) total: NonZeroU32,
}

impl FromStr for ShardOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "two numbers such as 2/4, or `auto` are expected".to_owned();
        let (number, total) = text.split_once('/').ok_or_else(expected)?;
        let number: u32 = number.trim().parse().map_err(|_| expected())?;
        let total: u32 = total.trim().parse().map_err(|_| expected())?;
        match (NonZeroU32::new(number), NonZeroU32::new(total)) {
            (Some(number), Some(total)) if number <= total => {
                Ok(Self { number: ShardNumber::from(number), total: possible(total)? })
            }
            (_, None) => Err("at least 1 shard is needed".to_owned()),
            _ => Err(format!("shards count from 1 to {total}, there is no shard {number}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ShardOf;

    #[test]
    fn a_part_is_one_of_so_many() {
        let part: ShardOf = "2/4".parse().unwrap();
        assert_eq!((part.number.get(), part.total.get()), (2, 4));
        for (bad, said) in [
            ("5/4", "shards count from 1 to 4, there is no shard 5"),
            ("0/4", "shards count from 1 to 4, there is no shard 0"),
            ("1/0", "at least 1 shard is needed"),
            ("1/10001", "at most 10000 shards are possible"),
            ("2", "two numbers such as 2/4, or `auto` are expected"),
            ("a/b", "two numbers such as 2/4, or `auto` are expected"),
        ] {
            assert_eq!(bad.parse::<ShardOf>().unwrap_err(), said);
        }
    }
}
