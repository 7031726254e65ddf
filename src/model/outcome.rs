//! What became of every planned test case: a plan and its events go in, verdicts come out.
//!
//! A live run, a replayed event file and a merge of many shards give the same outcome because
//! all three are this one fold.
//!
//! A joined plan (see [`crate::model::lineage`]) holds a test once for the first run and once for
//! each re-run. It is one test all the same, dealt to one shard after another: what the last one
//! says counts, and a failure that it made good is flaky. Where the last one says nothing, the
//! word of the one before stays.

mod test;
mod time;
mod word;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::event::{
    AttemptEnd, AttemptId, Event, ListedTest, Reason, RunnerVerdict, TestError, TestResult,
    UnixMillis, Usage,
};
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::plan::{Plan, PlannedShard};
use crate::model::quarantine::Quarantine;
use crate::model::suite::TestCase;

use test::Given;
pub(crate) use test::{Counts, TestOutcome, TestRun, Verdict};

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
    /// What does not fit together among the results that were merged; with any of these the run is
    /// incomplete.
    pub(crate) contradictions: Vec<Contradiction>,
    pub(crate) started: Option<UnixMillis>,
    pub(crate) ended: Option<UnixMillis>,
    /// The user wants no flaky tests.
    pub(crate) fails_on_flaky: bool,
    /// The folder of the spec files in their repository; see [`Event::RunStarted`].
    pub(crate) sources: Option<String>,
    /// The builds on CI machines that ran of it; none where nobody named one.
    pub(crate) builds: BTreeSet<String>,
    /// A run started, and nothing of it yet.
    starts: bool,
}

/// Something about results that does not fit together, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contradiction {
    /// One line; names folders, untrusted text.
    pub(crate) title: String,
    /// What differs, and what to do.
    pub(crate) text: String,
}

/// What became of a shard.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ShardOutcome {
    pub(crate) number: ShardNumber,
    /// Which of the joined plans it is of, from 0; 0 where nothing was joined.
    pub(crate) part: usize,
    pub(crate) planned: usize,
    /// There is something to run, if only files whose tests nobody has listed.
    pub(crate) has_work: bool,
    pub(crate) predicted: Duration,
    pub(crate) attempts: Vec<Attempt>,
    /// How many of its tests were dealt again to other shards: because no attempt at it came to
    /// its end, and then all that was left of it was; or in a re-run.
    pub(crate) moved: usize,
    /// How many of its tests it was never given, because others were free before it.
    pub(crate) drawn: usize,
}

/// One try and how it ended; no end means that nobody saw it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attempt {
    pub(crate) started: UnixMillis,
    /// It is the first of a job that ran again, and not the next try of a run.
    pub(crate) anew: bool,
    /// When the runner's program had started; none where it did not say.
    pub(crate) up: Option<UnixMillis>,
    /// When it had loaded its files and run its global set-up; none where it did not say.
    pub(crate) listed: Option<UnixMillis>,
    pub(crate) ended: Option<(UnixMillis, AttemptEnd)>,
    pub(crate) usage: Usage,
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

impl Outcome {
    /// Before anything happened: every planned test case, not run.
    pub(crate) fn of(plan: &Plan) -> Self {
        let shards = plan
            .shards
            .iter()
            .map(|shard| ShardOutcome {
                number: shard.number,
                part: plan.lineage.part_of(shard.number),
                planned: shard.tests().count(),
                has_work: !shard.is_empty(),
                predicted: shard.predicted,
                attempts: Vec::new(),
                moved: 0,
                drawn: 0,
            })
            .collect();
        let mut outcome = Self {
            digest: plan.digest.clone(),
            tests: BTreeMap::new(),
            shards,
            errors: Vec::new(),
            unplanned: BTreeSet::new(),
            contradictions: Vec::new(),
            started: None,
            ended: None,
            fails_on_flaky: false,
            sources: None,
            builds: BTreeSet::new(),
            starts: false,
        };
        outcome.deal(plan);
        outcome
    }

    /// Sets by what the user wants it to be judged; nothing is judged so before all is known.
    pub(crate) fn judge(&mut self, quarantine: &Quarantine, fails_on_flaky: bool) {
        self.fails_on_flaky = fails_on_flaky;
        for (key, test) in &mut self.tests {
            test.quarantine = quarantine.term(key);
        }
    }

