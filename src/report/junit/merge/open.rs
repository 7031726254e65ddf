//! A suite and a test case that are being read: what stands on and in them goes in, what is known of
//! them at their end comes out.

use std::hash::DefaultHasher;
use std::time::Duration;

use crate::report::junit::merge::claim::Claim;
use crate::report::junit::merge::clock::Stamp;
use crate::report::junit::merge::row::{CaseRow, SuiteRow};
use crate::wire::junit::Status;
use crate::wire::junit::error::JunitError;
use crate::wire::junit::verdict::{Reruns, child_status, is_execution, is_flaky, is_result};
use crate::wire::junit::walk::Spot;

/// A suite whose end is not read yet.
pub(super) struct OpenSuite {
    pub(super) number: u32,
    pub(super) row: SuiteRow,
    pub(super) name: String,
    /// Has taken in what tells this suite and those around it from others.
    pub(super) hasher: DefaultHasher,
    pub(super) stamp: Option<Stamp>,
    /// What it says is in it, what is, and how long it says that it took.
    pub(super) told: Claim,
    pub(super) held: Claim,
    pub(super) time: Option<Duration>,
    /// Something in it ran and does not tell how long.
    pub(super) is_open: bool,
}

/// A test case whose end is not read yet.
pub(super) struct OpenCase {
    pub(super) row: CaseRow,
    /// Elements that tell of an execution that went wrong.
    pub(super) bad: u64,
    pub(super) reruns: Reruns,
    /// It has a time, or is none that ran.
    pub(super) has_time: bool,
    /// What stands one deeper tells what became of it.
    pub(super) depth: usize,
    /// The depth of the end that is its end.
    pub(super) ends: usize,
}

impl OpenCase {
    /// An element that stands in the test case itself.
    pub(super) fn sees(&mut self, spot: &Spot, kind: &str) -> Result<(), JunitError> {
        if is_result(kind) {
            return Err(JunitError::Inside { place: spot.place() });
        }
        self.bad += u64::from(is_execution(kind));
        self.reruns.sees(kind);
        self.row.sees(kind);
        Ok(())
    }
}

impl CaseRow {
    /// An element that stands in the test case itself.
    pub(super) fn sees(&mut self, kind: &str) {
        self.status = self.status.max(child_status(kind).unwrap_or(Status::Passed));
        self.flaky |= is_flaky(kind);
    }
}
