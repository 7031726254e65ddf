//! What became of every planned test case: a plan and its events go in, verdicts come out.
//!
//! A live run, a replayed event file and a merge of many shards give the same outcome because
//! all three are this one fold.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::event::{
    AttemptEnd, AttemptId, Event, ListedTest, Reason, RunnerVerdict, Status, TestError, TestResult,
    UnixMillis, Usage,
};
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::plan::Plan;
use crate::model::suite::{GroupKind, TestCase};

/// Everything that is known about a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) digest: PlanDigest,
    /// Every test case exactly once.
    pub(crate) tests: BTreeMap<TestKey, TestOutcome>,
    /// In the order of their numbers.
    pub(crate) shards: Vec<ShardOutcome>,
    /// Errors outside any test.
    pub(crate) errors: Vec<(AttemptId, TestError)>,
    /// Test cases that a shard announced although the plan does not hold them.
    pub(crate) unplanned: BTreeSet<TestKey>,
    pub(crate) started: Option<UnixMillis>,
    pub(crate) ended: Option<UnixMillis>,
}

/// One test case and all its executions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestOutcome {
    pub(crate) case: TestCase,
    /// The shard that it was dealt to; none for a shared test.
    pub(crate) shard: Option<ShardNumber>,
    /// In the order in which they ended.
    pub(crate) runs: Vec<TestRun>,
    /// Attempts in which it began and has not ended.
    pub(crate) open: Vec<AttemptId>,
}

/// One execution of a test case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestRun {
    pub(crate) id: AttemptId,
    pub(crate) result: TestResult,
}

/// What became of a shard.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ShardOutcome {
    pub(crate) number: ShardNumber,
    pub(crate) planned: usize,
    pub(crate) predicted: Duration,
    pub(crate) attempts: Vec<Attempt>,
}

/// One try and how it ended; no end means that nobody saw it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attempt {
    pub(crate) started: UnixMillis,
    pub(crate) ended: Option<(UnixMillis, AttemptEnd)>,
    pub(crate) usage: Usage,
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

/// The last word on a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conclusion {
    Passed,
    Failed,
    /// Something planned has no result, or something ran that was not planned.
    Incomplete,
    /// The user ended the run.
    Interrupted,
    /// There was nothing to run.
    Empty,
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
}

impl Outcome {
    /// Before anything happened: every planned test case, not run.
    pub(crate) fn of(plan: &Plan) -> Self {
        let dealt = plan.dealt().map(|(shard, test)| (test, Some(shard.number)));
        let needed: BTreeSet<&TestKey> = plan
            .shards
            .iter()
            .flat_map(|shard| plan.shared_in(shard))
            .map(|test| &test.key)
            .collect();
        let shared = plan.shared.iter().filter(|test| needed.contains(&test.key));
        let tests = dealt
            .chain(shared.map(|test| (test, None)))
            .map(|(case, shard)| (case.key.clone(), TestOutcome::new(case.clone(), shard)))
            .collect();
        let shards = plan
            .shards
            .iter()
            .map(|shard| ShardOutcome {
                number: shard.number,
                planned: shard.tests().count(),
                predicted: shard.predicted,
                attempts: Vec::new(),
            })
            .collect();
        Self {
            digest: plan.digest.clone(),
            tests,
            shards,
            errors: Vec::new(),
            unplanned: BTreeSet::new(),
            started: None,
            ended: None,
        }
    }

    /// Takes one event in. `plan` is the one this outcome was made of.
    pub(crate) fn apply(&mut self, plan: &Plan, event: &Event) {
        match event {
            Event::RunStarted { at, .. } => {
                self.started = Some(self.started.map_or(*at, |first| first.min(*at)));
            }
            Event::RunEnded { at } => self.ended = self.ended.max(Some(*at)),
            Event::AttemptStarted { id, at } => {
                if let Some(shard) = self.shard_mut(id.shard) {
                    shard.attempts.push(Attempt {
                        started: *at,
                        ended: None,
                        usage: Usage::default(),
                    });
                }
            }
            Event::TestsListed { id, tests } => {
                for test in tests {
                    self.listed(plan, *id, test);
                }
            }
            Event::TestBegan { id, key, .. } => {
                if let Some(test) = self.tests.get_mut(key) {
                    test.open.push(*id);
                }
            }
            Event::TestEnded { id, key, result } => self.ended_test(*id, key, result),
            Event::SandboxUsed { id, usage } => {
                let shard = self.shard_mut(id.shard);
                if let Some(attempt) = shard.and_then(|shard| shard.attempts.last_mut()) {
                    attempt.usage = *usage;
                }
            }
            Event::RunnerError { id, error } => self.errors.push((*id, error.clone())),
            Event::AttemptEnded { id, end, at } => {
                let shard = self.shard_mut(id.shard);
                if let Some(attempt) = shard.and_then(|shard| shard.attempts.last_mut()) {
                    attempt.ended = Some((*at, end.clone()));
                }
            }
        }
    }

