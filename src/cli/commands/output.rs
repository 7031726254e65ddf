//! The output folder: made ready before a run, so that nothing of somebody else's is lost.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::model::event::Event;
use crate::model::id::ShardNumber;
use crate::platform;
use crate::report::REPORTS;
use crate::report::record::{self, EVENTS};

/// The plan's file; it also marks a folder as ours.
pub(crate) const PLAN: &str = "plan.json";

/// Where the shards' own files stand.
const SHARDS: &str = "shards";

/// Makes the folder ready for a whole run, or for one part of it in this build on a CI machine. What
/// an earlier run left there goes; a folder that holds anything else is refused. Of other parts
/// those go that are known to be of another build: a machine may keep the folder between builds.
pub(crate) fn prepare(
    folder: &Path,
    part: Option<ShardNumber>,
    build: Option<&str>,
) -> Result<Output, Refused> {
    let unusable = |error: std::io::Error| unusable(folder, &error);
    fs::create_dir_all(folder).map_err(unusable)?;
    let folder = std::path::absolute(folder).map_err(unusable)?;
    if !is_ours(&folder).map_err(unusable)? {
        return Err(foreign(&folder));
    }
    let claim = claimed(&folder, part.is_some())?;
    let shards = folder.join(SHARDS);
    let results = match part {
        None => vec![shards],
        Some(part) => {
            let mut old = build.map_or_else(Vec::new, |build| of_other_builds(&shards, build));
            old.extend([shards.join(part.to_string()), shards.join("list")]);
            old
        }
    };
    // A report of an earlier run must not pass for this one's should we be killed.
    let reports = REPORTS.iter().map(|report| folder.join(report.path()));
    for old in results.into_iter().chain(reports) {
        remove(&old).map_err(unusable)?;
    }
    // Shows now, and not after the run, whether the folder can be written to.
    fs::write(folder.join(PLAN), "{}\n").map_err(unusable)?;
    Ok(Output { folder, _claim: claim })
}

/// A folder that is ready. Nobody else makes it ready as long as this lives.
pub(crate) struct Output {
    pub(crate) folder: PathBuf,
    _claim: Option<File>,
}

/// Keeps others out who would remove what is there: parts of a run leave each other in peace. Where
/// folders cannot be locked, nobody is kept out.
fn claimed(folder: &Path, is_part: bool) -> Result<Option<File>, Refused> {
    let Ok(file) = File::open(folder) else { return Ok(None) };
    let locked = if is_part { file.try_lock_shared() } else { file.try_lock() };
    match locked {
        Err(TryLockError::WouldBlock) => Err(Refused {
            message: format!("another run writes to the output folder `{}`", folder.display()),
            hint: Some("wait for it, or name another folder with --output DIR".to_owned()),
            exit: Exit::BadInput,
        }),
        Err(TryLockError::Error(_)) | Ok(()) => Ok(Some(file)),
    }
}

/// The shards' folders with results of which none is of this build, and one says so.
fn of_other_builds(shards: &Path, build: &str) -> Vec<PathBuf> {
    let is_other = |folder: &PathBuf| {
        // What cannot be read is left to `merge`, which names it.
        let events = record::read(&folder.join(EVENTS)).unwrap_or_default();
        let mut builds = events.iter().filter_map(Event::build).peekable();
        builds.peek().is_some() && builds.all(|other| other != build)
    };
    let entries = fs::read_dir(shards).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(is_other).collect()
}

/// Whether [`prepare`] would refuse the folder, without a change to it.
pub(crate) fn check(folder: &Path) -> Result<(), Refused> {
    let known = folder.ancestors().find(|known| known.exists()).unwrap_or(folder);
    platform::check_writable(known).map_err(|error| unusable(folder, &error))?;
    if known == folder && !is_ours(folder).map_err(|error| unusable(folder, &error))? {
        return Err(foreign(folder));
    }
    Ok(())
}

/// Whether nothing of somebody else's would go: an earlier report, or what a run that was killed
/// early left. A plan alone proves nothing, `plan -o` may have put it among a project's own files.
fn is_ours(folder: &Path) -> std::io::Result<bool> {
    if folder.join(PLAN).is_file() && folder.join(SHARDS).is_dir() {
        return Ok(true);
    }
    let known =
        |name: &str| [PLAN, SHARDS].contains(&name) || REPORTS.iter().any(|r| r.path() == name);
    for entry in fs::read_dir(folder)? {
        if !entry?.file_name().to_str().is_some_and(known) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes the folder ready for a merge of foreign files, which only writes over reports of ours.
pub(crate) fn prepare_foreign(folder: &Path) -> Result<PathBuf, Refused> {
    let made = fs::create_dir_all(folder).and_then(|()| std::path::absolute(folder));
    let made = made.and_then(|folder| Ok((is_ours(&folder)?, folder)));
    let (ours, real) = made.map_err(|error| unusable(folder, &error))?;
    if ours { Ok(real) } else { Err(foreign(&real)) }
}

fn unusable(folder: &Path, error: &std::io::Error) -> Refused {
    Refused {
        message: format!("cannot write to the output folder `{}`: {error}", folder.display()),
        hint: Some("name another with --output DIR".to_owned()),
        exit: Exit::BadInput,
    }
}

fn foreign(folder: &Path) -> Refused {
    Refused {
        message: format!("`{}` holds files that are not a report of ours", folder.display()),
        hint: Some("empty it, or name another folder with --output DIR".to_owned()),
        exit: Exit::BadInput,
    }
}

fn remove(path: &Path) -> std::io::Result<()> {
    let folder = path.symlink_metadata().is_ok_and(|meta| meta.is_dir());
    let removed = if folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
