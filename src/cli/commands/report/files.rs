//! JSON files go in, the runs that those of them tell that are CTRF come out.

use std::path::{Path, PathBuf};

use crate::model::history::Record;
use crate::report::history::read::tidied;
use crate::wire::ctrf::read::{CtrfError, claims, read as read_ctrf, revision};
use crate::wire::input;

/// Which runs there are.
#[derive(Default)]
pub(super) struct ReadFiles {
    pub(super) records: Vec<Record>,
    /// How many files that nobody named hold something else, as any project has them.
    pub(super) others: usize,
    /// What cannot be read.
    pub(super) bad: Vec<anyhow::Error>,
}

/// Reads every file; one that was `named` has to hold results.
pub(super) fn read(files: &[PathBuf], named: &[PathBuf]) -> ReadFiles {
    let mut found = ReadFiles::default();
    for file in files {
        match one(file, named.contains(file)) {
            Ok(Some(record)) => found.records.push(tidied(record)),
            Ok(None) => found.others += 1,
            Err(reason) => found.bad.push(anyhow::anyhow!("`{}` {reason}", file.display())),
        }
    }
    found
}

/// None where it is no report and does not claim to be one.
fn one(file: &Path, is_named: bool) -> Result<Option<Record>, String> {
    let text = input::regular_text(file).map_err(|error| format!("cannot be read: {error}"))?;
    match read_ctrf(&text, &file.display().to_string()) {
        Ok(record) => Ok(Some(record)),
        Err(CtrfError::Foreign) if !is_named => Ok(None),
        Err(_) if !is_named && !claims(&text) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// The commit and the branch that a folder of results says it is of, where it does.
pub(super) fn revision_beside(folder: &Path) -> (Option<String>, Option<String>) {
    let text = input::regular_text(&folder.join("results.json"));
    text.map(|text| revision(&text)).unwrap_or_default()
}

/// Whether both tell the same run: one plan that began at the same time, or word for word the same.
pub(super) fn is_same(one: &Record, other: &Record) -> bool {
    let has =
        |one: &Record, other: &Record| other.tests.keys().all(|key| one.tests.contains_key(key));
    // Two nodes may begin in the same millisecond.
    let same_tests = || has(one, other) || has(other, one);
    let is_dated = one.digest.is_some() && one.run.at.is_some();
    let same_plan = is_dated && one.digest == other.digest && same_tests();
    let same_words = || one.tests == other.tests && one.run.commit == other.run.commit;
    one.run.at == other.run.at && (same_plan || same_words())
}
