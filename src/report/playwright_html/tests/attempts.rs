//! The same test in several plain reports: tried again, side by side, or the same report twice.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::report::playwright_html::output::Merged as Said;
use crate::report::playwright_html::tests::{
    Case, Merged, TEMPLATE, WINDOW, entries, outcomes, page, read, zipped,
};
use crate::report::playwright_html::{Folded, merge_folders};

/// A folder with reports, and the merged one beside them.
struct Reports {
    root: TempDir,
    folders: Vec<PathBuf>,
}

impl Reports {
    fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap(), folders: Vec::new() }
    }

    /// Adds a report of a run that began at `start` and took 50 ms.
    fn add(&mut self, start: u64, cases: &[Case]) -> &mut Self {
        self.add_changed(start, cases, |_| ())
    }

    /// The same, with `change` done to each test in both places where it stands.
    fn add_changed(
        &mut self,
        start: u64,
        cases: &[Case],
        change: impl Fn(&mut Value),
    ) -> &mut Self {
        let folder = self.root.path().join(format!("report{}", self.folders.len()));
        let mut parts = entries(cases);
        for (name, part) in &mut parts {
            if name == "report.json" {
                part["startTime"] = json!(start);
                let files = part["files"].as_array_mut().unwrap().iter_mut();
                files.for_each(|file| changed(file, start, &change));
            } else {
                changed(part, start, &change);
            }
        }
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("index.html"), page(TEMPLATE, &zipped(&parts))).unwrap();
        self.folders.push(folder);
        self
    }

    fn merge(&self) -> (Said, Merged) {
        let output = self.output();
        let said = merge_folders(&self.folders, None, &output).unwrap();
        (said, read(&output, TEMPLATE))
    }

    fn output(&self) -> PathBuf {
        self.root.path().join("merged")
    }
}

fn changed(file: &mut Value, start: u64, change: &impl Fn(&mut Value)) {
    for test in file["tests"].as_array_mut().unwrap() {
        for (number, result) in test["results"].as_array_mut().unwrap().iter_mut().enumerate() {
            result["startTime"] = json!(format!("{start}+{number}"));
        }
        change(test);
    }
}

const FILE: &str = "a.spec.ts";
const PASSED: Case = (FILE, "t", "expected", &["passed"]);
const FAILED: Case = (FILE, "t", "unexpected", &["failed"]);
const FLAKY: Case = (FILE, "t", "flaky", &["failed", "passed"]);
const SKIPPED: Case = (FILE, "t", "skipped", &["skipped"]);

/// What becomes of one test in runs one after the other, and how many results are shown.
fn in_turn(attempts: &[Case]) -> (String, usize) {
    let mut reports = Reports::new();
    for (number, case) in (1..).zip(attempts) {
        reports.add(number * 1000, &[*case]);
    }
    let (said, mut merged) = reports.merge();
    assert_eq!(said.stats.total, 1);
    let test = merged.detail(FILE, "t");
    let results = test["results"].as_array().unwrap();
    let retries: Vec<&Value> = results.iter().map(|result| &result["retry"]).collect();
    assert_eq!(
        retries,
        (0..results.len()).map(|retry| json!(retry)).collect::<Vec<_>>().iter().collect::<Vec<_>>()
    );
    assert_eq!(merged.outcomes()["t"], test["outcome"]);
    (merged.outcomes()["t"].clone(), results.len())
}

#[test]
fn the_last_attempt_that_ended_decides_and_earlier_failures_make_it_flaky() {
    let cases: &[(&[Case], &str, usize)] = &[
        (&[FAILED, PASSED], "flaky", 2),
        (&[PASSED, FAILED], "unexpected", 2),
        (&[FLAKY, FAILED], "unexpected", 3),
        (&[FLAKY, PASSED], "flaky", 3),
        (&[PASSED, PASSED], "expected", 2),
        (&[FAILED, FAILED, PASSED], "flaky", 3),
        (&[FAILED, PASSED, FAILED], "unexpected", 3),
    ];
    for (attempts, outcome, results) in cases {
        assert_eq!(in_turn(attempts), ((*outcome).to_owned(), *results), "{attempts:?}");
    }
}

#[test]
fn what_was_skipped_in_a_later_attempt_heals_nothing_and_spoils_nothing() {
    assert_eq!(in_turn(&[FAILED, SKIPPED]).0, "unexpected");
    assert_eq!(in_turn(&[PASSED, SKIPPED]).0, "expected");
    assert_eq!(in_turn(&[SKIPPED, PASSED]).0, "expected");
    assert_eq!(in_turn(&[FAILED, SKIPPED, PASSED]).0, "flaky");
}

