//! The skew of many runs goes in, what they have in common comes out.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::skew::{Cause, Misjudged, ShardSkew, signed};
use crate::model::skew_trend::{Drift, Repeated, SkewRun, SkewTrend};

/// So many runs with a prediction say whether predictions get better.
const ENOUGH: usize = 4;
/// An estimate is wrong when it is off by more than one part in so many...
const PART: i64 = 4;
/// ... and by more than this, in milliseconds.
const LEAST: i64 = 500;

/// What these runs have in common.
pub(crate) fn trend(mut runs: Vec<SkewRun>) -> SkewTrend {
    runs.sort_by(|one, other| (one.at, &one.from).cmp(&(other.at, &other.from)));
    let shards = || runs.iter().flat_map(|run| &run.skew.shards).filter(|it| it.took.is_some());
    let count = i64::try_from(shards().count()).unwrap_or(i64::MAX).max(1);
    let mean = |cause| shards().map(|shard| shard.parts.of(cause)).sum::<i64>() / count;
    SkewTrend {
        average: Cause::ALL.into_iter().map(|cause| (cause, mean(cause))).collect(),
        drift: drift(&runs),
        repeated: repeated(&runs),
        runs,
    }
}

fn drift(runs: &[SkewRun]) -> Option<Drift> {
    let errors: Vec<f64> = runs.iter().filter_map(SkewRun::error).map(f64::abs).collect();
    if errors.len() < ENOUGH {
        return None;
    }
    let (before, now) = errors.split_at(errors.len() / 2);
    Some(Drift { before: middle(before), now: middle(now) })
}

fn middle(errors: &[f64]) -> f64 {
    let mut errors = errors.to_vec();
    errors.sort_by(f64::total_cmp);
    errors.get(errors.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

/// A test, or of several the file; and whether it was slower than estimated.
type Name<'a> = (&'a str, &'a str, Option<&'a TestKey>, bool);

fn repeated(runs: &[SkewRun]) -> Vec<Repeated> {
    let mut found: BTreeMap<Name<'_>, Vec<&Misjudged>> = BTreeMap::new();
    let shards = runs.iter().flat_map(|run| &run.skew.shards);
    for group in shards.flat_map(|shard: &ShardSkew| &shard.misjudged) {
        let (by, estimate) = (group.excess(), signed(group.estimate));
        if by.abs() > LEAST && by.abs().saturating_mul(PART) > estimate {
            let test = (group.tests == 1).then_some(&group.key);
            let name = (group.key.file.as_str(), group.key.project.as_str(), test, by > 0);
            found.entry(name).or_default().push(group);
        }
    }
    let several = found.into_values().filter(|seen| seen.len() > 1);
    let mut cost: Vec<(i64, Repeated)> = several.filter_map(|seen| told(&seen)).collect();
    cost.sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.key.cmp(&b.key)));
    cost.into_iter().map(|(_, repeated)| repeated).collect()
}

/// What all runs together were off by, and the group.
fn told(seen: &[&Misjudged]) -> Option<(i64, Repeated)> {
    let last = seen.last()?;
    let median = |of: fn(&Misjudged) -> Duration| {
        let mut all: Vec<Duration> = seen.iter().map(|group| of(group)).collect();
        all.sort_unstable();
        all.get(all.len().saturating_sub(1) / 2).copied().unwrap_or_default()
    };
    let cost = seen.iter().map(|group| group.excess().abs()).sum();
    let repeated = Repeated {
        key: last.key.clone(),
        tests: last.tests,
        runs: seen.len(),
        estimate: median(|group| group.estimate),
        actual: median(|group| group.actual),
    };
    Some((cost, repeated))
}
