//! A blob report goes in (a zip, or the `report.jsonl` out of one), its lines come out one by one.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::wire::envelope::problem;
use crate::wire::input;

/// In bytes. A whole suite is one line, and so is an attachment.
const LONGEST_LINE: u64 = 256 << 20;

/// Why a blob cannot be read. Lines and columns count from 1.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BlobError {
    #[error("cannot be read")]
    Read { path: PathBuf, source: io::Error },
    #[error("is no whole zip file")]
    Zip { path: PathBuf, source: ZipError },
    #[error("holds no `report.jsonl`, so it is no blob report")]
    NoReport { path: PathBuf },
    #[error("line {line}, column {column}: {problem}")]
    Json { path: PathBuf, line: usize, column: usize, problem: String },
    #[error("ends in the middle")]
    Torn { path: PathBuf },
}

/// One line of a report.
pub(crate) struct Call<'a> {
    /// What a reporter is told, e.g. `onTestEnd`.
    pub(crate) method: &'a str,
    params: Option<&'a RawValue>,
    path: &'a Path,
    line: usize,
}

impl<'a> Call<'a> {
    /// What it is told of it.
    pub(crate) fn params<T: Deserialize<'a>>(&self) -> Result<T, BlobError> {
        let text = self.params.map_or("null", RawValue::get);
        serde_json::from_str(text).map_err(|error| {
            let problem = problem(&error);
            // The parameters stand in one line, behind the method.
            BlobError::Json { path: self.path.to_owned(), line: self.line, column: 1, problem }
        })
    }

    /// Whose line it is, for people.
    pub(crate) fn path(&self) -> &'a Path {
        self.path
    }

    /// Something in it that cannot be.
    pub(crate) fn wrong(&self, problem: String) -> BlobError {
        BlobError::Json { path: self.path.to_owned(), line: self.line, column: 1, problem }
    }
}

/// What takes the lines of one report.
pub(crate) trait Listener {
    /// Why it may stop.
    type Error: From<BlobError>;

    /// Takes the next line.
    fn hear(&mut self, call: &Call<'_>) -> Result<(), Self::Error>;
}

/// Whether the name says that it is a zip, or lines out of one.
pub(crate) fn is_kind(path: &Path, kind: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(kind))
}

/// Reads every report in a file, each with a listener of its own, up to `most` bytes of them all.
/// A report without an end is an error.
pub(crate) fn read<L: Listener>(
    path: &Path,
    most: u64,
    new: impl Fn() -> L,
) -> Result<Vec<L>, L::Error> {
    let file =
        input::open(path).map_err(|source| BlobError::Read { path: path.to_owned(), source })?;
    if is_kind(path, "jsonl") {
        return Ok(vec![lines(path, file, new())?]);
    }
    let (mut archive, names) = open_zip(path, file)?;
    let (mut heard, mut left) = (Vec::new(), most);
    for name in names {
        let entry = archive.by_name(&name);
        let entry = entry.map_err(|source| BlobError::Zip { path: path.to_owned(), source })?;
        let mut entry = entry.take(left);
        heard.push(lines(&path.join(&name), &mut entry, new())?);
        left = entry.limit();
    }
    Ok(heard)
}

/// Whether a zip may hold reports: not one that can be read and has none.
pub(crate) fn is_blob(path: &Path) -> bool {
    let zip = input::open(path).map(|file| open_zip(path, file));
    !matches!(zip, Ok(Err(BlobError::NoReport { .. })))
}

/// A zip, and the names of the reports in it.
fn open_zip(path: &Path, file: File) -> Result<(ZipArchive<File>, Vec<String>), BlobError> {
    let broken = |source| BlobError::Zip { path: path.to_owned(), source };
    let archive = ZipArchive::new(file).map_err(broken)?;
    let names: Vec<String> = archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.into_owned()))
        .filter(|name| !name.contains('/') && is_kind(Path::new(name), "jsonl"))
        .collect();
    if names.is_empty() {
        return Err(BlobError::NoReport { path: path.to_owned() });
    }
    Ok((archive, names))
}

#[derive(Deserialize)]
struct Line<'a> {
    method: &'a str,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

/// One report; `path` is for people.
fn lines<L: Listener>(path: &Path, reader: impl Read, mut listener: L) -> Result<L, L::Error> {
    let unreadable = |source: io::Error| BlobError::Read { path: path.to_owned(), source };
    let (mut reader, mut text) = (BufReader::with_capacity(1 << 16, reader), String::new());
    let mut ended = false;
    for line in 1.. {
        text.clear();
        if input::line(&mut reader, &mut text, LONGEST_LINE).map_err(unreadable)? == 0 {
            break;
        }
        if text.trim().is_empty() {
            continue;
        }
        let Line { method, params } =
            serde_json::from_str(&text).map_err(|error| BlobError::Json {
                path: path.to_owned(),
                line,
                column: error.column(),
                problem: problem(&error),
            })?;
        ended |= method == "onEnd";
        listener.hear(&Call { method, params, path, line })?;
    }
    if !ended {
        return Err(BlobError::Torn { path: path.to_owned() }.into());
    }
    Ok(listener)
}
