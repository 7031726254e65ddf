//! A deal goes in and comes out with a lighter heaviest bin: it and another are emptied and what
//! they held is split between the two as evenly as can be.

use std::cmp::Reverse;

use crate::plan::packing::{Bins, Problem};

/// How many sums may be tried in all; some 10 ms.
const STEPS: u64 = 500_000;
/// So many weights in two bins are even enough as they are.
const MOST: usize = 2_000;
/// How many for one split.
const STEPS_OF_A_SPLIT: u64 = 20_000;

/// Goes on until no split of the heaviest bin with any other helps, or the steps are used up.
pub(super) fn improve(problem: &Problem<'_>, bins: &mut Bins) {
    let mut weights: Vec<u64> = bins.iter().map(|bin| problem.weigh(bin)).collect();
    let mut steps = STEPS;
    while steps > 0 && step(problem, bins, &mut weights, &mut steps) {}
}

/// Makes the heaviest bin lighter, if one split can.
fn step(problem: &Problem<'_>, bins: &mut Bins, weights: &mut [u64], steps: &mut u64) -> bool {
    let heaviest = (0..bins.len()).max_by_key(|&bin| (weights[bin], Reverse(bin)));
    let Some(heaviest) = heaviest.filter(|&bin| weights[bin] > problem.bound) else {
        return false;
    };
    let mut others: Vec<usize> = (0..bins.len()).filter(|&bin| bin != heaviest).collect();
    others.sort_by_key(|&bin| (weights[bin], bin));
    for other in others {
        if *steps == 0 || weights[other].saturating_add(1) >= weights[heaviest] {
            return false;
        }
        if bins[heaviest].len() + bins[other].len() > MOST {
            return false;
        }
        let mut both: Vec<usize> = [bins[heaviest].as_slice(), &bins[other]].concat();
        both.sort_by_key(|&position| (Reverse(problem.weights[position]), position));
        let total = weights[heaviest].saturating_add(weights[other]);
        let mut split = Split {
            weights: both.iter().map(|&position| problem.weights[position]).collect(),
            rest: Vec::new(),
            limit: weights[heaviest],
            wanted: total.div_ceil(2).max(problem.bound),
            total,
            chosen: vec![false; both.len()],
            best: None,
            steps: STEPS_OF_A_SPLIT.min(*steps),
        };
        let before = split.steps;
        let found = split.search();
        *steps = steps.saturating_sub((before - split.steps).max(1));
        if let Some(chosen) = found {
            let part = |wanted: bool| -> Vec<usize> {
                let kept = both.iter().zip(&chosen).filter(|(_, chosen)| **chosen == wanted);
                kept.map(|(&position, _)| position).collect()
            };
            (bins[heaviest], bins[other]) = (part(true), part(false));
            weights[heaviest] = problem.weigh(&bins[heaviest]);
            weights[other] = problem.weigh(&bins[other]);
            return true;
        }
    }
    false
}

/// The search for the most even split of some weights in two.
struct Split {
    /// The heaviest first.
    weights: Vec<u64>,
    /// What all from a position on weigh.
    rest: Vec<u64>,
    /// Both parts must stay below.
    limit: u64,
    /// Good enough for the heavier part.
    wanted: u64,
    total: u64,
    chosen: Vec<bool>,
    best: Option<Vec<bool>>,
    steps: u64,
}

impl Split {
    /// Which weights are one part; none where every split found is as heavy as the limit.
    fn search(&mut self) -> Option<Vec<bool>> {
        self.rest = self.weights.clone();
        self.rest.push(0);
        for position in (0..self.weights.len()).rev() {
            self.rest[position] = self.rest[position].saturating_add(self.rest[position + 1]);
        }
        self.descend(0, 0);
        self.best.take()
    }

    /// Chooses from `position` on, with `sum` chosen so far. True when nothing better is wanted.
    fn descend(&mut self, position: usize, sum: u64) -> bool {
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 {
            return true;
        }
        // What is not chosen weighs at least so much if all the rest is, and at most `total - sum`.
        let most = sum.saturating_add(self.rest[position]);
        if sum >= self.limit || self.total.saturating_sub(most) >= self.limit {
            return false;
        }
        if position == self.weights.len() {
            let heavier = sum.max(self.total - sum);
            if heavier < self.limit {
                self.limit = heavier;
                self.best = Some(self.chosen.clone());
            }
            return self.limit <= self.wanted;
        }
        // Towards the half first, as the greedy way goes.
        let take_first = sum <= self.total.saturating_sub(most);
        for take in [take_first, !take_first] {
            self.chosen[position] = take;
            let sum = if take { sum.saturating_add(self.weights[position]) } else { sum };
            if self.descend(position + 1, sum) {
                return true;
            }
        }
        self.chosen[position] = false;
        false
    }
}
