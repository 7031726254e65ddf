//! In turn, like cards: the most urgent group to the first shard, the next to the second.

use crate::plan::order::Urgency;
use crate::plan::work::Work;
use crate::plan::{Deal, Strategy};

pub(crate) struct RoundRobin;

impl Strategy for RoundRobin {
    fn name(&self) -> &'static str {
        "round-robin"
    }

    fn about(&self) -> &'static str {
        "in turn like cards: what failed last time first, then the longest"
    }

    fn urgency(&self) -> Urgency {
        Urgency::Trouble
    }

    fn deal(&self, work: &Work<'_>) -> Deal {
        let mut hands = vec![Vec::new(); work.shards];
        for (turn, index) in work.troubled_first().into_iter().enumerate() {
            hands[turn % work.shards].push(index);
        }
        hands.into()
    }
}
