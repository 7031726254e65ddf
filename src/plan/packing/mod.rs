//! Weights and a number of bins go in; a deal whose heaviest bin is as light as can be found comes
//! out. Always the same one: what limits the search are counts, not clocks.
//!
//! The three classic ways (LPT, MULTIFIT, Karmarkar and Karp's differencing) are each improved by
//! splitting pairs of bins anew, until one of them is as light as any deal can be; then comes a
//! bounded exact search. LPT is first: it spreads what weighs the same over all bins.

mod differencing;
mod exact;
mod greedy;
mod pairs;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

/// Positions in the weights, bin by bin; some bins may be empty.
pub(crate) type Bins = Vec<Vec<usize>>;

/// What is to be packed.
pub(crate) struct Problem<'a> {
    pub(crate) weights: &'a [u64],
    /// Positions in the weights, the heaviest first; equals by position.
    pub(crate) heaviest_first: Vec<usize>,
    /// At least one.
    pub(crate) bins: usize,
    /// No deal can have a lighter heaviest bin.
    pub(crate) bound: u64,
}

/// A deal, and whether it is shown that none is better.
pub(crate) struct Packing {
    pub(crate) bins: Bins,
    pub(crate) optimal: bool,
}

/// Deals `weights` to `bins` bins.
pub(crate) fn pack(weights: &[u64], bins: usize) -> Bins {
    near(&Problem::new(weights, bins, 0))
}

/// The same with a search to the end, if that can be reached. No deal is lighter than `bound`.
pub(crate) fn pack_exactly(weights: &[u64], bins: usize, bound: u64) -> Packing {
    let problem = Problem::new(weights, bins, bound);
    let mut bins = near(&problem);
    let optimal = exact::improve(&problem, &mut bins);
    Packing { bins, optimal }
}

fn near(problem: &Problem<'_>) -> Bins {
    let ways: [fn(&Problem<'_>) -> Option<Bins>; 3] =
        [greedy::longest_first, greedy::multifit, differencing::differ];
    let mut best: Option<Bins> = None;
    for way in ways {
        if best.as_ref().is_some_and(|bins| problem.is_done(bins)) {
            break;
        }
        let Some(mut bins) = way(problem) else { continue };
        pairs::improve(problem, &mut bins);
        if best.as_ref().is_none_or(|best| problem.heaviest(&bins) < problem.heaviest(best)) {
            best = Some(bins);
        }
    }
    best.unwrap_or_default()
}

/// The greatest common divisor.
fn divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

impl<'a> Problem<'a> {
    fn new(weights: &'a [u64], bins: usize, bound: u64) -> Self {
        let mut heaviest_first: Vec<usize> = (0..weights.len()).collect();
        heaviest_first.sort_by_key(|&position| (Reverse(weights[position]), position));
        let bins = bins.max(1);
        let mut problem = Self { weights, heaviest_first, bins, bound };
        let total = problem.weigh(&problem.heaviest_first);
        let heaviest = problem.heaviest_first.first().map_or(0, |&first| weights[first]);
        let least = bound.max(heaviest).max(total.div_ceil(bins as u64));
        // What any weights add up to is a multiple of what divides them all.
        problem.bound = least.next_multiple_of(weights.iter().copied().fold(0, divisor).max(1));
        problem
    }

    /// The weight of the heaviest bin.
    pub(crate) fn heaviest(&self, bins: &Bins) -> u64 {
        bins.iter().map(|bin| self.weigh(bin)).max().unwrap_or_default()
    }

    /// The weight of one bin.
    pub(crate) fn weigh(&self, bin: &[usize]) -> u64 {
        bin.iter().fold(0, |sum: u64, &position| sum.saturating_add(self.weights[position]))
    }

    /// Nothing lighter can be found.
    fn is_done(&self, bins: &Bins) -> bool {
        self.heaviest(bins) <= self.bound
    }
}
