//! Playwright's own HTML reports of many attempts go in, one report of the same kind comes out.
//!
//! A report is a page (`index.html`) that carries a zip in base64: `report.json` with a summary of
//! every test case, and one `FILEID.json` per spec file with the steps. Beside it lie `data/`
//! (attachments, named by content hash) and `trace/` (the trace viewer). No Node is needed.
//!
//! The way of the data: [`input`] opens the folders, [`join`] decides what every test case is made
//! of, [`render`] makes its JSON (with [`synthesis`] for what no report holds, [`upgrade`] for what
//! an older version wrote), [`summary`] recounts, [`compose`] writes the zip, and [`output`] lays
//! the whole into its folder.

mod arrange;
#[cfg(any(fuzzing, test))]
pub(crate) mod check;
mod compose;
mod data;
mod files;
pub(crate) mod ids;
mod input;
mod join;
mod machines;
mod notes;
mod output;
mod page;
mod render;
mod summary;
mod synthesis;
#[cfg(test)]
mod tests;
mod upgrade;

use std::path::{Path, PathBuf};

use crate::report::{Report, ReportError, Source};

pub(crate) use self::output::Merged;

/// The shards' HTML reports as one, with the outcome's verdicts.
pub(crate) struct PlaywrightHtml;

impl Report for PlaywrightHtml {
    fn path(&self) -> &'static str {
        "playwright"
    }

    fn write(&self, source: &Source<'_>, output: &Path) -> Result<(), ReportError> {
        output::merge_run(source, &output.join(self.path())).map(|_| ())
    }
}

/// Merges the HTML reports in `inputs` (folders with an `index.html`) into the folder `output`,
/// which is replaced. Nothing is known but what the reports say: a test case that is in several of
/// them is shown once, with its worst result.
pub(crate) fn merge_folders(inputs: &[PathBuf], output: &Path) -> Result<Merged, ReportError> {
    output::merge_folders(inputs, output)
}
