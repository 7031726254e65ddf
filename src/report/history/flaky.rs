//! Many runs go in, the tests that are flaky come out, what hurts most first.
//!
//! A test was flaky in a run if it failed and passed in that run (a retry, a fresh sandbox, a node
//! that was run again), or if it failed for good although it passed in another run of the same
//! commit. Its rate is that of all runs in which it came to a result: passed, flaky or failed.
//! Runs of which no commit is known prove nothing about each other: what failed on one day and
//! passed on the next may have been mended.

use std::collections::BTreeSet;

use crate::model::findings::{Findings, Flaky, FlakyTest, Healed};
use crate::model::history::{History, Ran, calm};
use crate::model::id::TestKey;
use crate::model::outcome::Verdict;
use crate::model::quarantine::{Entry, Quarantine};
use crate::report::history::{findings, top};

/// A quarantined test that passed so many runs in a row is well again.
const CALM: usize = 5;

/// The flaky tests; those of which it is surest that they are often flaky come first.
pub(crate) fn flaky(history: &History, quarantine: &Quarantine, most: usize) -> Findings<Flaky> {
    let row = |key, runs: &Vec<Ran>| {
        let quarantine = quarantine.term(key);
        Some(FlakyTest { quarantine, ..row(history, key, runs)? })
    };
    let rows = history.tests.iter().filter_map(|(key, runs)| row(key, runs));
    let mut rows: Vec<FlakyTest> = rows.collect();
    rows.sort_by(|one, other| {
        let by_rate = other.at_least.total_cmp(&one.at_least);
        by_rate.then(other.flaky.cmp(&one.flaky)).then_with(|| one.key.cmp(&other.key))
    });
    let (tests, healed) = (top(rows.into_iter(), most), healed(history, quarantine));
    findings(history, Flaky { tests, healed })
}

/// The entries of which every test that these runs know passed its last runs.
fn healed(history: &History, quarantine: &Quarantine) -> Vec<Healed> {
    let of_entry = |entry: &Entry| {
        let tests = history.tests.iter().filter(|(key, _)| entry.fits(key));
        let runs = tests.map(|(_, runs)| calm(runs)).min().filter(|runs| *runs >= CALM)?;
        Some(Healed { name: entry.to_string(), owner: entry.owner.clone(), runs })
    };
    quarantine.entries.iter().filter_map(of_entry).collect()
}

fn row(history: &History, key: &TestKey, runs: &[Ran]) -> Option<FlakyTest> {
    let commit = |ran: &Ran| history.runs.get(ran.run).and_then(|run| run.commit.as_deref());
    let good: BTreeSet<&str> = runs.iter().filter(|ran| ran.is_good()).filter_map(commit).collect();
    let is_flaky = |ran: &Ran| {
        let contradicted = || commit(ran).is_some_and(|commit| good.contains(commit));
        ran.verdict == Verdict::Flaky || (ran.is_failed() && contradicted())
    };
    let flaky: Vec<&Ran> = runs.iter().filter(|ran| is_flaky(ran)).collect();
    let (first, last) = (flaky.first()?, flaky.last()?);
    let with_result = runs.iter().filter(|ran| ran.has_result()).count();
    Some(FlakyTest {
        key: key.clone(),
        flaky: flaky.len(),
        runs: with_result,
        at_least: at_least(flaky.len(), with_result),
        first: history.at(first),
        last: history.at(last),
        executions: runs.iter().map(|ran| ran.executions.len()).sum(),
        failures: runs.iter().map(|ran| ran.ill().count()).sum(),
        error: last.ill().next_back().map(|run| run.error.clone()).unwrap_or_default(),
        shards: runs.last().map(|ran| ran.shards.clone()).unwrap_or_default(),
        calm: calm(runs),
        quarantine: None,
    })
}

