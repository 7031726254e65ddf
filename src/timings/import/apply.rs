//! A history and imported entries go in, the history with them comes out.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::id::TestKey;
use crate::model::timings::{Timing, Timings};

/// What becomes of an entry that is known already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    Keep,
    Replace,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) timings: Timings,
    pub(crate) new: usize,
    pub(crate) replaced: usize,
    /// Entries that were known already and stayed as they were.
    pub(crate) kept: usize,
}

/// Puts entries into a history. Some formats join titles, so a test is known by its joined titles
/// too; and the time of a whole file is known where anything is known of its tests.
pub(crate) fn apply(before: &Timings, entries: BTreeMap<TestKey, Timing>, known: Known) -> Applied {
    let joined: BTreeMap<(&str, &str, String), &TestKey> = before
        .tests
        .keys()
        .map(|key| ((key.file.as_str(), key.project.as_str(), key.title()), key))
        .collect();
    let files: BTreeSet<&str> = before.tests.keys().map(|key| key.file.as_str()).collect();
    let mut applied = Applied { timings: before.clone(), new: 0, replaced: 0, kept: 0 };
    for (key, timing) in entries {
        let same = joined.get(&(key.file.as_str(), key.project.as_str(), key.title()));
        let key = same.map_or(&key, |same| same);
        let there =
            before.tests.contains_key(key) || key.is_whole_file() && files.contains(&*key.file);
        match (there, known) {
            (true, Known::Keep) => {
                applied.kept += 1;
                continue;
            }
            (true, Known::Replace) => applied.replaced += 1,
            (false, _) => applied.new += 1,
        }
        applied.timings.tests.insert(key.clone(), timing);
    }
    applied
}
