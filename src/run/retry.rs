//! How an attempt ended and what it left go in, whether to try again comes out.

use std::time::Duration;

use crate::model::event::{AttemptEnd, FaultKind, Reason, TestResult};
use crate::model::per_test::PerTest;
use crate::model::suite::TestCase;
use crate::run::backoff::{Backoff, Delays};
use crate::run::ledger::{End, Ledger, Rest, end_of};

/// How often to try again.
#[derive(Debug, Clone)]
pub(crate) struct Retries {
    /// After a fault, at most so often for each shard; each kind of fault has its own limit, too.
    pub(crate) after_faults: u32,
    /// Failed tests, in a fresh sandbox.
    pub(crate) of_failed: u32,
    /// For some tests another number of those.
    pub(crate) per_test: PerTest,
    /// All shards together, so that a dying suite comes to an end.
    pub(crate) budget: u32,
    pub(crate) backoff: Backoff,
}

impl Retries {
    /// How often this test is run again where it failed.
    pub(super) fn of(&self, test: &TestCase) -> u32 {
        self.per_test.retries(test).unwrap_or(self.of_failed)
    }
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

    /// Whether a test that fails like this is tried no more because it failed; `spent` is what all
    /// shards have tried again so far. None: the test belongs to every shard.
    pub(super) fn is_last(
        &self,
        retries: &Retries,
        spent: u32,
        test: Option<&TestCase>,
        result: &TestResult,
    ) -> bool {
        let allowed = test.map_or(retries.of_failed, |test| retries.of(test));
        let is_crash = end_of(result) == Some(End::Crashed);
        let more_crashes = is_crash && self.crashes < retries.after_faults.min(CRASHES);
        spent >= retries.budget || (self.failed >= allowed && !more_crashes)
    }

    /// Decides; `spent` is what all shards have tried again so far.
    pub(super) fn next(
        &mut self,
        retries: &Retries,
        spent: &mut u32,
        end: &AttemptEnd,
        ledger: &Ledger,
    ) -> Next {
        let Some(why) = self.why(retries, end, ledger) else { return Next::Done };
        // Who had to go is not to blame.
        let is_free = matches!(why, Why::Pressed);
        if !is_free && *spent >= retries.budget {
            return Next::Done;
        }
        let rest = match why {
            Why::Fault => ledger.rest(),
            Why::PutOff => ledger.suspected(),
            Why::Failed => self.failed(retries, ledger),
            Why::Crashed => ledger.crashed(),
            Why::Pressed => Rest { groups: ledger.left(), ..Rest::default() },
        };
        if rest.groups.is_empty() {
            return Next::Done;
        }
        let wait = match why {
            Why::Fault | Why::Crashed => self.delays.next().unwrap_or_default(),
            Why::PutOff | Why::Failed | Why::Pressed => Duration::ZERO,
        };
        match why {
            Why::Fault => self.faults += 1,
            Why::PutOff | Why::Pressed => {}
            Why::Failed => self.failed += 1,
            Why::Crashed => self.crashes += 1,
        }
        self.put_off = !rest.put_off.is_empty();
        *spent += u32::from(!is_free);
        Next::Again { rest, wait, why }
    }

    /// What failed and may be run again.
    fn failed(&self, retries: &Retries, ledger: &Ledger) -> Rest {
        ledger.failed(|test| self.failed < retries.of(test))
    }

    /// Why there could be another try; none where there cannot.
    fn why(&self, retries: &Retries, end: &AttemptEnd, ledger: &Ledger) -> Option<Why> {
        match end {
            AttemptEnd::Cancelled(Reason::MemoryShort) => Some(Why::Pressed),
            AttemptEnd::Cancelled(_) => None,
            AttemptEnd::Faulted(fault) => {
                (self.faults < retries.after_faults.min(worth(fault.kind))).then_some(Why::Fault)
            }
            AttemptEnd::Finished(_) if self.put_off => Some(Why::PutOff),
            AttemptEnd::Finished(_) if !self.failed(retries, ledger).groups.is_empty() => {
                Some(Why::Failed)
            }
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
    /// It had to go for want of memory, and others did not.
    Pressed,
}

impl Why {
    /// The name in logs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::PutOff => "put-off",
            Self::Failed => "failed",
            Self::Crashed => "crashed",
            Self::Pressed => "memory-short",
        }
    }
}

