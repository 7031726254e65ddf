//! The least predicted time: whole files where that does, single groups only of the files that
//! stand in the way.

mod search;
mod units;

use crate::plan::bound::lower_bound;
use crate::plan::order::{Order, Urgency};
use crate::plan::strategies::lpt::Lpt;
use crate::plan::work::Work;
use crate::plan::{Deal, Strategy};
use search::Search;
use units::Units;

pub(crate) struct Balanced;

impl Strategy for Balanced {
    fn name(&self) -> &'static str {
        "balanced"
    }

    fn about(&self) -> &'static str {
        "the least predicted time; single tests only of files that stand in the way"
    }

    fn deal(&self, work: &Work<'_>) -> Deal {
        let order = Order::new(work, Urgency::Longest);
        let search = Search { work, order: &order, bound: lower_bound(work) };
        let files = Units::of_files(work);
        let units = files.split(split(&search, &files));
        // Never worse than the strategy that everybody else has.
        let lpt = Lpt.deal(work);
        let spans = lpt.hands.iter().map(|hand| work.predict(&order, hand));
        let span = spans.max().unwrap_or_default();
        let best = search.best(&units, span);
        if span < best.span { lpt } else { best.deal }
    }
}

/// How many files, the longest first, have to be taken apart.
fn split(search: &Search<'_>, files: &Units) -> usize {
    let span = |split: usize| search.quick(&files.split(split)).span;
    let all = files.splittable();
    let whole = span(0);
    if all == 0 || whole <= enough(search.bound) {
        return 0;
    }
    // What taking all of them apart would give is what few have to reach.
    let wanted = enough(span(all));
    if whole <= wanted {
        return 0;
    }
    let (mut few, mut many) = (0, 1);
    while many < all && span(many) > wanted {
        (few, many) = (many, many * 2);
    }
    many = many.min(all);
    // More is not always better; what is found here is good enough in any case.
    while many - few > 1 + many / 8 {
        let middle = few + (many - few) / 2;
        if span(middle) <= wanted { many = middle } else { few = middle }
    }
    many
}

/// Half a percent is not worth loading files more than once.
fn enough(span: u64) -> u64 {
    span.saturating_add(span / 200)
}

/// A deal and its slowest shard's predicted time.
struct Candidate {
    deal: Deal,
    /// Positions in the units.
    shards: Vec<Vec<usize>>,
    span: u64,
}
