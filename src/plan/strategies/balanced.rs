//! LPT, then moves and swaps out of the slowest shard for as long as they help.

use crate::plan::Strategy;
use crate::plan::bound::lower_bound;
use crate::plan::strategies::lpt::Lpt;
use crate::plan::work::Work;

pub(crate) struct Balanced;

impl Strategy for Balanced {
    fn name(&self) -> &'static str {
        "balanced"
    }

    fn about(&self) -> &'static str {
        "the least predicted time: lpt, improved by moves and swaps"
    }

    fn deal(&self, work: &Work<'_>) -> Vec<Vec<usize>> {
        let mut search = Search::new(work);
        while search.improve() {}
        search.finish()
    }
}

/// How many groups may be looked at before the search ends. A count, not a clock, so that every
/// machine finds the same plan; a release build spends some 50 ms on it.
const STEPS: u64 = 3_000_000;

struct Search<'a> {
    work: &'a Work<'a>,
    /// Positions in `work.items`, the longest first.
    order: Vec<usize>,
    /// Ranks in `order`, ascending.
    shards: Vec<Vec<usize>>,
    /// The predicted time of each shard.
    spans: Vec<u64>,
    /// The sum of the groups' times in each shard.
    sums: Vec<u64>,
    /// No search can go below it.
    bound: u64,
    steps: u64,
}

/// A change of two shards.
struct Change {
    from: Vec<usize>,
    to: Vec<usize>,
    spans: (u64, u64),
}

impl<'a> Search<'a> {
    fn new(work: &'a Work<'a>) -> Self {
        let order = work.longest_first();
        let mut rank = vec![0; order.len()];
        for (position, &index) in order.iter().enumerate() {
            rank[index] = position;
        }
        let ranks = |hand: Vec<usize>| hand.into_iter().map(|index| rank[index]).collect();
        let shards: Vec<Vec<usize>> = Lpt.deal(work).into_iter().map(ranks).collect();
        let mut search = Self {
            work,
            order,
            spans: Vec::new(),
            sums: Vec::new(),
            shards,
            bound: lower_bound(work),
            steps: STEPS,
        };
        search.spans = search.shards.iter().map(|shard| search.predict(shard)).collect();
        search.sums = search.shards.iter().map(|shard| search.sum(shard)).collect();
        search
    }

    /// Makes the slowest shard faster, if one move or swap with some other shard can.
    fn improve(&mut self) -> bool {
        let slowest = (0..self.spans.len()).rev().max_by_key(|&shard| self.spans[shard]);
        let Some(slowest) = slowest.filter(|&shard| self.spans[shard] > self.bound) else {
            return false;
        };
        let mut others: Vec<usize> = (0..self.spans.len()).filter(|&s| s != slowest).collect();
        others.sort_by_key(|&shard| (self.spans[shard], shard));
        for other in others {
            if let Some(change) = self.best_change(slowest, other) {
                (self.spans[slowest], self.spans[other]) = change.spans;
                self.sums[slowest] = self.sum(&change.from);
                self.sums[other] = self.sum(&change.to);
                self.shards[slowest] = change.from;
                self.shards[other] = change.to;
                return true;
            }
        }
        false
    }

    /// The move or swap between two shards that leaves the slower of them fastest; none where
    /// nothing makes it faster than `from` is now.
    fn best_change(&mut self, from: usize, to: usize) -> Option<Change> {
        let mut best: Option<Change> = None;
        for give in 0..self.shards[from].len() {
            for take in std::iter::once(None).chain((0..self.shards[to].len()).map(Some)) {
                let limit = best.as_ref().map_or(self.spans[from], |b| b.spans.0.max(b.spans.1));
                self.steps = self.steps.saturating_sub(1);
                if self.steps == 0 {
                    return best;
                }
                if !self.promising(from, to, (give, take), limit) {
                    continue;
                }
                let change = self.change(from, to, (give, take));
                self.steps =
                    self.steps.saturating_sub((change.from.len() + change.to.len()) as u64);
                if change.spans.0.max(change.spans.1) < limit {
                    best = Some(change);
                }
            }
        }
        best
    }

    /// Whether the sums alone leave hope: `from` gets less work, and `to` not too much.
    fn promising(
        &self,
        from: usize,
        to: usize,
        (give, take): (usize, Option<usize>),
        limit: u64,
    ) -> bool {
        let given = self.millis(self.shards[from][give]);
        let taken = take.map_or(0, |take| self.millis(self.shards[to][take]));
        let grown = self.sums[to].saturating_add(given).saturating_sub(taken);
        given > taken && grown.div_ceil(self.work.dispatch.workers()) < limit
    }

    fn change(&self, from: usize, to: usize, (give, take): (usize, Option<usize>)) -> Change {
        let (mut from, mut to) = (self.shards[from].clone(), self.shards[to].clone());
        let given = from.remove(give);
        if let Some(take) = take {
            insert(&mut from, to.remove(take));
        }
        insert(&mut to, given);
        let spans = (self.predict(&from), self.predict(&to));
        Change { from, to, spans }
    }

    fn millis(&self, rank: usize) -> u64 {
        self.work.items[self.order[rank]].millis
    }

    fn sum(&self, shard: &[usize]) -> u64 {
        shard.iter().fold(0, |sum: u64, &rank| sum.saturating_add(self.millis(rank)))
    }

    fn predict(&self, shard: &[usize]) -> u64 {
        let items = shard.iter().map(|&rank| &self.work.items[self.order[rank]]);
        self.work.dispatch.predict(items)
    }

    fn finish(self) -> Vec<Vec<usize>> {
        let Self { shards, order, .. } = self;
        let positions = |shard: Vec<usize>| shard.into_iter().map(|rank| order[rank]).collect();
        shards.into_iter().map(positions).collect()
    }
}

fn insert(shard: &mut Vec<usize>, rank: usize) {
    let place = shard.partition_point(|&other| other < rank);
    shard.insert(place, rank);
}
