//! What keeps its history under another name, and what does not.

use crate::model::id::TestKey;
use crate::model::suite::Source;
use crate::model::timings::{LastResult, Timings};
use crate::timings::estimate::known;
use crate::timings::estimate::tests::{estimates, key, suite, timings};

/// The tests of a file, and what the history says of them.
fn file(name: &str, titles: &[&str]) -> Vec<TestKey> {
    titles.iter().map(|title| key(name, "", title)).collect()
}

fn history(keys: &[Vec<TestKey>]) -> Timings {
    let of = |(n, key): (usize, &TestKey)| (key.clone(), Some(100 << n), LastResult::Flaky);
    timings(&keys.iter().flatten().enumerate().map(of).collect::<Vec<_>>())
}

/// What is known of the tests of a suite, in milliseconds.
fn inherited(now: &[Vec<TestKey>], before: &[Vec<TestKey>]) -> Vec<Option<u128>> {
    let (suite, history) = (suite(Source::Playwright, &now.concat()), history(before));
    let estimates = estimates(&suite, &history);
    let of = |key| Some(estimates.of(key)).filter(|e| e.last.is_some());
    let found: Vec<_> =
        now.iter().flatten().map(|key| of(key).map(|e| e.duration.as_millis())).collect();
    assert_eq!(known(&suite, &history).known, found.iter().flatten().count());
    found
}

#[test]
fn a_renamed_file_keeps_its_history() {
    let before = [file("old/cart.ts", &["adds", "empties", "removes"]), file("x.ts", &["y"])];
    let now = [file("new/basket.ts", &["adds", "empties", "is new"]), file("x.ts", &["y"])];
    assert_eq!(inherited(&now, &before), [Some(100), Some(200), None, Some(800)]);
}

#[test]
fn a_file_in_another_folder_keeps_its_history_though_all_titles_are_alike() {
    let titles = ["one", "two"];
    let before: Vec<_> = (0..20).map(|n| file(&format!("./tests/f{n}.ts"), &titles)).collect();
    let now: Vec<_> = (0..20).map(|n| file(&format!("tests/f{n}.ts"), &titles)).collect();
    let wanted: Vec<_> = (0..40).map(|n| Some(100 << n)).collect();
    assert_eq!(inherited(&now, &before), wanted);
}

#[test]
fn a_file_of_which_few_titles_agree_is_another_file() {
    let before = [file("a.ts", &["one", "two", "three", "four"])];
    let now = [file("b.ts", &["one", "two", "five", "six"])];
    assert_eq!(inherited(&now, &before), [None; 4]);
}

#[test]
fn a_file_that_is_still_there_was_not_renamed() {
    let titles = ["one", "two"];
    let before = [file("a.ts", &titles)];
    let now = [file("a.ts", &titles), file("b.ts", &titles)];
    assert_eq!(inherited(&now, &before), [Some(100), Some(200), None, None]);
}

#[test]
fn nothing_is_inherited_where_two_files_may_be_the_old_or_the_new_one() {
    let titles = ["one", "two"];
    let (a, b, c) = (file("a.ts", &titles), file("b.ts", &titles), file("c.ts", &titles));
    assert_eq!(inherited(std::slice::from_ref(&c), &[a.clone(), b.clone()]), [None; 2]);
    assert_eq!(inherited(&[b, c], &[a]), [None; 4]);
}

#[test]
fn a_moved_test_keeps_its_history() {
    let before = [file("a.ts", &["logs in", "logs out"]), file("b.ts", &["buys"])];
    let now = [file("a.ts", &["logs in"]), file("b.ts", &["buys", "logs out"])];
    assert_eq!(inherited(&now, &before), [Some(100), Some(400), Some(200)]);
}

#[test]
fn a_test_put_into_a_describe_keeps_its_history() {
    let before = [file("a.ts", &["in", "out"])];
    let mut now = [file("a.ts", &["in", "out"])];
    now[0][1].titles.insert(0, "session".to_owned());
    assert_eq!(inherited(&now, &before), [Some(100), Some(200)]);
}

#[test]
fn a_short_title_in_another_file_is_another_test() {
    let before = [file("a.ts", &["stays", "works"])];
    let now = [file("a.ts", &["stays"]), file("b.ts", &["works"])];
    assert_eq!(inherited(&now, &before), [Some(100), None]);
}

#[test]
fn a_copied_test_inherits_nothing() {
    let before = [file("a.ts", &["stays", "logs in here"])];
    let now = [
        file("a.ts", &["stays"]),
        file("b.ts", &["logs in here"]),
        file("c.ts", &["logs in here"]),
    ];
    assert_eq!(inherited(&now, &before), [Some(100), None, None]);
}

#[test]
fn repetitions_of_a_moved_test_inherit_as_one() {
    let before = [file("a.ts", &["stays", "logs in here"])];
    let moved = key("b.ts", "", "logs in here");
    let again = TestKey { repeat: 1, ..moved.clone() };
    let now = [file("a.ts", &["stays"]), vec![moved, again]];
    assert_eq!(inherited(&now, &before), [Some(100), Some(200), Some(200)]);
}
