//! What a run leaves in the history.

mod costs;
mod noise;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::{
    AttemptEnd, AttemptId, Event, RunnerVerdict, Status, TestResult, UnixMillis,
};
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::lineage::Lineage;
use crate::model::outcome::Outcome;
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::suite::{GroupKind, TestCase, TestGroup};
use crate::model::timings::{LastResult, Timing, Timings};
use crate::timings::learn::entry::{moved, quantised};
use crate::timings::learn::learn;

fn key(title: &str) -> TestKey {
    key_in("x.spec.ts", title)
}

fn key_in(file: &str, title: &str) -> TestKey {
    TestKey {
        file: file.to_owned(),
        project: String::new(),
        titles: vec![title.to_owned()],
        repeat: 0,
    }
}

/// One execution: where, of what, and how it ended.
#[derive(Clone)]
struct Execution {
    shard: usize,
    key: TestKey,
    result: TestResult,
}

fn passed(shard: usize, key: &TestKey, millis: u64) -> Execution {
    ended(shard, key, (Status::Passed, Status::Passed), millis)
}

fn ended(
    shard: usize,
    key: &TestKey,
    (status, expected): (Status, Status),
    millis: u64,
) -> Execution {
    let result = TestResult {
        status,
        expected,
        retry: 0,
        again: false,
        started: UnixMillis(0),
        duration: Duration::from_millis(millis),
        warmup: Duration::ZERO,
        worker: 0,
        process: None,
        errors: vec![],
        attachments: vec![],
        annotations: vec![],
        stdout: String::new(),
        stderr: String::new(),
    };
    Execution { shard, key: key.clone(), result }
}

