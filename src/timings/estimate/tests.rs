//! What a test is taken to need, and how much is known.

use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::suite::{GroupKind, RunnerSettings, Source, Suite, TestCase, TestGroup};
use crate::model::timings::{LastResult, Timing, Timings};
use crate::timings::estimate::{Mismatch, estimates, known};

fn key(file: &str, project: &str, title: &str) -> TestKey {
    TestKey {
        file: file.to_owned(),
        project: project.to_owned(),
        titles: vec![title.to_owned()],
        repeat: 0,
    }
}

fn suite(source: Source, keys: &[TestKey]) -> Suite {
    let case = |key: &TestKey| TestCase {
        key: key.clone(),
        runner_id: None,
        tags: vec![],
        line: 1,
        column: 1,
    };
    let group = |key: &TestKey| TestGroup {
        project: key.project.clone(),
        file: key.file.clone(),
        kind: GroupKind::Single,
        worker: String::new(),
        tests: vec![case(key)],
    };
    Suite {
        source,
        groups: keys.iter().map(group).collect(),
        shared: vec![],
        projects: vec![],
        settings: RunnerSettings::default(),
    }
}

fn timings(entries: &[(TestKey, Option<u64>, LastResult)]) -> Timings {
    let timing = |(key, millis, last): &(TestKey, Option<u64>, LastResult)| {
        (key.clone(), Timing { duration: millis.map(Duration::from_millis), last: *last, flaky: 0 })
    };
    Timings { tests: entries.iter().map(timing).collect(), ..Timings::default() }
}

#[test]
fn an_unknown_test_takes_the_median_of_its_file_then_of_the_suite_then_a_second() {
    use LastResult::{Failed, Passed};
    let (short, long, new) = (key("x", "", "a"), key("x", "", "b"), key("x", "", "c"));
    let (failed, never_passed) = (key("y", "", "d"), key("z", "", "e"));
    let suite =
        suite(Source::Playwright, &[&short, &long, &new, &failed, &never_passed].map(Clone::clone));
    let history = timings(&[
        (short.clone(), Some(100), Passed),
        (long.clone(), Some(300), Passed),
        (failed.clone(), Some(900), Failed),
        (never_passed.clone(), None, Failed),
        (key("x", "", "gone"), Some(90_000), Passed),
    ]);
    let estimates = estimates(&suite, &history);
    let of = |key| (estimates.of(key).duration.as_millis(), estimates.of(key).last);
    assert_eq!(of(&short), (100, Some(Passed)));
    assert_eq!(of(&new), (200, None));
    assert_eq!(of(&failed), (900, Some(Failed)));
    assert_eq!(of(&never_passed), (300, Some(Failed)));
    assert_eq!(of(&key("w", "", "f")), (300, None));
    let nothing = crate::timings::estimate::estimates(&suite, &Timings::default());
    assert_eq!(nothing.of(&short).duration, Duration::from_secs(1));
    let coverage = known(&suite, &history);
    assert_eq!((coverage.known, coverage.total, coverage.mismatch), (3, 5, None));
}

#[test]
fn a_repetition_takes_as_long_as_the_first() {
    let first = key("x", "", "a");
    let again = TestKey { repeat: 7, ..first.clone() };
    let suite = suite(Source::Playwright, &[first.clone(), again.clone()]);
    let history = timings(&[(first, Some(100), LastResult::Passed)]);
    assert_eq!(estimates(&suite, &history).of(&again).duration, Duration::from_millis(100));
    assert_eq!(known(&suite, &history).known, 2);
}

#[test]
fn a_scanned_test_takes_what_it_takes_in_all_projects() {
    let scanned = key("x", "", "a");
    let suite = suite(Source::Scan, std::slice::from_ref(&scanned));
    let history = timings(&[
        (key("x", "chromium", "a"), Some(100), LastResult::Passed),
        (key("x", "firefox", "a"), Some(150), LastResult::Failed),
        (key("x", "webkit", "a"), None, LastResult::Flaky),
    ]);
    let estimate = estimates(&suite, &history).of(&scanned);
    assert_eq!(estimate.duration, Duration::from_millis(250));
    assert_eq!(estimate.last, Some(LastResult::Failed));
}

#[test]
fn a_scanned_test_whose_project_is_known_takes_what_it_takes_there() {
    let scanned = key("x", "chromium", "a");
    let suite = suite(Source::Scan, std::slice::from_ref(&scanned));
    let history = timings(&[
        (key("x", "chromium", "a"), Some(100), LastResult::Failed),
        (key("x", "firefox", "a"), Some(150), LastResult::Passed),
    ]);
    let estimate = estimates(&suite, &history).of(&scanned);
    assert_eq!(estimate.duration, Duration::from_millis(100));
    assert_eq!(estimate.last, Some(LastResult::Failed));
    assert_eq!(known(&suite, &history).known, 1);
}

#[test]
fn tests_that_only_the_history_knows_count_for_a_file_dealt_whole() {
    let mut suite = suite(Source::Scan, &[key("x", "", "a")]);
    suite.groups[0].kind = GroupKind::Opaque;
    let history = timings(&[
        (key("x", "chromium", "computed"), Some(400), LastResult::Passed),
        (key("y", "chromium", "other"), Some(400), LastResult::Passed),
    ]);
    let estimates = estimates(&suite, &history);
    assert_eq!(estimates.of(&key("x", "", "computed")).duration, Duration::from_millis(400));
    assert_eq!(estimates.tests.len(), 2);
}

#[test]
fn a_history_of_other_paths_is_named() {
    let suite = suite(Source::Playwright, &[key("a.ts", "", "a"), key("tests/x.ts", "", "b")]);
    let history = timings(&[
        (key("./tests/a/other.ts", "", "a"), Some(1), LastResult::Passed),
        (key("./tests/x.ts", "", "b"), Some(1), LastResult::Passed),
    ]);
    let coverage = known(&suite, &history);
    let named =
        Mismatch { files: 2, ours: "tests/x.ts".to_owned(), theirs: "./tests/x.ts".to_owned() };
    assert_eq!((coverage.known, coverage.mismatch), (0, Some(named)));
    assert_eq!(known(&suite, &Timings::default()).mismatch, None);
}
