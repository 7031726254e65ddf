//! A plan goes in; the group that no plan can get around comes out.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use crate::model::plan::{Blocker, Plan, PlannedGroup};
use crate::model::suite::Suite;
use crate::model::timings::Estimates;
use crate::plan::make::{Options, make};

/// How near to the slowest shard a single group must come to be what blocks a better plan, in
/// percent of the slowest shard's time.
const NEAR: u32 = 98;

/// The group that alone, with its set-up, takes as long as the slowest shard, or nearly so.
pub(crate) fn blocker(
    plan: &Plan,
    suite: &Suite,
    estimates: &Estimates,
    options: &Options,
) -> Option<Blocker> {
    let slowest = plan.predicted();
    let mut longest: BTreeMap<&str, &PlannedGroup> = BTreeMap::new();
    for planned in plan.shards.iter().flat_map(|shard| &shard.groups) {
        let held = longest.entry(&planned.group.project).or_insert(planned);
        if planned.estimate > held.estimate {
            *held = planned;
        }
    }
    let alone = longest.into_values().map(|planned| {
        // The rules of a suite do not depend on which of its groups are dealt.
        let suite = Suite { groups: vec![planned.group.clone()], ..without_groups(suite) };
        let options = Options { shards: NonZeroU32::MIN, previous: None, ..options.clone() };
        Blocker { group: planned.clone(), alone: make(&suite, estimates, &options).predicted() }
    });
    let most = alone.reduce(|most, next| if next.alone > most.alone { next } else { most });
    most.filter(|most| most.alone * 100 >= slowest * NEAR && !most.alone.is_zero())
}

fn without_groups(suite: &Suite) -> Suite {
    Suite {
        source: suite.source,
        groups: Vec::new(),
        shared: suite.shared.clone(),
        projects: suite.projects.clone(),
        settings: suite.settings.clone(),
    }
}
