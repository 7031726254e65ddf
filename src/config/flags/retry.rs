//! What is tried again, how often, and how long to wait before.

use std::str::FromStr;
use std::time::Duration;

use clap::Args;

use crate::model::per_test::PerTest;
use crate::run::backoff::Backoff;
use crate::run::retry::Retries;

/// What is tried again.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Trying again")]
pub(crate) struct RetryFlags {
    /// Run failed tests again in a fresh sandbox, at most so often; a pass there is flaky. What
    /// Playwright retries by itself it has retried before
    #[arg(long, value_name = "N", default_value = "0", env = "SHARDWRIGHT_RETRIES")]
    pub(crate) retries: u32,

    /// After a fault (out of memory, a crash, the engine gone), run what has no result yet again
    /// in a fresh sandbox, at most so often for each shard
    #[arg(long, value_name = "N", default_value = "3", env = "SHARDWRIGHT_FAULT_RETRIES")]
    pub(crate) fault_retries: u32,

    /// How long to wait after a shard's first fault, and at most
    #[arg(long, value_name = "TIME..TIME", default_value = "1s..30s", env = "SHARDWRIGHT_BACKOFF")]
    pub(crate) backoff: Bounds,

    /// What each wait is times the one before
    #[arg(long, value_name = "F", default_value = "2", env = "SHARDWRIGHT_BACKOFF_FACTOR",
        value_parser = factor)]
    pub(crate) backoff_factor: f64,

    /// By what part a wait may be longer or shorter, so that shards do not come back together
    #[arg(long, value_name = "PART", default_value = "0.2", env = "SHARDWRIGHT_BACKOFF_JITTER",
        value_parser = jitter)]
    pub(crate) backoff_jitter: f64,

    /// All shards together may try again so often; then what is broken stays broken
    #[arg(long, value_name = "N", default_value = "10", env = "SHARDWRIGHT_RETRY_BUDGET")]
    pub(crate) retry_budget: u32,

    /// What the settings file says of some tests.
    #[arg(skip)]
    pub(crate) per_test: PerTest,
}

impl RetryFlags {
    /// The engine's options.
    pub(crate) fn options(&self) -> Retries {
        let Bounds { least, most } = self.backoff;
        Retries {
            after_faults: self.fault_retries,
            of_failed: self.retries,
            per_test: self.per_test.clone(),
            budget: self.retry_budget,
            backoff: Backoff {
                least,
                most,
                factor: self.backoff_factor,
                jitter: self.backoff_jitter,
            },
        }
    }
}

/// The shortest and the longest wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    least: Duration,
    most: Duration,
}

impl FromStr for Bounds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "two times such as 1s..30s are expected".to_owned();
        let (least, most) = text.split_once("..").ok_or_else(expected)?;
        let time = |text: &str| humantime::parse_duration(text.trim()).map_err(|_| expected());
        let (least, most) = (time(least)?, time(most)?);
        if least > most {
            return Err("the first time is the shortest wait, it cannot be the longer".to_owned());
        }
        Ok(Self { least, most })
    }
}

/// A wait never gets shorter, nor a little longer than anybody lives.
pub(in crate::config) const LEAST_FACTOR: f64 = 1.0;
pub(in crate::config) const MOST_FACTOR: f64 = 65_535.0;

fn factor(text: &str) -> Result<f64, String> {
    number(text, LEAST_FACTOR, MOST_FACTOR, "a number of at least 1 is expected")
}

fn jitter(text: &str) -> Result<f64, String> {
    number(text, 0.0, 1.0, "a number from 0 to 1 is expected")
}

fn number(text: &str, least: f64, most: f64, expected: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| expected.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Bounds, factor, jitter};

    #[test]
    fn bounds_are_two_times_the_shorter_first() {
        let bounds: Bounds = "500ms..2m".parse().unwrap();
        let millis = Duration::from_millis;
        assert_eq!(bounds, Bounds { least: millis(500), most: millis(120_000) });
        for bad in ["1s", "1..2", "..", "1s..", "x..y"] {
            let said = bad.parse::<Bounds>().unwrap_err();
            assert_eq!(said, "two times such as 1s..30s are expected");
        }
        assert!("2s..1s".parse::<Bounds>().is_err());
        assert!("0s..0s".parse::<Bounds>().is_ok());
    }

    #[test]
    fn a_factor_never_shrinks_and_jitter_is_a_part() {
        assert_eq!((factor("1.5"), jitter("0")), (Ok(1.5), Ok(0.0)));
        for bad in ["0.9", "NaN", "inf", "x"] {
            assert!(factor(bad).is_err(), "{bad}");
        }
        for bad in ["-0.1", "1.1", "NaN"] {
            assert!(jitter(bad).is_err(), "{bad}");
        }
    }
}
