//! The fold from events to verdicts, event by event.

mod by_chance;
mod drawn;
mod judged;
mod reruns;

use std::time::Duration;

use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{Conclusion, Outcome, Verdict};
use crate::model::event::{
    AttemptEnd, AttemptId, Event, Fault, FaultKind, ListedTest, Reason, RunnerVerdict, Status,
    TestError, TestResult, UnixMillis,
};
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::lineage::Lineage;
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::suite::{GroupKind, Project, TestCase, TestGroup};

const PASSED: AttemptEnd = AttemptEnd::Finished(RunnerVerdict::Passed);
const FAILED: AttemptEnd = AttemptEnd::Finished(RunnerVerdict::Failed);

fn key(project: &str, title: &str) -> TestKey {
    let titles = vec![title.to_owned()];
    TestKey { file: "a.spec.ts".into(), project: project.into(), titles, repeat: 0 }
}

fn case(key: &TestKey) -> TestCase {
    TestCase { key: key.clone(), runner_id: None, tags: Vec::new(), line: 1, column: 1 }
}

/// Shards of single tests `t0`, `t1`, ... and a set-up test that each of them needs.
fn plan(shards: &[&[usize]]) -> Plan {
    let group = |number: &usize| {
        let key = key("web", &format!("t{number}"));
        let kind = GroupKind::Single;
        let tests = vec![case(&key)];
        let worker = String::new();
        let group = TestGroup { project: key.project, file: key.file, kind, worker, tests };
        PlannedGroup { group, estimate: Duration::from_secs(1) }
    };
    let shard = |(index, tests): (usize, &&[usize])| PlannedShard {
        number: ShardNumber::at(index),
        groups: tests.iter().map(group).collect(),
        predicted: Duration::from_secs(1),
    };
    let project = |name: &str, dependencies| Project {
        name: name.into(),
        dependencies,
        teardown: None,
        workers: None,
    };
    let (web, setup) = (project("web", vec!["setup".into()]), project("setup", Vec::new()));
    Plan {
        digest: PlanDigest("d".into()),
        strategy: "lpt".into(),
        workers: 1,
        shards: shards.iter().enumerate().map(shard).collect(),
        shared: vec![case(&key("setup", "log in"))],
        projects: vec![web, setup],
        lower_bound: Duration::ZERO,
        known: 0,
        lineage: Lineage::default(),
    }
}

fn id(shard: usize) -> AttemptId {
    AttemptId { shard: ShardNumber::at(shard), attempt: 1 }
}

fn start(shard: usize) -> Event {
    Event::AttemptStarted { id: id(shard), at: UnixMillis(1) }
}

fn end(shard: usize, end: AttemptEnd) -> Event {
    Event::AttemptEnded { id: id(shard), end, at: UnixMillis(2) }
}

fn began(shard: usize, title: &str) -> Event {
    Event::TestBegan { id: id(shard), key: key("web", title), retry: 0, at: UnixMillis(1) }
}

fn ended_as(shard: usize, key: TestKey, status: Status, expected: Status) -> Event {
    let result = TestResult {
        status,
        expected,
        retry: 0,
        again: false,
        started: UnixMillis(1),
        duration: Duration::from_millis(5),
        worker: 0,
        process: None,
        warmup: Duration::ZERO,
        errors: Vec::new(),
        attachments: Vec::new(),
        annotations: Vec::new(),
        stdout: String::new(),
        stderr: String::new(),
    };
    Event::TestEnded { id: id(shard), key, result: Box::new(result) }
}

fn ended(shard: usize, title: &str, status: Status) -> Event {
    ended_as(shard, key("web", title), status, Status::Passed)
}

fn set_up(shard: usize) -> Event {
    ended_as(shard, key("setup", "log in"), Status::Passed, Status::Passed)
}

fn fold(plan: &Plan, events: &[Event]) -> Outcome {
    let mut outcome = Outcome::of(plan);
    for event in events {
        outcome.apply(plan, event);
    }
    outcome
}

fn verdict(outcome: &Outcome, title: &str) -> Verdict {
    outcome.tests[&key("web", title)].verdict()
}

#[test]
fn a_run_that_passed_is_passed() {
    let plan = plan(&[&[0]]);
    let passed = ended(0, "t0", Status::Passed);
    let outcome = fold(&plan, &[start(0), set_up(0), began(0, "t0"), passed, end(0, PASSED)]);
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    assert_eq!(outcome.counts().total(), 2);
}

