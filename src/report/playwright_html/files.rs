//! The folders of reports go in; their attachments and one trace viewer are laid into the output.
//!
//! A shard wrote these folders, so their names are not trusted: only regular files are taken,
//! symlinks are not followed, and nothing is written outside the output.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::report::playwright_html::input::Input;

/// The folder of the trace viewer.
const VIEWER: &str = "trace";
/// The folder of the attachments.
const ATTACHMENTS: &str = "data";
/// What a page that was written without inlined assets needs beside it.
const ASSETS: [&str; 2] = ["report.js", "report.css"];

/// Copies everything but the page; gives a line for every attachment that is not as its
/// report means it: unreadable, or of other content than one of the same name that came first.
pub(super) fn copy(template: &Input, inputs: &[Input], output: &Path) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    for input in inputs {
        let from = input.folder.join(ATTACHMENTS);
        for file in regular_files(&from, 1) {
            let name = file.to_string_lossy();
            let line = match lay(&from, &file, &output.join(ATTACHMENTS)) {
                Ok(Laid::Done) => continue,
                Ok(Laid::Clash) => format!("two reports hold different attachments named `{name}`"),
                Err(error) => format!("attachment `{name}` is missing: {error}"),
            };
            lines.push(line);
        }
    }
    for name in ASSETS {
        if is_regular(&template.folder.join(name)) {
            lay(&template.folder, Path::new(name), output)?;
        }
    }
    let mut viewers: Vec<&Input> = inputs.iter().collect();
    viewers.sort_by_key(|input| {
        (input.folder != template.folder, std::cmp::Reverse(input.page.rank()))
    });
    for input in viewers {
        let from = input.folder.join(VIEWER);
        let files = regular_files(&from, 4);
        for file in &files {
            lay(&from, file, &output.join(VIEWER))?;
        }
        if !files.is_empty() {
            break;
        }
    }
    Ok(lines)
}

#[derive(Debug, PartialEq, Eq)]
enum Laid {
    Done,
    Clash,
}

/// Links or copies `from/file` to `to/file`; what is there already stays.
fn lay(from: &Path, file: &Path, to: &Path) -> io::Result<Laid> {
    let (source, target) = (from.join(file), to.join(file));
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    if target.symlink_metadata().is_ok() {
        return Ok(if same(&source, &target)? { Laid::Done } else { Laid::Clash });
    }
    if fs::hard_link(&source, &target).is_err() {
        fs::copy(&source, &target)?;
    }
    Ok(Laid::Done)
}

/// Paths of regular files below a real folder, relative to it and sorted.
fn regular_files(folder: &Path, depth: usize) -> Vec<PathBuf> {
    if !fs::symlink_metadata(folder).is_ok_and(|meta| meta.is_dir()) {
        return Vec::new();
    }
    let walk = WalkDir::new(folder).min_depth(1).max_depth(depth).follow_links(false);
    let files = walk.sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    files.filter_map(|entry| Some(entry.path().strip_prefix(folder).ok()?.to_owned())).collect()
}

fn is_regular(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file())
}

fn same(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (File::open(one)?, File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
    let (mut left, mut right) = (Vec::new(), Vec::new());
    loop {
        left.clear();
        right.clear();
        (&mut one).take(1 << 16).read_to_end(&mut left)?;
        (&mut other).take(1 << 16).read_to_end(&mut right)?;
        if left != right {
            return Ok(false);
        }
        if left.is_empty() {
            return Ok(true);
        }
    }
}
