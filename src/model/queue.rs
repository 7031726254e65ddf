//! What nodes that share a run tell each other: entries of one log. In the order in which they
//! stand there they fold into who has what (`queue/board.rs`), and nothing else does.

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;

/// One thing that a node did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A node came. Slots count from 1, one for each coming; none is given twice.
    Joined {
        slot: ShardNumber,
        /// What tells this coming from all others.
        who: String,
        at: UnixMillis,
    },
    /// It took work, which is its own until it says otherwise or is given up.
    Claimed { slot: ShardNumber, takes: Vec<Take>, at: UnixMillis },
    /// It is done with all that it had.
    Settled { slot: ShardNumber },
    /// It is gone; what it had and did not finish goes back.
    Closed {
        slot: ShardNumber,
        why: Closing,
        /// So many lines of its events count; what it says after them does not.
        lines: u64,
        left: Vec<Portion>,
        at: UnixMillis,
    },
    /// Nobody is to begin anything more.
    Cancelled {
        /// Who wanted it, in words for people.
        by: String,
    },
}

/// So many units from the front of one of the places where work waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Take {
    /// Of what a shard of the plan begins with.
    Head { shard: ShardNumber, count: u32 },
    /// Of what is dealt while the run goes on, the longest first.
    Rest { count: u32 },
    /// Of what came back.
    Back { count: u32 },
}

/// A group of the plan, or some of its tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Portion {
    /// The place of the group among all groups of the plan, shard by shard, from 0.
    pub(crate) unit: u32,
    /// The places of its tests in the group, from 0; none for all of them.
    pub(crate) tests: Option<Vec<u32>>,
}

/// Why a node is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    /// It said so itself.
    Left,
    /// It said so itself, and had begun nothing of what it held: that is as if it was never taken.
    Unbegun,
    /// Nothing was heard of it for as long as a lease lasts.
    Lost,
}
