//! Groups are handed out one by one; what every shard holds comes out.

use crate::plan::Deal;
use crate::plan::dispatch::Load;
use crate::plan::work::Work;

/// Deals the groups of some work.
pub(crate) struct Dealer<'a> {
    work: &'a Work<'a>,
    loads: Vec<Load<'a>>,
    hands: Vec<Vec<usize>>,
}

impl<'a> Dealer<'a> {
    /// Nobody has anything yet.
    pub(crate) fn new(work: &'a Work<'a>) -> Self {
        let loads = vec![work.dispatch.empty(); work.shards];
        Self { work, loads, hands: vec![Vec::new(); work.shards] }
    }

    /// Gives one group to a shard.
    pub(crate) fn give(&mut self, shard: usize, index: usize) {
        self.loads[shard].add(&self.work.items[index]);
        self.hands[shard].push(index);
    }

    /// Gives each group, in this order, to the shard where it would end first.
    pub(crate) fn give_each(&mut self, order: impl IntoIterator<Item = usize>) {
        for index in order {
            let item = &self.work.items[index];
            self.give(self.least(|_, load| load.end_of(item)), index);
        }
    }

    /// Gives all of these groups to the shard that would be done with them first, and says which.
    pub(crate) fn give_together(&mut self, unit: &[usize]) -> usize {
        if let [index] = unit {
            let item = &self.work.items[*index];
            let shard = self.least(|_, load| load.end_of(item));
            self.give(shard, *index);
            return shard;
        }
        let shard = self.least(|_, load| {
            let mut with = load.clone();
            for &index in unit {
                with.add(&self.work.items[index]);
            }
            with.span()
        });
        for &index in unit {
            self.give(shard, index);
        }
        shard
    }

    /// Gives each group, in this order, to a shard with the fewest of them.
    pub(crate) fn give_evenly(&mut self, order: impl IntoIterator<Item = usize>) {
        let mut given = vec![0_usize; self.hands.len()];
        for index in order {
            let item = &self.work.items[index];
            let shard = self.least(|shard, load| (given[shard], load.end_of(item)));
            given[shard] += 1;
            self.give(shard, index);
        }
    }

    /// The shard with the least measure; of equals the one with less work, then with fewer tests
    /// (so that groups of no known time are spread as well), then the first.
    fn least<M: Ord>(&self, measure: impl Fn(usize, &Load<'a>) -> M) -> usize {
        let shards = self.loads.iter().enumerate();
        shards
            .min_by_key(|(shard, load)| {
                (measure(*shard, load), load.millis, load.tests, self.hands[*shard].len())
            })
            .map_or(0, |(shard, _)| shard)
    }

    /// What every shard holds.
    pub(crate) fn deal(self) -> Deal {
        self.hands.into()
    }
}
