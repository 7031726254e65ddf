//! A history goes in, what a person wants to know of it comes out.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::id::TestKey;
use crate::model::review::{FileTime, Review, SuiteReview};
use crate::model::timings::{Timing, Timings};

/// Sorts what `timings` says: slowest first, then by name.
pub(crate) fn review(timings: &Timings, suite: Option<SuiteReview>) -> Review {
    let mut files: BTreeMap<&str, FileTime> = BTreeMap::new();
    for (key, timing) in &timings.tests {
        let file = files.entry(&key.file).or_default();
        file.tests += usize::from(!key.is_whole_file());
        file.duration += timing.duration.unwrap_or_default();
    }
    let named = |(name, file): (&str, FileTime)| FileTime { file: name.to_owned(), ..file };
    let mut files: Vec<FileTime> = files.into_iter().map(named).collect();
    // Both sorts are stable: ties stay in the order of their names.
    files.sort_by_key(|file| Reverse(file.duration));
    let mut tests: Vec<(TestKey, Timing)> =
        timings.tests.iter().map(|(key, timing)| (key.clone(), *timing)).collect();
    tests.sort_by_key(|(_, timing)| Reverse(timing.duration));
    Review { files, tests, suite }
}
