//! The answer of a strategy: shards with their groups, order and predicted times.

use std::collections::BTreeSet;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::lineage::{Lineage, Part};
use crate::model::suite::{Project, TestCase, TestGroup};

/// Who runs what. The same inputs give the same plan and the same digest on every machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) digest: PlanDigest,
    /// The name of the strategy that made it.
    pub(crate) strategy: String,
    /// Playwright workers per shard that the predicted times count on.
    pub(crate) workers: u32,
    /// In the order of their numbers, without gaps; a shard may be empty.
    pub(crate) shards: Vec<PlannedShard>,
    /// Tests of set-up and teardown projects; each runs in every shard that needs its project.
    pub(crate) shared: Vec<TestCase>,
    pub(crate) projects: Vec<Project>,
    /// No plan with as many shards can be faster than this.
    pub(crate) lower_bound: Duration,
    /// How many of the dealt test cases have a history.
    pub(crate) known: usize,
    /// Which plans were before it; most have none.
    pub(crate) lineage: Lineage,
}

/// One part of a plan; runs as one process of the runner in one sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedShard {
    pub(crate) number: ShardNumber,
    /// In the order in which they should start.
    pub(crate) groups: Vec<PlannedGroup>,
    /// From the start of its sandbox to its end, with what both cost besides the tests as far as
    /// that has been learnt.
    pub(crate) predicted: Duration,
}

/// A group and what it is taken to need on one worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedGroup {
    pub(crate) group: TestGroup,
    pub(crate) estimate: Duration,
}

/// The group that no plan can get around.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blocker {
    pub(crate) group: PlannedGroup,
    /// What a shard takes that has nothing but this group and what it needs.
    pub(crate) alone: Duration,
}

impl Plan {
    /// The digest of what this plan says: strategy, workers, and every shard's groups and tests in
    /// their order, then the shared tests, and which plans were before it. No time, no path of a machine and no id of the runner
    /// enters, so it is the same wherever the suite and the history are the same.
    pub(crate) fn compute_digest(&self) -> PlanDigest {
        let mut canonical = Canonical(Sha256::new());
        canonical.text("shardwright.plan");
        canonical.text(&self.strategy);
        canonical.number(u64::from(self.workers));
        canonical.count(self.shards.len());
        for shard in &self.shards {
            canonical.count(shard.groups.len());
            for PlannedGroup { group, .. } in &shard.groups {
                canonical.text(&group.file);
                canonical.text(&group.project);
                canonical.keys(&group.tests);
            }
        }
        let mut shared: Vec<&TestCase> = self.shared.iter().collect();
        shared.sort_by(|a, b| a.key.cmp(&b.key));
        canonical.keys(shared);
        canonical.lineage(&self.lineage);
        canonical.finish()
    }

    /// Every dealt test case, shard by shard.
    pub(crate) fn dealt(&self) -> impl Iterator<Item = (&PlannedShard, &TestCase)> {
        self.shards.iter().flat_map(|shard| shard.tests().map(move |test| (shard, test)))
    }

    /// The predicted time of the slowest shard.
    pub(crate) fn predicted(&self) -> Duration {
        self.shards.iter().map(|shard| shard.predicted).max().unwrap_or_default()
    }

    /// The slowest shard's predicted time over the mean of all: 1.0 is perfect, 2.0 means that
    /// the others wait as long again as they work. 1.0 for a plan without work.
    pub(crate) fn imbalance(&self) -> f64 {
        let total: f64 = self.shards.iter().map(|shard| shard.predicted.as_secs_f64()).sum();
        if total == 0.0 {
            return 1.0;
        }
        let shards = self.shards.iter().fold(0.0, |count, _| count + 1.0);
        self.predicted().as_secs_f64() * shards / total
    }

    /// Whether it is proven that no plan with as many shards is faster.
    pub(crate) fn is_optimal(&self) -> bool {
        self.predicted() <= self.lower_bound
    }

    /// How much longer the slowest shard is than the lower bound, as a part of the bound: no plan
    /// is faster by more. None where the bound is nothing.
    pub(crate) fn gap(&self) -> Option<f64> {
        let bound = self.lower_bound.as_secs_f64();
        (bound > 0.0).then(|| (self.predicted().as_secs_f64() / bound - 1.0).max(0.0))
    }

