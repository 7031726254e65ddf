//! Which file is a re-run of which: files go in, what stays red comes out.

use std::fs;

use crate::report::junit::merge::{Input, Merged, merge as merge_files};
use crate::report::junit::tests::files;

const FAILED: &str = "<failure message=\"x\"/>";
const SKIPPED: &str = "<skipped/>";

/// What comes of files that were named in these turns, and the text of it.
pub(super) fn joined(texts: &[&str], turns: &[usize]) -> (Merged, String) {
    let folder = tempfile::tempdir().unwrap();
    let inputs: Vec<Input> = files(folder.path(), texts)
        .into_iter()
        .zip(turns)
        .map(|(path, turn)| Input { path, turn: *turn })
        .collect();
    let output = folder.path().join("joined.xml");
    let merged = merge_files(&inputs, &output).unwrap();
    (merged, fs::read_to_string(&output).unwrap())
}

/// Tests, those that failed, those that are flaky; of files of which nobody knows the order.
pub(super) fn counted(texts: &[&str]) -> [u64; 3] {
    numbers(&joined(texts, &vec![0; texts.len()]).0)
}

pub(super) fn numbers(merged: &Merged) -> [u64; 3] {
    let totals = merged.totals;
    [totals.tests, totals.failures + totals.errors, merged.flaky]
}

/// A job: when it began, and its tests with what stands in them.
fn job(stamp: &str, cases: &[(&str, &str)]) -> String {
    let case = |(name, inner): &(&str, &str)| {
        format!("<testcase name=\"{name}\" time=\"1\">{inner}</testcase>")
    };
    let cases: String = cases.iter().map(case).collect();
    format!(
        "<testsuite name=\"s\" timestamp=\"2026-01-01T{stamp}Z\" time=\"3\">{cases}</testsuite>"
    )
}

#[test]
fn a_rerun_of_one_job_heals_nothing_of_another_job() {
    let one = job("10:00:00.1", &[("one", ""), ("clean up", FAILED)]);
    let two = job("10:00:00.2", &[("two", FAILED), ("clean up", "")]);
    let again = job("10:09:00.2", &[("two", ""), ("clean up", "")]);
    assert_eq!(counted(&[&one, &two, &again]), [4, 1, 1]);
    // The re-run of the other one heals it.
    let other = job("10:09:00.2", &[("one", ""), ("clean up", "")]);
    assert_eq!(counted(&[&one, &two, &other]), [4, 1, 1]);
    assert_eq!(counted(&[&one, &two, &other, &again]), [4, 0, 2]);
    // So does a second one.
    let red = job("10:09:00.2", &[("one", ""), ("clean up", FAILED)]);
    let third = job("10:19:00.2", &[("one", ""), ("clean up", "")]);
    assert_eq!(counted(&[&one, &two, &red, &again]), [4, 1, 1]);
    assert_eq!(counted(&[&one, &two, &red, &again, &third]), [4, 0, 2]);
}

#[test]
fn a_rerun_beside_a_set_up_that_failed_elsewhere_heals_only_its_own() {
    let one = job("10:00:00.1", &[("log in", FAILED), ("one", SKIPPED)]);
    let two = job("10:00:00.9", &[("log in", ""), ("two", FAILED)]);
    let again = job("10:10:00.9", &[("log in", ""), ("two", "")]);
    assert_eq!(counted(&[&one, &two, &again]), [4, 1, 1]);
    // Jobs that ran one after the other are no re-runs of each other either.
    let later = job("10:05:00.9", &[("log in", ""), ("two", FAILED)]);
    assert_eq!(counted(&[&one, &later, &again]), [4, 1, 1]);
}

#[test]
fn what_ran_again_in_one_file_goes_on_where_its_tests_stood() {
    // `--last-failed` over two shards.
    let one = job("10:00:00.1", &[("one", FAILED), ("a", "")]);
    let two = job("10:00:00.2", &[("two", FAILED), ("b", "")]);
    let again = job("10:10:00.1", &[("one", ""), ("two", "")]);
    assert_eq!(counted(&[&one, &two, &again]), [4, 0, 2]);
}

#[test]
fn of_two_that_ran_the_same_tests_nobody_knows_which_ran_again() {
    let leg = |stamp, inner| job(stamp, &[("adds", inner)]);
    let legs = [leg("10:00:00.1", FAILED), leg("10:00:00.2", "")];
    assert_eq!(counted(&[&legs[0], &legs[1], &leg("10:10:00.1", "")]), [3, 1, 0]);
}