    fn deal(&mut self, plan: &Plan) {
        let mut heirs = BTreeSet::new();
        for (PlannedShard { number, .. }, case) in plan.dealt() {
            let part = plan.lineage.part_of(*number);
            let is_again = |test: &&mut TestOutcome| {
                test.shard.is_some_and(|shard| plan.lineage.part_of(shard) < part)
            };
            if let Some(test) = self.tests.get_mut(&case.key).filter(is_again) {
                heirs.extend(test.go_on(case, *number).map(|from| (from, *number)));
            } else {
                let test = TestOutcome::new(case.clone(), Some(*number));
                self.tests.insert(case.key.clone(), test);
            }
        }
        for test in self.tests.values() {
            for giver in &test.earlier {
                if let Some(shard) = self.shards.get_mut(giver.index()) {
                    shard.moved += 1;
                }
            }
        }
        let needed: BTreeSet<&TestKey> = plan
            .shards
            .iter()
            .flat_map(|shard| plan.shared_in(shard))
            .map(|test| &test.key)
            .collect();
        for case in plan.shared.iter().filter(|test| needed.contains(&test.key)) {
            let mut test = TestOutcome::new(case.clone(), None);
            test.heirs.clone_from(&heirs);
            self.tests.insert(case.key.clone(), test);
        }
    }

