//! What holds for every strategy in the table, and for each one of its own.

mod churn;
mod examples;
mod properties;
mod simulated;
mod suites;
mod ways;
