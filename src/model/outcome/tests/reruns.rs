//! A plan and its re-runs, joined: the last attempt decides, and nothing is lost.

use super::{
    FAILED, PASSED, began, ended, ended_as, fold, gone, key, moved, plan, set_up, start, verdict,
};
use crate::model::event::{
    AttemptEnd, AttemptId, Event, Judged, Reason, Status, TestError, UnixMillis,
};
use crate::model::id::{PlanDigest, ShardNumber};
use crate::model::lineage::Lineage;
use crate::model::outcome::{Conclusion, Contradiction, Verdict};
use crate::model::plan::Plan;

/// The plan of a re-run of the plan `d`.
pub(super) fn rerun(shards: &[&[usize]]) -> Plan {
    let reruns = Some(vec![PlanDigest("d".into())]);
    let lineage = Lineage { reruns, ..Lineage::default() };
    let mut plan = Plan { lineage, ..plan(shards) };
    plan.digest = plan.compute_digest();
    plan
}

/// A run of these tests in a shard, each ending like this, with a good set-up before them.
pub(super) fn run(shard: usize, tests: &[(&str, Status)], last: AttemptEnd) -> Vec<Event> {
    let own = tests
        .iter()
        .flat_map(|(title, status)| [began(shard, title), ended(shard, title, *status)]);
    let end = Event::AttemptEnded { id: super::id(shard), end: last, at: UnixMillis(2) };
    [start(shard), set_up(shard)].into_iter().chain(own).chain([end]).collect()
}

#[test]
fn a_failure_that_a_re_run_made_good_is_flaky_and_the_whole_is_passed() {
    let whole = Plan::joined(&[plan(&[&[0, 1], &[2]]), rerun(&[&[1]])]).unwrap();
    let first = run(0, &[("t0", Status::Passed), ("t1", Status::Failed)], FAILED);
    let second = run(1, &[("t2", Status::Passed)], PASSED);
    let again = run(2, &[("t1", Status::Passed)], PASSED);
    let outcome = fold(&whole, &[first.clone(), second.clone(), again].concat());
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    assert_eq!(verdict(&outcome, "t1"), Verdict::Flaky);
    assert_eq!((outcome.counts().total(), outcome.counts().flaky), (4, 1));
    assert_eq!(outcome.shards.iter().map(|shard| shard.part).collect::<Vec<_>>(), [0, 0, 1]);
    // Where it fails once more it has failed, and without the re-run's results, too.
    let again = run(2, &[("t1", Status::Failed)], FAILED);
    let outcome = fold(&whole, &[first.clone(), second.clone(), again].concat());
    assert_eq!(outcome.conclusion(), Conclusion::Failed);
    assert_eq!(verdict(&outcome, "t1"), Verdict::Failed);
    let outcome = fold(&whole, &[first, second].concat());
    assert_eq!(outcome.conclusion(), Conclusion::Incomplete);
    assert_eq!(verdict(&outcome, "t1"), Verdict::Failed);
}

#[test]
fn a_pass_of_the_first_run_does_not_make_good_a_failure_of_the_re_run() {
    let whole = Plan::joined(&[plan(&[&[0, 1]]), rerun(&[&[0, 1]])]).unwrap();
    let first = run(0, &[("t0", Status::Passed), ("t1", Status::Failed)], FAILED);
    let again = run(1, &[("t0", Status::Failed), ("t1", Status::Passed)], FAILED);
    let outcome = fold(&whole, &[first, again].concat());
    assert_eq!(verdict(&outcome, "t0"), Verdict::Failed);
    assert_eq!(verdict(&outcome, "t1"), Verdict::Flaky);
    assert_eq!(outcome.conclusion(), Conclusion::Failed);
}

