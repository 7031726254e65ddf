//! A plan goes in; what each of its shards begins with and what is dealt while they run come out.

use std::time::Duration;

use crate::model::batch::Item;
use crate::model::plan::{PlannedGroup, PlannedShard};
use crate::model::suite::GroupKind;
use crate::queue::guided::BEGUN;

/// A plan in two parts.
#[derive(Debug, Clone)]
pub(crate) struct Split {
    /// Every shard of the plan, with the groups that it begins with in their order.
    pub(crate) first: Vec<PlannedShard>,
    /// The longest first.
    pub(crate) rest: Vec<Item>,
}

/// Takes the shards of a plan apart: what is dealt at once needs no second start, what is kept back
/// makes up for what was predicted wrongly. A shard begins with what the plan has first in it, so that what is long or
/// urgent stays where it is, and with files whose tests nobody has listed: these cannot move.
pub(crate) fn split(shards: &[PlannedShard]) -> Split {
    let mut rest = Vec::new();
    let first = shards.iter().map(|shard| head(shard, &mut rest)).collect();
    rest.sort_by_key(|item: &Item| std::cmp::Reverse(weight(&item.planned)));
    Split { first, rest }
}

fn head(shard: &PlannedShard, rest: &mut Vec<Item>) -> PlannedShard {
    let total: Duration = shard.groups.iter().map(weight).sum();
    let mut begun = Duration::ZERO;
    let mut groups = Vec::new();
    for planned in &shard.groups {
        let is_bound = planned.group.kind == GroupKind::Opaque;
        // As near to its part as can be: a long group more could alone be what all wait for.
        let middle = begun + weight(planned) / 2;
        if is_bound || groups.is_empty() || middle * BEGUN.1 <= total * BEGUN.0 {
            begun += weight(planned);
            groups.push(planned.clone());
        } else {
            rest.push(Item { from: shard.number, again: false, planned: planned.clone() });
        }
    }
    let kept = groups.iter().map(|planned| planned.estimate).sum::<Duration>();
    let all = shard.groups.iter().map(|planned| planned.estimate).sum::<Duration>();
    PlannedShard {
        number: shard.number,
        groups,
        predicted: shard.predicted.saturating_sub(all.saturating_sub(kept)),
    }
}

/// What a group is taken to need; where nobody knows, each of its tests counts the same.
pub(super) fn weight(planned: &PlannedGroup) -> Duration {
    let tests = u32::try_from(planned.group.tests.len()).unwrap_or(u32::MAX);
    if planned.estimate.is_zero() {
        Duration::from_millis(1) * tests.max(1)
    } else {
        planned.estimate
    }
}
