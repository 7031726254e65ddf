//! History -> estimates, outcome -> history.
//!
//! Every test case has one entry; the repetitions of `repeatEach` share it.

pub(crate) mod estimate;
pub(crate) mod learn;
pub(crate) mod store;
