//! Suite, estimates and options go in, a plan comes out: always the same one.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::model::id::{PlanDigest, ShardNumber};
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::suite::{Project, Suite, TestCase};
use crate::model::timings::Estimates;
use crate::plan::bound::lower_bound;
use crate::plan::churn::settle;
use crate::plan::order::Order;
use crate::plan::work::Work;
use crate::plan::{Deal, Strategy};

/// What the user may choose about a plan.
pub(crate) struct Options {
    pub(crate) shards: NonZeroU32,
    /// The runner's workers in each shard; 0 counts as 1.
    pub(crate) workers: u32,
    pub(crate) strategy: &'static dyn Strategy,
    /// For the strategy `tag`: the tags to spread over the shards, with or without their `@`.
    pub(crate) tags: Vec<String>,
    /// Tags whose tests should start first in every shard, the most urgent first.
    pub(crate) priorities: Vec<String>,
    /// An earlier plan: tests should stay on the shards that it gave them to.
    pub(crate) previous: Option<Plan>,
}

/// The plan for a suite. The order of the suite's groups does not matter, that of its projects
/// does, as it does to the runner.
pub(crate) fn make(suite: &Suite, estimates: &Estimates, options: &Options) -> Plan {
    let work = Work::new(suite, estimates, options);
    let order = Order::new(&work, options.strategy.urgency());
    let mut deal = options.strategy.deal(&work);
    if let Some(previous) = &options.previous {
        deal = settle(&work, &order, previous, deal);
    }
    let Deal { hands, optimal } = deal;
    let shards: Vec<PlannedShard> = hands
        .iter()
        .enumerate()
        .map(|(index, hand)| shard(&work, index, &order.arrange(&work, hand)))
        .collect();
    let slowest = shards.iter().map(|shard| shard.predicted).max().unwrap_or_default();
    let proven = if optimal { slowest } else { Duration::ZERO };
    let mut plan = Plan {
        digest: PlanDigest(String::new()),
        strategy: options.strategy.name().to_owned(),
        workers: options.workers.max(1),
        shards,
        shared: sorted_shared(suite),
        projects: sorted_projects(suite),
        lower_bound: Duration::from_millis(lower_bound(&work)).max(proven),
        known: work.items.iter().map(|item| item.known).sum(),
    };
    plan.digest = plan.compute_digest();
    plan
}

fn shard(work: &Work<'_>, index: usize, arranged: &[usize]) -> PlannedShard {
    let items = || arranged.iter().map(|&position| &work.items[position]);
    let groups = items().map(|item| PlannedGroup {
        group: item.group.clone(),
        estimate: Duration::from_millis(item.millis),
    });
    PlannedShard {
        number: ShardNumber::at(index),
        groups: groups.collect(),
        predicted: Duration::from_millis(work.dispatch.predict(items())),
    }
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
