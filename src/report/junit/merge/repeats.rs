//! The rows of all test cases go in, sorted by what tells a test from others; what several inputs
//! hold of one test becomes one test case with several attempts.
//!
//! The order of attempts is that of their suites' timestamps where all have one (of the same kind:
//! with or without a time zone), else that of the inputs. The last that was not skipped decides.
//!
//! One file can hold a test more than once: parameters that are not in the name, re-runs written
//! as cases of their own. Then the first in one file is the first in the others, the second the
//! second, and so on; where the files do not all hold it the same number of times nobody can say
//! which is which, and all of them stay side by side.

use std::collections::BTreeMap;
use std::io;

use crate::report::junit::merge::fuse::{Attempt, Fused, fuse};
use crate::report::junit::merge::identity::{self, Identity};
use crate::report::junit::merge::row::{CaseRow, Edit, NONE, Stamp};
use crate::report::junit::merge::shelf::Shelves;
use crate::report::junit::merge::sorter::Sorted;

/// Cases that hash alike and are looked at together, and the bytes of them. Beyond that they stay
/// side by side: memory is bounded, and no tool runs one test so often.
const MOST: usize = 10_000;
const MOST_BYTES: u64 = 64 << 20;

/// How much was folded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Repeats {
    /// Tests that several inputs hold and that became one each.
    pub(crate) tests: u64,
    /// Names that several inputs hold, not all the same number of times.
    pub(crate) unclear: u64,
}

/// Folds what is repeated, and notes it as edits.
pub(super) fn fold(shelves: &mut Shelves, mut rows: Sorted<CaseRow, 7>) -> io::Result<Repeats> {
    let mut repeats = Repeats::default();
    let mut alike: Vec<CaseRow> = Vec::new();
    while let Some(row) = rows.next()? {
        let (hash, first) = (row.hash, row.input);
        let (mut several, mut count) = (false, 1);
        alike.clear();
        alike.push(row);
        while rows.peek().is_some_and(|next| next.hash == hash) {
            let Some(next) = rows.next()? else { break };
            several |= next.input != first;
            count += 1;
            if alike.len() < MOST {
                alike.push(next);
            }
        }
        let bytes = alike.iter().fold(0_u64, |sum, row| sum.saturating_add(row.len));
        if several && count <= MOST && bytes <= MOST_BYTES {
            fold_alike(shelves, &alike, &mut repeats)?;
        } else if several {
            repeats.unclear += 1;
        }
    }
    Ok(repeats)
}

/// A test case with its text.
struct Known {
    row: CaseRow,
    text: String,
}

/// Cases with the same hash: mostly of one test, which is made sure of here.
fn fold_alike(shelves: &mut Shelves, alike: &[CaseRow], repeats: &mut Repeats) -> io::Result<()> {
    let mut tests = BTreeMap::<Identity, BTreeMap<u32, Vec<Known>>>::new();
    for row in alike {
        let shelf = shelves.of(row.input);
        let text = identity::read(&shelf.spool, row.at, row.len)?;
        let identity = identity::of(row, &text, &shelf.spool, &shelf.suites)?;
        let inputs = tests.entry(identity).or_default();
        inputs.entry(row.input).or_default().push(Known { row: *row, text });
    }
    for inputs in tests.into_values().filter(|inputs| inputs.len() > 1) {
        let times = inputs.values().next().map_or(0, Vec::len);
        if inputs.values().any(|known| known.len() != times) {
            repeats.unclear += 1;
            continue;
        }
        let mut inputs: Vec<_> = inputs.into_values().map(Vec::into_iter).collect();
        for _ in 0..times {
            let attempts: Vec<Known> = inputs.iter_mut().filter_map(Iterator::next).collect();
            repeats.tests += u64::from(fold_test(shelves, attempts)?);
        }
    }
    Ok(())
}

/// Several attempts, in the order of their inputs, become one case at the place of the first.
fn fold_test(shelves: &mut Shelves, known: Vec<Known>) -> io::Result<bool> {
    let rows: Vec<CaseRow> = known.iter().map(|known| known.row).collect();
    let mut known = known;
    if is_dated(&rows) {
        known.sort_by_key(|known| known.row.stamp);
    }
    let attempts: Vec<Attempt> = known
        .into_iter()
        .map(|Known { row, text }| Attempt { text, status: row.status, time: row.time })
        .collect();
    let Some(fused) = fuse(&attempts) else { return Ok(false) };
    for (number, row) in rows.iter().enumerate() {
        let made = (number == 0).then_some(&fused);
        replace(shelves, row, made)?;
    }
    Ok(true)
}

/// Whether all say when, on clocks that can be compared.
fn is_dated(rows: &[CaseRow]) -> bool {
    rows.iter().all(|row| matches!(row.stamp, Stamp::Local(_)))
        || rows.iter().all(|row| matches!(row.stamp, Stamp::Universal(_)))
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
        let repeats = fold(&mut shelves, Sorted::new([alike]).unwrap()).unwrap();
        assert_eq!(repeats, Repeats { tests: 50, unclear: 0 });
        assert_eq!(shelves.totals.tests, 52);
    }
}
