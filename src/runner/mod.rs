//! What a test framework knows: what there is to run, with which command, and what its events
//! mean. Spawns nothing.

pub(crate) mod playwright;