#[test]
fn a_shard_without_an_end_is_never_a_success() {
    let plan = plan(&[&[0], &[1]]);
    let both = [ended(0, "t0", Status::Passed), ended(1, "t1", Status::Passed)];
    let events = [&[start(0), start(1), set_up(0)], both.as_slice(), &[end(0, PASSED)]].concat();
    assert_eq!(fold(&plan, &events).conclusion(), Conclusion::Incomplete);
}

#[test]
fn a_shard_that_never_started_is_never_a_success() {
    let plan = plan(&[&[0], &[1]]);
    let events = [start(0), set_up(0), ended(0, "t0", Status::Passed), end(0, PASSED)];
    let outcome = fold(&plan, &events);
    assert_eq!(outcome.conclusion(), Conclusion::Incomplete);
    assert_eq!(verdict(&outcome, "t1"), Verdict::NotRun);
}

/// The second shard could not finish its test, and the first one takes it over.
fn moved(title: &str) -> Event {
    let keys = vec![key("web", title)];
    Event::TestsMoved { id: id(0), from: ShardNumber::at(1), keys, drawn: false }
}

fn gone() -> AttemptEnd {
    AttemptEnd::Faulted(Fault { kind: FaultKind::EngineGone, message: String::new() })
}

#[test]
fn what_another_shard_took_over_and_finished_is_not_lost() {
    let plan = plan(&[&[0], &[1]]);
    let first = [start(0), set_up(0), ended(0, "t0", Status::Passed), end(0, PASSED)];
    let second = [start(1), set_up(1), began(1, "t1"), end(1, gone())];
    let taken = [start(0), moved("t1"), began(0, "t1")];
    let well = [ended(0, "t1", Status::Passed), end(0, PASSED)];
    let whole = |order: [&[Event]; 4]| fold(&plan, &order.concat());
    let outcome = whole([&second, &first, &taken, &well]);
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
    assert_eq!(verdict(&outcome, "t1"), Verdict::Passed);
    // A merge reads shard by shard.
    assert_eq!(whole([&first, &taken, &well, &second]).conclusion(), Conclusion::Passed);
    // Who took it over is gone, too.
    let outcome = whole([&second, &first, &taken, &[end(0, gone())]]);
    assert_eq!(outcome.conclusion(), Conclusion::Incomplete);
    assert_eq!(verdict(&outcome, "t1"), Verdict::Interrupted);
    assert_eq!(whole([&second, &first, &taken, &[]]).conclusion(), Conclusion::Incomplete);
}

#[test]
fn a_test_that_failed_and_passes_where_it_was_dealt_again_is_flaky() {
    let plan = plan(&[&[0], &[1]]);
    let failed = [start(1), set_up(1), ended(1, "t1", Status::Failed), end(1, gone())];
    let passed = [start(0), set_up(0), ended(0, "t0", Status::Passed), moved("t1")];
    let again = [ended(0, "t1", Status::Passed), end(0, PASSED)];
    let outcome = fold(&plan, &[failed.as_slice(), &passed, &again].concat());
    assert_eq!(verdict(&outcome, "t1"), Verdict::Flaky);
}

#[test]
fn a_shard_takes_nothing_over_that_was_not_dealt_to_the_other() {
    let plan = plan(&[&[0], &[1], &[2]]);
    let failed = [start(2), set_up(2), ended(2, "t2", Status::Failed), end(2, FAILED)];
    let forged = [start(0), moved("t2"), ended(0, "t2", Status::Passed)];
    let outcome = fold(&plan, &[failed.as_slice(), &forged].concat());
    assert_eq!(verdict(&outcome, "t2"), Verdict::Failed);
    assert_eq!(outcome.shards[1].moved, 0);
}

#[test]
fn an_empty_shard_needs_no_end() {
    let plan = plan(&[&[0], &[]]);
    let events = [start(0), set_up(0), ended(0, "t0", Status::Passed), end(0, PASSED)];
    assert_eq!(fold(&plan, &events).conclusion(), Conclusion::Passed);
}

#[test]
fn what_ran_when_the_shard_died_is_interrupted_and_the_rest_did_not_run() {
    let plan = plan(&[&[0, 1, 2]]);
    let fault = Fault { kind: FaultKind::Crash, message: "killed".into() };
    let done = ended(0, "t0", Status::Passed);
    let died = end(0, AttemptEnd::Faulted(fault));
    let outcome = fold(&plan, &[start(0), began(0, "t0"), done, began(0, "t1"), died]);
    assert_eq!(verdict(&outcome, "t0"), Verdict::Passed);
    assert_eq!(verdict(&outcome, "t1"), Verdict::Interrupted);
    assert_eq!(verdict(&outcome, "t2"), Verdict::NotRun);
    assert_eq!(outcome.conclusion(), Conclusion::Incomplete);
}

