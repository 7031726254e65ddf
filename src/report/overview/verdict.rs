//! An outcome goes in, the verdict in words comes out: what became of the tests, how long it took,
//! and what besides failing tests is the reason that it is no success.

use std::time::Duration;

use crate::model::event::{AttemptEnd, FaultKind, Reason};
use crate::model::outcome::{Conclusion, Counts, Outcome, ShardOutcome, TestOutcome, Verdict};
use crate::model::plan::Plan;
use crate::report::facts::{number_of, time};

/// The last word on the run, as a heading begins with it.
pub(crate) fn word(outcome: &Outcome) -> &'static str {
    match outcome.conclusion() {
        Conclusion::Passed => "Passed",
        Conclusion::Failed => "Failed",
        Conclusion::Incomplete => "Incomplete",
        Conclusion::Interrupted => "Interrupted",
        Conclusion::Empty => "Nothing to run",
    }
}

/// What became of the tests, e.g. `3 of 412 tests failed, 1 is flaky.`
pub(crate) fn sentence(outcome: &Outcome) -> String {
    let counts = outcome.counts();
    let total = counts.total();
    let flaky = (counts.flaky > 0).then(|| are(counts.flaky, "flaky"));
    let mut parts = bad(counts);
    let Some(first) = parts.first_mut() else { return well(counts, flaky) };
    // The first number is told beside that of all.
    let (number, rest) = first.split_once(' ').unwrap_or((first, ""));
    *first = format!("{number} of {} {rest}", tests(total));
    parts.extend(flaky);
    parts.join(", ") + "."
}

/// What went wrong, the worst first.
fn bad(counts: Counts) -> Vec<String> {
    let parts = [
        (counts.failed, format!("{} failed", counts.failed)),
        (counts.timed_out, format!("{} timed out", counts.timed_out)),
        (counts.quarantined, format!("{} of them quarantined", counts.quarantined)),
        (counts.not_run, format!("{} did not run", counts.not_run)),
        (counts.interrupted, was(counts.interrupted, "interrupted")),
    ];
    parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, said)| said).collect()
}

fn well(counts: Counts, flaky: Option<String>) -> String {
    let mut said = match (counts.passed, counts.total()) {
        (_, 0) => return "There was no test to run.".to_owned(),
        (1, 1) => "The only test passed".to_owned(),
        (passed, total) if passed == total => format!("All {total} tests passed"),
        (passed, total) => format!("{passed} of {} passed", tests(total)),
    };
    if let Some(flaky) = flaky {
        said = format!("{said}, {flaky}");
    }
    if counts.skipped > 0 {
        said = format!("{said}, {}", was(counts.skipped, "skipped"));
    }
    said + "."
}

fn are(count: usize, what: &str) -> String {
    format!("{count} {} {what}", if count == 1 { "is" } else { "are" })
}

fn was(count: usize, what: &str) -> String {
    format!("{count} {} {what}", if count == 1 { "was" } else { "were" })
}

/// How long it took, e.g. `4 shards took 3 min 41 s; 12 min 05 s of tests.`
pub(crate) fn took(plan: &Plan, outcome: &Outcome) -> String {
    let shards = number_of(outcome.shards.len(), "shard");
    let tests: Duration = outcome.tests.values().map(TestOutcome::duration).sum();
    let wall = outcome.elapsed();
    let mut said = if wall.is_zero() {
        format!("{shards}: {} of tests", time(tests))
    } else {
        format!("{shards} took {}: {} of tests", time(wall), time(tests))
    };
    if plan.known > 0 {
        said = format!("{said}, the longest shard predicted at {}", time(plan.predicted()));
    }
    said + "."
}

/// What is wrong that no failing test tells: one sentence for every shard that did not come to its
/// own end, one for errors outside tests.
pub(crate) fn reasons(outcome: &Outcome) -> Vec<String> {
    let shards = outcome.shards.iter().filter_map(|shard| lost(outcome, shard));
    let errors = outcome.lasting_errors().count();
    let errors = (errors > 0).then(|| match errors {
        1 => "There was an error outside all tests.".to_owned(),
        _ => format!("There were {errors} errors outside all tests."),
    });
    let unplanned = outcome.unplanned.len();
    let unplanned = (unplanned > 0)
        .then(|| format!("{} ran or should have run without being planned.", tests(unplanned)));
    let flaky = outcome.fails_on_flaky && outcome.counts().flaky > 0;
    let flaky = flaky.then(|| "No test may be flaky (--fail-on-flaky).".to_owned());
    shards.chain(errors).chain(unplanned).chain(flaky).collect()
}

