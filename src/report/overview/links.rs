//! The output folder goes in; relative addresses of what is there come out: Playwright's page of a
//! test, a file that a test attached.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::model::id::TestKey;
use crate::model::outcome::{TestOutcome, TestRun};
use crate::report::playwright_html::ids::{self, Shown};

/// Playwright's report, from the output folder.
pub(crate) const PLAYWRIGHT: &str = "playwright/index.html";

/// What can be linked to.
pub(crate) struct Links {
    /// The output folder without links in its path; none where it cannot be looked at.
    output: Option<PathBuf>,
    /// The tests in Playwright's report.
    shown: HashMap<TestKey, Shown>,
}

/// A file below the output folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// In bytes.
    pub(crate) size: u64,
    /// Its address in the page, escaped for an address and not yet for HTML.
    pub(crate) href: String,
}

impl Links {
    /// Looks at what lies in the output folder.
    pub(crate) fn of(output: &Path) -> Self {
        let shown = ids::tests(&output.join("playwright")).into_iter().collect();
        Self { output: output.canonicalize().ok(), shown }
    }

    /// What Playwright's page calls a test; none where it does not show it.
    pub(crate) fn id(&self, test: &TestOutcome) -> Option<&str> {
        Some(&self.find(test)?.id)
    }

    /// Playwright's page of a test.
    pub(crate) fn test(&self, test: &TestOutcome) -> Option<String> {
        Some(format!("{PLAYWRIGHT}#?testId={}", escaped(self.id(test)?)))
    }

    /// The same, opened at one execution.
    pub(crate) fn run(&self, test: &TestOutcome, run: &TestRun) -> Option<String> {
        let page = self.test(test)?;
        let turn = self.turn(test, run).map(|turn| format!("&run={turn}"));
        Some(page + &turn.unwrap_or_default())
    }

    /// Which of the results on Playwright's page an execution is, from 0; none where there is but
    /// one, and where the page leaves some out.
    pub(crate) fn turn(&self, test: &TestOutcome, run: &TestRun) -> Option<usize> {
        let mut runs: Vec<&TestRun> = test.runs.iter().collect();
        if runs.len() < 2 || self.find(test)?.results != runs.len() {
            return None;
        }
        // A merge hears of shards by their number; the page shows them in the order of the deals.
        let deal = |run: &TestRun| test.dealt().position(|shard| shard == run.id.shard);
        runs.sort_by_key(|run| (deal(run), run.id));
        runs.into_iter().position(|one| std::ptr::eq(one, run))
    }

    fn find(&self, test: &TestOutcome) -> Option<&Shown> {
        self.shown.get(&ids::by_key(&test.case.key))
    }

    /// A file by its path from the output folder. Tests named it: none for one that leads out of
    /// the folder, through links or otherwise, and for what is no file.
    pub(crate) fn file(&self, path: &str) -> Option<Found> {
        let output = self.output.as_ref()?;
        let relative = Path::new(path);
        if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let real = output.join(relative).canonicalize().ok()?;
        let meta = fs::metadata(&real).ok().filter(fs::Metadata::is_file)?;
        let inner = real.strip_prefix(output).ok()?.to_str()?;
        Some(Found { path: real.clone(), size: meta.len(), href: escaped(inner) })
    }
}

/// A path or a word for an address: whatever is no letter, digit or plain mark as `%XX`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Links;

    #[test]
    fn only_files_below_the_output_folder_are_found() {
        let place = tempfile::tempdir().unwrap();
        let output = place.path().join("report");
        fs::create_dir_all(output.join("shards/1")).unwrap();
        fs::write(place.path().join("secret.png"), "secret").unwrap();
        fs::write(output.join("shards/1/a b#?%\".png"), "four").unwrap();
        std::os::unix::fs::symlink("../../../secret.png", output.join("shards/1/link.png"))
            .unwrap();
        let links = Links::of(&output);
        let found = links.file("shards/1/a b#?%\".png").unwrap();
        assert_eq!((found.size, found.href.as_str()), (4, "shards/1/a%20b%23%3F%25%22.png"));
        let secret = place.path().join("secret.png");
        for outside in [
            "../secret.png",
            "shards/../../secret.png",
            "shards/1/link.png",
            secret.to_str().unwrap(),
            "shards/1",
            "shards/1/gone.png",
            "",
        ] {
            assert_eq!(links.file(outside), None, "{outside}");
        }
    }
}
