//! A virtual clock, nodes and a network that may do all that real ones do: a seed goes in, a
//! finished run comes out.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;

use crate::model::event::UnixMillis;
use crate::model::plan::Plan;
use crate::queue::board::Board;
use crate::queue::lease::Lease;
use crate::queue::member::{News, Step};
use crate::queue::store::{Op, Reply, Seen};
use crate::queue::trials::node::{Life, Node};
use crate::queue::trials::shelf::Shelf;
use crate::queue::work::Work;

/// Nobody waits longer for an answer.
const PATIENCE: u64 = 5_000;
/// A run that goes on for longer never ends.
const DAY: u64 = 24 * 3_600_000;

/// As it is by default, or as short as can be where no message is late.
fn lease(faults: Faults, rng: &mut Rng) -> Lease {
    let is_short = faults.lost + faults.late == 0 && !faults.store && rng.bool();
    let heartbeat = Duration::from_millis(if is_short { 300 } else { 30_000 });
    Lease { heartbeat, expiry: heartbeat * 3 }
}

/// What may go wrong.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Faults {
    /// Of so many in 1000 messages each: lost, delivered twice, very late.
    pub(super) lost: u32,
    pub(super) twice: u32,
    pub(super) late: u32,
    /// Whether nodes die, freeze, are cut off, are ended by the user, come late.
    pub(super) nodes: bool,
    /// Whether the store is away for a while.
    pub(super) store: bool,
    /// Clocks run up to twice as fast or slow.
    pub(super) clocks: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Wake(usize),
    /// A question comes to the store.
    Asked {
        node: usize,
        number: u64,
    },
    /// An answer comes to the node.
    Answered {
        node: usize,
        number: u64,
        reply: usize,
    },
    GaveUp {
        node: usize,
        number: u64,
    },
    TestEnds {
        node: usize,
        number: u64,
    },
    Dies(usize),
    Freezes(usize, u64),
    IsCut(usize, u64),
    IsStopped(usize),
    StoreIsAway(u64),
}

pub(super) struct World {
    pub(super) nodes: Vec<Node>,
    pub(super) shelf: Shelf,
    agenda: BinaryHeap<Reverse<(u64, u64, What)>>,
    questions: Vec<(Seen, Op)>,
    replies: Vec<Reply>,
    cut: Vec<u64>,
    away: u64,
    count: u64,
    now: u64,
    rng: Rng,
    faults: Faults,
    /// A test whose begin kills its node.
    poison: Option<String>,
}

impl World {
    pub(super) fn new(plan: &Plan, nodes: usize, faults: Faults, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let (work, lease) = (Arc::new(Work::of(plan)), lease(faults, &mut rng));
        let new = |number| {
            let pace = if faults.clocks { 2_f64.powf(rng.f64() * 2.0 - 1.0) } else { 1.0 };
            Node::new(number, Board::new(work.clone()), lease, pace)
        };
        let nodes: Vec<Node> = (0..nodes).map(new).collect();
        let cut = vec![0; nodes.len()];
        let mut world = Self {
            nodes,
            shelf: Shelf::default(),
            agenda: BinaryHeap::new(),
            questions: Vec::new(),
            replies: Vec::new(),
            cut,
            away: 0,
            count: 0,
            now: 1,
            rng,
            faults,
            poison: None,
        };
        world.fate();
        world
    }

    pub(super) fn poisoned(self, test: String) -> Self {
        Self { poison: Some(test), ..self }
    }

    /// What will befall the nodes. The first lives, or nobody could end the run.
    fn fate(&mut self) {
        for node in 0..self.nodes.len() {
            let is_late = self.faults.nodes && self.rng.u32(..3) == 0;
            let begin = if is_late { self.rng.u64(..400_000) } else { self.rng.u64(..2_000) };
            self.nodes[node].born = begin;
            self.plan(begin, What::Wake(node));
            if !self.faults.nodes || node == 0 {
                continue;
            }
            let at = begin + self.rng.u64(..600_000);
            let until = at + self.rng.u64(..300_000);
            match self.rng.u32(..6) {
                0 => self.plan(at, What::Dies(node)),
                1 => self.plan(at, What::Freezes(node, until)),
                2 => self.plan(at, What::IsCut(node, until)),
                3 => self.plan(at, What::IsStopped(node)),
                _ => {}
            }
        }
        if self.faults.store {
            let at = self.rng.u64(..400_000);
            let until = at + self.rng.u64(..200_000);
            self.plan(at, What::StoreIsAway(until));
        }
    }

    fn plan(&mut self, at: u64, what: What) {
        self.count += 1;
        self.agenda.push(Reverse((at.max(self.now), self.count, what)));
    }

    /// Runs until all nodes have come to their end.
    pub(super) fn run(&mut self) {
        while let Some(Reverse((at, _, what))) = self.agenda.pop() {
            self.now = at;
            assert!(at < DAY, "the run does not end");
            self.happen(what);
        }
    }

