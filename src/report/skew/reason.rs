//! All shards with what their time went to go in; each that was late gets its main reason.
//!
//! A shard is late when it took more than [`LATE`] longer than predicted, or else longer than the
//! mean of all. Its main reason is what alone made it later by most: what each cause took, less
//! what the plan, or the mean, says it should have. Where that explains less than half, the next
//! one is named, too.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::model::plan::{Plan, PlannedShard};
use crate::model::skew::{Against, Cause, Parts, Reason, ShardSkew, Skew, signed};

/// One part in so many is late.
const PART: i64 = 20;
/// In milliseconds; less is noise in any run.
const LATE: i64 = 1_000;
/// What a shard costs besides its tests.
const AROUND: [Cause; 4] = [Cause::Start, Cause::SetUp, Cause::Between, Cause::End];

/// Gives each late shard its reason.
pub(super) fn find(plan: &Plan, skew: &mut Skew) {
    let mut parts: BTreeMap<usize, Mean> = BTreeMap::new();
    for shard in skew.shards.iter().filter(|shard| shard.took.is_some()) {
        parts.entry(shard.part).or_default().add(shard);
    }
    for shard in &mut skew.shards {
        let planned = plan.shards.iter().find(|planned| planned.number == shard.number);
        let Some(mean) = parts.get(&shard.part) else { continue };
        let late = planned.and_then(|planned| against_prediction(plan, planned, shard));
        shard.reason = late.or_else(|| against_mean(shard, mean));
    }
}

/// What the shards of a part have of each cause together.
#[derive(Default)]
struct Mean {
    count: i64,
    parts: Parts,
}

impl Mean {
    fn add(&mut self, shard: &ShardSkew) {
        self.count += 1;
        shard.parts.all().for_each(|(cause, millis)| self.parts.add(cause, millis));
    }

    fn of(&self, cause: Cause) -> i64 {
        self.parts.of(cause) / self.count.max(1)
    }

    fn time(&self) -> i64 {
        self.parts.sum() / self.count.max(1)
    }
}

/// Whether so many milliseconds more than `of` count.
pub(super) fn is_late(by: i64, of: i64) -> bool {
    by >= LATE && by.saturating_mul(PART) > of
}

fn against_prediction(plan: &Plan, planned: &PlannedShard, shard: &ShardSkew) -> Option<Reason> {
    let by = shard.after_prediction?;
    let predicted = signed(shard.predicted?);
    if !is_late(by, predicted) {
        return None;
    }
    let expected = Expected::of(plan, planned);
    let parts = &shard.parts;
    // What happens around the tests: a prediction knows its sum alone, each has its part of it.
    let around: i64 = AROUND.iter().map(|cause| parts.of(*cause)).sum();
    let more = (around - expected.around).max(0);
    let excess = |cause: Cause| match cause {
        cause if AROUND.contains(&cause) => part(parts.of(cause), more, around),
        Cause::Work => parts.of(cause) - expected.work,
        Cause::Order => parts.of(cause) - expected.order,
        Cause::Start
        | Cause::SetUp
        | Cause::Between
        | Cause::End
        | Cause::Weights
        | Cause::Contention
        | Cause::Retries
        | Cause::Faults
        | Cause::Waits
        | Cause::TakenOver => parts.of(cause),
    };
    main(excess, by, Against::Prediction)
}

fn against_mean(shard: &ShardSkew, mean: &Mean) -> Option<Reason> {
    let by = shard.after_mean?;
    if !is_late(by, mean.time()) {
        return None;
    }
    main(|cause| shard.parts.of(cause) - mean.of(cause), by, Against::Mean)
}

/// So much of `of` as `millis` has of `whole`.
fn part(millis: i64, of: i64, whole: i64) -> i64 {
    let exact = i128::from(of) * i128::from(millis) / i128::from(whole.max(1));
    i64::try_from(exact).unwrap_or(of)
}

/// The cause that is most above what it should be; and the next one, where a shard that was so
/// late owes less than half of that to it.
fn main(excess: impl Fn(Cause) -> i64, late: i64, against: Against) -> Option<Reason> {
    let all = Cause::ALL.into_iter().map(|cause| (excess(cause), Reverse(cause)));
    let mut above: Vec<(i64, Reverse<Cause>)> = all.filter(|(by, _)| *by > 0).collect();
    above.sort_unstable();
    let (by, Reverse(cause)) = above.pop()?;
    let next = if by.saturating_mul(2) < late { above.pop() } else { None };
    Some(Reason { cause, by, also: next.map(|(by, Reverse(cause))| (cause, by)), against })
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
