//! Why object storage cannot be used.

use std::io;
use std::path::PathBuf;

use crate::wire::envelope::EnvelopeError;

/// Why object storage cannot be used. No text of it holds credentials.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StorageError {
    #[error("cannot use the storage `{place}`")]
    Unusable { place: String, refusal: Refusal, source: Answer },
    #[error("cannot use the variable `{name}`: {expected} is expected")]
    Variable { name: String, expected: &'static str },
    #[error("`{place}` holds more than {most} objects")]
    Crowded { place: String, most: usize },
    #[error("cannot use the object `{key}` in `{place}`: {reason}")]
    Name { place: String, key: String, reason: &'static str },
    #[error("cannot read `{key}` in `{place}`")]
    Format { place: String, key: String, source: EnvelopeError },
    #[error("`{place}` holds no results")]
    Nothing { place: String },
    #[error("cannot write `{}`", path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// What the storage said, or what kept it from saying anything.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Answer(pub(crate) String);

/// What a person can do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no such bucket, container or folder.
    NotFound,
    /// The credentials, or that there are none.
    Denied,
    /// Anything else.
    Other,
}
