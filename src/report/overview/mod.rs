//! An outcome goes in, `index.html` comes out: one page that takes nothing from elsewhere, to be
//! opened from a disk or an artefact store.
//!
//! [`page`] fills the template: [`verdict`] says in words what became of the run, [`took`] how long
//! that took, [`chart`] lays the timeline out, which [`data`] hands to the page's script as JSON, and
//! the others write lists and tables that need no script.

pub(crate) mod chart;
mod data;
mod executions;
mod failures;
mod links;
mod lists;
mod page;
mod shards;
mod slowest;
#[cfg(test)]
mod tests;
pub(crate) mod took;
pub(crate) mod verdict;
mod why;

use std::path::Path;

use crate::report::write::replace_file;
use crate::report::{Report, ReportError, Source};

/// `index.html`. It links to the other reports that are there, so it is written after them.
pub(crate) struct Overview;

impl Report for Overview {
    fn path(&self) -> &'static str {
        "index.html"
    }

    fn write(&self, source: &Source<'_>, output: &Path) -> Result<(), ReportError> {
        let page = page::page(source, output);
        replace_file(&output.join(self.path()), |out| out.write_all(page.as_bytes()))
    }
}
