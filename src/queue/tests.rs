//! Every group is dealt exactly once, whoever asks when; and how far the slowest shard is from the
//! best that anybody could have done who knew all times before.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::collection::vec;
use proptest::{prop_assert, prop_assert_eq, proptest};

use crate::model::batch::Ask;
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::lineage::Lineage;
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::suite::{GroupKind, TestCase, TestGroup};
use crate::queue::memory::Pool;
use crate::queue::split::{Split, split};

fn group(number: usize, millis: u64) -> PlannedGroup {
    let key = TestKey {
        project: String::new(),
        file: format!("{number}.spec.ts"),
        titles: vec!["a".to_owned()],
        repeat: 0,
    };
    let test = TestCase { key, runner_id: None, tags: Vec::new(), line: 1, column: 1 };
    let kind = if millis % 97 == 1 { GroupKind::Opaque } else { GroupKind::File };
    let file = test.key.file.clone();
    let (project, worker, tests) = (String::new(), String::new(), vec![test]);
    let group = TestGroup { project, file, kind, worker, tests };
    PlannedGroup { group, estimate: Duration::from_millis(millis) }
}

/// Shards of groups with these estimates, in milliseconds.
fn shards(estimates: &[Vec<u64>]) -> Vec<PlannedShard> {
    let mut number = 0;
    let mut shard = |(at, estimates): (usize, &Vec<u64>)| {
        let mut next = |millis: &u64| {
            number += 1;
            group(number, *millis)
        };
        let groups: Vec<PlannedGroup> = estimates.iter().map(&mut next).collect();
        let predicted = groups.iter().map(|group| group.estimate).sum();
        PlannedShard { number: ShardNumber::at(at), groups, predicted }
    };
    estimates.iter().enumerate().map(&mut shard).collect()
}

/// A plan of shards of groups with these estimates, in milliseconds.
pub(super) fn planned(estimates: &[Vec<u64>]) -> Plan {
    let mut plan = Plan {
        digest: PlanDigest(String::new()),
        strategy: "balanced".to_owned(),
        workers: 1,
        shards: shards(estimates),
        shared: Vec::new(),
        projects: Vec::new(),
        lower_bound: Duration::ZERO,
        known: 0,
        lineage: Lineage::default(),
    };
    plan.digest = plan.compute_digest();
    plan
}

proptest! {
    #[test]
    fn every_group_is_dealt_once_in_so_many_batches_as_there_may_be(
        estimates in vec(vec(0_u64..20_000, 0..30), 1..6),
        asks in vec((1_u32..9, 0_u64..5_000, 0_u64..50_000), 1..8),
        most in 1_usize..12,
    ) {
        let planned = shards(&estimates);
        let Split { first, rest } = split(&planned);
        let mut dealt: Vec<&PlannedGroup> = first.iter().flat_map(|shard| &shard.groups).collect();
        // Nobody who has something in the plan begins with nothing, nor with what comes late in it.
        for (before, now) in planned.iter().zip(&first) {
            prop_assert_eq!(before.groups.is_empty(), now.groups.is_empty());
            prop_assert_eq!(before.groups.first(), now.groups.first());
        }
        prop_assert!(rest.iter().all(|item| item.planned.group.kind != GroupKind::Opaque));
        let mut pool = Pool::new(rest, most);
        let mut batches = Vec::new();
        for (takers, least, ahead) in asks.iter().cycle() {
            let (least, ahead) = (Duration::from_millis(*least), Duration::from_millis(*ahead));
            let batch = pool.take(Ask { takers: *takers, least, ahead });
            if batch.is_empty() {
                break;
            }
            batches.push(batch);
        }
        prop_assert!(batches.len() <= most);
        for item in batches.iter().flatten() {
            prop_assert!(planned[item.from.index()].groups.contains(&item.planned));
            dealt.push(&item.planned);
        }
        let files: BTreeSet<&str> = dealt.iter().map(|group| group.group.file.as_str()).collect();
        prop_assert_eq!(files.len(), dealt.len());
        prop_assert_eq!(dealt.len(), planned.iter().map(|shard| shard.groups.len()).sum::<usize>());
    }
}

#[test]
fn batches_shrink_and_none_is_smaller_than_a_start_is_worth() {
    let Split { rest, .. } = split(&shards(&vec![vec![100; 120]; 4]));
    let mut pool = Pool::new(rest, 100);
    let ask = Ask { takers: 4, least: Duration::from_millis(500), ahead: Duration::ZERO };
    let sizes: Vec<usize> =
        std::iter::from_fn(|| Some(pool.take(ask).len()).filter(|size| *size > 0)).collect();
    // 240 are left, an even share is 60, and a quarter of it is kept back.
    assert_eq!(sizes[..3], [45, 36, 29]);
    // Until nothing is kept back any more.
    assert!(sizes[..6].is_sorted_by(|one, next| one >= next), "{sizes:?}");
    assert!(sizes[6..].iter().all(|size| *size <= sizes[4]), "{sizes:?}");
    assert!(sizes.iter().all(|size| *size >= 5), "{sizes:?}");
    assert_eq!(sizes.iter().sum::<usize>(), 240);
}

/// How many of so many groups of 100 ms are taken.
fn taken(groups: usize, takers: u32, least: u64, ahead: u64) -> usize {
    let Split { rest, .. } = split(&shards(&[vec![100; groups * 2]]));
    assert_eq!(rest.len(), groups);
    let (least, ahead) = (Duration::from_millis(least), Duration::from_millis(ahead));
    Pool::new(rest, 100).take(Ask { takers, least, ahead }).len()
}

#[test]
fn who_is_early_takes_more() {
    // The even share of 8 s, then of 8 s and 4 s that the other still has to do.
    assert_eq!(taken(80, 2, 100, 0), 30);
    assert_eq!(taken(80, 2, 100, 4_000), 45);
    // Whoever else is so far behind gets nothing more.
    assert_eq!(taken(80, 2, 100, 80_000), 80);
}

#[test]
fn nobody_comes_back_for_less_than_a_start_costs() {
    // An even share is 4 s, a quarter of it 1 s.
    assert_eq!(taken(80, 2, 1_000, 0), 30);
    assert_eq!(taken(80, 2, 1_001, 0), 40);
    // What is left after a start's worth is not worth another.
    assert_eq!(taken(19, 4, 1_000, 0), 19);
    assert_eq!(taken(20, 4, 1_000, 0), 10);
}

#[test]
fn a_shard_begins_with_as_near_to_half_as_its_groups_allow() {
    let begins = |estimates: &[u64]| split(&shards(&[estimates.to_vec()])).first[0].groups.len();
    assert_eq!(begins(&[30, 20, 10]), 1);
    // 28 and 18 would be more above the half than 28 is below it.
    assert_eq!(begins(&[28, 18, 14]), 1);
    assert_eq!(begins(&[20, 18, 22]), 2);
    // What is first is begun with, however long it is.
    assert_eq!(begins(&[50, 5, 5]), 1);
    assert_eq!(begins(&[5, 50, 5]), 2);
}
