//! `shardwright merge` on Playwright's HTML and blob reports -> one `playwright/`.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::DirEntry;

use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::report::ReportError;
use crate::report::facts::number_of;
use crate::report::playwright_html::{self, Folded, Installed, Merged};
use crate::runner::playwright::core;
use crate::wire::blob::read::{is_blob, is_kind};

/// What the reports say together.
pub(super) struct Joined {
    pub(super) tests: u64,
    /// Failed tests, errors outside of any test, and runs that failed without either.
    pub(super) bad: u64,
    pub(super) flaky: u64,
    /// 3 where something is missing, else 0.
    pub(super) exit: Exit,
}

/// Merges `reports` into `target/playwright`; what blobs lack is taken from the Playwright that is
/// installed for the project in `directory`.
pub(super) fn exec(
    reports: &[PathBuf],
    directory: &Path,
    target: &Path,
    streams: &mut Streams,
) -> anyhow::Result<Joined> {
    let installed = core::find(directory).map(Installed);
    let merged =
        playwright_html::merge_folders(reports, installed.as_ref(), &target.join("playwright"))
            .map_err(|error| {
                if let ReportError::NoPage(left_out) = &error {
                    no_page(reports, left_out, directory)
                } else {
                    error.into()
                }
            })?;
    let stats = &merged.stats;
    streams.tell(&format!(
        "{}: {}, {} failed, {} flaky, {} skipped",
        what(&merged),
        number_of(stats.total, "test"),
        stats.unexpected,
        stats.flaky,
        stats.skipped
    ));
    tell_folded(merged.folded, streams);
    tell_page(&merged, streams);
    let whole = tell_missing(&merged, streams);
    let bad = stats.unexpected + merged.errors + merged.failed.len();
    // What failed says why others did not run.
    let whole = whole && (merged.not_run == 0 || bad > 0);
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Ok(Joined {
        tests: count(stats.total),
        bad: count(bad),
        flaky: count(stats.flaky),
        exit: if whole { Exit::Passed } else { Exit::Incomplete },
    })
}

fn no_page(reports: &[PathBuf], left_out: &[String], directory: &Path) -> anyhow::Error {
    let blobs: Vec<&PathBuf> = reports.iter().filter(|report| is_blob_file(report)).collect();
    let first = blobs.first().map(|path| path.display().to_string()).unwrap_or_default();
    let more =
        if blobs.len() > 1 { format!(" and {} more", blobs.len() - 1) } else { String::new() };
    let head = format!("blob reports hold no page to show them in: `{first}`{more}");
    let lines: Vec<&str> = std::iter::once(&head).chain(left_out).map(String::as_str).collect();
    let message = lines.join("\n");
    let hint = format!(
        "install @playwright/test in `{}`, name a project that has it with -C, or merge them with the \
         HTML report of one shard",
        directory.display()
    );
    Refused { message, hint: Some(hint), exit: Exit::BadInput }.into()
}

fn what(merged: &Merged) -> String {
    let html = number_of(merged.reports - merged.blobs, "HTML report");
    let blobs = number_of(merged.blobs, "blob report");
    match (merged.reports - merged.blobs, merged.blobs) {
        (_, 0) => html,
        (0, _) => blobs,
        _ => format!("{html}, {blobs}"),
    }
}

/// What was made of tests that several reports hold.
fn tell_folded(Folded { in_turn, beside }: Folded, streams: &mut Streams) {
    let mut tell = |number: usize, how: &str, decides: &str| {
        let stand = match number {
            0 => return,
            1 => "1 test stands".to_owned(),
            many => format!("{many} tests stand"),
        };
        streams.tell(&format!("{stand} in several reports {how}: counted once, {decides} decides"));
    };
    tell(in_turn, "one after the other", "the last attempt that ended");
    tell(beside, "side by side", "the worst result");
}

