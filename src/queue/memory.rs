//! Work for the shards of one process: groups go in, batches come out whenever a shard is free.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::batch::{Ask, Item};
use crate::queue::guided::count;
use crate::queue::split::weight;

/// What is not dealt yet, the longest first.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    rest: VecDeque<Item>,
    left: Duration,
    /// How many batches there may still be.
    batches: usize,
}

impl Pool {
    /// Deals `rest`, which has the longest first, in at most so many batches.
    pub(crate) fn new(rest: Vec<Item>, batches: usize) -> Self {
        let left = rest.iter().map(|item| weight(&item.planned)).sum();
        Self { rest: rest.into(), left, batches }
    }

    /// The next batch; empty when nothing is left.
    pub(crate) fn take(&mut self, ask: Ask) -> Vec<Item> {
        let is_last = self.batches <= 1;
        self.batches = self.batches.saturating_sub(1);
        let weights = self.rest.iter().map(|item| weight(&item.planned));
        let groups = if is_last { self.rest.len() } else { count(weights, self.left, ask) };
        let batch: Vec<Item> = self.rest.drain(..groups).collect();
        let taken = batch.iter().map(|item| weight(&item.planned)).sum();
        self.left = self.left.saturating_sub(taken);
        batch
    }
}
