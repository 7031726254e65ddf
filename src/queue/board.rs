//! Who has what: a plan and the entries of its log go in, what a slot may take comes out. Pure:
//! nodes that have read the same entries see the same.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::model::batch::{Ask, Item};
use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::model::plan::PlannedGroup;
use crate::model::queue::{Closing, Entry, Portion, Take};
use crate::queue::split::weight;
use crate::queue::waiting::{Hold, Waiting};
use crate::queue::work::{Work, count};

/// What came back so often is dealt no more: it may bring down whoever takes it.
const TRIES: u32 = 3;

/// Why an entry does not fit those before it: the log is damaged, or not of this plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an entry of the queue does not fit those before it: {0:?}")]
pub(crate) struct Misfit(pub(crate) Entry);

/// The state of a shared run.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    work: Arc<Work>,
    waiting: Waiting,
    slots: BTreeMap<ShardNumber, Slot>,
    /// How many pieces came back too often.
    given_up: usize,
    cancelled: Option<String>,
}

/// One coming of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) who: String,
    pub(crate) joined: UnixMillis,
    pub(crate) closed: Option<Closed>,
    /// What it had when it was closed.
    had: Vec<Hold>,
    /// What it has and is not done with.
    holds: Vec<Hold>,
    /// All that it was ever dealt and did not give back.
    kept: Vec<Hold>,
    /// When it last took something.
    claimed: UnixMillis,
}

/// How a slot ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) why: Closing,
    /// So many lines of its events count.
    pub(crate) lines: u64,
    pub(crate) at: UnixMillis,
}

impl Board {
    /// Before anybody came.
    pub(crate) fn new(work: Arc<Work>) -> Self {
        let waiting = Waiting::new(&work);
        Self { work, waiting, slots: BTreeMap::new(), given_up: 0, cancelled: None }
    }

    /// The slot that comes next.
    pub(crate) fn next_slot(&self) -> ShardNumber {
        ShardNumber::at(self.slots.len())
    }

    pub(crate) fn slots(&self) -> &BTreeMap<ShardNumber, Slot> {
        &self.slots
    }

    /// Who cancelled the run, if somebody did.
    pub(crate) fn cancelled(&self) -> Option<&str> {
        self.cancelled.as_deref()
    }

    /// How many pieces of work wait for somebody to take them.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many pieces came back too often to be dealt once more.
    pub(crate) fn given_up(&self) -> usize {
        self.given_up
    }

    /// Whether nothing waits, and nobody has anything that may come back.
    pub(crate) fn is_over(&self) -> bool {
        self.cancelled.is_some()
            || (self.waiting() == 0 && self.slots.values().all(|slot| slot.holds.is_empty()))
    }

    /// Whether others than this slot were dealt something and have not said that they go. Where one
    /// of them died, nobody else has what it did.
    pub(crate) fn is_awaited(&self, but: ShardNumber) -> bool {
        let mut others = self.slots.iter().filter(|(number, _)| **number != but);
        others.any(|(_, slot)| slot.closed.is_none() && !slot.kept.is_empty())
    }

    /// Whether a slot has come and is not closed.
    pub(crate) fn is_open(&self, slot: ShardNumber) -> bool {
        self.slots.get(&slot).is_some_and(|slot| slot.closed.is_none())
    }

    /// Whether a slot has this, or more of the same group, and is not done with it.
    pub(crate) fn has(&self, slot: ShardNumber, portion: &Portion) -> bool {
        let holds = self.slots.get(&slot).map_or(&[][..], |slot| &slot.holds);
        holds.iter().any(|hold| hold.portion.unit == portion.unit)
    }

    /// What a slot has and is not done with.
    pub(crate) fn holds(&self, slot: ShardNumber) -> Vec<Item> {
        self.items(self.slots.get(&slot).map_or(&[][..], |slot| &slot.holds))
    }

    /// What a slot had and was not done with when it was closed.
    pub(crate) fn had(&self, slot: ShardNumber) -> Vec<Item> {
        self.items(self.slots.get(&slot).map_or(&[][..], |slot| &slot.had))
    }

    /// All that a slot was dealt and did not give back.
    pub(crate) fn kept(&self, slot: ShardNumber) -> Vec<Item> {
        self.items(self.slots.get(&slot).map_or(&[][..], |slot| &slot.kept))
    }

    fn items(&self, holds: &[Hold]) -> Vec<Item> {
        let item = |hold: &Hold| {
            let planned = self.work.group(&hold.portion)?;
            Some(Item { from: hold.from, again: hold.times > 0, planned })
        };
        holds.iter().filter_map(item).collect()
    }

