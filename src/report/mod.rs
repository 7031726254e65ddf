//! An outcome goes in, files for people and for other tools come out; some are read back.
//!
//! To add a report: one file or folder here and one line in [`REPORTS`].

pub(crate) mod commit_message;
pub(crate) mod console;
pub(crate) mod ctrf;
pub(crate) mod facts;
pub(crate) mod github;
pub(crate) mod history;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod matrix;
pub(crate) mod overview;
pub(crate) mod place;
pub(crate) mod playwright_html;
pub(crate) mod record;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod shards;
pub(crate) mod skew;
mod strains;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod trace;
pub(crate) mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::model::build::Build;
use crate::model::event::AttemptId;
use crate::model::hindsight::Hindsight;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;

/// What every report is made of.
pub(crate) struct Source<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) outcome: &'a Outcome,
    /// Where an attempt left its files, e.g. `html/` (Playwright's HTML report of that attempt).
    /// An attempt that was killed has left an incomplete folder or none.
    pub(crate) attempts: &'a BTreeMap<AttemptId, PathBuf>,
    /// The build on a CI machine that writes this.
    pub(crate) build: &'a Build,
    /// How the plan could have been better; none where that could not be told.
    pub(crate) hindsight: Option<&'a Hindsight>,
}

/// One kind of report.
pub(crate) trait Report: Sync {
    /// The file or folder that it writes, relative to the output folder.
    fn path(&self) -> &'static str;

    /// Writes it below `output`, which exists; what stood there before is replaced.
    fn write(&self, source: &Source<'_>, output: &Path) -> Result<(), ReportError>;
}

/// Every report of a run, in the order in which they are written.
pub(crate) const REPORTS: &[&dyn Report] = &[
    &junit::Junit,
    &ctrf::Ctrf,
    &markdown::Markdown,
    &trace::Trace,
    &playwright_html::PlaywrightHtml,
    // The page that leads to all others comes last: it links to what is there.
    &overview::Overview,
];

/// Why a report could not be written or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReportError {
    #[error("cannot write `{}`", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("no HTML report of Playwright can be used:\n{}", .0.join("\n"))]
    Unusable(Vec<String>),
    /// With what was left out, in which there may have been one.
    #[error("there is no page to show blob reports in")]
    NoPage(Vec<String>),
    /// Not a failure of ours: every attempt was killed, or the runner writes no such report.
    #[error("no attempt left a whole HTML report of Playwright")]
    NoPlaywrightHtml,
}
