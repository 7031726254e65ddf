//! A folder of results goes in; the files to upload come out, with what cannot be looked at.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::{Error, WalkDir};

/// The length and the time of a file.
pub(super) type Stamp = (u64, Option<SystemTime>);

/// Paths are those below the output folder.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) files: Vec<(PathBuf, Stamp)>,
    /// With the reasons. Files may be missing for each.
    pub(super) unseen: Vec<(PathBuf, String)>,
}

/// The regular files at or below `inner`, by name, without those that links lead to.
pub(super) fn list(output: &Path, inner: &Path) -> Listing {
    let walk = WalkDir::new(output.join(inner)).follow_root_links(false).sort_by_file_name();
    let mut listing = Listing::default();
    let below = |path: &Path| path.strip_prefix(output).unwrap_or(inner).to_path_buf();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                listing.files.push((below(entry.path()), stamp(entry.path())));
            }
            Ok(_) => {}
            Err(error) => {
                // Who is gone since is missed by nobody, and not every report is written.
                if let Some(why) = why(&error) {
                    let path = error.path().map_or_else(|| inner.to_path_buf(), below);
                    listing.unseen.push((path, why));
                }
            }
        }
    }
    listing
}

fn why(error: &Error) -> Option<String> {
    match error.io_error() {
        Some(error) if error.kind() == ErrorKind::NotFound => None,
        Some(error) => Some(error.to_string()),
        None => Some(error.to_string()),
    }
}

pub(super) fn stamp(path: &Path) -> Stamp {
    let meta = path.symlink_metadata();
    meta.map_or((0, None), |meta| (meta.len(), meta.modified().ok()))
}