    /// Groups as they are named in entries.
    pub(crate) fn portions<'a>(
        &self,
        groups: impl IntoIterator<Item = &'a PlannedGroup>,
    ) -> Vec<Portion> {
        groups.into_iter().filter_map(|planned| self.work.portion(&planned.group)).collect()
    }

    /// What a slot that is free should take now; nothing where nothing waits. `least`: what one
    /// more start costs in the time of tests.
    pub(crate) fn offer(&self, slot: ShardNumber, least: Duration, now: UnixMillis) -> Vec<Take> {
        if self.cancelled.is_some() {
            return Vec::new();
        }
        let begins = |slot: &Slot| slot.closed.is_none() && slot.claimed == UnixMillis(0);
        if self.slots.get(&slot).is_some_and(begins)
            && let Some(head) = self.waiting.heads.get(slot.index()).filter(|it| !it.is_empty())
        {
            return vec![Take::Head { shard: slot, count: count(head.len()) }];
        }
        let ask = Ask { takers: self.takers(), least, ahead: self.ahead(slot, now) };
        let is_kept = |shard: ShardNumber| self.slots.get(&shard).is_some_and(begins);
        self.waiting.batch(&self.work, ask, is_kept)
    }

    /// What others have taken and, as far as was predicted, not done by now.
    fn ahead(&self, but: ShardNumber, now: UnixMillis) -> Duration {
        let others = self.slots.iter().filter(|(number, _)| **number != but);
        let left = |slot: &Slot| {
            let held = slot.holds.iter().filter_map(|hold| self.work.group(&hold.portion));
            let held: Duration = held.map(|planned| weight(&planned)).sum();
            held.saturating_sub(now.since(slot.claimed) * self.work.workers)
        };
        others.map(|(_, slot)| left(slot)).sum()
    }

    /// How many share what waits: who is here, and those whose part of the plan nobody has begun.
    fn takers(&self) -> u32 {
        let here = self.slots.values().filter(|slot| slot.closed.is_none()).count();
        count(here) + self.waiting.awaited(self.slots.len())
    }

    /// Takes the next entry in.
    ///
    /// # Errors
    ///
    /// One that no node could have written after those before it.
    pub(crate) fn apply(&mut self, entry: &Entry) -> Result<(), Misfit> {
        self.fold(entry).ok_or_else(|| Misfit(entry.clone()))
    }

    fn fold(&mut self, entry: &Entry) -> Option<()> {
        match entry {
            Entry::Joined { slot, who, at } => {
                let slot = (*slot == self.next_slot()).then_some(*slot)?;
                let (holds, kept) = (Vec::new(), Vec::new());
                let new = Slot {
                    who: who.clone(),
                    joined: *at,
                    closed: None,
                    had: Vec::new(),
                    holds,
                    kept,
                    claimed: UnixMillis(0),
                };
                self.slots.insert(slot, new);
            }
            Entry::Claimed { slot, takes, at } => {
                let mut drawn = Vec::new();
                for take in takes {
                    drawn.extend(self.waiting.draw(&self.work, *take)?);
                }
                let slot = self.open(*slot)?;
                slot.claimed = *at;
                slot.kept.extend(drawn.iter().cloned());
                slot.holds.extend(drawn);
            }
            Entry::Settled { slot } => self.give_back(*slot, &[], true)?,
            Entry::Closed { slot, why, lines, left, at } => {
                let had = self.open(*slot)?.holds.clone();
                self.give_back(*slot, left, *why != Closing::Unbegun)?;
                let (why, lines, at) = (*why, *lines, *at);
                let slot = self.open(*slot)?;
                (slot.closed, slot.had) = (Some(Closed { why, lines, at }), had);
            }
            Entry::Cancelled { by } => {
                self.cancelled.get_or_insert_with(|| by.clone());
            }
        }
        Some(())
    }

    fn open(&mut self, slot: ShardNumber) -> Option<&mut Slot> {
        self.slots.get_mut(&slot).filter(|slot| slot.closed.is_none())
    }

    /// A slot is done with all that it holds, but for what is left; of which it has begun something,
    /// or nothing.
    fn give_back(&mut self, number: ShardNumber, left: &[Portion], begun: bool) -> Option<()> {
        let work = self.work.clone();
        let slot = self.open(number)?;
        let held = std::mem::take(&mut slot.holds);
        let mut back = Vec::new();
        for portion in left {
            let had = held.iter().find(|had| had.portion.unit == portion.unit)?;
            let kept = slot.kept.iter_mut().rfind(|kept| kept.portion.unit == portion.unit)?;
            kept.portion = without(&kept.portion, portion, &work)?;
            let (from, times) = if begun { (number, had.times + 1) } else { (had.from, had.times) };
            back.push(Hold { portion: portion.clone(), from, times });
        }
        slot.kept.retain(|kept| kept.portion.tests.as_ref().is_none_or(|tests| !tests.is_empty()));
        for hold in back {
            if hold.times < TRIES {
                self.waiting.give_back(hold);
            } else {
                self.given_up += 1;
            }
        }
        Some(())
    }
}

/// A portion without a part of it.
fn without(all: &Portion, part: &Portion, work: &Work) -> Option<Portion> {
    let tests = work.planned(all.unit)?.planned.group.tests.len();
    let everything = || (0..count(tests)).collect::<Vec<u32>>();
    let mut kept = all.tests.clone().unwrap_or_else(everything);
    match &part.tests {
        Some(gone) => kept.retain(|test| !gone.contains(test)),
        None => kept.clear(),
    }
    Some(Portion { unit: all.unit, tests: Some(kept) })
}
