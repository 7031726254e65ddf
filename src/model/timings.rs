//! The history of durations, and what it says a test will take now.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::model::id::TestKey;

/// What earlier runs taught.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Timings {
    pub(crate) tests: BTreeMap<TestKey, Timing>,
    pub(crate) costs: Costs,
}

/// What a run takes besides its tests, in the same seconds as the tests' durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Costs {
    /// From a shard's start to its first test: container, Playwright, spec files, servers.
    pub(crate) start: Duration,
    /// A new worker process, up to its first test, its browser included.
    pub(crate) worker: Duration,
    /// A spec file more in a worker that is running.
    pub(crate) file: Duration,
    /// From a shard's last test to its end: teardown, reporters.
    pub(crate) end: Duration,
    /// How long the last machine took for what is written down as 100.
    pub(crate) pace: u32,
}

impl Default for Costs {
    fn default() -> Self {
        let none = Duration::ZERO;
        Self { start: none, worker: none, file: none, end: none, pace: Self::EVEN }
    }
}

impl Costs {
    /// The pace of the machine that the durations are written down for.
    pub(crate) const EVEN: u32 = 100;
}

/// One test case's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timing {
    /// Hooks and fixtures included, as the runner reports it; none where it has never passed.
    pub(crate) duration: Option<Duration>,
    pub(crate) last: LastResult,
    /// How often it was flaky lately, from 0 to [`Timing::MOST_FLAKY`].
    pub(crate) flaky: u8,
}

impl Timing {
    /// Longer than any test takes.
    pub(crate) const LONGEST: Duration = Duration::from_hours(7 * 24);
    /// The highest level of flakiness.
    pub(crate) const MOST_FLAKY: u8 = 9;
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
    pub(crate) tests: HashMap<TestKey, Estimate>,
    /// What is known of files of which not every test is listed: by file, then project.
    pub(crate) unlisted: BTreeMap<(String, String), Duration>,
    /// For a test case that is not in the table, and for a group whose tests are not known.
    pub(crate) fallback: Duration,
    pub(crate) costs: Costs,
}

impl Estimates {
    /// The estimate of one test case.
    pub(crate) fn of(&self, key: &TestKey) -> Estimate {
        let unknown = Estimate { duration: self.fallback, last: None, flaky: 0 };
        self.tests.get(key).copied().unwrap_or(unknown)
    }
}

/// What one test case is taken to need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Estimate {
    pub(crate) duration: Duration,
    /// None: the test case has no history.
    pub(crate) last: Option<LastResult>,
    /// As in [`Timing::flaky`].
    pub(crate) flaky: u8,
}