#[test]
fn a_failure_and_then_a_pass_is_flaky() {
    let plan = plan(&[&[0]]);
    let (mut bad, good) = (ended(0, "t0", Status::Failed), ended(0, "t0", Status::Passed));
    if let Event::TestEnded { result, .. } = &mut bad {
        result.again = true;
    }
    let outcome = fold(&plan, &[start(0), set_up(0), bad, good, end(0, PASSED)]);
    assert_eq!(verdict(&outcome, "t0"), Verdict::Flaky);
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
}

#[test]
fn a_test_that_failed_for_good_cannot_have_passed_in_the_same_attempt() {
    let plan = plan(&[&[0]]);
    let (bad, good) = (ended(0, "t0", Status::Failed), ended(0, "t0", Status::Passed));
    for forged in [[bad.clone(), good.clone()], [good.clone(), bad.clone()]] {
        let [one, other] = forged;
        let outcome = fold(&plan, &[start(0), set_up(0), one, other, end(0, FAILED)]);
        assert_eq!(verdict(&outcome, "t0"), Verdict::Failed);
    }
    // In another attempt it can.
    let later = AttemptId { attempt: 2, ..id(0) };
    let Event::TestEnded { key, result, .. } = good else { panic!("it is a result") };
    let good = Event::TestEnded { id: later, key, result };
    let again = Event::AttemptStarted { id: later, at: UnixMillis(3) };
    let done = Event::AttemptEnded { id: later, end: PASSED, at: UnixMillis(4) };
    let all = [start(0), set_up(0), bad, end(0, FAILED), again, good, done];
    let outcome = fold(&plan, &all);
    assert_eq!(verdict(&outcome, "t0"), Verdict::Flaky);
    assert_eq!(outcome.conclusion(), Conclusion::Passed);
}

#[test]
fn a_test_does_what_it_says_when_it_fails_as_expected() {
    let plan = plan(&[&[0, 1]]);
    let fails = ended_as(0, key("web", "t0"), Status::Failed, Status::Failed);
    let passes = ended_as(0, key("web", "t1"), Status::Passed, Status::Failed);
    let outcome = fold(&plan, &[start(0), set_up(0), fails, passes, end(0, FAILED)]);
    assert_eq!(verdict(&outcome, "t0"), Verdict::Passed);
    assert_eq!(verdict(&outcome, "t1"), Verdict::Failed);
}

#[test]
fn a_skip_that_the_test_did_not_ask_for_means_that_it_did_not_run() {
    let plan = plan(&[&[0, 1]]);
    let asked = ended_as(0, key("web", "t0"), Status::Skipped, Status::Skipped);
    let outcome =
        fold(&plan, &[start(0), set_up(0), asked, ended(0, "t1", Status::Skipped), end(0, PASSED)]);
    assert_eq!(verdict(&outcome, "t0"), Verdict::Skipped);
    assert_eq!(verdict(&outcome, "t1"), Verdict::NotRun);
    assert_eq!(outcome.conclusion(), Conclusion::Incomplete);
}

#[test]
fn a_set_up_test_that_failed_in_one_shard_has_failed() {
    let plan = plan(&[&[0], &[1]]);
    let failed = ended_as(1, key("setup", "log in"), Status::Failed, Status::Passed);
    let events = [
        start(0),
        set_up(0),
        ended(0, "t0", Status::Passed),
        end(0, PASSED),
        start(1),
        failed,
        ended(1, "t1", Status::Skipped),
        end(1, FAILED),
    ];
    let outcome = fold(&plan, &events);
    assert_eq!(outcome.tests[&key("setup", "log in")].verdict(), Verdict::Failed);
    assert_eq!(outcome.conclusion(), Conclusion::Failed);
}

#[test]
fn a_discontent_runner_or_an_error_outside_tests_is_a_failure() {
    let plan = plan(&[&[0]]);
    let good = [start(0), set_up(0), ended(0, "t0", Status::Passed)];
    let discontent = fold(&plan, &[good.as_slice(), &[end(0, FAILED)]].concat());
    assert_eq!(discontent.conclusion(), Conclusion::Failed);
    let error = Event::RunnerError { id: id(0), error: TestError::default() };
    let errors = fold(&plan, &[good.as_slice(), &[error, end(0, PASSED)]].concat());
    assert_eq!(errors.conclusion(), Conclusion::Failed);
}

