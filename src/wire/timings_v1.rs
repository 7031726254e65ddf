//! The timings file as JSON.
