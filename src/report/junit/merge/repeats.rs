//! The rows of all test cases go in, sorted by what tells a test from others; what several inputs
//! hold of one test becomes one test case with several attempts.
//!
//! Attempts are what re-runs hold (`lanes.rs`): they ran one after the other, and the last that was
//! not skipped decides. What ran side by side stays so, each where it stood, and is counted there: a
//! failure in it makes the whole red, and nothing is lost.
//!
//! One file can hold a test more than once: parameters that are not in the name, re-runs written
//! as cases of their own. Then the first in one file is the first in the others, the second the
//! second, and so on; where the files do not all hold it the same number of times nobody can say
//! which is which, and all of them stay side by side.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::report::junit::merge::fuse::{Attempt, Fused, fuse};
use crate::report::junit::merge::identity::{self, Identity};
use crate::report::junit::merge::lanes::{Inputs, lanes};
use crate::report::junit::merge::row::{CaseRow, Edit, NONE};
use crate::report::junit::merge::runs::Run;
use crate::report::junit::merge::shelf::Shelves;
use crate::report::junit::merge::sorter::{Sorted, Sorter};

/// Cases that hash alike and are looked at together, and the bytes of them. Beyond that they stay
/// side by side: memory is bounded, and no tool runs one test so often.
const MOST: usize = 10_000;
const MOST_BYTES: u64 = 64 << 20;

/// How much was folded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Repeats {
    /// Tests that several inputs hold and that became one each.
    pub(crate) tests: u64,
    /// Those of them of which the order of the inputs' names decided.
    pub(crate) named: u64,
    /// Tests that several inputs hold which ran side by side: all of them are counted.
    pub(crate) beside: u64,
    /// Names that several inputs hold, not all the same number of times.
    pub(crate) unclear: u64,
}

/// Folds what is repeated, and notes it as edits. Rows are looked at three times: which inputs are
/// re-runs is known when all have been seen, and then what they are re-runs of.
pub(super) fn fold(
    shelves: &mut Shelves,
    runs: Vec<Run>,
    mut rows: Sorted<CaseRow, 6>,
    folder: &Path,
) -> io::Result<Repeats> {
    let (mut repeats, mut inputs) = (Repeats::default(), Inputs::new(runs));
    let (mut repeated, mut alike) = (Sorter::new(folder), Vec::new());
    while let Some(count) = next_alike(&mut rows, &mut alike)? {
        inputs.see(&alike, count);
        let several = alike.iter().any(|row| row.input != alike[0].input);
        if several && is_few(&alike, count) {
            alike.iter().try_for_each(|row| repeated.push(*row))?;
        } else if several {
            repeats.unclear += 1;
        }
    }
    let mut rows = Sorted::new([repeated])?;
    if inputs.any_again() {
        let mut repeated = Sorter::new(folder);
        while next_alike(&mut rows, &mut alike)?.is_some() {
            inputs.settle(&alike);
            alike.iter().try_for_each(|row| repeated.push(*row))?;
        }
        rows = Sorted::new([repeated])?;
    }
    while next_alike(&mut rows, &mut alike)?.is_some() {
        fold_alike(shelves, &inputs, &alike, &mut repeats)?;
    }
    Ok(repeats)
}

/// Takes the next rows with the same hash, of more than [`MOST`] the first; gives how many there are.
fn next_alike(
    rows: &mut Sorted<CaseRow, 6>,
    alike: &mut Vec<CaseRow>,
) -> io::Result<Option<usize>> {
    alike.clear();
    let Some(row) = rows.next()? else { return Ok(None) };
    alike.push(row);
    let mut count = 1;
    while rows.peek().is_some_and(|next| next.hash == row.hash) {
        let Some(next) = rows.next()? else { break };
        count += 1;
        // One of another input is kept whatever there was before it: it tells that there is one.
        if alike.len() < MOST || alike.len() == MOST && next.input != row.input {
            alike.push(next);
        }
    }
    Ok(Some(count))
}

fn is_few(alike: &[CaseRow], count: usize) -> bool {
    let bytes = alike.iter().fold(0_u64, |sum, row| sum.saturating_add(row.len));
    count <= MOST && bytes <= MOST_BYTES
}

/// A test case with its text.
struct Known {
    row: CaseRow,
    text: String,
}

