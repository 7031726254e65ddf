//! The executions of one test case go in, the last word on it comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::event::{AttemptId, TestResult, UnixMillis};
use crate::model::id::ShardNumber;
use crate::model::outcome::word::{self, Word};
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
    early: Vec<(ShardNumber, ShardNumber, bool)>,
    /// For a shared test: the shards whose tests a re-run dealt again, and to which of its own.
    pub(super) heirs: BTreeSet<(ShardNumber, ShardNumber)>,
    /// In the order in which they ended.
    pub(crate) runs: Vec<TestRun>,
    /// Attempts in which it began and has not ended.
    pub(crate) open: Vec<AttemptId>,
    /// When it last began in each attempt.
    pub(crate) began: BTreeMap<AttemptId, UnixMillis>,
    /// What the quarantine says of it, once the outcome was judged by one.
    pub(crate) quarantine: Option<Term>,
}

/// One execution of a test case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestRun {
    pub(crate) id: AttemptId,
    pub(crate) result: TestResult,
}

/// A shard gave a test away.
pub(super) struct Given {
    pub(super) from: ShardNumber,
    pub(super) to: ShardNumber,
    /// It never had it.
    pub(super) drawn: bool,
    /// To whom a re-run dealt it after that.
    pub(super) next: Option<ShardNumber>,
}

