//! Groups and machines go in; how long the slowest machine takes comes out, in virtual time. The
//! split, the pool and the sizes are the real ones; a plan is longest-first by estimates.
//!
//! A machine runs one test at a time. It knows what the engine knows: what its last starts cost,
//! and which groups the others have not done. `benches/dynamic.rs` uses this file, too.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use crate::model::batch::Ask;
use crate::model::id::ShardNumber;
use crate::model::plan::{PlannedGroup, PlannedShard};
use crate::model::suite::{GroupKind, TestGroup};
use crate::queue::memory::Pool;
use crate::queue::split::{Split, split};
use crate::queue::suites::Group;

/// Who works.
#[derive(Debug, Clone)]
pub(crate) struct Machines {
    /// For each, how much longer it takes for everything than one of speed 1.
    pub(crate) slowness: Vec<f64>,
    /// What the first start costs, and each after it.
    pub(crate) first: Duration,
    pub(crate) again: Duration,
}

/// How it went.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ran {
    /// When the last machine was done.
    pub(crate) slowest: Duration,
    /// All starts, the first ones among them.
    pub(crate) starts: u32,
}

/// As the command line has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schedule {
    Static,
    Dynamic,
}

/// What nobody can beat who knows all times and speeds before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    pub(crate) time: Duration,
    /// The part of the time between starts that the longest group alone takes. Towards 1 it matters
    /// more how groups fit together than when they are dealt, and the bound may be out of reach.
    pub(crate) longest: f64,
}

/// All true work over all speeds, or the longest group on the fastest machine; and one start.
///
/// Of machines of several speeds each has the first start at its own; the fastest one's is taken,
/// so the bound is a little lower than what can be reached, never higher. It allows for the slow
/// machine's lower speed: with one of two machines at half speed it is 2/3 of all work, not 1/2.
pub(crate) fn bound(groups: &[Group], machines: &Machines) -> Bound {
    let fastest = machines.slowness.iter().copied().fold(f64::INFINITY, f64::min);
    let speed: f64 = machines.slowness.iter().map(|slowness| 1.0 / slowness).sum();
    let total: Duration = groups.iter().map(|group| group.takes).sum();
    let longest = groups.iter().map(|group| group.takes).max().unwrap_or_default();
    let (even, alone) = (total.div_f64(speed), longest.mul_f64(fastest));
    let time = even.max(alone) + machines.first.mul_f64(fastest);
    Bound { time, longest: alone.div_duration_f64(even.max(alone)) }
}

/// Every group once, each to whom would be done first: longest first.
fn plan(groups: &[Group], machines: usize) -> Vec<PlannedShard> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|at| Reverse(groups[*at].estimate));
    let shard = |at| PlannedShard {
        number: ShardNumber::at(at),
        groups: Vec::new(),
        predicted: Duration::ZERO,
    };
    let mut shards: Vec<PlannedShard> = (0..machines).map(shard).collect();
    let mut free: BinaryHeap<_> = (0..machines).map(|at| Reverse((Duration::ZERO, at))).collect();
    for at in order {
        let Some(Reverse((_, to))) = free.pop() else { break };
        let group = TestGroup {
            project: String::new(),
            file: at.to_string(),
            kind: GroupKind::Single,
            worker: String::new(),
            tests: Vec::new(),
        };
        let estimate = groups[at].estimate;
        shards[to].groups.push(PlannedGroup { group, estimate });
        shards[to].predicted += estimate;
        free.push(Reverse((shards[to].predicted, to)));
    }
    shards
}

/// A machine's way.
#[derive(Debug, Default)]
struct Machine {
    /// What it runs now: when each group is done, and what it was taken to need.
    runs: Vec<(Duration, Duration)>,
    at: Duration,
    starts: u32,
}

impl Machine {
    /// Runs groups one after another after a start.
    fn run<'a>(
        &mut self,
        planned: impl Iterator<Item = &'a PlannedGroup>,
        groups: &[Group],
        start: Duration,
        slowness: f64,
    ) {
        self.at += start.mul_f64(slowness);
        self.starts += 1;
        self.runs.clear();
        for planned in planned {
            let group = planned.group.file.parse::<usize>().ok().and_then(|at| groups.get(at));
            self.at += group.map_or(Duration::ZERO, |group| group.takes.mul_f64(slowness));
            self.runs.push((self.at, planned.estimate));
        }
    }

    /// What it still has to do, as predicted.
    fn load(&self, now: Duration) -> Duration {
        let open = self.runs.iter().rev().take_while(|(done, _)| *done > now);
        open.map(|(_, estimate)| *estimate).sum()
    }
}

/// Lets the machines run all groups.
pub(crate) fn run(groups: &[Group], machines: &Machines, schedule: Schedule) -> Ran {
    let planned = plan(groups, machines.slowness.len());
    let Split { first, rest } = match schedule {
        Schedule::Static => Split { first: planned, rest: Vec::new() },
        Schedule::Dynamic => split(&planned),
    };
    let mut pool = Pool::new(rest, usize::MAX);
    let mut all: Vec<Machine> = first.iter().map(|_| Machine::default()).collect();
    let takers = u32::try_from(all.len()).unwrap_or(u32::MAX);
    // As the engine's: the first starts' cost is all that is known until another one is over.
    let mut least = machines.first;
    for ((machine, shard), slowness) in all.iter_mut().zip(&first).zip(&machines.slowness) {
        machine.run(shard.groups.iter(), groups, machines.first, *slowness);
    }
    let mut free: BinaryHeap<_> =
        all.iter().enumerate().map(|(at, machine)| Reverse((machine.at, at))).collect();
    while let Some(Reverse((now, at))) = free.pop() {
        if all[at].starts > 1 {
            least = machines.again;
        }
        let others = all.iter().enumerate().filter(|(other, _)| *other != at);
        let ahead = others.map(|(_, machine)| machine.load(now)).sum();
        let batch = pool.take(Ask { takers, least, ahead });
        if batch.is_empty() {
            continue;
        }
        let planned = batch.iter().map(|item| &item.planned);
        all[at].run(planned, groups, machines.again, machines.slowness[at]);
        free.push(Reverse((all[at].at, at)));
    }
    let slowest = all.iter().map(|machine| machine.at).max().unwrap_or_default();
    Ran { slowest, starts: all.iter().map(|machine| machine.starts).sum() }
}
