//! A history and a suite go in; which entries are stale, and the history without them, come out.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::id::TestKey;
use crate::model::review::Stale;
use crate::model::suite::{GroupKind, Suite};
use crate::model::timings::Timings;

/// What is left of a history without these entries.
pub(crate) fn prune(timings: &Timings, stale: &[(TestKey, Stale)]) -> Timings {
    let mut left = timings.clone();
    for (key, _) in stale {
        left.tests.remove(key);
    }
    left
}

/// The entries that nothing in `suite` stands for any more, by key. `suite` holds whatever its
/// files declare, and `exists` tells of a file that the suite does not name whether it is there:
/// a configuration may leave it out today and not tomorrow.
pub(crate) fn stale(
    suite: &Suite,
    timings: &Timings,
    exists: impl Fn(&str) -> bool,
) -> Vec<(TestKey, Stale)> {
    let declared = declared(suite);
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for (key, timing) in &timings.tests {
        if !key.is_whole_file() && timing.duration.is_some() {
            known.insert(&key.file);
        }
    }
    let files: BTreeSet<&str> = timings.tests.keys().map(|key| key.file.as_str()).collect();
    let gone: BTreeSet<&str> =
        files.into_iter().filter(|file| !declared.contains_key(file) && !exists(file)).collect();
    let why = |key: &TestKey| -> Option<Stale> {
        let file = key.file.as_str();
        if gone.contains(file) {
            return Some(Stale::NoFile);
        }
        if key.is_whole_file() {
            return known.contains(file).then_some(Stale::Superseded);
        }
        match declared.get(file) {
            Some(Declared::Exactly(titles)) if !titles.contains(key.titles.as_slice()) => {
                Some(Stale::NoTest)
            }
            Some(Declared::Exactly(_) | Declared::Some) | None => None,
        }
    };
    timings.tests.keys().filter_map(|key| Some((key.clone(), why(key)?))).collect()
}

/// The test cases of `suite` that have no entry, nor their file as a whole; repetitions once. A
/// suite that names no projects is compared by titles alone.
pub(crate) fn unknown(suite: &Suite, timings: &Timings) -> Vec<TestKey> {
    let named: BTreeSet<(&str, &[String])> =
        timings.tests.keys().map(|key| (key.file.as_str(), key.titles.as_slice())).collect();
    let known = |key: &TestKey| {
        let whole = named.contains(&(key.file.as_str(), &[]));
        whole
            || if key.project.is_empty() {
                named.contains(&(key.file.as_str(), key.titles.as_slice()))
            } else {
                timings.tests.contains_key(key)
            }
    };
    let tests = suite.tests().map(|test| &test.key).filter(|key| key.repeat == 0);
    tests.filter(|key| !known(key)).cloned().collect()
}

/// What is known of the tests in a file.
enum Declared<'a> {
    /// There are no others, in any project.
    Exactly(BTreeSet<&'a [String]>),
    /// Some titles are computed.
    Some,
}

fn declared(suite: &Suite) -> BTreeMap<&str, Declared<'_>> {
    let mut files: BTreeMap<&str, Declared<'_>> = BTreeMap::new();
    for test in suite.tests() {
        let none = || Declared::Exactly(BTreeSet::new());
        if let Declared::Exactly(titles) = files.entry(&test.key.file).or_insert_with(none) {
            titles.insert(&test.key.titles);
        }
    }
    for group in suite.groups.iter().filter(|group| group.kind == GroupKind::Opaque) {
        files.insert(&group.file, Declared::Some);
    }
    files
}

#[cfg(test)]
mod tests;
