//! Results in object storage: an output folder goes in, shard by shard; for whoever merges, the
//! folders of all nodes come out again.
//!
//! Every start of a run has a folder of its own below the prefix that the user named, so that
//! nobody writes over what another node or an earlier attempt left:
//!
//! ```text
//! PREFIX/shard-2-of-4-20261122T074915Z-93c1f00d5ca1ab1e/begun.json
//!                                                      /plan.json
//!                                                      /shards/2/events.ndjson ...
//!                                                      /complete/2.json
//! ```
//!
//! `complete/2.json` comes after all files of shard 2 and lists them; without it the shard is
//! there in part. To add a kind of storage: a line in [`scheme::SCHEMES`].

mod bounds;
pub(crate) mod download;
mod error;
mod key;
mod listing;
pub(crate) mod place;
mod put;
mod reason;
mod scheme;
mod start;
mod store;
#[cfg(test)]
mod tests;
pub(crate) mod upload;
mod uploader;
mod variables;

pub(crate) use error::{Refusal, StorageError};
pub(crate) use place::Place;
pub(crate) use start::Start;
pub(crate) use store::Options;
