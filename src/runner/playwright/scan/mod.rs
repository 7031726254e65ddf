//! Spec files -> suite, without running anything.
//!
//! The files are found as Playwright finds them ([`files`], [`pattern`]), by what its
//! configuration says literally ([`config`]). Each is parsed ([`parse`]) and walked as loading it
//! would ([`walk`], [`calls`], [`declare`], [`loops`], on the values of [`evaluate`]), which gives
//! its [`outline`]. What is selected ([`select`], [`paths`], [`titles`]) is then grouped as
//! Playwright groups it ([`groups`]). Whatever only running a file could tell makes the file
//! opaque: it is dealt whole.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds of syntax and values few matter at a place; all others are unknown"
)]

mod api;
mod calls;
mod config;
mod declare;
mod discover;
mod error;
mod evaluate;
mod files;
mod groups;
mod imports;
mod loops;
mod methods;
mod outline;
mod parse;
mod paths;
mod pattern;
mod place;
mod projects;
mod regex;
mod scope;
mod select;
#[cfg(test)]
mod tests;
mod titles;
pub(crate) mod tsconfig;
mod value;
mod walk;

use std::path::PathBuf;

pub(crate) use discover::{check, scan};
pub(crate) use error::ScanError;
pub(crate) use paths::{SelectError, file_arguments};

use crate::model::suite::Suite;

/// Where to look and what to keep; selection means what it means in Playwright.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// The project folder.
    pub(crate) root: PathBuf,
    /// Playwright's configuration file, if there is one; relative to the project folder.
    pub(crate) config: Option<PathBuf>,
    /// Files, folders, `file:line` or globs, relative to the project folder; empty means all.
    pub(crate) globs: Vec<String>,
    /// As Playwright's `--grep`.
    pub(crate) grep: Option<String>,
    /// As Playwright's `--grep-invert`.
    pub(crate) grep_invert: Option<String>,
    /// Tests with any of these tags; empty means all.
    pub(crate) tags: Vec<String>,
    /// As Playwright's `--project`; empty means all.
    pub(crate) projects: Vec<String>,
    /// What stands in the files, whatever the configuration's own `grep` and `only` leave of it.
    pub(crate) everything: bool,
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scan {
    pub(crate) suite: Suite,
    /// What the suite's files are relative to.
    pub(crate) root_dir: PathBuf,
    /// What could not be known without running the configuration, and what was assumed instead.
    pub(crate) notes: Vec<String>,
}
