//! Suite, estimates and options go in, a plan comes out: always the same one.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::model::id::{PlanDigest, ShardNumber};
use crate::model::lineage::Lineage;
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::suite::{Project, Suite, TestCase};
use crate::model::timings::{Costs, Estimates};
use crate::plan::bound::lower_bound;
use crate::plan::churn::settle;
use crate::plan::order::Order;
use crate::plan::work::{Item, Work};
use crate::plan::{Deal, Strategy};

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
    /// An earlier plan: tests should stay on the shards that it gave them to.
    pub(crate) previous: Option<Plan>,
    /// As in [`Lineage::reruns`].
    pub(crate) reruns: Option<Vec<PlanDigest>>,
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
    let hands = hands.iter().map(|hand| order.arrange(&work, hand)).collect();
    let strategy = options.strategy.name().to_owned();
    let arranged = Arranged { strategy, workers: options.workers, hands, optimal };
    let reruns = options.reruns.clone();
    plan_of(&work, suite, estimates, arranged, reruns)
}

/// What every shard gets and in which order it starts it.
pub(super) struct Arranged {
    /// Who says so.
    pub(super) strategy: String,
    /// As in [`Options::workers`].
    pub(super) workers: u32,
    /// For every shard the positions in `work.items`, in their order.
    pub(super) hands: Vec<Vec<usize>>,
    /// Nobody can deal so that the slowest shard is faster.
    pub(super) optimal: bool,
}

/// The plan that says this.
pub(super) fn plan_of(
    work: &Work<'_>,
    suite: &Suite,
    estimates: &Estimates,
    arranged: Arranged,
    reruns: Option<Vec<PlanDigest>>,
) -> Plan {
    let Arranged { strategy, workers, hands, optimal } = arranged;
    let clock = Clock { pace: estimates.costs.pace };
    let shards: Vec<PlannedShard> =
        hands.iter().enumerate().map(|(index, hand)| shard(work, &clock, index, hand)).collect();
    let slowest = shards.iter().map(|shard| shard.predicted).max().unwrap_or_default();
    let proven = if optimal { slowest } else { Duration::ZERO };
    let mut plan = Plan {
        digest: PlanDigest(String::new()),
        strategy,
        workers: workers.max(1),
        shards,
        shared: sorted_shared(suite),
        projects: sorted_projects(suite),
        lower_bound: clock.time(lower_bound(work)).max(proven),
        known: work.items.iter().map(|item| item.known).sum(),
        lineage: Lineage { reruns, ..Lineage::default() },
    };
    plan.digest = plan.compute_digest();
    plan
}

/// The groups of some work with their estimates.
pub(super) fn planned(work: &Work<'_>, estimates: &Estimates) -> Vec<PlannedGroup> {
    let clock = Clock { pace: estimates.costs.pace };
    work.items.iter().map(|item| clock.planned(item)).collect()
}

/// Times are kept for one machine and shown for the one that ran last.
struct Clock {
    pace: u32,
}

impl Clock {
    fn time(&self, millis: u64) -> Duration {
        let paced = u128::from(millis) * u128::from(self.pace) / u128::from(Costs::EVEN);
        Duration::from_millis(u64::try_from(paced).unwrap_or(u64::MAX))
    }

    fn planned(&self, item: &Item<'_>) -> PlannedGroup {
        PlannedGroup { group: item.group.clone(), estimate: self.time(item.millis) }
    }
}

fn shard(work: &Work<'_>, clock: &Clock, index: usize, arranged: &[usize]) -> PlannedShard {
    let items = || arranged.iter().map(|&position| &work.items[position]);
    PlannedShard {
        number: ShardNumber::at(index),
        groups: items().map(|item| clock.planned(item)).collect(),
        predicted: clock.time(work.dispatch.predict(items())),
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
