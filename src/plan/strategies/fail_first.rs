//! What failed the last time comes first in every shard, so that bad news come early.

use crate::plan::dealer::Dealer;
use crate::plan::order::Urgency;
use crate::plan::work::Work;
use crate::plan::{Deal, Strategy};

pub(crate) struct FailFirst;

impl Strategy for FailFirst {
    fn name(&self) -> &'static str {
        "fail-first"
    }

    fn about(&self) -> &'static str {
        "what failed last time first in every shard, then the longest"
    }

    fn urgency(&self) -> Urgency {
        Urgency::Trouble
    }

    fn deal(&self, work: &Work<'_>) -> Deal {
        let order = work.troubled_first();
        let well = |index: &usize| !work.items[*index].trouble.is_some();
        let (healthy, troubled): (Vec<usize>, Vec<usize>) = order.iter().partition(|i| well(i));
        let mut dealer = Dealer::new(work);
        dealer.give_evenly(troubled);
        dealer.give_each(healthy);
        dealer.deal()
    }
}