fn tests(count: usize) -> String {
    number_of(count, "test")
}

fn lost(outcome: &Outcome, shard: &ShardOutcome) -> Option<String> {
    if !shard.has_work || shard.is_settled() {
        return None;
    }
    let of_it = |verdict: Verdict| {
        let own = outcome.tests.values().filter(|test| test.shard == Some(shard.number));
        own.filter(|test| test.verdict() == verdict).count()
    };
    let number = shard.number;
    let (not_run, cut) = (of_it(Verdict::NotRun), of_it(Verdict::Interrupted));
    let mut left = Vec::new();
    left.extend((not_run > 0).then(|| format!("{} did not run", tests(not_run))));
    left.extend((cut > 0).then(|| format!("{cut} did not come to the end")));
    let left =
        if left.is_empty() { "all its tests have a result".to_owned() } else { left.join(" and ") };
    let end = match shard.last_end() {
        Some(AttemptEnd::Faulted(fault)) => fault_told(fault.kind),
        Some(AttemptEnd::Cancelled(reason)) => reason_told(*reason),
        Some(AttemptEnd::Finished(_)) | None if shard.attempts.is_empty() => "has no result",
        Some(AttemptEnd::Finished(_)) | None => "has an end that nobody saw",
    };
    Some(format!("Shard {number} {end}: {left}."))
}

/// After "shard 2".
pub(crate) fn fault_told(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::OutOfMemory => "was killed (out of memory)",
        FaultKind::ProcessLimit => "hit its limit of processes",
        FaultKind::DiskFull => "found its disk full",
        FaultKind::Crash => "crashed",
        FaultKind::TimedOut => "took longer than it may and was killed",
        FaultKind::Stalled => "was silent for too long and was killed",
        FaultKind::EngineGone => "lost its container engine",
        FaultKind::Unwritable => "could not write where it has to",
        FaultKind::Config => "did not start: its configuration or a spec file cannot be loaded",
    }
}

fn reason_told(reason: Reason) -> &'static str {
    match reason {
        Reason::User => "was cancelled",
        Reason::TooManyFailures => "was stopped after too many failures",
        Reason::RunTimedOut => "was stopped because the run took longer than it may",
        Reason::MemoryShort => "was ended because memory was short",
    }
}

#[cfg(test)]
mod tests_of_words {
    use super::{reasons, sentence, took, word};
    use crate::model::outcome::Verdict;
    use crate::report::sample::{calm, stormy};

    #[test]
    fn the_verdict_says_what_became_of_the_tests_and_why_it_is_no_success() {
        let stormy = stormy();
        assert_eq!(word(&stormy.outcome), "Incomplete");
        assert_eq!(
            sentence(&stormy.outcome),
            "1 of 8 tests failed, 1 timed out, 1 did not run, 1 was interrupted, 1 is flaky."
        );
        assert_eq!(
            reasons(&stormy.outcome),
            [
                "Shard 2 was killed (out of memory): 1 test did not run and 1 did not come to the \
                 end.",
                "There was an error outside all tests."
            ]
        );
    }

    #[test]
    fn a_success_is_told_in_one_sentence() {
        let mut calm = calm();
        assert_eq!(word(&calm.outcome), "Passed");
        assert_eq!(sentence(&calm.outcome), "All 2 tests passed.");
        assert_eq!(took(&calm.plan, &calm.outcome), "2 shards took 4.2 s: 1.7 s of tests.");
        calm.plan.known = 2;
        assert_eq!(
            took(&calm.plan, &calm.outcome),
            "2 shards took 4.2 s: 1.7 s of tests, the longest shard predicted at 1.0 s."
        );
        assert_eq!(reasons(&calm.outcome), Vec::<String>::new());
    }

    #[test]
    fn what_is_flaky_or_skipped_is_told_beside_what_passed() {
        let mut sample = stormy();
        sample.outcome.tests.retain(|_, test| {
            matches!(test.verdict(), Verdict::Passed | Verdict::Flaky | Verdict::Skipped)
        });
        assert_eq!(sentence(&sample.outcome), "2 of 4 tests passed, 1 is flaky, 1 was skipped.");
        sample.outcome.tests.clear();
        assert_eq!(sentence(&sample.outcome), "There was no test to run.");
    }
}
