//! The reports of the whole run, read by those who read such reports: an XML parser that is not
//! ours, a browser.

use std::collections::BTreeMap;
use std::process::Command;

use boon::{Compiler, Schemas};
use serde_json::Value;

use crate::support::expected::Expected;
use crate::support::{browser, fixture, read, shop};

/// Tests and skipped tests of each file, of all its projects together.
type PerFile = BTreeMap<String, (usize, usize)>;

fn outcome_per_file() -> PerFile {
    let mut counts = PerFile::new();
    for (key, verdict) in read::verdicts(&shop::whole().output()) {
        let of_file = counts.entry(key.file).or_default();
        of_file.0 += 1;
        of_file.1 += usize::from(verdict == "skipped");
    }
    counts
}

#[test]
fn junit_counts_every_file_as_the_outcome_does() {
    let (root, suites) = read::junit(&shop::whole().output());
    let number = |attributes: &BTreeMap<String, String>, name: &str| -> usize {
        attributes[name].parse().unwrap()
    };
    let mut counts = PerFile::new();
    for suite in &suites {
        let of_file = counts.entry(suite.attributes["name"].clone()).or_default();
        let cases =
            |status: &str| suite.cases.iter().filter(|case| case.status() == status).count();
        assert_eq!(number(&suite.attributes, "tests"), suite.cases.len());
        assert_eq!(number(&suite.attributes, "skipped"), cases("skipped"));
        assert_eq!(number(&suite.attributes, "failures"), cases("failed"));
        assert_eq!(number(&suite.attributes, "errors"), cases("error"));
        of_file.0 += suite.cases.len();
        of_file.1 += cases("skipped");
    }
    assert_eq!(counts, outcome_per_file());
    let expected = Expected::of_shop().counts;
    assert_eq!(number(&root, "tests"), expected.tests);
    assert_eq!(number(&root, "skipped"), expected.skipped);
    assert_eq!((number(&root, "failures"), number(&root, "errors")), (0, 0));
}

/// Prints each suite's file and its numbers of cases and of skipped cases.
const PYTHON: &str = "
import json, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
print(json.dumps([[s.get('name'), len(s.findall('testcase')), len(s.findall('testcase/skipped'))]
                  for s in root.findall('testsuite')]))
";

#[test]
fn another_xml_reader_counts_the_same() {
    let file = shop::whole().output().join("junit.xml");
    let output = Command::new("python3").args(["-c", PYTHON]).arg(file).output();
    let output = output.expect("python3 is here: its XML reader checks ours");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let suites: Vec<(String, usize, usize)> = serde_json::from_slice(&output.stdout).unwrap();
    let mut counts = PerFile::new();
    for (file, tests, skipped) in suites {
        let of_file = counts.entry(file).or_default();
        *of_file = (of_file.0 + tests, of_file.1 + skipped);
    }
    assert_eq!(counts, outcome_per_file());
}

#[test]
fn the_schema_of_ctrf_allows_the_results_and_they_count_as_the_outcome_does() {
    let results = read::json(&shop::whole().output().join("results.json"));
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    let schema = read::json(&fixture("ctrf/ctrf-schema-0.0.json"));
    compiler.add_resource("ctrf.json", schema).unwrap();
    let schema = compiler.compile("ctrf.json", &mut schemas).unwrap();
    if let Err(error) = schemas.validate(&results, schema) {
        panic!("{error:#}");
    }
    let expected = Expected::of_shop().counts;
    let summary = &results["results"]["summary"];
    let counts = [expected.tests, expected.passed, expected.skipped, 0, 0];
    let names = ["tests", "passed", "skipped", "failed", "other"];
    for (name, count) in names.into_iter().zip(counts) {
        assert_eq!(summary[name], count, "{name}");
    }
}

