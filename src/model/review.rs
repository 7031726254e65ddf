//! What a history says, in the order in which a person asks, and what the suite makes of it.

use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::timings::Timing;

/// A history, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Review {
    /// The slowest first.
    pub(crate) files: Vec<FileTime>,
    /// Every entry, the slowest first; what has never passed comes last.
    pub(crate) tests: Vec<(TestKey, Timing)>,
    /// None where there is no suite to compare with.
    pub(crate) suite: Option<SuiteReview>,
}

/// What is known of one spec file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FileTime {
    pub(crate) file: String,
    /// Test cases with an entry of their own.
    pub(crate) tests: usize,
    pub(crate) duration: Duration,
}

/// What a suite and a history do not have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SuiteReview {
    pub(crate) tests: usize,
    /// How many of them have a known time, under their own or an older name.
    pub(crate) known: usize,
    /// Entries that the suite has nothing for any more.
    pub(crate) stale: Vec<(TestKey, Stale)>,
    /// Test cases without an entry of their own, repetitions counted once.
    pub(crate) unknown: Vec<TestKey>,
}

/// Why an entry is of no use any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Stale {
    /// The spec file is gone.
    NoFile,
    /// The spec file has no such test.
    NoTest,
    /// The time of a whole file, whose tests are now known one by one.
    Superseded,
}

impl TestKey {
    /// Whether it stands for all tests of its file together, of which no more is known.
    pub(crate) fn is_whole_file(&self) -> bool {
        self.titles.is_empty()
    }
}
