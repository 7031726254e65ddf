//! An outcome goes in, the facts that all reports tell in the same words come out.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::time::Duration;

use crate::model::event::{AttemptEnd, RunnerVerdict, Status, TestError, UnixMillis};
use crate::model::id::ShardNumber;
use crate::model::outcome::{
    Conclusion, Counts, Outcome, ShardOutcome, TestOutcome, TestRun, Verdict,
};
use crate::model::quarantine::Term;
use crate::report::text;

/// The executions that say something: a skip that the test did not ask for is none.
pub(crate) fn executions(test: &TestOutcome) -> impl Iterator<Item = &TestRun> {
    test.runs.iter().filter(|run| {
        run.result.status != Status::Skipped || run.result.expected == Status::Skipped
    })
}

/// The executions that went wrong, in the order in which they ended.
pub(crate) fn ill(test: &TestOutcome) -> impl Iterator<Item = &TestRun> {
    executions(test).filter(|run| match run.result.status {
        Status::Interrupted => false,
        status @ (Status::Passed | Status::Failed | Status::TimedOut | Status::Skipped) => {
            status != run.result.expected
        }
    })
}

/// The tests that took any time, each with its longest execution, the slowest first; equal ones in
/// the order of their keys.
pub(crate) fn slowest(outcome: &Outcome) -> Vec<(&TestOutcome, &TestRun)> {
    let longest = |test| executions(test).max_by_key(|run| run.result.duration);
    let tests = outcome.tests.values().filter_map(|test| Some((test, longest(test)?)));
    let mut tests: Vec<(&TestOutcome, &TestRun)> =
        tests.filter(|(_, run)| !run.result.duration.is_zero()).collect();
    tests.sort_by_key(|(_, run)| Reverse(run.result.duration));
    tests
}

/// How often it was tried again, in all shards that ran it; those that it was dealt to are one.
pub(crate) fn retries(test: &TestOutcome) -> usize {
    let shard = |run: &TestRun| Some(run.id.shard).filter(|shard| !test.is_dealt_to(*shard));
    let shards: BTreeSet<Option<ShardNumber>> = executions(test).map(shard).collect();
    executions(test).count() - shards.len()
}

/// The shards that ran it or should have.
pub(crate) fn shards(test: &TestOutcome) -> BTreeSet<ShardNumber> {
    test.ran_in().into_iter().chain(test.shard).collect()
}

/// The same as people write it: `2`, or `1, 2, 4` for a shared test.
pub(crate) fn shard_list(test: &TestOutcome) -> String {
    let shards: Vec<String> = shards(test).iter().map(ToString::to_string).collect();
    shards.join(", ")
}

/// The tests with one of these verdicts.
pub(crate) fn with_verdict<'a>(outcome: &'a Outcome, verdicts: &[Verdict]) -> Vec<&'a TestOutcome> {
    outcome.tests.values().filter(|test| verdicts.contains(&test.verdict())).collect()
}

/// Why a test did not pass, as plain text of one or more lines; empty where there is no reason
/// to give.
pub(crate) fn why(outcome: &Outcome, test: &TestOutcome) -> String {
    match test.verdict() {
        Verdict::Passed | Verdict::Skipped => String::new(),
        Verdict::Flaky | Verdict::Failed | Verdict::TimedOut => {
            ill(test).next().map(run_message).unwrap_or_default()
        }
        Verdict::NotRun => format!("did not run: {}", fate(outcome, test)),
        Verdict::Interrupted => format!("did not come to its end: {}", fate(outcome, test)),
    }
}

/// The first error of an execution that went wrong.
pub(crate) fn run_message(run: &TestRun) -> String {
    match run.result.errors.first() {
        Some(error) => text::lines(&error.message),
        None if run.result.expected == Status::Failed => "Expected to fail, but passed.".to_owned(),
        None => "It failed without an error message.".to_owned(),
    }
}

