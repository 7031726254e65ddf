//! Thousands of worlds in which nodes come, die, freeze, come back and are not heard: never more
//! runs than may, nobody waits for nothing, the order is kept, and everything ends.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::num::NonZeroU32;
use std::time::Duration;

use fastrand::Rng;

use crate::model::event::UnixMillis;
use crate::model::lobby::{Lobby, Priority};
use crate::queue::lobby::{Answer, Capacity, Guest};

const LEASE: u64 = 90_000;
const HEARTBEAT: u64 = 30_000;
const LOOK: u64 = 3_000;
/// A world that goes on for longer never ends.
const DAY: u64 = 24 * 3_600_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Asks,
    Works { until: u64 },
    Gone,
}

#[derive(Debug)]
struct Node {
    guest: Guest,
    life: Life,
    /// When the server last did what it asked.
    reached: u64,
    dies: Option<u64>,
    /// From when to when it does nothing.
    frozen: (u64, u64),
    /// When its user has enough of waiting.
    patience: u64,
}

/// A run as whoever sees all answers knows it.
#[derive(Debug)]
struct Known {
    came: u64,
    priority: Priority,
    runs: bool,
    nodes: BTreeMap<String, u64>,
}

#[derive(Debug, Default)]
struct Seen {
    waits: u64,
    exceeded: u64,
    overtakes: u64,
    beyond: u64,
}

