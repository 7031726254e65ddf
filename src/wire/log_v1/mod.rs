//! What the tool does and decides, as `--log-format json` prints it: one object a line.
//!
//! Every line has `at`, `level` and `event`; the event says which other names there are. Version 1:
//! names are added, never changed. An event of a run has the name that it has in event files.

mod decision;
mod entry;
mod line;

pub(crate) use entry::{Entry, Level, Numbers, Scalar};
pub(crate) use line::{line, words};
