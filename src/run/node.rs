//! One process of the runner for a node of a CI matrix: started before there is a plan, it hands
//! its suite out, is told which part of it to run, and goes on as the first attempt at that part.

use std::time::Duration;

use tokio::sync::watch;

use crate::model::event::{AttemptId, Event};
use crate::model::plan::PlannedShard;
use crate::model::suite::Suite;
use crate::run::Setting;
use crate::run::attempt::{self, Started};
use crate::run::list::{DiscoverError, read_file};
use crate::run::tail::Tail;
use crate::runner::playwright::list;
use crate::runner::playwright::protocol::{self, Said};
use crate::runner::playwright::task::{Chosen, Task};
use crate::sandbox::{Ended, Ending, SandboxError, Wish};

/// How far a node's process came.
pub(crate) enum Opening {
    /// It waits to be told which of these tests to run.
    Suite(Box<Suite>, Waiting),
    /// It ended before it knew its tests: what became of it is the attempt's to tell.
    Ended(Started),
}

/// A runner that waits for its selection.
pub(crate) struct Waiting {
    started: Started,
}

/// Starts the first attempt of a shard, in view 0, and waits for its suite.
pub(crate) async fn open(
    setting: &Setting,
    id: AttemptId,
    timeout: Duration,
    wishes: watch::Receiver<Wish>,
) -> Result<Opening, DiscoverError> {
    let folder = attempt::folder(&setting.output, id);
    let (seen, places) = setting.seen(&setting.sandbox.layout(&folder));
    let wrap = |source| SandboxError::Write { path: folder.clone(), source };
    Task::node(&places, setting.call.no_deps()).write(&folder.join("in")).map_err(wrap)?;
    std::fs::create_dir_all(folder.join("out")).map_err(wrap)?;
    let job = attempt::made(setting, id, 0, timeout, setting.call.node(&seen));
    let mut started = Started::new(setting, id, job, wishes);
    let listed = folder.join("out/list.json");
    started.until(|| listed.symlink_metadata().is_ok()).await;
    match started.ended.take() {
        Some(Ok(Ended { ending: Ending::Stopped, .. })) => return Err(DiscoverError::Interrupted),
        Some(Err(error)) => return Err(error.into()),
        other => started.ended = other,
    }
    let Some(text) = read_file(&listed) else { return Ok(Opening::Ended(started)) };
    let waiting = Waiting { started };
    match list::read(&text) {
        Ok(suite) => Ok(Opening::Suite(Box::new(suite), waiting)),
        Err(error) => {
            // Files that cannot be loaded are named first, and known only once it goes on.
            waiting.dismiss().await?;
            Err(error.into())
        }
    }
}

impl Waiting {
    /// Tells it what to run and waits until it has set out to do so. Files that it could not load
    /// are known only then.
    pub(crate) async fn select(self, shard: &PlannedShard) -> Result<Started, DiscoverError> {
        let mut started = self.started;
        let (started_as, folder) = (started.id, started.job.folder.clone());
        let chosen = Chosen::of(shard.groups.iter().map(|planned| &planned.group));
        let wrap = |source| SandboxError::Write { path: folder.clone(), source };
        chosen.write(&folder.join("in")).map_err(wrap)?;
        let mut tail = Tail::of(&folder.join("out/events.ndjson"));
        started.until(|| sets_out(started_as, &mut tail)).await;
        if started.ended.is_some()
            && let Some(text) = read_file(&folder.join("out/list.json"))
        {
            list::read(&text)?;
        }
        Ok(started)
    }

    /// Ends it in order, its servers with it: it runs none of its tests.
    pub(crate) async fn dismiss(self) -> Result<(), DiscoverError> {
        let id = self.started.id;
        let none = PlannedShard { number: id.shard, groups: Vec::new(), predicted: Duration::ZERO };
        let mut started = self.select(&none).await?;
        started.until(|| false).await;
        Ok(())
    }
}

/// Whether it said that it runs tests, and not none because of an error.
fn sets_out(id: AttemptId, tail: &mut Tail) -> bool {
    let lines = tail.lines().unwrap_or_default();
    lines.iter().any(|line| match protocol::read(id, line) {
        Ok(Said::Event(Event::TestsListed { tests, .. })) => !tests.is_empty(),
        _ => false,
    })
}
