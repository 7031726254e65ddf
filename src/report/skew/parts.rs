//! A shard's executions go in, what its time went to comes out, to the millisecond.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::model::event::{AttemptEnd, AttemptId, Reason};
use crate::model::outcome::{Attempt, ShardOutcome};
use crate::model::skew::{Cause, Parts, Tail, signed};
use crate::report::skew::units::{Execution, Kind, Units};
use crate::report::skew::{pace, path};

/// What a shard's time went to.
#[derive(Default)]
pub(super) struct Account {
    pub(super) parts: Parts,
    /// A test has begun.
    began: bool,
    /// The groups of which something is on the critical path.
    pub(super) critical: BTreeSet<usize>,
    pub(super) tail: Option<Tail>,
    pub(super) retried: usize,
    pub(super) taken_over: usize,
    /// Up to here all time is accounted for, in milliseconds since 1970.
    now: u64,
}

/// One attempt, as far as it matters to all that is in it.
struct Try<'u, 'a> {
    executions: &'u [Execution<'a>],
    /// Where all goes that is no test's first execution; none in the first attempt.
    again: Option<Cause>,
    /// Nothing is accounted for after it.
    limit: u64,
    is_bad: bool,
    pace: Option<f64>,
}

impl Account {
    pub(super) fn of(units: &Units<'_>, shard: &ShardOutcome, pace: Option<f64>) -> Self {
        let mut account = Self::default();
        let Some(first) = shard.attempts.first() else { return account };
        account.now = first.started.0;
        let mut before: Option<&Attempt> = None;
        let mut was_bad = false;
        for (number, attempt) in (1..).zip(&shard.attempts) {
            let executions = units.executions(AttemptId { shard: shard.number, attempt: number });
            let again = before.map(|before| why_again(before, was_bad, executions));
            let wait = if again == Some(Cause::TakenOver) { again } else { None };
            account.pass(attempt.started.0, wait.unwrap_or(Cause::Waits));
            let limit = match &attempt.ended {
                Some((at, _)) => at.0,
                None => executions.iter().map(|execution| execution.ended).max().unwrap_or(0),
            };
            let is_bad = is_bad(attempt);
            was_bad |= is_bad;
            account.attempt(units, &Try { executions, again, limit, is_bad, pace });
            before = Some(attempt);
        }
        account
    }

    /// From the first attempt's start to the last moment that is accounted for.
    pub(super) fn took(&self) -> Duration {
        time(&self.parts)
    }

    fn attempt(&mut self, units: &Units<'_>, this: &Try<'_, '_>) {
        let of_kind = |kind| this.executions.iter().filter(|it| it.kind == kind).count();
        self.retried += of_kind(Kind::Again);
        self.taken_over += of_kind(Kind::Foreign);
        // Whoever wrote the numbers: no more workers than executions did any of it.
        let lanes = this.executions.iter().map(|it| (it.worker as usize).saturating_add(1)).max();
        let workers = units.workers().max(lanes.unwrap_or(1).min(this.executions.len()));
        if this.again.is_none() {
            self.tail = path::tail(this.executions, workers);
        }
        if let (false, Some(first)) = (self.began, this.executions.first()) {
            self.pass(first.began.min(this.limit), this.again.unwrap_or(Cause::Start));
            self.began = true;
        }
        let path = path::critical(units, this.executions);
        let on_path: i64 = path.iter().map(|&at| self.execution(this, &this.executions[at])).sum();
        let off_path: BTreeSet<usize> = path.into_iter().collect();
        let off_path = (0..this.executions.len()).filter(|at| !off_path.contains(at));
        let others: i64 = off_path.map(|at| estimate(this, &this.executions[at])).sum();
        let even = (on_path + others) / i64::try_from(workers).unwrap_or(i64::MAX);
        self.parts.add(Cause::Work, even);
        self.parts.add(Cause::Order, on_path - even);
        let end = if this.is_bad { Cause::Faults } else { this.again.unwrap_or(Cause::End) };
        self.pass(this.limit, end);
    }