#[test]
fn attempts_are_ordered_by_their_time_whatever_the_order_of_the_inputs() {
    let mut reports = Reports::new();
    reports.add(2000, &[PASSED]).add(1000, &[FAILED]);
    let (_, mut merged) = reports.merge();
    assert_eq!(merged.outcomes(), outcomes(&[("t", "flaky")]));
    let results = &merged.detail(FILE, "t")["results"];
    assert_eq!(
        (&results[0]["status"], &results[1]["status"]),
        (&json!("failed"), &json!("passed"))
    );
}

#[test]
fn only_what_failed_is_run_again_and_the_rest_stays() {
    let other: Case = (FILE, "other", "expected", &["passed"]);
    let third: Case = ("b.spec.ts", "third", "unexpected", &["failed"]);
    let healed: Case = ("b.spec.ts", "third", "expected", &["passed"]);
    let mut reports = Reports::new();
    // Two shards at once, then `--last-failed` over both.
    reports.add(1000, &[FAILED, other]).add(1010, &[third]).add(2000, &[PASSED, healed]);
    let (said, merged) = reports.merge();
    let all = outcomes(&[("t", "flaky"), ("other", "expected"), ("third", "flaky")]);
    assert_eq!((merged.outcomes(), said.stats.total), (all, 3));
}

#[test]
fn a_set_up_test_of_several_shards_is_shown_where_it_went_worst_whenever_they_ran() {
    let own = |title| (FILE, title, "expected", &["passed"] as &[_]);
    for second in [1010, 2000] {
        let mut reports = Reports::new();
        reports.add(1000, &[FAILED, own("one")]).add(second, &[PASSED, own("two")]);
        let (_, mut merged) = reports.merge();
        assert_eq!(merged.outcomes()["t"], "unexpected");
        let test = merged.detail(FILE, "t");
        assert_eq!(test["results"].as_array().unwrap().len(), 1);
        assert_eq!(
            test["annotations"],
            json!([{ "type": "ran in reports", "description": "1, 2 (shown here: 1)" }])
        );
    }
}

#[test]
fn another_try_of_one_report_heals_nothing_of_another_report() {
    let own = |title, outcome, status| (FILE, title, outcome, status);
    let passed = |title| own(title, "expected", &["passed"] as &[_]);
    let two = own("two", "unexpected", &["failed"] as &[_]);
    let mut reports = Reports::new();
    reports.add(1000, &[FAILED, passed("one")]).add(1010, &[PASSED, two]);
    reports.add(2000, &[PASSED, passed("two")]);
    let all = outcomes(&[("t", "unexpected"), ("one", "expected"), ("two", "flaky")]);
    assert_eq!(reports.merge().1.outcomes(), all);
    // Another try of the one in which it failed does.
    reports.add(3000, &[PASSED, passed("one")]);
    let all = outcomes(&[("t", "flaky"), ("one", "expected"), ("two", "flaky")]);
    assert_eq!(reports.merge().1.outcomes(), all);
    // Two that hold the same: nobody knows which ran again.
    let mut reports = Reports::new();
    reports.add(1000, &[FAILED]).add(1010, &[PASSED]).add(2000, &[PASSED]);
    assert_eq!(reports.merge().1.outcomes(), outcomes(&[("t", "unexpected")]));
}

#[test]
fn tests_that_stand_in_several_reports_are_counted_by_how_they_are_joined() {
    let own = |title| (FILE, title, "expected", &["passed"] as &[_]);
    let folded = |reports: &[(u64, &[Case])]| {
        let mut all = Reports::new();
        for (start, cases) in reports {
            all.add(*start, cases);
        }
        let Folded { in_turn, beside } = all.merge().0.folded;
        (in_turn, beside)
    };
    let (one, two): (&[Case], &[Case]) = (&[FAILED, own("one")], &[PASSED, own("two")]);
    assert_eq!(folded(&[(1000, one)]), (0, 0));
    assert_eq!(folded(&[(1000, one), (2000, &[PASSED])]), (1, 0));
    assert_eq!(folded(&[(1000, one), (2000, one)]), (2, 0));
    assert_eq!(folded(&[(1000, one), (1010, two)]), (0, 1));
    assert_eq!(folded(&[(1000, one), (1010, two), (2000, &[PASSED])]), (0, 1));
    assert_eq!(folded(&[(1000, one), (1010, two), (2000, one)]), (2, 1));
}

