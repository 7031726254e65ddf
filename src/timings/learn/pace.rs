//! The samples of a run and the history go in; how fast each shard's machine was comes out.
//!
//! A machine that is twice as slow, or one container that others crowd, makes all its tests
//! longer alike. Divided by what its tests are longer in the middle, the samples say what they
//! would have been on the machine of the history.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::id::{ShardNumber, TestKey};
use crate::model::timings::{Costs, Timings};
use crate::timings::learn::Sample;

/// So many tests say something about a machine.
const ENOUGH: usize = 5;
/// Shorter tests say more about the clock.
const LEAST: Duration = Duration::from_millis(50);
/// A test weighs as much as it is long, up to this: one giant is not the whole shard.
const GREATEST_WEIGHT: Duration = Duration::from_secs(1);
/// The pace of the history, in thousandths.
const EVEN: u32 = 1_000;
/// No machine is slower or faster by more.
const BOUNDS: (u32, u32) = (EVEN / 100, EVEN * 100);

/// How long each shard took for what takes the history 1000.
pub(super) struct Paces {
    shards: BTreeMap<ShardNumber, u32>,
    run: Option<u32>,
    /// For a run that says nothing: the pace of the last.
    last: u32,
}

impl Paces {
    /// From the first tries of tests with a history.
    pub(super) fn of<'a>(
        previous: &Timings,
        samples: impl Iterator<Item = (&'a TestKey, Sample)>,
    ) -> Self {
        let mut shards: BTreeMap<ShardNumber, Vec<Ratio>> = BTreeMap::new();
        let mut run = Vec::new();
        for (key, Sample { shard, duration }) in samples {
            let Some(old) = previous.tests.get(key).and_then(|timing| timing.duration) else {
                continue;
            };
            if old > LEAST && duration > LEAST {
                let ratio = Ratio::of(duration, old);
                shards.entry(shard).or_default().push(ratio);
                run.push(ratio);
            }
        }
        let shards = shards.into_iter().filter_map(|(shard, all)| Some((shard, middle(all)?)));
        let last = previous.costs.pace.saturating_mul(EVEN / Costs::EVEN);
        Self { shards: shards.collect(), run: middle(run), last: last.clamp(BOUNDS.0, BOUNDS.1) }
    }

    /// What `duration` in a shard would have been at the pace of the history.
    pub(super) fn even(&self, shard: ShardNumber, duration: Duration) -> Duration {
        let pace = self.shards.get(&shard).copied().or(self.run).unwrap_or(self.last);
        duration.saturating_mul(EVEN) / pace
    }

    /// The pace of the whole run in percent, where it says something.
    pub(super) fn run(&self) -> Option<u32> {
        Some(((self.run? + 5) / (EVEN / Costs::EVEN)).max(1))
    }
}

/// The pace to keep, in percent: the new one where it differs by more than a fifth.
pub(super) fn rewritten(old: u32, new: Option<u32>) -> u32 {
    new.filter(|new| new.abs_diff(old).saturating_mul(5) > old).unwrap_or(old)
}

/// How much longer a test took, in thousandths, and how much that weighs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ratio {
    thousandths: u32,
    weight: Duration,
}

impl Ratio {
    fn of(new: Duration, old: Duration) -> Self {
        let thousandths = new.as_micros() * u128::from(EVEN) / old.as_micros().max(1);
        let thousandths = u32::try_from(thousandths).unwrap_or(u32::MAX);
        Self {
            thousandths: thousandths.clamp(BOUNDS.0, BOUNDS.1),
            weight: old.min(GREATEST_WEIGHT),
        }
    }
}

/// The weighted median; none of few.
fn middle(mut ratios: Vec<Ratio>) -> Option<u32> {
    if ratios.len() < ENOUGH {
        return None;
    }
    ratios.sort_unstable();
    let half = ratios.iter().map(|ratio| ratio.weight).sum::<Duration>() / 2;
    let mut weight = Duration::ZERO;
    let middle = ratios.iter().find(|ratio| {
        weight += ratio.weight;
        weight >= half
    });
    middle.map(|ratio| ratio.thousandths)
}
