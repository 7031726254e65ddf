//! The begin of a run: flags go in, the suite comes out. A node of a CI matrix starts its one
//! process of Playwright for that, which then waits to be told its part.

use tokio::sync::watch;

use crate::cli::args::RunArgs;
use crate::cli::commands::stage;
use crate::cli::streams::Streams;
use crate::model::event::AttemptId;
use crate::model::plan::Plan;
use crate::model::suite::Suite;
use crate::run::Setting;
use crate::run::attempt::{Started, folder};
use crate::run::list::{self, DiscoverError};
use crate::run::node::{self, Opening, Waiting};
use crate::sandbox::Wish;

/// What runs already when the suite is known.
pub(crate) enum Running {
    Nothing,
    /// A node's first attempt, which waits to be told what to run.
    Waiting(Waiting),
    /// A node's first attempt, which ended before it knew its tests.
    Ended(Started),
}

/// Makes the sandbox ready and asks for the suite.
pub(crate) async fn begin(
    args: &RunArgs,
    setting: &Setting,
    shards: usize,
    wishes: watch::Receiver<Wish>,
    streams: &mut Streams,
) -> anyhow::Result<(Suite, Running)> {
    let folder = list_folder(setting);
    // Another try gets a view of its own, too; of shards that have to go, all but one may.
    let spare = args.retry.retry_budget as usize + shards;
    let Some(part) = args.run.part() else {
        let suite = stage::listed(setting, shards + 1 + spare, &folder, wishes, streams).await?;
        return Ok((suite, Running::Nothing));
    };
    // A node's one process would run before it is its turn.
    let is_shared = args.run.resources.machine_limit.is_some();
    if !setting.install.version.chooses() || !setting.call.can_wait() || is_shared {
        let suite = stage::listed(setting, 2 + spare, &folder, wishes, streams).await?;
        return Ok((suite, Running::Nothing));
    }
    stage::ready(setting, 2 + spare, wishes.clone(), streams).await?;
    let id = AttemptId { shard: part.number, attempt: 1 };
    match node::open(setting, id, args.run.shard_timeout, wishes.clone()).await? {
        Opening::Suite(suite, waiting) => Ok((*suite, Running::Waiting(waiting))),
        Opening::Ended(started) => {
            // A configuration that cannot be used is best explained by a list.
            let suite = list::suite(setting, &folder, wishes).await?;
            Ok((suite, Running::Ended(started)))
        }
    }
}

impl Running {
    /// Tells a waiting runner its part of the plan. Where that is empty, nothing is left running.
    pub(crate) async fn go_on(
        self,
        part: &Plan,
        setting: &Setting,
    ) -> Result<Option<Started>, DiscoverError> {
        let shard = part.shards.iter().find(|shard| !shard.is_empty());
        match (self, shard) {
            (Self::Nothing, _) => Ok(None),
            (Self::Waiting(waiting), Some(shard)) => waiting.select(shard).await.map(Some),
            (Self::Ended(started), Some(_)) => Ok(Some(started)),
            (running, None) => {
                running.dismiss().await?;
                for shard in &part.shards {
                    let id = AttemptId { shard: shard.number, attempt: 1 };
                    std::fs::remove_dir_all(folder(&setting.output, id)).ok();
                }
                Ok(None)
            }
        }
    }

    /// Ends what runs where a step towards the run failed.
    pub(crate) async fn unless_failed<T>(
        self,
        step: anyhow::Result<T>,
    ) -> anyhow::Result<(Self, T)> {
        match step {
            Ok(done) => Ok((self, done)),
            Err(error) => {
                self.dismiss().await?;
                Err(error)
            }
        }
    }

    /// Ends what runs, in order.
    async fn dismiss(self) -> Result<(), DiscoverError> {
        match self {
            Self::Waiting(waiting) => waiting.dismiss().await,
            Self::Nothing | Self::Ended(_) => Ok(()),
        }
    }
}

/// Where a list leaves its files.
pub(crate) fn list_folder(setting: &Setting) -> std::path::PathBuf {
    setting.output.join("shards").join("list")
}
