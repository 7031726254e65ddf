//! What is to run, and where else than in a sandbox of its own it may.

use std::path::PathBuf;
use std::time::Duration;

/// One command to run.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    /// Unique within a run: `list`, `shard-2-attempt-1`.
    pub(crate) name: String,
    /// Which private view of the workspace it gets; jobs of one view see each other's files.
    pub(crate) view: usize,
    /// Program and arguments, as the sandbox sees them.
    pub(crate) argv: Vec<String>,
    /// Variables besides those that the sandbox lets in by its options.
    pub(crate) env: Vec<(String, String)>,
    /// A folder of the host: the job reads `in/` and writes `out/` of it.
    pub(crate) folder: PathBuf,
    /// Everything that the job prints, on the host.
    pub(crate) log: PathBuf,
    /// After this long it is killed.
    pub(crate) timeout: Duration,
    /// Where it may run besides in a sandbox of its own.
    pub(crate) room: Option<Room>,
}

/// A sandbox that jobs may have one after the other, each of them after the good end of the one
/// before it. What a job leaves running is ended before the next one begins; files stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Room {
    /// Unique within a run.
    pub(crate) name: String,
    /// The folders of all jobs that it can take. They lie beside each other.
    pub(crate) seats: Vec<PathBuf>,
    /// What may be started before the next job is known, beside the one before. It gets that job's
    /// command as a line on its standard input, and is that command from then on. None if empty.
    pub(crate) ahead: Vec<String>,
}
