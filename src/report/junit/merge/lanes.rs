//! The attempts of one test go in, parted into those that ran one after the other.
//!
//! The rule is that of the HTML reports. An input is a re-run where all of its tests stand in inputs
//! that had ended before it began. It is one of those inputs of which it holds a test that stands in
//! no other one but re-runs: there its attempts go on, where there are several where the worst ended.
//! All other inputs ran side by side, e.g. the shards of a run with a set-up test in each, or the legs
//! of a matrix: a pass in one of them, or in its re-run, makes no failure in another one good.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::report::junit::merge::clock::Span;
use crate::report::junit::merge::fuse::UNKNOWN;
use crate::report::junit::merge::row::CaseRow;
use crate::report::junit::merge::runs::{Ends, Run, are_timed};
use crate::wire::junit::Status;

/// All inputs, by number.
pub(super) struct Inputs {
    pub(super) runs: Vec<Run>,
    /// Which of them are re-runs.
    again: Vec<bool>,
    /// What each re-run is one of: the inputs that hold one of its tests alone.
    homes: Vec<BTreeSet<u32>>,
}

impl Inputs {
    /// Of which nothing has been seen.
    pub(super) fn new(runs: Vec<Run>) -> Self {
        let (again, homes) = (vec![true; runs.len()], vec![BTreeSet::new(); runs.len()]);
        Self { runs, again, homes }
    }

    /// Takes in the rows of one test. Of a test with more rows than these nobody can say more.
    pub(super) fn see(&mut self, alike: &[CaseRow], count: usize) {
        if count > alike.len() {
            self.again.fill(false);
            return;
        }
        let mut ends = Ends::default();
        for row in alike {
            ends.first(&self.runs[row.input as usize]);
        }
        for row in alike {
            let input = row.input as usize;
            self.again[input] &= ends.any_before(&self.runs[input]);
        }
    }

    /// Whether there are re-runs, of all that was seen.
    pub(super) fn any_again(&self) -> bool {
        self.again.contains(&true)
    }

    /// Takes in the rows of one test again, when it is known which inputs are re-runs.
    pub(super) fn settle(&mut self, alike: &[CaseRow]) {
        let inputs = || alike.iter().map(|row| row.input);
        let mut first = inputs().filter(|input| !self.again[*input as usize]);
        let Some(home) = first.next().filter(|home| first.all(|other| other == *home)) else {
            return;
        };
        for input in inputs() {
            if self.again[input as usize] {
                self.homes[input as usize].insert(home);
            }
        }
    }

    /// When the inputs of these rows had ended, for [`fuse`](super::fuse); none where they say no times.
    pub(super) fn ended<'a>(&self, rows: impl Iterator<Item = &'a CaseRow>) -> Option<String> {
        let spans: Vec<_> = rows.map(|row| self.runs[row.input as usize].span).collect();
        let first = spans.iter().flatten().next()?;
        let alike = spans.iter().all(|span| span.is_some_and(|span| span.clock == first.clock));
        let last = spans.iter().flatten().max_by_key(|span| span.end).filter(|_| alike);
        Some(last.and_then(Span::end_text).unwrap_or_else(|| UNKNOWN.to_owned()))
    }

    /// Whether the order of these is that of their names, not of their times.
    pub(super) fn are_named(&self, rows: &[CaseRow]) -> bool {
        !are_timed(rows.iter().map(|row| &self.runs[row.input as usize]))
    }
}

/// Attempts one after the other.
#[derive(Default)]
struct Lane {
    places: Vec<usize>,
    ends: Ends,
    /// Of the last that was not skipped.
    status: Option<Status>,
}

/// The rows, one of each input, in lanes; each lane in its order.
pub(super) fn lanes(inputs: &Inputs, rows: &[CaseRow]) -> Vec<Vec<usize>> {
    let run = |place: &usize| &inputs.runs[rows[*place].input as usize];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    if !inputs.are_named(rows) {
        order.sort_by_key(|place| run(place).span.map(|span| span.begin));
    }
    let mut lanes: Vec<Lane> = Vec::new();
    for place in order {
        let homes = &inputs.homes[rows[place].input as usize];
        // Only what is no re-run begins a lane that others go on with.
        let goes_on = |lane: &Lane| {
            homes.contains(&rows[lane.places[0]].input) && lane.ends.all_before(run(&place))
        };
        let best = lanes.iter().enumerate().filter(|(_, lane)| goes_on(lane));
        let best = best.max_by_key(|(number, lane)| (lane.status, Reverse(*number)));
        let number = best.map(|(number, _)| number);
        let number = number.unwrap_or_else(|| {
            lanes.push(Lane::default());
            lanes.len() - 1
        });
        let lane = &mut lanes[number];
        lane.places.push(place);
        lane.ends.last(run(&place));
        let status = Some(rows[place].status).filter(|status| *status != Status::Skipped);
        lane.status = status.or(lane.status);
    }
    lanes.into_iter().map(|lane| lane.places).collect()
}
