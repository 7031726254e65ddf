//! What people named goes in, the folders of results below it come out, and the links to such.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::{DirEntry, WalkDir};

use super::refuse;
use crate::cli::commands::output::PLAN;
use crate::cli::failure::Refused;
use crate::model::outcome::Contradiction;

/// Where a folder of results keeps what its shards left.
const SHARDS: &str = "shards";
/// Files and folders behind a link that are looked at; what holds results shows it soon.
const MOST_LINKED: usize = 100_000;

/// What lies below the inputs.
#[derive(Debug, Default)]
pub(crate) struct ResultFolders {
    /// Folders that hold a plan and shards, in the order of the inputs and of their names.
    pub(crate) folders: Vec<PathBuf>,
    /// Links to folders that hold such, and that nobody named.
    pub(crate) linked: Vec<PathBuf>,
}

impl ResultFolders {
    /// What was left out: no report is whole without it.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = Contradiction> {
        self.linked.iter().map(|link| Contradiction {
            title: format!("`{}` was left out", link.display()),
            text: "it is a link to a folder with results\nname the folder, too".to_owned(),
        })
    }
}

/// Looks below `inputs`, and not at `target`. What tests wrote into a folder of results is none.
///
/// # Errors
///
/// A folder that cannot be read, or that has shards and lost its plan.
pub(crate) fn result_folders(
    inputs: &[PathBuf],
    target: Option<&Path>,
) -> anyhow::Result<ResultFolders> {
    let target = target.and_then(|target| target.canonicalize().ok());
    let is_target = |folder: &Path| target.is_some() && folder.canonicalize().ok() == target;
    let roots: Vec<PathBuf> = inputs.iter().filter_map(|it| it.canonicalize().ok()).collect();
    let mut found = ResultFolders::default();
    for input in inputs {
        let mut walk = WalkDir::new(input).sort_by_file_name().into_iter();
        while let Some(entry) = walk.next() {
            let entry = entry.with_context(|| format!("cannot read `{}`", input.display()))?;
            let path = entry.path();
            let folder = path.parent().unwrap_or(input);
            if is_shards(&entry) && (folder.join(PLAN).exists() || is_target(folder)) {
                walk.skip_current_dir();
            } else if is_shards(&entry)
                && let Some(events) = events(path)
            {
                return Err(planless(&events).into());
            } else if is_plan(&entry) && !is_target(folder) {
                found.folders.push(folder.to_path_buf());
            } else if entry.path_is_symlink() && path.is_dir() && !is_target(path) {
                let holds = |entry: &DirEntry| is_plan(entry) || is_shards(entry);
                found.linked.extend(is_missed(path, &roots, holds).then(|| path.to_path_buf()));
            }
        }
    }
    Ok(found)
}

/// Whether a link leads to a folder that `holds` something, and is not looked through anyway.
pub(crate) fn is_missed(link: &Path, roots: &[PathBuf], holds: impl Fn(&DirEntry) -> bool) -> bool {
    let Ok(folder) = link.canonicalize() else { return true };
    if roots.iter().any(|root| folder.starts_with(root)) {
        return false;
    }
    let walk = WalkDir::new(folder).follow_links(true).into_iter().take(MOST_LINKED);
    walk.filter_map(Result::ok).any(|entry| holds(&entry))
}

/// Whether it is the plan of a folder of results.
fn is_plan(entry: &DirEntry) -> bool {
    let is_beside = || entry.path().parent().is_some_and(|folder| folder.join(SHARDS).is_dir());
    entry.file_name() == PLAN && is_beside()
}

/// Whether it is what a run keeps of its shards; many a project has a folder of that name.
fn is_shards(entry: &DirEntry) -> bool {
    let path = entry.path();
    let beside = || path.parent().is_some_and(|folder| folder.join(PLAN).exists());
    entry.file_name() == SHARDS && path.is_dir() && (beside() || events(path).is_some())
}

/// The events of the first shard in a folder of shards.
fn events(shards: &Path) -> Option<PathBuf> {
    let is_number = |name: &OsStr| name.to_str().is_some_and(|name| name.parse::<u32>().is_ok());
    let entries = fs::read_dir(shards).ok()?.flatten();
    let of_shards = entries.filter(|entry| is_number(&entry.file_name()));
    of_shards.map(|entry| entry.path().join("events.ndjson")).filter(|file| file.is_file()).min()
}

/// Nobody can say what of a suite these are.
fn planless(events: &Path) -> Refused {
    let message =
        format!("cannot use the events `{}`: no {PLAN} lies beside them", events.display());
    refuse(message, "take the whole folder that the run wrote")
}