#[test]
fn the_trace_holds_every_execution_in_the_time_of_its_shard() {
    let output = shop::whole().output();
    let trace = read::json(&output.join("trace.json"));
    let events = read::list(&trace, "traceEvents");
    let of = |kind: &str| -> Vec<&Value> {
        events.iter().filter(|event| event["cat"] == kind).collect()
    };
    let time = |event: &Value, name: &str| event[name].as_u64().unwrap();
    let attempts: BTreeMap<u64, (u64, u64)> = of("attempt")
        .iter()
        .filter(|event| event["name"] == "attempt 1")
        .map(|event| {
            let start = time(event, "ts");
            (time(event, "pid"), (start, start + time(event, "dur")))
        })
        .collect();
    assert_eq!(attempts.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4]);
    let tests = of("test");
    for test in &tests {
        let (start, end) = attempts[&time(test, "pid")];
        let own = time(test, "ts");
        // Whole milliseconds, each rounded on its own.
        assert!(start <= own && own + time(test, "dur") <= end + 2_000, "{test}");
    }
    let results = read::json(&output.join("results.json"));
    let ran = |test: &Value| {
        let shards = test["extra"]["shardwright.test"]["shards"].as_array().unwrap().len();
        shards + read::list(test, "retryAttempts").len()
    };
    // A set-up test runs once in each shard that needs it.
    let tests_with_results =
        read::list(&results["results"], "tests").iter().filter(|test| test["start"].is_u64());
    let executions: usize = tests_with_results.map(ran).sum();
    assert_eq!(tests.len(), executions);
}

#[test]
fn the_merged_playwright_report_counts_every_file_as_the_outcome_does() {
    let files = read::html(&shop::whole().output());
    let mut counts = PerFile::new();
    for file in read::list(&files["report.json"], "files") {
        let tests = read::list(file, "tests");
        let skipped = tests.iter().filter(|test| test["outcome"] == "skipped").count();
        let named = counts.insert(read::text(file, "fileName"), (tests.len(), skipped));
        assert_eq!(named, None, "a file stands twice in the report");
        let own = &files[&format!("{}.json", read::text(file, "fileId"))];
        assert_eq!(read::list(own, "tests").len(), tests.len());
        assert_eq!(file["stats"]["total"], tests.len());
    }
    // A set-up test runs in every shard and stays one test.
    assert_eq!(counts, outcome_per_file());
    let projects: &Value = &files["report.json"]["projectNames"];
    let mut projects: Vec<&str> =
        projects.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    projects.sort_unstable();
    assert_eq!(projects, ["chromium", "mobile", "setup"]);
}

#[test]
fn the_merged_playwright_report_shows_the_outcomes_numbers_in_a_browser() {
    let expected = Expected::of_shop();
    let page = shop::whole().output().join("playwright/index.html");
    let shown = browser::open(&page, "a.subnav-item:has(.counter)");
    // Playwright's own page leaves the skipped tests out of all.
    let numbers = [
        format!("All{}", expected.counts.passed),
        format!("Passed{}", expected.counts.passed),
        "Failed0".to_owned(),
        "Flaky0".to_owned(),
        format!("Skipped{}", expected.counts.skipped),
    ];
    let plain: Vec<String> = shown.texts.iter().map(|text| text.replace(' ', "")).collect();
    assert_eq!(plain, numbers);
    assert_eq!(shown.errors, Vec::<String>::new());
    // And it hides their rows until they are asked for.
    let rows = browser::open(&page, ".test-file-test").texts;
    assert_eq!(rows.len(), expected.counts.passed);
}

#[test]
fn the_overview_shows_the_outcomes_numbers_in_a_browser() {
    let expected = Expected::of_shop().counts;
    let shown = browser::open(&shop::whole().output().join("index.html"), ".counts li");
    assert_eq!(
        shown.texts,
        [
            format!("{} tests", expected.tests),
            format!("{} passed", expected.passed),
            format!("{} skipped", expected.skipped),
        ]
    );
    assert_eq!(shown.errors, Vec::<String>::new());
    assert!(shown.title.starts_with("Passed"), "{}", shown.title);
}
