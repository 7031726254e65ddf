//! A suite and the history go in, every test case with its own entry comes out, and the entries
//! that belong to no test case.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::model::id::TestKey;
use crate::model::suite::{Source, Suite, TestCase};
use crate::model::timings::{Timing, Timings};

/// A suite beside its history.
pub(super) struct Matching<'a> {
    /// Every test case, in the order of the keys.
    pub(super) tests: Vec<Matched<'a>>,
    /// What the suite does not list, in the order of the keys.
    pub(super) rest: Vec<Entry<'a>>,
}

/// A test case and its entry.
pub(super) struct Matched<'a> {
    pub(super) case: &'a TestCase,
    pub(super) timing: Option<Timing>,
}

/// An entry of the history.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) key: &'a TestKey,
    pub(super) timing: Timing,
}

impl Matched<'_> {
    /// In seconds, where it is known.
    pub(super) fn seconds(&self) -> Option<f64> {
        Some(self.timing?.duration?.as_secs_f64())
    }
}

impl<'a> Matching<'a> {
    /// Walks through both in order, once: there may be a hundred thousand of each.
    pub(super) fn of(suite: &'a Suite, history: &'a BTreeMap<TestKey, Timing>) -> Self {
        let cases = sorted(suite);
        let mut entries = history.iter().peekable();
        let mut tests: Vec<Matched<'a>> = Vec::with_capacity(cases.len());
        let mut rest = Vec::new();
        for case in cases {
            let last = tests.last().filter(|last| {
                // The repetitions of a test have its one entry in common.
                case.key.repeat > 0 && order(&last.case.key, &case.key).is_eq()
            });
            let mut timing = last.and_then(|last| last.timing);
            while let Some((key, entry)) = entries.peek() {
                let entry = Entry { key, timing: **entry };
                match order(key, &case.key) {
                    Ordering::Greater => break,
                    Ordering::Equal if timing.is_none() => timing = Some(entry.timing),
                    Ordering::Equal | Ordering::Less => rest.push(entry),
                }
                entries.next();
            }
            tests.push(Matched { case, timing });
        }
        rest.extend(entries.map(|(key, timing)| Entry { key, timing: *timing }));
        Self { tests, rest }
    }

    /// Whether a test case has no known duration.
    pub(super) fn has_unknown(&self) -> bool {
        self.tests.iter().any(|test| test.seconds().is_none())
    }
}

/// Every test case in the order of the keys. Runners list file by file: only the files' names are
/// compared with each other, and within each file the rest of the keys.
fn sorted(suite: &Suite) -> Vec<&TestCase> {
    let listed: Vec<&TestCase> = suite.tests().collect();
    let mut files: Vec<&[&TestCase]> = listed.chunk_by(|a, b| a.key.file == b.key.file).collect();
    files.sort_by(|a, b| a[0].key.file.cmp(&b[0].key.file));
    let mut cases = files.concat();
    for file in cases.chunk_by_mut(|a, b| a.key.file == b.key.file) {
        file.sort_by(|a, b| {
            let (a, b) = (&a.key, &b.key);
            (&a.project, &a.titles, a.repeat).cmp(&(&b.project, &b.titles, b.repeat))
        });
    }
    cases
}

/// The order of tests, whichever repetition.
fn order(a: &TestKey, b: &TestKey) -> Ordering {
    (&a.file, &a.project, &a.titles).cmp(&(&b.file, &b.project, &b.titles))
}

/// The history by the keys that the suite uses. Where a scan cannot read the projects from the
/// configuration it names none: such a test is what all projects' tests of its name are together.
pub(super) fn history<'a>(
    suite: &Suite,
    timings: &'a Timings,
) -> Cow<'a, BTreeMap<TestKey, Timing>> {
    match suite.source {
        Source::Playwright => Cow::Borrowed(&timings.tests),
        Source::Scan => {
            let named = timings.tests.iter().filter(|(key, _)| !key.project.is_empty());
            let mut together: BTreeMap<TestKey, Timing> =
                named.map(|(key, timing)| (key.clone(), *timing)).collect();
            for (key, timing) in &timings.tests {
                let key = TestKey { project: String::new(), ..key.clone() };
                let sum = together.entry(key).or_insert(Timing { duration: None, ..*timing });
                sum.duration = match (sum.duration, timing.duration) {
                    (Some(sum), Some(more)) => Some(sum.saturating_add(more)),
                    (sum, more) => sum.or(more),
                };
                sum.last = sum.last.max(timing.last);
            }
            Cow::Owned(together)
        }
    }
}
