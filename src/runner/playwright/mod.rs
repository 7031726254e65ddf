//! Playwright: where it is installed, the commands that list and run it, what its events mean.

pub(crate) mod browsers;
#[cfg(any(fuzzing, test))]
pub(crate) mod check;
pub(crate) mod command;
pub(crate) mod core;
pub(crate) mod gitignore;
pub(crate) mod install;
pub(crate) mod list;
pub(crate) mod manifest;
pub(crate) mod protocol;
mod reach;
pub(crate) mod scan;
pub(crate) mod sources;
pub(crate) mod task;
pub(crate) mod workspace;