    /// Accounts for one execution on the path and what was before it; gives what it was estimated
    /// to take, which is not accounted for yet.
    fn execution(&mut self, this: &Try<'_, '_>, it: &Execution<'_>) -> i64 {
        let around = match it.kind {
            Kind::Again => Cause::Retries,
            Kind::Foreign => Cause::TakenOver,
            Kind::Shared | Kind::First | Kind::Lost => this.again.unwrap_or(Cause::Between),
        };
        self.pass(it.began.min(this.limit), around);
        let ended = it.ended.min(this.limit);
        self.pass(self.now.saturating_add(it.warmup).min(ended), around);
        let whole = match it.kind {
            Kind::Shared => Some(this.again.unwrap_or(Cause::SetUp)),
            Kind::Again => Some(Cause::Retries),
            Kind::Foreign => Some(Cause::TakenOver),
            Kind::Lost if this.is_bad => Some(Cause::Faults),
            Kind::Lost | Kind::First => None,
        };
        if let Some(cause) = whole {
            self.pass(ended, cause);
            return 0;
        }
        self.critical.extend(it.unit);
        let took = i64::try_from(ended.saturating_sub(self.now)).unwrap_or(i64::MAX);
        self.now = self.now.max(ended);
        let Some(estimate) = it.estimate else { return took };
        let paced = pace::at(this.pace, estimate);
        self.parts.add(Cause::Contention, paced - estimate);
        self.parts.add(Cause::Weights, took - paced);
        estimate
    }

    /// All time up to a moment goes to one cause.
    fn pass(&mut self, to: u64, cause: Cause) {
        if to > self.now {
            self.parts.add(cause, i64::try_from(to - self.now).unwrap_or(i64::MAX));
            self.now = to;
        }
    }
}

/// What an execution adds to the estimated work of its attempt.
fn estimate(this: &Try<'_, '_>, it: &Execution<'_>) -> i64 {
    match it.kind {
        Kind::First => it.estimate.unwrap_or_else(|| it.took()),
        Kind::Lost if !this.is_bad => it.took(),
        Kind::Lost | Kind::Shared | Kind::Again | Kind::Foreign => 0,
    }
}

/// Why there was another attempt; `was_bad`: one of those so far had a bad end.
fn why_again(before: &Attempt, was_bad: bool, executions: &[Execution<'_>]) -> Cause {
    let any = |kind| executions.iter().any(|execution| execution.kind == kind);
    match &before.ended {
        _ if any(Kind::Foreign) && !any(Kind::First) => Cause::TakenOver,
        // What never came to an end before was put off after a bad end, or is the next batch.
        Some((_, AttemptEnd::Finished(_))) if any(Kind::First) && !any(Kind::Again) => {
            if was_bad {
                Cause::Faults
            } else {
                Cause::Between
            }
        }
        Some((_, AttemptEnd::Finished(_))) => Cause::Retries,
        Some((_, AttemptEnd::Faulted(_) | AttemptEnd::Cancelled(_))) | None => Cause::Faults,
    }
}

/// Whether what was running at its end had to run again.
fn is_bad(attempt: &Attempt) -> bool {
    match &attempt.ended {
        Some((_, AttemptEnd::Faulted(_))) => true,
        Some((_, AttemptEnd::Cancelled(reason))) => *reason == Reason::MemoryShort,
        Some((_, AttemptEnd::Finished(_))) | None => false,
    }
}

/// What they add up to.
pub(super) fn time(parts: &Parts) -> Duration {
    Duration::from_millis(u64::try_from(parts.sum()).unwrap_or_default())
}

/// How much longer one time is than another, in milliseconds.
pub(super) fn signed_since(time: Duration, other: Duration) -> i64 {
    signed(time) - signed(other)
}
