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
        let mut cases: Vec<&TestCase> = suite.tests().collect();
        cases.sort_by(|a, b| a.key.cmp(&b.key));
        let mut entries = history.iter().peekable();
        let (mut tests, mut rest) = (Vec::with_capacity(cases.len()), Vec::new());
        // The repetitions of a test have its one entry in common.
        let mut last: Option<Entry<'_>> = None;
        for case in cases {
            if last.is_none_or(|last| order(last.key, &case.key).is_ne()) {
                last = None;
                while let Some((key, timing)) =
                    entries.next_if(|(key, _)| order(key, &case.key).is_le())
                {
                    let entry = Entry { key, timing: *timing };
                    if order(key, &case.key).is_eq() {
                        last = Some(entry);
                        break;
                    }
                    rest.push(entry);
                }
            }
            tests.push(Matched { case, timing: last.map(|last| last.timing) });
        }
        rest.extend(entries.map(|(key, timing)| Entry { key, timing: *timing }));
        Self { tests, rest }
    }

    /// Whether a test case has no known duration.
    pub(super) fn has_unknown(&self) -> bool {
        self.tests.iter().any(|test| test.seconds().is_none())
    }
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
