//! Plans and outcomes made for one reason each: what is planned and how it went go in.

use std::time::Duration;

use crate::model::event::{
    AttemptEnd, AttemptId, Event, Fault, FaultKind, Judged, RunnerVerdict, Status, TestResult,
    UnixMillis,
};
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::lineage::Lineage;
use crate::model::outcome::Outcome;
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::skew::Skew;
use crate::model::suite::{GroupKind, Project, TestCase, TestGroup};
use crate::report::sample::{START, key, result};
use crate::report::skew::skew;

/// What every shard needs before its first test, and after its last, in milliseconds.
pub(super) const BEFORE: u64 = 800;
pub(super) const AFTER: u64 = 200;

pub(super) fn test(title: &str) -> TestKey {
    key("", &format!("{title}.spec.ts"), &[title])
}

fn case(key: &TestKey) -> TestCase {
    TestCase { key: key.clone(), runner_id: None, tags: Vec::new(), line: 1, column: 1 }
}

/// A group of these tests.
pub(super) fn group(tests: &[TestKey], estimate: u64) -> PlannedGroup {
    let TestKey { file, project, .. } = tests[0].clone();
    let kind = if tests.len() == 1 { GroupKind::Single } else { GroupKind::File };
    let tests = tests.iter().map(case).collect();
    PlannedGroup {
        group: TestGroup { project, file, kind, worker: String::new(), tests },
        estimate: Duration::from_millis(estimate),
    }
}

/// A plan whose shards start their groups in this order.
pub(super) fn plan(workers: u32, shards: Vec<Vec<PlannedGroup>>) -> Plan {
    let shards = shards.into_iter().enumerate().map(|(index, groups)| PlannedShard {
        number: ShardNumber::at(index),
        predicted: predicted(workers, &groups),
        groups,
    });
    let project = |name: &str, dependencies: &[&str]| Project {
        name: name.to_owned(),
        dependencies: dependencies.iter().map(ToString::to_string).collect(),
        teardown: None,
        workers: None,
    };
    Plan {
        digest: PlanDigest("made".into()),
        strategy: "balanced".into(),
        workers,
        shards: shards.collect(),
        shared: vec![case(&key("setup", "auth.setup.ts", &["sign in"]))],
        projects: vec![project("", &["setup"]), project("setup", &[])],
        lower_bound: Duration::ZERO,
        known: 1,
        lineage: Lineage::default(),
    }
}

/// Groups of one test each, by title and estimate.
pub(super) fn singles(tests: &[(&str, u64)]) -> Vec<PlannedGroup> {
    tests.iter().map(|(title, estimate)| group(&[test(title)], *estimate)).collect()
}

fn predicted(workers: u32, groups: &[PlannedGroup]) -> Duration {
    let ends = taken(
        workers,
        0,
        groups.iter().map(|group| u64::try_from(group.estimate.as_millis()).unwrap()),
    );
    let last = ends.map(|(_, begin, took)| begin + took).max();
    last.map_or(Duration::ZERO, |last| Duration::from_millis(BEFORE + last + AFTER))
}

/// What takes so long, one after the other, by the worker that is free first: worker, begin, time.
fn taken(
    workers: u32,
    begin: u64,
    times: impl Iterator<Item = u64>,
) -> impl Iterator<Item = (u32, u64, u64)> {
    let mut free = vec![begin; workers as usize];
    times.map(move |took| {
        let worker = (0..free.len()).min_by_key(|worker| free[*worker]).unwrap();
        let begin = free[worker];
        free[worker] += took;
        (u32::try_from(worker).unwrap(), begin, took)
    })
}

/// A run of a plan as it goes. Times are milliseconds from its begin.
pub(super) struct Made {
    pub(super) plan: Plan,
    pub(super) outcome: Outcome,
}

impl Made {
    pub(super) fn of(plan: Plan) -> Self {
        let outcome = Outcome::of(&plan);
        let mut made = Self { plan, outcome };
        let digest = made.plan.digest.clone();
        made.apply(&Event::RunStarted {
            digest,
            at: UnixMillis(START),
            sources: None,
            build: None,
            judged: Judged::default(),
        });
        made
    }

    pub(super) fn apply(&mut self, event: &Event) {
        self.outcome.apply(&self.plan, event);
    }

    pub(super) fn skew(&self) -> Skew {
        skew(&self.plan, &self.outcome)
    }

    pub(super) fn begin(&mut self, shard: usize, attempt: u32, at: u64) -> &mut Self {
        self.apply(&Event::AttemptStarted { id: id(shard, attempt), at: UnixMillis(START + at) });
        self
    }

    pub(super) fn end(&mut self, shard: usize, attempt: u32, at: u64) -> &mut Self {
        self.end_with(shard, attempt, at, AttemptEnd::Finished(RunnerVerdict::Passed))
    }

    pub(super) fn fault(&mut self, shard: usize, attempt: u32, at: u64) -> &mut Self {
        let fault = Fault { kind: FaultKind::OutOfMemory, message: "2 GB".into() };
        self.end_with(shard, attempt, at, AttemptEnd::Faulted(fault))
    }

    fn end_with(&mut self, shard: usize, attempt: u32, at: u64, end: AttemptEnd) -> &mut Self {
        let at = UnixMillis(START + at);
        self.apply(&Event::AttemptEnded { id: id(shard, attempt), end, at });
        self
    }

    /// A test passed.
    pub(super) fn ran(
        &mut self,
        (shard, attempt): (usize, u32),
        key: &TestKey,
        (worker, at, took): (u32, u64, u64),
    ) -> &mut Self {
        self.ended((shard, attempt), key, TestResult { worker, ..passed(at, took) })
    }

    pub(super) fn ended(
        &mut self,
        (shard, attempt): (usize, u32),
        key: &TestKey,
        result: TestResult,
    ) -> &mut Self {
        let (id, key, result) = (id(shard, attempt), key.clone(), Box::new(result));
        self.apply(&Event::TestEnded { id, key, result });
        self
    }

    /// A whole shard in one attempt: its start and what each test took, in the order in which they
    /// started.
    pub(super) fn whole(&mut self, shard: usize, start: u64, tests: &[(&str, u64)]) -> &mut Self {
        self.begin(shard, 1, 0);
        let times = tests.iter().map(|(_, took)| *took);
        let mut last = start;
        for ((title, _), (worker, begin, took)) in
            tests.iter().zip(taken(self.plan.workers, start, times))
        {
            self.ran((shard, 1), &test(title), (worker, begin, took));
            last = last.max(begin + took);
        }
        self.end(shard, 1, last + AFTER)
    }
}

pub(super) fn id(shard: usize, attempt: u32) -> AttemptId {
    AttemptId { shard: ShardNumber::at(shard), attempt }
}

pub(super) fn passed(at: u64, took: u64) -> TestResult {
    result(Status::Passed, at, took)
}

pub(super) fn failed(at: u64, took: u64, again: bool) -> TestResult {
    TestResult { again, ..result(Status::Failed, at, took) }
}
