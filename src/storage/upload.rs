//! Shards that have ended go in one by one, their files go to the storage beside the run, and what
//! did not arrive is told at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use object_store::ObjectStoreExt;
use object_store::path::Path as Key;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, timeout_at};
use walkdir::WalkDir;

use super::error::Answer;
use super::key;
use super::put::{self, Failed};
use super::start::{COMPLETE, Start};
use crate::model::id::ShardNumber;
use crate::wire::artifacts_v1::{self, File};

/// The plan, without which no shard is of use.
const PLAN: &str = "plan.json";
/// The files that are worth most are uploaded first.
const FIRST: [&str; 2] = ["events.ndjson", "log.txt"];
/// Files that are uploaded at once.
const AT_ONCE: usize = 4;

/// Uploads while a run goes on. Shards that have ended are told to it.
pub(crate) struct Upload {
    heard: mpsc::UnboundedSender<Heard>,
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
}

impl Upload {
    /// Uploads what shards leave below `output`.
    pub(crate) fn begin(start: Start, output: &Path) -> Self {
        let (heard, inbox) = mpsc::unbounded_channel();
        let name = start.name.clone();
        let uploader = Uploader {
            start,
            output: output.to_path_buf(),
            sent: BTreeMap::new(),
            whole: BTreeSet::new(),
            uploaded: Uploaded { name: name.clone(), ..Uploaded::default() },
        };
        Self { heard, task: tokio::spawn(uploader.follow(inbox)), name }
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
    /// tried once more.
    pub(crate) async fn finish(self, shards: &[ShardNumber], reports: &[&str]) -> Uploaded {
        drop(self.heard);
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
            let files = files(&uploader.output, Path::new(report));
            uploader.put_all(files).await;
        }
        uploader.uploaded
    }
}

/// The length and the time of a file that was uploaded.
type Stamp = (u64, Option<SystemTime>);

struct Uploader {
    start: Start,
    output: PathBuf,
    /// What is there, by its path below the output folder.
    sent: BTreeMap<PathBuf, Stamp>,
    /// The shards of which that was said there.
    whole: BTreeSet<ShardNumber>,
    uploaded: Uploaded,
}

impl Uploader {
    /// Uploads shards as they end, until nothing more is to be heard.
    async fn follow(mut self, mut inbox: mpsc::UnboundedReceiver<Heard>) -> Self {
        let mut due: BTreeMap<ShardNumber, Instant> = BTreeMap::new();
        loop {
            let next = due.iter().min_by_key(|(_, at)| **at).map(|(shard, at)| (*shard, *at));
            let heard = match next {
                None => inbox.recv().await,
                Some((shard, at)) => {
                    let Ok(heard) = timeout_at(at, inbox.recv()).await else {
                        due.remove(&shard);
                        self.shard(shard).await;
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
                None => return self,
            }
        }
    }

    /// Uploads what is new of a shard, then that it is whole; whether it is.
    async fn shard(&mut self, shard: ShardNumber) -> bool {
        let inner = Path::new("shards").join(shard.to_string());
        let mut files = files(&self.output, &inner);
        // What is not there any more is missed by nobody.
        self.uploaded.missing.retain(|path, _| !path.starts_with(&inner));
        files.sort_by_key(|(path, _)| {
            let name = path.strip_prefix(&inner).ok().and_then(Path::to_str);
            FIRST.iter().position(|first| Some(*first) == name).unwrap_or(FIRST.len())
        });
        let plan = (PathBuf::from(PLAN), stamp(&self.output.join(PLAN)));
        files.insert(0, plan);
        let is_known = |(path, stamp): &(PathBuf, Stamp)| self.sent.get(path) == Some(stamp);
        if self.whole.contains(&shard) && files.iter().all(is_known) {
            return true;
        }
        if !self.put_all(files).await {
            return false;
        }
        let of_shard = |(path, (size, _)): (&PathBuf, &Stamp)| {
            let key = key::of(&Key::ROOT, path).to_string();
            path.starts_with(&inner).then_some(File { key, size: *size })
        };
        let files = self.sent.iter().filter_map(of_shard).collect();
        let text = artifacts_v1::complete(shard.get(), files);
        let name = Path::new(COMPLETE).join(format!("{shard}.json"));
        let key = key::of(&self.start.folder, &name);
        match self.start.store.objects.put(&key, text.into()).await {
            Ok(_) => {
                self.uploaded.missing.remove(&name);
                self.whole.insert(shard);
                true
            }
            Err(error) => {
                self.uploaded.missing.insert(name, super::reason::answer(&error).0);
                false
            }
        }
    }

    /// Uploads files that are not there as they are now; after one that the storage does not take,
    /// none more. Whether all are there.
    async fn put_all(&mut self, files: Vec<(PathBuf, Stamp)>) -> bool {
        let new = files.into_iter().filter(|(path, stamp)| self.sent.get(path) != Some(stamp));
        let mut new: Vec<_> = new.collect();
        new.reverse();
        let (mut flying, mut is_well, mut are_all) = (JoinSet::new(), true, true);
        loop {
            while is_well && flying.len() < AT_ONCE {
                let Some((path, stamp)) = new.pop() else { break };
                let key = key::of(&self.start.folder, &path);
                let objects = Arc::clone(&self.start.store.objects);
                let file = (self.output.clone(), path.clone());
                flying.spawn(async move { (path, stamp, put::file(objects, key, file).await) });
            }
            match flying.join_next().await {
                None => break,
                Some(Ok((path, (_, modified), Ok(size)))) => {
                    self.uploaded.missing.remove(&path);
                    self.uploaded.bytes += size;
                    self.uploaded.files += usize::from(!self.sent.contains_key(&path));
                    self.sent.insert(path, (size, modified));
                }
                Some(Ok((path, _, Err(Failed::File(reason))))) => {
                    are_all = false;
                    self.uploaded.missing.insert(path, reason);
                }
                Some(Ok((path, _, Err(Failed::Storage(Answer(reason)))))) => {
                    is_well = false;
                    self.uploaded.missing.insert(path, reason);
                }
                Some(Err(_)) => is_well = false,
            }
        }
        for (path, _) in new {
            let why = "not tried after another file could not be uploaded".to_owned();
            self.uploaded.missing.entry(path).or_insert(why);
        }
        is_well && are_all
    }
}

/// The regular files at or below `inner`, by name, without those that links lead to.
fn files(output: &Path, inner: &Path) -> Vec<(PathBuf, Stamp)> {
    let walk = WalkDir::new(output.join(inner)).follow_root_links(false).sort_by_file_name();
    let walk = walk.into_iter();
    let regular = walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    let files = regular.filter_map(|entry| {
        let path = entry.path().strip_prefix(output).ok()?.to_path_buf();
        Some((path, stamp(entry.path())))
    });
    files.collect()
}

fn stamp(path: &Path) -> Stamp {
    let meta = path.symlink_metadata();
    meta.map_or((0, None), |meta| (meta.len(), meta.modified().ok()))
}
