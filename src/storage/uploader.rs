//! A shard goes in, its files go to the storage; what is there and what is missing is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::ObjectStoreExt;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::bounds::{Budget, MOST_OF_AN_UPLOAD, is_needed};
use super::error::Answer;
use super::key;
use super::listing::{Listing, Stamp, list, stamp};
use super::put::{self, Failed};
use super::start::{COMPLETE, Start};
use super::upload::Uploaded;
use crate::model::id::ShardNumber;
use crate::wire::artifacts_v1::{self, File};

/// The plan, without which no shard is of use.
const PLAN: &str = "plan.json";
/// The files that are worth most are uploaded first.
const FIRST: [&str; 2] = ["events.ndjson", "log.txt"];
/// Files that are uploaded at once.
const AT_ONCE: usize = 4;
/// Why files are not uploaded that might well be fine.
const AFTER_ANOTHER: &str = "not tried after another file could not be uploaded";
const SILENT: &str = "not tried after nobody answered";
const LATE: &str = "not there when the time for it had passed";

/// Knows what of an output folder is in the storage.
pub(super) struct Uploader {
    start: Start,
    output: PathBuf,
    /// What is there, by its path below the output folder.
    sent: BTreeMap<PathBuf, Stamp>,
    /// The shards of which that was said there.
    whole: BTreeSet<ShardNumber>,
    budget: Budget,
    /// Until when it may take, once the run has ended.
    deadline: watch::Receiver<Option<Instant>>,
    /// Why nothing more is tried.
    given_up: Option<&'static str>,
    pub(super) uploaded: Uploaded,
}

/// A file that was on its way.
type Landed = (PathBuf, Stamp, Result<u64, Failed>);

impl Uploader {
    /// Nothing is there yet.
    pub(super) fn new(
        start: Start,
        output: &Path,
        deadline: watch::Receiver<Option<Instant>>,
    ) -> Self {
        Self {
            uploaded: Uploaded { name: start.name.clone(), ..Uploaded::default() },
            start,
            output: output.to_path_buf(),
            sent: BTreeMap::new(),
            whole: BTreeSet::new(),
            budget: Budget::new(MOST_OF_AN_UPLOAD),
            deadline,
            given_up: None,
        }
    }

    /// Uploads what is new of a shard, then that it is whole; whether it is.
    pub(super) async fn shard(&mut self, shard: ShardNumber) -> bool {
        let inner = Path::new("shards").join(shard.to_string());
        let Listing { mut files, unseen } = list(&self.output, &inner);
        // What is not there any more is missed by nobody.
        self.uploaded.missing.retain(|path, _| !path.starts_with(&inner));
        files.sort_by_key(|(path, _)| {
            let name = path.strip_prefix(&inner).ok().and_then(Path::to_str);
            FIRST.iter().position(|first| Some(*first) == name).unwrap_or(FIRST.len())
        });
        let plan = (PathBuf::from(PLAN), stamp(&self.output.join(PLAN)));
        files.insert(0, plan);
        let is_known = |(path, stamp): &(PathBuf, Stamp)| {
            self.sent.get(path) == Some(stamp) || self.uploaded.left_out.contains_key(path)
        };
        if self.whole.contains(&shard) && unseen.is_empty() && files.iter().all(is_known) {
            return true;
        }
        let are_there = self.put_all(files).await;
        let is_whole = unseen.is_empty();
        self.uploaded.missing.extend(unseen);
        are_there && is_whole && self.say_whole(shard, &inner).await
    }

    /// Says in the storage that a shard is whole.
    async fn say_whole(&mut self, shard: ShardNumber, inner: &Path) -> bool {
        let of_shard = |(path, (size, _)): (&PathBuf, &Stamp)| {
            let key = key::of(&self.start.folder, path);
            let key = key::below(&key, &self.start.folder)?.to_owned();
            let name = key::unbounded(path).filter(|name| *name != key);
            path.starts_with(inner).then_some(File { key, size: *size, name })
        };
        let files = self.sent.iter().filter_map(of_shard).collect();
        let left_out = self.uploaded.left_out.keys().filter(|path| path.starts_with(inner));
        let left_out = left_out.map(|path| path.to_string_lossy().into_owned()).collect();
        let text = artifacts_v1::complete(shard.get(), files, left_out);
        let name = Path::new(COMPLETE).join(format!("{shard}.json"));
        let key = key::of(&self.start.folder, &name);
        let mut deadline = self.deadline.clone();
        let put = self.start.store.objects.put(&key, text.into());
        let put = tokio::select! {
            put = put => put.map(drop).map_err(Failed::from),
            () = passed(&mut deadline) => {
                self.given_up = Some(LATE);
                Err(Failed::Storage(Answer(LATE.to_owned())))
            }
        };
        match put {
            Ok(()) => {
                self.uploaded.missing.remove(&name);
                self.whole.insert(shard);
                true
            }
            Err(failed) => {
                self.hear(&failed);
                self.uploaded.missing.insert(name, failed.to_string());
                false
            }
        }
    }

