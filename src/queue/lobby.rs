//! How many runs a queue has at once: who comes, is there still or goes, and the time of the
//! server go in; whether a run may begin, has to wait or is turned away comes out. Pure.
//!
//! Every change first forgets nodes that were not heard of for their lease, and runs without nodes.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::lobby::{Booking, Lobby, Priority, Sign, Turn};

/// So many runs say how long one takes.
const KNOWN: usize = 20;
/// When to come again where nobody knows how long a run takes, and at the soonest.
const AGAIN: (Duration, Duration) = (Duration::from_mins(1), Duration::from_secs(5));

/// A node of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guest {
    pub(crate) run: String,
    /// What tells this coming of the node from all others.
    pub(crate) who: String,
    pub(crate) priority: Priority,
    pub(crate) lease: Duration,
}

/// How much a queue takes, as a node that comes was told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Capacity {
    /// Runs at once; without a number nobody waits.
    pub(crate) running: Option<NonZeroU32>,
    /// Runs that wait; without a number any number of them.
    pub(crate) queued: Option<u32>,
}

/// What a node that comes is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Admitted,
    /// So many runs run, and so many of those that wait go before. About so long, where runs that
    /// have ended tell.
    Waits {
        running: usize,
        ahead: usize,
        about: Option<Duration>,
    },
    /// So many runs run and wait; a place is free in about so long.
    Exceeded {
        running: usize,
        waiting: usize,
        again_in: Duration,
    },
}

impl Lobby {
    /// A node comes, or asks once more. The nodes of a run have one place; its priority is the
    /// highest that any of them names.
    pub(crate) fn enter(&mut self, guest: &Guest, capacity: Capacity, now: UnixMillis) -> Answer {
        self.sweep(now);
        let is_new = self.position(&guest.run).is_none();
        let at = self.hear(guest, now);
        let Some(most) = capacity.running.map(|most| most.get() as usize) else {
            self.begin(at, now);
            return Answer::Admitted;
        };
        let (running, ahead) = (self.running(), self.ahead(at));
        let free = most.saturating_sub(running);
        if self.bookings[at].runs() || ahead < free {
            self.begin(at, now);
            return Answer::Admitted;
        }
        let waiting = self.bookings.len() - running - 1;
        // Those for whom there is a place do not take one from who waits.
        if is_new && capacity.queued.is_some_and(|most| waiting - free >= most as usize) {
            self.bookings.remove(at);
            return Answer::Exceeded { running, waiting, again_in: self.again_in(now) };
        }
        let rounds = u32::try_from(ahead / most).unwrap_or(u32::MAX);
        let about =
            self.median().map(|one| self.again_in(now).saturating_add(one.saturating_mul(rounds)));
        Answer::Waits { running, ahead, about }
    }

    /// A node is at work. Where its run was forgotten, because the node was frozen, it is there
    /// again, however many there are: it does run.
    pub(crate) fn touch(&mut self, guest: &Guest, now: UnixMillis) {
        self.sweep(now);
        let at = self.hear(guest, now);
        self.begin(at, now);
    }

    /// A node goes. With the last one its run does.
    pub(crate) fn leave(&mut self, guest: &Guest, now: UnixMillis) {
        self.sweep(now);
        let Some(at) = self.position(&guest.run) else { return };
        let is_there = self.bookings[at].nodes.remove(&guest.who).is_some();
        if !is_there || !self.bookings[at].nodes.is_empty() {
            return;
        }
        if let Turn::Runs { since } = self.bookings.remove(at).turn {
            self.lasted.push(now.since(since));
            self.lasted.drain(..self.lasted.len().saturating_sub(KNOWN));
        }
    }

    /// Forgets a run, unless a node of it was heard of after this moment; without one in any case.
    pub(crate) fn forget(&mut self, run: &str, last: Option<UnixMillis>) {
        let is_known = |booking: &Booking| last.is_none_or(|last| booking.heard() <= Some(last));
        self.bookings.retain(|booking| booking.run != run || !is_known(booking));
    }

    /// Forgets who was not heard of for its lease.
    pub(crate) fn sweep(&mut self, now: UnixMillis) {
        for booking in &mut self.bookings {
            for sign in booking.nodes.values_mut() {
                // A server whose clock went back would keep the dead for that time.
                sign.heard = sign.heard.min(now);
            }
            booking.nodes.retain(|_, sign| now.since(sign.heard) <= sign.lease);
        }
        self.bookings.retain(|booking| !booking.nodes.is_empty());
    }

    /// How many runs run.
    pub(crate) fn running(&self) -> usize {
        self.bookings.iter().filter(|booking| booking.runs()).count()
    }

    /// How many of those that wait go before the one at this position.
    pub(crate) fn ahead(&self, at: usize) -> usize {
        let rank = |at: usize| (Reverse(self.bookings[at].priority), at);
        let waits = |other: &usize| !self.bookings[*other].runs();
        (0..self.bookings.len()).filter(waits).filter(|other| rank(*other) < rank(at)).count()
    }

    fn position(&self, run: &str) -> Option<usize> {
        self.bookings.iter().position(|booking| booking.run == run)
    }

    /// Keeps a sign of life. Gives where the run stands, which waits where it is new.
    fn hear(&mut self, guest: &Guest, now: UnixMillis) -> usize {
        let at = self.position(&guest.run).unwrap_or_else(|| {
            let (run, priority, turn) =
                (guest.run.clone(), guest.priority, Turn::Waits { since: now });
            self.bookings.push(Booking { run, priority, turn, nodes: BTreeMap::new() });
            self.bookings.len() - 1
        });
        let booking = &mut self.bookings[at];
        booking.priority = booking.priority.max(guest.priority);
        booking.nodes.insert(guest.who.clone(), Sign { heard: now, lease: guest.lease });
        at
    }

    fn begin(&mut self, at: usize, now: UnixMillis) {
        if !self.bookings[at].runs() {
            self.bookings[at].turn = Turn::Runs { since: now };
        }
    }

    /// In about which time a run ends, by what the latest ones lasted.
    fn again_in(&self, now: UnixMillis) -> Duration {
        let since = self.bookings.iter().filter_map(|booking| match booking.turn {
            Turn::Runs { since } => Some(now.since(since)),
            Turn::Waits { .. } => None,
        });
        let oldest = since.max().unwrap_or_default();
        self.median().map_or(AGAIN.0, |one| one.saturating_sub(oldest).max(AGAIN.1))
    }

    fn median(&self) -> Option<Duration> {
        let mut sorted = self.lasted.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
