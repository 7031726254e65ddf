//! A small plan and what became of it, with every verdict and hostile names, for the reports'
//! tests.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::model::build::Build;
use crate::model::event::{
    Annotation, Attachment, AttemptEnd, AttemptId, Event, Fault, FaultKind, Judged, RunnerVerdict,
    Status, TestError, TestResult, UnixMillis,
};
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::lineage::Lineage;
use crate::model::outcome::Outcome;
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::suite::{GroupKind, Project, TestCase, TestGroup};
use crate::report::{Report, ReportError, Source};

/// Everything that a title, path or message may do to a report.
pub(crate) const HOSTILE: &str = "]]> <script>alert(1)</script> \"q\" 'a' & | `c` *b* \\ › 🎉 ::error::x \u{1b}[31mred\u{1b}[0m \0\u{b}\u{ffff} @team\n# two\t%0A";

pub(crate) const START: u64 = 1_700_000_000_000;

/// A plan and its outcome.
pub(crate) struct Sample {
    pub(crate) plan: Plan,
    pub(crate) outcome: Outcome,
}

impl Sample {
    /// Writes one report into a folder.
    pub(crate) fn write(&self, report: &dyn Report, output: &Path) {
        let attempts = BTreeMap::new();
        let build = build();
        let (plan, outcome) = (&self.plan, &self.outcome);
        let source = Source { plan, outcome, attempts: &attempts, build: &build, hindsight: None };
        match report.write(&source, output) {
            // No attempt has left any files here.
            Ok(()) | Err(ReportError::NoPlaywrightHtml) => {}
            Err(error) => panic!("{error}"),
        }
    }

    /// Writes one report of one file and gives its text.
    pub(crate) fn text_of(&self, report: &dyn Report) -> String {
        let folder = tempfile::tempdir().unwrap();
        self.write(report, folder.path());
        std::fs::read_to_string(folder.path().join(report.path())).unwrap()
    }
}

/// A build with hostile names.
pub(crate) fn build() -> Build {
    Build {
        id: Some("77".into()),
        name: Some(HOSTILE.into()),
        number: Some(5),
        url: Some("https://git.example/us/shop/actions/runs/77".into()),
        repository: Some("us/shop".into()),
        repository_url: Some("https://git.example/us/shop".into()),
        commit: Some("feed".into()),
        branch: Some(HOSTILE.into()),
        files_url: Some("https://git.example/us/shop/blob/feed".into()),
    }
}

pub(crate) fn key(project: &str, file: &str, titles: &[&str]) -> TestKey {
    TestKey {
        file: file.into(),
        project: project.into(),
        titles: titles.iter().map(ToString::to_string).collect(),
        repeat: 0,
    }
}

fn case(key: TestKey, line: u32) -> TestCase {
    TestCase {
        key,
        runner_id: Some(format!("id-{line}")),
        tags: vec!["@smoke".into()],
        line,
        column: 3,
    }
}

fn shard(index: usize, predicted: u64, tests: Vec<TestCase>) -> PlannedShard {
    let groups = tests
        .into_iter()
        .map(|test| PlannedGroup {
            group: TestGroup {
                project: test.key.project.clone(),
                file: test.key.file.clone(),
                kind: GroupKind::Single,
                worker: String::new(),
                tests: vec![test],
            },
            estimate: Duration::from_millis(500),
        })
        .collect();
    PlannedShard {
        number: ShardNumber::at(index),
        groups,
        predicted: Duration::from_millis(predicted),
    }
}

fn plan(shards: Vec<PlannedShard>) -> Plan {
    let project = |name: &str, dependencies: &[&str]| Project {
        name: name.into(),
        dependencies: dependencies.iter().map(ToString::to_string).collect(),
        teardown: None,
        workers: None,
    };
    Plan {
        digest: PlanDigest("sha256:feed".into()),
        strategy: "balanced".into(),
        workers: 2,
        shards,
        shared: vec![case(key("setup", "auth.setup.ts", &["sign in"]), 4)],
        projects: vec![project("setup", &[]), project("desk", &["setup"]), project("", &[])],
        lower_bound: Duration::from_secs(2),
        known: 0,
        lineage: Lineage::default(),
    }
}

pub(crate) fn result(status: Status, at: u64, millis: u64) -> TestResult {
    TestResult {
        status,
        expected: Status::Passed,
        retry: 0,
        again: false,
        started: UnixMillis(START + at),
        duration: Duration::from_millis(millis),
        worker: 0,
        process: None,
        warmup: Duration::ZERO,
        errors: Vec::new(),
        attachments: Vec::new(),
        annotations: Vec::new(),
        stdout: String::new(),
        stderr: String::new(),
    }
}

pub(crate) fn error(message: &str) -> TestError {
    TestError {
        message: message.into(),
        stack: format!("{message}\n    at shop.spec.ts:7:5"),
        snippet: "> 7 | expect(1).toBe(2)".into(),
        location: "shop.spec.ts:7:5".into(),
    }
}

fn failed(at: u64, millis: u64, message: &str) -> TestResult {
    TestResult { errors: vec![error(message)], ..result(Status::Failed, at, millis) }
}

