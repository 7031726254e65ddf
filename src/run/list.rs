//! Exact discovery: Playwright lists its own suite inside the sandbox.

use std::path::Path;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::model::suite::Suite;
use crate::run::Setting;
use crate::runner::playwright::list::{self, ListError};
use crate::runner::playwright::task::Task;
use crate::sandbox::{Ending, Job, SandboxError, Wish, foreign};

/// Loading a suite may not take longer than this.
const LIMIT: Duration = Duration::from_mins(10);

/// A list of a million tests has 150 MB.
const LONGEST: u64 = 1 << 30;

/// Why there is no suite.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiscoverError {
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    List(#[from] ListError),
    #[error("Playwright could not list the suite ({how}):\n{printed}")]
    Failed { how: String, printed: String },
    #[error("interrupted")]
    Interrupted,
}

/// Lists the suite; `folder` is for files of this job alone.
pub(crate) async fn suite(
    setting: &Setting,
    folder: &Path,
    wishes: watch::Receiver<Wish>,
) -> Result<Suite, DiscoverError> {
    let layout = setting.sandbox.layout(folder);
    let (seen, places) = setting.seen(&layout);
    let wrap = |source| SandboxError::Write { path: folder.to_path_buf(), source };
    Task::list(&places, setting.call.no_deps()).write(&folder.join("in")).map_err(wrap)?;
    std::fs::create_dir_all(folder.join("out")).map_err(wrap)?;
    let command = setting.call.list(&seen);
    let job = Job {
        name: "list".to_owned(),
        view: 0,
        argv: command.argv,
        env: command.env,
        folder: folder.to_path_buf(),
        log: folder.join("log.txt"),
        timeout: LIMIT,
        room: None,
    };
    let (lines, printed) = mpsc::unbounded_channel();
    let ending = setting.sandbox.run(&job, wishes, lines).await?.ending;
    if ending == Ending::Stopped {
        return Err(DiscoverError::Interrupted);
    }
    match (&ending, read_file(&folder.join("out/list.json"))) {
        (Ending::Exited(_), Some(text)) => Ok(list::read(&text)?),
        _ => Err(failed(&ending, printed)),
    }
}

/// A list that the sandbox wrote. A configuration is foreign code.
pub(super) fn read_file(path: &Path) -> Option<String> {
    foreign::read(path, LONGEST)
}

fn failed(ending: &Ending, mut printed: mpsc::UnboundedReceiver<String>) -> DiscoverError {
    let mut lines = Vec::new();
    while let Ok(line) = printed.try_recv() {
        lines.push(line);
    }
    let how = match ending {
        Ending::Exited(code) => format!("exit code {code}"),
        Ending::OutOfMemory(_) => "out of memory".to_owned(),
        Ending::TimedOut => "it took too long".to_owned(),
        Ending::DiskFull => "it wrote too much to disk (--disk)".to_owned(),
        Ending::Stopped => "stopped".to_owned(),
    };
    DiscoverError::Failed { how, printed: lines.join("\n").trim().to_owned() }
}
