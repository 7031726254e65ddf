//! `shardwright merge` on what other tools left: JUnit files -> one `junit.xml`, Playwright HTML
//! and blob reports -> one `playwright/`.

use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::WalkDir;

use crate::cli::commands::{merge_html, output};
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::report::junit;

/// What was found below the inputs.
struct Found {
    junit: Vec<PathBuf>,
    /// Folders of HTML reports, and blobs.
    html: Vec<PathBuf>,
    /// What is named like one of these and is a link, a pipe or a device.
    special: Vec<PathBuf>,
}

/// Joins what there is. Counts say how it went: foreign files hold no plan to compare with.
pub(crate) fn exec(
    inputs: &[PathBuf],
    target: &Path,
    directory: &Path,
    fail_on_flaky: bool,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let Found { junit, html, special } = find(inputs, target)?;
    if junit.is_empty() && html.is_empty() {
        let named: Vec<String> =
            inputs.iter().map(|input| format!("`{}`", input.display())).collect();
        return Err(Refused {
            message: format!("no results in {}", named.join(", ")),
            hint: Some(
                "name a folder that holds output folders of `run --shard I/N`, JUnit files or \
                 Playwright's HTML or blob reports"
                    .into(),
            ),
            exit: Exit::BadInput,
        }
        .into());
    }
    let target = output::prepare_foreign(target)?;
    let mut exit = Exit::Passed;
    if !junit.is_empty() {
        let totals = junit::merge::merge(&junit, &target.join("junit.xml"))?;
        let junit::totals::JunitTotals { tests, failures, skipped, errors, .. } = totals;
        streams.tell(&format!(
            "{} JUnit files: {tests} tests, {failures} failures, {errors} errors, {skipped} skipped",
            junit.len()
        ));
        exit = worse(exit, tests, failures + errors);
    }
    if !html.is_empty() {
        let joined = merge_html::exec(&html, directory, &target, streams)?;
        if exit == Exit::Passed {
            exit = joined.exit;
        }
        let flaky = if fail_on_flaky { joined.flaky } else { 0 };
        exit = worse(exit, joined.tests, joined.bad + flaky);
    }
    for path in &special {
        streams.tell(&format!("left out `{}`: it is not a regular file", path.display()));
        exit = Exit::Incomplete;
    }
    streams.say(&format!("reports in {}", target.display()));
    Ok(exit)
}

fn worse(exit: Exit, tests: u64, bad: u64) -> Exit {
    if exit != Exit::Passed {
        return exit;
    }
    match (tests, bad) {
        (0, _) => Exit::Nothing,
        (_, 0) => Exit::Passed,
        _ => Exit::Failed,
    }
}

/// XML files, and folders of HTML reports; nothing below the folder that is written.
fn find(inputs: &[PathBuf], target: &Path) -> anyhow::Result<Found> {
    let target = target.canonicalize().ok();
    let mut found = Found { junit: Vec::new(), html: Vec::new(), special: Vec::new() };
    for input in inputs {
        let walk = WalkDir::new(input).sort_by_file_name().into_iter();
        let own = |path: &Path| target.is_some() && path.canonicalize().ok() == target;
        for entry in walk.filter_entry(|entry| !own(entry.path())) {
            let entry = entry.with_context(|| format!("cannot read `{}`", input.display()))?;
            let path = entry.path();
            let xml = path.extension().is_some_and(|extension| extension == "xml");
            let blob = merge_html::is_named_like_blob(path);
            let folder = path.parent().filter(|_| is_page(path));
            match folder {
                _ if entry.file_type().is_dir() => {}
                None if !xml && !blob => {}
                _ if !entry.file_type().is_file() => found.special.push(path.to_path_buf()),
                Some(folder) => found.html.push(folder.to_path_buf()),
                None if blob => {
                    found.html.extend(merge_html::is_report(path).then(|| path.to_path_buf()));
                }
                None => found.junit.push(path.to_path_buf()),
            }
        }
    }
    Ok(found)
}

/// Whether it is the page of a report; that of the trace viewer beside it is none.
fn is_page(path: &Path) -> bool {
    let viewer = path.parent().and_then(Path::file_name).is_some_and(|name| name == "trace");
    path.file_name().is_some_and(|name| name == "index.html") && !viewer
}
