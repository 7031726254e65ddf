//! Many runs go in, the tests that failed come out: what fails still comes first.

use std::cmp::Reverse;

use crate::model::findings::{FailedTest, Findings, Top};
use crate::model::history::{History, Ran};
use crate::model::id::TestKey;
use crate::report::history::{findings, top};

/// The tests that failed for good in some run; those that fail longest without a pass first.
pub(crate) fn failed(history: &History, most: usize) -> Findings<Top<FailedTest>> {
    let rows = history.tests.iter().filter_map(|(key, runs)| row(history, key, runs));
    let mut rows: Vec<FailedTest> = rows.collect();
    // Stable: equal ones stay in the order of their keys.
    rows.sort_by_key(|row| Reverse((row.streak, row.failed, row.last)));
    findings(history, top(rows.into_iter(), most))
}

fn row(history: &History, key: &TestKey, runs: &[Ran]) -> Option<FailedTest> {
    let runs: Vec<&Ran> = runs.iter().filter(|ran| ran.has_result()).collect();
    let last = runs.iter().rposition(|ran| ran.is_failed())?;
    let begin = runs[..last].iter().rposition(|ran| ran.is_good()).map_or(0, |good| good + 1);
    // Every one of them failed: between the last pass before and the last failure.
    let (first, streak) = (runs.get(begin)?, &runs[begin..=last]);
    let errors: Vec<&str> = streak.iter().map(|ran| error(ran)).collect();
    Some(FailedTest {
        key: key.clone(),
        failed: runs.iter().filter(|ran| ran.is_failed()).count(),
        runs: runs.len(),
        streak: if last + 1 == runs.len() { streak.len() } else { 0 },
        since: history.at(first),
        last: history.at(runs[last]),
        passed: runs.iter().rfind(|ran| ran.is_good()).and_then(|ran| history.at(ran)),
        error: errors.last().copied().unwrap_or_default().to_owned(),
        same: errors.iter().all(|error| *error == errors[0]),
        shards: runs.last().map(|ran| ran.shards.clone()).unwrap_or_default(),
    })
}

/// The error that a failed test ended with.
fn error(ran: &Ran) -> &str {
    ran.ill().next_back().map_or("", |execution| &execution.error)
}

#[cfg(test)]
mod tests {
    use super::failed;
    use crate::report::history::told::{History, run};

    #[test]
    fn a_streak_begins_after_the_last_pass() {
        let runs = [run("a-"), run("a+"), run("a-"), run("a?"), run("a-").with("other")];
        let told = History::of(&runs);
        let row = failed(&told, 10).found.rows.remove(0);
        assert_eq!((row.failed, row.runs, row.streak), (3, 4, 2));
        assert_eq!((row.since, row.passed), (told.runs[2].at, told.runs[1].at));
        assert_eq!((row.last, row.error.as_str(), row.same), (told.runs[4].at, "other", false));
    }

    #[test]
    fn what_passes_again_has_no_streak_and_comes_last() {
        let told = History::of(&[run("a- b+ c+"), run("a- b+"), run("a+ b-"), run("c+")]);
        let found = failed(&told, 10).found;
        let rows = found.rows.iter().map(|row| (row.key.title(), row.streak, row.since));
        let b = ("b".to_owned(), 1, told.runs[2].at);
        assert_eq!(rows.collect::<Vec<_>>(), [b, ("a".to_owned(), 0, told.runs[0].at)]);
        assert!(found.rows[1].same);
    }

    #[test]
    fn a_flaky_test_did_not_fail() {
        assert_eq!(failed(&History::of(&[run("a-+"), run("a+")]), 10).found.of, 0);
    }
}
