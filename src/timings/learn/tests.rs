//! What a run leaves in the history.

use std::time::Duration;

use crate::model::event::{AttemptId, Event, Status, TestResult, UnixMillis};
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::outcome::Outcome;
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::suite::{GroupKind, TestCase, TestGroup};
use crate::model::timings::{LastResult, Timing, Timings};
use crate::timings::learn::{learn, moved, quantised};

fn key(title: &str) -> TestKey {
    TestKey {
        file: "x.spec.ts".to_owned(),
        project: String::new(),
        titles: vec![title.to_owned()],
        repeat: 0,
    }
}

/// A run of one shard, with its executions in order: test, status, expected, milliseconds.
fn run(tests: &[TestKey], executions: &[(TestKey, Status, Status, u64)]) -> Outcome {
    let case = |key: &TestKey| TestCase {
        key: key.clone(),
        runner_id: None,
        tags: vec![],
        line: 1,
        column: 1,
    };
    let group = TestGroup {
        project: String::new(),
        file: "x.spec.ts".to_owned(),
        kind: GroupKind::File,
        worker: String::new(),
        tests: tests.iter().map(case).collect(),
    };
    let shard = PlannedShard {
        number: ShardNumber::at(0),
        groups: vec![PlannedGroup { group, estimate: Duration::ZERO }],
        predicted: Duration::ZERO,
    };
    let plan = Plan {
        digest: PlanDigest(String::new()),
        strategy: "lpt".to_owned(),
        workers: 1,
        shards: vec![shard],
        shared: vec![],
        projects: vec![],
        lower_bound: Duration::ZERO,
        known: 0,
    };
    let mut outcome = Outcome::of(&plan);
    for (position, (key, status, expected, millis)) in executions.iter().enumerate() {
        let result = TestResult {
            status: *status,
            expected: *expected,
            retry: 0,
            started: UnixMillis(position as u64),
            duration: Duration::from_millis(*millis),
            worker: 0,
            process: None,
            warmup: Duration::ZERO,
            errors: vec![],
            attachments: vec![],
            annotations: vec![],
            stdout: String::new(),
            stderr: String::new(),
        };
        let id = AttemptId { shard: ShardNumber::at(0), attempt: 1 };
        outcome.apply(&plan, &Event::TestEnded { id, key: key.clone(), result: Box::new(result) });
    }
    outcome
}

fn after(previous: Option<u64>, executions: &[(Status, Status, u64)]) -> Option<Timing> {
    let key = key("a");
    let mut timings = Timings::default();
    if let Some(millis) = previous {
        let duration = Some(Duration::from_millis(millis));
        timings.tests.insert(key.clone(), Timing { duration, last: LastResult::Passed, flaky: 0 });
    }
    let executions: Vec<_> = executions
        .iter()
        .map(|(status, expected, ms)| (key.clone(), *status, *expected, *ms))
        .collect();
    learn(&timings, &run(std::slice::from_ref(&key), &executions)).tests.get(&key).copied()
}

fn timing(millis: Option<u64>, last: LastResult) -> Timing {
    Timing { duration: millis.map(Duration::from_millis), last, flaky: 0 }
}

#[test]
fn only_good_executions_teach_a_duration() {
    use LastResult::{Failed as LastFailed, Flaky, Passed as LastPassed};
    use Status::{Failed, Interrupted, Passed, Skipped, TimedOut};
    assert_eq!(after(None, &[(Passed, Passed, 213)]), Some(timing(Some(210), LastPassed)));
    assert_eq!(after(None, &[(Failed, Failed, 213)]), Some(timing(Some(210), LastPassed)));
    assert_eq!(
        after(None, &[(Failed, Passed, 30_000), (Passed, Passed, 213)]),
        Some(timing(Some(210), Flaky))
    );
    assert_eq!(after(None, &[(Failed, Passed, 30_000)]), Some(timing(None, LastFailed)));
    assert_eq!(
        after(Some(500), &[(TimedOut, Passed, 30_000)]),
        Some(timing(Some(500), LastFailed))
    );
    for executions in [&[(Skipped, Skipped, 0)][..], &[(Interrupted, Passed, 77)], &[]] {
        assert_eq!(after(Some(500), executions), Some(timing(Some(500), LastPassed)));
        assert_eq!(after(None, executions), None);
    }
}

#[test]
fn a_duration_is_rewritten_only_when_it_really_moved() {
    let kept = |old, new| !moved(Duration::from_millis(old), Duration::from_millis(new));
    assert!(kept(100, 150) && kept(1_000, 1_100) && kept(1_000, 900) && kept(20_000, 21_999));
    assert!(!kept(100, 151) && !kept(1_000, 1_101) && !kept(1_000, 899) && !kept(0, 51));
    let passed = |ms| [(Status::Passed, Status::Passed, ms)];
    assert_eq!(after(Some(1_000), &passed(1_090)), Some(timing(Some(1_000), LastResult::Passed)));
    assert_eq!(after(Some(1_000), &passed(1_390)), Some(timing(Some(1_400), LastResult::Passed)));
}

#[test]
fn durations_are_kept_coarsely() {
    let of = |millis| quantised(Duration::from_millis(millis)).as_millis();
    assert_eq!([0, 1, 14, 15, 994, 999].map(of), [0, 10, 10, 20, 990, 1_000]);
    assert_eq!([1_000, 1_049, 1_050, 9_960].map(of), [1_000, 1_000, 1_100, 10_000]);
    assert_eq!([10_499, 10_500, 61_200].map(of), [10_000, 11_000, 61_000]);
    assert_eq!(quantised(Duration::from_micros(3)).as_millis(), 10);
}

#[test]
fn tests_outside_the_run_stay() {
    let mut timings = Timings::default();
    timings.tests.insert(key("gone"), timing(Some(42), LastResult::Flaky));
    let outcome = run(&[key("a")], &[(key("a"), Status::Passed, Status::Passed, 100)]);
    let learned = learn(&timings, &outcome);
    assert_eq!(learned.tests.len(), 2);
    assert_eq!(learned.tests.get(&key("gone")), timings.tests.get(&key("gone")));
}

#[test]
fn repetitions_teach_one_entry_the_worst_result_and_the_latest_duration() {
    let again = |repeat| TestKey { repeat, ..key("a") };
    let keys = [again(0), again(1), again(2)];
    let outcome = run(
        &keys,
        &[
            (again(2), Status::Passed, Status::Passed, 100),
            (again(1), Status::Failed, Status::Passed, 900),
            (again(0), Status::Passed, Status::Passed, 300),
        ],
    );
    let learned = learn(&Timings::default(), &outcome);
    let entries: Vec<_> = learned.tests.into_iter().collect();
    let wanted = timing(Some(300), LastResult::Failed);
    assert_eq!(entries, [(key("a"), wanted)]);
}