#[test]
fn what_a_killed_or_cancelled_run_left_is_healed_by_the_re_run() {
    for end in [gone(), AttemptEnd::Cancelled(Reason::User)] {
        let whole = Plan::joined(&[plan(&[&[0, 1, 2]]), rerun(&[&[1], &[2]])]).unwrap();
        let first = [start(0), set_up(0), ended(0, "t0", Status::Passed), began(0, "t1")];
        let end = Event::AttemptEnded { id: super::id(0), end, at: UnixMillis(2) };
        let again =
            [run(1, &[("t1", Status::Passed)], PASSED), run(2, &[("t2", Status::Passed)], PASSED)];
        let healed = [&first[..], std::slice::from_ref(&end), &again.concat()].concat();
        assert_eq!(fold(&whole, &healed).conclusion(), Conclusion::Passed);
        let half = [&first[..], &[end], &again[0]].concat();
        let outcome = fold(&whole, &half);
        assert_eq!(outcome.conclusion(), Conclusion::Incomplete);
        assert_eq!(verdict(&outcome, "t2"), Verdict::NotRun);
    }
}

#[test]
fn what_the_re_run_could_not_finish_keeps_its_last_word() {
    let whole = Plan::joined(&[plan(&[&[0, 1]]), rerun(&[&[0, 1]])]).unwrap();
    let first = run(0, &[("t0", Status::Passed), ("t1", Status::Failed)], FAILED);
    let killed = [start(1), set_up(1), began(1, "t0")];
    let outcome = fold(&whole, &[first, killed.to_vec()].concat());
    assert_eq!(verdict(&outcome, "t0"), Verdict::Passed);
    assert_eq!(verdict(&outcome, "t1"), Verdict::Failed);
    assert_eq!(outcome.conclusion(), Conclusion::Incomplete);
}

#[test]
fn a_re_run_of_a_re_run_has_the_last_word() {
    let parts = [plan(&[&[0, 1]]), rerun(&[&[0], &[1]]), rerun(&[&[1]])];
    let whole = Plan::joined(&parts).unwrap();
    let first = run(0, &[("t0", Status::Failed), ("t1", Status::Failed)], FAILED);
    let second =
        [run(1, &[("t0", Status::Passed)], PASSED), run(2, &[("t1", Status::TimedOut)], FAILED)];
    let third = run(3, &[("t1", Status::Passed)], PASSED);
    let outcome = fold(&whole, &[first, second.concat(), third].concat());
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    assert_eq!(outcome.counts().flaky, 2);
    let test = &outcome.tests[&key("web", "t1")];
    assert_eq!(test.dealt().map(ShardNumber::get).collect::<Vec<_>>(), [1, 3, 4]);
    assert_eq!(test.runs.len(), 3);
}

#[test]
fn a_new_test_of_a_re_run_counts_also_where_it_has_no_result() {
    let whole = Plan::joined(&[plan(&[&[0]]), rerun(&[&[7]])]).unwrap();
    let first = run(0, &[("t0", Status::Passed)], PASSED);
    let outcome = fold(&whole, &first);
    assert_eq!(verdict(&outcome, "t7"), Verdict::NotRun);
    assert_eq!(outcome.conclusion(), Conclusion::Incomplete);
    let again = run(1, &[("t7", Status::Passed)], PASSED);
    assert_eq!(fold(&whole, &[first, again].concat()).conclusion(), Conclusion::Passed);
}

#[test]
fn a_set_up_that_failed_is_made_good_by_the_shards_that_ran_its_tests_again() {
    let whole = Plan::joined(&[plan(&[&[0], &[1]]), rerun(&[&[0], &[2]])]).unwrap();
    let bad = |shard| ended_as(shard, key("setup", "log in"), Status::Failed, Status::Passed);
    let end = |shard| Event::AttemptEnded { id: super::id(shard), end: FAILED, at: UnixMillis(2) };
    let first = [start(0), bad(0), ended(0, "t0", Status::Skipped), end(0)];
    let good = |shard, title| run(shard, &[(title, Status::Passed)], PASSED);
    let rest = [good(1, "t1"), good(2, "t0"), good(3, "t2")].concat();
    let outcome = fold(&whole, &[&first[..], &rest].concat());
    assert_eq!(outcome.tests[&key("setup", "log in")].verdict(), Verdict::Flaky);
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    // It failed in another shard, whose tests nobody ran again.
    let second = [start(1), bad(1), ended(1, "t1", Status::Passed), end(1)];
    let rest = [&second[..], &good(0, "t0"), &good(2, "t0"), &good(3, "t2")].concat();
    let outcome = fold(&whole, &rest);
    assert_eq!(outcome.tests[&key("setup", "log in")].verdict(), Verdict::Failed);
}

