//! What a store of a shared run does: one operation at a time, each whole or not at all. An
//! operation and how much of the log is known go in, whether it was done, what is new in the log
//! and the store's time come out.
//!
//! An operation may be repeated: one that was done already is not done again, and its entry is
//! among the new ones.

use std::collections::BTreeMap;

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::model::queue::Entry;

/// What is asked of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Op {
    /// Nothing but what is new, and who was heard of when.
    Read,
    /// Adds the entry of a slot that comes, if nothing is new; it is alive from now on.
    Join { slot: ShardNumber, entry: Entry },
    /// Adds an entry if nothing is new, and the slot, where it is of one, is alive.
    Append { slot: Option<ShardNumber>, entry: Entry },
    /// Adds the entry that closes a slot, if nothing is new and no more was heard of it than that
    /// beat and so many lines. It is not alive any more.
    Close { slot: ShardNumber, entry: Entry, beat: Option<UnixMillis>, lines: u64 },
    /// Says that the slot is alive, if it still is.
    Beat { slot: ShardNumber },
    /// Keeps lines of a slot that is alive, behind the first `from`; those that are there already
    /// are not kept once more.
    Tell { slot: ShardNumber, from: u64, lines: Vec<String> },
    /// Gives lines of a slot, from this one on: at most [`LINES`].
    Lines { slot: ShardNumber, from: u64 },
}

/// How much of the log whoever asks knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// So many entries.
    pub(crate) count: u64,
    /// The last of them, if that is to be looked at: where the store has another one in its place,
    /// it has lost what was in it, does nothing, and gives a length of 0.
    pub(crate) last: Option<Entry>,
}

impl From<u64> for Seen {
    fn from(count: u64) -> Self {
        Self { count, last: None }
    }
}

/// How many lines are given at once.
pub(crate) const LINES: u64 = 500;

impl Op {
    /// The slot that it is of.
    pub(crate) fn slot(&self) -> Option<ShardNumber> {
        match self {
            Self::Read => None,
            Self::Append { slot, .. } => *slot,
            Self::Join { slot, .. }
            | Self::Close { slot, .. }
            | Self::Beat { slot }
            | Self::Tell { slot, .. }
            | Self::Lines { slot, .. } => Some(*slot),
        }
    }
}

/// What the store says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The operation was done, now or before.
    pub(crate) done: bool,
    pub(crate) now: UnixMillis,
    /// The slot of the operation is alive.
    pub(crate) alive: bool,
    /// How many entries the log has.
    pub(crate) length: u64,
    /// Those behind the ones that the caller knows.
    pub(crate) entries: Vec<Entry>,
    /// When each slot that is alive was last heard of; for [`Op::Read`] alone.
    pub(crate) beats: BTreeMap<ShardNumber, UnixMillis>,
    /// For [`Op::Lines`] alone.
    pub(crate) lines: Vec<String>,
}
