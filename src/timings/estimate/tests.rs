//! What a test is taken to need, and how much is known.

mod properties;
mod renamed;

use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::per_test::{PerTest, Wish};
use crate::model::suite::{GroupKind, RunnerSettings, Source, Suite, TestCase, TestGroup};
use crate::model::timings::{Costs, Estimates, LastResult, Timing, Timings};
use crate::timings::estimate::coverage::Mismatch;
use crate::timings::estimate::known;

/// What nobody says anything of.
fn estimates(suite: &Suite, timings: &Timings) -> Estimates {
    super::estimates(suite, timings, &PerTest::default())
}

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
fn a_test_without_history_takes_what_others_around_it_take() {
    use LastResult::{Failed, Passed};
    let (short, long, new) = (key("x", "", "a"), key("x", "", "b"), key("x", "", "c"));
    let (failed, never_passed) = (key("y", "", "d"), key("z", "", "e"));
    let suite =
        suite(Source::Playwright, &[&short, &long, &new, &failed, &never_passed].map(Clone::clone));
    let history = timings(&[
        (short.clone(), Some(100), Passed),
        (long.clone(), Some(300), Passed),
        (failed.clone(), Some(800), Failed),
        (never_passed.clone(), None, Failed),
        (key("x", "", "gone"), Some(90_000), Passed),
    ]);
    let estimates = estimates(&suite, &history);
    let of = |key| (estimates.of(key).duration.as_millis(), estimates.of(key).last);
    assert_eq!(of(&short), (100, Some(Passed)));
    assert_eq!(of(&failed), (800, Some(Failed)));
    let (of_file, of_suite) = (of(&new), of(&never_passed));
    assert!((200..400).contains(&of_file.0) && of_file.0 < of_suite.0, "{of_file:?} {of_suite:?}");
    assert_eq!((of_file.1, of_suite.1), (None, Some(Failed)));
    assert_eq!(of(&key("w", "", "f")), (400, None));
    let coverage = known(&suite, &history);
    assert_eq!((coverage.known, coverage.total, coverage.mismatch), (3, 5, None));
}

#[test]
fn where_nothing_is_known_every_test_takes_a_second() {
    let suite = suite(Source::Playwright, &[key("x", "", "a")]);
    let estimates = estimates(&suite, &Timings::default());
    assert_eq!(estimates.of(&key("x", "", "a")).duration, Duration::from_secs(1));
    assert_eq!(estimates.fallback, Duration::from_secs(1));
}

#[test]
fn new_tests_alone_take_what_the_rest_of_the_history_takes() {
    let suite = suite(Source::Playwright, &[key("new", "", "a")]);
    let history = timings(&[
        (key("x", "", "b"), Some(100), LastResult::Passed),
        (key("y", "", "c"), Some(300), LastResult::Passed),
    ]);
    assert_eq!(estimates(&suite, &history).of(&key("new", "", "a")).duration.as_millis(), 200);
}

#[test]
fn many_tests_of_a_folder_say_more_than_few() {
    let guess = |count: usize| {
        let mut keys: Vec<TestKey> =
            (0..count).map(|n| key("slow/x", "", &format!("slow {n}"))).collect();
        let mut entries: Vec<_> =
            keys.iter().map(|key| (key.clone(), Some(5_000), LastResult::Passed)).collect();
        for n in 0..200 {
            keys.push(key("fast/x", "", &format!("fast {n}")));
            entries.push((keys[keys.len() - 1].clone(), Some(100), LastResult::Passed));
        }
        keys.extend([
            key("slow/x", "", "new"),
            key("slow/y", "", "new"),
            key("other/x", "", "new"),
        ]);
        let suite = suite(Source::Playwright, &keys);
        let estimates = estimates(&suite, &timings(&entries));
        ["slow/x", "slow/y", "other/x"]
            .map(|file| estimates.of(&key(file, "", "new")).duration.as_millis())
    };
    let (few, many) = (guess(3), guess(60));
    for [file, folder, elsewhere] in [few, many] {
        assert!(file > folder && folder > elsewhere, "{file} {folder} {elsewhere}");
    }
    assert!(few[0] < 3_000 && many[0] > 4_000, "{few:?} {many:?}");
}

#[test]
fn a_test_new_in_a_project_takes_what_it_takes_in_others_at_this_projects_pace() {
    let mut keys = Vec::new();
    let mut entries = Vec::new();
    for n in 0..60_u64 {
        let title = format!("t{n}");
        for (project, factor) in [("chromium", 1), ("webkit", 3)] {
            let key = key("x", project, &title);
            keys.push(key.clone());
            if (project, n) != ("webkit", 7) {
                entries.push((key, Some((100 + 10 * n) * factor), LastResult::Passed));
            }
        }
    }
    let estimates = estimates(&suite(Source::Playwright, &keys), &timings(&entries));
    let guess = estimates.of(&key("x", "webkit", "t7")).duration.as_millis();
    assert!((400..=510).contains(&guess), "{guess}, and three times 170 is 510");
    assert_eq!(estimates.of(&key("x", "webkit", "t7")).last, None);
}

