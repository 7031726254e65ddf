//! A place goes in; the folders of all starts there come out as folders of this machine, as far as
//! a merge needs them, with what is known to be missing of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::path::Path as Key;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;

use super::bounds::{Budget, MOST_OF_A_DOWNLOAD, is_needed};
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
    /// Files that this machine cannot have, and why.
    pub(crate) left_out: BTreeMap<String, String>,
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
    let (mut all, mut budget) = (Vec::new(), Budget::new(MOST_OF_A_DOWNLOAD));
    for (name, objects) in starts {
        let folder = into.join(&name);
        if let Some(meta) = objects.get(BEGUN) {
            let text = text(&store, meta).await?;
            let wrong = |source| format_error(&store, &meta.location, source);
            artifacts_v1::check(&text).map_err(wrong)?;
        }
        let Known { mut partial, names, mut left_out } = known(&store, &objects).await?;
        let is_result = |name: &str| name == "plan.json" || name.starts_with("shards/");
        let results = objects.iter().filter(|(name, _)| is_result(name));
        let named = results.map(|(name, meta)| (names.get(name).unwrap_or(name), meta));
        let mut named: Vec<_> = named.collect();
        // What a merge needs comes first, should not all of it have room.
        named.sort_by_key(|(name, _)| !is_needed(name.as_ref()));
        left_out.extend(download(&store, named, &folder, &mut budget).await?);
        for (name, why) in left_out.iter().filter(|(name, _)| is_needed(name.as_ref())) {
            let shard = shard_of(name).into_iter();
            let what = format!("`{name}` was left out: {why}");
            partial.extend(shard.map(|shard| (shard, what.clone())));
        }
        let is_empty = !objects.keys().any(|name| name.starts_with("shards/"));
        all.push(Fetched { name, folder, partial, left_out, is_empty });
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
    while let Some(meta) = store.probe(objects.try_next()).await?.map_err(failed)? {
        count += 1;
        if count > MOST_OBJECTS {
            return Err(StorageError::Crowded { place: place.to_string(), most: MOST_OBJECTS });
        }
        let Some(inner) = key::below(&meta.location, &place.prefix) else { continue };
        let Some((start, name)) = inner.split_once('/') else { continue };
        let is_ours = name == BEGUN || name == "plan.json";
        let is_ours = is_ours || ["shards/", "complete/"].iter().any(|it| name.starts_with(it));
        if is_ours && is_name(start) {
            starts.entry(start.to_owned()).or_default().insert(name.to_owned(), meta);
        }
    }
    Ok(starts)
}

/// Whether a name is that of a folder that a start may have made.
fn is_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !name.starts_with('.') && name.chars().all(is_plain)
}

/// What is said of the shards of a start by those who uploaded it.
#[derive(Default)]
struct Known {
    /// The shards of which not all is there, and why.
    partial: BTreeMap<u32, String>,
    /// The whole names of files, by the names of their objects that had to be shorter.
    names: BTreeMap<String, String>,
    /// Files that were not uploaded, and why.
    left_out: BTreeMap<String, String>,
}

/// The shard that a file belongs to.
fn shard_of(name: &str) -> Option<u32> {
    name.strip_prefix("shards/")?.split('/').next()?.parse().ok()
}

async fn known(store: &Store, objects: &Objects) -> Result<Known, StorageError> {
    let shards: BTreeSet<u32> = objects.keys().filter_map(|name| shard_of(name)).collect();
    let mut known = Known::default();
    for shard in shards {
        let Some(meta) = objects.get(&format!("{COMPLETE}/{shard}.json")) else {
            known.partial.insert(shard, "its upload did not come to its end".to_owned());
            continue;
        };
        let read = artifacts_v1::read(&text(store, meta).await?);
        let Complete { files, left_out, .. } =
            read.map_err(|source| format_error(store, &meta.location, source))?;
        let is_there = |file: &artifacts_v1::File| {
            objects.get(&file.key).is_some_and(|meta| meta.size >= file.size)
        };
        let gone: Vec<_> = files.iter().filter(|file| !is_there(file)).collect();
        if let Some(first) = gone.first() {
            let what = format!("{} of its {} files are gone", gone.len(), files.len());
            known.partial.insert(shard, format!("{what}, first `{}`", first.key));
        }
        let why = "it was too large to be uploaded";
        known.left_out.extend(left_out.into_iter().map(|name| (name, why.to_owned())));
        for artifacts_v1::File { key, name, .. } in files {
            let Some(name) = name else { continue };
            if [&key, &name].iter().any(|name| shard_of(name) != Some(shard)) {
                return Err(named(store, &meta.location, "it names files of another shard"));
            }
            known.names.insert(key, name);
        }
    }
    Ok(known)
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

/// What landed of a download: nothing where it is there, else the file and why this machine cannot
/// have it.
type Landed = Result<Option<(String, String)>, StorageError>;

/// Downloads objects to where these names say below `folder`; gives what had to be left out.
async fn download(
    store: &Store,
    objects: Vec<(&String, &ObjectMeta)>,
    folder: &Path,
    budget: &mut Budget,
) -> Result<BTreeMap<String, String>, StorageError> {
    let (mut flying, mut left_out): (JoinSet<Landed>, _) = (JoinSet::new(), BTreeMap::new());
    for (name, meta) in objects {
        let inner = key::file(name).map_err(|reason| named(store, &meta.location, reason))?;
        refuse_link(store, &meta.location)?;
        if let Err(why) = budget.take(&inner, meta.size) {
            left_out.insert(inner.to_string_lossy().into_owned(), why);
            continue;
        }
        let (store, meta, folder) = (store.clone(), meta.clone(), folder.to_path_buf());
        flying.spawn(async move { one(&store, &meta, (&folder, &inner)).await });
        while flying.len() >= AT_ONCE {
            left_out.extend(landed(&mut flying).await?);
        }
    }
    while !flying.is_empty() {
        left_out.extend(landed(&mut flying).await?);
    }
    Ok(left_out)
}

async fn landed(flying: &mut JoinSet<Landed>) -> Landed {
    match flying.join_next().await {
        Some(Ok(result)) => result,
        // Nobody cancels these.
        Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
        None => Ok(None),
    }
}

/// Downloads one object, a piece at a time, to a file that is not there yet.
async fn one(store: &Store, meta: &ObjectMeta, (folder, inner): (&Path, &Path)) -> Landed {
    let path = folder.join(inner);
    let failed = |source| StorageError::Write { path: path.clone(), source };
    let mut file = match create(&path).await {
        Ok(file) => file,
        // The machine that uploaded it has another file system.
        Err(error) if error.kind() == ErrorKind::InvalidFilename => {
            let why = "its name is too long for this machine".to_owned();
            return Ok(Some((inner.to_string_lossy().into_owned(), why)));
        }
        Err(error) => return Err(failed(error)),
    };
    let objects: &Arc<dyn ObjectStore> = &store.objects;
    let mut at = 0;
    while at < meta.size {
        let end = meta.size.min(at + PIECE);
        let piece = objects.get_range(&meta.location, at..end).await;
        let piece = piece.map_err(|error| store.unusable(&error))?;
        file.write_all(&piece).await.map_err(failed)?;
        at = end;
    }
    file.flush().await.map_err(failed)?;
    Ok(None)
}

async fn create(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    File::create_new(path).await
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
