//! Why a scan fails.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::paths::SelectError;

/// A scan that cannot say what there is to run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScanError {
    #[error("cannot read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// One entry for each file that cannot be parsed.
    #[error("{}", list(.0))]
    Syntax(Vec<SyntaxError>),
    /// The option or configuration key, and the expression that it holds.
    #[error("`{pattern}` in `{option}` is not a regular expression: {reason}")]
    Regex { option: String, pattern: String, reason: String },
    #[error("no project `{name}` in the configuration; {available}")]
    Project { name: String, available: String },
    #[error(transparent)]
    Select(#[from] SelectError),
}

/// The first syntax error of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// Relative to the project folder where it lies below it.
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: u32,
    /// From 1, in UTF-16 units.
    pub(crate) column: u32,
    /// As the parser says it.
    pub(crate) message: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, message } = self;
        write!(f, "syntax error in `{file}:{line}:{column}`: {message}")
    }
}

fn list(errors: &[SyntaxError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