#[test]
fn an_error_outside_tests_lasts_until_all_of_its_shard_ran_again() {
    let error = |shard| Event::RunnerError { id: super::id(shard), error: TestError::default() };
    let first = [
        start(0),
        error(0),
        ended(0, "t0", Status::Passed),
        ended(0, "t1", Status::Failed),
        Event::AttemptEnded { id: super::id(0), end: FAILED, at: UnixMillis(2) },
    ];
    let part = Plan::joined(&[plan(&[&[0, 1]]), rerun(&[&[1]])]).unwrap();
    let again = run(1, &[("t1", Status::Passed)], PASSED);
    let outcome = fold(&part, &[&first[..], &again].concat());
    assert_eq!(outcome.conclusion(), Conclusion::Failed);
    assert!(outcome.is_wrong_as_a_whole(&outcome.shards[0]));
    let all = Plan::joined(&[plan(&[&[0, 1]]), rerun(&[&[0, 1]])]).unwrap();
    let again = run(1, &[("t0", Status::Passed), ("t1", Status::Passed)], PASSED);
    let outcome = fold(&all, &[&first[..], &again].concat());
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    assert!(!outcome.is_wrong_as_a_whole(&outcome.shards[0]));
}

#[test]
fn what_shards_dealt_among_themselves_stays_before_the_re_run() {
    let whole = Plan::joined(&[plan(&[&[0], &[1]]), rerun(&[&[1]])]).unwrap();
    let first = [start(0), set_up(0), ended(0, "t0", Status::Passed)];
    let second = [start(1), set_up(1), ended(1, "t1", Status::Failed)];
    let gone = Event::AttemptEnded { id: super::id(1), end: gone(), at: UnixMillis(2) };
    let taken = [moved("t1"), ended(0, "t1", Status::Failed)];
    let again = run(2, &[("t1", Status::Passed)], PASSED);
    let end = [Event::AttemptEnded { id: super::id(0), end: FAILED, at: UnixMillis(2) }];
    // A merge reads shard by shard.
    let all = [&first[..], &taken, &end, &second, &[gone], &again].concat();
    let mut outcome = fold(&whole, &all);
    outcome.put_in_order();
    let test = &outcome.tests[&key("web", "t1")];
    assert_eq!(test.dealt().map(ShardNumber::get).collect::<Vec<_>>(), [2, 1, 3]);
    assert_eq!(test.runs.iter().map(|run| run.id.shard.get()).collect::<Vec<_>>(), [2, 1, 3]);
    assert_eq!(test.verdict(), Verdict::Flaky);
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    assert_eq!([0, 1, 2].map(|at| outcome.shards[at].moved), [1, 1, 0]);
}

#[test]
fn what_the_first_run_had_in_no_plan_is_settled_by_the_re_run_that_has_it() {
    let whole = Plan::joined(&[plan(&[&[0]]), rerun(&[&[7]])]).unwrap();
    let test = crate::model::event::ListedTest {
        key: key("web", "t7"),
        runner_id: "x".into(),
        tags: Vec::new(),
        line: 1,
        column: 1,
        shared: false,
        serial: None,
    };
    let (id, tests, at, up) = (super::id(0), vec![test], None, None);
    let listed = Event::TestsListed { id, tests, at, up };
    let first = run(0, &[("t0", Status::Passed)], PASSED);
    let again = run(1, &[("t7", Status::Passed)], PASSED);
    let all = [&first[..], std::slice::from_ref(&listed), &again].concat();
    assert_eq!(fold(&whole, &all).conclusion(), Conclusion::Passed);
    let alone = fold(&plan(&[&[0]]), &[&first[..], &[listed]].concat());
    assert_eq!(alone.conclusion(), Conclusion::Incomplete);
}

