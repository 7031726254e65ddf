//! The skew of many runs beside each other.

use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::hindsight::Hindsight;
use crate::model::id::TestKey;
use crate::model::skew::{Cause, Skew};

/// Some runs and what they have in common.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SkewTrend {
    /// The earliest first; those of which nobody knows when they were come before all others.
    pub(crate) runs: Vec<SkewRun>,
    /// What each cause took in the mean of all shards that ran, in milliseconds, in the order of
    /// [`Cause::ALL`].
    pub(crate) average: Vec<(Cause, i64)>,
    /// Whether predictions get better; none of few runs.
    pub(crate) drift: Option<Drift>,
    /// Groups whose estimates were wrong in the same direction in several runs, those that cost
    /// most first.
    pub(crate) repeated: Vec<Repeated>,
}

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SkewRun {
    /// The folder that it was read from, as it was named.
    pub(crate) from: String,
    pub(crate) at: Option<UnixMillis>,
    pub(crate) skew: Skew,
    /// Of the last run alone.
    pub(crate) hindsight: Option<Hindsight>,
}

impl SkewRun {
    /// By how much the time of the slowest shard was off, as a part of what was predicted for it
    /// (0.5: half as long again, -0.5: half as long); none where nothing was predicted.
    pub(crate) fn error(&self) -> Option<f64> {
        let predicted = self.skew.predicted?.as_secs_f64();
        let took = self.skew.shards.iter().filter_map(|shard| shard.took).max()?;
        (predicted > 0.0).then(|| took.as_secs_f64() / predicted - 1.0)
    }
}

/// How far predictions were off, without their signs: in the middle of the earlier half of the
/// runs, and of the later half.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Drift {
    pub(crate) before: f64,
    pub(crate) now: f64,
}

/// A group that is estimated wrongly again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repeated {
    /// Its test that took longest in the last of these runs.
    pub(crate) key: TestKey,
    pub(crate) tests: usize,
    /// In how many runs.
    pub(crate) runs: usize,
    /// The medians of these runs.
    pub(crate) estimate: Duration,
    pub(crate) actual: Duration,
}
