//! How the suite is dealt.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, builder::TypedValueParser};

use crate::plan::make::Options;
use crate::plan::{STRATEGIES, Strategy, strategy};

/// How the suite is dealt.
#[derive(Clone, Args)]
#[command(next_help_heading = "Planning")]
pub(crate) struct PlanFlags {
    /// How many shards
    #[arg(short = 'n', long, value_name = "N", default_value = "1", env = "SHARDWRIGHT_SHARDS",
        value_parser = shards)]
    pub(crate) shards: NonZeroU32,

    /// Which rule deals the tests
    #[arg(long, value_name = "NAME", default_value = "balanced", env = "SHARDWRIGHT_STRATEGY",
        value_parser = strategies())]
    pub(crate) strategy: &'static dyn Strategy,

    /// With `--strategy tag`: deal tests with this tag evenly to all shards
    #[arg(long, value_name = "@TAG", env = "SHARDWRIGHT_SPREAD")]
    pub(crate) spread: Vec<String>,

    /// Start tests with this tag first in every shard; may be repeated, the most urgent first
    #[arg(long, value_name = "@TAG", env = "SHARDWRIGHT_PRIORITY")]
    pub(crate) priority: Vec<String>,

    /// Playwright workers in each shard [default: as configured, else half of --cpus]
    #[arg(short = 'j', long, value_name = "W", env = "SHARDWRIGHT_WORKERS", value_parser = workers)]
    pub(crate) workers: Option<NonZeroU32>,

    /// Where the durations of earlier runs are kept, from the project folder
    #[arg(long, value_name = "FILE", default_value = "timings.json", env = "SHARDWRIGHT_TIMINGS")]
    pub(crate) timings: PathBuf,
}

impl std::fmt::Debug for PlanFlags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlanFlags")
            .field("shards", &self.shards)
            .field("strategy", &self.strategy.name())
            .finish_non_exhaustive()
    }
}

impl PlanFlags {
    /// The planner's options for shards of so many workers.
    pub(crate) fn options(&self, workers: u32) -> Options {
        let Self { shards, strategy, spread, priority, .. } = self;
        let (tags, priorities) = (spread.clone(), priority.clone());
        let previous = None;
        Options { shards: *shards, workers, strategy: *strategy, tags, priorities, previous }
    }
}

/// More machines than anybody has; a slip of the finger must not fill the memory.
const MOST_SHARDS: u32 = 10_000;

fn shards(text: &str) -> Result<NonZeroU32, String> {
    possible(positive(text, "at least 1 shard is needed")?)
}

/// The number, if it is one of shards that can be.
pub(super) fn possible(shards: NonZeroU32) -> Result<NonZeroU32, String> {
    if shards.get() > MOST_SHARDS {
        return Err(format!("at most {MOST_SHARDS} shards are possible"));
    }
    Ok(shards)
}

fn workers(text: &str) -> Result<NonZeroU32, String> {
    positive(text, "at least 1 worker is needed")
}

fn positive(text: &str, zero: &str) -> Result<NonZeroU32, String> {
    let number: u32 = text.parse().map_err(|_| "a whole number is expected".to_owned())?;
    NonZeroU32::new(number).ok_or_else(|| zero.to_owned())
}

fn strategies() -> impl TypedValueParser<Value = &'static dyn Strategy> {
    let values = STRATEGIES.iter().map(|rule| PossibleValue::new(rule.name()).help(rule.about()));
    let known = PossibleValuesParser::new(values);
    known.try_map(|name| strategy(&name).ok_or("no such strategy"))
}
