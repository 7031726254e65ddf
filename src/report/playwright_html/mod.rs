//! Playwright's own HTML reports of many attempts go in, one report of the same kind comes out.
//!
//! A report is a page (`index.html`) that carries a zip in base64: `report.json` with a summary of
//! every test case, and one `FILEID.json` per spec file with the steps. Beside it lie `data/`
//! (attachments, named by content hash) and `trace/` (the trace viewer). No Node is needed.
//!
//! The way of the data: [`input`] opens the reports ([`folder`] HTML reports, [`blob`] blob reports,
//! which become the same), [`join`] decides what every test case of a run is made of and [`attempts`]
//! what that of plain reports ([`ends`] how their runs ended), [`render`] makes its JSON (with [`synthesis`] for what no report holds, [`upgrade`] for what
//! an older version wrote), [`summary`] recounts, [`compose`] writes the zip, and [`output`] lays
//! the whole into its folder.

mod arrange;
mod attempts;
mod blob;
#[cfg(any(fuzzing, test))]
pub(crate) mod check;
mod compose;
mod data;
mod ends;
mod files;
mod folder;
pub(crate) mod ids;
mod input;
mod installed;
mod join;
mod machines;
mod notes;
mod output;
mod page;
mod render;
mod seats;
mod summary;
mod synthesis;
#[cfg(test)]
mod tests;
mod upgrade;
mod workers;

use std::path::{Path, PathBuf};

use crate::report::{Report, ReportError, Source};

pub(crate) use self::attempts::Folded;
pub(crate) use self::installed::Installed;
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

/// Merges HTML reports (folders with an `index.html`) and blob reports (zips, or the `report.jsonl`
/// out of one) into the folder `output`, which is replaced. Nothing is known but what the reports
/// say: a test case that is in several of them is one with several attempts. Blobs have no page; it
/// is that of an HTML report among them or of the installed Playwright, whichever is newer.
pub(crate) fn merge_folders(
    inputs: &[PathBuf],
    installed: Option<&Installed>,
    output: &Path,
) -> Result<Merged, ReportError> {
    output::merge_folders(inputs, installed, output)
}