    /// What all shards take together: the time that machines are paid for.
    pub(crate) fn machine_time(&self) -> Duration {
        self.shards.iter().map(|shard| shard.predicted).sum()
    }

    /// The mean of all shards' times.
    pub(crate) fn mean(&self) -> Duration {
        let shards = u32::try_from(self.shards.len()).unwrap_or(u32::MAX).max(1);
        self.machine_time() / shards
    }

    /// How many spec files are loaded in all shards together: one that is dealt to two shards is
    /// loaded twice.
    pub(crate) fn files_loaded(&self) -> usize {
        self.shards.iter().map(|shard| shard.files().len()).sum()
    }

    /// This plan with one of its shards alone. The digest stays that of the whole.
    pub(crate) fn part(&self, number: ShardNumber) -> Option<Self> {
        let shard = self.shards.iter().find(|shard| shard.number == number)?;
        Some(Self { shards: vec![shard.clone()], ..self.clone() })
    }

    /// The shared tests that a shard has to run besides its own: those of the projects that its
    /// groups' projects depend on, and of their teardowns.
    pub(crate) fn shared_in<'a>(&'a self, shard: &PlannedShard) -> Vec<&'a TestCase> {
        let projects = shard.groups.iter().map(|planned| planned.group.project.as_str());
        let needed = self.needed_by(projects);
        self.shared.iter().filter(|test| needed.contains(test.key.project.as_str())).collect()
    }

    /// The projects that these depend on, and their teardowns.
    pub(crate) fn needed_by<'a, 'b>(
        &'a self,
        projects: impl Iterator<Item = &'b str>,
    ) -> BTreeSet<&'a str> {
        let mut needed = BTreeSet::new();
        let named = |name: &str| self.projects.iter().find(|project| project.name == name);
        let mut open: Vec<&Project> = projects.filter_map(named).collect();
        while let Some(project) = open.pop() {
            for next in project.dependencies.iter().chain(&project.teardown) {
                if needed.insert(next.as_str()) {
                    open.extend(named(next));
                }
            }
        }
        needed
    }
}

impl PlannedShard {
    /// The dealt test cases in the order in which they should run.
    pub(crate) fn tests(&self) -> impl Iterator<Item = &TestCase> {
        self.groups.iter().flat_map(|planned| &planned.group.tests)
    }

    /// The spec files of its groups.
    pub(crate) fn files(&self) -> BTreeSet<&str> {
        self.groups.iter().map(|planned| planned.group.file.as_str()).collect()
    }

    /// Whether there is nothing to run.
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}

/// Bytes for the digest: every text carries its length, every list its count, so that no two
/// plans have the same bytes.
struct Canonical(Sha256);

impl Canonical {
    /// Half of the hash is plenty to tell plans apart, and it fits a line.
    const DIGEST_BYTES: usize = 16;

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text.as_bytes());
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn keys<'a>(
        &mut self,
        tests: impl IntoIterator<Item = &'a TestCase, IntoIter: ExactSizeIterator>,
    ) {
        let tests = tests.into_iter();
        self.count(tests.len());
        for TestCase { key: TestKey { file, project, titles, repeat }, .. } in tests {
            self.text(file);
            self.text(project);
            self.count(titles.len());
            for title in titles {
                self.text(title);
            }
            self.number(u64::from(*repeat));
        }
    }

    /// Nothing for a plan without one, so that plans keep the digests that they always had.
    fn lineage(&mut self, lineage: &Lineage) {
        self.reruns(lineage.reruns.as_deref());
        if lineage.parts.is_empty() {
            return;
        }
        self.text("parts");
        self.count(lineage.parts.len());
        for Part { digest, reruns, shards } in &lineage.parts {
            self.text(&digest.0);
            self.count(*shards);
            self.reruns(reruns.as_deref());
        }
    }

    fn reruns(&mut self, plans: Option<&[PlanDigest]>) {
        let Some(plans) = plans else { return };
        self.text("reruns");
        self.count(plans.len());
        for PlanDigest(digest) in plans {
            self.text(digest);
        }
    }

    fn finish(self) -> PlanDigest {
        let hash = self.0.finalize();
        let digits = hash.iter().take(Self::DIGEST_BYTES).flat_map(|byte| [byte >> 4, byte & 15]);
        PlanDigest(digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect())
    }
}
