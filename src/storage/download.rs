//! A place goes in; the folders of all starts there come out as folders of this machine, as far as
//! a merge needs them, with what is known to be missing of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::path::Path as Key;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt};
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;

use super::error::StorageError;
use super::key;
use super::put::PIECE;
use super::start::{BEGUN, COMPLETE};
use super::store::{Access, Options, Store};
use crate::wire::artifacts_v1::{self, Complete};

/// More than runs of any size leave.
const MOST_OBJECTS: usize = 1_000_000;
/// What our own files may have at most, in bytes.
const MOST_OF_OURS: u64 = 256 << 20;
/// Objects that are downloaded at once.
const AT_ONCE: usize = 8;

/// What one start of a run left, on this machine.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// As in `shard-2-of-4-...`.
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    /// The shards that are there in part, and what of them is missing.
    pub(crate) partial: BTreeMap<u32, String>,
    /// Nothing of any shard is there.
    pub(crate) is_empty: bool,
}

/// The objects of one start that matter, by their names below its folder.
type Objects = BTreeMap<String, ObjectMeta>;

/// Downloads what lies at a place to folders in `into`, one for each start.
pub(crate) async fn fetch(options: &Options, into: &Path) -> Result<Vec<Fetched>, StorageError> {
    let probe = options.open(Access::Probe)?;
    let starts = listed(&probe, options).await?;
    let store = options.open(Access::Work)?;
    let mut all = Vec::new();
    for (name, objects) in starts {
        let folder = into.join(&name);
        if let Some(meta) = objects.get(BEGUN) {
            let text = text(&store, meta).await?;
            let wrong = |source| format_error(&store, &meta.location, source);
            artifacts_v1::check(&text).map_err(wrong)?;
        }
        let partial = partial(&store, &objects).await?;
        let is_result = |name: &str| name == "plan.json" || name.starts_with("shards/");
        let results = objects.iter().filter(|(name, _)| is_result(name));
        download(&store, results, &folder).await?;
        let is_empty = !objects.keys().any(|name| name.starts_with("shards/"));
        all.push(Fetched { name, folder, partial, is_empty });
    }
    if all.iter().all(|start| start.is_empty) {
        return Err(StorageError::Nothing { place: store.place.to_string() });
    }
    Ok(all)
}

/// What lies below the place, by starts. What is none of ours is left out.
async fn listed(
    store: &Store,
    options: &Options,
) -> Result<BTreeMap<String, Objects>, StorageError> {
    let place = &options.place;
    let failed = |error: Error| {
        let Error::InvalidPath { source } = &error else { return store.unusable(&error) };
        StorageError::Name {
            place: place.to_string(),
            key: source.to_string(),
            reason: "its name leads out of its folder",
        }
    };
    let mut starts: BTreeMap<String, Objects> = BTreeMap::new();
    let mut objects = store.objects.list(Some(&place.prefix));
    let mut count = 0;
    while let Some(meta) = objects.try_next().await.map_err(failed)? {
        count += 1;
        if count > MOST_OBJECTS {
            return Err(StorageError::Crowded { place: place.to_string(), most: MOST_OBJECTS });
        }
        let Some(inner) = inner(&meta.location, &place.prefix) else { continue };
        let Some((start, name)) = inner.split_once('/') else { continue };
        let is_ours = name == BEGUN || name == "plan.json";
        let is_ours = is_ours || ["shards/", "complete/"].iter().any(|it| name.starts_with(it));
        if is_ours && is_name(start) {
            starts.entry(start.to_owned()).or_default().insert(name.to_owned(), meta);
        }
    }
    Ok(starts)
}

fn inner<'a>(location: &'a Key, prefix: &Key) -> Option<&'a str> {
    if prefix.is_root() {
        return Some(location.as_ref());
    }
    location.as_ref().strip_prefix(prefix.as_ref())?.strip_prefix('/')
}

/// Whether a name is that of a folder that a start may have made.
fn is_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !name.starts_with('.') && name.chars().all(is_plain)
}