/// The last word on a test case. Of several the greatest one tells most of what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Verdict {
    Passed,
    Skipped,
    Flaky,
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
        let (earlier, early, heirs) = (Vec::new(), Vec::new(), BTreeSet::new());
        let (began, runs, open) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { case, shard, earlier, early, heirs, runs, open, began, quarantine: None }
    }

    /// A re-run deals it to another shard. Gives the one that had it.
    pub(super) fn go_on(&mut self, case: &TestCase, to: ShardNumber) -> Option<ShardNumber> {
        self.case = case.clone();
        let from = self.shard.replace(to);
        self.earlier.extend(from);
        from
    }

    /// A shard takes it over from another one of the same plan. Tells who are known to have given
    /// it away now and were not before. `part` is the plan that a shard is of.
    pub(super) fn take_over(
        &mut self,
        (from, drawn): (ShardNumber, bool),
        to: ShardNumber,
        part: impl Fn(ShardNumber) -> Option<usize>,
    ) -> Vec<Given> {
        self.early.push((from, to, drawn));
        let mut given = Vec::new();
        // Only the last of a plan's shards that had it can give it away.
        let place = |test: &Self, from: ShardNumber| {
            let chain: Vec<ShardNumber> = test.dealt().collect();
            let is_last =
                |at: &usize| chain.get(at + 1).is_none_or(|next| part(*next) != part(from));
            (0..chain.len()).rev().find(|at| chain[*at] == from && is_last(at))
        };
        while let Some((at, place)) =
            (0..self.early.len()).find_map(|at| Some((at, place(self, self.early[at].0)?)))
        {
            let (from, to, drawn) = self.early.remove(at);
            if from == to {
                continue;
            }
            let next = self.dealt().nth(place + 1);
            if next.is_none() {
                self.earlier.push(from);
                self.shard = Some(to);
            } else {
                self.earlier.insert(place + 1, to);
            }
            given.push(Given { from, to, drawn, next });
        }
        given
    }

    /// A re-run dealt tests of shards to other ones: what a shared test does there counts.
    pub(super) fn inherit(&mut self, heirs: &BTreeSet<(ShardNumber, ShardNumber)>) {
        if self.shard.is_none() {
            self.heirs.extend(heirs);
        }
    }

    /// Puts its executions in the order of the shards that it was dealt to, and of their attempts.
    pub(super) fn put_in_order(&mut self) {
        if !self.earlier.is_empty() {
            let mut runs = std::mem::take(&mut self.runs);
            runs.sort_by_key(|run| (self.turn(run.id.shard), run.id.attempt));
            self.runs = runs;
        }
    }

    /// Whether it was dealt to this shard, also where it is not known yet how it came there.
    pub(super) fn may_run_in(&self, shard: ShardNumber) -> bool {
        self.is_dealt_to(shard) || self.early.iter().any(|(_, to, _)| *to == shard)
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
        let ran = self.ran_in();
        let words = self.words().into_iter().filter(|(shard, _)| ran.contains(shard));
        words.map(|(_, word)| word).max().unwrap_or(Verdict::NotRun)
    }

    /// What a shard that ran it says in the end. A re-run makes good what a shared test did in a
    /// shard if it passes in all shards that run it and that shard's tests again.
    pub(crate) fn verdict_from(&self, shard: ShardNumber) -> Verdict {
        self.words().remove(&shard).unwrap_or(Verdict::NotRun)
    }

    /// What each shard says in the end that ran it, or whose tests were dealt to one that did. The
    /// shards of a re-run have greater numbers than those before: the words that one needs are
    /// there before it, whatever the files say.
    fn words(&self) -> BTreeMap<ShardNumber, Verdict> {
        let ran = self.ran_in();
        let given = self.heirs.iter().map(|(from, _)| *from);
        let shards: BTreeSet<ShardNumber> = ran.iter().copied().chain(given).collect();
        let mut words = BTreeMap::new();
        for shard in shards.into_iter().rev() {
            let heirs = self.heirs.range((shard, shard)..).take_while(|(from, _)| *from == shard);
            let last = heirs.filter_map(|(_, to)| words.get(to).copied()).max();
            let own = ran.contains(&shard).then(|| self.verdict_in(shard));
            words.extend(word::healed(own, last).map(|word| (shard, word)));
        }
        words
    }

    /// What a shard that ran it says, with all others that it was dealt to if it was to this one.
    pub(crate) fn verdict_in(&self, shard: ShardNumber) -> Verdict {
        let dealt = self.is_dealt_to(shard);
        self.verdict_of(|id| id.shard == shard || (dealt && self.is_dealt_to(id.shard)))
    }

    /// What some attempts say together; see [`word`].
    pub(super) fn verdict_of(&self, of: impl Fn(AttemptId) -> bool) -> Verdict {
        let mut word = Word::new(self.open.iter().any(|open| of(*open)));
        let mut runs: Vec<&TestRun> = self.runs.iter().filter(|run| of(run.id)).collect();
        runs.sort_by_key(|run| (self.turn(run.id.shard), run.id.attempt));
        for attempt in runs.chunk_by(|one, other| one.id == other.id) {
            word.hear(attempt);
        }
        word.verdict()
    }

    /// Whether it failed and is not to fail the run: its quarantine holds. Nothing but its own
    /// failure is excused: not that another shard, which had to run it, too, did not come to it.
    pub(crate) fn is_excused(&self) -> bool {
        let is_there =
            |shard| !matches!(self.verdict_in(shard), Verdict::NotRun | Verdict::Interrupted);
        let holds = self.quarantine.as_ref().is_some_and(|term| !term.is_over);
        holds && self.verdict().is_failure() && self.ran_in().into_iter().all(is_there)
    }

    /// Whether an attempt comes after another one: of the same shard, or of one that the test was
    /// dealt to later.
    pub(super) fn is_later(&self, id: AttemptId, than: AttemptId) -> bool {
        if id.shard == than.shard {
            return id.attempt > than.attempt;
        }
        let turns = (self.turn(id.shard), self.turn(than.shard));
        matches!(turns, (Some(id), Some(than)) if id > than)
    }

    /// The last place that a shard has among those that it was dealt to.
    fn turn(&self, shard: ShardNumber) -> Option<usize> {
        let last = (self.shard == Some(shard)).then_some(self.earlier.len());
        last.or_else(|| self.earlier.iter().rposition(|dealt| *dealt == shard))
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
