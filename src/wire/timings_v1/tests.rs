//! Timings written and read.
