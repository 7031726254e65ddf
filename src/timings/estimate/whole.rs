//! A suite beside its history goes in; what each unknown test takes of a time that is known for
//! its whole file comes out. Histories that were taken over from elsewhere have such times.

use std::collections::BTreeMap;

use crate::model::suite::TestCase;
use crate::timings::estimate::matching::Matching;

/// The share of each unknown test, in seconds, by file and project.
pub(super) struct Shares<'a>(BTreeMap<(&'a str, &'a str), f64>);

impl<'a> Shares<'a> {
    /// What is left of a file's time besides its known tests, evenly. A time without a project is
    /// that of the file in every project.
    pub(super) fn of(matching: &Matching<'a>) -> Self {
        let entries = matching.rest.iter().filter(|entry| entry.key.titles.is_empty());
        let whole: BTreeMap<(&str, &str), f64> = entries
            .filter_map(|entry| {
                let seconds = entry.timing.duration?.as_secs_f64();
                Some(((entry.key.file.as_str(), entry.key.project.as_str()), seconds))
            })
            .collect();
        if whole.is_empty() {
            return Self(BTreeMap::new());
        }
        let mut files: BTreeMap<(&str, &str), (f64, f64)> = BTreeMap::new();
        for test in &matching.tests {
            let key = &test.case.key;
            let (known, unknown) = files.entry((&key.file, &key.project)).or_default();
            match test.seconds() {
                Some(seconds) => *known += seconds,
                None => *unknown += 1.0,
            }
        }
        let share = |((file, project), (known, unknown)): ((&'a str, &'a str), (f64, f64))| {
            let whole = whole.get(&(file, project)).or_else(|| whole.get(&(file, "")))?;
            Some(((file, project), (whole - known).max(0.0) / unknown))
        };
        Self(
            files
                .into_iter()
                .filter(|(_, (_, unknown))| *unknown > 0.0)
                .filter_map(share)
                .collect(),
        )
    }

    /// What an unknown test takes, where its file's time is known.
    pub(super) fn of_test(&self, case: &TestCase) -> Option<f64> {
        self.0.get(&(case.key.file.as_str(), case.key.project.as_str())).copied()
    }
}
