//! What was read of all inputs, ready to be looked at, changed and written.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::report::junit::merge::intake::{Intake, Taken};
use crate::report::junit::merge::row::{CaseRow, Edit, SuiteRow};
use crate::report::junit::merge::sorter::Sorter;
use crate::report::junit::merge::spool::Spool;
use crate::report::junit::merge::table::Table;
use crate::report::junit::totals::JunitTotals;

/// All inputs.
pub(super) struct Shelves {
    /// One for each thread that read.
    pub(super) all: Vec<Shelf>,
    /// By the input's number: on which shelf, and where there. None for a twin of another.
    pub(super) places: Vec<Option<(usize, Taken)>>,
    /// The test cases that were made of several attempts.
    pub(super) made: Spool,
    pub(super) totals: JunitTotals,
    pub(super) flaky: u64,
}

/// The inputs that one thread read.
pub(super) struct Shelf {
    pub(super) spool: File,
    pub(super) suites: Table<SuiteRow, 10>,
    pub(super) edits: Sorter<Edit, 4>,
}

impl Shelves {
    /// The rows of all test cases leave apart: they are looked at while the rest changes.
    pub(super) fn new(
        intakes: Vec<Intake>,
        places: Vec<Option<(usize, Taken)>>,
        folder: &Path,
    ) -> io::Result<(Self, Vec<Sorter<CaseRow, 6>>)> {
        let (mut shelves, mut cases) = (Vec::new(), Vec::new());
        let (mut totals, mut flaky) = (JunitTotals::default(), 0);
        for intake in intakes {
            totals.add(intake.totals);
            flaky += intake.flaky;
            cases.push(intake.cases);
            let (spool, edits) = (intake.spool.finish()?, Sorter::new(folder));
            shelves.push(Shelf { spool, suites: intake.suites, edits });
        }
        let made = Spool::new(folder)?;
        Ok((Self { all: shelves, places, made, totals, flaky }, cases))
    }

    /// Where an input stands.
    pub(super) fn of(&self, input: u32) -> &Shelf {
        &self.all[self.number(input)]
    }

    pub(super) fn of_mut(&mut self, input: u32) -> &mut Shelf {
        let number = self.number(input);
        &mut self.all[number]
    }

    fn number(&self, input: u32) -> usize {
        self.places[input as usize].as_ref().map_or(0, |(shelf, _)| *shelf)
    }
}