    fn listed(&mut self, plan: &Plan, id: AttemptId, listed: &ListedTest) {
        if let Some(known) = self.tests.get(&listed.key) {
            // Dealt to another shard: it would run twice.
            if known.shard.is_some_and(|dealt| dealt != id.shard) {
                self.unplanned.insert(listed.key.clone());
            }
            return;
        }
        let opaque = plan.shards.iter().filter(|shard| shard.number == id.shard).any(|shard| {
            shard.groups.iter().any(|planned| {
                planned.group.kind == GroupKind::Opaque && planned.group.file == listed.key.file
            })
        });
        if !opaque && !listed.shared {
            self.unplanned.insert(listed.key.clone());
        }
        let case = TestCase {
            key: listed.key.clone(),
            runner_id: Some(listed.runner_id.clone()),
            tags: listed.tags.clone(),
            line: listed.line,
            column: listed.column,
        };
        let shard = (!listed.shared).then_some(id.shard);
        self.tests.insert(listed.key.clone(), TestOutcome::new(case, shard));
    }

    fn ended_test(&mut self, id: AttemptId, key: &TestKey, result: &TestResult) {
        let Some(test) = self.tests.get_mut(key) else {
            self.unplanned.insert(key.clone());
            return;
        };
        if let Some(position) = test.open.iter().position(|open| *open == id) {
            test.open.remove(position);
        }
        test.runs.push(TestRun { id, result: result.clone() });
    }

    fn shard_mut(&mut self, number: ShardNumber) -> Option<&mut ShardOutcome> {
        self.shards.iter_mut().find(|shard| shard.number == number)
    }

    /// How many test cases got which verdict.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for test in self.tests.values() {
            counts.add(test.verdict());
        }
        counts
    }

    /// The last word. Success needs a reason: whatever is not shown to be well is not.
    pub(crate) fn conclusion(&self) -> Conclusion {
        if self.shards.iter().any(ShardOutcome::cancelled) {
            return Conclusion::Interrupted;
        }
        let counts = self.counts();
        if self.stopped_for_failures() && counts.failed + counts.timed_out > 0 {
            return Conclusion::Failed;
        }
        let lost = self.shards.iter().any(|shard| shard.planned > 0 && !shard.finished());
        if lost || !self.unplanned.is_empty() {
            return Conclusion::Incomplete;
        }
        if counts.failed + counts.timed_out > 0 {
            Conclusion::Failed
        } else if counts.not_run + counts.interrupted > 0 {
            Conclusion::Incomplete
        } else if self.unhappy() || self.lasting_errors().next().is_some() {
            Conclusion::Failed
        } else if self.tests.is_empty() {
            Conclusion::Empty
        } else {
            Conclusion::Passed
        }
    }

    /// What was not run was not run because the user wants no more after so many failures.
    fn stopped_for_failures(&self) -> bool {
        let stopped = Some(&AttemptEnd::Cancelled(Reason::TooManyFailures));
        let all = || self.shards.iter().filter(|shard| shard.planned > 0);
        all().any(|shard| shard.last_end() == stopped)
            && all().all(|shard| shard.finished() || shard.last_end() == stopped)
    }

    /// Errors outside any test, but for those of attempts that came to a bad end and were healed
    /// by another one.
    pub(crate) fn lasting_errors(&self) -> impl Iterator<Item = &(AttemptId, TestError)> {
        self.errors.iter().filter(|(id, _)| !self.is_healed(*id))
    }

    /// Some runner's last word was not "passed", and no test that failed explains it.
    fn unhappy(&self) -> bool {
        self.shards.iter().any(|shard| {
            (1..).zip(&shard.attempts).any(|(attempt, Attempt { ended, .. })| match ended {
                Some((_, AttemptEnd::Finished(RunnerVerdict::Failed))) => {
                    !self.has_failed_in(AttemptId { shard: shard.number, attempt })
                }
                Some((_, AttemptEnd::Finished(verdict))) => *verdict != RunnerVerdict::Passed,
                Some((_, AttemptEnd::Faulted(_) | AttemptEnd::Cancelled(_))) | None => false,
            })
        })
    }

    /// Whether a test failed in this attempt, whatever became of it later.
    fn has_failed_in(&self, id: AttemptId) -> bool {
        self.tests.values().any(|test| {
            matches!(test.verdict_of(|run| run == id), Verdict::Failed | Verdict::TimedOut)
        })
    }

    /// Whether the attempt came to an end that is no failing test, and another one followed.
    fn is_healed(&self, id: AttemptId) -> bool {
        let shard = self.shards.iter().find(|shard| shard.number == id.shard);
        let attempts = shard.map_or(&[][..], |shard| &shard.attempts);
        let at = id.attempt.saturating_sub(1) as usize;
        let ended = attempts.get(at).and_then(|attempt| attempt.ended.as_ref());
        let is_bad = !matches!(ended, None | Some((_, AttemptEnd::Finished(_))));
        is_bad && at + 1 < attempts.len()
    }

    /// Wall time of the run as far as it is known.
    pub(crate) fn elapsed(&self) -> Duration {
        match (self.started, self.ended) {
            (Some(started), Some(ended)) => ended.since(started),
            _ => Duration::ZERO,
        }
    }
}

