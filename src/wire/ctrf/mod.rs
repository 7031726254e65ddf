//! Results as CTRF, the common test report format (<https://ctrf.io>).
//!
//! The format is not ours: its fields and their names are those of its schema, and only `extra`
//! holds what we add.

#[cfg(any(fuzzing, test))]
pub(crate) mod check;
mod loose;
pub(crate) mod read;
mod read_test;
pub(crate) mod write;

/// The `reportFormat` of every such file.
pub(crate) const FORMAT: &str = "CTRF";
/// The version that the specification (a working draft, before its 1.0) gives itself.
pub(crate) const SPEC_VERSION: &str = "0.0.0";