#[test]
fn the_same_report_twice_counts_once_and_is_named() {
    let mut reports = Reports::new();
    reports.add(1000, &[FLAKY, (FILE, "u", "expected", &["passed"])]);
    let (first, copy) = (reports.folders[0].clone(), reports.root.path().join("copy"));
    fs::create_dir(&copy).unwrap();
    fs::copy(first.join("index.html"), copy.join("index.html")).unwrap();
    reports.folders.push(copy.clone());
    let (said, mut merged) = reports.merge();
    assert_eq!((said.same, said.reports), (vec![(first, copy)], 1));
    assert_eq!(merged.detail(FILE, "t")["results"].as_array().unwrap().len(), 2);
    assert_eq!(merged.report["metadata"]["actualWorkers"], 2);
}

#[test]
fn another_scheme_of_ids_is_no_other_test() {
    let mut reports = Reports::new();
    let renamed = |test: &mut Value| test["testId"] = json!("another-scheme");
    reports.add(1000, &[FAILED]).add_changed(2000, &[PASSED], renamed);
    assert_eq!(reports.merge().1.outcomes(), outcomes(&[("t", "flaky")]));
}

#[test]
fn environments_that_differ_in_their_tags_are_several_tests_with_an_id_each() {
    let mut reports = Reports::new();
    let tagged = |tag: &'static str| move |test: &mut Value| test["tags"] = json!([tag]);
    reports.add_changed(1000, &[FAILED], tagged("@linux"));
    reports.add_changed(2000, &[PASSED], tagged("@windows"));
    let (said, merged) = reports.merge();
    assert_eq!((said.stats.unexpected, said.stats.expected), (1, 1));
    let ids: Vec<&Value> = merged.tests().iter().map(|test| &test["testId"]).collect();
    assert_ne!(ids[0], ids[1]);
    // What a test says of itself in its title is the same everywhere.
    let mut reports = Reports::new();
    let case = |outcome, status: &'static [&'static str]| (FILE, "t @slow", outcome, status);
    reports.add(1000, &[case("unexpected", &["failed"])]);
    reports.add_changed(2000, &[case("expected", &["passed"])], tagged("@slow"));
    assert_eq!(reports.merge().1.outcomes(), outcomes(&[("t @slow", "flaky")]));
}

#[test]
fn a_test_that_never_ran_is_counted_and_one_that_is_to_be_skipped_is_not() {
    let skip = |test: &mut Value| test["annotations"] = json!([{ "type": "skip" }]);
    let mut reports = Reports::new();
    reports.add(1000, &[SKIPPED]);
    assert_eq!(reports.merge().0.not_run, 1);
    let mut reports = Reports::new();
    reports.add_changed(1000, &[SKIPPED], skip);
    assert_eq!(reports.merge().0.not_run, 0);
    let mut reports = Reports::new();
    reports.add(1000, &[SKIPPED]).add(2000, &[PASSED]);
    assert_eq!(reports.merge().0.not_run, 0);
}

#[test]
fn workers_of_several_reports_are_told_apart() {
    let mut reports = Reports::new();
    let worker =
        |number: i64| move |test: &mut Value| test["results"][0]["workerIndex"] = json!(number);
    let file = |name| (name, name, "expected", &["passed"] as &[_]);
    reports.add_changed(1000, &[file("a")], worker(2));
    reports.add_changed(1010, &[file("b")], worker(0));
    reports.add_changed(1020, &[file("c")], worker(-1));
    let (_, mut merged) = reports.merge();
    let shown: Vec<(Value, Value)> = ["a", "b", "c"]
        .map(|name| {
            let tests = merged.tests();
            let one = tests.iter().find(|test| test["title"] == name).unwrap();
            let brief = one["results"][0]["workerIndex"].clone();
            (brief, merged.detail(name, name)["results"][0]["workerIndex"].clone())
        })
        .to_vec();
    assert_eq!(shown, [2, 3, -1].map(|worker| (json!(worker), json!(worker))));
}

#[test]
fn attempts_of_two_versions_are_joined_for_the_newer_page() {
    let mut reports = Reports::new();
    reports.add(2000, &[PASSED]);
    let old: &Path = &reports.root.path().join("old");
    fs::create_dir(old).unwrap();
    let mut parts = entries(&[FAILED]);
    parts[0].1["tests"][0]["results"][0]["errors"] = json!(["it broke"]);
    fs::write(old.join("index.html"), page(WINDOW, &zipped(&parts))).unwrap();
    reports.folders.push(old.to_owned());
    let (said, mut merged) = reports.merge();
    assert_eq!((said.adapted, said.page.as_ref()), (1, Some(&reports.folders[0])));
    let results = &merged.detail(FILE, "t")["results"];
    assert_eq!(results[0]["errors"], json!([{ "message": "it broke" }]));
    assert_eq!(results[1]["status"], "passed");
}
