//! What is left after an attempt, and what failed in it.

use std::time::Duration;

use crate::model::event::{
    AttemptId, Event, ListedTest, Status, TestError, TestResult, UnixMillis,
};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::plan::PlannedGroup;
use crate::model::suite::{GroupKind, TestCase, TestGroup};
use crate::run::ledger::{Ledger, Rest};

fn key(file: &str, titles: &[&str]) -> TestKey {
    let titles = titles.iter().map(|title| (*title).to_owned()).collect();
    TestKey { file: file.to_owned(), project: String::new(), titles, repeat: 0 }
}

fn group(file: &str, kind: GroupKind, tests: &[&[&str]]) -> PlannedGroup {
    let case = |titles: &&[&str]| TestCase {
        key: key(file, titles),
        runner_id: None,
        tags: Vec::new(),
        line: 1,
        column: 1,
    };
    let tests = tests.iter().map(case).collect();
    let (project, worker) = (String::new(), String::new());
    let group = TestGroup { project, file: file.to_owned(), kind, worker, tests };
    PlannedGroup { group, estimate: Duration::from_secs(6) }
}

fn id() -> AttemptId {
    AttemptId { shard: ShardNumber::at(0), attempt: 1 }
}

fn listed(tests: &[(TestKey, Option<u32>)]) -> Event {
    let test = |(key, serial): &(TestKey, Option<u32>)| ListedTest {
        key: key.clone(),
        runner_id: String::new(),
        tags: Vec::new(),
        line: 1,
        column: 1,
        shared: false,
        serial: *serial,
    };
    Event::TestsListed { id: id(), tests: tests.iter().map(test).collect(), up: None, at: None }
}

fn began(key: &TestKey) -> Event {
    Event::TestBegan { id: id(), key: key.clone(), retry: 0, at: UnixMillis(0) }
}

fn ended(key: &TestKey, status: Status, again: bool) -> Event {
    let made = TestResult::timed_out(0, UnixMillis(0), Duration::ZERO, TestError::default());
    let result = Box::new(TestResult { status, again, ..made });
    Event::TestEnded { id: id(), key: key.clone(), result }
}

/// A ledger of these groups after these tests came to an end, in this way.
fn after(groups: Vec<PlannedGroup>, ends: &[(&TestKey, Status)]) -> Ledger {
    let mut ledger = Ledger::new(groups);
    for (key, status) in ends {
        ledger.take(&began(key));
        ledger.take(&ended(key, *status, false));
    }
    ledger
}

/// The last titles of what is to be run, in its order.
fn titles(rest: &Rest) -> Vec<&str> {
    let tests = rest.groups.iter().flat_map(|planned| &planned.group.tests);
    tests.filter_map(|test| test.key.titles.last().map(String::as_str)).collect()
}

fn abc() -> Vec<PlannedGroup> {
    vec![
        group("a.spec.ts", GroupKind::File, &[&["a1"], &["a2"], &["a3"]]),
        group("b.spec.ts", GroupKind::Single, &[&["b1"]]),
        group("c.spec.ts", GroupKind::Single, &[&["c1"]]),
    ]
}

#[test]
fn what_has_no_result_is_left_and_what_ran_is_put_off() {
    let (a1, a2) = (key("a.spec.ts", &["a1"]), key("a.spec.ts", &["a2"]));
    let mut ledger = after(abc(), &[(&a1, Status::Passed)]);
    ledger.take(&began(&a2));
    let rest = ledger.rest();
    assert_eq!(titles(&rest), ["a3", "b1", "c1"]);
    assert_eq!(rest.put_off, [a2]);
    let estimates: Vec<u64> =
        rest.groups.iter().map(|planned| planned.estimate.as_secs()).collect();
    assert_eq!(estimates, [2, 6, 6]);
    for key in [key("a.spec.ts", &["a3"]), key("b.spec.ts", &["b1"]), key("c.spec.ts", &["c1"])] {
        ledger.take(&ended(&key, Status::Passed, false));
    }
    let rest = ledger.rest();
    assert_eq!((titles(&rest), rest.put_off.len()), (vec!["a2"], 0));
}

#[test]
fn a_failed_test_is_not_left_unless_the_runner_was_about_to_retry_it() {
    let (a1, a2) = (key("a.spec.ts", &["a1"]), key("a.spec.ts", &["a2"]));
    let mut ledger = after(abc(), &[(&a1, Status::Failed), (&a2, Status::Skipped)]);
    assert_eq!(titles(&ledger.rest()), ["a3", "b1", "c1"]);
    assert_eq!(titles(&ledger.failed(|_| true)), ["a1"]);
    ledger.take(&began(&a1));
    ledger.take(&ended(&a1, Status::Failed, true));
    assert_eq!(titles(&ledger.rest()), ["a1", "a3", "b1", "c1"]);
    assert_eq!(titles(&ledger.failed(|_| true)), Vec::<&str>::new());
}

