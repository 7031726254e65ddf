//! Where a command runs: a job goes in, its output and how it ended come out.
//!
//! A sandbox knows nothing of tests. To add one: a file or folder here, and one line in
//! `config/isolation.rs`, where its options are made.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use tokio::sync::{mpsc, watch};

use crate::model::event::Usage;

pub(crate) mod docker;
mod error;
pub(crate) mod fake;
pub(crate) mod foreign;
mod job;
mod output;
pub(crate) mod process;
mod say;
pub(crate) mod secrets;

pub(crate) use error::{CommandError, SandboxError};
pub(crate) use job::{Job, Room};
pub(crate) use say::Say;

/// Tells a job's first process that its standard input lasts as long as we do, and what to end
/// where that ends: `container` or `group`.
const HELD: &str = "SHARDWRIGHT_HELD";

/// An exit code from here on is that of a process which a signal ended: this and the signal's number.
pub(crate) const SIGNALLED: i32 = 128;

/// An answer that a sandbox gives later.
pub(crate) type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A place to run commands in.
pub(crate) trait Sandbox: Send + Sync {
    /// Gets everything ready for jobs in the views `0..views`, of which a job makes its own when
    /// it starts; lines for people go to `say`.
    fn prepare(&self, views: usize, say: Say) -> Later<'_, Result<(), SandboxError>>;

    /// How a job whose folder is `folder` sees the world.
    fn layout(&self, folder: &Path) -> Layout;

    /// The same for a job that has a room.
    fn seat(&self, folder: &Path) -> Layout {
        self.layout(folder)
    }

    /// Runs a job to its end. Dropping the answer leaves nothing running that `close` won't end.
    fn run<'a>(
        &'a self,
        job: &'a Job,
        wishes: watch::Receiver<Wish>,
        lines: mpsc::UnboundedSender<String>,
    ) -> Later<'a, Result<Ended, SandboxError>>;

    /// Whether jobs may have one sandbox one after the other, and be none the wiser.
    fn has_rooms(&self) -> bool {
        true
    }

    /// Says of a job that its tests run now: what waits for the next job of its room may start
    /// itself. Before that the job needs the processor.
    fn prepare_next(&self, _job: &Job) {}

    /// Ends a room: no job of it comes any more. What is not open needs no end.
    fn leave<'a>(&'a self, _room: &'a Room) -> Later<'a, ()> {
        Box::pin(async {})
    }

    /// Brings what the jobs of a view wrote to the workspace into `folder`.
    fn collect<'a>(&'a self, view: usize, folder: &'a Path) -> Later<'a, Result<(), SandboxError>>;

    /// Takes away what `prepare` and the jobs left behind.
    fn close(&self) -> Later<'_, ()>;

    /// The commands that `prepare` and `run` would give, each as its arguments.
    fn commands(&self, jobs: &[Job]) -> Vec<Vec<String>>;
}

/// Paths as a job sees them.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// The program that runs JavaScript.
    pub(crate) node: String,
    /// Where the workspace stands.
    pub(crate) workspace: PathBuf,
    /// The job's `in/`.
    pub(crate) input: PathBuf,
    /// The job's `out/`.
    pub(crate) output: PathBuf,
    /// How many processors a job may use, where that is not what it sees.
    pub(crate) cpus: Option<u32>,
    /// Whether jobs side by side see each other's loopback ports.
    pub(crate) shares_ports: bool,
    /// Whether what a job writes to the workspace is private to its view.
    pub(crate) private_workspace: bool,
}

/// What is wanted of a running job. Wishes only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wish {
    #[default]
    Run,
    /// End in order: the job is interrupted and may finish its reports.
    Stop,
    /// End now.
    Kill,
}

/// What is known of a job that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) ending: Ending,
    pub(crate) usage: Usage,
}

impl From<Ending> for Ended {
    /// Of a job whose usage nobody counted.
    fn from(ending: Ending) -> Self {
        let out_of_memory = matches!(ending, Ending::OutOfMemory(_));
        Self { ending, usage: Usage { out_of_memory, ..Usage::default() } }
    }
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// By itself, with this code; where a signal ended it, see [`SIGNALLED`].
    Exited(i32),
    /// The kernel killed a process of it for its memory limit.
    OutOfMemory(i32),
    /// It took longer than it may and was killed.
    TimedOut,
    /// It wrote more to disks than it may and was killed.
    DiskFull,
    /// It was ended because that was wished.
    Stopped,
}
