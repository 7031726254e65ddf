//! An outcome goes in, the verdict in words comes out: what became of the tests, and what besides
//! failing tests is the reason that it is no success.

use crate::model::event::{AttemptEnd, FaultKind, Reason};
use crate::model::outcome::{Conclusion, Counts, Outcome, ShardOutcome, Verdict};
use crate::model::plan::Plan;
use crate::report::facts::{self, number_of};
use crate::report::shards::rows;
use crate::report::text;

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

/// The whole verdict in one line, as every report and the terminal say it:
/// `Failed: 3 of 412 tests failed, 1 is flaky`.
pub(crate) fn line(plan: &Plan, outcome: &Outcome) -> String {
    format!("{}: {}", word(outcome), sentence(plan, outcome).trim_end_matches('.'))
}

/// What became of the tests, e.g. `3 of 412 tests failed, 1 is flaky.`
pub(crate) fn sentence(plan: &Plan, outcome: &Outcome) -> String {
    let counts = outcome.counts();
    let mut parts = bad(outcome);
    let mut said = if let Some(first) = parts.first_mut() {
        // The first number is told beside that of all.
        let (number, rest) = first.split_once(' ').unwrap_or((first, ""));
        *first = format!("{number} of {} {rest}", tests(counts.total()));
        parts.extend((counts.flaky > 0).then(|| are(counts.flaky, "flaky")));
        parts.join(", ")
    } else {
        well(counts)
    };
    match counts.quarantined {
        0 => {}
        1 => said.push_str("; 1 failed that is quarantined"),
        all => said = format!("{said}; {all} failed that are quarantined"),
    }
    if parts.is_empty() {
        said.push_str(&but(plan, outcome));
    }
    said + "."
}

/// What went wrong and is not excused, the worst first.
fn bad(outcome: &Outcome) -> Vec<String> {
    let counts = outcome.counts();
    let of = |verdict: Verdict| {
        let tests = facts::failed(outcome, false);
        tests.into_iter().filter(|test| test.verdict() == verdict).count()
    };
    let (failed, timed_out) = (of(Verdict::Failed), of(Verdict::TimedOut));
    let parts = [
        (failed, format!("{failed} failed")),
        (timed_out, format!("{timed_out} timed out")),
        (counts.not_run, format!("{} did not run", counts.not_run)),
        (counts.interrupted, was(counts.interrupted, "interrupted")),
    ];
    parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, said)| said).collect()
}

fn well(counts: Counts) -> String {
    let mut said = match (counts.passed, counts.total()) {
        (_, 0) => return "There was no test to run".to_owned(),
        (1, 1) => "The only test passed".to_owned(),
        (passed, total) if passed == total => format!("All {total} tests passed"),
        (passed, total) => format!("{passed} of {} passed", tests(total)),
    };
    if counts.flaky > 0 {
        said = format!("{said}, {}", are(counts.flaky, "flaky"));
    }
    if counts.skipped > 0 {
        said = format!("{said}, {}", was(counts.skipped, "skipped"));
    }
    said
}

/// Why a run whose tests are well is no success; empty where it is one.
fn but(plan: &Plan, outcome: &Outcome) -> String {
    if matches!(outcome.conclusion(), Conclusion::Passed | Conclusion::Empty) {
        return String::new();
    }
    let first = plan.lineage.parts.first().map_or(&plan.lineage.reruns, |part| &part.reruns);
    let lost = |shard: &ShardOutcome| shard.has_work && !shard.is_settled();
    let shard = outcome.shards.iter().find(|shard| lost(shard));
    let unplanned = outcome.unplanned.len();
    let why = if !outcome.contradictions.is_empty() && first.is_some() {
        "this is a re-run, and the run before it is missing".to_owned()
    } else if let [found] = outcome.contradictions.as_slice() {
        text::terminal(&found.title)
    } else if !outcome.contradictions.is_empty() {
        "several things do not fit together".to_owned()
    } else if let Some(shard) = shard {
        // What else it says is too long for a heading.
        let end = end(shard);
        format!("shard {} {}", shard.number, end.split_once(": ").map_or(end, |(end, _)| end))
    } else if unplanned > 0 {
        was(unplanned, "not planned")
    } else if outcome.lasting_errors().next().is_some() {
        "there was an error outside all tests".to_owned()
    } else if outcome.fails_on_flaky && outcome.counts().flaky > 0 {
        "no test may be flaky (--fail-on-flaky)".to_owned()
    } else {
        "a shard did not end well".to_owned()
    };
    format!(", but {why}")
}

fn are(count: usize, what: &str) -> String {
    format!("{count} {} {what}", if count == 1 { "is" } else { "are" })
}

fn was(count: usize, what: &str) -> String {
    format!("{count} {} {what}", if count == 1 { "was" } else { "were" })
}

