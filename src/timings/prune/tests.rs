//! Which entries are stale, and which tests unknown.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{prune, stale, unknown};
use crate::model::id::TestKey;
use crate::model::review::Stale;
use crate::model::suite::{GroupKind, RunnerSettings, Source, Suite, TestCase, TestGroup};
use crate::model::timings::{Costs, LastResult, Timing, Timings};

fn key(file: &str, project: &str, titles: &[&str]) -> TestKey {
    let titles = titles.iter().map(|title| (*title).to_owned()).collect();
    TestKey { file: file.to_owned(), project: project.to_owned(), titles, repeat: 0 }
}

fn group(file: &str, project: &str, kind: GroupKind, titles: &[&str]) -> TestGroup {
    let case = |title: &&str| TestCase {
        key: key(file, project, &[title]),
        runner_id: None,
        tags: vec![],
        line: 1,
        column: 1,
    };
    let (project, file) = (project.to_owned(), file.to_owned());
    TestGroup {
        project,
        file,
        kind,
        worker: String::new(),
        tests: titles.iter().map(case).collect(),
    }
}

fn suite(groups: Vec<TestGroup>) -> Suite {
    Suite {
        source: Source::Scan,
        groups,
        shared: vec![],
        projects: vec![],
        settings: RunnerSettings::default(),
    }
}

fn timings(keys: &[TestKey]) -> Timings {
    let duration = Some(Duration::from_secs(1));
    let timing = Timing { duration, last: LastResult::Passed, flaky: 0 };
    let tests: BTreeMap<TestKey, Timing> = keys.iter().map(|key| (key.clone(), timing)).collect();
    Timings { tests, costs: Costs::default() }
}

#[test]
fn what_is_gone_is_stale_and_what_may_come_back_is_not() {
    let suite = suite(vec![
        group("a.spec.ts", "chromium", GroupKind::Single, &["one"]),
        group("a.spec.ts", "firefox", GroupKind::File, &["two"]),
        group("opaque.spec.ts", "chromium", GroupKind::Opaque, &["seen"]),
    ]);
    let kept = [
        key("a.spec.ts", "chromium", &["one"]),
        // Another project has it: which project takes which test may depend on the machine.
        key("a.spec.ts", "chromium", &["two"]),
        key("opaque.spec.ts", "chromium", &["computed"]),
        key("left-out.spec.ts", "chromium", &["there"]),
        key("whole.cy.js", "", &[]),
    ];
    let gone = [
        (key("a.spec.ts", "chromium", &["outer", "one"]), Stale::NoTest),
        (key("a.spec.ts", "chromium", &["three"]), Stale::NoTest),
        (key("gone.cy.js", "", &[]), Stale::NoFile),
        (key("gone.spec.ts", "chromium", &["one"]), Stale::NoFile),
    ];
    let all: Vec<TestKey> = kept.iter().chain(gone.iter().map(|(key, _)| key)).cloned().collect();
    let before = timings(&all);
    let mut found =
        stale(&suite, &before, |file| ["left-out.spec.ts", "whole.cy.js"].contains(&file));
    found.sort();
    let mut expected = gone.to_vec();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(prune(&before, &found), timings(&kept));
}

#[test]
fn the_time_of_a_file_is_of_no_use_once_its_tests_are_known() {
    let suite = suite(vec![group("a.spec.ts", "", GroupKind::File, &["one"])]);
    let whole = key("a.spec.ts", "", &[]);
    assert_eq!(stale(&suite, &timings(std::slice::from_ref(&whole)), |_| true), []);
    let both = timings(&[whole.clone(), key("a.spec.ts", "", &["one"])]);
    assert_eq!(stale(&suite, &both, |_| true), [(whole.clone(), Stale::Superseded)]);
    let mut failed = both;
    for (key, timing) in &mut failed.tests {
        timing.duration = timing.duration.filter(|_| key.is_whole_file());
    }
    assert_eq!(stale(&suite, &failed, |_| true), []);
}

#[test]
fn a_test_is_unknown_unless_it_or_its_file_has_an_entry() {
    let named = suite(vec![
        group("a.spec.ts", "chromium", GroupKind::File, &["one", "two"]),
        group("whole.spec.ts", "chromium", GroupKind::File, &["three"]),
    ]);
    let known = [
        key("a.spec.ts", "chromium", &["one"]),
        key("a.spec.ts", "firefox", &["two"]),
        key("whole.spec.ts", "", &[]),
    ];
    assert_eq!(unknown(&named, &timings(&known)), [key("a.spec.ts", "chromium", &["two"])]);
    let unnamed = suite(vec![group("a.spec.ts", "", GroupKind::File, &["one", "two", "new"])]);
    assert_eq!(unknown(&unnamed, &timings(&known)), [key("a.spec.ts", "", &["new"])]);
}
