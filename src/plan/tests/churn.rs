//! Plans that follow an earlier one.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use proptest::prelude::{any, prop};
use proptest::{prop_assert, prop_assert_eq, proptest};

use crate::model::id::TestKey;
use crate::model::plan::Plan;
use crate::model::suite::Suite;
use crate::model::timings::{Estimates, LastResult};
use crate::plan::make::{Options, make};
use crate::plan::strategy;
use crate::plan::tests::suites::{any_suite, group, learn, options, timed};

fn plan(suite: &Suite, estimates: &Estimates, shards: u32, previous: Option<&Plan>) -> Plan {
    let balanced = strategy("balanced").expect("it stands in the table");
    let options = options(balanced, shards, 1);
    make(suite, estimates, &Options { previous: previous.cloned(), ..options })
}

fn homes(plan: &Plan) -> BTreeMap<&TestKey, u32> {
    plan.dealt().map(|(shard, test)| (&test.key, shard.number.get())).collect()
}

/// Tests of both plans that are not on the same shard.
fn moved(before: &Plan, after: &Plan) -> usize {
    let (before, after) = (homes(before), homes(after));
    after.iter().filter(|(key, shard)| before.get(*key).is_some_and(|home| home != *shard)).count()
}

/// Sixty files of all lengths.
fn large() -> (Suite, Estimates) {
    let names: Vec<String> = (0..60).map(|file| format!("area-{}/f{file}", file / 10)).collect();
    let files = names.iter().enumerate();
    let files: Vec<(&str, u64)> =
        files.map(|(n, name)| (name.as_str(), 500 + (n as u64 * 7_919 % 97) * 150)).collect();
    timed(&files)
}

#[test]
fn a_few_changes_move_a_few_tests() {
    let (mut suite, mut estimates) = large();
    let before = plan(&suite, &estimates, 6, None);
    // One file is gone, one is new, and every time is a little other than it was.
    suite.groups.remove(17);
    for (n, group) in suite.groups.iter().enumerate() {
        let millis = estimates.of(&group.tests[0].key).duration.as_millis();
        let millis = u64::try_from(millis).expect("short") * (95 + n as u64 * 31 % 11) / 100;
        learn(&mut estimates, group, millis, LastResult::Passed);
    }
    let new = group("area-2/new", "", &[]);
    learn(&mut estimates, &new, 9_000, LastResult::Passed);
    suite.groups.push(new);
    let fresh = plan(&suite, &estimates, 6, None);
    let settled = plan(&suite, &estimates, 6, Some(&before));
    assert!(moved(&before, &fresh) > 30, "{}", moved(&before, &fresh));
    assert!(moved(&before, &settled) <= 3, "{}", moved(&before, &settled));
    assert!(settled.predicted() <= fresh.predicted().mul_f64(1.02));
}

#[test]
fn another_shard_moves_little_more_than_its_share() {
    let (suite, estimates) = large();
    let before = plan(&suite, &estimates, 4, None);
    let after = plan(&suite, &estimates, 5, Some(&before));
    let (share, moved) = (after.shards[4].groups.len(), moved(&before, &after));
    assert!(moved <= share + 4, "{moved} moved, {share} to the new shard");
    let alone = plan(&suite, &estimates, 5, None);
    assert!(after.predicted() <= alone.predicted().mul_f64(1.02));
}

#[test]
fn a_shard_that_is_gone_leaves_its_tests_to_the_others() {
    let (suite, estimates) = large();
    let before = plan(&suite, &estimates, 5, None);
    let after = plan(&suite, &estimates, 4, Some(&before));
    assert_eq!(after.dealt().count(), suite.groups.len());
    assert_eq!(after.shards.len(), 4);
}

proptest! {
    #[test]
    fn the_same_suite_stays_where_it_is(
        (suite, estimates) in any_suite(), shards in 1_u32..6,
    ) {
        let before = plan(&suite, &estimates, shards, None);
        let after = plan(&suite, &estimates, shards, Some(&before));
        prop_assert_eq!(moved(&before, &after), 0);
    }

    #[test]
    fn nothing_is_lost_and_little_is_paid(
        (suite, estimates) in any_suite(),
        gone in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        then in 1_u32..6,
        now in 1_u32..6,
    ) {
        let before = plan(&suite, &estimates, then, None);
        let mut changed = suite.clone();
        for index in gone.iter().filter(|_| suite.groups.len() > 4) {
            changed.groups.remove(index.index(changed.groups.len()));
        }
        let fresh = plan(&changed, &estimates, now, None);
        let settled = plan(&changed, &estimates, now, Some(&before));
        prop_assert_eq!(settled.shards.len(), NonZeroU32::new(now).map_or(0, |n| n.get() as usize));
        prop_assert_eq!(homes(&fresh).into_keys().collect::<Vec<_>>(),
            homes(&settled).into_keys().collect::<Vec<_>>());
        let limit = fresh.predicted().mul_f64(1.02);
        prop_assert!(settled.predicted() <= limit, "{:?} {:?}", settled.predicted(), fresh.predicted());
        prop_assert!(settled.predicted() >= settled.lower_bound);
    }
}
