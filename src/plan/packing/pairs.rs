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
        // Of equal weights those stay where they are that can: the sort is stable.
        let mut both: Vec<usize> = [bins[heaviest].as_slice(), &bins[other]].concat();
        both.sort_by_key(|&position| Reverse(problem.weights[position]));
        let equals = both.chunk_by(|&a, &b| problem.weights[a] == problem.weights[b]);
        let equals: Vec<&[usize]> = equals.collect();
        let total = weights[heaviest].saturating_add(weights[other]);
        let mut split = Split {
            classes: equals.iter().map(|all| (problem.weights[all[0]], all.len())).collect(),
            rest: Vec::new(),
            limit: weights[heaviest],
            wanted: total.div_ceil(2).max(problem.bound),
            total,
            chosen: vec![0; equals.len()],
            best: None,
            steps: STEPS_OF_A_SPLIT.min(*steps),
        };
        let before = split.steps;
        let found = split.search();
        *steps = steps.saturating_sub((before - split.steps).max(1));
        if let Some(chosen) = found {
            let parts = equals.iter().zip(&chosen).map(|(all, &chosen)| all.split_at(chosen));
            let (one, two): (Vec<&[usize]>, Vec<&[usize]>) = parts.unzip();
            (bins[heaviest], bins[other]) = (one.concat(), two.concat());
            weights[heaviest] = problem.weigh(&bins[heaviest]);
            weights[other] = problem.weigh(&bins[other]);
            return true;
        }
    }
    false
}

/// The search for the most even split of some weights in two.
struct Split {
    /// Weights and how many there are of each, the heaviest first: equals need not be told apart.
    classes: Vec<(u64, usize)>,
    /// What all classes from a position on weigh.
    rest: Vec<u64>,
    /// Both parts must stay below.
    limit: u64,
    /// Good enough for the heavier part.
    wanted: u64,
    total: u64,
    /// How many of each class are one part.
    chosen: Vec<usize>,
    best: Option<Vec<usize>>,
    steps: u64,
}

impl Split {
    /// How many of each class are one part; none where every split found is as heavy as the limit.
    fn search(&mut self) -> Option<Vec<usize>> {
        self.rest = vec![0; self.classes.len() + 1];
        for (position, (weight, count)) in self.classes.iter().enumerate().rev() {
            self.rest[position] = self.rest[position + 1].saturating_add(times(*weight, *count));
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
        let left = self.total.saturating_sub(most);
        if sum >= self.limit || left >= self.limit {
            return false;
        }
        let Some(&(weight, count)) = self.classes.get(position) else {
            let heavier = sum.max(self.total - sum);
            if heavier < self.limit {
                self.limit = heavier;
                self.best = Some(self.chosen.clone());
            }
            return self.limit <= self.wanted;
        };
        for chosen in nearest(even(weight, count, sum, left), count) {
            self.chosen[position] = chosen;
            if self.descend(position + 1, sum.saturating_add(times(weight, chosen))) {
                return true;
            }
        }
        false
    }
}

/// How many of a class make both parts most even, where `sum` is chosen of what came before and
/// `left` is not.
fn even(weight: u64, count: usize, sum: u64, left: u64) -> usize {
    let weight = weight.max(1);
    let missing = left.saturating_add(times(weight, count)).saturating_sub(sum);
    let even = missing.saturating_add(weight) / weight.saturating_mul(2);
    usize::try_from(even).map_or(count, |even| even.min(count))
}

/// All numbers up to `most`, those next to `middle` first.
fn nearest(middle: usize, most: usize) -> impl Iterator<Item = usize> {
    let steps = (1..=most).flat_map(move |step| [middle.checked_sub(step), Some(middle + step)]);
    std::iter::once(middle).chain(steps.flatten()).filter(move |&number| number <= most)
}

fn times(weight: u64, count: usize) -> u64 {
    weight.saturating_mul(count as u64)
}