struct World {
    rng: Rng,
    lobby: Lobby,
    capacity: Capacity,
    most: usize,
    /// Of so many in 100 calls nothing arrives.
    lost: u32,
    nodes: Vec<Node>,
    known: BTreeMap<String, Known>,
    /// Runs of which a node worked and was not heard of for its lease.
    doubtful: Vec<String>,
    seen: Seen,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let most = rng.u32(1..=4);
        let queued = rng.bool().then(|| rng.u32(0..4));
        let capacity = Capacity { running: NonZeroU32::new(most), queued };
        let faults = rng.bool();
        let mut nodes = Vec::new();
        for run in 0..rng.u32(2..10) {
            let all = [Priority::Low, Priority::Normal, Priority::High, Priority::Critical];
            let priority = all[rng.usize(..all.len())];
            for who in 0..rng.u32(1..4) {
                let lease = Duration::from_millis(LEASE);
                let (run, who) = (format!("run {run}"), format!("node {who}"));
                let freezes = rng.u64(..600_000);
                let is_frozen = faults && rng.u32(..4) == 0;
                nodes.push(Node {
                    guest: Guest { run, who, priority, lease },
                    life: Life::Asks,
                    reached: 0,
                    dies: (faults && rng.u32(..4) == 0).then(|| rng.u64(..600_000)),
                    frozen: if is_frozen {
                        (freezes, freezes + rng.u64(..400_000))
                    } else {
                        (0, 0)
                    },
                    patience: if rng.u32(..8) == 0 { rng.u64(..600_000) } else { DAY },
                });
            }
        }
        let lost = if faults { rng.u32(..40) } else { 0 };
        Self {
            rng,
            lobby: Lobby::default(),
            capacity,
            most: most as usize,
            lost,
            nodes,
            known: BTreeMap::new(),
            doubtful: Vec::new(),
            seen: Seen::default(),
        }
    }

    fn play(mut self) -> Seen {
        let mut agenda: BinaryHeap<_> =
            (0..self.nodes.len()).map(|node| Reverse((self.rng.u64(..300_000), node))).collect();
        while let Some(Reverse((now, node))) = agenda.pop() {
            assert!(now < DAY, "it never ends");
            if let Some(next) = self.wake(node, now) {
                agenda.push(Reverse((next, node)));
            }
            self.is_within(now);
        }
        self.lobby.sweep(UnixMillis(2 * DAY));
        assert!(self.lobby.bookings.is_empty());
        self.seen
    }

    /// A node does what is next. Gives when it does something again.
    fn wake(&mut self, at: usize, now: u64) -> Option<u64> {
        let node = &mut self.nodes[at];
        if node.dies.is_some_and(|dies| now >= dies) {
            node.life = Life::Gone;
            return None;
        }
        if now >= node.frozen.0 && now < node.frozen.1 {
            return Some(node.frozen.1);
        }
        let guest = node.guest.clone();
        let life = node.life;
        let is_lost = self.rng.u32(..100) < self.lost;
        let moment = UnixMillis(now);
        match life {
            Life::Gone => None,
            Life::Asks if now > self.nodes[at].patience => {
                self.goes(at, is_lost, now);
                None
            }
            Life::Asks if is_lost => Some(now + LOOK),
            Life::Asks => {
                self.forget(now);
                let answer = self.lobby.enter(&guest, self.capacity, moment);
                self.is_fair(&guest, answer);
                self.nodes[at].reached = now;
                match answer {
                    Answer::Admitted => {
                        self.heard(&guest, now, true);
                        let until = now + self.rng.u64(1..300_000);
                        self.nodes[at].life = Life::Works { until };
                        Some(until.min(now + HEARTBEAT))
                    }
                    Answer::Waits { .. } => {
                        self.heard(&guest, now, false);
                        Some(now + LOOK + self.rng.u64(..100))
                    }
                    Answer::Exceeded { .. } => {
                        self.nodes[at].life = Life::Gone;
                        None
                    }
                }
            }
            Life::Works { until } if now >= until => {
                self.doubt(at, now);
                self.goes(at, is_lost, now);
                None
            }
            Life::Works { until } => {
                self.doubt(at, now);
                if !is_lost {
                    self.forget(now);
                    self.lobby.touch(&guest, moment);
                    self.heard(&guest, now, true);
                    self.nodes[at].reached = now;
                }
                Some(until.min(now + HEARTBEAT))
            }
        }
    }

    fn goes(&mut self, at: usize, is_lost: bool, now: u64) {
        self.nodes[at].life = Life::Gone;
        if is_lost {
            return;
        }
        self.forget(now);
        let guest = &self.nodes[at].guest;
        self.lobby.leave(guest, UnixMillis(now));
        if let Some(known) = self.known.get_mut(&guest.run) {
            known.nodes.remove(&guest.who);
        }
        self.known.retain(|_, known| !known.nodes.is_empty());
    }

    fn forget(&mut self, now: u64) {
        for known in self.known.values_mut() {
            known.nodes.retain(|_, heard| now - *heard <= LEASE);
        }
        self.known.retain(|_, known| !known.nodes.is_empty());
    }

    fn heard(&mut self, guest: &Guest, now: u64, runs: bool) {
        let came = self.known.values().map(|known| known.came + 1).max().unwrap_or_default();
        let (priority, nodes) = (guest.priority, BTreeMap::new());
        let new = Known { came, priority, runs: false, nodes };
        let known = self.known.entry(guest.run.clone()).or_insert(new);
        known.runs |= runs;
        known.nodes.insert(guest.who.clone(), now);
    }

    fn doubt(&mut self, at: usize, now: u64) {
        let node = &self.nodes[at];
        if now - node.reached > LEASE {
            self.doubtful.push(node.guest.run.clone());
        }
    }

    /// The answer to who asks is the right one.
    fn is_fair(&mut self, guest: &Guest, answer: Answer) {
        let running = self.known.values().filter(|known| known.runs).count();
        let waiting = self.known.iter().filter(|(run, known)| !known.runs && **run != guest.run);
        let own = self.known.get(&guest.run);
        let came = own.map_or(u64::MAX, |own| own.came);
        let rank = (Reverse(guest.priority), came);
        let waiting: Vec<_> =
            waiting.map(|(_, known)| (Reverse(known.priority), known.came)).collect();
        let before = waiting.iter().filter(|other| **other < rank).count();
        let told = || format!("{guest:?}: {answer:?}, {:?}", self.known);
        let has_place = running + before < self.most;
        match answer {
            Answer::Admitted if own.is_some_and(|own| own.runs) => {}
            Answer::Admitted => {
                assert!(has_place, "{}", told());
                self.seen.overtakes +=
                    u64::from(waiting.iter().any(|other| *other > rank && other.1 < came));
            }
            Answer::Waits { .. } => {
                assert!(!has_place, "{}", told());
                self.seen.waits += 1;
            }
            Answer::Exceeded { .. } => {
                let queued = self.capacity.queued.expect("there is a limit") as usize;
                assert!(own.is_none() && !has_place && waiting.len() >= queued, "{}", told());
                self.seen.exceeded += 1;
            }
        }
    }

    /// No more runs work than may, but for those that others had to think dead.
    fn is_within(&mut self, now: u64) {
        let works = |node: &&Node| {
            let is_dead = node.dies.is_some_and(|dies| now >= dies);
            matches!(node.life, Life::Works { .. }) && !is_dead
        };
        let mut runs: Vec<(&str, bool)> = Vec::new();
        for node in self.nodes.iter().filter(works) {
            let run = node.guest.run.as_str();
            let is_sure = now - node.reached <= LEASE && !self.doubtful.iter().any(|it| it == run);
            match runs.iter_mut().find(|(other, _)| *other == run) {
                Some((_, all)) => *all &= is_sure,
                None => runs.push((run, is_sure)),
            }
        }
        let sure = runs.iter().filter(|(_, is_sure)| *is_sure).count();
        assert!(sure <= self.most, "{} may run, but {runs:?} do", self.most);
        self.seen.beyond += u64::from(runs.len() > self.most);
    }
}

#[test]
fn no_more_runs_than_may_and_nobody_waits_for_nothing() {
    let mut all = Seen::default();
    for seed in 0..2_000 {
        let seen = std::panic::catch_unwind(|| World::new(seed).play());
        let seen = seen.unwrap_or_else(|_| panic!("seed {seed}"));
        all.waits += seen.waits;
        all.exceeded += seen.exceeded;
        all.overtakes += seen.overtakes;
        all.beyond += seen.beyond;
    }
    // What is tried is tried often.
    let Seen { waits, exceeded, overtakes, beyond } = all;
    assert!(waits > 10_000 && exceeded > 500 && overtakes > 500 && beyond > 50, "{all:?}");
}
