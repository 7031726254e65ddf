//! Times, counts and ends in words, the same in every view.

use std::time::Duration;

use crate::model::event::{AttemptEnd, RunnerVerdict};
use crate::model::outcome::{Counts, ShardOutcome};

/// `0.4 s`, `12.3 s`, `4 m 07 s`, `1 h 02 m`.
pub(super) fn time(duration: Duration) -> String {
    let tenths = (duration.as_millis() + 50) / 100;
    let seconds = (duration.as_millis() + 500) / 1000;
    match seconds {
        0..100 if tenths < 1000 => format!("{}.{} s", tenths / 10, tenths % 10),
        0..3600 => format!("{} m {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} m", seconds / 3600, seconds % 3600 / 60),
    }
}

/// `1 test`, `2 tests`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The verdicts that occurred, worst first: `1 failed, 2 flaky, 80 passed`.
pub(super) fn counts(counts: Counts) -> String {
    let Counts { passed, flaky, skipped, not_run, interrupted, timed_out, failed } = counts;
    let all = [
        (failed, "failed"),
        (timed_out, "timed out"),
        (interrupted, "interrupted"),
        (not_run, "did not run"),
        (flaky, "flaky"),
        (passed, "passed"),
        (skipped, "skipped"),
    ];
    let seen: Vec<String> =
        all.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if seen.is_empty() { "nothing to run".to_owned() } else { seen.join(", ") }
}

/// How a shard ended, in a few words.
pub(super) fn end(shard: &ShardOutcome) -> String {
    match shard.last_end() {
        None if shard.planned == 0 => "nothing to run".to_owned(),
        None => "no end seen".to_owned(),
        Some(AttemptEnd::Finished(RunnerVerdict::Passed)) => "passed".to_owned(),
        Some(AttemptEnd::Finished(RunnerVerdict::Failed)) => "failed".to_owned(),
        Some(AttemptEnd::Finished(RunnerVerdict::TimedOut)) => {
            "Playwright's globalTimeout".to_owned()
        }
        Some(AttemptEnd::Finished(RunnerVerdict::Interrupted) | AttemptEnd::Cancelled) => {
            "interrupted".to_owned()
        }
        Some(AttemptEnd::Faulted(fault)) => fault.kind.name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::time;

    #[test]
    fn times_read_well_at_every_size() {
        for (millis, text) in [
            (0, "0.0 s"),
            (449, "0.4 s"),
            (59_960, "60.0 s"),
            (99_949, "99.9 s"),
            (99_960, "1 m 40 s"),
            (247_000, "4 m 07 s"),
            (3_720_000, "1 h 02 m"),
        ] {
            assert_eq!(time(Duration::from_millis(millis)), text);
        }
    }
}