fn at(shard: usize) -> AttemptId {
    AttemptId { shard: ShardNumber::at(shard), attempt: 1 }
}

fn began(shard: usize, at: u64) -> Event {
    Event::AttemptStarted { id: self::at(shard), at: UnixMillis(START + at) }
}

fn ended(shard: usize, at: u64, end: AttemptEnd) -> Event {
    Event::AttemptEnded { id: self::at(shard), end, at: UnixMillis(START + at) }
}

fn ran(shard: usize, key: &TestKey, result: TestResult) -> Event {
    Event::TestEnded { id: at(shard), key: key.clone(), result: Box::new(result) }
}

fn sample(plan: Plan, events: &[Event]) -> Sample {
    let mut outcome = Outcome::of(&plan);
    let digest = plan.digest.clone();
    outcome.apply(
        &plan,
        &Event::RunStarted {
            digest,
            at: UnixMillis(START),
            sources: Some("web/tests".into()),
            build: None,
            judged: Judged::default(),
        },
    );
    for event in events {
        outcome.apply(&plan, event);
    }
    outcome.apply(&plan, &Event::RunEnded { at: UnixMillis(START + 4_200) });
    Sample { plan, outcome }
}

/// Two tests, both passed.
pub(crate) fn calm() -> Sample {
    let (one, two) = (key("", "a.spec.ts", &["one"]), key("", "b.spec.ts", &["two"]));
    let plan = plan(vec![
        shard(0, 1_000, vec![case(one.clone(), 1)]),
        shard(1, 900, vec![case(two.clone(), 1)]),
    ]);
    let finished = || AttemptEnd::Finished(RunnerVerdict::Passed);
    sample(
        plan,
        &[
            began(0, 10),
            began(1, 20),
            ran(0, &one, result(Status::Passed, 100, 900)),
            ran(1, &two, result(Status::Passed, 110, 800)),
            ended(0, 1_100, finished()),
            ended(1, 1_000, finished()),
        ],
    )
}

/// Every verdict, three shards (one killed, one empty), a shared test and hostile names.
pub(crate) fn stormy() -> Sample {
    let shop = |title: &str| key("desk", "shop.spec.ts", &["cart", title]);
    let (good, flaky, bad) = (shop("adds"), shop("wobbles"), shop(HOSTILE));
    let slow = key("desk", "slow.spec.ts", &["waits"]);
    let cut = key("desk", "slow.spec.ts", &["was running"]);
    let lost = key("desk", "slow.spec.ts", &["never came"]);
    let skipped = key("", "notes/skip.spec.ts", &["later"]);
    let shared = key("setup", "auth.setup.ts", &["sign in"]);
    let plan = plan(vec![
        shard(0, 2_000, vec![case(good.clone(), 5), case(flaky.clone(), 9), case(bad.clone(), 7)]),
        shard(1, 1_900, [&slow, &cut, &lost, &skipped].map(|key| case(key.clone(), 2)).into()),
        shard(2, 0, vec![]),
    ]);
    let noted = TestResult {
        annotations: vec![Annotation { kind: "issue".into(), description: HOSTILE.into() }],
        attachments: vec![Attachment {
            name: "shot".into(),
            content_type: "image/png".into(),
            path: Some("test-results/a b/shot.png".into()),
        }],
        stdout: format!("said {HOSTILE}\n"),
        stderr: "warned\n".into(),
        worker: 1,
        process: None,
        warmup: Duration::ZERO,
        ..failed(300, 700, &format!("TypeError: {HOSTILE}"))
    };
    let skip = TestResult { expected: Status::Skipped, ..result(Status::Skipped, 0, 0) };
    let first = failed(1_000, 400, "Error: expect(received).not.toBe(expected)\n\nExpected: 2");
    let timed_out = TestResult {
        errors: vec![TestError {
            message: "Test timeout of 900ms exceeded.".into(),
            ..TestError::default()
        }],
        ..result(Status::TimedOut, 400, 900)
    };
    let fault = Fault { kind: FaultKind::OutOfMemory, message: "killed at 2 GB <b>".into() };
    sample(
        plan,
        &[
            began(0, 10),
            began(1, 20),
            ran(0, &shared, result(Status::Passed, 50, 200)),
            ran(1, &shared, result(Status::Passed, 60, 250)),
            ran(0, &good, result(Status::Passed, 260, 1_000)),
            ran(0, &bad, noted),
            ran(0, &flaky, TestResult { again: true, ..first }),
            ran(0, &flaky, TestResult { retry: 1, ..result(Status::Passed, 1_400, 300) }),
            ran(1, &skipped, skip),
            ran(1, &slow, timed_out),
            Event::TestBegan { id: at(1), key: cut, retry: 0, at: UnixMillis(START + 1_400) },
            Event::RunnerError { id: at(0), error: error("worker teardown <i>broke</i>") },
            ended(0, 1_900, AttemptEnd::Finished(RunnerVerdict::Failed)),
            ended(1, 1_700, AttemptEnd::Faulted(fault)),
        ],
    )
}
