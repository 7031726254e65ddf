//! Shards that have ended go in one by one, their files go to the storage beside the run, and what
//! did not arrive is told at the end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::start::Start;
use super::uploader::Uploader;
use crate::model::id::ShardNumber;

/// Uploads while a run goes on. Shards that have ended are told to it.
pub(crate) struct Upload {
    heard: mpsc::UnboundedSender<Heard>,
    ends: watch::Sender<Option<Instant>>,
    task: JoinHandle<Uploader>,
    name: String,
}

/// What is heard of a shard.
enum Heard {
    Ended(ShardNumber),
    GoesOn(ShardNumber),
}

/// Whether a shard that has ended goes on is heard sooner than that.
const MOMENT: Duration = Duration::from_millis(100);

/// What all that is left may take when a run has ended: a slow line brings some gigabytes away.
const FINISH: Duration = Duration::from_mins(30);

/// What became of it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Uploaded {
    /// Where it went.
    pub(crate) name: String,
    /// Files and bytes that arrived.
    pub(crate) files: usize,
    pub(crate) bytes: u64,
    /// Shards of which something is missing there.
    pub(crate) shards: Vec<ShardNumber>,
    /// Files that are missing there, with the reasons.
    pub(crate) missing: BTreeMap<PathBuf, String>,
    /// Files that no merge needs and that are too large, with the reasons.
    pub(crate) left_out: BTreeMap<PathBuf, String>,
}

impl Upload {
    /// Uploads what shards leave below `output`.
    pub(crate) fn begin(start: Start, output: &Path) -> Self {
        let (heard, inbox) = mpsc::unbounded_channel();
        let name = start.name.clone();
        let (ends, deadline) = watch::channel(None);
        let uploader = Uploader::new(start, output, deadline);
        Self { heard, ends, task: tokio::spawn(follow(uploader, inbox)), name }
    }

    /// Where it goes.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A shard has ended, unless the next that is heard is that it goes on.
    pub(crate) fn shard_ended(&self, shard: ShardNumber) {
        // Whatever became of the task is told at the end.
        self.heard.send(Heard::Ended(shard)).ok();
    }

    /// A shard that has ended goes on, and ends again.
    pub(crate) fn shard_goes_on(&self, shard: ShardNumber) {
        self.heard.send(Heard::GoesOn(shard)).ok();
    }

    /// Uploads all that is not there yet: of these shards, and these reports. What failed before is
    /// tried once more, until nobody answers or it has taken too long.
    pub(crate) async fn finish(self, shards: &[ShardNumber], reports: &[&str]) -> Uploaded {
        drop(self.heard);
        self.ends.send_replace(Some(Instant::now() + FINISH));
        let Ok(mut uploader) = self.task.await else {
            return Uploaded { name: self.name, shards: shards.to_vec(), ..Uploaded::default() };
        };
        uploader.uploaded.shards.clear();
        for shard in shards {
            if !uploader.shard(*shard).await {
                uploader.uploaded.shards.push(*shard);
            }
        }
        for report in reports {
            uploader.report(report).await;
        }
        uploader.uploaded
    }
}

/// Uploads shards as they end, until nothing more is to be heard.
async fn follow(mut uploader: Uploader, mut inbox: mpsc::UnboundedReceiver<Heard>) -> Uploader {
    let mut due: BTreeMap<ShardNumber, Instant> = BTreeMap::new();
    loop {
        let next = due.iter().min_by_key(|(_, at)| **at).map(|(shard, at)| (*shard, *at));
        let heard = match next {
            None => inbox.recv().await,
            Some((shard, at)) => {
                let Ok(heard) = timeout_at(at, inbox.recv()).await else {
                    due.remove(&shard);
                    uploader.shard(shard).await;
                    continue;
                };
                heard
            }
        };
        match heard {
            Some(Heard::Ended(shard)) => {
                due.insert(shard, Instant::now() + MOMENT);
            }
            Some(Heard::GoesOn(shard)) => {
                due.remove(&shard);
            }
            None => return uploader,
        }
    }
}