#[test]
fn what_lies_between_a_run_and_its_re_run_is_not_its_time() {
    let whole = Plan::joined(&[plan(&[&[0], &[1]]), rerun(&[&[1]])]).unwrap();
    let attempt = |shard, from, to| {
        let id = super::id(shard);
        let start = Event::AttemptStarted { id, at: UnixMillis(from) };
        [start, Event::AttemptEnded { id, end: PASSED, at: UnixMillis(to) }]
    };
    let (digest, at) = (whole.digest.clone(), UnixMillis(1_000));
    let run =
        Event::RunStarted { digest, at, sources: None, build: None, judged: Judged::default() };
    let end = Event::RunEnded { at: UnixMillis(900_000) };
    let all = [attempt(0, 1_000, 5_000), attempt(1, 2_000, 6_000), attempt(2, 800_000, 803_000)];
    let outcome = fold(&whole, &[&[run], all.concat().as_slice(), &[end]].concat());
    assert_eq!(outcome.elapsed().as_millis(), 8_000);
}

#[test]
fn a_contradiction_makes_a_good_run_incomplete() {
    let plan = plan(&[&[0]]);
    let mut outcome = fold(&plan, &run(0, &[("t0", Status::Passed)], PASSED));
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    let contradiction = Contradiction { title: "a and b".into(), text: String::new() };
    outcome.contradictions.push(contradiction);
    assert_eq!(outcome.conclusion(), Conclusion::Incomplete);
}

#[test]
fn a_joined_plan_is_taken_apart_into_what_was_joined() {
    let parts = [plan(&[&[0, 1], &[2]]), rerun(&[&[1], &[], &[7]])];
    let whole = Plan::joined(&parts).unwrap();
    assert_eq!(whole.digest, whole.compute_digest());
    let apart = whole.parts();
    assert_eq!(apart.iter().map(|(_, before)| *before).collect::<Vec<_>>(), [0, 2]);
    for ((part, _), plan) in apart.iter().zip(&parts) {
        assert_eq!((&part.digest, &part.shards), (&plan.digest, &plan.shards));
        assert_eq!(part.lineage, plan.lineage);
    }
    let plans: Vec<Plan> = apart.into_iter().map(|(plan, _)| plan).collect();
    assert_eq!(Plan::joined(&plans).unwrap(), whole);
    assert_eq!(Plan::joined(&parts[..1]).unwrap(), parts[0]);
}

/// The test asks to be skipped.
fn skip(shard: usize, key: crate::model::id::TestKey) -> Event {
    ended_as(shard, key, Status::Skipped, Status::Skipped)
}

#[test]
fn a_skip_in_a_re_run_or_in_a_later_attempt_makes_no_failure_good() {
    let whole = Plan::joined(&[plan(&[&[0]]), rerun(&[&[0]]), rerun(&[&[0]])]).unwrap();
    let first = run(0, &[("t0", Status::Failed)], FAILED);
    let second = [start(1), set_up(1), skip(1, key("web", "t0")), super::end(1, PASSED)];
    let part = Plan::joined(&[plan(&[&[0]]), rerun(&[&[0]])]).unwrap();
    let outcome = fold(&part, &[&first[..], &second].concat());
    assert_eq!(verdict(&outcome, "t0"), Verdict::Failed);
    assert_eq!(outcome.conclusion(), Conclusion::Failed);
    // A pass after that does.
    let third = run(2, &[("t0", Status::Passed)], PASSED);
    let outcome = fold(&whole, &[&first[..], &second, &third].concat());
    assert_eq!(verdict(&outcome, "t0"), Verdict::Flaky);
    // And so it is within a shard.
    let later = AttemptId { attempt: 2, ..super::id(0) };
    let Event::TestEnded { key, result, .. } = skip(0, key("web", "t0")) else {
        panic!("a result")
    };
    let retried = [
        Event::AttemptStarted { id: later, at: UnixMillis(3) },
        Event::TestEnded { id: later, key, result },
        Event::AttemptEnded { id: later, end: PASSED, at: UnixMillis(4) },
    ];
    let outcome = fold(&plan(&[&[0]]), &[&first[..], &retried].concat());
    assert_eq!(verdict(&outcome, "t0"), Verdict::Failed);
}

