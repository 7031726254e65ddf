//! A run's summary goes in, and stands at the end of the file that GitHub Actions shows on the
//! page of the job.

use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::report::Source;
use crate::report::markdown::{MOST_OF_A_STEP, summary};

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Added {
    Whole,
    /// What others wrote leaves no room for it.
    NoRoom,
}

/// Adds the summary behind what is in the file. GitHub shows nothing of a file that is too long,
/// so no more is added than fits.
pub(crate) fn add(source: &Source<'_>, file: &Path) -> io::Result<Added> {
    let mut out = OpenOptions::new().read(true).append(true).create(true).open(file)?;
    let length = out.metadata()?.len();
    let gap = if ends_a_line(&mut out, length)? { "" } else { "\n\n" };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let room = MOST_OF_A_STEP.checked_sub(length.saturating_add(gap.len()));
    match room.and_then(|room| summary(source, room)) {
        Some(text) => out.write_all((gap.to_owned() + &text).as_bytes()).map(|()| Added::Whole),
        None => Ok(Added::NoRoom),
    }
}

/// Whether what follows begins a line of its own.
fn ends_a_line(file: &mut (impl Read + Seek), length: u64) -> io::Result<bool> {
    if length == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