#[test]
fn a_test_that_was_dealt_to_another_shard_or_to_none_is_named() {
    let plan = plan(&[&[0], &[1]]);
    let listed = |shard: usize, title: &str| {
        let test = ListedTest {
            key: key("web", title),
            runner_id: "x".into(),
            tags: Vec::new(),
            line: 1,
            column: 1,
            shared: false,
            serial: None,
        };
        Event::TestsListed { id: id(shard), tests: vec![test], up: None, at: None }
    };
    for (shard, title, named) in [(0, "t0", 0), (0, "t1", 1), (1, "new", 1)] {
        let outcome = fold(&plan, &[start(shard), listed(shard, title)]);
        assert_eq!(outcome.unplanned.len(), named, "{title} in shard {shard}");
    }
}

#[test]
fn a_cancelled_run_is_interrupted_whatever_its_tests_say() {
    let plan = plan(&[&[0]]);
    let failed = ended(0, "t0", Status::Failed);
    let outcome =
        fold(&plan, &[start(0), set_up(0), failed, end(0, AttemptEnd::Cancelled(Reason::User))]);
    assert_eq!(outcome.conclusion(), Conclusion::Interrupted);
}

fn any_event() -> impl Strategy<Value = Event> {
    let shard = 0..4_usize;
    let status = prop_oneof![
        Just(Status::Passed),
        Just(Status::Failed),
        Just(Status::TimedOut),
        Just(Status::Skipped),
        Just(Status::Interrupted)
    ];
    let finish = prop_oneof![Just(PASSED), Just(FAILED), Just(AttemptEnd::Cancelled(Reason::User))];
    prop_oneof![
        shard.clone().prop_map(start),
        (shard.clone(), 0..6_usize).prop_map(|(shard, test)| began(shard, &format!("t{test}"))),
        (shard.clone(), 0..6_usize, status).prop_map(|(shard, test, status)| ended(
            shard,
            &format!("t{test}"),
            status
        )),
        (shard, finish).prop_map(|(shard, finish)| end(shard, finish)),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_every_planned_test_is_there_once(events in proptest::collection::vec(any_event(), 0..40)) {
        let plan = plan(&[&[0, 1], &[2], &[]]);
        let outcome = fold(&plan, &events);
        prop_assert_eq!(outcome.counts().total(), 4);
        prop_assert!(plan.dealt().all(|(_, test)| outcome.tests.contains_key(&test.key)));
    }

    #[test]
    fn success_needs_every_test_and_every_shard(events in proptest::collection::vec(any_event(), 0..60)) {
        let plan = plan(&[&[0], &[1]]);
        let outcome = fold(&plan, &events);
        if outcome.conclusion() == Conclusion::Passed {
            let well = [Verdict::Passed, Verdict::Flaky, Verdict::Skipped];
            prop_assert!(outcome.tests.values().all(|test| well.contains(&test.verdict())));
            prop_assert!(outcome.shards.iter().all(super::ShardOutcome::finished));
            prop_assert!(outcome.unplanned.is_empty());
        }
    }
}

#[test]
fn what_was_dealt_again_twice_is_the_same_in_any_order_of_shards() {
    let plan = plan(&[&[0], &[1], &[2]]);
    let own = |at: usize| {
        [start(at), set_up(at), ended(at, &format!("t{at}"), Status::Passed), end(at, PASSED)]
    };
    let takes = |to: usize, from: usize| {
        let keys = vec![key("web", "t2")];
        [
            start(to),
            Event::TestsMoved { id: id(to), from: ShardNumber::at(from), keys, drawn: false },
        ]
    };
    // The third shard could not finish its test, and neither could the second one.
    let third = [start(2), set_up(2), began(2, "t2"), end(2, gone())];
    let second = [&own(1)[..], &takes(1, 2), &[end(1, gone())]].concat();
    let last = [began(0, "t2"), ended(0, "t2", Status::Passed), end(0, PASSED)];
    let first = [&own(0)[..], &takes(0, 1), &last].concat();
    for order in [[&third[..], &second, &first], [&first, &second, &third]] {
        let outcome = fold(&plan, &order.concat());
        assert_eq!(outcome.conclusion(), Conclusion::Passed);
        assert_eq!(outcome.tests[&key("web", "t2")].shard, Some(ShardNumber::at(0)));
        assert_eq!([0, 1, 2].map(|at| outcome.shards[at].moved), [0, 1, 1]);
    }
}

#[test]
fn a_failure_is_not_made_good_by_a_skip_of_the_same_attempt() {
    let plan = plan(&[&[0, 1]]);
    let skip = ended_as(0, key("web", "t0"), Status::Skipped, Status::Skipped);
    let bad = ended(0, "t0", Status::Failed);
    let later = AttemptId { attempt: 2, ..id(0) };
    let Event::TestEnded { key, result, .. } = ended(0, "t1", Status::Passed) else {
        panic!("it is a result")
    };
    let healed = [
        Event::AttemptStarted { id: later, at: UnixMillis(3) },
        Event::TestEnded { id: later, key, result },
        Event::AttemptEnded { id: later, end: PASSED, at: UnixMillis(4) },
    ];
    let all = [&[start(0), set_up(0), bad, skip, end(0, gone())][..], &healed].concat();
    let outcome = fold(&plan, &all);
    assert_eq!(verdict(&outcome, "t0"), Verdict::Failed);
    assert_eq!(outcome.conclusion(), Conclusion::Failed);
}

#[test]
fn a_file_that_is_dealt_whole_is_lost_with_its_shard() {
    let mut plan = plan(&[&[0], &[1]]);
    let group = &mut plan.shards[1].groups[0].group;
    (group.kind, group.file) = (GroupKind::Opaque, "made.spec.ts".into());
    group.tests.clear();
    let first = [start(0), set_up(0), ended(0, "t0", Status::Passed), end(0, PASSED)];
    assert_eq!(fold(&plan, &first).conclusion(), Conclusion::Incomplete);
    let died = [&first[..], &[start(1), end(1, gone())]].concat();
    assert_eq!(fold(&plan, &died).conclusion(), Conclusion::Incomplete);
    let ended = [&first[..], &[start(1), end(1, PASSED)]].concat();
    assert_eq!(fold(&plan, &ended).conclusion(), Conclusion::Passed);
}

#[test]
fn a_file_that_is_dealt_whole_is_so_in_its_project_alone() {
    let mut plan = plan(&[&[0]]);
    let group = &mut plan.shards[0].groups[0].group;
    (group.kind, group.file) = (GroupKind::Opaque, "made.spec.ts".into());
    group.tests.clear();
    let listed = |project: &str| {
        let key = TestKey { file: "made.spec.ts".into(), ..key(project, "made") };
        let test = ListedTest {
            key: key.clone(),
            runner_id: String::new(),
            tags: Vec::new(),
            line: 1,
            column: 1,
            shared: false,
            serial: None,
        };
        let listed = Event::TestsListed { id: id(0), tests: vec![test], up: None, at: None };
        let passed = ended_as(0, key, Status::Passed, Status::Passed);
        fold(&plan, &[start(0), listed, set_up(0), passed, end(0, PASSED)])
    };
    assert_eq!(listed("web").conclusion(), Conclusion::Passed);
    let other = listed("mobile");
    assert_eq!((other.unplanned.len(), other.conclusion()), (1, Conclusion::Incomplete));
}

#[test]
fn a_failure_after_a_pass_is_not_made_good_by_it() {
    let plan = plan(&[&[0, 1]]);
    let later = AttemptId { attempt: 2, ..id(0) };
    let in_second = |event: Event| {
        let Event::TestEnded { key, result, .. } = event else { panic!("it is a result") };
        Event::TestEnded { id: later, key, result }
    };
    // What every attempt runs passed in the first one, and in the last one it did not.
    let first = [start(0), set_up(0), ended(0, "t0", Status::Passed), end(0, gone())];
    let failed = ended_as(0, key("setup", "log in"), Status::Failed, Status::Passed);
    let second = [
        Event::AttemptStarted { id: later, at: UnixMillis(3) },
        in_second(failed),
        in_second(ended(0, "t1", Status::Passed)),
        Event::AttemptEnded { id: later, end: FAILED, at: UnixMillis(4) },
    ];
    let all: Vec<Event> = first.into_iter().chain(second).collect();
    let outcome = fold(&plan, &all);
    assert_eq!(outcome.tests[&key("setup", "log in")].verdict(), Verdict::Failed);
    assert_eq!(outcome.conclusion(), Conclusion::Failed);
}
