//! What the user can say on the command line, one struct a concern; the doc comments are the
//! help. Every flag can also stand in `shardwright.toml` and in `SHARDWRIGHT_<FLAG>`.

pub(crate) mod log;
pub(crate) mod plan;
pub(crate) mod quarantine;
pub(crate) mod queue;
pub(crate) mod resources;
pub(crate) mod retry;
pub(crate) mod run;
pub(crate) mod sandbox;
pub(crate) mod suite;
