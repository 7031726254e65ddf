//! Merging what the attempts of a run left.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::model::build::Build;
use crate::model::event::{
    AttemptEnd, AttemptId, Event, Fault, FaultKind, Judged, ListedTest, RunnerVerdict, Status,
    TestError, TestResult, UnixMillis,
};
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::lineage::Lineage;
use crate::model::outcome::Outcome;
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::quarantine::{Day, Entry, Quarantine, Tests};
use crate::model::suite::{GroupKind, TestCase, TestGroup};
use crate::report::playwright_html::PlaywrightHtml;
use crate::report::playwright_html::tests::{
    Case, Merged, TEMPLATE, id_of, numbers, outcomes, read, write_report,
};
use crate::report::{Report, ReportError, Source};

fn id(shard: usize, attempt: u32) -> AttemptId {
    AttemptId { shard: ShardNumber::at(shard - 1), attempt }
}

fn key(file: &str, title: &str) -> TestKey {
    TestKey {
        file: file.to_owned(),
        project: "main".to_owned(),
        titles: vec![String::new(), title.to_owned()],
        repeat: 0,
    }
}

fn case(file: &str, title: &str) -> TestCase {
    TestCase {
        key: key(file, title),
        runner_id: Some(id_of(file, title)),
        tags: vec!["@t".to_owned()],
        line: 3,
        column: 1,
    }
}

/// A run with its folders, made step by step.
struct Run {
    root: TempDir,
    plan: Plan,
    outcome: Outcome,
    attempts: BTreeMap<AttemptId, PathBuf>,
}

impl Run {
    /// One shard for each list of (file, title).
    fn new(shards: &[&[(&str, &str)]]) -> Self {
        let group = |(file, title): &(&str, &str)| PlannedGroup {
            group: TestGroup {
                project: "main".to_owned(),
                file: (*file).to_owned(),
                kind: GroupKind::Single,
                worker: String::new(),
                tests: vec![case(file, title)],
            },
            estimate: Duration::from_secs(1),
        };
        let shard = |(index, tests): (usize, &&[(&str, &str)])| PlannedShard {
            number: ShardNumber::at(index),
            groups: tests.iter().map(group).collect(),
            predicted: Duration::from_secs(1),
        };
        let plan = Plan {
            digest: PlanDigest("digest".to_owned()),
            strategy: "lpt".to_owned(),
            workers: 1,
            shards: shards.iter().enumerate().map(shard).collect(),
            shared: Vec::new(),
            projects: Vec::new(),
            lower_bound: Duration::ZERO,
            known: 0,
            lineage: Lineage::default(),
        };
        let outcome = Outcome::of(&plan);
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("out")).unwrap();
        Self { root, plan, outcome, attempts: BTreeMap::new() }
    }

    fn apply(&mut self, event: &Event) {
        self.outcome.apply(&self.plan, event);
    }

    fn start(&mut self, id: AttemptId) {
        let folder = self.root.path().join(format!("{}-{}", id.shard, id.attempt));
        self.attempts.insert(id, folder);
        self.apply(&Event::AttemptStarted { id, at: UnixMillis(5_000) });
    }

    fn result(&mut self, id: AttemptId, file: &str, title: &str, status: Status) {
        let result = TestResult {
            status,
            expected: Status::Passed,
            retry: 0,
            again: false,
            started: UnixMillis(6_000),
            duration: Duration::from_millis(7),
            worker: 1,
            process: None,
            warmup: Duration::ZERO,
            errors: vec![TestError { message: "it broke".to_owned(), ..TestError::default() }],
            attachments: Vec::new(),
            annotations: Vec::new(),
            stdout: "said".to_owned(),
            stderr: String::new(),
        };
        let key = key(file, title);
        self.apply(&Event::TestEnded { id, key, result: Box::new(result) });
    }

    fn begin(&mut self, id: AttemptId, file: &str, title: &str) {
        let key = key(file, title);
        self.apply(&Event::TestBegan { id, key, retry: 0, at: UnixMillis(6_000) });
    }

    fn share(&mut self, id: AttemptId, file: &str, title: &str) {
        let test = ListedTest {
            key: key(file, title),
            runner_id: id_of(file, title),
            tags: Vec::new(),
            line: 1,
            column: 1,
            shared: true,
            serial: None,
        };
        self.apply(&Event::TestsListed { id, tests: vec![test], up: None, at: None });
    }

    fn finish(&mut self, id: AttemptId, cases: &[Case]) {
        write_report(&self.attempts[&id].join("html"), TEMPLATE, cases);
        let end = AttemptEnd::Finished(RunnerVerdict::Failed);
        self.apply(&Event::AttemptEnded { id, end, at: UnixMillis(9_000) });
    }

    fn kill(&mut self, id: AttemptId) {
        let fault = Fault { kind: FaultKind::OutOfMemory, message: "2 GB".to_owned() };
        let end = AttemptEnd::Faulted(fault);
        self.apply(&Event::AttemptEnded { id, end, at: UnixMillis(9_000) });
    }

    fn write(&self) -> Result<(), ReportError> {
        let build = Build::default();
        let (plan, outcome, attempts) = (&self.plan, &self.outcome, &self.attempts);
        let source = Source { plan, outcome, attempts, build: &build, hindsight: None };
        PlaywrightHtml.write(&source, &self.root.path().join("out"))
    }

    fn merged(&self) -> Merged {
        self.write().unwrap();
        let merged = read(&self.root.path().join("out/playwright"), TEMPLATE);
        let counts = self.outcome.counts();
        let [total, expected, unexpected, flaky, skipped] =
            numbers(&merged.report["stats"]).map(|number| usize::try_from(number).unwrap());
        assert_eq!(total, counts.total());
        assert_eq!((expected, flaky), (counts.passed, counts.flaky));
        assert_eq!(unexpected, counts.failed + counts.timed_out);
        assert_eq!(skipped, counts.skipped + counts.not_run + counts.interrupted);
        merged
    }
}