    /// Nobody waits for who says nothing for a second time, once the run has ended.
    fn hear(&mut self, failed: &Failed) {
        let has_ended = self.deadline.borrow().is_some();
        if matches!(failed, Failed::Silence(_)) && has_ended {
            self.given_up = Some(SILENT);
        }
    }

    /// Uploads a report, which may be a folder.
    pub(super) async fn report(&mut self, name: &str) {
        let Listing { files, unseen } = list(&self.output, Path::new(name));
        self.uploaded.missing.extend(unseen);
        self.put_all(files).await;
    }

    /// Uploads files that are not there as they are now; after one that the storage does not take,
    /// none more. Whether all are there that may be.
    async fn put_all(&mut self, files: Vec<(PathBuf, Stamp)>) -> bool {
        let new = files.into_iter().filter(|(path, stamp)| self.sent.get(path) != Some(stamp));
        let mut new: Vec<_> = new.collect();
        new.reverse();
        let mut deadline = self.deadline.clone();
        let (mut flying, mut are_all) = (JoinSet::new(), true);
        let mut stop = self.given_up;
        loop {
            while stop.is_none() && flying.len() < AT_ONCE {
                let Some((path, stamp)) = new.pop() else { break };
                match self.budget.take(&path, stamp.0) {
                    Ok(()) => self.send(path, stamp, &mut flying),
                    Err(why) if is_needed(&path) => {
                        are_all = false;
                        self.uploaded.missing.insert(path, why);
                    }
                    Err(why) => drop(self.uploaded.left_out.insert(path, why)),
                }
            }
            let landed = tokio::select! {
                landed = flying.join_next() => landed,
                () = passed(&mut deadline) => {
                    self.given_up = Some(LATE);
                    None
                }
            };
            match landed {
                None => break,
                Some(Ok(landed)) => {
                    let is_there = self.landed(landed);
                    are_all &= is_there.is_ok();
                    if let Err(Failed::Storage(_) | Failed::Silence(_)) = is_there {
                        stop = self.given_up.or(Some(AFTER_ANOTHER));
                    }
                }
                Some(Err(_)) => stop = Some(AFTER_ANOTHER),
            }
        }
        // Those on their way say so already.
        let is_well = stop.is_none() && self.given_up.is_none();
        let why = self.given_up.or(stop).unwrap_or_default();
        for (path, _) in new {
            self.uploaded.missing.entry(path).or_insert_with(|| why.to_owned());
        }
        is_well && are_all
    }

    fn send(&mut self, path: PathBuf, stamp: Stamp, flying: &mut JoinSet<Landed>) {
        // Until it is there.
        self.uploaded.missing.insert(path.clone(), LATE.to_owned());
        let key = key::of(&self.start.folder, &path);
        let objects = Arc::clone(&self.start.store.objects);
        let file = (self.output.clone(), path.clone());
        flying.spawn(async move { (path, stamp, put::file(objects, key, file).await) });
    }

    /// Keeps what became of a file.
    fn landed(&mut self, (path, (length, modified), sent): Landed) -> Result<(), Failed> {
        let uploaded = &mut self.uploaded;
        match sent {
            Ok(size) => {
                uploaded.missing.remove(&path);
                uploaded.left_out.remove(&path);
                uploaded.bytes += size;
                uploaded.files += usize::from(!self.sent.contains_key(&path));
                self.sent.insert(path, (size, modified));
                Ok(())
            }
            Err(failed) => {
                self.budget.give_back(length);
                uploaded.missing.insert(path, failed.to_string());
                self.hear(&failed);
                Err(failed)
            }
        }
    }
}

/// Waits until there is a deadline and it has passed.
async fn passed(deadline: &mut watch::Receiver<Option<Instant>>) {
    let known = deadline.wait_for(Option::is_some).await.ok().and_then(|at| *at);
    match known {
        Some(at) => sleep_until(at).await,
        // Nobody waits for the end of it.
        None => std::future::pending().await,
    }
}
