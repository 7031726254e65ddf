//! History -> estimates, outcome -> history.
//!
//! Every test case has one entry; the repetitions of `repeatEach` share it. Where only the time of
//! a whole spec file is known, its entry has no titles.

pub(crate) mod conflict;
pub(crate) mod estimate;
pub(crate) mod import;
pub(crate) mod learn;
pub(crate) mod merge;
pub(crate) mod movement;
pub(crate) mod prune;
pub(crate) mod review;
pub(crate) mod store;
