//! What is wrong with a JUnit file, and where.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Deeper than any tool nests suites; what goes further is not a report.
pub(super) const MAX_DEPTH: usize = 64;
/// Of one element; more than any tool writes.
pub(super) const MAX_ATTRIBUTES: usize = 1000;
/// In bytes: the longest text, element or comment. All that a test printed can stand in one text.
pub(super) const LONGEST: usize = 64 << 20;

/// Where in a file: `` `a.xml`, line 7, testsuite[2]("cart")/testcase[0]("adds") ``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(super) path: Box<Path>,
    /// Counts from 1.
    pub(super) line: usize,
    /// The elements around the place. Numbers count from 0 among the elements of the same name in
    /// the same parent, in parentheses stands the `name` attribute. Empty outside all suites.
    pub(super) trail: Box<str>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, line {}", self.path.display(), self.line)?;
        if self.trail.is_empty() { Ok(()) } else { write!(f, ", {}", self.trail) }
    }
}

/// Why a JUnit file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JunitError {
    #[error("cannot read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{place}: is not well-formed XML")]
    Xml { place: Place, source: quick_xml::Error },
    #[error("{place}: is not well-formed XML in the attributes of `{element}`")]
    Attributes { place: Place, element: Box<str>, source: quick_xml::Error },
    #[error("{place}: an element or an attribute has a name that XML does not allow")]
    Name { place: Place },
    #[error("`{}` is not a JUnit file: it should be `testsuites` or `testsuite` and is `{root}`", path.display())]
    Root { path: PathBuf, root: String },
    #[error("`{}` is not a JUnit file: there is no `testsuites` and no `testsuite` in it", path.display())]
    Rootless { path: PathBuf },
    #[error("`{}` is empty: it should hold `testsuites` or `testsuite`", path.display())]
    Empty { path: PathBuf },
    #[error("{place}: ends in the middle")]
    Truncated { place: Place },
    #[error("{place}: nests elements more than {MAX_DEPTH} deep")]
    Depth { place: Place },
    #[error("{place}: stands in a test case, where its result would be lost")]
    Inside { place: Place },
    #[error("{place}: an element has more than {MAX_ATTRIBUTES} attributes")]
    Crowded { place: Place },
    #[error("{place}: begins a text or an element of more than {} MB", LONGEST >> 20)]
    TooLong { place: Place },
    #[error("`{}` is written in the encoding `{label}`, which is not known", path.display())]
    Encoding { path: PathBuf, label: String },
    #[error(
        "{place}: uses the entity `{name}`: entities are not expanded, but for those that XML \
         itself defines"
    )]
    Entity { place: Place, name: String },
}
