//! Plain values that pass between the stages: no I/O, no serde, no clap.
//!
//! What a stage takes and what it gives is defined here, below all of them, so that no stage has
//! to import another.

pub(crate) mod batch;
pub(crate) mod build;
pub(crate) mod diagnosis;
pub(crate) mod event;
pub(crate) mod findings;
pub(crate) mod forecast;
pub(crate) mod hindsight;
pub(crate) mod history;
pub(crate) mod id;
pub(crate) mod lineage;
pub(crate) mod lobby;
pub(crate) mod movement;
pub(crate) mod outcome;
pub(crate) mod per_test;
pub(crate) mod plan;
pub(crate) mod quarantine;
pub(crate) mod queue;
pub(crate) mod queue_state;
pub(crate) mod review;
pub(crate) mod settable;
pub(crate) mod setting;
pub(crate) mod skew;
pub(crate) mod skew_trend;
pub(crate) mod suite;
pub(crate) mod symptom;
pub(crate) mod timings;
