//! The text of one of our files goes in; whether it is that format in a version that we can read
//! comes out.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;

/// What every file says about itself. Everything else is looked at later.
#[derive(Deserialize)]
struct Header {
    format: Option<String>,
    version: Option<serde_json::Number>,
}

/// Why a text is not a file of ours that can be read. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvelopeError {
    #[error("is empty")]
    Empty,
    #[error("line {line}: has merge conflict markers")]
    Conflict { line: usize },
    #[error("line {line}, column {column}: ends in the middle")]
    Truncated { line: usize, column: usize },
    #[error("line {line}, column {column}: is not JSON: {problem}")]
    Syntax { line: usize, column: usize, problem: String },
    #[error("is not a `{expected}` file{}", found.as_ref().map(|found| format!(" but a `{found}` file")).unwrap_or_default())]
    Foreign { expected: &'static str, found: Option<String> },
    #[error("has no usable version (`{found}`)")]
    Version { found: String },
    #[error(
        "was written by a newer shardwright (version {version}; this one reads up to {newest})"
    )]
    Newer { version: u64, newest: u64 },
}

/// Looks at the outside of a file and gives its version, from 1 to `newest`.
pub(crate) fn version(text: &str, format: &'static str, newest: u64) -> Result<u64, EnvelopeError> {
    if text.trim().is_empty() {
        return Err(EnvelopeError::Empty);
    }
    if let Some(line) = conflict(text) {
        return Err(EnvelopeError::Conflict { line });
    }
    let foreign = |found| EnvelopeError::Foreign { expected: format, found };
    let Ok(header) = serde_json::from_str::<Header>(text) else {
        // A torn file is called torn, whatever is in it.
        let syntax = serde_json::from_str::<IgnoredAny>(text);
        return Err(syntax.map_or_else(|error| of_json(&error), |_| foreign(None)));
    };
    match header.format {
        Some(found) if found == format => {}
        found => return Err(foreign(found)),
    }
    match header.version.as_ref().and_then(serde_json::Number::as_u64) {
        Some(version) if version > newest => Err(EnvelopeError::Newer { version, newest }),
        Some(version) if version > 0 => Ok(version),
        _ => {
            let found = header.version.map_or_else(|| "none".to_owned(), |found| found.to_string());
            Err(EnvelopeError::Version { found })
        }
    }
}

/// The text without the mark that some editors put in front.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Where serde's reader stopped.
pub(crate) fn of_json(error: &serde_json::Error) -> EnvelopeError {
    let (line, column) = (error.line(), error.column());
    if error.classify() == Category::Eof {
        return EnvelopeError::Truncated { line, column };
    }
    EnvelopeError::Syntax { line, column, problem: problem(error) }
}

/// The text of an error without its place, which is told apart.
pub(crate) fn problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// The first line that git wrote into a file that it could not merge. JSON has no such line: its
/// texts cannot hold line ends.
fn conflict(text: &str) -> Option<usize> {
    let marks = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"];
    let mut lines = text.lines().enumerate();
    let (index, _) = lines.find(|(_, line)| marks.iter().any(|mark| line.starts_with(mark)))?;
    Some(index + 1)
}
