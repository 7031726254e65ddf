//! Longest processing time first: each group, the longest first, goes where it would end first.

use crate::plan::dealer::Dealer;
use crate::plan::work::Work;
use crate::plan::{Deal, Strategy};

pub(crate) struct Lpt;

impl Strategy for Lpt {
    fn name(&self) -> &'static str {
        "lpt"
    }

    fn about(&self) -> &'static str {
        "longest groups first, each to the shard that has the least to do"
    }

    fn deal(&self, work: &Work<'_>) -> Deal {
        let order = work.longest_first();
        let mut dealer = Dealer::new(work);
        dealer.give_each(order.iter().copied());
        dealer.deal()
    }
}
