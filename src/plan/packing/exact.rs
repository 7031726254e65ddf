//! The bounded exact search: weight by weight, the heaviest first, into every bin that makes a
//! difference, for as long as the deal can still become lighter than the best so far.

use crate::plan::packing::{Bins, Problem};

/// More weights than these are never searched through in the steps that there are.
const MOST: usize = 400;
/// How many bins may be looked into; some 10 ms.
const STEPS: u64 = 50_000;

/// Replaces the deal by a lighter one where the search finds one. True where it came to its end,
/// so that there is none lighter.
pub(super) fn improve(problem: &Problem<'_>, bins: &mut Bins) -> bool {
    let most = problem.weights.len();
    if problem.is_done(bins) {
        return true;
    }
    if most > MOST {
        return false;
    }
    let mut rest: Vec<u64> =
        problem.heaviest_first.iter().map(|&position| problem.weights[position]).collect();
    rest.push(0);
    for position in (0..most).rev() {
        rest[position] = rest[position].saturating_add(rest[position + 1]);
    }
    let mut search = Search {
        problem,
        rest,
        limit: problem.heaviest(bins),
        filled: vec![0; problem.bins],
        homes: vec![0; most],
        best: None,
        steps: STEPS,
    };
    search.descend(0);
    if let Some(homes) = search.best {
        *bins = vec![Vec::new(); problem.bins];
        for (place, bin) in homes.into_iter().enumerate() {
            bins[bin].push(problem.heaviest_first[place]);
        }
    }
    search.steps > 0
}

struct Search<'a> {
    problem: &'a Problem<'a>,
    /// What all from a place in line on weigh.
    rest: Vec<u64>,
    /// The heaviest bin must become lighter than this.
    limit: u64,
    filled: Vec<u64>,
    /// The bin of each place in line.
    homes: Vec<usize>,
    best: Option<Vec<usize>>,
    steps: u64,
}

impl Search<'_> {
    /// Deals from `place` on. True when the search is over.
    fn descend(&mut self, place: usize) -> bool {
        let Some(&position) = self.problem.heaviest_first.get(place) else {
            self.limit = self.filled.iter().copied().max().unwrap_or_default();
            self.best = Some(self.homes.clone());
            return self.limit <= self.problem.bound;
        };
        // All that is left must fit below the limit.
        let room: u64 =
            self.filled.iter().map(|filled| (self.limit - 1).saturating_sub(*filled)).sum();
        if room < self.rest[place] {
            return false;
        }
        let weight = self.problem.weights[position];
        // The fullest bin first: what fits closely leaves the others free.
        let mut bins: Vec<usize> = (0..self.filled.len()).collect();
        bins.sort_by_key(|&bin| (std::cmp::Reverse(self.filled[bin]), bin));
        let mut last = None;
        for bin in bins {
            let filled = self.filled[bin];
            // Bins that hold the same are the same.
            if last.replace(filled) == Some(filled) || filled.saturating_add(weight) >= self.limit {
                continue;
            }
            self.steps = self.steps.saturating_sub(1);
            if self.steps == 0 {
                return true;
            }
            self.filled[bin] = filled + weight;
            self.homes[place] = bin;
            let over = self.descend(place + 1);
            self.filled[bin] = filled;
            if over {
                return true;
            }
        }
        false
    }
}
