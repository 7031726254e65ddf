//! Small blobs that say how their runs ended; what that makes of the merged report.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::report::playwright_html::merge_folders;
use crate::report::playwright_html::output::Merged as Said;
use crate::report::playwright_html::tests::blobs::{installed, parts};

/// A test, and the status of each of its executions.
type Case = (&'static str, &'static [&'static str]);

const PASSED: Case = ("t", &["passed"]);
const FAILED: Case = ("t", &["failed"]);
const FLAKY: Case = ("t", &["failed", "passed"]);
const NEVER: Case = ("t", &[]);

/// Some blobs in a folder of their own.
struct Blobs {
    root: TempDir,
    places: Vec<PathBuf>,
}

impl Blobs {
    fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap(), places: Vec::new() }
    }

    /// Adds one of a run that began at `start` and took 50 ms; `result` and `config` have what is
    /// said beside that.
    fn add(&mut self, start: u64, cases: &[Case], result: Value, config: Value) -> &mut Self {
        self.add_lines(start, cases, result, config, &[])
    }

    fn add_lines(
        &mut self,
        start: u64,
        cases: &[Case],
        mut result: Value,
        mut config: Value,
        more: &[(&str, Value)],
    ) -> &mut Self {
        config["rootDir"] = json!("/tests");
        result["startTime"] = json!(start);
        result["duration"] = json!(50);
        let entry = |(title, _): &Case| json!({ "testId": title, "title": title });
        let suite =
            json!({ "title": "a.spec.ts", "entries": cases.iter().map(entry).collect::<Vec<_>>() });
        let mut calls = vec![
            ("onBlobReportMetadata", json!({ "version": 2 })),
            ("onConfigure", json!({ "config": config })),
            ("onProject", json!({ "project": { "name": "p", "suites": [suite] } })),
        ];
        for (title, statuses) in cases {
            for (retry, status) in statuses.iter().enumerate() {
                let id = format!("{title}{retry}");
                let begun =
                    json!({ "id": id, "retry": retry, "workerIndex": 0, "startTime": start });
                let ended = json!({ "id": id, "duration": 1, "status": status });
                let test = json!({ "testId": title, "expectedStatus": "passed" });
                calls.push(("onTestBegin", json!({ "testId": title, "result": begun })));
                calls.push(("onTestEnd", json!({ "test": test, "result": ended })));
            }
        }
        calls.extend_from_slice(more);
        calls.push(("onEnd", json!({ "result": result })));
        let line = |(method, params)| json!({ "method": method, "params": params }).to_string();
        let lines: Vec<String> = calls.into_iter().map(line).collect();
        let place = self.root.path().join(format!("report-{}.jsonl", self.places.len()));
        fs::write(&place, lines.join("\n")).unwrap();
        self.places.push(place);
        self
    }

    fn merge(&self) -> Said {
        let output = self.root.path().join("merged");
        merge_folders(&self.places, Some(&installed(self.root.path())), &output).unwrap()
    }

    /// What the top of the merged page says.
    fn errors(&self) -> Value {
        parts(&self.root.path().join("merged"))["report.json"]["errors"].clone()
    }

    fn place(&self, number: usize) -> String {
        self.places[number].display().to_string()
    }
}

fn status(status: &str) -> Value {
    json!({ "status": status })
}

#[test]
fn a_run_that_was_cut_off_is_a_problem_although_every_test_passed() {
    for (result, how) in [
        (status("interrupted"), "the run of `PLACE` was interrupted"),
        (status("timedout"), "the run of `PLACE` was over its global timeout"),
        (status("sleeping"), "`PLACE` does not say how its run ended"),
        (json!({}), "`PLACE` does not say how its run ended"),
    ] {
        let mut blobs = Blobs::new();
        let said = blobs.add(1000, &[PASSED], result, json!({})).merge();
        let how = how.replace("PLACE", &blobs.place(0));
        assert_eq!((said.stats.expected, &said.problems), (1, &vec![how.clone()]));
        assert_eq!(blobs.errors(), json!([how]));
    }
    let mut blobs = Blobs::new();
    let said = blobs.add(1000, &[PASSED], status("passed"), json!({})).merge();
    assert_eq!((said.problems, said.failed), (vec![], vec![]));
}

