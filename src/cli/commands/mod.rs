//! One file a command; each reads as the way of the data.

pub(crate) mod completions;
pub(crate) mod discover;
mod dry_run;
mod finish;
pub(crate) mod merge;
mod merge_foreign;
mod output;
mod parts;
pub(crate) mod plan;
mod planning;
pub(crate) mod run;
mod sink;
mod stage;
pub(crate) mod timings;
