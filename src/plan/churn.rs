//! A new deal and an earlier plan go in; a deal that is nearly as fast and leaves the tests where
//! they were, as far as that goes, comes out.
//!
//! Who follows a test's results, or keeps caches or data on a node, wants it to stay on its shard.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::model::id::TestKey;
use crate::model::plan::Plan;
use crate::plan::Deal;
use crate::plan::dealer::Dealer;
use crate::plan::order::Order;
use crate::plan::work::{Item, Work};

/// How much slower than the new deal the slowest shard may be for tests to stay, in percent.
const SLACK: u64 = 2;

/// The deal that moves few tests from where `previous` had them.
pub(crate) fn settle(work: &Work<'_>, order: &Order, previous: &Plan, fresh: Deal) -> Deal {
    let homes = homes(work, previous);
    let span = |hand: &[usize]| work.predict(order, hand);
    let slowest = fresh.hands.iter().map(|hand| span(hand)).max().unwrap_or_default();
    let limit = slowest.saturating_add(slowest.saturating_mul(SLACK) / 100);
    let fresh = renumbered(work, &homes, fresh);
    let Some(kept) = Kept::new(work, order, &homes).relieved(limit) else { return fresh };
    if moved(work, &homes, &kept) < moved(work, &homes, &fresh.hands) {
        let faster = kept.iter().map(|hand| span(hand)).max().unwrap_or_default() <= slowest;
        return Deal { optimal: fresh.optimal && faster, hands: kept };
    }
    fresh
}

/// The shard that each group was in, if that is still there: the one that had most of its tests.
fn homes(work: &Work<'_>, previous: &Plan) -> Vec<Option<usize>> {
    let mut tests: HashMap<&TestKey, usize> = HashMap::new();
    let mut files: HashMap<(&str, &str), usize> = HashMap::new();
    for shard in &previous.shards {
        let index = shard.number.index();
        tests.extend(shard.tests().map(|test| (&test.key, index)));
        let groups = shard.groups.iter().map(|planned| &planned.group);
        files.extend(groups.map(|g| ((g.file.as_str(), g.project.as_str()), index)));
    }
    let home = |item: &Item<'_>| {
        let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
        for test in &item.group.tests {
            if let Some(shard) = tests.get(&test.key) {
                *votes.entry(*shard).or_default() += 1;
            }
        }
        let most = votes.into_iter().max_by_key(|&(shard, votes)| (votes, Reverse(shard)));
        // A new test goes where the others of its file are.
        let beside =
            || files.get(&(item.group.file.as_str(), item.group.project.as_str())).copied();
        most.map(|(shard, _)| shard).or_else(beside).filter(|&shard| shard < work.shards)
    };
    work.items.iter().map(home).collect()
}

/// How many tests are not where they were.
fn moved(work: &Work<'_>, homes: &[Option<usize>], hands: &[Vec<usize>]) -> usize {
    let dealt =
        hands.iter().enumerate().flat_map(|(shard, hand)| hand.iter().map(move |i| (shard, i)));
    let away = dealt.filter(|&(shard, &index)| homes[index].is_some_and(|home| home != shard));
    away.map(|(_, &index)| work.items[index].group.tests.len().max(1)).sum()
}

/// The same deal with its shards numbered so that most tests are where they were.
fn renumbered(work: &Work<'_>, homes: &[Option<usize>], deal: Deal) -> Deal {
    let mut common: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (shard, hand) in deal.hands.iter().enumerate() {
        for &index in hand {
            if let Some(home) = homes[index] {
                *common.entry((shard, home)).or_default() += work.items[index].group.tests.len();
            }
        }
    }
    let mut pairs: Vec<((usize, usize), usize)> = common.into_iter().collect();
    pairs.sort_by_key(|&(pair, tests)| (Reverse(tests), pair));
    let mut places: Vec<Option<usize>> = vec![None; deal.hands.len()];
    let mut taken = vec![false; deal.hands.len()];
    for ((shard, home), _) in pairs {
        if places[shard].is_none() && !taken[home] {
            places[shard] = Some(home);
            taken[home] = true;
        }
    }
    let mut left = (0..taken.len()).filter(|&place| !taken[place]).collect::<Vec<_>>().into_iter();
    let mut hands = vec![Vec::new(); deal.hands.len()];
    for (hand, place) in deal.hands.into_iter().zip(places) {
        if let Some(place) = place.or_else(|| left.next()) {
            hands[place] = hand;
        }
    }
    Deal { hands, ..deal }
}

/// Everything where it was, what is new where it would end first.
struct Kept<'a> {
    work: &'a Work<'a>,
    order: &'a Order,
    hands: Vec<Vec<usize>>,
    spans: Vec<u64>,
}

