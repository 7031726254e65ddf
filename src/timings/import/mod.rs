//! What other tools wrote down -> entries of the history.
//!
//! To read another format: one file here and one line in [`IMPORTERS`].

mod apply;
mod blob;
#[cfg(any(fuzzing, test))]
pub(crate) mod check;
mod cypress_split;
mod executions;
mod json;
mod junit;
mod names;
mod playwright_json;
mod pytest_split;
mod sample;
mod source;
#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::path::PathBuf;

pub(crate) use apply::{Applied, Known, apply};
pub(crate) use sample::{Sample, entries};
pub(crate) use source::Source;

use crate::wire::junit::error::JunitError;

/// One format that durations can come from.
pub(crate) trait Importer: Debug + Sync {
    /// The name that the user types.
    fn name(&self) -> &'static str;

    /// What it is, as a line of help.
    fn about(&self) -> &'static str;

    /// Whether the content looks like it. Of several that say so, the first in the table reads.
    fn detect(&self, source: &Source) -> bool;

    /// Every test, or every spec file, that came to an end.
    fn read(&self, source: &Source) -> Result<Vec<Sample>, ImportError>;
}

/// Every format.
pub(crate) const IMPORTERS: &[&dyn Importer] = &[
    &playwright_json::PlaywrightJson,
    &blob::Blob,
    &junit::Junit,
    &cypress_split::CypressSplit,
    &pytest_split::PytestSplit,
];

/// The format of a name.
pub(crate) fn importer(name: &str) -> Option<&'static dyn Importer> {
    IMPORTERS.iter().copied().find(|importer| importer.name() == name)
}

/// The format that the content looks like.
pub(crate) fn detect(source: &Source) -> Result<&'static dyn Importer, ImportError> {
    if let Some(found) = IMPORTERS.iter().copied().find(|importer| importer.detect(source)) {
        return Ok(found);
    }
    // What is torn or no JSON at all is told so, with its place.
    if let Ok(text) = source.json() {
        json::read::<serde::de::IgnoredAny>(&source.path, text, 1)?;
    }
    Err(ImportError::Unknown { path: source.path.clone() })
}

/// Why a file could not be imported. Lines and columns count from 1.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    #[error("cannot read `{}`", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("`{}` is in no format that can be imported", path.display())]
    Unknown { path: PathBuf },
    #[error("cannot import `{}`: line {line}, column {column}: {problem}", path.display())]
    Json { path: PathBuf, line: usize, column: usize, problem: String },
    #[error("cannot import `{}`: {problem}", path.display())]
    Content { path: PathBuf, problem: String },
    #[error("cannot import `{}`: names more than {} MB in all", path.display(), names::MOST >> 20)]
    Crowded { path: PathBuf },
    #[error("cannot import `{}`: is no whole zip file", path.display())]
    Zip { path: PathBuf, source: zip::result::ZipError },
    #[error(transparent)]
    Junit(#[from] JunitError),
}
