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
use crate::report::junit::merge::Input;
use crate::report::junit::merge::repeats::Repeats;

/// Files and folders behind a link that are looked at; what holds reports shows it soon.
const MOST_LINKED: usize = 100_000;

/// What was found below the inputs.
struct Found {
    junit: Vec<Input>,
    /// Folders of HTML reports, and blobs.
    html: Vec<PathBuf>,
    /// What is named like one of these and is a link, a pipe or a device.
    special: Vec<PathBuf>,
    /// Links to folders that hold some, and lie elsewhere.
    linked: Vec<PathBuf>,
}

/// Joins what there is. Counts say how it went: foreign files hold no plan to compare with.
pub(crate) fn exec(
    inputs: &[PathBuf],
    target: &Path,
    directory: &Path,
    fail_on_flaky: bool,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let Found { junit, html, special, linked } = find(inputs, target)?;
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
    let (mut whole, mut tests, mut bad) = (special.is_empty() && linked.is_empty(), 0, 0);
    if !junit.is_empty() {
        let merged = junit::merge::merge(&junit, &target.join("junit.xml"))?;
        tell(junit.len(), &merged, streams);
        tell_beside(&merged, streams);
        let flaky = if fail_on_flaky { merged.flaky } else { 0 };
        whole &= merged.doubtful.is_empty();
        tests += merged.totals.tests;
        bad += merged.totals.failures + merged.totals.errors + flaky;
    }
    if !html.is_empty() {
        let joined = merge_html::exec(&html, directory, &target, streams)?;
        whole &= joined.exit == Exit::Passed;
        tests += joined.tests;
        bad += joined.bad + if fail_on_flaky { joined.flaky } else { 0 };
    }
    for path in &special {
        streams.tell(&format!("left out `{}`: it is not a regular file", path.display()));
    }
    for path in &linked {
        let path = path.display();
        streams.tell(&format!("left out `{path}`: it is a link to a folder: name the folder, too"));
    }
    streams.say(&format!("reports in {}", target.display()));
    Ok(exit(whole, tests, bad))
}

/// Whether it is a JUnit file, by its name, and not a folder of them.
pub(crate) fn is_file(input: &Path) -> bool {
    is_xml(input) && input.is_file()
}

fn is_xml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"))
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
    let Repeats { tests, unclear, .. } = merged.repeats;
    if tests > 0 {
        streams.tell(&format!(
            "{tests} tests stand in several files: each is counted once, its last attempt decides"
        ));
    }
    for path in &merged.doubtful {
        streams.warn(&format!(
            "`{}` says that more tests failed than did in it: something is missing",
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

/// Which files are no re-runs, by what their order is known, and what may be missing.
fn tell_beside(merged: &junit::merge::Merged, streams: &mut Streams) {
    let Repeats { tests: folded, named, beside, .. } = merged.repeats;
    if named > 0 {
        let of = if named == folded { String::new() } else { format!(" of {named} of them") };
        streams.tell(&format!(
            "no common clock tells the order{of}: the file that was named last counts as the last \
             attempt"
        ));
    }
    if beside > 0 {
        let tests = if beside == 1 { "1 test stands" } else { &format!("{beside} tests stand") };
        streams.warn(&format!(
            "{tests} in several files that are no re-runs of each other: each is counted in every \
             file. A re-run began after the others had ended, and all of its tests are in them; where \
             files do not say when they ran, name each run's files or folder by itself, in their order"
        ));
    }
    for (path, told, held) in &merged.short {
        let path = path.display();
        streams.warn(&format!("`{path}` says that it holds {told} tests: found {held}"));
    }
}

/// What all reports together come to. What is missing may be red, so it counts first.
fn exit(whole: bool, tests: u64, bad: u64) -> Exit {
    match (whole, tests, bad) {
        (false, _, _) => Exit::Incomplete,
        (true, _, 1..) => Exit::Failed,
        (true, 0, 0) => Exit::Nothing,
        (true, 1.., 0) => Exit::Passed,
    }
}

/// XML files, and folders of HTML reports; nothing below the folder that is written.
fn find(inputs: &[PathBuf], target: &Path) -> anyhow::Result<Found> {
    let target = target.canonicalize().ok();
    let mut found =
        Found { junit: Vec::new(), html: Vec::new(), special: Vec::new(), linked: Vec::new() };
    let roots: Vec<PathBuf> = inputs.iter().filter_map(|it| it.canonicalize().ok()).collect();
    for (turn, input) in inputs.iter().enumerate() {
        let walk = WalkDir::new(input).sort_by_file_name().into_iter();
        let own = |path: &Path| target.is_some() && path.canonicalize().ok() == target;
        for entry in walk.filter_entry(|entry| !own(entry.path())) {
            let entry = entry.with_context(|| format!("cannot read `{}`", input.display()))?;
            let path = entry.path();
            let xml = is_xml(path);
            let blob = merge_html::is_named_like_blob(path);
            let folder = path.parent().filter(|_| is_page(path));
            match folder {
                _ if entry.file_type().is_dir() => {}
                _ if entry.path_is_symlink() && path.is_dir() => {
                    found.linked.extend(is_missed(path, &roots).then(|| path.to_path_buf()));
                }
                None if !xml && !blob => {}
                _ if !entry.file_type().is_file() => found.special.push(path.to_path_buf()),
                Some(folder) => found.html.push(folder.to_path_buf()),
                None if blob => {
                    found.html.extend(merge_html::is_report(path).then(|| path.to_path_buf()));
                }
                None => found.junit.push(Input { path: path.to_path_buf(), turn }),
            }
        }
    }
    Ok(found)
}

/// Whether a link leads to a folder with reports that is not looked through anyway.
fn is_missed(link: &Path, roots: &[PathBuf]) -> bool {
    let Ok(folder) = link.canonicalize() else { return true };
    if roots.iter().any(|root| folder.starts_with(root)) {
        return false;
    }
    let walk = WalkDir::new(folder).into_iter().take(MOST_LINKED).filter_map(Result::ok);
    let mut files = walk.filter(|entry| !entry.file_type().is_dir());
    files.any(|entry| {
        let path = entry.path();
        is_xml(path) || is_page(path) || merge_html::is_named_like_blob(path)
    })
}

/// Whether it is the page of a report; that of the trace viewer beside it is none.
fn is_page(path: &Path) -> bool {
    let viewer = path.parent().and_then(Path::file_name).is_some_and(|name| name == "trace");
    path.file_name().is_some_and(|name| name == "index.html") && !viewer
}

#[cfg(test)]
mod tests {
    use super::exit;
    use crate::cli::exit::Exit;

    #[test]
    fn what_is_missing_counts_before_what_failed_and_that_before_nothing() {
        for (whole, tests, bad, expected) in [
            (false, 2, 1, Exit::Incomplete),
            (false, 0, 0, Exit::Incomplete),
            (true, 2, 1, Exit::Failed),
            // An error outside all tests.
            (true, 0, 1, Exit::Failed),
            (true, 0, 0, Exit::Nothing),
            (true, 2, 0, Exit::Passed),
        ] {
            assert_eq!(exit(whole, tests, bad), expected, "{whole} {tests} {bad}");
        }
    }
}
