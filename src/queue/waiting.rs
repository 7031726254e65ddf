//! Work that nobody has: units and what came back go in, what is to be taken next comes out.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::batch::Ask;
use crate::model::id::ShardNumber;
use crate::model::queue::{Portion, Take};
use crate::queue::guided;
use crate::queue::split::weight;
use crate::queue::work::{Work, count};

/// A piece of work on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hold {
    pub(super) portion: Portion,
    /// Who had it before.
    pub(super) from: ShardNumber,
    /// How often it came back.
    pub(super) times: u32,
}

/// What came back so often is dealt alone: it may bring down whoever takes it, and those that only
/// stood beside it shall not go with it.
const ALONE: u32 = 2;

/// What waits, by the places that a [`Take`] names.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting {
    pub(super) heads: Vec<VecDeque<u32>>,
    rest: VecDeque<u32>,
    back: VecDeque<Hold>,
}

impl Waiting {
    /// All of the work.
    pub(super) fn new(work: &Work) -> Self {
        let heads = work.heads.iter().map(|head| head.iter().copied().collect()).collect();
        Self { heads, rest: work.rest.iter().copied().collect(), back: VecDeque::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.heads.iter().map(VecDeque::len).sum::<usize>() + self.rest.len() + self.back.len()
    }

    pub(super) fn give_back(&mut self, hold: Hold) {
        self.back.push_back(hold);
    }

    /// What all of it is taken to need.
    pub(super) fn left(&self, work: &Work) -> Duration {
        let units = self.heads.iter().flatten().chain(&self.rest);
        let waiting = units.filter_map(|unit| work.planned(*unit));
        let back = self.back.iter().filter_map(|hold| work.group(&hold.portion));
        waiting.map(|item| weight(&item.planned)).sum::<Duration>()
            + back.map(|planned| weight(&planned)).sum::<Duration>()
    }

    /// Where the next piece is taken from, and its weight: what came back first, then the longest
    /// of all that is not kept for a slot which is about to begin with it.
    pub(super) fn next(
        &self,
        work: &Work,
        is_kept: impl Fn(ShardNumber) -> bool,
    ) -> Option<(Take, Duration)> {
        if let Some(hold) = self.back.front() {
            let weight = work.group(&hold.portion).map(|planned| weight(&planned));
            return Some((Take::Back { count: 1 }, weight.unwrap_or_default()));
        }
        let heads = self.heads.iter().enumerate().filter_map(|(at, head)| {
            let shard = ShardNumber::at(at);
            let first = head.front().filter(|_| !is_kept(shard))?;
            Some((Take::Head { shard, count: 1 }, *first))
        });
        let rest = self.rest.front().map(|first| (Take::Rest { count: 1 }, *first));
        let all = heads.chain(rest).filter_map(|(take, unit)| {
            let item = work.planned(unit)?;
            Some((take, weight(&item.planned)))
        });
        // Of equals the last: what was kept back for this.
        all.max_by_key(|(_, weight)| *weight)
    }

    /// Takes out what a [`Take`] names; none where so much is not there.
    pub(super) fn draw(&mut self, work: &Work, take: Take) -> Option<Vec<Hold>> {
        let units = match take {
            Take::Back { count } => {
                let count = count as usize;
                return (self.back.len() >= count).then(|| self.back.drain(..count).collect());
            }
            Take::Head { shard, count } => drained(self.heads.get_mut(shard.index())?, count)?,
            Take::Rest { count } => drained(&mut self.rest, count)?,
        };
        let hold = |unit| {
            let from = work.planned(unit)?.from;
            Some(Hold { portion: Portion { unit, tests: None }, from, times: 0 })
        };
        units.into_iter().map(hold).collect()
    }

    /// What whoever asks should take now.
    pub(super) fn batch(
        &self,
        work: &Work,
        ask: Ask,
        is_kept: impl Fn(ShardNumber) -> bool,
    ) -> Vec<Take> {
        let mut rest = self.clone();
        let mut pieces: Vec<Take> = Vec::new();
        let weights = std::iter::from_fn(|| {
            let is_suspect = rest.back.front().is_some_and(|hold| hold.times >= ALONE);
            if is_suspect && !pieces.is_empty() {
                return None;
            }
            let (take, weight) = rest.next(work, &is_kept)?;
            rest.draw(work, take)?;
            pieces.push(take);
            if is_suspect {
                rest = Self::default();
            }
            Some(weight)
        });
        let pieces_of_it = guided::count(weights, self.left(work), ask);
        let mut takes: Vec<Take> = Vec::new();
        for piece in pieces.into_iter().take(pieces_of_it) {
            if !takes.last_mut().is_some_and(|last| joined(last, piece)) {
                takes.push(piece);
            }
        }
        takes
    }

    /// The shards of the plan from this slot on whose beginning nobody has taken.
    pub(super) fn awaited(&self, slots: usize) -> u32 {
        count(self.heads.iter().skip(slots).filter(|head| !head.is_empty()).count())
    }
}

fn drained(from: &mut VecDeque<u32>, count: u32) -> Option<Vec<u32>> {
    let count = count as usize;
    (from.len() >= count).then(|| from.drain(..count).collect())
}

/// Adds a take to the one before it, where both are from the same place.
fn joined(last: &mut Take, next: Take) -> bool {
    match (last, next) {
        (Take::Head { shard, count }, Take::Head { shard: other, count: more })
            if *shard == other =>
        {
            *count += more;
        }
        (Take::Rest { count }, Take::Rest { count: more })
        | (Take::Back { count }, Take::Back { count: more }) => *count += more,
        _ => return false,
    }
    true
}
