//! Suite x estimates -> plan: which shard runs what, in which order, and how long it will take.
//!
//! To add a strategy: one file in `strategies/` and one line in [`STRATEGIES`].

pub(crate) mod assigned;
pub(crate) mod blocker;
mod bound;
mod churn;
pub(crate) mod compare;
mod dealer;
mod dispatch;
pub(crate) mod make;
mod native;
mod order;
mod packing;
mod strategies;
#[cfg(test)]
mod tests;
pub(crate) mod what_if;
mod work;

use order::Urgency;
use strategies::balanced::Balanced;
use strategies::fail_first::FailFirst;
use strategies::file::File;
use strategies::lpt::Lpt;
use strategies::round_robin::RoundRobin;
use strategies::tag::Tag;
use work::Work;

/// A rule that deals test groups to shards.
pub(crate) trait Strategy: Sync {
    /// What the user writes after `--strategy`.
    fn name(&self) -> &'static str;

    /// One line for the help.
    fn about(&self) -> &'static str;

    /// What should start first in a shard.
    fn urgency(&self) -> Urgency {
        Urgency::Longest
    }

    /// Who gets what.
    fn deal(&self, work: &Work<'_>) -> Deal;
}

/// The answer of a strategy.
pub(crate) struct Deal {
    /// For every shard, in the order of their numbers, the positions in `work.items` that it
    /// gets, in any order. Every position exactly once.
    pub(crate) hands: Vec<Vec<usize>>,
    /// Nobody can deal so that the slowest shard is faster.
    pub(crate) optimal: bool,
}

impl From<Vec<Vec<usize>>> for Deal {
    fn from(hands: Vec<Vec<usize>>) -> Self {
        Self { hands, optimal: false }
    }
}

/// Every strategy, the default first.
pub(crate) const STRATEGIES: &[&dyn Strategy] =
    &[&Balanced, &Lpt, &RoundRobin, &File, &Tag, &FailFirst];

/// The strategy of that name.
pub(crate) fn strategy(name: &str) -> Option<&'static dyn Strategy> {
    STRATEGIES.iter().copied().find(|strategy| strategy.name() == name)
}
