//! Tests of estimate.
