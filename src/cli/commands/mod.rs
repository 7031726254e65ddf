//! One file a command; each reads as the way of the data.

mod at_once;
pub(crate) mod completions;
mod decisions;
pub(crate) mod discover;
mod dry_run;
pub(super) mod exec_strategy;
mod finish;
mod hindsight;
pub(crate) mod merge;
mod merge_foreign;
mod merge_html;
mod output;
mod parts;
mod pinned;
pub(crate) mod plan;
mod planning;
mod quarantined;
pub(crate) mod report;
pub(crate) mod rerun;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod show_config;
mod sink;
mod stage;
mod start;
mod step_summary;
pub(crate) mod timings;