/// The lower bound of Wilson's score interval at 95 %: 1 of 1 says less than 20 of 20.
/// E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927.
fn at_least(some: usize, all: usize) -> f64 {
    /// The two-sided 95 % quantile of the normal distribution.
    const Z: f64 = 1.959_964;
    if some == 0 || all == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "numbers of runs are small")]
    let (some, all) = (some as f64, all as f64);
    let rate = some / all;
    let middle = rate + Z * Z / (2.0 * all);
    let spread = Z * (rate * (1.0 - rate) / all + Z * Z / (4.0 * all * all)).sqrt();
    ((middle - spread) / (1.0 + Z * Z / all)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::{at_least, flaky};
    use crate::model::findings::{FlakyTest, Healed, Top};
    use crate::model::quarantine::{Day, Entry, Quarantine, Tests};
    use crate::report::history::told::{History, run};

    fn rows(history: &crate::model::history::History, most: usize) -> Top<FlakyTest> {
        flaky(history, &Quarantine::default(), most).found.tests
    }

    #[test]
    fn the_bound_is_wilsons() {
        // Of the table in Newcombe 1998, method 3, and by hand.
        for (some, all, bound) in [(81, 263, 0.2553), (15, 148, 0.0624), (1, 29, 0.0061)] {
            let found = at_least(some, all);
            assert!((found - bound).abs() < 0.000_1, "{some} of {all}: {found}");
        }
        assert!(at_least(0, 20).abs() < f64::EPSILON);
        assert!(at_least(1, 1) < at_least(20, 20));
    }

    #[test]
    fn a_pass_after_a_failure_in_one_run_is_flaky() {
        let told = History::of(&[run("a+ b+"), run("a-+ b+"), run("a+ b+")]);
        let found = rows(&told, 10);
        assert_eq!(found.of, 1);
        let row = &found.rows[0];
        assert_eq!((row.key.title().as_str(), row.flaky, row.runs, row.calm), ("a", 1, 3, 1));
        assert_eq!((row.executions, row.failures), (4, 1));
        assert_eq!((row.first, row.last), (told.runs[1].at, told.runs[1].at));
        assert_eq!(row.error, "boom");
    }

    #[test]
    fn a_failure_and_a_pass_of_the_same_commit_are_flaky_and_of_others_are_not() {
        let same = [run("a-").on("c1"), run("a+").on("c1"), run("a-").on("c2"), run("a+").on("c3")];
        let found = rows(&History::of(&same), 10);
        assert_eq!((found.rows[0].flaky, found.rows[0].runs), (1, 4));
        let unknown = [run("a-"), run("a+"), run("a-")];
        assert_eq!(rows(&History::of(&unknown), 10).of, 0);
    }

    #[test]
    fn runs_without_a_result_do_not_count() {
        let told = History::of(&[run("a-+"), run("a?"), run("a0"), run("b+")]);
        let found = rows(&told, 10);
        assert_eq!((found.rows[0].flaky, found.rows[0].runs), (1, 1));
    }

    #[test]
    fn the_surest_comes_first_and_the_rest_is_counted() {
        let often = || run("a-+ b+ c-+");
        let told = History::of(&[run("a+ b-+"), often(), often(), often()]);
        let found = rows(&told, 2);
        let titles: Vec<String> = found.rows.iter().map(|row| row.key.title()).collect();
        assert_eq!((found.of, titles), (3, vec!["c".to_owned(), "a".to_owned()]));
    }

    #[test]
    fn a_quarantined_test_that_passes_again_is_told_and_one_that_does_not_yet_is_marked() {
        let entry = |title: &str| Entry {
            project: None,
            file: "a.spec.ts".to_owned(),
            tests: Tests::Title(title.to_owned()),
            reason: "why".to_owned(),
            owner: "ann".to_owned(),
            expires: Day(2026, 12, 31),
            line: 1,
        };
        let entries = vec![entry("a"), entry("b"), entry("c")];
        let quarantine = Quarantine { entries, today: Day(2026, 11, 21) };
        let calm = [run("a+ b+"); 4];
        let told = [&[run("a- b-+"), run("a+")], &calm[..]].concat();
        let found = flaky(&History::of(&told), &quarantine, 10).found;
        let healed = Healed { name: "a.spec.ts › a".into(), owner: "ann".into(), runs: 5 };
        assert_eq!(found.healed, [healed]);
        assert_eq!(found.tests.rows[0].quarantine.as_ref().unwrap().owner, "ann");
    }
}