#[test]
fn an_interrupted_test_has_no_result() {
    let a1 = key("a.spec.ts", &["a1"]);
    let ledger = after(abc(), &[(&a1, Status::Interrupted)]);
    assert_eq!(titles(&ledger.rest()), ["a1", "a2", "a3", "b1", "c1"]);
}

#[test]
fn a_serial_block_is_run_again_whole() {
    let tests: [&[&str]; 4] = [&["alone"], &["s", "one"], &["s", "two"], &["s", "three"]];
    let groups = || vec![group("a.spec.ts", GroupKind::File, &tests)];
    let keys: Vec<TestKey> = tests.iter().map(|titles| key("a.spec.ts", titles)).collect();
    let list = || {
        let serial = |(at, key): (usize, &TestKey)| (key.clone(), (at > 0).then_some(1));
        listed(&keys.iter().enumerate().map(serial).collect::<Vec<_>>())
    };
    let mut ledger = Ledger::new(groups());
    ledger.take(&list());
    for key in &keys[..2] {
        ledger.take(&ended(key, Status::Passed, false));
    }
    assert_eq!(titles(&ledger.rest()), ["one", "two", "three"]);
    // Without a hole in it, it stays as it is; with a failure it is tried again where that is asked.
    let mut ledger = Ledger::new(groups());
    ledger.take(&list());
    let ends = [Status::Passed, Status::Passed, Status::Failed, Status::Skipped];
    for (key, status) in keys.iter().zip(ends) {
        ledger.take(&ended(key, status, false));
    }
    assert_eq!(titles(&ledger.rest()), Vec::<&str>::new());
    assert_eq!(titles(&ledger.failed(|_| true)), ["one", "two", "three"]);
}

#[test]
fn of_a_file_that_was_dealt_whole_the_listed_tests_count() {
    let groups = || vec![group("a.spec.ts", GroupKind::Opaque, &[])];
    let rest = Ledger::new(groups()).rest();
    assert_eq!((rest.groups.len(), rest.groups[0].group.kind), (1, GroupKind::Opaque));
    assert!(Ledger::new(groups()).failed(|_| true).groups.is_empty());
    let keys = [key("a.spec.ts", &["one"]), key("a.spec.ts", &["two"])];
    let mut ledger = Ledger::new(groups());
    ledger.take(&listed(&keys.clone().map(|key| (key, None))));
    ledger.take(&ended(&keys[0], Status::Passed, false));
    let rest = ledger.rest();
    assert_eq!((titles(&rest), rest.groups[0].group.kind), (vec!["two"], GroupKind::File));
    ledger.take(&ended(&keys[1], Status::Passed, false));
    assert!(ledger.rest().groups.is_empty());
}

#[test]
fn a_file_that_is_dealt_whole_is_left_in_each_of_its_projects() {
    let of = |project: &str| {
        let mut planned = group("a.spec.ts", GroupKind::Opaque, &[]);
        project.clone_into(&mut planned.group.project);
        planned
    };
    let key = |project: &str| TestKey { project: project.to_owned(), ..key("a.spec.ts", &["one"]) };
    let mut ledger = Ledger::new(vec![of("web"), of("mobile")]);
    ledger.take(&listed(&[(key("web"), None), (key("mobile"), None)]));
    ledger.take(&ended(&key("web"), Status::Passed, false));
    let rest = ledger.rest();
    let left: Vec<&TestKey> =
        rest.groups.iter().flat_map(|planned| &planned.group.tests).map(|test| &test.key).collect();
    assert_eq!(left, [&key("mobile")]);
}

#[test]
fn a_failed_set_up_takes_the_tests_along_that_did_not_run() {
    let a1 = key("a.spec.ts", &["a1"]);
    let mut ledger = after(abc(), &[(&a1, Status::Passed)]);
    assert!(ledger.failed(|_| true).groups.is_empty());
    ledger.take(&ended(&key("set-up.ts", &["logs in"]), Status::Failed, false));
    assert_eq!(titles(&ledger.failed(|_| true)), ["a2", "a3", "b1", "c1"]);
}

#[test]
fn of_what_failed_only_what_may_is_tried_again() {
    let keys = [key("a.spec.ts", &["a1"]), key("b.spec.ts", &["b1"])];
    let ledger = after(abc(), &keys.each_ref().map(|key| (key, Status::Failed)));
    let may = |test: &TestCase| test.key.file == "b.spec.ts" || test.key.file == "c.spec.ts";
    assert_eq!(titles(&ledger.failed(may)), ["b1"]);
}
