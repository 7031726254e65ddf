//! An outcome and what was known before go in, what is known now comes out.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::{AttemptId, Status, TestResult, UnixMillis};
use crate::model::id::TestKey;
use crate::model::outcome::{Outcome, TestOutcome, TestRun, Verdict};
use crate::model::timings::{LastResult, Timing, Timings};

/// The history after a run. Tests that were not in the run, were skipped or never came to an end
/// stay as they were; tests that are no longer in the suite stay as well.
pub(crate) fn learn(previous: &Timings, outcome: &Outcome) -> Timings {
    let mut timings = previous.clone();
    for (key, Lesson { last, sample }) in lessons(outcome) {
        let old = previous.tests.get(&key).and_then(|timing| timing.duration);
        let duration = match (old, sample.map(|(_, duration)| duration)) {
            (Some(old), Some(new)) if !moved(old, new) => Some(old),
            (_, Some(new)) => Some(quantised(new)),
            (old, None) => old,
        };
        timings.tests.insert(key, Timing { duration, last, flaky: 0 });
    }
    timings
}

/// What a run teaches about one test.
struct Lesson {
    last: LastResult,
    /// The latest good execution and its duration.
    sample: Option<(Moment, Duration)>,
}

/// When an execution was, whatever order the shards of a merge come in.
type Moment = (UnixMillis, AttemptId, u32);

/// What the run teaches about each test that came to an end. Repetitions teach as one test: the
/// worst result and the latest good execution of all.
fn lessons(outcome: &Outcome) -> BTreeMap<TestKey, Lesson> {
    let mut lessons: BTreeMap<TestKey, Lesson> = BTreeMap::new();
    for (key, test) in &outcome.tests {
        let Some(last) = last_result(test.verdict()) else { continue };
        let key = TestKey { repeat: 0, ..key.clone() };
        let lesson = lessons.entry(key).or_insert(Lesson { last, sample: None });
        lesson.last = lesson.last.max(last);
        lesson.sample = lesson.sample.max(sample(test));
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

/// The duration of the last execution that did what the test declares; a failing one ends early
/// or late and says nothing about the next.
fn sample(test: &TestOutcome) -> Option<(Moment, Duration)> {
    let well =
        |result: &TestResult| result.status == result.expected && result.status != Status::Skipped;
    let runs = test.runs.iter().filter(|run| well(&run.result));
    let dated =
        |TestRun { id, result }: &TestRun| ((result.started, *id, result.retry), result.duration);
    runs.map(dated).max()
}

/// Whether a new duration is worth a line in a diff: by more than 10 % and by more than 50 ms.
fn moved(old: Duration, new: Duration) -> bool {
    let by = old.abs_diff(new);
    by * 10 > old && by > Duration::from_millis(50)
}

/// A duration as it is kept: to 10 ms below a second, to 100 ms below ten, else to a second. What
/// took any time at all takes at least 10 ms.
pub(super) fn quantised(duration: Duration) -> Duration {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let step = match millis {
        ..1_000 => 10,
        1_000..10_000 => 100,
        10_000.. => 1_000,
    };
    let rounded = millis.saturating_add(step / 2) / step * step;
    Duration::from_millis(rounded.max(if duration.is_zero() { 0 } else { 10 }))
}

#[cfg(test)]
mod tests;
