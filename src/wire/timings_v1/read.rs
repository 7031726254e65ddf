//! The text of a timings file goes in, timings or what is wrong with it, and where, come out.

use serde_json::error::Category;

use crate::model::id::TITLE_SEPARATOR;
use crate::model::timings::Timings;
use crate::wire::envelope::{self, EnvelopeError};
use crate::wire::timings_v1::visit::{Body, Cursor};
use crate::wire::timings_v1::{FORMAT, VERSION};

/// Why a text is not timings. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TimingsFormatError {
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    #[error("line {line}, column {column}: {problem}, at `{entry}`")]
    Entry { line: usize, column: usize, entry: String, problem: String },
    #[error("line {line}, column {column}: {problem}")]
    Content { line: usize, column: usize, problem: String },
}

/// The timings in a text.
pub(crate) fn read(text: &str) -> Result<Timings, TimingsFormatError> {
    let text = envelope::without_mark(text);
    match envelope::version(text, FORMAT, VERSION) {
        Ok(_) => body(text),
        // A number that JSON does not know, such as `NaN`: say at which test it stands.
        Err(error @ EnvelopeError::Syntax { .. }) => match body(text) {
            Err(TimingsFormatError::Entry { line, column, entry, problem }) => {
                let problem = format!("is not JSON: {problem}");
                Err(TimingsFormatError::Entry { line, column, entry, problem })
            }
            Err(TimingsFormatError::Envelope(_) | TimingsFormatError::Content { .. }) | Ok(_) => {
                Err(error.into())
            }
        },
        Err(error) => Err(error.into()),
    }
}

fn body(text: &str) -> Result<Timings, TimingsFormatError> {
    let cursor = Cursor::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = serde::de::DeserializeSeed::deserialize(Body { cursor: &cursor }, &mut reader);
    let Err(error) = read.and_then(|()| reader.end()) else {
        return Ok(cursor.timings());
    };
    if error.classify() == Category::Eof {
        return Err(envelope::of_json(&error).into());
    }
    let (line, column, problem) = (error.line(), error.column(), envelope::problem(&error));
    let path = cursor.path.into_inner();
    if path.is_empty() {
        return Err(TimingsFormatError::Content { line, column, problem });
    }
    let entry = path.join(TITLE_SEPARATOR);
    Err(TimingsFormatError::Entry { line, column, entry, problem })
}
