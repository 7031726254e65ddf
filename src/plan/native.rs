//! What Playwright itself would do with `--shard`: suite and estimates go in, that plan comes out.
//!
//! Its rule (`filterForShard` in Playwright 1.65): groups stay in the order of projects and files;
//! the tests are counted, each shard gets an equal share of the count, the first ones one more
//! where it does not divide; a group belongs to the shard in whose share its first test falls. No
//! time is looked at, and a shard works off its groups in that same order.
//!
//! Playwright leaves out of its count the tests that the source marks as skipped. A listed suite
//! does not say which these are, so they count here.

use std::collections::BTreeMap;

use crate::model::plan::Plan;
use crate::model::suite::{Suite, TestGroup};
use crate::model::timings::Estimates;
use crate::plan::make::{Arranged, Options, plan_of};
use crate::plan::work::Work;

/// What such a plan names as its strategy.
const NAME: &str = "playwright";

/// The plan that follows from Playwright's own split.
pub(super) fn native(suite: &Suite, estimates: &Estimates, options: &Options) -> Plan {
    let work = Work::new(suite, estimates, options);
    let identity = std::ptr::from_ref::<TestGroup>;
    let positions: BTreeMap<*const TestGroup, usize> =
        work.items.iter().enumerate().map(|(at, item)| (identity(item.group), at)).collect();
    let mut hands = vec![Vec::new(); work.shards];
    let shards = split(&suite.groups, work.shards);
    for (group, shard) in suite.groups.iter().zip(shards) {
        hands[shard].extend(positions.get(&identity(group)));
    }
    let (strategy, workers) = (NAME.to_owned(), options.workers);
    plan_of(&work, suite, estimates, Arranged { strategy, workers, hands, optimal: false }, None)
}

/// For each group, in their order, the shard that gets it, from 0.
fn split(groups: &[TestGroup], shards: usize) -> Vec<usize> {
    // A group whose tests are not known holds at least one.
    let sizes: Vec<usize> = groups.iter().map(|group| group.tests.len().max(1)).collect();
    let total: usize = sizes.iter().sum();
    let (share, more) = (total / shards, total % shards);
    // Where the share of each shard ends.
    let ends: Vec<usize> = (1..=shards).map(|shard| share * shard + more.min(shard)).collect();
    let begins = sizes.iter().scan(0, |next, size| {
        let begin = *next;
        *next += size;
        Some(begin)
    });
    begins.map(|begin| ends.partition_point(|end| *end <= begin)).collect()
}
