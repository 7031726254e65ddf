//! The engine: a plan goes in, events come out. It knows neither reporters nor queues: it emits
//! to a closure.

pub(crate) mod attempt;
pub(crate) mod backoff;
pub(crate) mod cancel;
mod course;
pub(crate) mod dispatcher;
mod fault;
pub(crate) mod ledger;
pub(crate) mod list;
mod listener;
pub(crate) mod node;
mod outbox;
mod patience;
pub(crate) mod resources;
pub(crate) mod retry;
pub(crate) mod seats;
mod starts;
mod tail;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::runner::playwright::command::{Call, Seen, seen};
use crate::runner::playwright::install::Install;
use crate::runner::playwright::task::Places;
use crate::sandbox::{Layout, Room, Sandbox};

/// Where Playwright keeps its attachments, below an attempt's `out/`, where that is our choice.
const RESULTS: &str = "test-results";

/// What every attempt of a run has in common.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) sandbox: Arc<dyn Sandbox>,
    pub(crate) install: Install,
    pub(crate) call: Call,
    /// The run's output folder, absolute.
    pub(crate) output: PathBuf,
    /// An attempt of which nothing is heard for so long is ended; none waits for ever.
    pub(crate) stall_timeout: Option<Duration>,
    /// See [`Event::RunStarted`](crate::model::event::Event::RunStarted).
    pub(crate) build: Option<String>,
    /// A shard may go on in the sandbox in which it has come to a good end.
    pub(crate) stays: bool,
}

impl Setting {
    /// How an attempt with this folder sees the world.
    fn layout(&self, folder: &Path, room: Option<&Room>) -> Layout {
        match room {
            Some(_) => self.sandbox.seat(folder),
            None => self.sandbox.layout(folder),
        }
    }

    /// What Playwright sees in a sandbox with this layout.
    fn seen(&self, layout: &Layout) -> (Seen, Places) {
        let inside = |path| seen(&self.install, &layout.workspace, path);
        let package = inside(&self.install.package);
        // Playwright empties this folder at its start: shards must not share it. And older than
        // 1.62 it reads there which tests to run.
        let redirected = !layout.private_workspace || !self.install.version.chooses();
        let places =
            Places { output: layout.output.clone(), runner: package.clone(), cpus: layout.cpus };
        let seen = Seen {
            node: layout.node.clone(),
            package,
            config: inside(&self.install.config),
            input: layout.input.clone(),
            results: redirected.then(|| layout.output.join(RESULTS)),
        };
        (seen, places)
    }
}
