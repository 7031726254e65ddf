//! A folder with Playwright's HTML report goes in, what a headless Chromium shows of it comes out.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::support::{fixture, project, tool};

const SCRIPT: &str = include_str!("report_page.cjs");

/// What a report shows.
#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    /// E.g. `Failed4`.
    pub(crate) counters: Vec<String>,
    /// The rows behind each filter, e.g. `failed`.
    pub(crate) lists: BTreeMap<String, Vec<Row>>,
    /// The titles that are left where the title of the test is searched for.
    pub(crate) found: Vec<String>,
    pub(crate) test: Test,
    /// Errors of the page.
    pub(crate) errors: Vec<String>,
}

/// A test in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Row {
    pub(crate) title: String,
    pub(crate) duration: String,
    /// Its project and its tags.
    pub(crate) labels: Vec<String>,
    /// Its file and line.
    pub(crate) place: String,
}

/// The page of one failing test.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Test {
    /// One for each attempt.
    pub(crate) tabs: Vec<String>,
    pub(crate) errors: Vec<String>,
    pub(crate) steps: Vec<String>,
    /// The widths of the pictures that were loaded, in pixels.
    pub(crate) pictures: Vec<u32>,
    pub(crate) trace: Trace,
}

/// What the trace viewer shows of it.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Trace {
    pub(crate) actions: Vec<String>,
    pub(crate) errors: Vec<String>,
}

/// Opens the report in `folder` and the page of the failing test `title`.
pub(crate) fn open(folder: &Path, title: &str) -> Report {
    let scratch = project::scratch(&format!("report-page-{}", plain_name(folder)));
    let script = scratch.join("report_page.cjs");
    std::fs::write(&script, SCRIPT).unwrap();
    let harness = tool(&scratch);
    let mut command = Command::new("node");
    command.env_clear().envs(harness.get_envs().filter_map(|(n, v)| Some((n, v?))));
    command.arg(&script).arg(fixture("shop").join("node_modules/playwright-core"));
    let output = command.arg(folder).args([title, &*scratch.to_string_lossy()]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "Chromium could not show {}: {said}", folder.display());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A folder's name out of a path.
fn plain_name(folder: &Path) -> String {
    folder.to_string_lossy().replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}