/// Why a test did not pass, at length: every error of the first execution that went wrong.
pub(crate) fn story(outcome: &Outcome, test: &TestOutcome) -> String {
    let errors = ill(test).next().map(|run| run.result.errors.as_slice()).unwrap_or_default();
    let mut texts: Vec<String> = errors.iter().map(error_text).collect();
    if texts.is_empty() {
        texts.push(why(outcome, test));
    }
    if let Some(term) = term(test) {
        texts.insert(0, text::terminal(&term.to_string()));
    }
    texts.join("\n\n")
}

/// What the quarantine says of a test that failed.
pub(crate) fn term(test: &TestOutcome) -> Option<&Term> {
    test.quarantine.as_ref().filter(|_| test.verdict().is_failure())
}

/// The tests that failed for good, those that are `excused` or all others.
pub(crate) fn failed(outcome: &Outcome, excused: bool) -> Vec<&TestOutcome> {
    let mut tests = with_verdict(outcome, &[Verdict::Failed, Verdict::TimedOut]);
    tests.retain(|test| test.is_excused() == excused);
    tests
}

/// An error with its place, as people read it: message, source, stack.
pub(crate) fn error_text(error: &TestError) -> String {
    let mut parts = vec![text::lines(&error.message)];
    if !error.snippet.is_empty() {
        parts.push(text::lines(&error.snippet));
    }
    let frames = frames(error);
    if !frames.is_empty() {
        parts.push(frames);
    }
    parts.join("\n\n")
}

/// The frames of an error's stack, or its place where it has none; empty where nothing is known.
pub(crate) fn frames(error: &TestError) -> String {
    // The stack repeats the message; its frames begin at the first `at`.
    let stack = text::lines(&error.stack);
    let frames: Vec<&str> =
        stack.lines().skip_while(|line| !line.trim_start().starts_with("at ")).collect();
    match frames.as_slice() {
        [] if error.location.is_empty() => String::new(),
        [] => format!("    at {}", text::terminal(&error.location)),
        frames => frames.join("\n"),
    }
}

/// What became of the shard that should have given a result.
fn fate(outcome: &Outcome, test: &TestOutcome) -> String {
    if test.open.is_empty() && !test.runs.is_empty() && executions(test).next().is_none() {
        return "the runner skipped it after something before it went wrong".to_owned();
    }
    // Of a test that was dealt again the last shard tells, unless that one never came to it.
    let number = test.shard.or_else(|| test.open.last().map(|open| open.shard));
    let Some(shard) = number.and_then(|number| outcome.shards.get(number.index())) else {
        return "no shard came to it".to_owned();
    };
    let number = shard.number;
    match (shard.attempts.is_empty(), shard.last_end()) {
        (true, _) => format!("shard {number} has no result"),
        (false, None) => format!("nobody saw the end of shard {number}"),
        (false, Some(AttemptEnd::Finished(_))) => {
            format!("shard {number} came to its end without it")
        }
        (false, Some(AttemptEnd::Faulted(_) | AttemptEnd::Cancelled(_))) => {
            format!("shard {number} ended early: {}", ending(shard))
        }
    }
}

/// How a shard ended, in a few words.
pub(crate) fn ending(shard: &ShardOutcome) -> String {
    match (shard.attempts.is_empty(), shard.last_end()) {
        (true, _) if !shard.has_work => "nothing to run".to_owned(),
        (true, _) => "no result".to_owned(),
        (false, None) => "end not seen".to_owned(),
        (false, Some(AttemptEnd::Cancelled(reason))) => reason.told().to_owned(),
        (false, Some(AttemptEnd::Faulted(fault))) if shard.moved > 0 => {
            let tests = number_of(shard.moved, "test");
            format!("{}, {tests} dealt again to other shards", fault.kind.name())
        }
        (false, Some(AttemptEnd::Faulted(fault))) => {
            format!("{}: {}", fault.kind.name(), text::terminal(&fault.message))
        }
        (false, Some(AttemptEnd::Finished(verdict))) => match verdict {
            RunnerVerdict::Passed => "passed",
            RunnerVerdict::Failed => "failed",
            RunnerVerdict::TimedOut => "timed out",
            RunnerVerdict::Interrupted => "interrupted",
        }
        .to_owned(),
    }
}

