//! Suite x estimates -> plan.
