//! The executions of one test case go in, the last word on it comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::event::{AttemptId, Status, TestResult, UnixMillis};
use crate::model::id::ShardNumber;
use crate::model::quarantine::Term;
use crate::model::suite::TestCase;

/// One test case and all its executions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestOutcome {
    pub(crate) case: TestCase,
    /// The shard that it was dealt to; none for a shared test.
    pub(crate) shard: Option<ShardNumber>,
    /// Shards that it was dealt to before and that could not finish it.
    pub(crate) earlier: Vec<ShardNumber>,
    /// Shards that it came from and went to, of which the first is not known to have had it yet:
    /// a merge hears of shards in the order of their numbers.
    early: Vec<(ShardNumber, ShardNumber)>,
    /// In the order in which they ended.
    pub(crate) runs: Vec<TestRun>,
    /// Attempts in which it began and has not ended.
    pub(crate) open: Vec<AttemptId>,
    /// What the quarantine says of it, once the outcome was judged by one.
    pub(crate) quarantine: Option<Term>,
    /// When it last began in each attempt.
    pub(crate) began: BTreeMap<AttemptId, UnixMillis>,
}

/// One execution of a test case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestRun {
    pub(crate) id: AttemptId,
    pub(crate) result: TestResult,
}

/// The last word on a test case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Verdict {
    Passed,
    Flaky,
    Skipped,
    NotRun,
    Interrupted,
    TimedOut,
    Failed,
}

/// How many test cases got which verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) flaky: usize,
    pub(crate) skipped: usize,
    pub(crate) not_run: usize,
    pub(crate) interrupted: usize,
    pub(crate) timed_out: usize,
    pub(crate) failed: usize,
    /// How many of those that failed or timed out are quarantined.
    pub(crate) quarantined: usize,
}

impl TestOutcome {
    pub(super) fn new(case: TestCase, shard: Option<ShardNumber>) -> Self {
        let (earlier, early) = (Vec::new(), Vec::new());
        let (runs, open, began) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { case, shard, earlier, early, runs, open, quarantine: None, began }
    }

    /// A shard takes it over from another one. Gives those that are known to have given it away
    /// now and were not before.
    pub(super) fn take_over(&mut self, from: ShardNumber, to: ShardNumber) -> Vec<ShardNumber> {
        self.early.push((from, to));
        let mut given = Vec::new();
        while let Some(at) = self.early.iter().position(|(from, _)| self.shard == Some(*from)) {
            let (from, to) = self.early.remove(at);
            if from != to {
                self.earlier.push(from);
                self.shard = Some(to);
                given.push(from);
            }
        }
        given
    }

    /// Whether it was dealt to this shard, also where it is not known yet how it came there.
    pub(super) fn may_run_in(&self, shard: ShardNumber) -> bool {
        self.is_dealt_to(shard) || self.early.iter().any(|(_, to)| *to == shard)
    }

    /// The shards that it was dealt to, the last one last; none for a shared test.
    pub(crate) fn dealt(&self) -> impl Iterator<Item = ShardNumber> {
        self.earlier.iter().copied().chain(self.shard)
    }

    /// Whether it was dealt to this shard, first or again.
    pub(crate) fn is_dealt_to(&self, shard: ShardNumber) -> bool {
        self.dealt().any(|dealt| dealt == shard)
    }

    /// The shards that ran it.
    pub(crate) fn ran_in(&self) -> BTreeSet<ShardNumber> {
        let ran = self.runs.iter().map(|run| run.id.shard);
        ran.chain(self.open.iter().map(|open| open.shard)).collect()
    }

    /// The worst verdict of all shards that ran it. Those that a test was dealt to count as one:
    /// what one of them could not finish the next one did.
    pub(crate) fn verdict(&self) -> Verdict {
        let verdicts = self.ran_in().into_iter().map(|shard| self.verdict_in(shard));
        verdicts.max().unwrap_or(Verdict::NotRun)
    }

    /// What a shard that ran it says, with all others that it was dealt to if it was to this one.
    pub(crate) fn verdict_in(&self, shard: ShardNumber) -> Verdict {
        let dealt = self.is_dealt_to(shard);
        self.verdict_of(|id| id.shard == shard || (dealt && self.is_dealt_to(id.shard)))
    }

    /// What some attempts say, by Playwright's own rule (`test.outcome()`).
    pub(super) fn verdict_of(&self, of: impl Fn(AttemptId) -> bool) -> Verdict {
        let runs = self.runs.iter().filter(|run| of(run.id));
        let open = self.open.iter().any(|open| of(*open));
        let (mut skipped, mut well, mut interrupted) = (0, 0, usize::from(open));
        let mut ill = None;
        // A test that failed in an attempt for good cannot have passed or been skipped in it, too,
        // whatever its tests wrote among the runner's events. And that it passed before, as what
        // every attempt runs may have, does not make good that it failed then.
        let failed = || runs.clone().filter(|run| run.result.is_final_failure()).map(|run| run.id);
        let lost =
            |id: AttemptId| failed().any(|bad| bad.shard == id.shard && bad.attempt >= id.attempt);
        for TestRun { id, result } in runs.clone() {
            match result.status {
                Status::Interrupted => interrupted += 1,
                // A skip that the test did not ask for means that it did not run.
                Status::Skipped => {
                    skipped += usize::from(result.expected == Status::Skipped && !lost(*id));
                }
                status if status == result.expected => well += usize::from(!lost(*id)),
                Status::TimedOut => ill = Some(Verdict::TimedOut),
                Status::Passed | Status::Failed => ill = Some(Verdict::Failed),
            }
        }
        match ill {
            Some(verdict) if well + skipped == 0 => verdict,
            Some(_) => Verdict::Flaky,
            None if well > 0 => Verdict::Passed,
            None if skipped > 0 => Verdict::Skipped,
            None if interrupted > 0 => Verdict::Interrupted,
            None => Verdict::NotRun,
        }
    }

    /// Whether it failed and is not to fail the run: its quarantine holds. Nothing but its own
    /// failure is excused.
    pub(crate) fn is_excused(&self) -> bool {
        self.verdict().is_failure() && self.quarantine.as_ref().is_some_and(|term| !term.is_over)
    }

    /// The time of all executions; a shared test is counted once a shard.
    pub(crate) fn duration(&self) -> Duration {
        self.runs.iter().map(|run| run.result.duration).sum()
    }
}

impl Verdict {
    /// Whether the test itself went wrong.
    pub(crate) fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::TimedOut)
    }

    /// The word for it in every report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Flaky => "flaky",
            Self::Skipped => "skipped",
            Self::NotRun => "not-run",
            Self::Interrupted => "interrupted",
            Self::TimedOut => "timed-out",
            Self::Failed => "failed",
        }
    }
}

impl Counts {
    pub(crate) fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Passed => &mut self.passed,
            Verdict::Flaky => &mut self.flaky,
            Verdict::Skipped => &mut self.skipped,
            Verdict::NotRun => &mut self.not_run,
            Verdict::Interrupted => &mut self.interrupted,
            Verdict::TimedOut => &mut self.timed_out,
            Verdict::Failed => &mut self.failed,
        } += 1;
    }

    /// Failed tests that nothing excuses.
    pub(crate) fn unexcused(self) -> usize {
        self.failed + self.timed_out - self.quarantined
    }

    pub(crate) fn total(self) -> usize {
        self.passed
            + self.flaky
            + self.skipped
            + self.not_run
            + self.interrupted
            + self.timed_out
            + self.failed
    }
}