/// Cases with the same hash: mostly of one test, which is made sure of here.
fn fold_alike(
    shelves: &mut Shelves,
    inputs: &Inputs,
    alike: &[CaseRow],
    repeats: &mut Repeats,
) -> io::Result<()> {
    let mut tests = BTreeMap::<Identity, BTreeMap<u32, Vec<Known>>>::new();
    for row in alike {
        let shelf = shelves.of(row.input);
        let text = identity::read(&shelf.spool, row.at, row.len)?;
        let identity = identity::of(row, &text, &shelf.spool, &shelf.suites)?;
        let inputs = tests.entry(identity).or_default();
        inputs.entry(row.input).or_default().push(Known { row: *row, text });
    }
    for places in tests.into_values().filter(|places| places.len() > 1) {
        let times = places.values().next().map_or(0, Vec::len);
        if places.values().any(|known| known.len() != times) {
            repeats.unclear += 1;
            continue;
        }
        let mut places: Vec<_> = places.into_values().map(Vec::into_iter).collect();
        for _ in 0..times {
            let known: Vec<Known> = places.iter_mut().filter_map(Iterator::next).collect();
            fold_test(shelves, inputs, known, repeats)?;
        }
    }
    Ok(())
}

/// One test in several inputs: the attempts of each lane become one case.
fn fold_test(
    shelves: &mut Shelves,
    inputs: &Inputs,
    known: Vec<Known>,
    repeats: &mut Repeats,
) -> io::Result<()> {
    let rows: Vec<CaseRow> = known.iter().map(|known| known.row).collect();
    let attempt =
        |Known { row, text }: Known| Some(Attempt { text, status: row.status, time: row.time });
    let mut attempts: Vec<Option<Attempt>> = known.into_iter().map(attempt).collect();
    let lanes = lanes(inputs, &rows);
    repeats.beside += u64::from(lanes.len() > 1);
    for lane in lanes.iter().filter(|lane| lane.len() > 1) {
        let attempts: Vec<Attempt> =
            lane.iter().filter_map(|place| attempts[*place].take()).collect();
        let ended = inputs.ended(lane.iter().map(|place| &rows[*place]));
        let Some(fused) = fuse(&attempts, ended.as_deref()) else { continue };
        // It stands where the first of them stood in the order of the inputs.
        let first = lane.iter().min();
        for place in lane {
            replace(shelves, &rows[*place], (Some(place) == first).then_some(&fused))?;
        }
        if lanes.len() == 1 {
            repeats.tests += 1;
            repeats.named += u64::from(inputs.are_named(&rows));
        }
    }
    Ok(())
}

/// Puts a case in the place of another, or nothing, and counts anew.
fn replace(shelves: &mut Shelves, row: &CaseRow, made: Option<&Fused>) -> io::Result<()> {
    let (from, from_len) = match made {
        Some(made) => (shelves.made.at(), made.text.len() as u64),
        None => (0, 0),
    };
    if let Some(made) = made {
        shelves.made.raw(&made.text);
    }
    let shelf = shelves.of_mut(row.input);
    shelf.edits.push(Edit { at: row.at, len: row.len, from, from_len })?;
    let mut number = row.suite;
    while number != NONE {
        let mut suite = shelf.suites.get(number)?;
        suite.totals.uncount(row.status, row.time);
        if let Some(made) = made {
            suite.totals.count(made.status, made.time);
        }
        shelf.suites.set(number, suite)?;
        number = suite.parent;
    }
    shelves.totals.uncount(row.status, row.time);
    shelves.flaky -= u64::from(row.flaky);
    if let Some(made) = made {
        shelves.totals.count(made.status, made.time);
        shelves.flaky += u64::from(made.flaky);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::report::junit::merge::queue::Queue;
    use crate::report::junit::merge::repeats::{Repeats, fold};
    use crate::report::junit::merge::runs::Run;
    use crate::report::junit::merge::shelf::Shelves;
    use crate::report::junit::merge::sorter::{Sorted, Sorter};

    #[test]
    fn tests_that_hash_alike_stay_apart() {
        let folder = tempfile::tempdir().unwrap();
        let mut inputs = Vec::new();
        for number in 0..3 {
            let path = folder.path().join(format!("{number}.xml"));
            let case = |name: usize| format!("<testcase name=\"{name}\"/>");
            let cases: String = (number..number + 50).map(case).collect();
            std::fs::write(&path, format!("<testsuite>{cases}</testsuite>")).unwrap();
            inputs.push(path);
        }
        let queue = Queue::new(&inputs, &[None; 3]);
        let (intakes, places) = queue.read(2, true, folder.path()).unwrap();
        let (mut shelves, cases) = Shelves::new(intakes, places, folder.path()).unwrap();
        let (mut rows, mut alike) = (Sorted::new(cases).unwrap(), Sorter::new(folder.path()));
        while let Some(mut row) = rows.next().unwrap() {
            row.hash = 7;
            alike.push(row).unwrap();
        }
        let runs = (0..3).map(|turn| Run { span: None, turn }).collect();
        let rows = Sorted::new([alike]).unwrap();
        let repeats = fold(&mut shelves, runs, rows, folder.path()).unwrap();
        // 48 in all three, two in two. What hashes alike tells of no input where it stands alone, so
        // the one that begins in the second file stays beside that of the third.
        assert_eq!(repeats, Repeats { tests: 49, named: 49, beside: 1, ..Repeats::default() });
        assert_eq!(shelves.totals.tests, 53);
    }
}
