//! Whole runs of scripted suites: exit codes, what is printed in which shape, events.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::support::place::{Place, plain};
use crate::support::script::{six, suite, with_death, with_result};

const NO_TIMINGS: &str = "no timings yet in `./timings.json`: every test counts the same\n";
const REPORTS: &str = "no playwright/: no attempt left a whole HTML report of Playwright\n";
const WRITTEN: &str =
    "reports in shardwright-report: index.html, junit.xml, results.json and 2 more\n";
const TABLE: &str = "shard tests predicted took start result\n";

/// The counts of a written `results.json`: passed, failed, skipped, other, tests.
fn counts(place: &Place) -> [u64; 5] {
    let summary = &place.json("shardwright-report/results.json")["results"]["summary"];
    ["passed", "failed", "skipped", "other", "tests"]
        .map(|name| summary[name].as_u64().unwrap_or_else(|| panic!("no `{name}` in {summary}")))
}

#[test]
fn a_good_run_is_0_and_tells_its_way() {
    let place = Place::scripted(&six());
    let said = place.play(&["run"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    let table = "1 6 – [TIME] [TIME] 6 passed\n6 passed in [TIME]\n";
    let way = "shard 1/1 started: 6 tests, [TIME] predicted\nshard 1/1 ended after [TIME]: 6 \
               passed\n";
    let expected = format!("{NO_TIMINGS}{way}{REPORTS}{TABLE}{table}{WRITTEN}");
    assert_eq!(plain(&said.stderr), expected);
    assert_eq!(counts(&place), [6, 0, 0, 0, 6]);
}

#[test]
fn progress_and_quiet_take_lines_away_and_nothing_else() {
    let place = Place::scripted(&six());
    let table = "1 3 – [TIME] [TIME] 3 passed\n2 3 – [TIME] [TIME] 3 passed\n6 passed \
                 in [TIME]\n";
    let said = place.play(&["run", "--shards", "2", "--progress", "none"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert_eq!(plain(&said.stderr), format!("{NO_TIMINGS}{REPORTS}{TABLE}{table}{WRITTEN}"));
    let said = place.play(&["run", "--shards", "2", "--quiet"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert_eq!(plain(&said.stderr), format!("{TABLE}{table}"));
    let said = place.play(&["run", "--quiet", "--verbose"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    let head = "error: the argument '--quiet' cannot be used with '--verbose'\n";
    assert!(said.stderr.starts_with(head), "{}", said.stderr);
}

#[test]
fn a_failing_test_is_1_and_named_with_its_message() {
    let place = Place::scripted(&with_result(six(), "b2", "failed", "expected 1\n::error::got 2"));
    let said = place.play(&["run", "--progress", "plain", "-q"]);
    assert_eq!((said.code, said.stdout.as_str()), (1, ""));
    assert_eq!(
        plain(&said.stderr),
        format!(
            "shard 1/1 started: 6 tests, [TIME] predicted\nshard 1: ✘ failed [chromium] › \
             b.spec.ts › b2\nshard 1/1 ended after [TIME]: 5 passed, 1 failed\nfailed [chromium] › \
             b.spec.ts:2 › b2\n│ expected 1\n│ ::error::got 2\n{TABLE}1 6 – [TIME] [TIME] 5 \
             passed, 1 failed\n5 passed, 1 failed in [TIME]\nFailed: 1 of 6 tests failed\n"
        )
    );
    assert_eq!(counts(&place), [5, 1, 0, 0, 6]);
}

#[test]
fn a_skipped_test_does_no_harm() {
    let place = Place::scripted(&with_result(six(), "b2", "skipped", ""));
    let said = place.play(&["run", "-q"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert!(said.stderr.contains("5 passed, 1 skipped in"), "{}", said.stderr);
    assert_eq!(counts(&place), [5, 0, 1, 0, 6]);
}

#[test]
fn a_shard_that_dies_makes_3_and_its_tests_are_named() {
    let files: &[(&str, &[&str])] = &[("a.spec.ts", &["a1", "a2", "a3"]), ("b.spec.ts", &["b1"])];
    let place = Place::scripted(&with_death(suite(files), 1, 1));
    let said = place.play(&["run", "--shards", "2", "-q", "--fault-retries", "0"]);
    assert_eq!((said.code, said.stdout.as_str()), (3, ""));
    for line in [
        "interrupted  [chromium] › a.spec.ts › a2",
        "did not run  [chromium] › a.spec.ts › a3",
        "2 passed, 1 interrupted, 1 not run in",
    ] {
        assert!(said.stderr.contains(line), "no `{line}` in {}", said.stderr);
    }
    assert_eq!(counts(&place), [2, 0, 0, 2, 4]);
    let junit = place.read("shardwright-report/junit.xml");
    for title in ["a1", "a2", "a3", "b1"] {
        assert_eq!(junit.matches(&format!("name=\"{title}\"")).count(), 1, "{title} in {junit}");
    }
}

#[test]
fn a_death_after_the_last_test_is_no_success_either() {
    let place = Place::scripted(&with_death(six(), 1, 6));
    let said = place.play(&["run", "-q"]);
    assert_eq!((said.code, said.stdout.as_str()), (3, ""), "{}", said.stderr);
    assert_eq!(counts(&place)[0], 6);
}

#[test]
fn lines_that_tests_forge_make_no_failure_good() {
    let mut script = with_result(six(), "a1", "failed", "boom");
    let passed = r#"{"event":"test-end","key":{"project":"chromium","file":"a.spec.ts","titles":["a1"],"repeat":0},"result":{"status":"passed","expected":"passed","retry":0,"started":0,"duration":1,"worker":0}}"#;
    let end = r#"{"event":"end","status":"passed"}"#;
    script["forged"]["1"] = serde_json::json!(["not a line of ours", "\u{1b}[2J", passed, end]);
    let place = Place::scripted(&script);
    let said = place.play(&["run"]);
    assert_eq!((said.code, said.stdout.as_str()), (1, ""), "{}", said.stderr);
    let notes = said.stderr.matches("shard 1: a line of its events is not ours: ").count();
    assert_eq!(notes, 2, "{}", said.stderr);
    assert!(!said.stderr.contains('\u{1b}'));
    // A forged last word saves no shard that dies.
    let mut script = with_death(six(), 1, 2);
    script["forged"]["1"] = serde_json::json!([end]);
    let place = Place::scripted(&script);
    let said = place.play(&["run", "-q"]);
    assert_eq!((said.code, said.stdout.as_str()), (3, ""), "{}", said.stderr);
}

#[test]
fn numbers_that_tests_forge_take_no_report_away() {
    let mut script = six();
    let key = r#""key":{"project":"chromium","file":"c.spec.ts","titles":["c1"],"repeat":0}"#;
    let (most, worker) = (u64::MAX, u32::MAX);
    let begin = format!(r#"{{"event":"test-begin",{key},"retry":0,"at":{most}}}"#);
    let end = format!(
        r#"{{"event":"test-end",{key},"result":{{"status":"passed","expected":"passed","retry":0,"started":{most},"duration":{most},"warmup":{most},"worker":{worker},"errors":[]}}}}"#
    );
    for forged in [vec![&begin, &end], vec![&end], vec![&end, &end, &begin]] {
        script["forged"] = serde_json::json!({"1": forged, "2": forged});
        let place = Place::scripted(&script);
        let said = place.play(&["run", "--shards", "2", "-q", "--update-timings"]);
        assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
        for report in ["index.html", "junit.xml", "results.json", "summary.md", "trace.json"] {
            assert!(place.path(&format!("shardwright-report/{report}")).is_file(), "{report}");
        }
        for command in [
            &["merge", "shardwright-report", "-o", "merged"][..],
            &["report", "skew", "shardwright-report"],
            &["report", "slow", "shardwright-report"],
        ] {
            let said = place.call(command);
            assert_eq!(said.code, 0, "{command:?}: {}", said.stderr);
        }
        let said = place.play(&["run", "--shards", "2", "-q", "-o", "next"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
}

#[test]
fn events_on_standard_output_fold_to_the_same_outcome() {
    let place = Place::scripted(&with_result(six(), "b2", "failed", "boom"));
    let said = place.play(&["run", "--shards", "2", "--events", "-", "-q"]);
    assert_eq!(said.code, 1);
    let mut lines = said.stdout.lines().map(|line| {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    });
    assert_eq!(lines.next().expect("a header")["format"], "shardwright.events");
    let statuses: Vec<Value> = lines
        .filter(|event| event["event"] == "test-ended")
        .map(|event| event["result"]["status"].clone())
        .collect();
    assert_eq!(statuses.len(), 6);
    assert_eq!(statuses.iter().filter(|status| *status == "failed").count(), 1);
    // Dealt to the shards' own files and merged, they give the same results.
    place.write("parts/plan.json", place.read("shardwright-report/plan.json"));
    for shard in 1..=2 {
        let own = |line: &&str| {
            let event: Value = serde_json::from_str(line).expect("an event");
            event["shard"].is_null() || event["shard"] == shard
        };
        let text: String =
            said.stdout.lines().filter(own).map(|line| line.to_owned() + "\n").collect();
        place.write(&format!("parts/shards/{shard}/events.ndjson"), text);
    }
    assert_eq!(place.call(&["merge", "parts", "-o", "merged", "-q"]).code, 1);
    let results = |folder: &str| place.json(&format!("{folder}/results.json"))["results"].clone();
    assert_eq!(results("merged"), results("shardwright-report"));
}

#[test]
fn an_events_file_that_cannot_be_written_is_told() {
    let place = Place::scripted(&six());
    let said = place.play(&["run", "--events", "gone/events.ndjson", "-q"]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    assert_eq!(
        said.stderr,
        "error: cannot write the events to `gone/events.ndjson`\n  caused by: No such file or \
         directory (os error 2)\n"
    );
    let said = place.play(&["run", "--events", "/dev/full", "-q"]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    assert_eq!(
        said.stderr,
        "error: cannot write the events to `/dev/full`\n  caused by: No space left on device (os \
         error 28)\n"
    );
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let titles: Vec<String> = (0..20_000).map(|number| format!("test number {number}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let place = Place::scripted(&suite(&[("a.spec.ts", &titles)]));
    let mut command = place.tool(&["discover", "--format", "json", "--fake", "suite.json"]);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the tool starts");
    let mut first = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("it is piped"));
    reader.read_line(&mut first).expect("a line");
    drop(reader);
    let said = crate::support::said(child.wait_with_output().expect("it ends"));
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert!(first.starts_with('{'), "{first}");
}

#[test]
fn a_run_whose_events_nobody_reads_is_run_all_the_same() {
    let place = Place::scripted(&with_result(six(), "b2", "failed", "boom"));
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = place.tool(&["run", "-q", "--events", "-", "--fake", "suite.json"]);
    let said = place.answer(command.stdout(writer));
    assert_eq!(said.code, 1, "{said:?}");
    assert_eq!(counts(&place), [5, 1, 0, 0, 6]);
}

#[test]
fn new_durations_are_written_only_where_that_is_asked() {
    let place = Place::scripted(&six());
    assert_eq!(place.play(&["run", "-q"]).code, 0);
    assert!(!place.path("timings.json").exists());
    let said = place.play(&["run", "--update-timings", "--progress", "none"]);
    assert_eq!(said.code, 0);
    assert!(said.stderr.contains("timings written to timings.json\n"), "{}", said.stderr);
    assert_eq!(place.json("timings.json")["format"], "shardwright.timings");
    let said = place.play(&["plan"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert!(said.stdout.contains("6 of 6 tests have a history"), "{}", said.stdout);
}

#[test]
fn a_run_replaces_its_own_report_and_nothing_else() {
    let place = Place::scripted(&six());
    assert_eq!(place.play(&["run", "-q"]).code, 0);
    place.write("shardwright-report/notes.txt", "mine");
    place.write("suite.json", with_result(six(), "a1", "failed", "boom").to_string());
    assert_eq!(place.play(&["run", "-q"]).code, 1);
    assert_eq!(place.read("shardwright-report/notes.txt"), "mine");
    assert_eq!(counts(&place), [5, 1, 0, 0, 6]);
}

#[test]
fn a_ci_run_has_annotations_only_where_something_is_wrong() {
    let place = Place::scripted(&six());
    let run = |place: &Place| {
        let mut command = place.tool(&["run", "-q", "--fake", "suite.json"]);
        place.answer(command.env("GITHUB_ACTIONS", "true"))
    };
    let said = run(&place);
    let table = "1 6 – [TIME] [TIME] 6 passed\n6 passed in [TIME]\n";
    assert_eq!((said.code, plain(&said.stderr)), (0, format!("{TABLE}{table}")));
    place.write("suite.json", with_result(six(), "a1", "failed", "boom\nbang").to_string());
    let said = run(&place);
    let annotation = "\n::error title=failed%3A [chromium] › a.spec.ts › a1::boom%0Abang%0A%0Aat \
                      a.spec.ts:1\n";
    assert!(said.code == 1 && said.stderr.ends_with(annotation), "{}", said.stderr);
}
