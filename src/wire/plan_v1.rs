//! A plan as JSON.