#[test]
fn a_run_that_failed_needs_a_test_or_an_error_that_says_why() {
    let failed = |case: Case, more: &[(&str, Value)]| {
        let mut blobs = Blobs::new();
        let said = blobs.add_lines(1000, &[case], status("failed"), json!({}), more).merge();
        (said, blobs)
    };
    for case in [PASSED, FLAKY, NEVER] {
        let (said, blobs) = failed(case, &[]);
        let why = format!("the run of `{}` failed, and nothing in it says why", blobs.place(0));
        assert_eq!((said.failed, blobs.errors()), (vec![why.clone()], json!([why])), "{case:?}");
    }
    assert_eq!(failed(FAILED, &[]).0.failed, Vec::<String>::new());
    let error = ("onError", json!({ "error": { "message": "no server" } }));
    let (said, _) = failed(PASSED, &[error]);
    assert_eq!((said.failed, said.errors), (vec![], 1));
}

#[test]
fn flaky_tests_count_as_failed_where_the_configuration_says_so() {
    let strict = || json!({ "failOnFlakyTests": true });
    let mut blobs = Blobs::new();
    let said = blobs.add(1000, &[FLAKY], status("failed"), strict()).merge();
    let why =
        |blobs: &Blobs| format!("as failed: `{}` was run with `failOnFlakyTests`", blobs.place(0));
    assert_eq!(said.failed, [format!("1 flaky test counts {}", why(&blobs))]);
    // Of a test that only another try healed the same is true.
    let mut blobs = Blobs::new();
    let other: Case = ("u", &["failed", "passed"]);
    blobs.add(1000, &[FAILED, other], status("failed"), strict());
    let said = blobs.add(2000, &[PASSED], status("passed"), strict()).merge();
    assert_eq!(said.failed, [format!("2 flaky tests count {}", why(&blobs))]);
    // Without flaky tests there is nothing to say.
    let mut blobs = Blobs::new();
    let said = blobs.add(1000, &[PASSED], status("passed"), strict()).merge();
    assert_eq!(said.failed, Vec::<String>::new());
}

#[test]
fn how_a_run_ended_counts_no_more_once_another_try_brought_all_its_tests_to_an_end() {
    let both: &[Case] = &[PASSED, ("u", &["passed"])];
    for how in ["interrupted", "timedout", "failed", "unknown"] {
        let again = |start: u64, cases: &[Case]| {
            let mut blobs = Blobs::new();
            blobs.add(1000, both, status(how), json!({}));
            let said = blobs.add(start, cases, status("passed"), json!({})).merge();
            said.problems.len() + said.failed.len()
        };
        assert_eq!(again(2000, both), 0, "{how}");
        // Not all of them, one that never ran, one more than before, at the same time.
        assert_eq!(again(2000, &both[..1]), 1, "{how}");
        assert_eq!(again(2000, &[NEVER, both[1]]), 1, "{how}");
        assert_eq!(again(2000, &[PASSED, both[1], ("v", &["passed"])]), 1, "{how}");
        assert_eq!(again(1010, both), 1, "{how}");
    }
    // The later one has the last word.
    let mut blobs = Blobs::new();
    blobs.add(1000, both, status("passed"), json!({}));
    let said = blobs.add(2000, both, status("interrupted"), json!({})).merge();
    assert_eq!(said.problems, [format!("the run of `{}` was interrupted", blobs.place(1))]);
}

#[test]
fn copies_that_differ_in_how_their_run_ended_are_not_the_same() {
    let mut blobs = Blobs::new();
    blobs.add(1000, &[PASSED], status("passed"), json!({}));
    blobs.add(1000, &[PASSED], status("interrupted"), json!({}));
    let said = blobs.add(1000, &[PASSED], status("passed"), json!({})).merge();
    assert_eq!(said.same, [(blobs.places[0].clone(), blobs.places[2].clone())]);
    assert_eq!(said.problems, [format!("the run of `{}` was interrupted", blobs.place(1))]);
}
