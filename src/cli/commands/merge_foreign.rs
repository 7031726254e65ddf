//! `shardwright merge` on what other tools left: JUnit files -> one `junit.xml`, Playwright HTML
//! and blob reports -> one `playwright/`.

use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::{DirEntry, WalkDir};

use crate::cli::args::MergeArgs;
use crate::cli::commands::parts::folders::{ResultFolders, is_missed};
use crate::cli::commands::{merge_html, output};
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::report::facts::number_of;
use crate::report::junit;
use crate::report::junit::merge::Input;
use crate::report::junit::merge::repeats::Repeats;

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

impl Found {
    /// What of it there is, in words; none where there is nothing.
    fn named(&self) -> Option<&'static str> {
        match (self.junit.is_empty(), self.html.is_empty()) {
            (false, true) => Some("JUnit files"),
            (true, false) => Some("HTML or blob reports"),
            (false, false) => Some("JUnit files and HTML or blob reports"),
            (true, true) => {
                let links = !self.special.is_empty() || !self.linked.is_empty();
                links.then_some("links to reports")
            }
        }
    }
}

/// Joins what there is. Counts say how it went: foreign files hold no plan to compare with.
pub(crate) fn exec(
    args: &MergeArgs,
    target: &Path,
    directory: &Path,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let MergeArgs { inputs, fail_on_flaky, in_order, .. } = args;
    let Found { mut junit, html, special, linked } = find(inputs, target)?;
    if !in_order {
        // Whoever lists files, or lets a shell do it, says nothing of when they ran.
        for file in &mut junit {
            file.turn = 0;
        }
    }
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
        let flaky = if *fail_on_flaky { merged.flaky } else { 0 };
        whole &= merged.doubtful.is_empty();
        tests += merged.totals.tests;
        bad += merged.totals.failures + merged.totals.errors + flaky;
    }
    if !html.is_empty() {
        let joined = merge_html::exec(&html, directory, &target, streams)?;
        whole &= joined.exit == Exit::Passed;
        tests += joined.tests;
        bad += joined.bad + if *fail_on_flaky { joined.flaky } else { 0 };
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

/// Refuses inputs that hold other tools' reports alone, beside folders of our own results: no
/// report could count both, and what was left out may have failed. Reports that lie among our own
/// results, below one input, are the user's own business.
pub(super) fn refuse_beside(
    inputs: &[PathBuf],
    own: &ResultFolders,
    target: &Path,
) -> anyhow::Result<()> {
    let ResultFolders { folders, linked } = own;
    let mut foreign = Vec::new();
    for input in inputs {
        if !folders.iter().chain(linked).any(|folder| folder.starts_with(input)) {
            let found = find(std::slice::from_ref(input), target)?;
            foreign.extend(found.named().map(|what| format!("`{}` holds {what}", input.display())));
        }
    }
    if foreign.is_empty() {
        return Ok(());
    }
    let named = foreign.join(", ");
    let message = format!("{named} and no results of `run`, which the other inputs hold");
    let hint = "merge them apart, each kind with an --output of its own: one report cannot count \
                both";
    Err(Refused { message, hint: Some(hint.into()), exit: Exit::BadInput }.into())
}

/// Whether it is a JUnit file or a blob report, by its name, and not a folder of them.
pub(crate) fn is_file(input: &Path) -> bool {
    (is_xml(input) || merge_html::is_blob_file(input)) && input.is_file()
}

fn is_xml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"))
}

/// What the JUnit files held, and what was made of tests that several of them hold.
fn tell(files: usize, merged: &junit::merge::Merged, streams: &mut Streams) {
    let junit::totals::JunitTotals { tests, failures, skipped, errors, .. } = merged.totals;
    let some = |count, noun| number_of(usize::try_from(count).unwrap_or(usize::MAX), noun);
    let flaky = if merged.flaky > 0 { format!(", {} flaky", merged.flaky) } else { String::new() };
    streams.tell(&format!(
        "{}: {}, {}, {}, {skipped} skipped{flaky}",
        number_of(files, "JUnit file"),
        some(tests, "test"),
        some(failures, "failure"),
        some(errors, "error"),
    ));
    for (twin, first) in &merged.twins {
        let (twin, first) = (twin.display(), first.display());
        streams.tell(&format!("`{twin}` is the same as `{first}`: counted once"));
    }
    let Repeats { tests, unclear, .. } = merged.repeats;
    let counts = match tests {
        0 => None,
        1 => Some("1 test stands in several files: it counts once".to_owned()),
        many => Some(format!("{many} tests stand in several files: each counts once")),
    };
    if let Some(counts) = counts {
        streams.tell(&format!("{counts}, its last attempt that ran decides"));
    }
    for path in &merged.doubtful {
        streams.warn(&format!(
            "`{}` tells of more failures than can be read in it: something is missing",
            path.display()
        ));
    }
    let all_count = "in several files, in one more often than in another: nobody can say which is \
                     which, all are counted";
    match unclear {
        0 => {}
        1 => streams.warn(&format!("1 name stands {all_count}")),
        many => streams.warn(&format!("{many} names stand {all_count}")),
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
             files do not say when they ran, name each run's files or folder by itself, in their \
             order, and say `--in-order`"
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
    let holds = |entry: &DirEntry| {
        let is_named = || is_xml(entry.path()) || merge_html::is_named_like_blob(entry);
        !entry.file_type().is_dir() && (is_named() || merge_html::is_page(entry))
    };
    let roots: Vec<PathBuf> = inputs.iter().filter_map(|it| it.canonicalize().ok()).collect();
    for (turn, input) in inputs.iter().enumerate() {
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
                _ if entry.path_is_symlink() && path.is_dir() => {
                    found.linked.extend(is_missed(path, &roots, holds).then(|| path.to_path_buf()));
                }
                None if !xml && !blob => {}
                _ if !entry.file_type().is_file() => found.special.push(path.to_path_buf()),
                Some(folder) => found.html.push(folder.to_path_buf()),
                None if blob => {
                    found.html.extend(merge_html::is_report(&entry).then(|| path.to_path_buf()));
                }
                None => found.junit.push(Input { path: path.to_path_buf(), turn }),
            }
        }
    }
    Ok(found)
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
