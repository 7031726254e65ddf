//! An outcome and what was known before go in, what is known now comes out.

mod costs;
mod entry;
mod noise;
mod pace;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::{Status, TestResult};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::outcome::{Outcome, TestOutcome, Verdict};
use crate::model::timings::{Costs, LastResult, Timing, Timings};
use noise::Noise;
use pace::Paces;

pub(super) use entry::quantised;

/// What one flaky run adds to the level of flakiness; a clean pass takes 1 away.
pub(super) const FLAKY_RUN: u8 = 3;

/// The history after a run. Tests that were not in the run, were skipped or never came to an end
/// stay as they were; tests that are no longer in the suite stay as well.
pub(crate) fn learn(previous: &Timings, outcome: &Outcome) -> Timings {
    let lessons = lessons(outcome);
    let samples = lessons
        .iter()
        .flat_map(|(key, lesson)| lesson.first_tries.iter().map(move |sample| (key, *sample)));
    let paces = Paces::of(previous, samples);
    let known = |key| previous.tests.get(key).and_then(|timing| timing.duration);
    let now = |lesson: &Lesson| middle(&lesson.first_tries, &paces);
    let moves = lessons.iter().filter_map(|(key, lesson)| Some((known(key)?, now(lesson)?)));
    let noise = Noise::of(moves);
    let mut timings = previous.clone();
    for (key, lesson) in &lessons {
        let old = previous.tests.get(key).copied();
        timings.tests.insert(key.clone(), lesson.taken_in(old, &paces, &noise));
    }
    let pace = pace::rewritten(previous.costs.pace, paces.run());
    timings.costs = Costs { pace, ..costs::learned(&previous.costs, outcome, &paces) };
    timings
}

/// What a run teaches about one test.
struct Lesson {
    last: LastResult,
    /// Good executions at the runner's first try.
    first_tries: Vec<Sample>,
    /// Good executions after a failed one: servers and caches are not what they were.
    retries: Vec<Sample>,
}

/// How long a good execution took and where; without what its worker's browser took to start.
#[derive(Clone, Copy)]
struct Sample {
    shard: ShardNumber,
    duration: Duration,
}

/// What the run teaches about each test that came to an end. Repetitions teach as one test: the
/// worst result, and the durations of all.
fn lessons(outcome: &Outcome) -> BTreeMap<TestKey, Lesson> {
    let mut lessons: BTreeMap<TestKey, Lesson> = BTreeMap::new();
    for (key, test) in &outcome.tests {
        let Some(last) = last_result(test.verdict()) else { continue };
        let key = TestKey { repeat: 0, ..key.clone() };
        let none = Lesson { last, first_tries: vec![], retries: vec![] };
        let lesson = lessons.entry(key).or_insert(none);
        lesson.last = lesson.last.max(last);
        lesson.add(test);
    }
    lessons
}

/// What a verdict leaves in the history; none where it says nothing about the test.
fn last_result(verdict: Verdict) -> Option<LastResult> {
    match verdict {
        Verdict::Passed => Some(LastResult::Passed),
        Verdict::Flaky => Some(LastResult::Flaky),
        Verdict::Failed | Verdict::TimedOut => Some(LastResult::Failed),
        Verdict::Skipped | Verdict::NotRun | Verdict::Interrupted => None,
    }
}

impl Lesson {
    /// Takes in the executions that did what the test declares; a failing one ends early or late
    /// and says nothing about the next.
    fn add(&mut self, test: &TestOutcome) {
        let well = |result: &TestResult| {
            result.status == result.expected && result.status != Status::Skipped
        };
        for run in test.runs.iter().filter(|run| well(&run.result)) {
            let duration = run.result.duration.saturating_sub(run.result.warmup);
            let tries =
                if run.result.retry == 0 { &mut self.first_tries } else { &mut self.retries };
            tries.push(Sample { shard: run.id.shard, duration });
        }
    }

    /// The test's entry after the run.
    fn taken_in(&self, old: Option<Timing>, paces: &Paces, noise: &Noise) -> Timing {
        let known = old.and_then(|old| old.duration);
        let samples = match known {
            None if self.first_tries.is_empty() => &self.retries,
            _ => &self.first_tries,
        };
        let duration = match (known, middle(samples, paces)) {
            (Some(old), Some(sample)) if noise.covers(old, sample) => Some(old),
            (Some(old), Some(sample)) => Some(entry::moved(old, sample)),
            (None, Some(sample)) => Some(entry::quantised(sample)),
            (known, None) => known,
        };
        let level = old.map_or(0, |old| old.flaky);
        let flaky = match self.last {
            LastResult::Passed => level.saturating_sub(1),
            LastResult::Flaky => level.saturating_add(FLAKY_RUN).min(Timing::MOST_FLAKY),
            LastResult::Failed => level,
        };
        Timing { duration, last: self.last, flaky }
    }
}

/// The median at the pace of the history; of two the shorter, because what disturbs a test makes
/// it longer.
fn middle(samples: &[Sample], paces: &Paces) -> Option<Duration> {
    let mut even: Vec<Duration> =
        samples.iter().map(|sample| paces.even(sample.shard, sample.duration)).collect();
    even.sort_unstable();
    even.get(even.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests;