    fn happen(&mut self, what: What) {
        match what {
            What::Wake(node)
            | What::TestEnds { node, .. }
            | What::Answered { node, .. }
            | What::GaveUp { node, .. }
            | What::IsStopped(node)
                if !self.is_awake(node) =>
            {
                if let Life::Frozen(until) = self.nodes[node].life {
                    self.plan(until, what);
                }
            }
            What::Wake(node) => self.turn(node),
            What::TestEnds { node, number } if self.nodes[node].running == Some(number) => {
                self.nodes[node].finish_test();
                self.turn(node);
            }
            What::Asked { node, number } => self.asked(node, number),
            What::Answered { node, number, reply } => {
                let now = self.nodes[node].time(self.now);
                let answered = |asked: &mut (u64, Op)| asked.0 == number;
                if let Some((_, op)) = self.nodes[node].asked.take_if(answered) {
                    self.nodes[node].member.take(now, &op, &self.replies[reply]);
                    self.turn(node);
                }
            }
            What::GaveUp { node, number } => {
                let (now, jitter) = (self.nodes[node].time(self.now), self.rng.f64());
                if self.nodes[node].asked.take_if(|asked| asked.0 == number).is_some() {
                    self.nodes[node].member.fail(now, "no answer".to_owned(), jitter);
                    self.turn(node);
                }
            }
            What::Dies(node) => self.nodes[node].life = Life::Dead,
            What::Freezes(node, until) if self.is_awake(node) => {
                self.nodes[node].life = Life::Frozen(until);
            }
            What::TestEnds { .. } | What::Freezes(..) => {}
            What::IsCut(node, until) => self.cut[node] = until,
            What::IsStopped(node) => {
                self.nodes[node].stop(News::Over);
                self.turn(node);
            }
            What::StoreIsAway(until) => self.away = until,
        }
    }

    fn is_awake(&mut self, node: usize) -> bool {
        let node = &mut self.nodes[node];
        if matches!(node.life, Life::Frozen(until) if until <= self.now) {
            node.life = Life::Alive;
        }
        node.life == Life::Alive
    }

    /// A node does all that it can at this moment.
    fn turn(&mut self, at: usize) {
        if let Some(test) = self.nodes[at].next_test() {
            if self.poison.as_ref() == Some(test) && at > 0 {
                self.nodes[at].life = Life::Dead;
                return;
            }
            let took = self.rng.u64(100..20_000);
            self.count += 1;
            let number = self.count;
            self.nodes[at].running = Some(number);
            self.plan(self.now + took, What::TestEnds { node: at, number });
        }
        if self.nodes[at].asked.is_some() {
            return;
        }
        let now = self.nodes[at].time(self.now);
        match self.nodes[at].member.next(now) {
            Step::Tell(news) => {
                self.nodes[at].hear(news);
                self.turn(at);
            }
            Step::End => {
                self.nodes[at].stop(News::Over);
                self.nodes[at].life = Life::Ended;
            }
            Step::Wait(until) => {
                let wait = until.saturating_sub(now).div_f64(self.nodes[at].pace);
                let wait = u64::try_from(wait.as_millis()).unwrap_or(DAY);
                self.plan(self.now + wait.clamp(1, DAY), What::Wake(at));
            }
            Step::Call(op) => self.ask(at, op),
        }
    }

    fn ask(&mut self, node: usize, op: Op) {
        let number = self.questions.len() as u64;
        self.questions.push((self.nodes[node].member.seen(), op.clone()));
        self.nodes[node].asked = Some((number, op));
        self.plan(self.now + PATIENCE, What::GaveUp { node, number });
        for at in self.deliveries(node) {
            self.plan(at, What::Asked { node, number });
        }
    }

    /// When a message arrives: never, once, or twice.
    fn deliveries(&mut self, node: usize) -> Vec<u64> {
        if self.now < self.cut[node] || self.now < self.away {
            return Vec::new();
        }
        let one = |world: &mut Self| {
            let is_late = world.rng.u32(..1000) < world.faults.late;
            let most = if is_late { 400_000 } else { 40 };
            world.now + 1 + world.rng.u64(..most)
        };
        let Faults { lost, twice, .. } = self.faults;
        let count = match self.rng.u32(..1000) {
            die if die < lost => 0,
            die if die < lost + twice => 2,
            _ => 1,
        };
        (0..count).map(|_| one(self)).collect()
    }

    fn asked(&mut self, node: usize, number: u64) {
        if self.now < self.away {
            return;
        }
        let (seen, op) = self.questions[usize::try_from(number).unwrap()].clone();
        // The store's clock runs as it should.
        let reply = self.shelf.call(UnixMillis(1_700_000_000_000 + self.now), &seen, &op);
        self.replies.push(reply);
        let reply = self.replies.len() - 1;
        for at in self.deliveries(node) {
            self.plan(at, What::Answered { node, number, reply });
        }
    }
}
