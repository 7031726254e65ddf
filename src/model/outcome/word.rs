//! The executions of one test case go in, attempt by attempt; the last word on it comes out.
//!
//! Within one attempt Playwright's own rule holds (`test.outcome()`): a failure that it tried again
//! is flaky where the test passed then, or was skipped. Across attempts, and so across shards and
//! re-runs, the later one decides: what failed is made good by an attempt after it in which the
//! test passed, and by nothing else. A skip heals no failure, and neither does an earlier pass.

use crate::model::event::Status;
use crate::model::outcome::test::{TestRun, Verdict};

/// What the attempts so far say.
#[derive(Default)]
pub(super) struct Word {
    /// How it failed, where no later attempt made that good.
    ill: Option<Verdict>,
    was_ill: bool,
    well: bool,
    skipped: bool,
    interrupted: bool,
}

impl Word {
    /// Nothing is known but whether an attempt began it that has not ended it.
    pub(super) fn new(is_open: bool) -> Self {
        Self { interrupted: is_open, ..Self::default() }
    }

    /// Takes the executions of the next attempt, in their order.
    pub(super) fn hear(&mut self, attempt: &[&TestRun]) {
        let mut well = false;
        // How it failed, until the runner's next try said otherwise.
        let mut ill = None;
        for TestRun { result, .. } in attempt {
            match result.status {
                Status::Interrupted => self.interrupted = true,
                // A skip that the test did not ask for means that it did not run.
                Status::Skipped if result.expected != Status::Skipped => {}
                Status::Skipped => {
                    self.skipped = true;
                    ill = None;
                }
                status if status == result.expected => {
                    well = true;
                    ill = None;
                }
                Status::TimedOut => ill = Some(Verdict::TimedOut),
                Status::Passed | Status::Failed => ill = Some(Verdict::Failed),
            }
            self.was_ill |= result.is_failure();
        }
        // A test that failed in an attempt for good cannot have passed or been skipped in it, too,
        // whatever its tests wrote among the runner's events.
        let for_good = attempt.iter().rfind(|run| run.result.is_final_failure());
        ill = for_good.map(|run| failure(run)).or(ill);
        if well && ill.is_none() {
            self.ill = None;
            self.well = true;
        }
        self.ill = ill.or(self.ill);
    }

    pub(super) fn verdict(self) -> Verdict {
        match self.ill {
            Some(verdict) => verdict,
            None if self.was_ill => Verdict::Flaky,
            None if self.well => Verdict::Passed,
            None if self.skipped => Verdict::Skipped,
            None if self.interrupted => Verdict::Interrupted,
            None => Verdict::NotRun,
        }
    }
}

fn failure(run: &TestRun) -> Verdict {
    if run.result.status == Status::TimedOut { Verdict::TimedOut } else { Verdict::Failed }
}

/// What a shard says of a shared test in the end: its own word, and the worst of the shards that a
/// re-run dealt its tests to, as far as they ran it.
pub(super) fn healed(own: Option<Verdict>, last: Option<Verdict>) -> Option<Verdict> {
    match (own, last) {
        (Some(Verdict::Failed | Verdict::TimedOut), Some(Verdict::Passed | Verdict::Flaky)) => {
            Some(Verdict::Flaky)
        }
        (Some(Verdict::Skipped), Some(Verdict::Passed | Verdict::Flaky))
        | (Some(Verdict::NotRun | Verdict::Interrupted), Some(_)) => last,
        (own, last) => own.or(last),
    }
}