/// A run of shards, each from 1000 ms on to its last test's end and 700 ms more.
fn run(executions: &[Execution]) -> Outcome {
    let case = |key: &TestKey| TestCase {
        key: key.clone(),
        runner_id: None,
        tags: vec![],
        line: 1,
        column: 1,
    };
    let mut dealt: BTreeMap<usize, Vec<TestKey>> = BTreeMap::new();
    for Execution { shard, key, .. } in executions {
        let keys = dealt.entry(*shard).or_default();
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    let shard = |(shard, keys): (&usize, &Vec<TestKey>)| {
        let group = TestGroup {
            project: String::new(),
            file: "x.spec.ts".to_owned(),
            kind: GroupKind::File,
            worker: String::new(),
            tests: keys.iter().map(case).collect(),
        };
        PlannedShard {
            number: ShardNumber::at(*shard),
            groups: vec![PlannedGroup { group, estimate: Duration::ZERO }],
            predicted: Duration::ZERO,
        }
    };
    let plan = Plan {
        digest: PlanDigest(String::new()),
        strategy: "lpt".to_owned(),
        workers: 1,
        shards: dealt.iter().map(shard).collect(),
        shared: vec![],
        projects: vec![],
        lower_bound: Duration::ZERO,
        known: 0,
        lineage: Lineage::default(),
    };
    let mut outcome = Outcome::of(&plan);
    for shard in dealt.keys() {
        let id = AttemptId { shard: ShardNumber::at(*shard), attempt: 1 };
        outcome.apply(&plan, &Event::AttemptStarted { id, at: UnixMillis(1_000) });
        let mut end = 0;
        for Execution { key, result, .. } in executions.iter().filter(|e| e.shard == *shard) {
            let millis = u64::try_from(result.duration.as_millis()).unwrap();
            end = end.max(result.started.0 + millis);
            let result = Box::new(result.clone());
            outcome.apply(&plan, &Event::TestEnded { id, key: key.clone(), result });
        }
        let verdict = AttemptEnd::Finished(RunnerVerdict::Passed);
        let at = UnixMillis(end + 700);
        outcome.apply(&plan, &Event::AttemptEnded { id, end: verdict, at });
    }
    outcome
}

/// What is known of one test after a run; every execution but the first is a retry.
fn after(previous: Option<Timing>, executions: &[(Status, Status, u64)]) -> Option<Timing> {
    let key = key("a");
    let mut timings = Timings::default();
    timings.tests.extend(previous.map(|timing| (key.clone(), timing)));
    let count = executions.len();
    let executions: Vec<Execution> = executions
        .iter()
        .enumerate()
        .map(|(retry, (status, expected, millis))| {
            let mut execution = ended(0, &key, (*status, *expected), *millis);
            execution.result.retry = u32::try_from(retry).unwrap();
            execution.result.again = retry + 1 < count && execution.result.is_failure();
            execution
        })
        .collect();
    learn(&timings, &run(&executions)).tests.get(&key).copied()
}

fn timing(millis: Option<u64>, last: LastResult) -> Timing {
    let flaky = if last == LastResult::Flaky { 3 } else { 0 };
    Timing { duration: millis.map(Duration::from_millis), last, flaky }
}

/// A history of tests that passed.
fn known(tests: &[(TestKey, u64)]) -> Timings {
    let entry =
        |(key, millis): &(TestKey, u64)| (key.clone(), timing(Some(*millis), LastResult::Passed));
    Timings { tests: tests.iter().map(entry).collect(), ..Timings::default() }
}

#[test]
fn only_good_executions_teach_a_duration() {
    use LastResult::{Failed as LastFailed, Passed as LastPassed};
    use Status::{Failed, Interrupted, Passed, Skipped, TimedOut};
    assert_eq!(after(None, &[(Passed, Passed, 213)]), Some(timing(Some(210), LastPassed)));
    assert_eq!(after(None, &[(Failed, Failed, 213)]), Some(timing(Some(210), LastPassed)));
    assert_eq!(after(None, &[(Failed, Passed, 30_000)]), Some(timing(None, LastFailed)));
    let old = Some(timing(Some(500), LastPassed));
    assert_eq!(after(old, &[(TimedOut, Passed, 30_000)]), Some(timing(Some(500), LastFailed)));
    for executions in [&[(Skipped, Skipped, 0)][..], &[(Interrupted, Passed, 77)], &[]] {
        assert_eq!(after(old, executions), old);
        assert_eq!(after(None, executions), None);
    }
}

#[test]
fn a_retry_teaches_only_what_was_not_known() {
    use LastResult::{Flaky, Passed as LastPassed};
    let executions =
        [(Status::Failed, Status::Passed, 30_000), (Status::Passed, Status::Passed, 213)];
    assert_eq!(after(None, &executions), Some(timing(Some(210), Flaky)));
    let old = Some(timing(Some(5_000), LastPassed));
    assert_eq!(after(old, &executions), Some(timing(Some(5_000), Flaky)));
}

#[test]
fn flakiness_fades_with_clean_passes() {
    let flaky = [(Status::Failed, Status::Passed, 100), (Status::Passed, Status::Passed, 100)];
    let clean = [(Status::Passed, Status::Passed, 100)];
    let failed = [(Status::Failed, Status::Passed, 100)];
    let mut timing = None;
    let mut levels = Vec::new();
    for executions in [&flaky[..], &clean, &flaky, &flaky, &flaky, &failed, &clean, &clean] {
        timing = after(timing, executions);
        levels.extend(timing.map(|timing| timing.flaky));
    }
    assert_eq!(levels, [3, 2, 5, 8, 9, 9, 8, 7]);
}

#[test]
fn what_a_worker_took_to_start_is_not_the_tests() {
    let (first, second) = (key("first"), key("second"));
    let mut cold = passed(0, &first, 1_200);
    cold.result.warmup = Duration::from_millis(900);
    let learned = learn(&Timings::default(), &run(&[cold, passed(0, &second, 300)]));
    assert_eq!(learned.tests, known(&[(first, 300), (second, 300)]).tests);
}

#[test]
fn a_duration_is_rewritten_only_when_it_really_moved() {
    let of = |old, new| moved(Duration::from_millis(old), Duration::from_millis(new)).as_millis();
    for (old, new) in [(100, 150), (1_000, 1_300), (1_000, 700), (20_000, 25_999), (40, 0)] {
        assert_eq!(of(old, new), u128::from(old), "{old} {new}");
    }
    assert_eq!([of(100, 160), of(1_000, 1_310), of(1_000, 640)], [140, 1_200, 760]);
}

#[test]
fn a_spike_leaves_half_as_much_again_and_comes_back() {
    let of = |old, new| moved(Duration::from_millis(old), Duration::from_millis(new)).as_millis();
    assert_eq!(of(1_000, 3_000), 1_500);
    assert_eq!(of(1_500, 1_000), 1_200);
}

#[test]
fn a_real_change_is_there_after_three_runs() {
    let runs = |old: u64, new: u64| {
        let mut entry = Duration::from_millis(old);
        let mut run = || {
            entry = moved(entry, Duration::from_millis(new));
            entry.as_millis()
        };
        [run(), run(), run()]
    };
    assert_eq!(runs(1_000, 3_000), [1_500, 2_300, 2_800]);
    assert_eq!(runs(3_000, 1_000), [1_700, 1_200, 1_200]);
    assert_eq!(runs(10, 60_000), [15_000, 23_000, 35_000]);
    assert_eq!(runs(0, 400), [100, 150, 230]);
}

#[test]
fn durations_are_kept_coarsely() {
    let of = |millis| quantised(Duration::from_millis(millis)).as_millis();
    assert_eq!([0, 1, 14, 15, 994, 999].map(of), [0, 10, 10, 20, 990, 1_000]);
    assert_eq!([1_000, 1_049, 1_050, 9_960].map(of), [1_000, 1_000, 1_100, 10_000]);
    assert_eq!([10_499, 10_500, 61_200].map(of), [10_000, 11_000, 61_000]);
    assert_eq!(quantised(Duration::from_micros(3)).as_millis(), 10);
    // What a hostile test says it took; a timings file refuses more than a week.
    assert_eq!(quantised(Duration::MAX), Timing::LONGEST);
}

#[test]
fn tests_outside_the_run_stay() {
    let mut timings = Timings::default();
    timings.tests.insert(key("gone"), timing(Some(42), LastResult::Flaky));
    let learned = learn(&timings, &run(&[passed(0, &key("a"), 100)]));
    assert_eq!(learned.tests.len(), 2);
    assert_eq!(learned.tests.get(&key("gone")), timings.tests.get(&key("gone")));
}

#[test]
fn repetitions_teach_one_entry_the_worst_result_and_the_middle_duration() {
    let again = |repeat| TestKey { repeat, ..key("a") };
    let failed = ended(0, &again(1), (Status::Failed, Status::Passed), 900);
    let times = [(0, 300), (2, 100), (3, 9_000)];
    let mut executions: Vec<Execution> =
        times.iter().map(|(repeat, millis)| passed(0, &again(*repeat), *millis)).collect();
    executions.push(failed);
    let learned = learn(&Timings::default(), &run(&executions));
    let entries: Vec<_> = learned.tests.into_iter().collect();
    assert_eq!(entries, [(key("a"), timing(Some(300), LastResult::Failed))]);
}
