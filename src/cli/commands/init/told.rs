//! What was found and done goes in; lines for people come out.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::ci::{CIS, Ci};
use super::files::seen_from;
use super::put::name;
use super::quote;
use super::survey::{Project, Size};
use crate::platform::regular::{self, SOURCE};
use crate::report::facts::number_of;
use crate::report::text;

/// As in `Playwright 1.65.1 with 12 tests, installed by npm, in apps/web; GitHub Actions`.
pub(super) fn found(project: &Project, ci: Option<&Ci>, here: &Path) -> String {
    let mut told = String::from("Playwright");
    if let Some(version) = &project.version {
        let _ = write!(told, " {version}");
    }
    if let Some(Size { tests, .. }) = project.size {
        let _ = write!(told, " with {}", number_of(tests, "test"));
    }
    let _ = write!(told, ", installed by {}", project.installed.manager.name);
    if project.folder != *here {
        let _ = write!(told, ", in {}", name(&project.folder, here));
    }
    match ci {
        Some(ci) => format!("{told}; {}", ci.title),
        None => told,
    }
}

/// What else a user may choose, where nobody chose a CI.
pub(super) fn choices(shown: &[&Ci]) -> Vec<String> {
    if shown.is_empty() {
        let names: Vec<&str> = CIS.iter().map(|ci| ci.name).collect();
        let names = names.join(", ");
        return vec![format!("no CI found: for a workflow name one with --ci: {names}")];
    }
    let others = shown.iter().skip(1);
    others.map(|ci| format!("{} is used here, too: --ci {}", ci.title, ci.name)).collect()
}

/// What to type next.
pub(super) fn next(project: &Project, written: &[PathBuf], here: &Path) -> String {
    let folder = seen_from(here, &project.folder);
    let folder = folder.to_string_lossy();
    let option = if folder.is_empty() {
        String::new()
    } else {
        format!(" -C {}", quote::shell(&text::terminal(&folder)))
    };
    let mut told = String::from("next:");
    if project.is_repository {
        if !written.is_empty() {
            let files = written.iter().map(|file| quote::shell(&name(file, here)));
            let files: Vec<String> = files.collect();
            let _ = write!(told, "\n  git add {}\n  git commit", files.join(" "));
        }
        let _ = write!(told, "\n  shardwright run{option}\n  shardwright timings commit{option}");
    } else {
        let _ = write!(told, "\n  shardwright run{option} --update-timings");
    }
    for file in others(&project.top) {
        let file = name(&file, here);
        let _ = write!(told, "\n{file} calls `playwright test`, too: one of the two is enough");
    }
    told
}

/// Workflows of GitHub that run Playwright by itself, as `npm init playwright` writes one.
fn others(top: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(top.join(".github/workflows")) else { return Vec::new() };
    let calls = |file: &PathBuf| {
        let text = regular::read(file, SOURCE);
        text.is_ok_and(|text| String::from_utf8_lossy(&text).contains("playwright test"))
    };
    let mut found: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(calls).collect();
    found.sort();
    found
}
