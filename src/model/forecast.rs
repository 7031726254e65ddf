//! What more or fewer shards would bring.

use std::time::Duration;

use crate::model::plan::Blocker;

/// Several numbers of shards side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Forecast {
    /// Ascending by their shards; at least one.
    pub(crate) points: Vec<Point>,
    /// The position of the last count that pays: with more shards, each of them saves too little.
    pub(crate) enough: usize,
    /// What keeps the plan of that count from being faster.
    pub(crate) blocker: Option<Blocker>,
}

/// One number of shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) shards: u32,
    /// The predicted time of the slowest shard.
    pub(crate) predicted: Duration,
    /// What all shards take together.
    pub(crate) machine_time: Duration,
    /// Whether it is proven that no plan with as many shards is faster.
    pub(crate) optimal: bool,
}
