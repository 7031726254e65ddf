//! Settings file, environment and flags go in; each stage's own options come out.

pub(crate) mod ci;
pub(crate) mod environment;
mod file;
pub(crate) mod flags;
pub(crate) mod isolation;
pub(crate) mod project;
pub(crate) mod quarantine;
pub(crate) mod resources;
pub(crate) mod settings;
pub(crate) mod trigger;