#[test]
fn a_killed_shard_is_told_by_its_events() {
    let mut run =
        Run::new(&[&[("a.ts", "a1")], &[("b.ts", "done"), ("b.ts", "cut"), ("c.ts", "never")]]);
    run.apply(&Event::RunStarted {
        digest: PlanDigest("digest".to_owned()),
        at: UnixMillis(4_000),
        sources: None,
        build: None,
        judged: Judged::default(),
    });
    run.start(id(1, 1));
    run.result(id(1, 1), "a.ts", "a1", Status::Passed);
    run.finish(id(1, 1), &[("a.ts", "a1", "expected", &["passed"])]);
    run.start(id(2, 1));
    run.result(id(2, 1), "b.ts", "done", Status::Failed);
    run.begin(id(2, 1), "b.ts", "cut");
    run.kill(id(2, 1));
    run.apply(&Event::RunEnded { at: UnixMillis(10_000) });
    let mut merged = run.merged();
    assert_eq!(
        merged.outcomes(),
        outcomes(&[
            ("a1", "expected"),
            ("done", "unexpected"),
            ("cut", "skipped"),
            ("never", "skipped"),
        ])
    );
    assert_eq!(
        merged.errors(),
        ["shard 2 ended by out-of-memory: 1 test did not run, 1 test was cut off (2 GB)"]
    );
    let done = merged.detail("b.ts", "done");
    assert_eq!(done["testId"], id_of("b.ts", "done"));
    assert_eq!(done["path"], json!([]), "Playwright drops empty titles");
    assert_eq!(done["tags"], json!(["@t"]));
    assert_eq!(done["results"][0]["status"], "failed");
    assert_eq!(done["results"][0]["errors"], json!([{ "message": "it broke" }]));
    assert_eq!(done["results"][0]["attachments"][0]["body"], "said");
    assert_eq!(done["results"][0]["startTime"], "1970-01-01T00:00:06.000Z");
    let cut = merged.detail("b.ts", "cut");
    assert_eq!(cut["results"][0]["status"], "interrupted");
    let never = merged.detail("c.ts", "never");
    assert_eq!(never["results"], json!([]));
    assert_eq!(
        never["annotations"],
        json!([{ "type": "did not run", "description": "shard 2 ended by out-of-memory (2 GB)" }])
    );
    assert_eq!(merged.report["startTime"], json!(4000.0));
    assert_eq!(merged.report["duration"], json!(6000.0));
    assert_eq!(
        merged.report["machines"][1],
        json!({ "startTime": 5000.0, "duration": 4000.0, "tag": ["shard 2"], "shardIndex": 2 })
    );
}

