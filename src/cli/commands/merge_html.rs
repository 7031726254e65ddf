//! `shardwright merge` on Playwright's HTML and blob reports -> one `playwright/`.

use std::path::{Path, PathBuf};

use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::report::ReportError;
use crate::report::facts::number_of;
use crate::report::playwright_html::{self, Installed, Merged};
use crate::runner::playwright::core;
use crate::wire::blob::read::{is_blob, is_kind};

/// What the reports say together.
pub(super) struct Joined {
    pub(super) tests: u64,
    /// Failed tests, and errors outside of any test.
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
                let no_page = matches!(error, ReportError::NoPage);
                if no_page { self::no_page(reports, directory) } else { error.into() }
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
    tell_page(&merged, streams);
    let whole = tell_missing(&merged, streams);
    let bad = stats.unexpected + merged.errors;
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

fn no_page(reports: &[PathBuf], directory: &Path) -> anyhow::Error {
    let first = reports.first().map(|path| path.display().to_string()).unwrap_or_default();
    let more =
        if reports.len() > 1 { format!(" and {} more", reports.len() - 1) } else { String::new() };
    let message = format!("blob reports hold no page to show them in: `{first}`{more}");
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
    for problem in &merged.problems {
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

/// Whether a file may be a blob report: a zip with one, a torn zip, or the `report.jsonl` out of one.
pub(super) fn is_named_like_blob(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    // Attachments of reports and traces in results folders are zips, too.
    let attached = matches!(folder, Some("data" | "resources")) || name == "trace.zip";
    is_kind(path, "zip") && !attached || is_kind(path, "jsonl") && name.starts_with("report")
}

/// Whether a regular file of such a name is to be merged: a zip of something else is not, a torn one
/// is, so that it is missed.
pub(super) fn is_report(path: &Path) -> bool {
    is_kind(path, "jsonl") || is_blob(path)
}
