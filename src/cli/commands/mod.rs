//! One file a command; each reads as the way of the data.

pub(crate) mod completions;
pub(crate) mod discover;
pub(crate) mod merge;
mod output;
pub(crate) mod plan;
pub(crate) mod run;
mod dry_run;
mod finish;
mod sink;
mod stage;