#[test]
fn a_set_up_that_a_re_run_skips_stays_failed_until_one_passes_it() {
    let log_in = || key("setup", "log in");
    let failed = ended_as(0, log_in(), Status::Failed, Status::Passed);
    let first = [start(0), failed, ended(0, "t0", Status::Skipped), super::end(0, FAILED)];
    let pass = |shard| ended(shard, "t0", Status::Passed);
    let second = [start(1), skip(1, log_in()), pass(1), super::end(1, PASSED)];
    let part = Plan::joined(&[plan(&[&[0]]), rerun(&[&[0]])]).unwrap();
    let outcome = fold(&part, &[&first[..], &second].concat());
    assert_eq!(outcome.tests[&log_in()].verdict(), Verdict::Failed);
    assert_eq!(outcome.conclusion(), Conclusion::Failed);
    let whole = Plan::joined(&[plan(&[&[0]]), rerun(&[&[0]]), rerun(&[&[0]])]).unwrap();
    let third = run(2, &[("t0", Status::Passed)], PASSED);
    let outcome = fold(&whole, &[&first[..], &second, &third].concat());
    assert_eq!(outcome.tests[&log_in()].verdict(), Verdict::Flaky);
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    // A re-run of which nothing is left is in nobody's way.
    let outcome = fold(&whole, &[&first[..], &third].concat());
    assert_eq!(outcome.tests[&log_in()].verdict(), Verdict::Flaky);
}

#[test]
fn a_set_up_that_is_flaky_in_one_shard_is_flaky_wherever_it_was_skipped() {
    let log_in = || key("setup", "log in");
    let whole = Plan::joined(&[plan(&[&[0], &[1]]), rerun(&[&[0]])]).unwrap();
    let failed = ended_as(0, log_in(), Status::Failed, Status::Passed);
    let first = [start(0), failed, ended(0, "t0", Status::Skipped), super::end(0, FAILED)];
    let second =
        [start(1), skip(1, log_in()), ended(1, "t1", Status::Passed), super::end(1, PASSED)];
    let again = run(2, &[("t0", Status::Passed)], PASSED);
    let mut outcome = fold(&whole, &[&first[..], &second, &again].concat());
    assert_eq!(outcome.tests[&log_in()].verdict(), Verdict::Flaky);
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    outcome.fails_on_flaky = true;
    assert_eq!(outcome.conclusion(), Conclusion::Failed);
}

#[test]
fn a_failure_that_was_to_be_tried_again_and_never_was_is_one() {
    let tried_again = |mut event: Event| {
        if let Event::TestEnded { result, .. } = &mut event {
            result.again = true;
        }
        event
    };
    let whole = Plan::joined(&[plan(&[&[0, 1]]), rerun(&[&[0, 1]])]).unwrap();
    let first = run(0, &[("t0", Status::Passed), ("t1", Status::Failed)], FAILED);
    let cut = tried_again(ended(1, "t0", Status::Failed));
    let again = [start(1), set_up(1), cut, ended(1, "t1", Status::Passed), super::end(1, FAILED)];
    let outcome = fold(&whole, &[&first[..], &again].concat());
    assert_eq!(verdict(&outcome, "t0"), Verdict::Failed);
    assert_eq!(verdict(&outcome, "t1"), Verdict::Flaky);
    assert_eq!(outcome.conclusion(), Conclusion::Failed);
    // In one attempt, too: a serial block that began anew, and was cut off.
    let block = [ended(0, "t0", Status::Passed), tried_again(ended(0, "t0", Status::Failed))];
    let one = [&[start(0), set_up(0)], &block[..], &[super::end(0, FAILED)]].concat();
    let outcome = fold(&plan(&[&[0]]), &one);
    assert_eq!(verdict(&outcome, "t0"), Verdict::Failed);
}

#[test]
fn no_shard_takes_tests_over_from_another_part() {
    let parts = [plan(&[&[0], &[1]]), rerun(&[&[1]])];
    let whole = Plan::joined(&parts).unwrap();
    let said = [
        run(0, &[("t0", Status::Passed)], PASSED),
        run(1, &[("t1", Status::Failed)], FAILED),
        run(2, &[("t1", Status::Passed)], PASSED),
    ];
    let keys = vec![key("web", "t1")];
    let forged = |to, from| Event::TestsMoved {
        id: super::id(to),
        from: ShardNumber::at(from),
        keys: keys.clone(),
        drawn: false,
    };
    let fair = fold(&whole, &said.concat());
    for (to, from) in [(2, 1), (1, 2), (0, 2), (2, 0)] {
        let outcome = fold(&whole, &[said.concat(), vec![forged(to, from)]].concat());
        assert_eq!(outcome, fair, "{from} to {to}");
    }
}