impl<'a> Kept<'a> {
    fn new(work: &'a Work<'a>, order: &'a Order, homes: &[Option<usize>]) -> Self {
        let mut dealer = Dealer::new(work);
        let line = work.longest_first();
        for &index in &line {
            if let Some(home) = homes[index] {
                dealer.give(home, index);
            }
        }
        dealer.give_each(line.into_iter().filter(|&index| homes[index].is_none()));
        let hands = dealer.deal().hands;
        let spans = hands.iter().map(|hand| work.predict(order, hand)).collect();
        Self { work, order, hands, spans }
    }

    /// Files, or parts of them, are moved out of slow shards until none is slower than the limit;
    /// none where that cannot be reached so.
    fn relieved(mut self, limit: u64) -> Option<Vec<Vec<usize>>> {
        // Each step empties a slow shard a little: so many are more than enough.
        for _ in 0..self.work.items.len().saturating_add(1) {
            let slowest = (0..self.spans.len()).max_by_key(|&s| (self.spans[s], Reverse(s)))?;
            if self.spans[slowest] <= limit {
                return Some(self.hands);
            }
            self.relieve(slowest, limit)?;
        }
        None
    }

    /// Moves one unit out of a shard, or swaps it for one of another: what leaves the least above
    /// the limit; of equals what moves the fewest tests.
    fn relieve(&mut self, from: usize, limit: u64) -> Option<()> {
        let alone = |_: &Self, _| vec![Vec::new()];
        let mut best = self.best(from, limit, alone);
        if self.is_small() && best.as_ref().is_none_or(|((above, _), _)| *above > 0) {
            let swap = self.best(from, limit, Self::units);
            best = best.into_iter().chain(swap).min_by_key(|(score, _)| *score);
        }
        let (_, change) = best?;
        let (rest, grown) = self.changed(from, &change);
        (self.hands[from], self.hands[change.to]) = (rest, grown);
        for shard in [from, change.to] {
            self.spans[shard] = self.work.predict(self.order, &self.hands[shard]);
        }
        Some(())
    }

    /// The best of all changes, with what may come back for what is given.
    fn best(
        &self,
        from: usize,
        limit: u64,
        backs: impl Fn(&Self, usize) -> Vec<Vec<usize>>,
    ) -> Option<(Score, Change)> {
        let mut best: Option<(Score, Change)> = None;
        for to in self.receivers(from) {
            for give in self.units(from) {
                for back in backs(self, to) {
                    let change = Change { to, give: give.clone(), back };
                    let Some(score) = self.score(from, &change, limit) else { continue };
                    if best.as_ref().is_none_or(|(least, _)| score < *least) {
                        best = Some((score, change));
                    }
                }
            }
        }
        best
    }

    /// Swaps are tried where there are few.
    fn is_small(&self) -> bool {
        const SMALL: usize = 300;
        self.work.items.len() <= SMALL
    }

    /// The shards that may get something: all of them, or of many groups the fastest.
    fn receivers(&self, from: usize) -> Vec<usize> {
        let mut others: Vec<usize> = (0..self.spans.len()).filter(|&s| s != from).collect();
        others.sort_by_key(|&shard| (self.spans[shard], shard));
        if !self.is_small() {
            others.truncate(1);
        }
        others
    }

    /// Both shards after a change.
    fn changed(&self, from: usize, change: &Change) -> (Vec<usize>, Vec<usize>) {
        let Change { to, give, back } = change;
        let without = |shard: usize, gone: &[usize], more: &[usize]| -> Vec<usize> {
            let kept = self.hands[shard].iter().copied().filter(|index| !gone.contains(index));
            kept.chain(more.iter().copied()).collect()
        };
        (without(from, give, back), without(*to, back, give))
    }

    /// How good a change is; none where the slower of the two would not become faster.
    fn score(&self, from: usize, change: &Change, limit: u64) -> Option<Score> {
        let weigh = |unit: &[usize]| unit.iter().map(|&i| self.work.items[i].millis).sum::<u64>();
        if weigh(&change.back) >= weigh(&change.give) {
            return None;
        }
        let (rest, grown) = self.changed(from, change);
        let left = self.work.predict(self.order, &rest);
        let reached = self.work.predict(self.order, &grown);
        let moved = change.give.iter().chain(&change.back);
        let tests = moved.map(|&index| self.work.items[index].group.tests.len()).sum();
        let above = left.saturating_sub(limit) + reached.saturating_sub(limit);
        (left.max(reached) < self.spans[from]).then_some((above, tests))
    }

    /// What may be moved: each file's groups in this shard together, then each alone.
    fn units(&self, shard: usize) -> Vec<Vec<usize>> {
        let mut files: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &index in &self.hands[shard] {
            files.entry(self.work.items[index].file).or_default().push(index);
        }
        let single = self.hands[shard].iter().map(|&index| vec![index]);
        let several = files.values().filter(|unit| unit.len() > 1).cloned();
        several.chain(single).collect()
    }
}

/// Groups that go from the slow shard to another, and those that come back.
struct Change {
    to: usize,
    give: Vec<usize>,
    back: Vec<usize>,
}

/// Milliseconds above the limit, then tests that move.
type Score = (u64, usize);
