//! A file goes in, what a headless Chromium shows of it comes out.

use std::path::Path;

use serde::Deserialize;

use crate::support::{fixture, tool};

/// Opens a page, waits until `arguments[1]` is there and prints its texts.
const SCRIPT: &str = include_str!("browser.cjs");

/// What a page shows.
#[derive(Debug, Deserialize)]
pub(crate) struct Shown {
    /// The text of each element that matches, blanks as one.
    pub(crate) texts: Vec<String>,
    /// Errors of the page and of its console.
    pub(crate) errors: Vec<String>,
    pub(crate) title: String,
}

/// Opens a file in Chromium and reads every element that matches a CSS selector.
pub(crate) fn open(file: &Path, selector: &str) -> Shown {
    // Several tests may show a page at the same time.
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let scratch = scratch.path();
    let script = scratch.join("browser.cjs");
    std::fs::write(&script, SCRIPT).unwrap();
    let harness = tool(scratch);
    let mut command = std::process::Command::new("node");
    command.env_clear().envs(harness.get_envs().filter_map(|(n, v)| Some((n, v?))));
    command.arg(&script).arg(fixture("shop").join("node_modules/playwright-core"));
    let output = command.arg(format!("file://{}", file.display())).arg(selector).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "Chromium could not show {}: {said}", file.display());
    serde_json::from_slice(&output.stdout).unwrap()
}
