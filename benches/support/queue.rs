//! The queue's own files, so that a bench deals with what the tool deals with.

#[path = "../../src/queue/guided.rs"]
mod guided;
#[path = "../../src/queue/memory.rs"]
pub(crate) mod memory;
#[path = "../../src/queue/simulation.rs"]
pub(crate) mod simulation;
#[path = "../../src/queue/split.rs"]
pub(crate) mod split;
#[path = "../../src/queue/suites.rs"]
pub(crate) mod suites;
