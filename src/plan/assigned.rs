//! An assignment that somebody else made goes in; a plan comes out, where every group is in it
//! exactly once.

use crate::model::plan::{Plan, PlannedGroup};
use crate::model::suite::{Suite, TestGroup};
use crate::model::timings::Estimates;
use crate::plan::make::{Arranged, Options, plan_of, planned};
use crate::plan::order::Order;
use crate::plan::work::Work;

/// Why an assignment is no plan.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("holds {found} shard{} where {expected} were asked for", if *.found == 1 { "" } else { "s" })]
    Shards { found: usize, expected: usize },
    #[error("names a group number {position} and there are {groups}")]
    Unknown { position: usize, groups: usize },
    #[error("deals {group} twice, to shard {first} and to shard {second}")]
    Twice { group: String, first: usize, second: usize },
    #[error("leaves out {group}{}", others(*more))]
    Missing { group: String, more: usize },
}

/// The groups of a suite with their estimates, in the order in which an assignment numbers them
/// from 0. It does not depend on where they stand in the suite.
pub(crate) fn deck(suite: &Suite, estimates: &Estimates, options: &Options) -> Vec<PlannedGroup> {
    planned(&Work::new(suite, estimates, options), estimates)
}

/// The plan in which shard after shard gets these groups of the [`deck`]. They start in the order
/// in which they stand, as far as the runner can keep it: project by project, file by file.
/// `strategy` is who says so.
pub(crate) fn assigned(
    suite: &Suite,
    estimates: &Estimates,
    options: &Options,
    strategy: &str,
    hands: &[Vec<usize>],
) -> Result<Plan, Unfit> {
    let work = Work::new(suite, estimates, options);
    check(&work, hands)?;
    let order = Order::of(&work, hands.concat());
    let hands = hands.iter().map(|hand| order.arrange(&work, hand)).collect();
    let (strategy, workers) = (strategy.to_owned(), options.workers);
    let arranged = Arranged { strategy, workers, hands, optimal: false };
    Ok(plan_of(&work, suite, estimates, arranged, options.reruns.clone()))
}

fn check(work: &Work<'_>, hands: &[Vec<usize>]) -> Result<(), Unfit> {
    if hands.len() != work.shards {
        return Err(Unfit::Shards { found: hands.len(), expected: work.shards });
    }
    let mut homes: Vec<Option<usize>> = vec![None; work.items.len()];
    for (shard, hand) in (1..).zip(hands) {
        for &position in hand {
            let groups = homes.len();
            let home = homes.get_mut(position).ok_or(Unfit::Unknown { position, groups })?;
            if let Some(first) = home.replace(shard) {
                let group = name(work.items[position].group);
                return Err(Unfit::Twice { group, first, second: shard });
            }
        }
    }
    let mut missing = work.items.iter().zip(homes).filter(|(_, home)| home.is_none());
    match missing.next() {
        Some((item, _)) => Err(Unfit::Missing { group: name(item.group), more: missing.count() }),
        None => Ok(()),
    }
}

/// A group for people: its first test, and how many more there are.
fn name(group: &TestGroup) -> String {
    match group.tests.split_first() {
        Some((first, [])) => format!("`{}`", first.key),
        Some((first, rest)) => format!("`{}` (and {} more in its group)", first.key, rest.len()),
        None => format!("`{}`", group.file),
    }
}

fn others(more: usize) -> String {
    match more {
        0 => String::new(),
        1 => " and 1 other group".to_owned(),
        _ => format!(" and {more} other groups"),
    }
}
