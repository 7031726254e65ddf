//! Units go in, a deal of them comes out whose slowest shard is as fast as can be found.
//!
//! The units are packed by their weights into as many bins as there are workers, and also dealt
//! one by one; then, for as long as it helps, units are moved out of the slowest shard or swapped,
//! each change judged by the simulated time.

use std::cmp::Reverse;

use crate::plan::Deal;
use crate::plan::dealer::Dealer;
use crate::plan::order::Order;
use crate::plan::packing::{Packing, pack, pack_exactly};
use crate::plan::strategies::balanced::Candidate;
use crate::plan::strategies::balanced::units::Units;
use crate::plan::work::Work;

/// How many groups may be looked at before the search ends. A count, not a clock, so that every
/// machine finds the same plan; a release build spends some 10 ms on it.
const STEPS: u64 = 100_000;

/// Deals the units of some work.
pub(super) struct Search<'a> {
    pub(super) work: &'a Work<'a>,
    pub(super) order: &'a Order,
    /// No deal can be faster.
    pub(super) bound: u64,
}

impl Search<'_> {
    /// A good deal of these units, at once.
    pub(super) fn quick(&self, units: &Units) -> Candidate {
        self.packed(units).0
    }

    /// The best deal of these units that is found, or one as good for which each was dealt to the
    /// shard with the least to do: packings put what weighs the same side by side, often tests of
    /// one file, and these mostly become slower together. Never slower than `limit` for that.
    pub(super) fn best(&self, units: &Units, limit: u64) -> Candidate {
        let (mut packed, exact) = self.packed(units);
        if !exact && packed.span > self.bound {
            packed = self.improved(units, packed.shards, self.bound);
        }
        let most = if packed.deal.optimal { packed.span } else { as_good(packed.span).min(limit) };
        let most = most.max(packed.span);
        let dealt = self.improved(units, greedily(self.work, units), most);
        if dealt.span > most {
            return packed;
        }
        Candidate { deal: Deal { optimal: packed.deal.optimal, ..dealt.deal }, ..dealt }
    }

    /// A deal after all moves and swaps that help, until no shard takes longer than `enough`.
    fn improved(&self, units: &Units, shards: Vec<Vec<usize>>, enough: u64) -> Candidate {
        let mut state = State::new(self, units, shards);
        while state.improve(enough) {}
        state.finish(false)
    }

    /// The units packed by their weights; and whether the weights are exactly what a shard takes.
    fn packed(&self, units: &Units) -> (Candidate, bool) {
        let Self { work, bound, .. } = self;
        let workers = usize::try_from(work.dispatch.workers()).unwrap_or(usize::MAX);
        let one_kind = work.items.windows(2).all(|pair| pair[0].worker == pair[1].worker);
        let plain = work.dispatch.is_plain() && one_kind && workers == 1;
        let overhead = work.dispatch.overhead();
        let (weights, bins) = (&units.weights, work.shards.saturating_mul(workers));
        let packing = if plain {
            let below = bound.saturating_sub(overhead.shard + overhead.worker);
            pack_exactly(weights, bins, below)
        } else {
            Packing { bins: pack(weights, bins), optimal: false }
        };
        // The weights know no first file, which is loaded with its worker, and nothing that takes
        // no time.
        let timed = work.items.iter().all(|item| item.millis > 0);
        let exact = plain && timed && overhead.file == 0;
        let single = units.groups.iter().all(|unit| unit.len() == 1);
        let state = State::new(self, units, shards(work, packing.bins));
        (state.finish(packing.optimal && exact && single), exact)
    }
}

/// A ten thousandth of the time is worth less than spreading the risk.
fn as_good(span: u64) -> u64 {
    span.saturating_add(span / 10_000)
}

/// As many bins for each shard as it has workers, the heaviest with the lightest.
fn shards(work: &Work<'_>, bins: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut shards = vec![Vec::new(); work.shards];
    for (position, bin) in bins.into_iter().enumerate() {
        let turn = position % (2 * work.shards);
        shards[turn.min(2 * work.shards - 1 - turn)].extend(bin);
    }
    shards
}

/// Each unit, the heaviest first, to the shard that would be done with it first.
fn greedily(work: &Work<'_>, units: &Units) -> Vec<Vec<usize>> {
    let mut dealer = Dealer::new(work);
    let mut shards = vec![Vec::new(); work.shards];
    for (unit, groups) in units.groups.iter().enumerate() {
        shards[dealer.give_together(groups)].push(unit);
    }
    shards
}

struct State<'a> {
    search: &'a Search<'a>,
    units: &'a Units,
    /// Positions in `units`, ascending.
    shards: Vec<Vec<usize>>,
    /// The predicted time of each shard.
    spans: Vec<u64>,
    /// The sum of the units' weights in each shard.
    sums: Vec<u64>,
    steps: u64,
}

/// A change of two shards.
struct Change {
    from: Vec<usize>,
    to: Vec<usize>,
    spans: (u64, u64),
}

impl<'a> State<'a> {
    fn new(search: &'a Search<'a>, units: &'a Units, mut shards: Vec<Vec<usize>>) -> Self {
        for shard in &mut shards {
            shard.sort_unstable();
        }
        let (spans, sums) = (Vec::new(), Vec::new());
        let mut state = Self { search, units, shards, spans, sums, steps: STEPS };
        state.spans = state.shards.iter().map(|shard| state.predict(shard)).collect();
        state.sums = state.shards.iter().map(|shard| state.sum(shard)).collect();
        state
    }

    /// Makes the slowest shard faster, if it takes more than `enough` and one move or swap with
    /// some other shard can.
    fn improve(&mut self, enough: u64) -> bool {
        let slowest =
            (0..self.spans.len()).max_by_key(|&shard| (self.spans[shard], Reverse(shard)));
        let Some(slowest) = slowest.filter(|&shard| self.spans[shard] > enough) else {
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
        let given = self.units.weights[self.shards[from][give]];
        let taken = take.map_or(0, |take| self.units.weights[self.shards[to][take]]);
        let grown = self.sums[to].saturating_add(given).saturating_sub(taken);
        given > taken && grown.div_ceil(self.search.work.dispatch.workers()) < limit
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

    fn sum(&self, shard: &[usize]) -> u64 {
        shard.iter().fold(0, |sum: u64, &unit| sum.saturating_add(self.units.weights[unit]))
    }

    fn predict(&self, shard: &[usize]) -> u64 {
        self.search.work.predict(self.search.order, &self.groups(shard))
    }

    fn groups(&self, shard: &[usize]) -> Vec<usize> {
        shard.iter().flat_map(|&unit| self.units.groups[unit].iter().copied()).collect()
    }

    fn finish(self, optimal: bool) -> Candidate {
        let hands = self.shards.iter().map(|shard| self.groups(shard)).collect();
        let span = self.spans.iter().copied().max().unwrap_or_default();
        Candidate { span, deal: Deal { hands, optimal }, shards: self.shards }
    }
}

fn insert(shard: &mut Vec<usize>, unit: usize) {
    let place = shard.partition_point(|&other| other < unit);
    shard.insert(place, unit);
}
