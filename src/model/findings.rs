//! What many runs say about single tests and files: the rows of `report flaky|failed|slow`.

use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::id::{ShardNumber, TestKey};
use crate::model::quarantine::Term;

/// What was found, and in how much.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Findings<T> {
    /// How many runs were looked at.
    pub(crate) runs: usize,
    /// When the first and the last of them began, where that is known.
    pub(crate) first: Option<UnixMillis>,
    pub(crate) last: Option<UnixMillis>,
    /// How many tests they know.
    pub(crate) tests: usize,
    pub(crate) found: T,
}

/// What matters most of so many, that first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Top<T> {
    /// How many there are.
    pub(crate) of: usize,
    /// As many as were asked for.
    pub(crate) rows: Vec<T>,
}

/// What is flaky, and what is quarantined although it is well again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Flaky {
    pub(crate) tests: Top<FlakyTest>,
    /// In the order of their file.
    pub(crate) healed: Vec<Healed>,
}

/// An entry of the quarantine whose tests passed in their last runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Healed {
    /// Which tests, as they are named.
    pub(crate) name: String,
    pub(crate) owner: String,
    /// How many runs each of its tests passed in a row, at least.
    pub(crate) runs: usize,
}

/// A test that was flaky.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FlakyTest {
    pub(crate) key: TestKey,
    /// Runs in which it was flaky; see `report/history/flaky.rs` for the rule.
    pub(crate) flaky: usize,
    /// Runs in which it came to a result.
    pub(crate) runs: usize,
    /// What the rate is at least, from 0 to 1: the lower bound of Wilson's 95 % interval.
    pub(crate) at_least: f64,
    /// The first and the last run in which it was flaky, where their times are known.
    pub(crate) first: Option<UnixMillis>,
    pub(crate) last: Option<UnixMillis>,
    /// Executions in all runs, and how many of them failed.
    pub(crate) executions: usize,
    pub(crate) failures: usize,
    /// The first line of the last error; empty where there is none.
    pub(crate) error: String,
    /// The shards of the last run that ran it.
    pub(crate) shards: Vec<ShardNumber>,
    /// How many runs it passed at once since it was last flaky or failed.
    pub(crate) calm: usize,
    /// What the quarantine says of it.
    pub(crate) quarantine: Option<Term>,
}

/// A test that failed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FailedTest {
    pub(crate) key: TestKey,
    /// Runs in which it failed for good.
    pub(crate) failed: usize,
    /// Runs in which it came to a result.
    pub(crate) runs: usize,
    /// How many of the latest runs it failed without a pass between; none where it passes again.
    pub(crate) streak: usize,
    /// The first run of the streak, or else of the last one there was.
    pub(crate) since: Option<UnixMillis>,
    /// The last run in which it failed.
    pub(crate) last: Option<UnixMillis>,
    /// The last run in which it passed.
    pub(crate) passed: Option<UnixMillis>,
    /// The first line of the last error; empty where there is none.
    pub(crate) error: String,
    /// Whether every failure of the streak, or else of the last one, had this first line.
    pub(crate) same: bool,
    /// The shards of the last run that ran it.
    pub(crate) shards: Vec<ShardNumber>,
}

/// What takes the time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slow {
    pub(crate) tests: Top<SlowTest>,
    pub(crate) files: Top<SlowFile>,
}

/// A test and what it takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SlowTest {
    pub(crate) key: TestKey,
    pub(crate) times: Times,
}

/// A spec file and what all executions of its tests take together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SlowFile {
    pub(crate) file: String,
    /// Its tests in the last run that ran it.
    pub(crate) tests: usize,
    pub(crate) times: Times,
}

/// How long something takes over some runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Times {
    /// In how many runs it was measured.
    pub(crate) runs: usize,
    pub(crate) median: Duration,
    /// By the nearest rank: at least 95 of 100 runs took no longer.
    pub(crate) p95: Duration,
    pub(crate) latest: Duration,
    pub(crate) slower: Option<Slower>,
}

/// Something takes longer than it did.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slower {
    /// The first run in which it was slower, where its time is known.
    pub(crate) since: Option<UnixMillis>,
    /// The medians of the runs before and from then on.
    pub(crate) before: Duration,
    pub(crate) after: Duration,
}
