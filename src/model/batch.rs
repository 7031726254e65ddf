//! What passes between the engine and whoever has work for it: a shard asks, a batch comes back.

use std::time::Duration;

use crate::model::id::ShardNumber;
use crate::model::plan::PlannedGroup;

/// A group for whoever is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The shard that the plan gives it, or else the last one that had it.
    pub(crate) from: ShardNumber,
    /// That one had it, and could not finish it.
    pub(crate) again: bool,
    pub(crate) planned: PlannedGroup,
}

/// A shard that is free asks for work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ask {
    /// How many shards share what is left, this one included.
    pub(crate) takers: u32,
    /// What one more start costs, in the time of tests: a smaller batch is not worth it.
    pub(crate) least: Duration,
    /// What the others have begun and not done yet, as predicted, in the time of tests; nothing
    /// where nobody knows.
    pub(crate) ahead: Duration,
}
