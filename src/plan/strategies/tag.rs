//! Groups with the same tags stay together, so that a shard starts few fixtures; or, where tags
//! are named, the groups that carry them are spread, so that no shard gets all of a scarce kind.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::dealer::Dealer;
use crate::plan::work::{Item, Work};
use crate::plan::{Deal, Strategy};

pub(crate) struct Tag;

impl Strategy for Tag {
    fn name(&self) -> &'static str {
        "tag"
    }

    fn about(&self) -> &'static str {
        "groups with the same tags in one shard; or spreads the tags that are named"
    }

    fn deal(&self, work: &Work<'_>) -> Deal {
        let order = work.longest_first();
        let mut dealer = Dealer::new(work);
        if work.spread.is_empty() {
            for unit in together(work, &order) {
                dealer.give_together(&unit);
            }
        } else {
            spread(work, &order, &mut dealer);
        }
        dealer.deal()
    }
}

/// The groups of each set of tags, the longest set first. Groups without tags have nothing that
/// holds them together.
fn together(work: &Work<'_>, order: &[usize]) -> Vec<Vec<usize>> {
    let mut tagged: BTreeMap<BTreeSet<&str>, Vec<usize>> = BTreeMap::new();
    let mut units = Vec::new();
    for &index in order {
        let tags = tags(&work.items[index]);
        if tags.is_empty() {
            units.push(vec![index]);
        } else {
            tagged.entry(tags).or_default().push(index);
        }
    }
    units.extend(tagged.into_values());
    let time = |unit: &[usize]| unit.iter().map(|&index| work.items[index].millis).sum::<u64>();
    units.sort_by_key(|unit| (std::cmp::Reverse(time(unit)), unit[0]));
    units
}

/// Each named tag evenly, in the order in which they are named, then all the rest.
fn spread(work: &Work<'_>, order: &[usize], dealer: &mut Dealer<'_>) {
    let mut rest = order.to_vec();
    for tag in work.spread {
        let tag = tag.trim_start_matches('@');
        let (carriers, others) =
            rest.into_iter().partition::<Vec<usize>, _>(|&i| tags(&work.items[i]).contains(tag));
        dealer.give_evenly(carriers);
        rest = others;
    }
    dealer.give_each(rest);
}

/// The set of a group's tags.
fn tags<'a>(item: &Item<'a>) -> BTreeSet<&'a str> {
    item.tags().collect()
}
