//! Events as NDJSON: `events.ndjson` of every shard and what `--events` writes.
//!
//! The first line of a file is a header with format and version, every other line one event.
//! Version 1 is the first. What was added to it since may be missing: `warmup`, `process`, `serial`
//! of tests, `reason` of an end, `up` and `at` of `tests-listed`, `sources`, `build`, `failOnFlaky` and
//! `quarantine` of `run-started`.

#[cfg(any(fuzzing, test))]
mod check;
mod judged;
mod line;
mod stream;
mod test;
mod usage;

#[cfg(any(fuzzing, test))]
pub(crate) use check::check;
pub(crate) use line::{EndWire, IdWire, ReasonWire};
pub(crate) use stream::{EventsError, header, read, write};
pub(crate) use test::{
    ErrorWire, KeyWire, ListedWire, ResultWire, StatusWire, VerdictWire, moment,
};