impl TestOutcome {
    fn new(case: TestCase, shard: Option<ShardNumber>) -> Self {
        Self { case, shard, runs: Vec::new(), open: Vec::new() }
    }

    /// The worst verdict of all shards that ran it; a dealt test has but one shard.
    pub(crate) fn verdict(&self) -> Verdict {
        let ran = self.runs.iter().map(|run| run.id.shard);
        let shards: BTreeSet<ShardNumber> =
            ran.chain(self.open.iter().map(|open| open.shard)).collect();
        let verdicts = shards.into_iter().map(|shard| self.verdict_of(|id| id.shard == shard));
        verdicts.max().unwrap_or(Verdict::NotRun)
    }

    /// What some attempts say, by Playwright's own rule (`test.outcome()`).
    fn verdict_of(&self, of: impl Fn(AttemptId) -> bool) -> Verdict {
        let runs = self.runs.iter().filter(|run| of(run.id));
        let open = self.open.iter().any(|open| of(*open));
        let (mut skipped, mut well, mut interrupted) = (0, 0, usize::from(open));
        let mut ill = None;
        // A test that failed in an attempt for good cannot have passed in it, too, whatever its
        // tests wrote among the runner's events.
        let lost = |id| self.runs.iter().any(|run| run.id == id && run.result.is_final_failure());
        for TestRun { id, result } in runs {
            match result.status {
                Status::Interrupted => interrupted += 1,
                // A skip that the test did not ask for means that it did not run.
                Status::Skipped => skipped += usize::from(result.expected == Status::Skipped),
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

    /// The time of all executions; a shared test is counted once a shard.
    pub(crate) fn duration(&self) -> Duration {
        self.runs.iter().map(|run| run.result.duration).sum()
    }
}

impl ShardOutcome {
    /// The runner came to its own end in the last attempt.
    pub(crate) fn finished(&self) -> bool {
        matches!(self.last_end(), Some(AttemptEnd::Finished(_)))
    }

    fn cancelled(&self) -> bool {
        matches!(self.last_end(), Some(AttemptEnd::Cancelled(Reason::User)))
    }

    /// How the last attempt ended, if anybody saw it.
    pub(crate) fn last_end(&self) -> Option<&AttemptEnd> {
        self.attempts.last().and_then(|attempt| attempt.ended.as_ref()).map(|(_, end)| end)
    }

    /// From the first attempt's begin to the last one's end.
    pub(crate) fn elapsed(&self) -> Option<Duration> {
        let ended = self.attempts.last()?.ended.as_ref()?.0;
        Some(ended.since(self.attempts.first()?.started))
    }
}

impl Verdict {
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

#[cfg(test)]
mod tests;
