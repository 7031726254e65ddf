//! A plan goes in; the suite that it was made of comes out, and plans of it by other estimates.

use std::collections::HashMap;
use std::num::NonZeroU32;

use crate::model::id::TestKey;
use crate::model::plan::{Plan, PlannedShard};
use crate::model::suite::{RunnerSettings, Source, Suite, TestGroup};
use crate::model::timings::Estimates;
use crate::plan::assigned::{assigned, deck};
use crate::plan::make::Options;
use crate::plan::{STRATEGIES, Strategy, strategy};

/// The strategy of the plan. What a program dealt, or what was spread by tags that the plan does
/// not name, is compared with the default.
pub(super) fn same_strategy(plan: &Plan) -> &'static dyn Strategy {
    let same = strategy(&plan.strategy).filter(|same| same.name() != "tag");
    same.unwrap_or(STRATEGIES[0])
}

/// What the plan deals.
pub(super) fn suite_of(plan: &Plan) -> Suite {
    let groups = plan.shards.iter().flat_map(|shard| &shard.groups);
    Suite {
        source: Source::Playwright,
        groups: groups.map(|planned| planned.group.clone()).collect(),
        shared: plan.shared.clone(),
        projects: plan.projects.clone(),
        settings: RunnerSettings::default(),
    }
}

/// Options that a plan does not depend on more than it shows.
pub(super) fn options(
    strategy: &'static dyn Strategy,
    shards: NonZeroU32,
    workers: u32,
) -> Options {
    Options {
        shards,
        workers,
        strategy,
        tags: Vec::new(),
        priorities: Vec::new(),
        previous: None,
        reruns: None,
    }
}

/// The same deal by other estimates: everything stays where the plan had it. None where the plan
/// cannot be told from its groups.
pub(super) fn as_dealt(
    plan: &Plan,
    suite: &Suite,
    estimates: &Estimates,
    options: &Options,
) -> Option<Plan> {
    let deck = deck(suite, estimates, options);
    let positions: HashMap<Name<'_>, usize> =
        deck.iter().enumerate().map(|(at, planned)| (name(&planned.group), at)).collect();
    let hand = |shard: &PlannedShard| -> Option<Vec<usize>> {
        let groups = shard.groups.iter();
        groups.map(|planned| positions.get(&name(&planned.group)).copied()).collect()
    };
    let hands: Vec<Vec<usize>> = plan.shards.iter().map(hand).collect::<Option<_>>()?;
    assigned(suite, estimates, options, &plan.strategy, &hands).ok()
}

/// What tells a group from all others of its plan.
type Name<'a> = (&'a str, &'a str, &'a str, Option<&'a TestKey>);

fn name(group: &TestGroup) -> Name<'_> {
    let TestGroup { file, project, worker, tests, .. } = group;
    (file, project, worker, tests.first().map(|test| &test.key))
}
