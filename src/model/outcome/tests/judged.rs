//! What a quarantine excuses, and what it never does.

use proptest::prelude::{Just, any, prop_assert_eq, prop_oneof, proptest};

use super::{FAILED, PASSED, any_event, end, ended, fold, gone, id, plan, set_up, start};
use crate::model::event::{AttemptEnd, Event, Reason, RunnerVerdict, Status, TestError};
use crate::model::outcome::{Conclusion, Outcome, Verdict};
use crate::model::plan::Plan;
use crate::model::quarantine::{Day, Entry, Quarantine, Tests};

const TODAY: Day = Day(2026, 11, 21);

/// Every test of the file, or one, until a day.
fn until(expires: Day, tests: Tests) -> Quarantine {
    let entry = Entry {
        project: Some("web".to_owned()),
        file: "a.spec.ts".to_owned(),
        tests,
        reason: "r".to_owned(),
        owner: "o".to_owned(),
        expires,
        line: 1,
    };
    Quarantine { entries: vec![entry], today: TODAY }
}

fn judged(plan: &Plan, events: &[Event], quarantine: &Quarantine) -> Outcome {
    let mut outcome = fold(plan, events);
    outcome.judge(quarantine, false);
    outcome
}

#[test]
fn a_failure_is_excused_until_its_day_is_over() {
    let plan = plan(&[&[0, 1]]);
    let tests = [ended(0, "t0", Status::Failed), ended(0, "t1", Status::Passed)];
    let events = [&[start(0), set_up(0)], tests.as_slice(), &[end(0, FAILED)]].concat();
    let one = |title: &str| Tests::Title(title.to_owned());
    let outcome = judged(&plan, &events, &until(TODAY, one("t0")));
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    let counts = outcome.counts();
    assert_eq!((counts.failed, counts.quarantined, counts.total()), (1, 1, 3));
    let ended = judged(&plan, &events, &until(Day(2026, 11, 20), one("t0")));
    assert_eq!(ended.conclusion(), Conclusion::Failed);
    assert_eq!(ended.counts().quarantined, 0);
    let other = judged(&plan, &events, &until(TODAY, one("t1")));
    assert_eq!(other.conclusion(), Conclusion::Failed);
}

#[test]
fn nothing_beside_the_failure_is_excused() {
    let plan = plan(&[&[0, 1]]);
    let all = until(TODAY, Tests::All);
    let [bad, good] = [ended(0, "t0", Status::TimedOut), ended(0, "t1", Status::Passed)];
    let begin = [start(0), set_up(0), bad.clone()];
    let conclusion =
        |more: &[Event]| judged(&plan, &[begin.as_slice(), more].concat(), &all).conclusion();
    assert_eq!(conclusion(&[good.clone(), end(0, FAILED)]), Conclusion::Passed);
    assert_eq!(conclusion(&[end(0, FAILED)]), Conclusion::Incomplete, "t1 did not run");
    assert_eq!(conclusion(&[good.clone(), end(0, gone())]), Conclusion::Incomplete);
    assert_eq!(conclusion(std::slice::from_ref(&good)), Conclusion::Incomplete);
    let stopped = AttemptEnd::Cancelled(Reason::TooManyFailures);
    assert_eq!(conclusion(&[end(0, stopped)]), Conclusion::Incomplete);
    let timed_out = AttemptEnd::Finished(RunnerVerdict::TimedOut);
    assert_eq!(conclusion(&[good.clone(), end(0, timed_out)]), Conclusion::Failed);
    let error = Event::RunnerError { id: id(0), error: TestError::default() };
    assert_eq!(conclusion(&[good, error, end(0, FAILED)]), Conclusion::Failed);
    // No failed test explains the runner's word.
    let well = [ended(0, "t0", Status::Passed), ended(0, "t1", Status::Passed)];
    let events = [&[start(0), set_up(0)], well.as_slice(), &[end(0, FAILED)]].concat();
    assert_eq!(judged(&plan, &events, &all).conclusion(), Conclusion::Failed);
}

#[test]
fn a_flaky_test_fails_a_run_that_wants_none_quarantined_or_not() {
    let plan = plan(&[&[0]]);
    let tests = [ended(0, "t0", Status::Failed), ended(0, "t0", Status::Passed)];
    let mut tests: Vec<Event> = tests.into();
    if let Event::TestEnded { result, .. } = &mut tests[0] {
        result.again = true;
    }
    let events = [&[start(0), set_up(0)], tests.as_slice(), &[end(0, PASSED)]].concat();
    let mut outcome = fold(&plan, &events);
    assert_eq!(super::verdict(&outcome, "t0"), Verdict::Flaky);
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    outcome.judge(&until(TODAY, Tests::All), true);
    assert_eq!(outcome.conclusion(), Conclusion::Failed);
}

/// The same where no test failed.
fn mended(event: &Event) -> Event {
    let mut event = event.clone();
    if let Event::TestEnded { result, .. } = &mut event
        && matches!(result.status, Status::Failed | Status::TimedOut)
    {
        result.status = result.expected;
    }
    if let Event::AttemptEnded { end, .. } = &mut event
        && *end == FAILED
    {
        *end = PASSED;
    }
    event
}

proptest! {
    #[test]
    fn a_run_passes_with_a_quarantine_only_where_it_would_had_no_test_failed(
        failed in any::<[bool; 3]>(),
        more in proptest::collection::vec(any_event(), 0..3),
        ends in proptest::collection::vec(prop_oneof![Just(PASSED), Just(FAILED), Just(gone())], 2),
    ) {
        let plan = plan(&[&[0, 1], &[2]]);
        let test = |(number, failed): (usize, bool)| {
            let status = if failed { Status::Failed } else { Status::Passed };
            ended(number / 2, &format!("t{number}"), status)
        };
        let begin = [start(0), start(1), set_up(0), set_up(1)].into_iter();
        let events = begin.chain(failed.into_iter().enumerate().map(test)).chain(more);
        let events: Vec<Event> =
            events.chain((0..).zip(ends).map(|(shard, how)| end(shard, how))).collect();
        let all = until(TODAY, Tests::All);
        if judged(&plan, &events, &all).conclusion() == Conclusion::Passed {
            let mended: Vec<Event> = events.iter().map(mended).collect();
            prop_assert_eq!(fold(&plan, &mended).conclusion(), Conclusion::Passed);
        }
    }
}
