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
use crate::report::junit::merge::repeats::Repeats;

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
        let merged = junit::merge::merge(&junit, &target.join("junit.xml"))?;
        tell(junit.len(), &merged, streams);
        let junit::totals::JunitTotals { tests, failures, errors, .. } = merged.totals;
        let flaky = if fail_on_flaky { merged.flaky } else { 0 };
        if !merged.doubtful.is_empty() {
            exit = Exit::Incomplete;
        }
        exit = worse(exit, tests, failures + errors + flaky);
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

/// Whether it is a JUnit file or a blob report, by its name, and not a folder of them.
pub(crate) fn is_file(input: &Path) -> bool {
    (is_xml(input) || merge_html::is_blob_file(input)) && input.is_file()
}

fn is_xml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "xml")
}

/// What the JUnit files held, and what was made of tests that several of them hold.
fn tell(files: usize, merged: &junit::merge::Merged, streams: &mut Streams) {
    let junit::totals::JunitTotals { tests, failures, skipped, errors, .. } = merged.totals;
    let flaky = if merged.flaky > 0 { format!(", {} flaky", merged.flaky) } else { String::new() };
    streams.tell(&format!(
        "{files} JUnit files: {tests} tests, {failures} failures, {errors} errors, {skipped} \
         skipped{flaky}"
    ));
    for (twin, first) in &merged.twins {
        let (twin, first) = (twin.display(), first.display());
        streams.tell(&format!("`{twin}` is the same as `{first}`: counted once"));
    }
    let Repeats { tests, unclear } = merged.repeats;
    if tests > 0 {
        streams.tell(&format!(
            "{tests} tests stand in several files: each is counted once, its last attempt decides"
        ));
    }
    for path in &merged.doubtful {
        streams.warn(&format!(
            "`{}` says that tests failed, and none of the tests in it did: something is missing",
            path.display()
        ));
    }
    if unclear > 0 {
        streams.warn(&format!(
            "{unclear} names stand in several files, in one more often than in another: nobody can \
             say which is which, all are counted"
        ));
    }
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
            let xml = is_xml(path);
            let blob = merge_html::is_named_like_blob(&entry);
            let folder = path.parent().filter(|_| merge_html::is_page(&entry));
            match folder {
                _ if entry.file_type().is_dir() => {}
                None if !xml && !blob => {}
                _ if !entry.file_type().is_file() => found.special.push(path.to_path_buf()),
                Some(folder) => found.html.push(folder.to_path_buf()),
                None if blob => {
                    found.html.extend(merge_html::is_report(&entry).then(|| path.to_path_buf()));
                }
                None => found.junit.push(path.to_path_buf()),
            }
        }
    }
    Ok(found)
}
