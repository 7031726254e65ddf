//! An outcome goes in, `junit.xml` in the layout of Playwright's own JUnit reporter comes out.
//! JUnit files of any tool are read back and joined.
//!
//! What Playwright's layout cannot say is added where its readers do not mind: a test that timed
//! out or failed is a `<failure>`; one without a result is an `<error>`, so that no reader takes
//! it for passed or skipped; a flaky one has a `<flakyFailure>` for each bad execution, as
//! Surefire writes it. What is wrong outside all tests stands in a suite of its own.

#[cfg(any(fuzzing, test))]
pub(crate) mod check;
mod element;
mod failure;
pub(crate) mod merge;
mod suites;
#[cfg(test)]
mod tests;
pub(crate) mod totals;

use std::path::Path;

use crate::report::write::replace_file;
use crate::report::{Report, ReportError, Source};

/// `junit.xml`.
pub(crate) struct Junit;

impl Report for Junit {
    fn path(&self) -> &'static str {
        "junit.xml"
    }

    fn write(&self, source: &Source<'_>, output: &Path) -> Result<(), ReportError> {
        replace_file(&output.join(self.path()), |out| suites::write(source.outcome, out))
    }
}
