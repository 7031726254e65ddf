//! When each input ran goes in, which of them came after others comes out.
//!
//! Two inputs that both say when they ran, with a time zone, are in order where one had ended before
//! the other began; else they ran side by side. Where they do not say, what has a later turn ran
//! later: whoever calls knows the order. Without that all have the same turn: the names of files and
//! the order in which a shell lists them say nothing. Times without a zone may be those of two zones,
//! so alone they say nothing either; where they speak against the turns nobody knows.

use crate::report::junit::merge::clock::{Clock, Span};

/// When an input ran.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) span: Option<Span>,
    /// As in [`super::Input::turn`].
    pub(super) turn: usize,
}

impl Run {
    /// Runs of one kind say when, on the same clock; of kind 0, they do not.
    fn kind(&self) -> usize {
        match self.span.map(|span| span.clock) {
            None => 0,
            Some(Clock::Local) => LOCAL,
            Some(Clock::Universal) => 2,
        }
    }
}

/// What [`Run::kind`] says of times without a zone.
const LOCAL: usize = 1;

/// Whether the times of all of them can be compared.
pub(super) fn are_timed<'a>(runs: impl IntoIterator<Item = &'a Run>) -> bool {
    let universal = |run: &Run| run.span.is_some_and(|span| span.clock == Clock::Universal);
    runs.into_iter().all(universal)
}

/// The ends of several runs, of each kind the first or the last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ends {
    ends: [Option<i64>; 3],
    turns: [Option<usize>; 3],
}

impl Ends {
    /// Keeps the first.
    pub(super) fn first(&mut self, run: &Run) {
        let known = self.turns[LOCAL].zip(self.ends[LOCAL]);
        match run.span {
            // Turn and end have to be those of one run.
            Some(span) if run.kind() == LOCAL => {
                let own = (run.turn, span.end);
                let (turn, end) = known.map_or(own, |known| known.min(own));
                (self.turns[LOCAL], self.ends[LOCAL]) = (Some(turn), Some(end));
            }
            _ => self.keep(run, Ord::min, Ord::min),
        }
    }

    /// Keeps the last.
    pub(super) fn last(&mut self, run: &Run) {
        self.keep(run, Ord::max, Ord::max);
    }

    fn keep(
        &mut self,
        run: &Run,
        end: impl Fn(i64, i64) -> i64,
        turn: impl Fn(usize, usize) -> usize,
    ) {
        let kind = run.kind();
        if let Some(span) = run.span {
            let ends = &mut self.ends[kind];
            *ends = Some(ends.map_or(span.end, |known| end(known, span.end)));
        }
        let turns = &mut self.turns[kind];
        *turns = Some(turns.map_or(run.turn, |known| turn(known, run.turn)));
    }

    /// Whether those that are kept, of each kind that there is, had ended when a run began.
    fn ended<'a>(&'a self, run: &'a Run) -> impl Iterator<Item = bool> + 'a {
        (0..3).filter_map(|kind| match run.span {
            Some(span) if kind == run.kind() => {
                let in_turn = kind != LOCAL || self.turns[kind]? < run.turn;
                Some(in_turn && self.ends[kind]? < span.begin)
            }
            Some(_) | None => Some(self.turns[kind]? < run.turn),
        })
    }

    /// Whether the run came after one of them; they are the first.
    pub(super) fn any_before(&self, run: &Run) -> bool {
        self.ended(run).any(|ended| ended)
    }

    /// Whether the run came after all of them; they are the last.
    pub(super) fn all_before(&self, run: &Run) -> bool {
        self.ended(run).all(|ended| ended)
    }
}

#[cfg(test)]
mod tests {
    use super::{Ends, Run, are_timed};
    use crate::report::junit::merge::clock::{Clock, Span};

    fn run(span: Option<(Clock, i64, i64)>, turn: usize) -> Run {
        Run { span: span.map(|(clock, begin, end)| Span { clock, begin, end }), turn }
    }

    fn is_before(one: &Run, other: &Run) -> bool {
        let (mut first, mut last) = (Ends::default(), Ends::default());
        first.first(one);
        last.last(one);
        assert_eq!(first.any_before(other), last.all_before(other));
        first.any_before(other)
    }

    #[test]
    fn times_decide_where_both_say_them_on_one_clock_else_the_order_of_names() {
        let early = run(Some((Clock::Universal, 1, 5)), 9);
        let late = run(Some((Clock::Universal, 6, 7)), 0);
        let beside = run(Some((Clock::Universal, 5, 7)), 10);
        assert!(is_before(&early, &late) && !is_before(&late, &early));
        assert!(!is_before(&early, &beside) && !is_before(&beside, &early));
        // Without a zone both have to say so.
        let local = |begin, turn| run(Some((Clock::Local, begin, begin + 1)), turn);
        assert!(is_before(&local(1, 1), &local(5, 2)) && !is_before(&local(5, 2), &local(1, 1)));
        assert!(!is_before(&local(1, 1), &local(5, 1)) && !is_before(&local(5, 1), &local(1, 2)));
        let (local, silent) = (local(6, 9), run(None, 4));
        // Found below the same folder.
        assert!(!is_before(&early, &local) && !is_before(&local, &early));
        assert!(is_before(&late, &local) && is_before(&silent, &local));
        assert!(is_before(&late, &silent) && !is_before(&silent, &late));
        assert!(!is_before(&silent, &silent) && is_before(&silent, &run(None, 5)));
        assert!(are_timed([&early, &late]) && !are_timed([&early, &local]));
        assert!(!are_timed([&silent, &silent]) && !are_timed([&local, &local]));
    }
}