/// How a shard that did not end well did; what is wrong with it may be an earlier attempt.
fn ill_ending(shard: &ShardOutcome) -> String {
    match shard.last_end() {
        Some(AttemptEnd::Finished(RunnerVerdict::Passed)) => {
            "the runner of an attempt before its last one was not content".to_owned()
        }
        _ => ending(shard),
    }
}

/// Something wrong that no test case tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// One line.
    pub(crate) title: String,
    /// More lines, or none.
    pub(crate) text: String,
}

/// Everything wrong that no test case tells: errors outside tests, tests outside the plan, shards
/// that ended badly although their tests look well. A report without these would say that all
/// is well when it is not.
pub(crate) fn problems(outcome: &Outcome) -> Vec<Problem> {
    let errors = outcome.lasting_errors().map(|(id, error)| Problem {
        title: format!("error outside any test in shard {}", id.shard),
        text: error_text(error),
    });
    let unplanned = outcome.unplanned.iter().map(|key| Problem {
        title: format!("not in the plan, but a shard has it: {}", text::terminal(&key.to_string())),
        text: String::new(),
    });
    let contradictions = outcome.contradictions.iter().map(|found| Problem {
        title: text::terminal(&found.title),
        text: text::lines(&found.text),
    });
    // A test that failed does not tell of a shard that should have run it again, and one that is
    // excused tells nobody anything.
    let tells = |test: &TestOutcome| match test.verdict() {
        _ if test.is_excused() => BTreeSet::new(),
        Verdict::NotRun | Verdict::Interrupted => shards(test),
        Verdict::TimedOut | Verdict::Failed => test.ran_in(),
        Verdict::Passed | Verdict::Flaky | Verdict::Skipped => BTreeSet::new(),
    };
    let bad: BTreeSet<ShardNumber> = outcome.tests.values().flat_map(tells).collect();
    let silent = outcome
        .shards
        .iter()
        .filter(|shard| shard.has_work || !shard.attempts.is_empty())
        .filter(|shard| match shard.last_end() {
            Some(AttemptEnd::Finished(_)) => outcome.is_unhappy(shard),
            // What was left of it others did.
            Some(AttemptEnd::Faulted(_) | AttemptEnd::Cancelled(_)) | None => {
                !shard.is_taken_over()
            }
        })
        .filter(|shard| !bad.contains(&shard.number))
        .map(|shard| Problem {
            title: format!("shard {} did not end well: {}", shard.number, ill_ending(shard)),
            text: String::new(),
        });
    let flaky = if outcome.fails_on_flaky { outcome.counts().flaky } else { 0 };
    let flaky = (flaky > 0).then(|| Problem {
        title: format!("{}, and --fail-on-flaky allows none", number_of(flaky, "flaky test")),
        text: String::new(),
    });
    contradictions.chain(errors).chain(unplanned).chain(silent).chain(flaky).collect()
}

/// The greatest memory of all attempts at a shard, and the processors' time of all.
pub(crate) fn used(shard: &ShardOutcome) -> (Option<u64>, Option<Duration>) {
    let usages = || shard.attempts.iter().map(|attempt| attempt.usage);
    let cpu = usages().filter_map(|usage| usage.cpu).reduce(|sum, cpu| sum + cpu);
    (usages().filter_map(|usage| usage.peak_memory).max(), cpu)
}

/// Bytes as people read them: `512 MB`, `1.5 GB`, by 1024.
pub(crate) fn size(bytes: u64) -> String {
    let megabytes = bytes >> 20;
    match megabytes {
        ..1024 => format!("{megabytes} MB"),
        _ => format!("{}.{} GB", megabytes >> 10, ((megabytes & 1023) * 10) >> 10),
    }
}

/// Whether a run with such a test is not a success.
pub(crate) fn is_bad(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Passed | Verdict::Flaky | Verdict::Skipped => false,
        Verdict::NotRun | Verdict::Interrupted | Verdict::TimedOut | Verdict::Failed => true,
    }
}

/// The last word on a run, as a word.
pub(crate) fn conclusion(outcome: &Outcome) -> &'static str {
    match outcome.conclusion() {
        Conclusion::Passed => "passed",
        Conclusion::Failed => "failed",
        Conclusion::Incomplete => "incomplete",
        Conclusion::Interrupted => "interrupted",
        Conclusion::Empty => "nothing to run",
    }
}