    /// Takes one event in. `plan` is the one this outcome was made of.
    pub(crate) fn apply(&mut self, plan: &Plan, event: &Event) {
        match event {
            Event::RunStarted { at, sources, build, .. } => {
                self.started = Some(self.started.map_or(*at, |first| first.min(*at)));
                self.sources = self.sources.take().or_else(|| sources.clone());
                self.builds.extend(build.clone());
                self.starts = true;
            }
            Event::RunEnded { at } => self.ended = self.ended.max(Some(*at)),
            Event::AttemptStarted { id, at } => {
                let starts = std::mem::take(&mut self.starts);
                if let Some(shard) = self.shard_mut(id.shard) {
                    shard.attempts.push(Attempt {
                        started: *at,
                        anew: starts && !shard.attempts.is_empty(),
                        up: None,
                        listed: None,
                        ended: None,
                        usage: Usage::default(),
                    });
                }
            }
            Event::TestsMoved { id, from, keys, drawn } => {
                self.moved(id.shard, (*from, *drawn), keys);
            }
            Event::TestsListed { id, tests, up, at } => {
                for test in tests {
                    self.listed(plan, *id, test);
                }
                let shard = self.shard_mut(id.shard);
                if let Some(attempt) = shard.and_then(|shard| shard.attempts.last_mut()) {
                    (attempt.up, attempt.listed) = (attempt.up.or(*up), attempt.listed.or(*at));
                }
            }
            Event::TestBegan { id, key, at, .. } => {
                if let Some(test) = self.tests.get_mut(key) {
                    test.open.push(*id);
                    test.began.insert(*id, *at);
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

    /// A shard takes over what another one of its plan could not finish.
    fn moved(&mut self, to: ShardNumber, from: (ShardNumber, bool), keys: &[TestKey]) {
        let parts: BTreeMap<ShardNumber, usize> =
            self.shards.iter().map(|shard| (shard.number, shard.part)).collect();
        let part = |number: ShardNumber| parts.get(&number).copied();
        if part(to) != part(from.0) {
            return;
        }
        let mut heirs = BTreeSet::new();
        for key in keys {
            let given = self.tests.get_mut(key).map(|test| test.take_over(from, to, part));
            for Given { from, to, drawn, next } in given.unwrap_or_default() {
                // Where a re-run has it next, it is the one that took it over which gave it away.
                if let Some(shard) = self.shard_mut(next.map_or(from, |_| to)) {
                    let count = if drawn { &mut shard.drawn } else { &mut shard.moved };
                    *count += 1;
                }
                heirs.extend(next.filter(|next| part(*next) > part(to)).map(|next| (to, next)));
            }
        }
        if !heirs.is_empty() {
            self.tests.values_mut().for_each(|test| test.inherit(&heirs));
        }
    }

    /// Puts the executions of every test in their order, which a merge may not hear them in: it
    /// reads shard by shard.
    pub(crate) fn put_in_order(&mut self) {
        for test in self.tests.values_mut() {
            test.put_in_order();
        }
    }

    fn listed(&mut self, plan: &Plan, id: AttemptId, listed: &ListedTest) {
        let part = plan.lineage.part_of(id.shard);
        if let Some(known) = self.tests.get(&listed.key) {
            // Dealt to another shard: it would run twice. But what a re-run deals may have been
            // known to a run before it, which had it in no plan.
            let is_later = known.dealt().all(|dealt| plan.lineage.part_of(dealt) > part);
            if !is_later && !known.may_run_in(id.shard) {
                self.unplanned.insert(listed.key.clone());
            }
            return;
        }
        let opaque =
            plan.shards.iter().filter(|shard| shard.number == id.shard).any(|shard| {
                shard.groups.iter().any(|planned| planned.group.deals_whole(&listed.key))
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

    /// Whether other shards took over all that a shard had.
    pub(crate) fn has_given_all(&self, number: ShardNumber) -> bool {
        let shard = self.shards.iter().find(|shard| shard.number == number);
        shard.is_some_and(|shard| {
            let given = shard.moved + shard.drawn;
            given > 0 && given >= shard.planned
        })
    }

    /// How many test cases got which verdict.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for test in self.tests.values() {
            counts.add(test.verdict());
            counts.quarantined += usize::from(test.is_excused());
        }
        counts
    }

    /// The last word. Success needs a reason: whatever is not shown to be well is not.
    pub(crate) fn conclusion(&self) -> Conclusion {
        let cancelled = |shard: &ShardOutcome| {
            shard.cancelled() && (!shard.is_taken_over() || self.is_lost(shard))
        };
        if self.shards.iter().any(cancelled) {
            return Conclusion::Interrupted;
        }
        let counts = self.counts();
        let flaky = self.fails_on_flaky && counts.flaky > 0;
        if !self.contradictions.is_empty() {
            return Conclusion::Incomplete;
        }
        if self.stopped_for_failures() && counts.unexcused() > 0 {
            return Conclusion::Failed;
        }
        if self.shards.iter().any(|shard| self.is_lost(shard)) || !self.unplanned.is_empty() {
            return Conclusion::Incomplete;
        }
        if counts.unexcused() > 0 {
            Conclusion::Failed
        } else if counts.not_run + counts.interrupted > 0 {
            Conclusion::Incomplete
        } else if self.unhappy() || self.lasting_errors().next().is_some() || flaky {
            Conclusion::Failed
        } else if self.tests.is_empty() {
            Conclusion::Empty
        } else {
            Conclusion::Passed
        }
    }

    /// A shard came to no end of its own, and not all that was left of it went to others.
    fn is_lost(&self, shard: &ShardOutcome) -> bool {
        let left = |test: &TestOutcome| {
            test.shard == Some(shard.number)
                && matches!(test.verdict(), Verdict::NotRun | Verdict::Interrupted)
        };
        shard.has_work
            && !shard.finished()
            && (!shard.is_taken_over() || self.tests.values().any(left))
    }

    /// What was not run was not run because the user wants no more after so many failures.
    fn stopped_for_failures(&self) -> bool {
        let stopped = Some(&AttemptEnd::Cancelled(Reason::TooManyFailures));
        let all = || self.shards.iter().filter(|shard| shard.has_work);
        all().any(|shard| shard.last_end() == stopped)
            && all().all(|shard| shard.is_settled() || shard.last_end() == stopped)
    }

    /// Errors outside any test, but for those of attempts that came to a bad end and were healed
    /// by another one.
    pub(crate) fn lasting_errors(&self) -> impl Iterator<Item = &(AttemptId, TestError)> {
        let lasting = self.lasting(|_| true);
        self.errors.iter().filter(move |(id, _)| lasting.contains(id))
    }

    /// The attempts with such errors, of some shards.
    fn lasting(&self, is_its: impl Fn(ShardNumber) -> bool) -> BTreeSet<AttemptId> {
        let ids = self.errors.iter().map(|(id, _)| *id).filter(|id| is_its(id.shard));
        let mut ids: BTreeSet<AttemptId> = ids.collect();
        ids.retain(|id| !self.is_healed(*id) && !self.is_outdone(*id));
        ids
    }

    /// Some runner's last word was not "passed", and no test that failed explains it.
    fn unhappy(&self) -> bool {
        self.shards.iter().any(|shard| self.is_unhappy(shard))
    }

    pub(crate) fn is_unhappy(&self, shard: &ShardOutcome) -> bool {
        (1..).zip(&shard.attempts).any(|(attempt, Attempt { ended, .. })| {
            let id = AttemptId { shard: shard.number, attempt };
            let bad = match ended {
                Some((_, AttemptEnd::Finished(RunnerVerdict::Failed))) => !self.has_failed_in(id),
                Some((_, AttemptEnd::Finished(verdict))) => *verdict != RunnerVerdict::Passed,
                Some((_, AttemptEnd::Faulted(_) | AttemptEnd::Cancelled(_))) | None => false,
            };
            bad && !self.is_outdone(id)
        })
    }

    /// Whether something is wrong with the shard that running single tests of it again does not
    /// make good: an error outside any test, a runner that is discontent without a test that
    /// failed, an end that nobody saw although no test is left.
    pub(crate) fn is_wrong_as_a_whole(&self, shard: &ShardOutcome) -> bool {
        let left = |test: &TestOutcome| {
            test.shard == Some(shard.number)
                && matches!(test.verdict(), Verdict::NotRun | Verdict::Interrupted)
        };
        !self.lasting(|its| its == shard.number).is_empty()
            || self.is_unhappy(shard)
            || (self.is_lost(shard) && !self.tests.values().any(left))
    }

    /// Whether every test of the attempt's shard came to an end in a later attempt, of the shard
    /// or of those that took its tests over: a whole run after it says more than it does.
    fn is_outdone(&self, id: AttemptId) -> bool {
        let mut its = self.tests.values().filter(|test| test.is_dealt_to(id.shard)).peekable();
        let is_done = |test: &TestOutcome| {
            let verdict = test.verdict_of(|run| test.is_later(run, id));
            !matches!(verdict, Verdict::NotRun | Verdict::Interrupted)
        };
        its.peek().is_some() && its.all(is_done)
    }

    /// Whether a test failed in this attempt, whatever became of it later.
    fn has_failed_in(&self, id: AttemptId) -> bool {
        self.tests.values().any(|test| {
            matches!(test.verdict_of(|run| run == id), Verdict::Failed | Verdict::TimedOut)
        })
    }

    /// Whether the attempt came to a end that is no failing test, and another one followed, of
    /// its shard or of those that took its tests over.
    fn is_healed(&self, id: AttemptId) -> bool {
        let shard = self.shards.iter().find(|shard| shard.number == id.shard);
        let attempts = shard.map_or(&[][..], |shard| &shard.attempts);
        let moved = shard.is_some_and(|shard| shard.moved > 0);
        let at = id.attempt.saturating_sub(1) as usize;
        let ended = attempts.get(at).and_then(|attempt| attempt.ended.as_ref());
        let is_bad = !matches!(ended, None | Some((_, AttemptEnd::Finished(_))));
        is_bad && (moved || at + 1 < attempts.len())
    }
}

impl ShardOutcome {
    /// The runner came to its own end in the last attempt.
    pub(crate) fn finished(&self) -> bool {
        matches!(self.last_end(), Some(AttemptEnd::Finished(_)))
    }

    /// Nothing is left of it: it came to its own end, or others took over what it could not do.
    pub(crate) fn is_settled(&self) -> bool {
        self.finished() || self.is_taken_over()
    }

    /// Others took over what it left. Of what it was never given, it left nothing.
    pub(crate) fn is_taken_over(&self) -> bool {
        self.moved > 0 || (self.attempts.is_empty() && self.drawn > 0)
    }

    fn cancelled(&self) -> bool {
        matches!(self.last_end(), Some(AttemptEnd::Cancelled(Reason::User)))
    }

    /// How the last attempt ended, if anybody saw it.
    pub(crate) fn last_end(&self) -> Option<&AttemptEnd> {
        self.attempts.last().and_then(|attempt| attempt.ended.as_ref()).map(|(_, end)| end)
    }
}

#[cfg(test)]
mod tests;