/// The shards of a start of which not all is there, and why.
async fn partial(store: &Store, objects: &Objects) -> Result<BTreeMap<u32, String>, StorageError> {
    let number = |name: &str| name.strip_prefix("shards/")?.split('/').next()?.parse::<u32>().ok();
    let shards: BTreeSet<u32> = objects.keys().filter_map(|name| number(name)).collect();
    let mut partial = BTreeMap::new();
    for shard in shards {
        let Some(meta) = objects.get(&format!("{COMPLETE}/{shard}.json")) else {
            partial.insert(shard, "its upload did not come to its end".to_owned());
            continue;
        };
        let read = artifacts_v1::read(&text(store, meta).await?);
        let Complete { files, .. } =
            read.map_err(|source| format_error(store, &meta.location, source))?;
        let is_there = |file: &artifacts_v1::File| {
            objects.get(&file.key).is_some_and(|meta| meta.size >= file.size)
        };
        let gone: Vec<_> = files.iter().filter(|file| !is_there(file)).collect();
        if let Some(first) = gone.first() {
            let what = format!("{} of its {} files are gone", gone.len(), files.len());
            partial.insert(shard, format!("{what}, first `{}`", first.key));
        }
    }
    Ok(partial)
}

/// One of our own files.
async fn text(store: &Store, meta: &ObjectMeta) -> Result<String, StorageError> {
    let key = &meta.location;
    refuse_link(store, key)?;
    if meta.size > MOST_OF_OURS {
        return Err(named(store, key, "it is too large"));
    }
    let bytes = store.objects.get_range(key, 0..meta.size).await;
    let bytes = bytes.map_err(|error| store.unusable(&error))?;
    String::from_utf8(bytes.to_vec()).map_err(|_| named(store, key, "it is no text"))
}

/// Downloads objects to where their names say below `folder`.
async fn download(
    store: &Store,
    objects: impl Iterator<Item = (&String, &ObjectMeta)>,
    folder: &Path,
) -> Result<(), StorageError> {
    let mut flying: JoinSet<Result<(), StorageError>> = JoinSet::new();
    for (name, meta) in objects {
        let inner = key::file(name).map_err(|reason| named(store, &meta.location, reason))?;
        refuse_link(store, &meta.location)?;
        let (store, meta, path) = (store.clone(), meta.clone(), folder.join(inner));
        flying.spawn(async move { one(&store, &meta, &path).await });
        while flying.len() >= AT_ONCE {
            landed(&mut flying).await?;
        }
    }
    while !flying.is_empty() {
        landed(&mut flying).await?;
    }
    Ok(())
}

async fn landed(flying: &mut JoinSet<Result<(), StorageError>>) -> Result<(), StorageError> {
    match flying.join_next().await {
        Some(Ok(result)) => result,
        // Nobody cancels these.
        Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
        None => Ok(()),
    }
}

/// Downloads one object, a piece at a time, to a file that is not there yet.
async fn one(store: &Store, meta: &ObjectMeta, path: &Path) -> Result<(), StorageError> {
    let failed = |source| StorageError::Write { path: path.to_path_buf(), source };
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(failed)?;
    }
    let mut file = tokio::fs::File::create_new(path).await.map_err(failed)?;
    let objects: &Arc<dyn ObjectStore> = &store.objects;
    let mut at = 0;
    while at < meta.size {
        let end = meta.size.min(at + PIECE);
        let piece = objects.get_range(&meta.location, at..end).await;
        let piece = piece.map_err(|error| store.unusable(&error))?;
        file.write_all(&piece).await.map_err(failed)?;
        at = end;
    }
    file.flush().await.map_err(failed)
}

/// In a folder, a name may be a link to any file of this machine.
fn refuse_link(store: &Store, key: &Key) -> Result<(), StorageError> {
    if !store.place.scheme.is_folder() {
        return Ok(());
    }
    let mut path = store.place.folder.clone();
    for part in key.parts() {
        path.push(part.as_ref());
        if path.is_symlink() {
            return Err(named(store, key, "it is a link"));
        }
    }
    Ok(())
}

fn named(store: &Store, key: &Key, reason: &'static str) -> StorageError {
    StorageError::Name { place: store.place.to_string(), key: key.to_string(), reason }
}

fn format_error(
    store: &Store,
    key: &Key,
    source: crate::wire::envelope::EnvelopeError,
) -> StorageError {
    StorageError::Format { place: store.place.to_string(), key: key.to_string(), source }
}
