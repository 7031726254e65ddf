//! All shards with what their time went to go in; each that was late gets its main reason.
//!
//! A shard is late when it took more than [`LATE`] longer than predicted, or else than the mean
//! of all. Its main reason is what alone made it later by most: what each cause took, less what
//! the plan, or the other shards in the middle, say it should have.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::plan::{Plan, PlannedShard};
use crate::model::skew::{Against, Cause, Parts, Reason, ShardSkew, Skew, signed};

/// One part in so many is late.
const PART: i64 = 20;
/// In milliseconds; less is noise in any run.
const LATE: i64 = 1_000;

/// What happens around a shard's tests; a prediction knows its sum alone.
const AROUND: [Cause; 4] = [Cause::Start, Cause::SetUp, Cause::Between, Cause::End];

/// Gives each late shard its reason.
pub(super) fn find(plan: &Plan, skew: &mut Skew) {
    let ran: Vec<Parts> =
        skew.shards.iter().filter(|shard| shard.took.is_some()).map(|shard| shard.parts).collect();
    let even = signed(skew.even);
    for shard in &mut skew.shards {
        let planned = plan.shards.iter().find(|planned| planned.number == shard.number);
        shard.reason = against_prediction(plan, planned, shard, &ran)
            .or_else(|| against_mean(shard, &ran, even));
    }
}

/// Whether so many milliseconds more than `of` count.
pub(super) fn is_late(by: i64, of: i64) -> bool {
    by >= LATE && by.saturating_mul(PART) > of
}

fn against_prediction(
    plan: &Plan,
    planned: Option<&PlannedShard>,
    shard: &ShardSkew,
    ran: &[Parts],
) -> Option<Reason> {
    let by = shard.after_prediction?;
    let predicted = signed(shard.predicted?);
    if !is_late(by, predicted) {
        return None;
    }
    let expected = Expected::of(plan, planned?);
    let parts = &shard.parts;
    let around: i64 = AROUND.into_iter().map(|cause| parts.of(cause)).sum();
    let more = |cause: &Cause| parts.of(*cause) - middle(ran, *cause);
    let odd = AROUND.into_iter().max_by_key(|cause| (more(cause), parts.of(*cause)));
    let excess = |cause: Cause| match cause {
        Cause::Start | Cause::SetUp | Cause::Between | Cause::End => {
            if Some(cause) == odd {
                around - expected.around
            } else {
                0
            }
        }
        Cause::Work => parts.of(cause) - expected.work,
        Cause::Order => parts.of(cause) - expected.order,
        Cause::Weights
        | Cause::Contention
        | Cause::Retries
        | Cause::Faults
        | Cause::Waits
        | Cause::TakenOver => parts.of(cause),
    };
    main(excess, Against::Prediction)
}

fn against_mean(shard: &ShardSkew, ran: &[Parts], even: i64) -> Option<Reason> {
    if !is_late(shard.after_mean?, even) {
        return None;
    }
    let mean = |cause: Cause| {
        let sum: i64 = ran.iter().map(|parts| parts.of(cause)).sum();
        sum / i64::try_from(ran.len()).unwrap_or(i64::MAX).max(1)
    };
    main(|cause| shard.parts.of(cause) - mean(cause), Against::Mean)
}

/// The cause that is most above what it should be.
fn main(excess: impl Fn(Cause) -> i64, against: Against) -> Option<Reason> {
    let all = Cause::ALL.into_iter().map(|cause| (excess(cause), Reverse(cause)));
    let (by, Reverse(cause)) = all.max()?;
    (by > 0).then_some(Reason { cause, by, against })
}

/// What the shards in the middle have of a cause.
pub(super) fn middle(ran: &[Parts], cause: Cause) -> i64 {
    let mut all: Vec<i64> = ran.iter().map(|parts| parts.of(cause)).collect();
    all.sort_unstable();
    all.get(all.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

/// What a plan says of a shard's time, in milliseconds.
struct Expected {
    work: i64,
    order: i64,
    around: i64,
}

impl Expected {
    /// From the estimates in their order, each taken by the worker that is free first.
    fn of(plan: &Plan, shard: &PlannedShard) -> Self {
        let workers = usize::try_from(plan.workers).unwrap_or(usize::MAX).max(1);
        let useful = workers.min(shard.groups.len()).max(1);
        let mut free: BinaryHeap<Reverse<i64>> = std::iter::repeat_n(Reverse(0), useful).collect();
        let (mut sum, mut last) = (0_i64, 0_i64);
        for group in &shard.groups {
            let estimate = signed(group.estimate);
            let Reverse(begin) = free.pop().unwrap_or_default();
            free.push(Reverse(begin + estimate));
            sum += estimate;
            last = last.max(begin + estimate);
        }
        let work = sum / i64::try_from(workers).unwrap_or(i64::MAX);
        Self { work, order: last - work, around: (signed(shard.predicted) - last).max(0) }
    }
}
