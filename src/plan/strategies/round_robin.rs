//! In turn, like cards: the most urgent group to the first shard, the next to the second.

use crate::plan::Strategy;
use crate::plan::work::Work;

pub(crate) struct RoundRobin;

impl Strategy for RoundRobin {
    fn name(&self) -> &'static str {
        "round-robin"
    }

    fn about(&self) -> &'static str {
        "in turn like cards: what failed last time first, then the longest"
    }

    fn deal(&self, work: &Work<'_>) -> Vec<Vec<usize>> {
        let mut hands = vec![Vec::new(); work.shards];
        for (turn, index) in work.troubled_first().into_iter().enumerate() {
            hands[turn % work.shards].push(index);
        }
        hands
    }
}