/// What is wrong that no failing test tells: one sentence for every shard that did not come to its
/// own end, one for errors outside tests.
pub(crate) fn reasons(plan: &Plan, outcome: &Outcome) -> Vec<String> {
    let shards = outcome.shards.iter().filter_map(|shard| lost(plan, outcome, shard));
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

fn lost(plan: &Plan, outcome: &Outcome, shard: &ShardOutcome) -> Option<String> {
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
    if left.is_empty() {
        let row = rows(plan, outcome).into_iter().find(|row| row.shard.number == number);
        let elsewhere = row.filter(|row| row.counts.total() == 0).and_then(|row| row.elsewhere());
        left.push(elsewhere.unwrap_or_else(|| "all its tests have a result".to_owned()));
    }
    Some(format!("Shard {number} {}: {}.", end(shard), left.join(" and ")))
}

/// How a shard came to no end of its own, after "shard 2".
fn end(shard: &ShardOutcome) -> &'static str {
    match shard.last_end() {
        Some(AttemptEnd::Faulted(fault)) => fault_told(fault.kind),
        Some(AttemptEnd::Cancelled(reason)) => reason_told(*reason),
        Some(AttemptEnd::Finished(_)) | None if shard.attempts.is_empty() => "has no result",
        Some(AttemptEnd::Finished(_)) | None => "has an end that nobody saw",
    }
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
        FaultKind::NodeLost => "was on a machine of which nothing was heard any more",
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
    use super::{line, reasons, sentence};
    use crate::model::event::{AttemptEnd, Fault, FaultKind, Status};
    use crate::model::id::ShardNumber;
    use crate::model::outcome::{Contradiction, Verdict};
    use crate::model::quarantine::{Day, Term};
    use crate::report::sample::{Sample, calm, error, stormy};

    fn said(sample: &Sample) -> String {
        line(&sample.plan, &sample.outcome)
    }

    fn why(sample: &Sample) -> Vec<String> {
        reasons(&sample.plan, &sample.outcome)
    }

    /// Only these tests, the first `excused` of those that failed quarantined.
    fn only(kept: &[Verdict], excused: usize) -> Sample {
        let mut sample = stormy();
        sample.outcome.tests.retain(|_, test| kept.contains(&test.verdict()));
        let failed = sample.outcome.tests.values_mut().filter(|test| test.verdict().is_failure());
        for test in failed.take(excused) {
            let (owner, reason) = ("ann".to_owned(), "slow".to_owned());
            test.quarantine =
                Some(Term { until: Day(2026, 12, 31), owner, reason, is_over: false });
        }
        sample
    }

    #[test]
    fn the_verdict_says_what_became_of_the_tests_and_why_it_is_no_success() {
        let stormy = stormy();
        assert_eq!(
            said(&stormy),
            "Incomplete: 1 of 8 tests failed, 1 timed out, 1 did not run, 1 was interrupted, 1 is \
             flaky"
        );
        assert_eq!(
            why(&stormy),
            [
                "Shard 2 was killed (out of memory): 1 test did not run and 1 did not come to the \
                 end.",
                "There was an error outside all tests."
            ]
        );
    }

    #[test]
    fn a_success_is_told_in_one_sentence() {
        let calm = calm();
        assert_eq!(said(&calm), "Passed: All 2 tests passed");
        assert_eq!(why(&calm), Vec::<String>::new());
    }

    #[test]
    fn what_is_flaky_or_skipped_is_told_beside_what_passed() {
        let mut sample = only(&[Verdict::Passed, Verdict::Flaky, Verdict::Skipped], 0);
        let sentence_of = |sample: &Sample| sentence(&sample.plan, &sample.outcome);
        assert!(
            sentence_of(&sample)
                .starts_with("2 of 4 tests passed, 1 is flaky, 1 was skipped, but ")
        );
        sample.outcome.tests.clear();
        assert!(sentence_of(&sample).starts_with("There was no test to run, but "));
    }

    #[test]
    fn a_success_names_no_failure_first_and_a_failure_tells_which_are_quarantined() {
        let bad = [Verdict::Passed, Verdict::Failed, Verdict::TimedOut];
        let mut sample = only(&bad, 2);
        sample.outcome.errors.clear();
        for shard in &mut sample.outcome.shards {
            shard.has_work = false;
        }
        assert_eq!(said(&sample), "Passed: 2 of 4 tests passed; 2 failed that are quarantined");
        for test in sample.outcome.tests.values_mut().filter(|t| t.verdict() == Verdict::TimedOut) {
            test.quarantine = None;
        }
        assert_eq!(said(&sample), "Failed: 1 of 4 tests timed out; 1 failed that is quarantined");
    }

    #[test]
    fn what_is_no_success_although_all_tests_passed_says_why() {
        let mut crashed = calm();
        let fault = Fault { kind: FaultKind::Crash, message: String::new() };
        let attempt = &mut crashed.outcome.shards[0].attempts[0];
        attempt.ended = attempt.ended.take().map(|(at, _)| (at, AttemptEnd::Faulted(fault)));
        assert_eq!(said(&crashed), "Incomplete: All 2 tests passed, but shard 1 crashed");

        let mut alone = calm();
        let title = "`again` is a re-run of plan feed, whose results are not here".to_owned();
        alone.outcome.contradictions = vec![Contradiction { title, text: String::new() }];
        assert_eq!(
            said(&alone),
            "Incomplete: All 2 tests passed, but `again` is a re-run of plan feed, whose results are \
             not here"
        );
        alone.plan.lineage.reruns = Some(vec![alone.plan.digest.clone()]);
        assert_eq!(
            said(&alone),
            "Incomplete: All 2 tests passed, but this is a re-run, and the run before it is missing"
        );

        let mut outside = calm();
        let id = outside.outcome.tests.values().next().unwrap().runs[0].id;
        outside.outcome.errors.push((id, error("teardown")));
        assert_eq!(
            said(&outside),
            "Failed: All 2 tests passed, but there was an error outside all tests"
        );
    }

    #[test]
    fn a_shard_without_a_result_whose_tests_ran_elsewhere_says_where() {
        let mut sample = calm();
        sample.outcome.shards[1].attempts.clear();
        for test in sample.outcome.tests.values_mut().filter(|test| test.shard.is_some()) {
            assert_eq!(test.runs[0].result.status, Status::Passed);
            test.runs[0].id.shard = ShardNumber::at(0);
            if test.shard == Some(ShardNumber::at(1)) {
                test.earlier.push(ShardNumber::at(0));
            }
        }
        assert_eq!(why(&sample), ["Shard 2 has no result: its tests were counted with shard 1."]);
    }
}
