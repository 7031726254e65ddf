//! What is kept of a suite or a test case, as a few numbers: rows go into files and come back.

use std::time::Duration;

use crate::report::junit::totals::JunitTotals;
use crate::wire::junit::Status;

/// A value that is so many numbers.
pub(super) trait Row<const N: usize>: Copy {
    fn pack(&self) -> [u64; N];
    fn unpack(numbers: [u64; N]) -> Self;
}

/// A test case of one input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CaseRow {
    /// Of its identity; the same for the same test, and rarely for others.
    pub(super) hash: u64,
    pub(super) input: u32,
    /// In the spool: where, and how long.
    pub(super) at: u64,
    pub(super) len: u64,
    /// In the table of suites; [`NONE`] for a case outside all.
    pub(super) suite: u32,
    pub(super) status: Status,
    /// Passed, and an earlier execution had not.
    pub(super) flaky: bool,
    pub(super) time: Duration,
}

/// No suite.
pub(super) const NONE: u32 = u32::MAX;

impl Row<6> for CaseRow {
    fn pack(&self) -> [u64; 6] {
        let status = match self.status {
            Status::Passed => 0,
            Status::Skipped => 1,
            Status::Failed => 2,
            Status::Error => 3,
        };
        let bits = status | u64::from(self.flaky) << 2;
        let (input, time) = (self.input, nanos(self.time));
        [self.hash, both(input, self.suite), self.at, self.len, bits, time]
    }

    fn unpack([hash, place, at, len, bits, time]: [u64; 6]) -> Self {
        let status = match bits & 3 {
            0 => Status::Passed,
            1 => Status::Skipped,
            2 => Status::Failed,
            _ => Status::Error,
        };
        let flaky = bits >> 2 & 1 == 1;
        let ((input, suite), time) = (halves(place), Duration::from_nanos(time));
        Self { hash, input, at, len, suite, status, flaky, time }
    }
}

/// A suite in a spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SuiteRow {
    /// The suite around it, or [`NONE`].
    pub(super) parent: u32,
    /// Where it begins, where its numbers belong, where it has ended.
    pub(super) start: u64,
    pub(super) numbers: u64,
    pub(super) end: u64,
    pub(super) totals: JunitTotals,
    /// Whether it held test cases when it was read.
    pub(super) had_cases: bool,
    /// Whether there is anything in it but suites and test cases.
    pub(super) has_more: bool,
}

impl SuiteRow {
    /// Whether all that it held has gone to where the same tests stood before.
    pub(super) fn is_emptied(&self) -> bool {
        self.had_cases && !self.has_more && self.totals.tests == 0
    }
}

impl Row<10> for SuiteRow {
    fn pack(&self) -> [u64; 10] {
        let bits = u32::from(self.had_cases) | u32::from(self.has_more) << 1;
        let JunitTotals { tests, failures, skipped, errors, time } = self.totals;
        let time = [time.as_secs(), u64::from(time.subsec_nanos())];
        let first = both(self.parent, bits);
        let places = [self.start, self.numbers, self.end];
        [first, places[0], places[1], places[2], tests, failures, skipped, errors, time[0], time[1]]
    }

    fn unpack(numbers: [u64; 10]) -> Self {
        let [first, start, number, end, tests, failures, skipped, errors, secs, nanos] = numbers;
        let (parent, bits) = halves(first);
        let time = Duration::from_secs(secs) + Duration::from_nanos(nanos);
        Self {
            parent,
            start,
            numbers: number,
            end,
            totals: JunitTotals { tests, failures, skipped, errors, time },
            had_cases: bits & 1 == 1,
            has_more: bits >> 1 & 1 == 1,
        }
    }
}

/// A test case of a spool that is not copied as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edit {
    pub(super) at: u64,
    pub(super) len: u64,
    /// What stands there instead, in the spool of what was made of several attempts.
    pub(super) from: u64,
    pub(super) from_len: u64,
}

impl Row<4> for Edit {
    fn pack(&self) -> [u64; 4] {
        [self.at, self.len, self.from, self.from_len]
    }

    fn unpack([at, len, from, from_len]: [u64; 4]) -> Self {
        Self { at, len, from, from_len }
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn both(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

fn halves(both: u64) -> (u32, u32) {
    let half = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or(NONE);
    (half(both >> 32), half(both))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{CaseRow, Row, SuiteRow};
    use crate::report::junit::totals::JunitTotals;
    use crate::wire::junit::Status;

    #[test]
    fn rows_come_back_as_they_were() {
        let statuses = [Status::Passed, Status::Skipped, Status::Failed, Status::Error];
        for status in statuses {
            let row = CaseRow {
                hash: u64::MAX,
                input: 3,
                at: 1 << 40,
                len: 5,
                suite: 7,
                status,
                flaky: status == Status::Passed,
                time: Duration::from_nanos(1_234_567_891_011),
            };
            assert_eq!(CaseRow::unpack(row.pack()), row);
        }
        let time = Duration::new(u64::MAX, 999_999_999);
        let totals = JunitTotals { tests: 1, failures: 2, skipped: 3, errors: 4, time };
        for (had_cases, has_more) in [(true, false), (false, true)] {
            let row =
                SuiteRow { parent: 9, start: 1, numbers: 2, end: 3, totals, had_cases, has_more };
            assert_eq!(SuiteRow::unpack(row.pack()), row);
        }
    }
}
