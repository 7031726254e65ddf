//! Suite x estimates -> plan: which shard runs what, in which order, and how long it will take.
//!
//! To add a strategy: one file in `strategies/` and one line in [`STRATEGIES`].

pub(crate) mod assigned;
pub(crate) mod blocker;
mod bound;
pub(crate) mod compare;
mod dealer;
mod dispatch;
pub(crate) mod make;
mod native;
mod strategies;
#[cfg(test)]
mod tests;
pub(crate) mod what_if;
mod work;

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

    /// For every shard, in the order of their numbers, the positions in `work.items` that it
    /// gets, in the order in which they should start. Every position exactly once.
    fn deal(&self, work: &Work<'_>) -> Vec<Vec<usize>>;
}

/// Every strategy, the default first.
pub(crate) const STRATEGIES: &[&dyn Strategy] =
    &[&Balanced, &Lpt, &RoundRobin, &File, &Tag, &FailFirst];

/// The strategy of that name.
pub(crate) fn strategy(name: &str) -> Option<&'static dyn Strategy> {
    STRATEGIES.iter().copied().find(|strategy| strategy.name() == name)
}
