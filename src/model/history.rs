//! Many runs of a suite, test by test: what each run made of each test, the earliest run first.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::outcome::Verdict;

/// Some runs and what became of every test in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct History {
    /// The earliest first; those of which nobody knows when they were come before all others.
    pub(crate) runs: Vec<Run>,
    /// Every test that any of them knows; a run has one entry at most, in the order of the runs.
    pub(crate) tests: BTreeMap<TestKey, Vec<Ran>>,
}

/// One run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Run {
    /// The folder or file that it was read from, as it was named.
    pub(crate) from: String,
    /// When it began, where that is known.
    pub(crate) at: Option<UnixMillis>,
    /// The revision that was tested, where that is known.
    pub(crate) commit: Option<String>,
    /// The branch that was tested, where that is known.
    pub(crate) branch: Option<String>,
}

/// What one run made of one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ran {
    /// The position of the run in [`History::runs`].
    pub(crate) run: usize,
    pub(crate) verdict: Verdict,
    /// In the order in which they ended.
    pub(crate) executions: Vec<Execution>,
    /// The shards that ran it, in ascending order; none where nobody says so.
    pub(crate) shards: Vec<ShardNumber>,
}

/// One execution of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Execution {
    pub(crate) end: End,
    pub(crate) duration: Duration,
    /// The first line of its error; empty where there is none.
    pub(crate) error: String,
}

/// How an execution ended, by what the test declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Well,
    Ill,
    Skipped,
}

/// One run before it takes its place among others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) run: Run,
    /// The plan that it ran, where it had one.
    pub(crate) digest: Option<PlanDigest>,
    pub(crate) roots: Roots,
    /// Each test once; `run` of each is not looked at.
    pub(crate) tests: BTreeMap<TestKey, Ran>,
}

/// When a shard of a plan, by its number there, began to run: no two runs have that in common.
pub(crate) type Mark = (PlanDigest, ShardNumber, UnixMillis);

/// What tells which results are of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Roots {
    /// When what of it began, attempt by attempt; the same wherever it was merged. Empty where
    /// nobody says so.
    pub(crate) marks: BTreeSet<Mark>,
    /// The plans that it has, sorted.
    pub(crate) plans: Vec<PlanDigest>,
    /// The plans of which it holds re-runs and nothing else.
    pub(crate) origins: BTreeSet<PlanDigest>,
    /// It holds one shard of several, as one node of a CI matrix leaves it.
    pub(crate) is_node: bool,
    /// The builds on CI machines that it is of; none where nobody named one.
    pub(crate) builds: BTreeSet<String>,
    pub(crate) began: Option<UnixMillis>,
}

impl History {
    /// Puts runs in the order of time.
    pub(crate) fn of(mut records: Vec<Record>) -> Self {
        records.sort_by(|one, other| {
            (one.run.at, &one.run.from).cmp(&(other.run.at, &other.run.from))
        });
        let mut history = Self::default();
        for (run, record) in records.into_iter().enumerate() {
            history.runs.push(record.run);
            for (key, ran) in record.tests {
                history.tests.entry(key).or_default().push(Ran { run, ..ran });
            }
        }
        history
    }

    /// When the run of an entry began.
    pub(crate) fn at(&self, ran: &Ran) -> Option<UnixMillis> {
        self.runs.get(ran.run).and_then(|run| run.at)
    }
}

/// How many of the latest of these runs the test passed at once, runs without a result left out.
pub(crate) fn calm(runs: &[Ran]) -> usize {
    let with_result = runs.iter().rev().filter(|ran| ran.has_result());
    with_result.take_while(|ran| ran.verdict == Verdict::Passed).count()
}

impl Ran {
    /// Whether it came to a result: it passed, was flaky or failed.
    pub(crate) fn has_result(&self) -> bool {
        self.is_good() || self.is_failed()
    }

    /// Whether it failed for good.
    pub(crate) fn is_failed(&self) -> bool {
        matches!(self.verdict, Verdict::Failed | Verdict::TimedOut)
    }

    /// Whether it passed, be it at the second try.
    pub(crate) fn is_good(&self) -> bool {
        matches!(self.verdict, Verdict::Passed | Verdict::Flaky)
    }

    /// The executions that went wrong.
    pub(crate) fn ill(&self) -> impl DoubleEndedIterator<Item = &Execution> {
        self.executions.iter().filter(|execution| execution.end == End::Ill)
    }

    /// How long the test takes: its last good execution, else the last one of all.
    pub(crate) fn took(&self) -> Option<Duration> {
        let ran = || self.executions.iter().rev().filter(|one| one.end != End::Skipped);
        let good = ran().find(|one| one.end == End::Well);
        good.or_else(|| ran().next()).map(|one| one.duration)
    }
}
