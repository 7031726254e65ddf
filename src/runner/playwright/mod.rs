//! Playwright: scan, list, command, events.

pub(crate) mod scan;
