//! What a run takes besides its tests: an outcome goes in, the costs come out.
//!
//! Seen from outside: the gaps before the first test, between two tests on one worker, and behind
//! the last. What a run does not show stays as it was.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::{AttemptEnd, AttemptId, Status, TestResult, UnixMillis};
use crate::model::id::TestKey;
use crate::model::outcome::{Attempt, Outcome};
use crate::model::timings::Costs;
use crate::timings::learn::pace::Paces;

/// Costs are kept to this.
const STEP: Duration = Duration::from_millis(50);
/// What moves by less is taken for noise; also what moves by less than a third.
const LEAST_MOVE: Duration = Duration::from_millis(100);
/// What is longer is no cost: the clocks of the machine and of the runner do not agree.
const LONGEST: Duration = Duration::from_hours(1);

/// The costs after a run; the pace is left as it was.
pub(super) fn learned(previous: &Costs, outcome: &Outcome, paces: &Paces) -> Costs {
    let mut gaps = Gaps::default();
    for (id, mut runs) in executions(outcome) {
        runs.sort_by_key(|(key, result)| (result.started, result.retry, *key));
        gaps.see(outcome, id, &runs, &|gap| paces.even(id.shard, gap));
    }
    // Where no worker was replaced, at least its browser's start was seen.
    let workers = if gaps.worker.is_empty() { gaps.browser } else { gaps.worker };
    Costs {
        start: rewritten(previous.start, gaps.start),
        worker: rewritten(previous.worker, workers),
        file: rewritten(previous.file, gaps.file),
        end: rewritten(previous.end, gaps.end),
        pace: previous.pace,
    }
}

/// Executions of tests.
type Runs<'a> = Vec<(&'a TestKey, &'a TestResult)>;

/// What each attempt executed; a skipped test passes no worker.
fn executions(outcome: &Outcome) -> BTreeMap<AttemptId, Runs<'_>> {
    let mut attempts: BTreeMap<AttemptId, Runs<'_>> = BTreeMap::new();
    for (key, test) in &outcome.tests {
        for run in test.runs.iter().filter(|run| run.result.status != Status::Skipped) {
            attempts.entry(run.id).or_default().push((key, &run.result));
        }
    }
    attempts
}

/// The gaps of all attempts, at the pace of the history.
#[derive(Default)]
struct Gaps {
    start: Vec<Duration>,
    worker: Vec<Duration>,
    browser: Vec<Duration>,
    file: Vec<Duration>,
    end: Vec<Duration>,
}

impl Gaps {
    /// Takes in one attempt's executions, in the order in which they began.
    fn see(
        &mut self,
        outcome: &Outcome,
        id: AttemptId,
        runs: &[(&TestKey, &TestResult)],
        even: &dyn Fn(Duration) -> Duration,
    ) {
        if let (Some(attempt), Some((_, first))) = (attempt(outcome, id), runs.first()) {
            self.start.push(even(first.started.since(attempt.started)));
            let last = runs.iter().map(|(_, result)| ended(result)).max();
            if let (Some((at, AttemptEnd::Finished(_))), Some(last)) = (&attempt.ended, last) {
                self.end.push(even(at.since(last)));
            }
        }
        let mut slots: BTreeMap<u32, (&TestKey, &TestResult)> = BTreeMap::new();
        for (key, result) in runs {
            let Some((before, earlier)) = slots.insert(result.worker, (key, result)) else {
                if !result.warmup.is_zero() {
                    self.browser.push(even(result.warmup));
                }
                continue;
            };
            let gap = result.started.since(ended(earlier));
            match (earlier.process, result.process) {
                (Some(old), Some(new)) if old != new => {
                    self.worker.push(even(gap + result.warmup));
                }
                (Some(_), Some(_)) if before.file != key.file => self.file.push(even(gap)),
                _ => {}
            }
        }
    }
}

fn attempt(outcome: &Outcome, id: AttemptId) -> Option<&Attempt> {
    let shard = outcome.shards.iter().find(|shard| shard.number == id.shard)?;
    shard.attempts.get(usize::try_from(id.attempt).ok()?.checked_sub(1)?)
}

fn ended(result: &TestResult) -> UnixMillis {
    let millis = u64::try_from(result.duration.as_millis()).unwrap_or(u64::MAX);
    UnixMillis(result.started.0.saturating_add(millis))
}

/// The cost to keep: the median of what was seen, where it really moved.
fn rewritten(old: Duration, mut seen: Vec<Duration>) -> Duration {
    seen.retain(|gap| *gap <= LONGEST);
    seen.sort_unstable();
    let Some(middle) = seen.get(seen.len().saturating_sub(1) / 2) else { return old };
    let steps = (middle.as_millis() + STEP.as_millis() / 2) / STEP.as_millis();
    let new = STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX));
    let by = old.abs_diff(new);
    let moved = old.is_zero() || (by > LEAST_MOVE && by.saturating_mul(3) > old);
    if moved { new } else { old }
}
