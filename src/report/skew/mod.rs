//! A plan and its outcome go in; why each shard took as long as it did comes out.
//!
//! Every moment of a shard belongs to one [`Cause`]: what they say adds up to its time exactly.
//! How each is measured stands beside its name. What a test was estimated to need is known for
//! its group; of a group with several tests each gets the part of the estimate that it has of the
//! group's time.

pub(crate) mod advice;
pub(crate) mod markdown;
mod pace;
mod parts;
mod path;
mod reason;
#[cfg(test)]
mod tests;
pub(crate) mod told;
pub(crate) mod trend;
mod units;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::{AttemptEnd, UnixMillis};
use crate::model::outcome::{Attempt, Outcome, ShardOutcome};
use crate::model::plan::Plan;
use crate::model::skew::{Cause, Opening, ShardSkew, Skew, signed};
use parts::Account;
use units::Units;

/// Why each shard took as long as it did.
pub(crate) fn skew(plan: &Plan, outcome: &Outcome) -> Skew {
    let units = Units::of(plan, outcome);
    let shards = plan.shards.iter().filter_map(|planned| {
        let shard = outcome.shards.iter().find(|shard| shard.number == planned.number)?;
        Some((planned, shard))
    });
    let known = plan.known > 0;
    let mut shards: Vec<ShardSkew> = shards
        .map(|(planned, shard)| {
            let predicted = (known && shard.has_work).then_some(planned.predicted);
            of_shard(&units, outcome, shard, predicted)
        })
        .collect();
    let even = even(&shards);
    for shard in &mut shards {
        let later = |time: Option<Duration>, other: Option<Duration>| {
            Some(parts::signed_since(time?, other?))
        };
        shard.after_prediction = later(shard.took, shard.predicted);
        shard.after_mean = later(shard.took, even.get(&shard.part).copied());
    }
    let mut skew =
        Skew { shards, predicted: None, even: Duration::ZERO, pace: units.pace_of_all() };
    let slowest = skew.slowest();
    let its = slowest.and_then(|slowest| even.get(&slowest.part)).copied();
    skew.predicted =
        slowest.map_or_else(|| known.then(|| plan.predicted()), |slowest| slowest.predicted);
    skew.even = its.unwrap_or_default();
    reason::find(plan, &mut skew);
    skew
}

/// The mean time of the shards of each part: a re-run has other tests than the run before it.
fn even(shards: &[ShardSkew]) -> BTreeMap<usize, Duration> {
    let mut times: BTreeMap<usize, Vec<Duration>> = BTreeMap::new();
    for shard in shards {
        times.entry(shard.part).or_default().extend(shard.took);
    }
    let mean = |times: Vec<Duration>| {
        let count = u32::try_from(times.len()).unwrap_or(u32::MAX).max(1);
        times.iter().sum::<Duration>() / count
    };
    times.into_iter().map(|(part, times)| (part, mean(times))).collect()
}

/// One shard by itself; what the others took is not looked at.
fn of_shard(
    units: &Units<'_>,
    outcome: &Outcome,
    shard: &ShardOutcome,
    predicted: Option<Duration>,
) -> ShardSkew {
    let pace = units.pace(shard.number);
    let mut account = Account::of(units, shard, pace);
    // What lies between a job and the same job when CI ran it again is no time of the shard.
    let waits = account.parts.of(Cause::Waits);
    account.parts.add(Cause::Waits, -waits.min(signed(shard.paused())));
    let started = shard.attempts.first().map(|attempt| attempt.started);
    let faults = shard.attempts.iter().filter_map(|attempt| match &attempt.ended {
        Some((_, AttemptEnd::Faulted(fault))) => Some(fault.kind),
        Some((_, AttemptEnd::Finished(_) | AttemptEnd::Cancelled(_))) | None => None,
    });
    ShardSkew {
        number: shard.number,
        part: shard.part,
        predicted,
        took: started.map(|_| account.took()),
        settled: shard.is_settled(),
        queued: queued(outcome.started, started),
        after_prediction: None,
        after_mean: None,
        parts: account.parts,
        opening: shard.attempts.first().and_then(opening),
        pace,
        together: units.together(shard.number),
        misjudged: units.misjudged(shard.number, pace, &account.critical),
        tail: account.tail,
        faults: faults.collect(),
        retried: account.retried,
        taken_over: account.taken_over,
        reason: None,
    }
}

fn opening(attempt: &Attempt) -> Option<Opening> {
    let (up, listed) = (attempt.up?, attempt.listed?);
    Some(Opening { sandbox: up.since(attempt.started), loading: listed.since(up) })
}

fn queued(run: Option<UnixMillis>, shard: Option<UnixMillis>) -> Duration {
    match (run, shard) {
        (Some(run), Some(shard)) => shard.since(run),
        _ => Duration::ZERO,
    }
}
