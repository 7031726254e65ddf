//! A shard's way through its attempts: how they end goes in, what it takes on next comes out.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::model::batch::Item;
use crate::model::id::{ShardNumber, TestKey};
use crate::model::plan::PlannedGroup;
use crate::run::ledger::Ledger;
use crate::run::retry::{Retries, Tries};

/// A shard on its way.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) ledger: Ledger,
    pub(super) tries: Tries,
    /// The number of its last attempt, which may still wait.
    pub(super) attempt: u32,
    pub(super) state: State,
    /// What it takes over from others when it has done its own.
    taken: VecDeque<Taken>,
}

/// How far a shard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It runs, or waits for its turn.
    Busy,
    /// It has come to its end and could run more.
    Idle,
    /// It has asked whether there is more.
    Asks,
    /// It could run more, and there is nothing.
    Dry,
    /// It came to bad ends that no other try healed.
    GivenUp,
}

/// Tests that a shard takes over: by whose they were, and whether that one had them.
pub(super) type TakenOver = BTreeMap<(ShardNumber, bool), Vec<TestKey>>;

/// Groups that were another shard's, or nobody's yet.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    /// Each with the shard that had it.
    pub(super) items: Vec<Item>,
}

impl Taken {
    /// What one shard gives.
    pub(super) fn from(from: ShardNumber, groups: Vec<PlannedGroup>) -> Self {
        let item = |planned| Item { from, again: true, planned };
        Self { items: groups.into_iter().map(item).collect() }
    }

    pub(super) fn groups(&self) -> Vec<PlannedGroup> {
        self.items.iter().map(|item| item.planned.clone()).collect()
    }

    /// The tests that were another's than `own`, by whose they were, and whether that one had them.
    pub(super) fn moved_to(&self, own: ShardNumber) -> TakenOver {
        let mut moved = TakenOver::new();
        for Item { from, again, planned } in self.items.iter().filter(|item| item.from != own) {
            let keys = planned.group.tests.iter().map(|test| test.key.clone());
            moved.entry((*from, *again)).or_default().extend(keys);
        }
        moved
    }
}

impl Course {
    /// A shard with its own groups, whose first attempt is about to start.
    pub(super) fn new(number: ShardNumber, groups: Vec<PlannedGroup>, retries: &Retries) -> Self {
        Self {
            ledger: Ledger::new(groups),
            tries: Tries::new(retries.backoff, u64::from(number.get())),
            attempt: 1,
            state: State::Busy,
            taken: VecDeque::new(),
        }
    }

    /// One that has nothing yet.
    pub(super) fn open(number: ShardNumber, retries: &Retries) -> Self {
        Self { attempt: 0, state: State::Idle, ..Self::new(number, Vec::new(), retries) }
    }

    /// Lets it take over groups of another shard, after all that it has to do.
    pub(super) fn take_over(&mut self, taken: Taken) {
        self.taken.push_back(taken);
    }

    /// What it would have taken over, and will not.
    pub(super) fn give_back(&mut self) -> impl Iterator<Item = Taken> + use<> {
        std::mem::take(&mut self.taken).into_iter()
    }

    /// Begins with the next groups of another shard, if it is free to and there are any.
    pub(super) fn begin_next(&mut self, number: ShardNumber, retries: &Retries) -> Option<Taken> {
        if !matches!(self.state, State::Idle | State::Dry) {
            return None;
        }
        let taken = self.taken.pop_front()?;
        self.begin(&taken, number, retries);
        Some(taken)
    }

    /// Begins with these groups, which are nobody else's.
    pub(super) fn begin(&mut self, taken: &Taken, number: ShardNumber, retries: &Retries) {
        // Its own tests have their results; what comes now has a chance of its own.
        self.ledger = Ledger::new(taken.groups());
        self.tries = Tries::new(retries.backoff, u64::from(number.get()));
        self.attempt += 1;
        self.state = State::Busy;
    }

    /// How much it still has to do, as predicted.
    pub(super) fn load(&self) -> Duration {
        let own = match self.state {
            State::Busy => self.ledger.left().iter().map(|group| group.estimate).sum(),
            State::Idle | State::Asks | State::Dry | State::GivenUp => Duration::ZERO,
        };
        let taken = self.taken.iter().flat_map(|taken| &taken.items);
        own + taken.map(|item| item.planned.estimate).sum::<Duration>()
    }
}

/// Deals groups to those with these loads, the longest first, each to whom would be done first.
/// The groups of a hand keep their order.
pub(super) fn deal(items: &[Item], loads: &[Duration]) -> Vec<Vec<Item>> {
    let estimate = |at: usize| items[at].planned.estimate;
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(estimate(*at)));
    let mut loads: Vec<(Duration, Vec<usize>)> =
        loads.iter().map(|load| (*load, Vec::new())).collect();
    for at in order {
        // Of equals the one with the fewest groups: there may be no estimates.
        if let Some((load, hand)) = loads.iter_mut().min_by_key(|(load, hand)| (*load, hand.len()))
        {
            *load += estimate(at);
            hand.push(at);
        }
    }
    let sorted = |mut hand: Vec<usize>| {
        hand.sort_unstable();
        hand.into_iter().map(|at| items[at].clone()).collect()
    };
    loads.into_iter().map(|(_, hand)| sorted(hand)).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::collection::vec;
    use proptest::{prop_assert, prop_assert_eq, proptest};

    use super::deal;
    use crate::model::batch::Item;
    use crate::model::id::ShardNumber;
    use crate::model::plan::PlannedGroup;
    use crate::model::suite::{GroupKind, TestGroup};

    fn group(number: usize, seconds: u64) -> Item {
        let group = TestGroup {
            project: String::new(),
            file: format!("{number}.spec.ts"),
            kind: GroupKind::File,
            worker: String::new(),
            tests: Vec::new(),
        };
        let planned = PlannedGroup { group, estimate: Duration::from_secs(seconds) };
        Item { from: ShardNumber::at(0), again: true, planned }
    }

    proptest! {
        #[test]
        fn every_group_is_dealt_once_and_nobody_is_left_behind(
            seconds in vec(0_u64..100, 0..30),
            busy in vec(0_u64..100, 1..6),
        ) {
            let groups: Vec<Item> =
                seconds.iter().enumerate().map(|(at, seconds)| group(at, *seconds)).collect();
            let loads: Vec<Duration> = busy.iter().map(|s| Duration::from_secs(*s)).collect();
            let hands = deal(&groups, &loads);
            let mut files: Vec<&str> =
                hands.iter().flatten().map(|group| group.planned.group.file.as_str()).collect();
            let mut all: Vec<&str> = groups.iter().map(|group| group.planned.group.file.as_str()).collect();
            files.sort_unstable();
            all.sort_unstable();
            prop_assert_eq!(files, all);
            // Whoever got something had, before the last of it, no more to do than anybody else.
            let total = |at: usize| {
                busy[at] + hands[at].iter().map(|group| group.planned.estimate.as_secs()).sum::<u64>()
            };
            for (at, hand) in hands.iter().enumerate().filter(|(_, hand)| !hand.is_empty()) {
                let least = hand.iter().map(|group| group.planned.estimate.as_secs()).min().unwrap_or(0);
                for other in 0..busy.len() {
                    prop_assert!(total(at) - least <= total(other));
                }
            }
        }
    }
}
