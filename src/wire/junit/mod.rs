//! JUnit XML of any tool, read: a file goes in, its suites and test cases come out one by one.
//! There is no standard; this is what the tools in the field have in common.

pub(crate) mod attribute;
mod decode;
pub(crate) mod error;
mod limit;
mod name;
pub(crate) mod read;
pub(crate) mod time;
mod trail;
pub(crate) mod verdict;
pub(crate) mod walk;

use crate::model::outcome::Verdict;

/// What JUnit knows of a test case, the worst last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Status {
    #[default]
    Passed,
    Skipped,
    Failed,
    /// It has no result: it broke, was interrupted or did not run.
    Error,
}

impl From<Verdict> for Status {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Passed | Verdict::Flaky => Self::Passed,
            Verdict::Skipped => Self::Skipped,
            Verdict::Failed | Verdict::TimedOut => Self::Failed,
            Verdict::NotRun | Verdict::Interrupted => Self::Error,
        }
    }
}
