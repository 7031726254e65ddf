//! Tests of learn.
