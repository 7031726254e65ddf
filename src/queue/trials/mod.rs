//! The whole protocol in a simulated world, thousands of times: whatever befalls nodes, network,
//! clocks and store, no test is lost and none counts twice.

mod node;
pub(in crate::queue) mod shelf;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use fastrand::Rng;

use crate::model::id::ShardNumber;
use crate::model::plan::Plan;
use crate::queue::board::Board;
use crate::queue::member::News;
use crate::queue::tests::planned;
use crate::queue::work::Work;
use node::{Life, names};
use world::{Faults, World};

/// So many worlds of each kind.
const SEEDS: u64 = 1_500;

/// Who had what in the end.
fn board(plan: &Plan, world: &World) -> Board {
    let mut board = Board::new(Arc::new(Work::of(plan)));
    for entry in &world.shelf.log {
        board.apply(entry).unwrap();
    }
    board
}

/// How often each test of the plan counts.
fn counted(plan: &Plan, world: &World) -> BTreeMap<String, usize> {
    let board = board(plan, world);
    let groups = plan.shards.iter().flat_map(|shard| &shard.groups);
    let mut counts: BTreeMap<String, usize> = groups.flat_map(names).map(|it| (it, 0)).collect();
    for (slot, lines) in &world.shelf.lines {
        let closed = board.slots()[slot].closed;
        let most = closed.map_or(usize::MAX, |closed| usize::try_from(closed.lines).unwrap());
        for line in lines.iter().take(most) {
            *counts.get_mut(line).unwrap() += 1;
        }
    }
    counts
}

fn suite(rng: &mut Rng) -> Plan {
    let shards = 1 + rng.usize(..6);
    let shard = |rng: &mut Rng| (0..rng.usize(..8)).map(|_| rng.u64(..20_000)).collect();
    planned(&(0..shards).map(|_| shard(rng)).collect::<Vec<Vec<u64>>>())
}

fn all_is_counted_once(faults: Faults) {
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let plan = suite(&mut rng);
        let mut world = World::new(&plan, 1 + rng.usize(..7), faults, seed);
        world.run();
        let wrong: Vec<_> =
            counted(&plan, &world).into_iter().filter(|(_, count)| *count != 1).collect();
        assert_eq!(wrong, [], "seed {seed}: {:#?}", world.shelf.log);
        let is_kept = faults.lost + faults.late == 0 && !faults.store;
        assert!(!is_kept || !board(&plan, &world).is_awaited(ShardNumber::at(999)), "seed {seed}");
        assert_eq!(world.nodes[0].end, Some(News::Over), "seed {seed}: {:#?}", world.shelf.log);
        let left = world.nodes.iter().filter(|node| matches!(node.life, Life::Alive));
        assert_eq!(left.count(), 0, "seed {seed}");
    }
}

#[test]
fn all_is_counted_once_where_nothing_goes_wrong() {
    all_is_counted_once(Faults::default());
}

#[test]
fn all_is_counted_once_whatever_befalls_messages() {
    all_is_counted_once(Faults { lost: 60, twice: 60, late: 20, ..Faults::default() });
}

#[test]
fn all_is_counted_once_whatever_befalls_nodes() {
    all_is_counted_once(Faults { nodes: true, ..Faults::default() });
}

#[test]
fn all_is_counted_once_whatever_goes_wrong_together() {
    let (lost, twice, late) = (60, 60, 20);
    let faults = Faults { lost, twice, late, nodes: true, store: true, clocks: true };
    all_is_counted_once(faults);
}

#[test]
fn a_test_that_kills_whoever_runs_it_takes_no_more_than_a_few_nodes() {
    let mut given_up = 0;
    for seed in 0..SEEDS / 5 {
        let mut rng = Rng::with_seed(seed);
        let plan = suite(&mut rng);
        let all: Vec<String> =
            plan.shards.iter().flat_map(|shard| &shard.groups).flat_map(names).collect();
        let Some(poison) = rng.choice(&all).cloned() else { continue };
        let mut world = World::new(&plan, 6, Faults::default(), seed).poisoned(poison.clone());
        world.run();
        let dead = world.nodes.iter().filter(|node| node.life == Life::Dead).count();
        assert!(dead <= 3, "seed {seed}: {dead} nodes died");
        for (test, count) in counted(&plan, &world) {
            assert!(
                count == 1 || (test == poison && count == 0 && dead == 3),
                "seed {seed}: {test}"
            );
            given_up += usize::from(count == 0);
        }
    }
    assert!(given_up > 0);
}
