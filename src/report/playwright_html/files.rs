//! The places of reports go in; their attachments and one trace viewer are laid into the output.
//!
//! A shard wrote these, so their names are not trusted: only regular files are taken, symlinks are
//! not followed, and nothing is written outside the output.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;
use zip::ZipArchive;

use crate::report::playwright_html::blob::{RESOURCES, is_plain};
use crate::report::playwright_html::input::Input;
use crate::report::playwright_html::installed::{Installed, viewer_files};
use crate::report::playwright_html::page::Page;
use crate::wire::blob::read::is_kind;

/// The folder of the trace viewer.
const VIEWER: &str = "trace";
/// The folder of the attachments.
pub(super) const ATTACHMENTS: &str = "data";
/// What a page that was written without inlined assets needs beside it.
const ASSETS: [&str; 2] = ["report.js", "report.css"];
/// In bytes: what all attachments of one blob may take; a small zip could fill the disk.
const MOST: u64 = 64 << 30;

/// Copies everything but the page, which is that of the report `template`; gives a line for every
/// attachment that is not as its report means it: unreadable, or of other content than one of the
/// same name that came first.
pub(super) fn copy(
    template: Option<usize>,
    inputs: &[Input],
    installed: Option<&Installed>,
    output: &Path,
) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    for input in inputs {
        let to = output.join(ATTACHMENTS);
        if input.page.is_some() {
            lay_all(&input.place.join(ATTACHMENTS), &to, &mut lines);
        } else if is_kind(&input.place, "zip") {
            unpack(&input.place, &to, &mut lines)?;
        } else {
            lay_all(&input.place.with_file_name(RESOURCES), &to, &mut lines);
        }
    }
    if let Some(template) = template.map(|number| &inputs[number]) {
        for name in ASSETS {
            if is_regular(&template.place.join(name)) {
                lay(&template.place, Path::new(name), output)?;
            }
        }
    }
    lines.extend(viewer(template, inputs, installed, output)?);
    Ok(lines)
}

/// Lays one viewer into the output where there are traces: that of the page, or the newest.
fn viewer(
    template: Option<usize>,
    inputs: &[Input],
    installed: Option<&Installed>,
    output: &Path,
) -> io::Result<Option<String>> {
    let mut reports: Vec<(usize, &Input)> =
        inputs.iter().enumerate().filter(|(_, input)| input.page.is_some()).collect();
    reports.sort_by_key(|(number, input)| {
        let rank = input.page.as_ref().map(Page::rank);
        (Some(*number) != template, std::cmp::Reverse(rank))
    });
    let folders = reports.iter().map(|(_, input)| input.place.join(VIEWER));
    let theirs: Vec<(PathBuf, Vec<PathBuf>)> = folders
        .map(|folder| (folder.clone(), regular_files(&folder, 4)))
        .filter(|(_, files)| !files.is_empty())
        .collect();
    let traced = !theirs.is_empty() || inputs.iter().any(|input| input.traced);
    if !traced {
        return Ok(None);
    }
    let own = installed.map(|installed| {
        let folder = installed.viewer();
        let files = viewer_files(&folder).unwrap_or_default();
        (folder, files)
    });
    let own = own.filter(|(_, files)| !files.is_empty());
    let mut theirs = theirs.into_iter();
    let best = if template.is_none() { own.or(theirs.next()) } else { theirs.next().or(own) };
    let Some((folder, files)) = best else {
        return Ok(Some("there are traces and no report has the viewer for them".to_owned()));
    };
    for file in &files {
        // A copy: the installed Playwright is the user's, and a link would give it away.
        let target = output.join(VIEWER).join(file);
        fs::create_dir_all(target.parent().unwrap_or(output))?;
        fs::copy(folder.join(file), target)?;
    }
    Ok(None)
}

fn lay_all(from: &Path, to: &Path, lines: &mut Vec<String>) {
    for file in regular_files(from, 1) {
        let name = file.to_string_lossy();
        match lay(from, &file, to) {
            Ok(Laid::Done) => {}
            Ok(Laid::Clash) => lines.push(clash(&name)),
            Err(error) => lines.push(format!("attachment `{name}` is missing: {error}")),
        }
    }
}

fn clash(name: &str) -> String {
    format!("two reports hold different attachments named `{name}`")
}

/// Writes the attachments of a blob, in pieces: a video is longer than the memory.
fn unpack(zip: &Path, to: &Path, lines: &mut Vec<String>) -> io::Result<()> {
    let mut archive = ZipArchive::new(File::open(zip)?)?;
    let mut left = MOST;
    for number in 0..archive.len() {
        let Ok(entry) = archive.by_index(number) else { continue };
        let Ok(inner) = entry.name().map(std::borrow::Cow::into_owned) else { continue };
        let Some(name) = inner.strip_prefix("resources/").filter(|name| is_plain(name)) else {
            continue;
        };
        fs::create_dir_all(to)?;
        let told = entry.size();
        match File::create_new(to.join(name)) {
            Ok(mut file) => {
                let written = io::copy(&mut entry.take(left), &mut file);
                left -= written.as_ref().map_or(0, |written| *written).min(left);
                match written {
                    Ok(_) if left == 0 => {
                        lines.push(format!("attachments of `{}` are too large", zip.display()));
                        break;
                    }
                    Ok(_) => {}
                    Err(error) => lines.push(format!("attachment `{name}` is missing: {error}")),
                }
            }
            // The names are made of a number that each run throws anew, so this is the same.
            Err(_) if fs::metadata(to.join(name)).is_ok_and(|meta| meta.len() == told) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => lines.push(clash(name)),
            Err(error) => lines.push(format!("attachment `{name}` is missing: {error}")),
        }
    }
    Ok(())
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
