//! A project goes in; the file of git's that is to name the folder of reports comes out.

use std::path::{Path, PathBuf};

use super::survey::Project;
use crate::config::flags::run::DEFAULT_OUTPUT;
use crate::runner::playwright::gitignore;

const NAME: &str = ".gitignore";

/// The `.gitignore` that lacks the line: that of the project folder, else the nearest above it,
/// else a new one. None where the folder of reports is ignored already.
pub(super) fn lacking(project: &Project) -> Option<PathBuf> {
    let above = project.folder.ancestors().take_while(|above| above.starts_with(&project.top));
    let files = above.map(|folder| folder.join(NAME));
    let files: Vec<PathBuf> = files.filter(|file| file.symlink_metadata().is_ok()).collect();
    let report = project.folder.join(DEFAULT_OUTPUT);
    // The nearest file that says anything decides.
    let says = files.iter().map(|file| verdict(file, &report)).find(|verdict| !verdict.is_none());
    if says.is_some_and(|verdict| verdict.is_ignore()) {
        return None;
    }
    Some(files.into_iter().next().unwrap_or_else(|| project.folder.join(NAME)))
}

fn verdict(file: &Path, report: &Path) -> ignore::Match<()> {
    let Some(folder) = file.parent() else { return ignore::Match::None };
    gitignore::rules(folder).matched_path_or_any_parents(report, true).map(|_| ())
}

/// The line for the folder of reports.
pub(super) fn line() -> String {
    format!("{DEFAULT_OUTPUT}/")
}

/// A file with that line at its end, whose lines end as they do there.
pub(super) fn with_line(old: &[u8]) -> Vec<u8> {
    let end: &[u8] = if old.windows(2).any(|pair| pair == b"\r\n") { b"\r\n" } else { b"\n" };
    let gap = if old.is_empty() || old.ends_with(b"\n") { &[][..] } else { end };
    [old, gap, line().as_bytes(), end].concat()
}

#[cfg(test)]
mod tests {
    use super::with_line;

    #[test]
    fn the_line_comes_last_and_nothing_else_changes() {
        for (old, new) in [
            ("", "shardwright-report/\n"),
            ("a\n", "a\nshardwright-report/\n"),
            ("a", "a\nshardwright-report/\n"),
            ("a\r\nb", "a\r\nb\r\nshardwright-report/\r\n"),
        ] {
            assert_eq!(with_line(old.as_bytes()), new.as_bytes(), "{old:?}");
        }
    }
}