#[test]
fn tags_and_length_count_where_they_made_a_difference() {
    let numbers = 0..80_u32;
    let keys: Vec<TestKey> = numbers.map(|n| key("x", "", &format!("t{n:02}"))).collect();
    let mut suite = suite(Source::Playwright, &keys);
    let mut line = 1;
    for (n, group) in suite.groups.iter_mut().enumerate() {
        let test = &mut group.tests[0];
        test.line = line;
        line += if n % 4 == 0 { 64 } else { 8 };
        if n % 2 == 1 {
            test.tags.push("@slow".to_owned());
        }
    }
    // Slow are the tagged ones; then, in another history, the long ones.
    for (slow, new, step) in [(1, [77, 78], 2), (0, [76, 78], 4)] {
        let entries: Vec<_> = keys
            .iter()
            .enumerate()
            .filter(|(n, _)| !new.contains(n))
            .map(|(n, key)| {
                (key.clone(), Some(if n % step == slow { 3_000 } else { 300 }), LastResult::Passed)
            })
            .collect();
        let estimates = estimates(&suite, &timings(&entries));
        let [long, short] = new.map(|n| estimates.of(&keys[n]).duration);
        assert!(long > short * 2, "{long:?} {short:?}");
    }
}

#[test]
fn the_same_titles_in_another_file_say_something() {
    let entries: Vec<_> = (0..40)
        .map(|n| (key("x", "", &format!("t{n}")), Some(if n == 3 { 8_000 } else { 200 })))
        .map(|(key, millis)| (key, millis, LastResult::Passed))
        .collect();
    let mut keys: Vec<TestKey> = entries.iter().map(|(key, _, _)| key.clone()).collect();
    keys.extend([key("y", "", "t3"), key("y", "", "t4")]);
    let estimates = estimates(&suite(Source::Playwright, &keys), &timings(&entries));
    let of = |title| estimates.of(&key("y", "", title)).duration;
    assert!(of("t3") > Duration::from_secs(3) && of("t4") < Duration::from_millis(500));
}

#[test]
fn costs_and_pace_are_passed_on_as_they_are() {
    let known = key("x", "", "a");
    let suite = suite(Source::Playwright, std::slice::from_ref(&known));
    let mut history = timings(&[(known.clone(), Some(1_000), LastResult::Passed)]);
    history.costs = Costs { start: Duration::from_secs(2), pace: 150, ..Costs::default() };
    let estimates = estimates(&suite, &history);
    assert_eq!(estimates.of(&known).duration, Duration::from_secs(1));
    assert_eq!(estimates.costs, history.costs);
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
    let file = ("x".to_owned(), String::new());
    assert_eq!(estimates.unlisted, [(file, Duration::from_millis(400))].into());
    assert_eq!(estimates.tests.len(), 1);
}

#[test]
fn a_time_that_is_known_for_a_whole_file_is_shared_by_its_unknown_tests() {
    let suite = suite(
        Source::Playwright,
        &[key("x", "", "a"), key("x", "", "b"), key("x", "", "c"), key("y", "", "d")],
    );
    let mut whole = key("x", "", "");
    whole.titles.clear();
    let history = timings(&[
        (whole, Some(1_000), LastResult::Passed),
        (key("x", "", "a"), Some(400), LastResult::Passed),
        (key("y", "", "d"), Some(9_000), LastResult::Passed),
    ]);
    let estimates = estimates(&suite, &history);
    for title in ["b", "c"] {
        let estimate = estimates.of(&key("x", "", title));
        assert_eq!((estimate.duration, estimate.last), (Duration::from_millis(300), None));
    }
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
    // The one file is plainly the other, and yet the user should know.
    assert_eq!((coverage.known, coverage.mismatch), (1, Some(named)));
    assert_eq!(known(&suite, &Timings::default()).mismatch, None);
}

#[test]
fn what_the_user_says_holds_where_nothing_is_recorded() {
    use LastResult::{Failed, Passed};
    let keys = [key("x", "p", "known"), key("x", "p", "never passed"), key("x", "p", "new")];
    let shared = [key("y", "p", "of a file of which the whole is known"), key("x", "q", "other")];
    let suite = suite(Source::Playwright, &[&keys[..], &shared].concat());
    let whole = TestKey { titles: Vec::new(), ..shared[0].clone() };
    let history = timings(&[
        (keys[0].clone(), Some(100), Passed),
        (keys[1].clone(), None, Failed),
        (whole, Some(700), Passed),
    ]);
    let wish = Wish { estimate: Some(Duration::from_mins(1)), retries: None };
    let wishes = PerTest { projects: [("p".to_owned(), wish)].into(), ..PerTest::default() };
    let estimates = super::estimates(&suite, &history, &wishes);
    let of = |key: &TestKey| estimates.of(key).duration.as_millis();
    assert_eq!(keys.each_ref().map(of), [100, 60_000, 60_000]);
    assert_eq!(of(&shared[0]), 700);
    assert!(of(&shared[1]) < 1_000, "{}", of(&shared[1]));
}