/// Which page is shown, where there was a choice.
fn tell_page(merged: &Merged, streams: &mut Streams) {
    let adapted = match merged.adapted {
        0 => String::new(),
        1 => "; 1 report of another version is adapted to it".to_owned(),
        many => format!("; {many} reports of other versions are adapted to it"),
    };
    match &merged.page {
        None => streams.say(&format!("the page is that of the installed Playwright{adapted}")),
        Some(page) if merged.adapted > 0 || merged.blobs > 0 => {
            streams.say(&format!("the page is that of `{}`{adapted}", page.display()));
        }
        Some(_) => {}
    }
}

/// Whether nothing is missing.
fn tell_missing(merged: &Merged, streams: &mut Streams) -> bool {
    for (first, twin) in &merged.same {
        let (first, twin) = (first.display(), twin.display());
        streams.tell(&format!("`{twin}` is the same as `{first}`: counted once"));
    }
    for (place, reason) in &merged.left_out {
        streams.warn(&format!("left out `{}`: {reason}", place.display()));
    }
    for problem in merged.problems.iter().chain(&merged.failed) {
        streams.warn(problem);
    }
    if merged.not_run > 0 {
        streams.warn(&format!("{} did not run", number_of(merged.not_run, "test")));
    }
    if merged.errors > 0 {
        streams.warn(&format!("{} outside of any test", number_of(merged.errors, "error")));
    }
    merged.left_out.is_empty() && merged.problems.is_empty()
}

/// Whether it is the page of a report; that of the trace viewer in one is none.
pub(super) fn is_page(entry: &DirEntry) -> bool {
    let viewer = || is_part_of(entry, "trace", is_named_page) && !holds_report(entry.path());
    is_named_page(entry.path()) && !viewer()
}

/// Whether it is named as a blob report may be: a zip, or the lines out of one.
pub(super) fn is_blob_file(path: &Path) -> bool {
    is_kind(path, "zip") || is_kind(path, "jsonl")
}

/// Whether it may be a blob report by its name and place. Attachments of reports and traces in
/// results folders are zips, too; what the user names is never one of these.
pub(super) fn is_named_like_blob(entry: &DirEntry) -> bool {
    let path = entry.path();
    if entry.depth() == 0 || is_named_lines(path) {
        return is_blob_file(path);
    }
    let attached = || {
        entry.file_name() == "trace.zip"
            || is_part_of(entry, "data", is_named_page)
            || is_part_of(entry, "resources", is_named_lines)
    };
    is_kind(path, "zip") && !attached()
}

/// Whether a regular file of such a name is to be merged: a zip of something else is not, unless the
/// user names it; a torn one is, so that it is missed.
pub(super) fn is_report(entry: &DirEntry) -> bool {
    entry.depth() == 0 || is_kind(entry.path(), "jsonl") || is_blob(entry.path())
}

fn is_named_page(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "index.html")
}

/// The lines out of a blob, e.g. `report-1.jsonl`.
fn is_named_lines(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    is_kind(path, "jsonl") && name.is_some_and(|name| name.starts_with("report"))
}

/// Whether it is in a folder of that name that belongs to a report: its `lead` stands beside the
/// folder, and is merged.
fn is_part_of(entry: &DirEntry, name: &str, lead: fn(&Path) -> bool) -> bool {
    let Some(folder) = entry.path().parent().filter(|_| entry.depth() > 1) else { return false };
    let beside = || fs::read_dir(folder.parent()?).ok();
    folder.file_name().is_some_and(|own| own == name)
        && beside().into_iter().flatten().flatten().any(|entry| lead(&entry.path()))
}

/// Whether there is a report in a page, which may be the small one of a trace viewer.
fn holds_report(page: &Path) -> bool {
    /// In bytes.
    const LARGEST_VIEWER: u64 = 1 << 20;
    let Ok(meta) = fs::symlink_metadata(page) else { return true };
    let text = || fs::read_to_string(page);
    !meta.is_file()
        || meta.len() > LARGEST_VIEWER
        || text().is_ok_and(|text| text.contains("playwrightReportBase64"))
}