/// The run in one line, e.g. `failed: 3 passed, 1 failed in 4.2 s`.
pub(crate) fn headline(outcome: &Outcome) -> String {
    let said = counts(outcome.counts());
    format!("{}: {said} in {}", conclusion(outcome), time(outcome.elapsed()))
}

/// The verdicts that occurred, e.g. `3 passed, 1 failed`.
pub(crate) fn counts(counts: Counts) -> String {
    let parts = [
        (counts.passed, "passed"),
        (counts.failed, "failed"),
        (counts.timed_out, "timed out"),
        (counts.flaky, "flaky"),
        (counts.skipped, "skipped"),
        (counts.interrupted, "interrupted"),
        (counts.not_run, "not run"),
    ];
    let mut said: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    if counts.quarantined > 0 {
        let after = [counts.passed, counts.failed, counts.timed_out];
        let at = after.iter().filter(|count| **count > 0).count();
        said.insert(at, format!("{} of them quarantined", counts.quarantined));
    }
    if said.is_empty() { "no tests".to_owned() } else { said.join(", ") }
}

/// `1 test`, `2 tests`.
pub(crate) fn number_of(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A moment in RFC 3339 with milliseconds; none for one that no calendar holds.
pub(crate) fn timestamp(at: UnixMillis) -> Option<String> {
    let millis = i64::try_from(at.0).ok()?;
    Some(format!("{:.3}", jiff::Timestamp::from_millisecond(millis).ok()?))
}

/// A moment as people read it, in UTC: `2023-11-14 22:13 UTC`; none for one that no calendar holds.
pub(crate) fn minute(at: UnixMillis) -> Option<String> {
    let text = timestamp(at)?;
    let (day, time) = text.split_once('T')?;
    Some(format!("{day} {} UTC", time.get(..5)?))
}

/// A duration as people read it: `0.04 s`, `12.3 s`, `4 min 05 s`, `1 h 02 min`.
pub(crate) fn time(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let whole = (duration + Duration::from_millis(500)).as_secs();
    match seconds {
        s if s < 0.995 => format!("{s:.2} s"),
        s if s < 59.95 => format!("{s:.1} s"),
        s if s < 3599.5 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::model::event::UnixMillis;
    use crate::report::facts::{problems, retries, time, timestamp};
    use crate::report::sample::{calm, stormy};

    #[test]
    fn times_are_written_as_people_read_them() {
        let said = [0, 42, 994, 995, 12_340, 59_960, 245_000, 3_599_600, 7_380_000];
        let said = said.map(|millis| time(Duration::from_millis(millis)));
        assert_eq!(
            said,
            [
                "0.00 s",
                "0.04 s",
                "0.99 s",
                "1.0 s",
                "12.3 s",
                "1 min 00 s",
                "4 min 05 s",
                "1 h 00 min",
                "2 h 03 min"
            ]
        );
    }

    #[test]
    fn a_moment_that_no_calendar_holds_is_none() {
        assert_eq!(timestamp(UnixMillis(1_700_000_000_000)).unwrap(), "2023-11-14T22:13:20.000Z");
        assert_eq!(timestamp(UnixMillis(u64::MAX)), None);
    }

    #[test]
    fn a_shard_whose_tests_look_well_but_whose_runner_is_not_is_a_problem() {
        let mut sample = calm();
        assert_eq!(problems(&sample.outcome), []);
        sample.outcome.shards[1].attempts[0].ended = None;
        let titles: Vec<String> =
            problems(&sample.outcome).into_iter().map(|problem| problem.title).collect();
        assert_eq!(titles, ["shard 2 did not end well: end not seen"]);
    }

    #[test]
    fn a_shared_test_in_two_shards_was_not_retried() {
        let outcome = stormy().outcome;
        let of = |title: &str| {
            let test = outcome.tests.values().find(|test| test.case.key.title().ends_with(title));
            retries(test.unwrap())
        };
        assert_eq!((of("sign in"), of("wobbles"), of("never came")), (0, 1, 0));
    }
}
