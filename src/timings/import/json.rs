//! A JSON text goes in, a value or where it is wrong comes out.

use std::path::Path;

use serde::Deserialize;

use super::ImportError;
use crate::wire::envelope::problem;

/// Reads a whole text; `first_line` is where it stands in its file, from 1.
pub(super) fn read<'a, T: Deserialize<'a>>(
    path: &Path,
    text: &'a str,
    first_line: usize,
) -> Result<T, ImportError> {
    serde_json::from_str(text).map_err(|error| ImportError::Json {
        path: path.to_owned(),
        line: first_line + error.line().saturating_sub(1),
        column: error.column(),
        problem: problem(&error),
    })
}
