//! What dead runs left in the engine goes away: labels go in, commands come out.
//!
//! A run holds a lock on a file for as long as it lives, however it ends. Everything of it in the
//! engine is labelled with that file's path. A lock that can be had belongs to no live run; one
//! that is not there belongs to a run of another machine or user, and is none of our business.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::sandbox::docker::arguments::{LABEL, LOCK_LABEL};
use crate::sandbox::docker::engine::Engine;
use crate::sandbox::docker::options::Options;
use crate::sandbox::{CommandError, Say};

/// A run's claim to be alive; ends with it.
#[derive(Debug)]
pub(super) struct Claim {
    /// None where it shall stay.
    path: Option<PathBuf>,
    /// Holds the lock.
    file: File,
}

impl Claim {
    /// Claims that this run is alive. None where the file system knows no locks: then nobody will
    /// ever take away what a killed run left, which is better than no run at all.
    pub(super) fn of(options: &Options) -> Option<Self> {
        let path = options.lock.clone();
        fs::create_dir_all(path.parent()?).ok()?;
        let file = File::create(&path).ok()?;
        let claim = Self { path: Some(path), file };
        claim.file.try_lock().ok()?;
        Some(claim)
    }

    /// Ends it as if the run had been killed: the next one takes away what this one cannot.
    pub(super) fn leave(mut self) {
        self.path = None;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            fs::remove_file(path).ok();
        }
    }
}

/// Takes away what runs left that were killed.
pub(super) async fn dead_runs(engine: &Engine, say: &Say) {
    let mut dead: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    for list in [["ps", "--all"], ["volume", "ls"]] {
        let shown = format!("{{{{.Label \"{LABEL}\"}}}}\t{{{{.Label \"{LOCK_LABEL}\"}}}}");
        let ours = format!("--filter=label={LOCK_LABEL}");
        let args = [list[0], list[1], &ours, "--format", &shown];
        // An engine that cannot tell has nothing that could be taken away.
        let found = engine.call(&args).await.unwrap_or_default();
        for (run, lock) in found.lines().filter_map(|line| line.split_once('\t')) {
            if is_free(Path::new(lock)) {
                dead.entry(PathBuf::from(lock)).or_default().insert(run.to_owned());
            }
        }
    }
    for (lock, runs) in dead {
        let mut is_all = true;
        for run in runs {
            say.line(&format!("run {run} was killed: taking away what it left"));
            is_all &= remove(engine, &run).await.is_ok();
        }
        if is_all {
            fs::remove_file(lock).ok();
        }
    }
}

/// Whether a lock is there and nobody holds it.
fn is_free(lock: &Path) -> bool {
    File::open(lock).is_ok_and(|file| file.try_lock().is_ok())
}

/// Takes everything of a run away, whatever of it was made.
pub(super) async fn remove(engine: &Engine, run: &str) -> Result<(), CommandError> {
    let ours = format!("--filter=label={LABEL}={run}");
    let of_run = [
        (["ps", "--all", "--quiet", &ours], ["rm", "--force"].as_slice()),
        (["volume", "ls", "--quiet", &ours], ["volume", "rm", "--force"].as_slice()),
    ];
    for (list, remove) in of_run {
        let found = engine.call(&list).await?;
        if !found.is_empty() {
            let command: Vec<&str> = remove.iter().copied().chain(found.lines()).collect();
            engine.call(&command).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::is_free;

    #[test]
    fn a_lock_is_free_where_it_is_there_and_nobody_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        assert!(!is_free(&path));
        let file = File::create(&path).unwrap();
        assert!(is_free(&path));
        file.lock().unwrap();
        assert!(!is_free(&path));
        drop(file);
        assert!(is_free(&path));
    }
}
