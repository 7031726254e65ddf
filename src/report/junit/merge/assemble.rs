//! What was read and what became of it goes in, one JUnit file comes out, in the order of the
//! inputs.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};

use crate::report::junit::merge::identity;
use crate::report::junit::merge::intake::{NUMBERS, Taken};
use crate::report::junit::merge::row::{Edit, SuiteRow};
use crate::report::junit::merge::shelf::{Shelf, Shelves};
use crate::report::junit::merge::sorter::Sorted;
use crate::report::junit::merge::spool::escaped;
use crate::report::junit::merge::table::Table;
use crate::report::junit::totals::{JunitTotals, seconds};

/// In bytes, of what is read at once.
const PIECE: usize = 1 << 17;

/// Writes all of it.
pub(super) fn write(shelves: Shelves, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites")?;
    for (name, value) in shared(&shelves.places) {
        write!(out, " {name}=\"{}\"", escaped(value))?;
    }
    write_numbers(&shelves.totals, out)?;
    out.write_all(b">\n")?;
    let made = shelves.made.finish()?;
    let mut tapes = shelves.all.into_iter().map(Tape::new).collect::<io::Result<Vec<Tape>>>()?;
    for (shelf, taken) in shelves.places.iter().flatten() {
        tapes[*shelf].write(taken, &made, out)?;
    }
    out.write_all(b"</testsuites>\n")
}

/// What stands alike on the roots of all inputs, e.g. the name of the tool.
fn shared(places: &[Option<(usize, Taken)>]) -> Vec<(&str, &str)> {
    let mut roots = places.iter().flatten().map(|(_, taken)| taken.root.as_deref());
    let Some(Some(first)) = roots.next() else { return Vec::new() };
    let roots: Vec<_> = roots.map(Option::unwrap_or_default).collect();
    let own = |name: &str| !NUMBERS.contains(&name) && name != "xmlns" && !name.contains(':');
    let alike =
        |pair: &&(String, String)| own(&pair.0) && roots.iter().all(|root| root.contains(pair));
    first.iter().filter(alike).map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn write_numbers(totals: &JunitTotals, out: &mut dyn Write) -> io::Result<()> {
    let JunitTotals { tests, failures, skipped, errors, time } = totals;
    let time = seconds(*time);
    write!(
        out,
        " tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\" errors=\"{errors}\" \
         time=\"{time}\""
    )
}

/// A spool that is read once from front to back.
struct Tape {
    reader: BufReader<File>,
    at: u64,
    suites: Table<SuiteRow, 10>,
    /// The suite that begins next.
    next: u32,
    edits: Sorted<Edit, 4>,
}

impl Tape {
    fn new(shelf: Shelf) -> io::Result<Self> {
        let mut spool = shelf.spool;
        spool.seek(SeekFrom::Start(0))?;
        let reader = BufReader::with_capacity(PIECE, spool);
        let edits = Sorted::new([shelf.edits])?;
        Ok(Self { reader, at: 0, suites: shelf.suites, next: 0, edits })
    }

    /// Writes one input: everything as it stands, but for the numbers of its suites, what was made
    /// of several attempts, and what has gone to where it stood before.
    fn write(&mut self, taken: &Taken, made: &File, out: &mut dyn Write) -> io::Result<()> {
        self.skip_to(taken.start)?;
        loop {
            let suite = self.suite_before(taken.end)?;
            let edit = self.edits.peek().copied().filter(|edit| edit.at < taken.end);
            match (suite, edit) {
                (Some(suite), edit) if edit.is_none_or(|edit| suite.start < edit.at) => {
                    if suite.is_emptied() {
                        self.leave_out(&suite, out)?;
                    } else {
                        self.next += 1;
                        self.copy_to(suite.numbers, out)?;
                        write_numbers(&suite.totals, out)?;
                    }
                }
                (_, Some(edit)) => {
                    self.edits.next()?;
                    self.copy_to(edit.at, out)?;
                    self.skip_to(edit.at + edit.len)?;
                    if edit.from_len == 0 {
                        self.skip_line_end()?;
                    }
                    let text = identity::read(made, edit.from, edit.from_len)?;
                    out.write_all(text.as_bytes())?;
                }
                (_, None) => return self.copy_to(taken.end, out),
            }
        }
    }

    fn suite_before(&self, end: u64) -> io::Result<Option<SuiteRow>> {
        if self.next == self.suites.rows() {
            return Ok(None);
        }
        Ok(Some(self.suites.get(self.next)?).filter(|suite| suite.start < end))
    }

    fn leave_out(&mut self, suite: &SuiteRow, out: &mut dyn Write) -> io::Result<()> {
        self.copy_to(suite.start, out)?;
        self.skip_to(suite.end)?;
        self.skip_line_end()?;
        while self.suite_before(suite.end)?.is_some() {
            self.next += 1;
        }
        while self.edits.peek().is_some_and(|edit| edit.at < suite.end) {
            self.edits.next()?;
        }
        Ok(())
    }

    fn copy_to(&mut self, end: u64, out: &mut dyn Write) -> io::Result<()> {
        while self.at < end {
            let piece = self.reader.fill_buf()?;
            let left = usize::try_from(end - self.at).unwrap_or(usize::MAX);
            let piece = &piece[..piece.len().min(left)];
            if piece.is_empty() {
                return Err(identity::broken());
            }
            out.write_all(piece)?;
            let read = piece.len();
            self.reader.consume(read);
            self.at += read as u64;
        }
        Ok(())
    }

    fn skip_to(&mut self, at: u64) -> io::Result<()> {
        let by = i64::try_from(at - self.at).map_err(io::Error::other)?;
        self.reader.seek_relative(by)?;
        self.at = at;
        Ok(())
    }

    /// What is left of the line of something that was taken out, if that is nothing.
    fn skip_line_end(&mut self) -> io::Result<()> {
        let piece = self.reader.fill_buf()?;
        let blank = piece.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        if piece.get(blank) == Some(&b'\n') {
            self.reader.consume(blank + 1);
            self.at += blank as u64 + 1;
        }
        Ok(())
    }
}
