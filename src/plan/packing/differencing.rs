//! Karmarkar and Karp's differencing: two deals at a time are put together, the heaviest bins of
//! the one upon the lightest of the other, until one is left.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::plan::packing::{Bins, Problem};

/// A deal of some of the weights.
struct Part {
    /// Relative weights, the heaviest first; the last is 0.
    weights: Vec<u64>,
    bins: Bins,
}

/// The deal by differencing; none where it would take too much memory.
pub(super) fn differ(problem: &Problem<'_>) -> Option<Bins> {
    /// Weights of bins that are kept at once.
    const LARGE: usize = 2_000_000;
    if problem.bins < 2 || problem.weights.len().saturating_mul(problem.bins) > LARGE {
        return None;
    }
    let mut parts: Vec<Option<Part>> = Vec::with_capacity(problem.weights.len() * 2);
    let mut widest = BinaryHeap::new();
    for &position in &problem.heaviest_first {
        let mut weights = vec![0; problem.bins];
        let mut bins = vec![Vec::new(); problem.bins];
        weights[0] = problem.weights[position];
        bins[0].push(position);
        widest.push((weights[0], Reverse(parts.len())));
        parts.push(Some(Part { weights, bins }));
    }
    while widest.len() > 1 {
        let mut next = || widest.pop().and_then(|(_, Reverse(part))| parts[part].take());
        let (Some(one), Some(other)) = (next(), next()) else { break };
        let both = together(one, other);
        widest.push((both.weights[0], Reverse(parts.len())));
        parts.push(Some(both));
    }
    let (_, Reverse(last)) = widest.pop()?;
    parts[last].take().map(|part| part.bins)
}

/// The heaviest bin of the one upon the lightest of the other, and so on.
fn together(mut one: Part, other: Part) -> Part {
    let mut bins: Vec<(u64, Vec<usize>)> = Vec::with_capacity(one.weights.len());
    let others = other.weights.into_iter().zip(other.bins).rev();
    for ((weight, bin), (more, mut added)) in one.weights.drain(..).zip(one.bins).zip(others) {
        // The longer list takes in the shorter.
        let mut bin = bin;
        if bin.len() < added.len() {
            std::mem::swap(&mut bin, &mut added);
        }
        bin.append(&mut added);
        bins.push((weight.saturating_add(more), bin));
    }
    bins.sort_by_key(|(weight, _)| Reverse(*weight));
    let lightest = bins.last().map_or(0, |(weight, _)| *weight);
    let (weights, bins) = bins.into_iter().map(|(weight, bin)| (weight - lightest, bin)).unzip();
    Part { weights, bins }
}
