//! How plans belong together: a plan goes in, of which earlier plans it is a re-run; several go
//! in, one comes out that holds the shards of all.
//!
//! A re-run has a plan of its own, with shards of its own. A merge puts its shards behind those of
//! the plan that it re-runs and numbers them on: shards 1 to 4 of the first plan and 1 to 2 of its
//! re-run become 1 to 6. A test that several of these plans deal was dealt again each time, as if
//! the later shard had taken it over; of its shards the last one has the last word.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::model::id::{PlanDigest, ShardNumber};
use crate::model::plan::{Plan, PlannedShard};
use crate::model::suite::{Project, TestCase};

/// Which plans were before this one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lineage {
    /// For a plan of what earlier results left to do: the plans of those results, sorted; empty
    /// where the runner alone knows them (`--last-failed`). None for the plan of a suite.
    pub(crate) reruns: Option<Vec<PlanDigest>>,
    /// For a plan that others were joined to: each of them, in the order of time. Empty for any
    /// other.
    pub(crate) parts: Vec<Part>,
    /// How many of the last shards nobody planned: they are for nodes that come to share a run,
    /// and begin with nothing.
    pub(crate) spare: usize,
}

/// One of the plans that were joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) digest: PlanDigest,
    /// As in [`Lineage::reruns`].
    pub(crate) reruns: Option<Vec<PlanDigest>>,
    /// How many shards of the whole are its own; they follow those of the part before.
    pub(crate) shards: usize,
}

impl Lineage {
    /// Which of the joined plans a shard is of, from 0; 0 where nothing was joined.
    pub(crate) fn part_of(&self, shard: ShardNumber) -> usize {
        let mut end = 0;
        let is_its = |part: &Part| {
            end += part.shards;
            shard.index() < end
        };
        self.parts.iter().position(is_its).unwrap_or_default()
    }
}

impl Plan {
    /// One plan of these, which follow each other in time. One alone stays as it is.
    pub(crate) fn joined(plans: &[Self]) -> Option<Self> {
        let (first, rest) = plans.split_first()?;
        let mut whole = first.clone();
        if rest.is_empty() {
            return Some(whole);
        }
        let part = |plan: &Self| Part {
            digest: plan.digest.clone(),
            reruns: plan.lineage.reruns.clone(),
            shards: plan.shards.len(),
        };
        whole.lineage = Lineage { parts: plans.iter().map(part).collect(), ..Lineage::default() };
        for plan in rest {
            whole.shards.extend(plan.shards.iter().cloned());
            add(&mut whole.shared, &plan.shared, |test: &TestCase| &test.key);
            add(&mut whole.projects, &plan.projects, |project: &Project| &project.name);
            whole.lower_bound = whole.lower_bound.max(plan.lower_bound);
            whole.known = whole.known.max(plan.known);
        }
        whole.number_shards();
        whole.shared.sort_by(|a, b| a.key.cmp(&b.key));
        whole.projects.sort_by(|a, b| a.name.cmp(&b.name));
        whole.digest = whole.compute_digest();
        Some(whole)
    }

    /// The plans that were joined to this one, each with its own digest and the numbers that its
    /// shards have here, less one; this plan alone where nothing was joined.
    pub(crate) fn parts(&self) -> Vec<(Self, usize)> {
        if self.lineage.parts.is_empty() {
            return vec![(self.clone(), 0)];
        }
        let mut before = 0;
        let part = |part: &Part| {
            let shards = self.shards.iter().skip(before).take(part.shards).cloned().collect();
            let lineage = Lineage { reruns: part.reruns.clone(), ..Lineage::default() };
            let mut plan = Self {
                digest: part.digest.clone(),
                strategy: self.strategy.clone(),
                workers: self.workers,
                shards,
                shared: self.shared.clone(),
                projects: self.projects.clone(),
                lower_bound: self.lower_bound,
                known: self.known,
                lineage,
            };
            plan.number_shards();
            let at = before;
            before += part.shards;
            (plan, at)
        };
        self.lineage.parts.iter().map(part).collect()
    }

    /// This plan with so many more shards, for nodes that come while others run it.
    pub(crate) fn with_spare(mut self, count: usize) -> Self {
        let spare = |_| PlannedShard {
            number: ShardNumber::at(0),
            groups: Vec::new(),
            predicted: Duration::ZERO,
        };
        self.shards.extend((0..count).map(spare));
        self.lineage.spare += count;
        self.number_shards();
        self.digest = self.compute_digest();
        self
    }

    /// This plan without those of its last shards that were for nodes which never came. The digest
    /// stays that of the whole.
    pub(crate) fn without_spare(mut self, came: impl Fn(ShardNumber) -> bool) -> Self {
        while self.lineage.spare > 0 && self.shards.last().is_some_and(|last| !came(last.number)) {
            self.shards.pop();
            self.lineage.spare -= 1;
        }
        self
    }

    /// This plan where only these of its shards have something to run.
    pub(crate) fn with_work_in(&self, is_kept: impl Fn(ShardNumber) -> bool) -> Self {
        let mut plan = self.clone();
        for shard in plan.shards.iter_mut().filter(|shard| !is_kept(shard.number)) {
            shard.groups.clear();
            shard.predicted = Duration::ZERO;
        }
        plan
    }

    fn number_shards(&mut self) {
        for (index, shard) in self.shards.iter_mut().enumerate() {
            shard.number = ShardNumber::at(index);
        }
    }
}

/// Adds what is not there by its name.
fn add<T: Clone, N: Ord>(all: &mut Vec<T>, more: &[T], name: impl Fn(&T) -> &N) {
    let mut known: BTreeSet<&N> = all.iter().map(&name).collect();
    let new: Vec<T> = more.iter().filter(|one| known.insert(name(one))).cloned().collect();
    all.extend(new);
}
