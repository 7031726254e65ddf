//! Folders that people named go in, the runs below them come out: each once, the parts of a CI
//! matrix joined.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::WalkDir;

use crate::cli::commands::output::PLAN;
use crate::cli::commands::parts::Parts;
use crate::model::event::{Event, UnixMillis};
use crate::model::id::ShardNumber;

/// What lies below the folders and files that were named.
#[derive(Default)]
pub(super) struct Below {
    /// Folders with results.
    pub(super) folders: Vec<PathBuf>,
    /// JSON files outside of these.
    pub(super) files: Vec<PathBuf>,
}

/// A run that one folder or several hold.
pub(super) struct ReadRun {
    /// The folder, or the first of several.
    pub(super) from: PathBuf,
    pub(super) parts: Parts,
}

/// Which runs there are.
#[derive(Default)]
pub(super) struct ReadRuns {
    pub(super) runs: Vec<ReadRun>,
    /// What holds nothing that another folder does not hold, too, and that folder.
    pub(super) again: Vec<(PathBuf, PathBuf)>,
    /// What cannot be read.
    pub(super) bad: Vec<anyhow::Error>,
}

/// Looks below what was named; results that a test wrote into a folder of results are none.
pub(super) fn below(inputs: &[PathBuf]) -> anyhow::Result<Below> {
    let mut below = Below::default();
    for input in inputs {
        let mut walk = WalkDir::new(input).sort_by_file_name().into_iter();
        while let Some(entry) = walk.next() {
            let entry = entry.with_context(|| format!("cannot read `{}`", input.display()))?;
            let path = entry.path();
            if is_results(path) {
                below.folders.push(path.to_path_buf());
                walk.skip_current_dir();
            } else if entry.file_type().is_dir() && entry.file_name() == "node_modules" {
                walk.skip_current_dir();
            } else if entry.depth() == 0 && !entry.file_type().is_dir() || is_json(path) {
                below.files.push(path.to_path_buf());
            }
        }
    }
    Ok(below)
}

fn is_results(folder: &Path) -> bool {
    folder.join(PLAN).is_file() && folder.join("shards").is_dir()
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json") && path.is_file()
}

/// When which shard began to run: no two runs have that in common.
type Marks = BTreeSet<(ShardNumber, UnixMillis)>;

/// Reads every folder. Folders beside each other that hold one shard each of the same plan are one
/// run, as `merge` takes them; every other folder is a run of its own.
pub(super) fn read(folders: &[PathBuf]) -> ReadRuns {
    let mut found = ReadRuns::default();
    let mut whole: Vec<(ReadRun, Marks)> = Vec::new();
    for folder in folders {
        match Parts::read(std::slice::from_ref(folder)) {
            Ok(parts) => {
                let marks = marks(&parts);
                whole.push((ReadRun { from: folder.clone(), parts }, marks));
            }
            Err(error) => found.bad.push(error),
        }
    }
    let mut nodes: BTreeMap<_, Vec<PathBuf>> = BTreeMap::new();
    for (at, (run, marks)) in whole.iter().enumerate() {
        let holds = |(other_at, (other, theirs)): &(usize, &(ReadRun, Marks))| {
            let more = theirs.len() > marks.len() || *other_at < at;
            let is_other = *other_at != at && other.parts.plan.digest == run.parts.plan.digest;
            is_other && more && !marks.is_empty() && marks.is_subset(theirs)
        };
        if let Some((_, (other, _))) = whole.iter().enumerate().find(holds) {
            found.again.push((run.from.clone(), other.from.clone()));
        } else {
            let beside = if is_node(&run.parts) { run.from.parent() } else { Some(&*run.from) };
            let place = beside.unwrap_or(&run.from).to_path_buf();
            let digest = run.parts.plan.digest.clone();
            nodes.entry((digest, place)).or_default().push(run.from.clone());
        }
    }
    for folders in nodes.into_values() {
        let Some(from) = folders.first().cloned() else { continue };
        let single = whole.iter().position(|(run, _)| folders.len() == 1 && run.from == from);
        if let Some(at) = single {
            found.runs.push(whole.swap_remove(at).0);
            continue;
        }
        match Parts::read(&folders) {
            Ok(parts) => found.runs.push(ReadRun { from, parts }),
            Err(error) => found.bad.push(error),
        }
    }
    found.runs.sort_by(|one, other| one.from.cmp(&other.from));
    found
}

/// Whether it holds one shard of several, as one node of a CI matrix leaves it.
fn is_node(parts: &Parts) -> bool {
    let planned = parts.plan.shards.iter().filter(|shard| !shard.is_empty()).count();
    planned > 1 && parts.shards.len() <= 1
}

fn marks(parts: &Parts) -> Marks {
    let mark = |event: &Event| {
        if let Event::AttemptStarted { id, at } = event { Some((id.shard, *at)) } else { None }
    };
    parts.events().filter_map(mark).collect()
}
