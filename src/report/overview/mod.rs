//! An outcome goes in, `index.html` comes out: one page without scripts and without anything from
//! elsewhere, to be opened from a disk or an artefact store.

mod lists;
mod page;
#[cfg(test)]
mod tests;
mod timeline;

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
