//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use std::path::Path;

use crate::report::junit::merge::merge;
use crate::report::junit::totals::JunitTotals;
use crate::report::text;
use crate::wire::junit::read::{Case, Cases, Item};

/// Reading never panics. Whatever is joined could be read, holds each case, has nothing in it that
/// XML forbids, and joined once more it stays as it is.
pub(crate) fn check(data: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { panic!("a folder can be made") };
    let path = |name: &str| folder.path().join(name);
    assert!(std::fs::write(path("in.xml"), data).is_ok());
    let read = cases(&path("in.xml"));
    let Ok(totals) = merge(&[path("in.xml")], &path("once.xml")) else { return };
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
    assert_eq!(numbers(counted), numbers(totals), "{once}");
    assert!(merge(&[path("once.xml")], &path("twice.xml")).is_ok());
    assert_eq!(std::fs::read_to_string(path("twice.xml")).ok(), Some(once));
}

fn cases(path: &Path) -> Option<Vec<Case>> {
    let items: Vec<Item> = Cases::open(path).ok()?.collect::<Result<_, _>>().ok()?;
    let case = |item| match item {
        Item::Case(case) => Some(case),
        Item::Suite(_) | Item::SuiteEnd => None,
    };
    Some(items.into_iter().filter_map(case).collect())
}
