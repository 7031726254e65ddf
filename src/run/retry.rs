//! How an attempt ended and what it left go in, whether to try again comes out.

use std::time::Duration;

use crate::model::event::{AttemptEnd, FaultKind};
use crate::run::backoff::{Backoff, Delays};
use crate::run::ledger::{Ledger, Rest};

/// How often to try again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retries {
    /// After a fault, at most so often for each shard; each kind of fault has its own limit, too.
    pub(crate) after_faults: u32,
    /// Failed tests, in a fresh sandbox.
    pub(crate) of_failed: u32,
    /// All shards together, so that a dying suite comes to an end.
    pub(crate) budget: u32,
    pub(crate) backoff: Backoff,
}

/// What is to be done after an attempt.
#[derive(Debug)]
pub(super) enum Next {
    /// Nothing is left that another try could help.
    Done,
    /// Try this, after a wait.
    Again { rest: Rest, wait: Duration, why: Why },
}

/// One shard's tries so far.
#[derive(Debug)]
pub(super) struct Tries {
    faults: u32,
    failed: u32,
    crashes: u32,
    /// Tests wait until the others are done.
    put_off: bool,
    delays: Delays,
}

impl Tries {
    /// `seed` tells shards apart: they shall not come back together.
    pub(super) fn new(backoff: Backoff, seed: u64) -> Self {
        Self { faults: 0, failed: 0, crashes: 0, put_off: false, delays: backoff.delays(seed) }
    }

    /// Whether a test that fails now is tried no more because it failed.
    pub(super) fn is_last(&self, retries: &Retries) -> bool {
        self.failed >= retries.of_failed
    }

    /// Decides; `spent` is what all shards have tried again so far.
    pub(super) fn next(
        &mut self,
        retries: &Retries,
        spent: &mut u32,
        end: &AttemptEnd,
        ledger: &Ledger,
    ) -> Next {
        let Some(why) = self.why(retries, end).filter(|_| *spent < retries.budget) else {
            return Next::Done;
        };
        let rest = match why {
            Why::Fault => ledger.rest(),
            Why::PutOff => ledger.suspected(),
            Why::Failed => ledger.failed(),
            Why::Crashed => ledger.crashed(),
        };
        if rest.groups.is_empty() {
            return Next::Done;
        }
        let wait = match why {
            Why::Fault | Why::Crashed => self.delays.next().unwrap_or_default(),
            Why::PutOff | Why::Failed => Duration::ZERO,
        };
        match why {
            Why::Fault => self.faults += 1,
            Why::PutOff => {}
            Why::Failed => self.failed += 1,
            Why::Crashed => self.crashes += 1,
        }
        self.put_off = !rest.put_off.is_empty();
        *spent += 1;
        Next::Again { rest, wait, why }
    }

    /// Why there could be another try; none where there cannot.
    fn why(&self, retries: &Retries, end: &AttemptEnd) -> Option<Why> {
        match end {
            AttemptEnd::Cancelled(_) => None,
            AttemptEnd::Faulted(fault) => {
                (self.faults < retries.after_faults.min(worth(fault.kind))).then_some(Why::Fault)
            }
            AttemptEnd::Finished(_) if self.put_off => Some(Why::PutOff),
            AttemptEnd::Finished(_) if self.failed < retries.of_failed => Some(Why::Failed),
            AttemptEnd::Finished(_) => {
                (self.crashes < retries.after_faults.min(CRASHES)).then_some(Why::Crashed)
            }
        }
    }
}

/// Why there is another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The attempt came to a bad end.
    Fault,
    /// What ran at the bad end was put off, and all others are done.
    PutOff,
    /// Tests failed, and the user asked for more tries.
    Failed,
    /// The worker or the browser of tests died.
    Crashed,
}

impl Why {
    /// The name in logs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::PutOff => "put-off",
            Self::Failed => "failed",
            Self::Crashed => "crashed",
        }
    }
}

/// How many more tries a test is worth whose worker or browser died.
const CRASHES: u32 = 2;

/// How many more tries a kind of fault is worth; none where only a person can mend it.
fn worth(kind: FaultKind) -> u32 {
    match kind {
        FaultKind::Config | FaultKind::TimedOut => 0,
        FaultKind::OutOfMemory | FaultKind::ProcessLimit | FaultKind::Stalled => 1,
        FaultKind::Crash => 2,
        FaultKind::EngineGone => 3,
    }
}
