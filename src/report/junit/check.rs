//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use std::path::{Path, PathBuf};

use crate::report::junit::merge::repeats::Repeats;
use crate::report::junit::merge::{Input, JunitMergeError, Merged, merge as merge_files};
use crate::report::junit::totals::JunitTotals;
use crate::report::text;
use crate::wire::junit::read::{Case, Cases, Item};

/// Joins files, each named by itself.
pub(crate) fn merge(paths: &[PathBuf], output: &Path) -> Result<Merged, JunitMergeError> {
    let input = |(turn, path): (usize, &PathBuf)| Input { path: path.clone(), turn };
    merge_files(&paths.iter().enumerate().map(input).collect::<Vec<_>>(), output)
}

/// Reading never panics. Whatever is joined could be read, holds each case, has nothing in it that
/// XML forbids, and joined once more it stays as it is.
pub(crate) fn check(data: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { panic!("a folder can be made") };
    let path = |name: &str| folder.path().join(name);
    assert!(std::fs::write(path("in.xml"), data).is_ok());
    let read = cases(&path("in.xml"));
    let Ok(merged) = merge(&[path("in.xml")], &path("once.xml")) else { return };
    let Some(read) = read else { panic!("joined and cannot be read") };
    let Ok(once) = std::fs::read_to_string(path("once.xml")) else { panic!("no text came out") };
    assert!(!once.contains(text::unfit_for_xml), "{once}");
    let Some(again) = cases(&path("once.xml")) else { panic!("cannot be read again: {once}") };
    let names = |cases: &[Case]| -> Vec<_> {
        cases.iter().map(|case| (text::xml(&case.name).into_owned(), case.status)).collect()
    };
    assert_eq!(names(&read), names(&again), "{once}");
    let mut counted = JunitTotals::default();
    for case in &again {
        counted.count(case.status, case.time);
    }
    let numbers = |it: JunitTotals| [it.tests, it.failures, it.skipped, it.errors];
    assert_eq!(numbers(counted), numbers(merged.totals), "{once}");
    let Ok(again) = merge(&[path("once.xml")], &path("twice.xml")) else { panic!("{once}") };
    // Numbers that told of more than the test cases are counted again now.
    assert_eq!(
        again,
        Merged { doubtful: Vec::new(), short: Vec::new(), ..merged.clone() },
        "{once}"
    );
    assert_eq!(std::fs::read_to_string(path("twice.xml")).ok().as_ref(), Some(&once));
    check_repeated(folder.path(), &once, numbers(merged.totals));
}

/// The same file twice counts once, and so does a second run with the same results; one at the same
/// time stays beside the first.
fn check_repeated(folder: &Path, once: &str, numbers: [u64; 4]) {
    let path = |name: &str| folder.join(name);
    let count = |it: JunitTotals| [it.tests, it.failures, it.skipped, it.errors];
    assert!(std::fs::write(path("same.xml"), once).is_ok());
    let beside = |path: PathBuf| Input { path, turn: 0 };
    let same = [path("once.xml"), path("same.xml")].map(beside);
    let same = merge_files(&same, &path("joined.xml"));
    assert_eq!(same.ok().map(|it| (count(it.totals), it.twins.len())), Some((numbers, 1)));
    assert!(std::fs::write(path("other.xml"), format!("{once}<!-- again -->")).is_ok());
    let inputs = [path("once.xml"), path("other.xml")];
    let Ok(joined) = merge(&inputs, &path("joined.xml")) else { panic!("{once}") };
    let Repeats { tests, beside, .. } = joined.repeats;
    let numbers = if beside > 0 { numbers.map(|number| 2 * number) } else { numbers };
    let each = numbers[0] / if beside > 0 { 2 } else { 1 };
    assert_eq!((count(joined.totals), tests + beside), (numbers, each), "{once}");
    assert!(tests == 0 || beside == 0, "{once}");
    let Some(read) = cases(&path("joined.xml")) else { panic!("cannot be read again") };
    let mut counted = JunitTotals::default();
    for case in &read {
        counted.count(case.status, case.time);
    }
    assert_eq!(count(counted), numbers, "{once}");
}

fn cases(path: &Path) -> Option<Vec<Case>> {
    let items: Vec<Item> = Cases::open(path).ok()?.collect::<Result<_, _>>().ok()?;
    let case = |item| match item {
        Item::Case(case) => Some(case),
        Item::Suite(_) | Item::SuiteEnd => None,
    };
    Some(items.into_iter().filter_map(case).collect())
}
