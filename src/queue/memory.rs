//! Work for the shards of one process: groups go in, batches come out whenever a shard is free.
//!
//! Batches shrink towards the end (guided self-scheduling: Polychronopoulos and Kuck, IEEE
//! Transactions on Computers C-36/12, 1987), and are smaller than an even share of the rest, because
//! estimates are wrong (factoring: Hummel, Schonberg and Flynn, CACM 35/8, 1992).

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::batch::{Ask, Item};
use crate::queue::split::weight;

/// A batch is so many parts in so many of what each shard would get of the rest.
const SHARE: (u32, u32) = (2, 3);

/// What is not dealt yet, the longest first.
#[derive(Debug)]
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
        let size = size(self.left, ask);
        let is_last = self.batches <= 1;
        self.batches = self.batches.saturating_sub(1);
        let mut batch = Vec::new();
        let mut taken = Duration::ZERO;
        while let Some(next) = self.rest.front() {
            // A batch is not much longer than it should be, or the others would wait for it.
            let longer = taken + weight(&next.planned);
            if !batch.is_empty() && longer > size && !is_last {
                break;
            }
            taken = longer;
            batch.extend(self.rest.pop_front());
        }
        self.left = self.left.saturating_sub(taken);
        batch
    }
}

/// How much of what is left a batch should be.
pub(super) fn size(left: Duration, ask: Ask) -> Duration {
    (left / ask.takers.max(1) * SHARE.0 / SHARE.1).max(ask.least)
}
