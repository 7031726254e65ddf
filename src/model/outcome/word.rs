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
    /// The best of what it did besides: none where it did nothing at all.
    rest: Option<Verdict>,
}

impl Word {
    /// Nothing is known but whether an attempt began it that has not ended it.
    pub(super) fn new(is_open: bool) -> Self {
        Self { rest: is_open.then_some(Verdict::Interrupted), ..Self::default() }
    }

    /// Takes the executions of the next attempt, in their order.
    pub(super) fn hear(&mut self, attempt: &[&TestRun]) {
        let mut well = false;
        // How it failed, until the runner's next try said otherwise.
        let mut ill = None;
        for TestRun { result, .. } in attempt {
            match result.status {
                Status::Interrupted => self.say(Verdict::Interrupted),
                // A skip that the test did not ask for means that it did not run.
                Status::Skipped if result.expected != Status::Skipped => {}
                Status::Skipped => {
                    self.say(Verdict::Skipped);
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
            self.say(Verdict::Passed);
        }
        self.ill = ill.or(self.ill);
    }

    fn say(&mut self, verdict: Verdict) {
        self.rest = Some(self.rest.map_or(verdict, |rest| rest.min(verdict)));
    }

    pub(super) fn verdict(self) -> Verdict {
        let flaky = self.was_ill.then_some(Verdict::Flaky);
        self.ill.or(flaky).or(self.rest).unwrap_or(Verdict::NotRun)
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
