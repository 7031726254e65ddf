//! One look at each weight: longest processing time first, and MULTIFIT (first fit decreasing
//! into bins of the least size that it manages).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::plan::packing::{Bins, Problem};

/// Each weight, the heaviest first, to the bin that is lightest.
#[expect(clippy::unnecessary_wraps, reason = "one way of several that may give up")]
pub(super) fn longest_first(problem: &Problem<'_>) -> Option<Bins> {
    let mut bins: Bins = vec![Vec::new(); problem.bins];
    let mut lightest: BinaryHeap<Reverse<(u64, usize)>> =
        (0..problem.bins).map(|bin| Reverse((0, bin))).collect();
    for &position in &problem.heaviest_first {
        if let Some(Reverse((weight, bin))) = lightest.pop() {
            bins[bin].push(position);
            lightest.push(Reverse((weight.saturating_add(problem.weights[position]), bin)));
        }
    }
    Some(bins)
}

/// MULTIFIT; none where there are so many bins and weights that it would take long.
pub(super) fn multifit(problem: &Problem<'_>) -> Option<Bins> {
    /// Looks at a bin in all.
    const LONG: usize = 2_000_000;
    if problem.weights.len().saturating_mul(problem.bins) > LONG {
        return None;
    }
    let total = problem.weigh(&problem.heaviest_first);
    let heaviest = problem.heaviest_first.first().map_or(0, |&first| problem.weights[first]);
    let (mut low, mut high) = (problem.bound, total.div_ceil(problem.bins as u64));
    // What first fit decreasing always manages.
    high = high.saturating_mul(2).max(heaviest).max(low);
    let mut best = None;
    while low < high {
        let middle = low + (high - low) / 2;
        match first_fit(problem, middle) {
            Some(bins) => {
                high = middle;
                best = Some(bins);
            }
            None => low = middle + 1,
        }
    }
    best.or_else(|| first_fit(problem, high))
}

/// Each weight, the heaviest first, to the first bin that has room; none where one has not.
fn first_fit(problem: &Problem<'_>, size: u64) -> Option<Bins> {
    let mut bins: Bins = vec![Vec::new(); problem.bins];
    let mut room = vec![size; problem.bins];
    for &position in &problem.heaviest_first {
        let weight = problem.weights[position];
        let bin = room.iter().position(|&room| room >= weight)?;
        room[bin] -= weight;
        bins[bin].push(position);
    }
    Some(bins)
}