/// How many more tries a test is worth whose worker or browser died.
const CRASHES: u32 = 2;

/// How many more tries a kind of fault is worth; none where only a person can mend it.
pub(super) fn worth(kind: FaultKind) -> u32 {
    match kind {
        FaultKind::Config
        | FaultKind::TimedOut
        | FaultKind::Unwritable
        // Whoever could try again is not there.
        | FaultKind::NodeLost => 0,
        FaultKind::OutOfMemory
        | FaultKind::ProcessLimit
        | FaultKind::DiskFull
        | FaultKind::Stalled => 1,
        FaultKind::Crash => 2,
        FaultKind::EngineGone => 3,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Next, Retries, Tries};
    use crate::model::event::{AttemptEnd, Fault, FaultKind, Reason, RunnerVerdict};
    use crate::model::id::TestKey;
    use crate::model::per_test::PerTest;
    use crate::model::plan::PlannedGroup;
    use crate::model::suite::{GroupKind, TestCase, TestGroup};
    use crate::run::backoff::Backoff;
    use crate::run::ledger::Ledger;

    const FAULTS: [FaultKind; 9] = [
        FaultKind::OutOfMemory,
        FaultKind::ProcessLimit,
        FaultKind::DiskFull,
        FaultKind::Crash,
        FaultKind::TimedOut,
        FaultKind::Stalled,
        FaultKind::EngineGone,
        FaultKind::Unwritable,
        FaultKind::Config,
    ];

    fn retries(after_faults: u32, budget: u32) -> Retries {
        let (per_test, backoff) = (PerTest::default(), Backoff::default());
        Retries { after_faults, of_failed: 0, per_test, budget, backoff }
    }

    /// One test of which nothing is known.
    fn ledger() -> Ledger {
        let titles = vec!["one".to_owned()];
        let key = TestKey { file: "a.spec.ts".into(), project: String::new(), titles, repeat: 0 };
        let tests = vec![TestCase { key, runner_id: None, tags: Vec::new(), line: 1, column: 1 }];
        let (project, worker) = (String::new(), String::new());
        let file = "a.spec.ts".to_owned();
        let group = TestGroup { project, file, kind: GroupKind::File, worker, tests };
        Ledger::new(vec![PlannedGroup { group, estimate: Duration::ZERO }])
    }

    /// The waits before all tries that follow one fault after another.
    fn waits(retries: &Retries, kind: FaultKind) -> Vec<Duration> {
        let (mut tries, mut spent, ledger) = (Tries::new(retries.backoff, 1), 0, ledger());
        let end = AttemptEnd::Faulted(Fault { kind, message: String::new() });
        let next = || match tries.next(retries, &mut spent, &end, &ledger) {
            Next::Again { wait, .. } => Some(wait),
            Next::Done => None,
        };
        std::iter::from_fn(next).take(100).collect()
    }

    #[test]
    fn each_kind_of_fault_is_worth_so_many_tries() {
        let tried = FAULTS.map(|kind| waits(&retries(99, 99), kind).len());
        assert_eq!(tried, [1, 1, 1, 2, 0, 1, 3, 0, 0]);
    }

    #[test]
    fn the_user_and_the_budget_allow_fewer() {
        assert_eq!(waits(&retries(1, 99), FaultKind::EngineGone).len(), 1);
        assert_eq!(waits(&retries(0, 99), FaultKind::EngineGone).len(), 0);
        assert_eq!(waits(&retries(99, 2), FaultKind::EngineGone).len(), 2);
    }

    #[test]
    fn each_wait_is_longer_than_the_one_before() {
        let waits = waits(&retries(99, 99), FaultKind::EngineGone);
        assert!(waits.is_sorted() && waits[0] > Duration::ZERO, "{waits:?}");
    }

    #[test]
    fn nothing_follows_a_wish_or_a_good_end() {
        for end in [
            AttemptEnd::Cancelled(Reason::User),
            AttemptEnd::Finished(RunnerVerdict::Passed),
            AttemptEnd::Finished(RunnerVerdict::Failed),
        ] {
            let (retries, mut spent) = (retries(99, 99), 0);
            let next = Tries::new(retries.backoff, 1).next(&retries, &mut spent, &end, &ledger());
            assert!(matches!(next, Next::Done), "{end:?}");
            assert_eq!(spent, 0);
        }
    }
}
