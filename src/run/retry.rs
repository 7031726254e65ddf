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
    Again { rest: Rest, wait: Duration },
}

/// One shard's tries so far.
#[derive(Debug)]
pub(super) struct Tries {
    faults: u32,
    failed: u32,
    /// Tests wait until the others are done.
    put_off: bool,
    delays: Delays,
}

impl Tries {
    /// `seed` tells shards apart: they shall not come back together.
    pub(super) fn new(backoff: Backoff, seed: u64) -> Self {
        Self { faults: 0, failed: 0, put_off: false, delays: backoff.delays(seed) }
    }

    /// Decides; `spent` is what all shards have tried again so far.
    pub(super) fn next(
        &mut self,
        retries: &Retries,
        spent: &mut u32,
        end: &AttemptEnd,
        ledger: &Ledger,
    ) -> Next {
        if *spent >= retries.budget {
            return Next::Done;
        }
        let (rest, wait) = match end {
            AttemptEnd::Cancelled => return Next::Done,
            AttemptEnd::Faulted(fault) => {
                if self.faults >= retries.after_faults.min(worth(fault.kind)) {
                    return Next::Done;
                }
                (ledger.rest(), self.delays.next().unwrap_or_default())
            }
            AttemptEnd::Finished(_) if self.put_off => {
                let groups = ledger.suspected();
                (Rest { groups, ..Rest::default() }, Duration::ZERO)
            }
            AttemptEnd::Finished(_) if self.failed >= retries.of_failed => return Next::Done,
            AttemptEnd::Finished(_) => (ledger.failed(), Duration::ZERO),
        };
        if rest.groups.is_empty() {
            return Next::Done;
        }
        match end {
            AttemptEnd::Finished(_) if self.put_off => {}
            AttemptEnd::Finished(_) => self.failed += 1,
            AttemptEnd::Faulted(_) | AttemptEnd::Cancelled => self.faults += 1,
        }
        self.put_off = rest.put_off;
        *spent += 1;
        Next::Again { rest, wait }
    }
}

/// How many more tries a kind of fault is worth; none where only a person can mend it.
fn worth(kind: FaultKind) -> u32 {
    match kind {
        FaultKind::Config | FaultKind::TimedOut => 0,
        FaultKind::OutOfMemory | FaultKind::ProcessLimit => 1,
        FaultKind::Crash => 2,
        FaultKind::EngineGone => 3,
    }
}
