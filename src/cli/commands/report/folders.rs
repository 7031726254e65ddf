//! Folders that people named go in, the runs below them come out: each once, the parts of a CI
//! matrix and the re-runs of a run joined.

use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::WalkDir;

use crate::cli::commands::output::PLAN;
use crate::cli::commands::parts::Parts;
use crate::cli::commands::report::kin::{Kin, once, together};
use crate::model::history::Roots;

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

/// A folder of results that could be read.
struct Folder {
    from: PathBuf,
    parts: Parts,
    roots: Roots,
}

impl Kin for Folder {
    fn from(&self) -> &Path {
        &self.from
    }

    fn roots(&self) -> &Roots {
        &self.roots
    }
}

/// Reads every folder. Those that `merge` would take for one run are one: parts of a CI matrix
/// beside each other, a run and its re-runs, and merges of such. Every other folder is a run of its
/// own, also of a plan that another one has.
pub(super) fn read(folders: &[PathBuf]) -> ReadRuns {
    let mut found = ReadRuns::default();
    let mut whole: Vec<Folder> = Vec::new();
    for folder in folders {
        match Parts::read(std::slice::from_ref(folder)) {
            Ok(parts) => {
                let (roots, from) = (parts.roots(), folder.clone());
                whole.push(Folder { from, parts, roots });
            }
            Err(error) => found.bad.push(error),
        }
    }
    for group in together(once(whole, &mut found.again)) {
        match one(group) {
            Ok(run) => found.runs.push(run),
            Err(error) => found.bad.push(error),
        }
    }
    found.runs.sort_by(|one, other| one.from.cmp(&other.from));
    found
}

/// The run of some folders, named by the first folder of its first plan.
fn one(mut folders: Vec<Folder>) -> anyhow::Result<ReadRun> {
    folders.sort_by(|one, other| one.from.cmp(&other.from));
    if folders.len() == 1
        && let Some(Folder { from, parts, .. }) = folders.pop()
    {
        return Ok(ReadRun { from, parts });
    }
    let paths: Vec<PathBuf> = folders.iter().map(|folder| folder.from.clone()).collect();
    let earliest = folders.iter().min_by_key(|folder| folder.roots.began);
    let digest = earliest.map(|folder| &folder.parts.plan.digest);
    let first = folders.iter().find(|folder| Some(&folder.parts.plan.digest) == digest);
    let from = first.map(|folder| folder.from.clone()).unwrap_or_default();
    Ok(ReadRun { from, parts: Parts::read(&paths)? })
}