#[test]
fn a_second_attempt_is_a_retry() {
    let mut run = Run::new(&[&[("a.ts", "a1"), ("a.ts", "a2")]]);
    run.start(id(1, 1));
    run.result(id(1, 1), "a.ts", "a1", Status::Failed);
    run.result(id(1, 1), "a.ts", "a2", Status::Passed);
    let first: &[Case] =
        &[("a.ts", "a1", "unexpected", &["failed"]), ("a.ts", "a2", "expected", &["passed"])];
    run.finish(id(1, 1), first);
    run.start(id(1, 2));
    run.result(id(1, 2), "a.ts", "a1", Status::Passed);
    run.finish(id(1, 2), &[("a.ts", "a1", "expected", &["passed"])]);
    let mut merged = run.merged();
    assert_eq!(merged.outcomes(), outcomes(&[("a1", "flaky"), ("a2", "expected")]));
    let detail = merged.detail("a.ts", "a1");
    let results: Vec<_> = detail["results"].as_array().unwrap().iter().collect();
    assert_eq!(results.len(), 2);
    assert_eq!(
        (&results[0]["status"], &results[1]["status"]),
        (&json!("failed"), &json!("passed"))
    );
    assert_eq!((&results[0]["retry"], &results[1]["retry"]), (&json!(0), &json!(1)));
    assert_eq!(detail["duration"], json!(10.0));
    assert_eq!(detail["later"], "a field of another version");
    assert_eq!(merged.tests()[0]["results"].as_array().unwrap().len(), 2);
}

