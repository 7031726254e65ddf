//! The history of durations, and what it says a test will take now.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::id::TestKey;

/// What earlier runs taught.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Timings {
    pub(crate) tests: BTreeMap<TestKey, Timing>,
}

/// One test case's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timing {
    /// Hooks and fixtures included, as the runner reports it; none where it has never passed.
    pub(crate) duration: Option<Duration>,
    pub(crate) last: LastResult,
}

/// How a test case ended the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum LastResult {
    Passed,
    Flaky,
    Failed,
}

/// What every test case of one suite is taken to need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Estimates {
    pub(crate) tests: BTreeMap<TestKey, Estimate>,
    /// For a test case that is not in the table, and for a group whose tests are not known.
    pub(crate) fallback: Duration,
}

impl Estimates {
    /// The estimate of one test case.
    pub(crate) fn of(&self, key: &TestKey) -> Estimate {
        let unknown = Estimate { duration: self.fallback, last: None };
        self.tests.get(key).copied().unwrap_or(unknown)
    }
}

/// What one test case is taken to need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Estimate {
    pub(crate) duration: Duration,
    /// None: the test case has no history.
    pub(crate) last: Option<LastResult>,
}
