//! Test cases go in one by one, the numbers that stand on a suite come out.

use std::time::Duration;

use crate::wire::junit::Status;

/// The numbers on `<testsuite>` and `<testsuites>`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct JunitTotals {
    pub(crate) tests: u64,
    pub(crate) failures: u64,
    pub(crate) skipped: u64,
    pub(crate) errors: u64,
    /// The sum over the test cases.
    pub(crate) time: Duration,
}

impl JunitTotals {
    /// Counts one test case.
    pub(crate) fn count(&mut self, status: Status, time: Duration) {
        self.tests += 1;
        self.time = self.time.saturating_add(time);
        match status {
            Status::Passed => {}
            Status::Skipped => self.skipped += 1,
            Status::Failed => self.failures += 1,
            Status::Error => self.errors += 1,
        }
    }

    /// Takes back what was counted.
    pub(crate) fn uncount(&mut self, status: Status, time: Duration) {
        self.tests -= 1;
        self.time = self.time.saturating_sub(time);
        match status {
            Status::Passed => {}
            Status::Skipped => self.skipped -= 1,
            Status::Failed => self.failures -= 1,
            Status::Error => self.errors -= 1,
        }
    }

    /// Counts all that another one counted.
    pub(crate) fn add(&mut self, other: Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.skipped += other.skipped;
        self.errors += other.errors;
        self.time = self.time.saturating_add(other.time);
    }
}

/// Seconds as JUnit writes them.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}