#[test]
fn results_of_a_killed_attempt_stand_before_those_of_the_next() {
    let mut run = Run::new(&[&[("a.ts", "a1"), ("a.ts", "a2")]]);
    run.start(id(1, 1));
    run.result(id(1, 1), "a.ts", "a1", Status::Failed);
    run.begin(id(1, 1), "a.ts", "a2");
    run.kill(id(1, 1));
    run.start(id(1, 2));
    run.result(id(1, 2), "a.ts", "a1", Status::Passed);
    run.result(id(1, 2), "a.ts", "a2", Status::Passed);
    let second: &[Case] =
        &[("a.ts", "a1", "expected", &["passed"]), ("a.ts", "a2", "expected", &["passed"])];
    run.finish(id(1, 2), second);
    let mut merged = run.merged();
    let statuses = |detail: serde_json::Value| -> Vec<String> {
        let results = detail["results"].as_array().unwrap();
        results.iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(statuses(merged.detail("a.ts", "a1")), ["failed", "passed"]);
    assert_eq!(statuses(merged.detail("a.ts", "a2")), ["interrupted", "passed"]);
    assert_eq!(
        merged.detail("a.ts", "a2")["results"][0]["errors"][0]["message"],
        "shard 1 ended by out-of-memory (2 GB)"
    );
    assert_eq!(merged.outcomes(), outcomes(&[("a1", "flaky"), ("a2", "expected")]));
    assert_eq!(merged.errors(), Vec::<&str>::new(), "the second attempt healed it");
}

#[test]
fn a_set_up_test_is_shown_once_with_the_shard_where_it_went_worst() {
    let mut run = Run::new(&[&[("a.ts", "a1")], &[("b.ts", "b1")]]);
    for (number, title, status, outcome) in
        [(1, "a1", Status::Passed, "expected"), (2, "b1", Status::Failed, "unexpected")]
    {
        let file = if number == 1 { "a.ts" } else { "b.ts" };
        run.start(id(number, 1));
        run.share(id(number, 1), "setup.ts", "log in");
        run.result(id(number, 1), "setup.ts", "log in", status);
        run.result(id(number, 1), file, title, Status::Passed);
        let word: &[&str] = if number == 1 { &["passed"] } else { &["failed"] };
        run.finish(
            id(number, 1),
            &[("setup.ts", "log in", outcome, word), (file, title, "expected", &["passed"])],
        );
    }
    let mut merged = run.merged();
    assert_eq!(merged.outcomes()["log in"], "unexpected");
    let detail = merged.detail("setup.ts", "log in");
    assert_eq!(detail["results"].as_array().unwrap().len(), 1);
    assert_eq!(detail["results"][0]["status"], "failed");
    assert_eq!(
        detail["annotations"],
        json!([{ "type": "ran in shards", "description": "1, 2 (shown here: 2)" }])
    );
}

#[test]
fn a_quarantined_failure_is_marked_and_stays_unexpected() {
    let mut run = Run::new(&[&[("a.ts", "a1"), ("a.ts", "a2")]]);
    run.start(id(1, 1));
    run.result(id(1, 1), "a.ts", "a1", Status::Failed);
    run.result(id(1, 1), "a.ts", "a2", Status::Passed);
    let cases: [Case; 2] =
        [("a.ts", "a1", "unexpected", &["failed"]), ("a.ts", "a2", "expected", &["passed"])];
    run.finish(id(1, 1), &cases);
    let entry = Entry {
        project: None,
        file: "a.ts".to_owned(),
        tests: Tests::All,
        reason: "why".to_owned(),
        owner: "ann".to_owned(),
        expires: Day(2026, 12, 31),
        line: 1,
    };
    run.outcome.judge(&Quarantine { entries: vec![entry], today: Day(2026, 11, 21) }, false);
    let mut merged = run.merged();
    assert_eq!(merged.outcomes(), outcomes(&[("a1", "unexpected"), ("a2", "expected")]));
    let note = "quarantined until 2026-12-31 (ann): why";
    let annotations = json!([{ "type": "quarantine", "description": note }]);
    assert_eq!(merged.detail("a.ts", "a1")["annotations"], annotations);
    assert_eq!(merged.detail("a.ts", "a2")["annotations"], json!([]));
}

#[test]
fn a_truncated_report_is_named_and_its_tests_are_told() {
    let mut run = Run::new(&[&[("a.ts", "a1")], &[("b.ts", "b1")]]);
    for (number, file, title) in [(1, "a.ts", "a1"), (2, "b.ts", "b1")] {
        run.start(id(number, 1));
        run.result(id(number, 1), file, title, Status::Passed);
        run.finish(id(number, 1), &[(file, title, "expected", &["passed"])]);
    }
    let page = run.attempts[&id(2, 1)].join("html/index.html");
    let whole = fs::read_to_string(&page).unwrap();
    fs::write(&page, &whole[..whole.len() / 2]).unwrap();
    let merged = run.merged();
    assert_eq!(merged.outcomes(), outcomes(&[("a1", "expected"), ("b1", "expected")]));
    assert_eq!(
        merged.errors(),
        ["the HTML report of shard 2, attempt 1 is left out, as it is truncated"]
    );
}

#[test]
fn a_test_is_found_by_its_titles_where_its_id_is_of_another_version() {
    let mut run = Run::new(&[&[("a.ts", "a1")]]);
    for test in run.outcome.tests.values_mut() {
        test.case.runner_id = Some("another".to_owned());
    }
    run.start(id(1, 1));
    run.result(id(1, 1), "a.ts", "a1", Status::Passed);
    run.finish(id(1, 1), &[("a.ts", "a1", "expected", &["passed"])]);
    let merged = run.merged();
    assert_eq!(merged.tests()[0]["testId"], id_of("a.ts", "a1"));
    assert_eq!(merged.errors(), Vec::<&str>::new());
}

#[test]
fn a_test_that_nobody_announced_stays_and_is_named() {
    let mut run = Run::new(&[&[("a.ts", "a1")]]);
    run.start(id(1, 1));
    run.result(id(1, 1), "a.ts", "a1", Status::Passed);
    let cases: &[Case] =
        &[("a.ts", "a1", "expected", &["passed"]), ("a.ts", "ghost", "expected", &["passed"])];
    run.finish(id(1, 1), cases);
    run.write().unwrap();
    let merged = read(&run.root.path().join("out/playwright"), TEMPLATE);
    assert_eq!(merged.outcomes(), outcomes(&[("a1", "expected"), ("ghost", "expected")]));
    assert_eq!(merged.errors(), ["1 test is in the reports that no shard had announced"]);
}

#[test]
fn hostile_titles_are_carried_as_they_are() {
    let titles = ["</template><script>alert(1)</script>", "]]>", "\u{1b}[31m", "a › \"b\" \\ 🎭"];
    let tests: Vec<(&str, &str)> = titles.iter().map(|title| ("a.ts", *title)).collect();
    let mut run = Run::new(&[&[("b.ts", "b1")], &tests]);
    run.start(id(1, 1));
    run.result(id(1, 1), "b.ts", "b1", Status::Passed);
    run.finish(id(1, 1), &[("b.ts", "b1", "expected", &["passed"])]);
    run.start(id(2, 1));
    run.kill(id(2, 1));
    let merged = run.merged();
    for title in titles {
        assert_eq!(merged.outcomes()[title], "skipped");
    }
    assert_eq!(merged.page.matches("</template>").count(), 1);
}

#[test]
fn a_run_without_any_report_says_so() {
    let mut run = Run::new(&[&[("a.ts", "a1")]]);
    run.start(id(1, 1));
    run.kill(id(1, 1));
    assert!(matches!(run.write(), Err(ReportError::NoPlaywrightHtml)));
    assert!(!run.root.path().join("out/playwright").exists());
}
