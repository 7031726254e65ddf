//! How the suite is dealt.

use std::ffi::OsStr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};

use crate::config::flags::run::limit;
use crate::model::per_test::PerTest;
use crate::plan::make::Options;
use crate::plan::{STRATEGIES, Strategy, strategy};

/// How the suite is dealt.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Planning")]
pub(crate) struct PlanFlags {
    /// How many shards; `auto` takes as many as pay, or the fewest that meet --target
    #[arg(short = 'n', long, value_name = "N", default_value = "1", env = "SHARDWRIGHT_SHARDS",
        value_parser = shards)]
    pub(crate) shards: Shards,

    /// What the slowest shard may take, as 90s or 5m: for `--shards auto`
    #[arg(long, value_name = "TIME", env = "SHARDWRIGHT_TARGET", value_parser = limit)]
    pub(crate) target: Option<Duration>,

    /// Which rule deals the tests
    #[arg(long, value_name = "NAME", default_value = "balanced", env = "SHARDWRIGHT_STRATEGY",
        value_parser = StrategyParser)]
    pub(crate) strategy: StrategyChoice,

    /// What the program of `--strategy exec:PATH` may take
    #[arg(long, value_name = "TIME", default_value = "60s", hide = true, value_parser = limit)]
    pub(crate) strategy_timeout: Duration,

    /// An earlier plan, or a report that has one: tests stay on its shards where that costs little
    #[arg(long, value_name = "FILE", env = "SHARDWRIGHT_PREVIOUS")]
    pub(crate) previous: Option<PathBuf>,

    /// Only what failed, timed out, was interrupted or did not run in these earlier results, and
    /// what is new since; a folder of `run` or `merge`, or of several nodes
    #[arg(long, value_name = "DIR", env = "SHARDWRIGHT_RERUN")]
    pub(crate) rerun: Vec<PathBuf>,

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

    /// What the settings file says of some tests.
    #[arg(skip)]
    pub(crate) per_test: PerTest,
}

impl PlanFlags {
    /// The planner's options for so many shards of so many workers. A program is not among the
    /// planner's strategies; its suite is dealt by the default where it is not asked.
    pub(crate) fn options(&self, shards: NonZeroU32, workers: u32) -> Options {
        let strategy = match &self.strategy {
            StrategyChoice::Known(strategy) => *strategy,
            StrategyChoice::Program(_) => STRATEGIES[0],
        };
        let (tags, priorities) = (self.spread.clone(), self.priority.clone());
        Options { shards, workers, strategy, tags, priorities, previous: None, reruns: None }
    }
}

/// How many shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shards {
    Count(NonZeroU32),
    /// As many as the plan says.
    Auto,
}

impl Shards {
    /// `auto` looks no further: more shards on one machine help nobody.
    pub(crate) const MOST_AUTO: NonZeroU32 = NonZeroU32::new(64).expect("it is not zero");

    /// The number, or the greatest that it can become.
    pub(crate) fn most(self) -> NonZeroU32 {
        match self {
            Self::Count(shards) => shards,
            Self::Auto => Self::MOST_AUTO,
        }
    }
}

/// Who deals the tests.
#[derive(Clone)]
pub(crate) enum StrategyChoice {
    Known(&'static dyn Strategy),
    /// A program, as the user names it behind `exec:`.
    Program(PathBuf),
}

impl std::fmt::Debug for StrategyChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Known(strategy) => f.write_str(strategy.name()),
            Self::Program(path) => write!(f, "exec:{}", path.display()),
        }
    }
}

/// What stands before the path of a program.
const EXEC: &str = "exec:";

/// What is no strategy of ours, and what it does.
pub(crate) const OWN_STRATEGY: (&str, &str) =
    ("exec:PATH", "a program of yours: JSON in, JSON out");

/// The name of a strategy, or `exec:PATH`.
#[derive(Clone)]
struct StrategyParser;

impl StrategyParser {
    fn values() -> impl Iterator<Item = PossibleValue> {
        let known =
            STRATEGIES.iter().map(|rule| PossibleValue::new(rule.name()).help(rule.about()));
        let (own, about) = OWN_STRATEGY;
        known.chain([PossibleValue::new(own).help(about)])
    }
}

impl TypedValueParser for StrategyParser {
    type Value = StrategyChoice;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<StrategyChoice, clap::Error> {
        if value.to_str().is_some_and(|text| text.starts_with(EXEC)) {
            let program = |text: String| match text.strip_prefix(EXEC) {
                None | Some("") => Err("the path of a program is expected behind `exec:`"),
                Some(path) => Ok(StrategyChoice::Program(PathBuf::from(path))),
            };
            let program = StringValueParser::new().try_map(program);
            return program.parse_ref(command, argument, value);
        }
        let known = PossibleValuesParser::new(Self::values());
        let known = known.try_map(|name| strategy(&name).ok_or("no such strategy"));
        known.parse_ref(command, argument, value).map(StrategyChoice::Known)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Self::values()))
    }
}

/// More machines than anybody has; a slip of the finger must not fill the memory.
pub(in crate::config) const MOST_SHARDS: u32 = 10_000;

fn shards(text: &str) -> Result<Shards, String> {
    if text == "auto" {
        return Ok(Shards::Auto);
    }
    count(text).map(Shards::Count)
}

fn count(text: &str) -> Result<NonZeroU32, String> {
    possible(positive(text, "at least 1 shard is needed")?)
}

/// Numbers of shards to look at, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counts(pub(crate) Vec<NonZeroU32>);

/// Each of them is planned, and nobody reads longer tables.
const MOST_COUNTS: usize = 200;

impl FromStr for Counts {
    type Err = String;

    /// `1..16` or `1,2,4,8`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut counts = Vec::new();
        for part in text.split(',').map(str::trim) {
            match part.split_once("..") {
                None => counts.push(count(part)?),
                Some((first, last)) => {
                    let (first, last) = (count(first)?, count(last)?);
                    if first > last {
                        return Err(format!("`{part}` counts downwards: `{last}..{first}`"));
                    }
                    let range = (first.get()..=last.get()).filter_map(NonZeroU32::new);
                    counts.extend(range.take(MOST_COUNTS + 1));
                }
            }
        }
        counts.sort_unstable();
        counts.dedup();
        if counts.len() > MOST_COUNTS {
            return Err(format!("at most {MOST_COUNTS} numbers of shards are possible"));
        }
        Ok(Self(counts))
    }
}

/// The number, if it is one of shards that can be.
pub(in crate::config) fn possible(shards: NonZeroU32) -> Result<NonZeroU32, String> {
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

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn counts_are_ranges_and_lists() {
        let counts = |text: &str| -> Result<Vec<u32>, String> {
            Ok(text.parse::<Counts>()?.0.into_iter().map(u32::from).collect())
        };
        assert_eq!(counts("1..4"), Ok(vec![1, 2, 3, 4]));
        assert_eq!(counts("8,2, 4,2"), Ok(vec![2, 4, 8]));
        assert_eq!(counts("1..2,10..11,10"), Ok(vec![1, 2, 10, 11]));
        assert_eq!(counts("7"), Ok(vec![7]));
        for (bad, said) in [
            ("4..1", "`4..1` counts downwards: `1..4`"),
            ("0..3", "at least 1 shard is needed"),
            ("1..", "a whole number is expected"),
            ("1...3", "a whole number is expected"),
            ("", "a whole number is expected"),
            ("1..10000", "at most 200 numbers of shards are possible"),
            ("1..20000", "at most 10000 shards are possible"),
        ] {
            assert_eq!(counts(bad), Err(said.to_owned()), "{bad}");
        }
    }
}
