//! How long a node is believed to live: when it was last heard of and the time now go in, who is
//! lost comes out. Pure; all times are the store's.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::queue::board::Board;

/// When nodes are heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lease {
    /// A node says at least so often that it lives.
    pub(crate) heartbeat: Duration,
    /// One that was not heard of for longer is given up.
    pub(crate) expiry: Duration,
}

impl Lease {
    /// A slot whose lease is over, but not `own`, and when it was last heard of; the first of
    /// several. `beats` holds when each was heard of: where the store forgot that, it was when it
    /// came. Who could not hear the store itself, as `own` before `since`, does not know who else
    /// could not: nobody is given up for a time in which the store may have been away.
    pub(crate) fn lost(
        &self,
        board: &Board,
        beats: &BTreeMap<ShardNumber, UnixMillis>,
        (since, now): (UnixMillis, UnixMillis),
        own: ShardNumber,
    ) -> Option<(ShardNumber, Option<UnixMillis>)> {
        let open = board.slots().iter().filter(|(_, slot)| slot.closed.is_none());
        let mut others = open.filter(|(number, _)| **number != own);
        others.find_map(|(number, slot)| {
            let beat = beats.get(number).copied();
            let is_over = now.since(beat.unwrap_or(slot.joined).max(since)) > self.expiry;
            is_over.then_some((*number, beat))
        })
    }

    /// Whether between these moments the store was not heard for so long that others, who could not
    /// reach it either, may seem lost.
    pub(crate) fn is_gap(&self, before: UnixMillis, now: UnixMillis) -> bool {
        now.since(before) > self.expiry / 3
    }
}
