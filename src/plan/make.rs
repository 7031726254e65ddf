//! Suite, estimates and options go in, a plan comes out: always the same one.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::model::id::{PlanDigest, ShardNumber};
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::suite::{Project, Suite, TestCase};
use crate::model::timings::Estimates;
use crate::plan::Strategy;
use crate::plan::bound::lower_bound;
use crate::plan::work::{Item, Work};

/// What the user may choose about a plan.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) shards: NonZeroU32,
    /// The runner's workers in each shard; 0 counts as 1.
    pub(crate) workers: u32,
    pub(crate) strategy: &'static dyn Strategy,
    /// For the strategy `tag`: the tags to spread over the shards, with or without their `@`.
    pub(crate) tags: Vec<String>,
    /// Tags whose tests should start first in every shard, the most urgent first.
    pub(crate) priorities: Vec<String>,
}

/// The plan for a suite. The order of the suite's lists does not matter.
pub(crate) fn make(suite: &Suite, estimates: &Estimates, options: &Options) -> Plan {
    let work = Work::new(suite, estimates, options);
    let hands = options.strategy.deal(&work);
    plan_of(&work, suite, options, options.strategy.name(), &hands)
}

/// The plan whose shards hold these positions of `work.items`, each in the order in which they
/// should start.
pub(super) fn plan_of(
    work: &Work<'_>,
    suite: &Suite,
    options: &Options,
    strategy: &str,
    hands: &[Vec<usize>],
) -> Plan {
    let shards = hands.iter().enumerate().map(|(index, hand)| shard(work, index, hand)).collect();
    let mut plan = Plan {
        digest: PlanDigest(String::new()),
        strategy: strategy.to_owned(),
        workers: options.workers.max(1),
        shards,
        shared: sorted_shared(suite),
        projects: sorted_projects(suite),
        lower_bound: Duration::from_millis(lower_bound(work)),
        known: work.items.iter().map(|item| item.known).sum(),
    };
    plan.digest = plan.compute_digest();
    plan
}

fn shard(work: &Work<'_>, index: usize, hand: &[usize]) -> PlannedShard {
    PlannedShard {
        number: ShardNumber::at(index),
        groups: hand.iter().map(|&position| planned(&work.items[position])).collect(),
        predicted: Duration::from_millis(work.predict(hand)),
    }
}

/// A group with its estimate.
pub(super) fn planned(item: &Item<'_>) -> PlannedGroup {
    PlannedGroup { group: item.group.clone(), estimate: Duration::from_millis(item.millis) }
}

fn sorted_shared(suite: &Suite) -> Vec<TestCase> {
    let mut shared = suite.shared.clone();
    shared.sort_by(|a, b| a.key.cmp(&b.key));
    shared
}

fn sorted_projects(suite: &Suite) -> Vec<Project> {
    let mut projects = suite.projects.clone();
    projects.sort_by(|a, b| a.name.cmp(&b.name));
    projects
}
