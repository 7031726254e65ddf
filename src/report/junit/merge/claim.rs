//! The numbers that a file tells of itself go in, and those of what stands in it; where it tells of
//! more than it holds comes out.

use crate::wire::junit::time::number;

/// Tests, and what went wrong with them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) tests: u64,
    /// Failures and errors.
    pub(super) bad: u64,
    /// Their number cannot be read.
    pub(super) unclear: bool,
}

impl Claim {
    /// Takes in an attribute of a suite or of the root.
    pub(super) fn read(&mut self, name: &str, value: &str) {
        match name {
            "tests" => self.tests += count(value).unwrap_or(0),
            "failures" | "errors" => {
                let count = count(value);
                self.bad += count.unwrap_or(0);
                self.unclear |= count.is_none();
            }
            _ => {}
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.tests += other.tests;
        self.bad += other.bad;
        self.unclear |= other.unclear;
    }
}

/// What is missing in a file, by its own numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Doubt {
    /// It tells of more failures than stand in it, or of one where none is understood.
    pub(super) of_failures: bool,
    /// It tells of so many tests, and holds only so many: where most are missing.
    pub(super) of_tests: Option<(u64, u64)>,
}

impl Doubt {
    /// Compares what a suite or the root tells with what stands in it.
    pub(super) fn compare(&mut self, told: Claim, held: Claim) {
        self.of_failures |= told.bad > held.bad || told.unclear;
        let missing = |(told, held): (u64, u64)| told.saturating_sub(held);
        let now = (told.tests, held.tests);
        if missing(now) > self.of_tests.map_or(0, missing) {
            self.of_tests = Some(now);
        }
    }
}

/// What a number says, however it is written; none for nonsense and for more than there can be tests.
fn count(text: &str) -> Option<u64> {
    if text.trim().is_empty() {
        return Some(0);
    }
    let count = number(text).filter(|count| !count.is_nan())?.ceil().max(0.0);
    // Without digits after the point it is a whole number of at most ten digits.
    format!("{count:.0}").parse().ok().map(|count: u32| u64::from(count))
}
