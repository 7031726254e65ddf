//! JUnit files of any tool go in, one file with recounted totals comes out.
//!
//! Each input is read once (`intake.rs`) and stands in a spool, a temporary file without a name
//! beside the output, as it will be written; only the numbers of its suites are left out. What is
//! repeated between inputs that ran one after the other (`lanes.rs`) is folded (`repeats.rs`) into
//! test cases with several attempts (`fuse.rs`). Then the spools are copied (`assemble.rs`) with the numbers, which are known now.
//!
//! Memory does not grow with the inputs. What is kept of a test case (48 bytes) is sorted in runs of
//! 1.5 MB on disk (`sorter.rs`); of suites (80 bytes) the first 32,768 of a thread stay in memory, the
//! others stand on disk (`table.rs`). Texts are held one at a time, those of one test's attempts
//! together, up to 64 MB, and for each re-run the numbers of the inputs it is a re-run of. On disk there is room needed for the inputs twice: spools and output.

mod assemble;
mod claim;
mod clock;
mod fuse;
mod identity;
mod intake;
mod lanes;
mod open;
mod pieces;
mod queue;
pub(crate) mod repeats;
mod row;
mod runs;
mod shelf;
mod sorter;
mod spool;
mod table;
mod twins;

use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::{fs, thread};

use crate::report::ReportError;
use crate::report::junit::merge::claim::Doubt;
use crate::report::junit::merge::intake::Taken;
use crate::report::junit::merge::queue::Queue;
use crate::report::junit::merge::repeats::Repeats;
use crate::report::junit::merge::runs::Run;
use crate::report::junit::merge::shelf::Shelves;
use crate::report::junit::merge::sorter::Sorted;
use crate::report::junit::totals::JunitTotals;
use crate::report::write::replace_file;
use crate::wire::junit::error::JunitError;

/// More threads read no faster than disks and memory give.
const MOST_THREADS: usize = 4;

/// Why JUnit files could not be joined.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JunitMergeError {
    #[error(transparent)]
    Read(#[from] JunitError),
    #[error("cannot keep what was read in a temporary file beside the output")]
    Spool(#[source] io::Error),
    #[error(transparent)]
    Write(#[from] ReportError),
}

/// What was joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Merged {
    pub(crate) totals: JunitTotals,
    /// Tests that passed, and not at once.
    pub(crate) flaky: u64,
    pub(crate) repeats: Repeats,
    /// Inputs with the same bytes as one before, and that one; they are counted once.
    pub(crate) twins: Vec<(PathBuf, PathBuf)>,
    /// Inputs whose own numbers tell of more failures than stand in them.
    pub(crate) doubtful: Vec<PathBuf>,
    /// Inputs that tell of so many tests and hold only so many.
    pub(crate) short: Vec<(PathBuf, u64, u64)>,
}

/// A file to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    pub(crate) path: PathBuf,
    /// Where files do not say when they ran, those with a later turn ran later, and those with the
    /// same side by side.
    pub(crate) turn: usize,
}

/// Joins JUnit files in the given order. Suites are copied, and the numbers on them and on the
/// root are counted again from the test cases. A file that cannot be read, or only in part, is an
/// error, and `output` is left as it was.
pub(crate) fn merge(files: &[Input], output: &Path) -> Result<Merged, JunitMergeError> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(JunitMergeError::Spool)?;
    let paths: Vec<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
    let inputs = paths.as_slice();
    let same = twins::find(files)?;
    let distinct = same.iter().filter(|twin| twin.is_none()).count();
    let (threads, several) = (threads.min(distinct).max(1), distinct > 1);
    let (intakes, places) = Queue::new(inputs, &same).read(threads, several, folder)?;
    let taken = || places.iter().map(|place| place.as_ref().map(|(_, taken)| taken));
    let doubts = || taken().zip(inputs).filter_map(|(taken, path)| Some((taken?.doubt, path)));
    let doubtful = doubts().filter(|(doubt, _)| doubt.of_failures);
    let doubtful = doubtful.map(|(_, path)| path.clone()).collect();
    let short = |(doubt, path): (Doubt, &PathBuf)| {
        doubt.of_tests.map(|(told, held)| (path.clone(), told, held))
    };
    let short = doubts().filter_map(short).collect();
    let run = |(taken, file): (Option<&Taken>, &Input)| Run {
        span: taken.and_then(|taken| taken.span),
        turn: file.turn,
    };
    let runs = taken().zip(files).map(run).collect();
    let spool = JunitMergeError::Spool;
    let (mut shelves, cases) = Shelves::new(intakes, places, folder).map_err(spool)?;
    let rows = Sorted::new(cases).map_err(spool)?;
    let repeats = repeats::fold(&mut shelves, runs, rows, folder).map_err(spool)?;
    let (totals, flaky) = (shelves.totals, shelves.flaky);
    replace_file(output, |out| assemble::write(shelves, out))?;
    let pair = |(number, twin): (usize, &Option<usize>)| {
        twin.map(|twin| (inputs[number].clone(), inputs[twin].clone()))
    };
    let twins = same.iter().enumerate().filter_map(pair).collect();
    Ok(Merged { totals, flaky, repeats, twins, doubtful, short })
}
