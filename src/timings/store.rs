//! The timings file on disk: read whole, replaced whole.
//!
//! Nothing is ever lost by it: a file that cannot be read as timings is left as it is.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::model::timings::Timings;
use crate::platform;
use crate::wire::input;
use crate::wire::timings_v1::{self, TimingsFormatError};

/// Why the timings file could not be read or replaced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("cannot read the timings file `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot use the timings file `{}`: line {line}, column {column}: is not UTF-8 text", path.display())]
    NotText { path: PathBuf, line: usize, column: usize },
    #[error("cannot use the timings file `{}`", path.display())]
    Format { path: PathBuf, source: TimingsFormatError },
    #[error("cannot write the timings file `{}`", path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// The timings in a file; none where there is no such file.
pub(crate) fn load(path: &Path) -> Result<Option<Timings>, StoreError> {
    text(path)?.map(|text| parse(path, &text)).transpose()
}

/// The timings in a text that was read from `path`.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Timings, StoreError> {
    timings_v1::read(text).map_err(|source| StoreError::Format { path: path.to_owned(), source })
}

/// Replaces the timings in a file, or makes the file. What stands there now must be timings (any
/// other file was meant by mistake); a file that says the same already is not touched. Gives whether
/// it was written.
pub(crate) fn save(path: &Path, timings: &Timings) -> Result<bool, StoreError> {
    load(path)?;
    save_over(path, timings)
}

/// As [`save`], whatever stands there now: the caller has seen it.
pub(crate) fn save_over(path: &Path, timings: &Timings) -> Result<bool, StoreError> {
    let new = timings_v1::write(timings);
    if text(path)?.is_some_and(|old| old == new) {
        return Ok(false);
    }
    let written = replace(path, new.as_bytes());
    written.map(|()| true).map_err(|source| StoreError::Write { path: path.to_owned(), source })
}

/// The text of a file; none where there is no such file.
pub(crate) fn text(path: &Path) -> Result<Option<String>, StoreError> {
    let bytes = match input::bytes(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StoreError::Read { path: path.to_owned(), source }),
    };
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.split(|&byte| byte == b'\n');
        let column = line.clone().next_back().map_or(0, <[u8]>::len) + 1;
        StoreError::NotText { path: path.to_owned(), line: line.count(), column }
    })
}

/// Writes beside the file and renames over it, so that a reader sees the old or the new file and
/// never half of one. A link stays a link.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let target = target(path)?;
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = new_file(folder, &target)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(&target)?;
    // The rename itself reaches the disk with the folder.
    platform::sync_folder(folder)
}

/// An empty file beside `target` that everybody may read who may read that one.
fn new_file(folder: &Path, target: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".timings-");
    if let Ok(old) = fs::metadata(target) {
        let file = builder.tempfile_in(folder)?;
        file.as_file().set_permissions(old.permissions())?;
        return Ok(file);
    }
    // What is left of it is up to the user's umask.
    platform::as_any_new_file(&mut builder).tempfile_in(folder)
}

/// Where a path leads at the end of its links, whether or not there is a file.
fn target(path: &Path) -> io::Result<PathBuf> {
    /// As many as Linux follows.
    const MOST_LINKS: usize = 40;
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&target) else { return Ok(target) };
        target = match target.parent() {
            Some(folder) => folder.join(next),
            None => next,
        };
    }
    Err(io::Error::other("too many links"))
}

#[cfg(test)]
mod tests;
