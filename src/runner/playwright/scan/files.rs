//! A test folder -> the files in it that Playwright would look at, and paths as text.

use std::cmp::Ordering;
use std::path::{Component, Path, PathBuf};

use ignore::WalkBuilder;

use crate::runner::playwright::gitignore::Ignored;

/// The extensions that Playwright loads tests from.
const EXTENSIONS: [&str; 12] =
    ["js", "ts", "mjs", "mts", "cjs", "cts", "jsx", "tsx", "mjsx", "mtsx", "cjsx", "ctsx"];

/// Whether `.gitignore` files below the test folder count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gitignore {
    /// The configuration names no test folder.
    Obeyed,
    /// It names one.
    Ignored,
}

/// The script files below a folder, in Playwright's order; none where it is no folder. What
/// cannot be read is passed over, as are links.
pub(super) fn collect(folder: &Path, gitignore: Gitignore) -> Vec<PathBuf> {
    let ignored = (gitignore == Gitignore::Obeyed).then(|| Ignored::below(folder));
    let is_left_out = move |entry: &ignore::DirEntry| {
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        is_foreign(entry.file_name())
            || ignored.as_ref().is_some_and(|ignored| ignored.has(entry.path(), is_dir))
    };
    let mut walk = WalkBuilder::new(folder);
    walk.standard_filters(false)
        .filter_entry(move |entry| entry.depth() == 0 || !is_left_out(entry));
    let mut files: Vec<PathBuf> = walk
        .build()
        .filter_map(Result::ok)
        .filter(|entry| entry.depth() > 0 && entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
        })
        .collect();
    files.sort_by(|a, b| in_order(a, b));
    files
}

/// Whether a folder holds no tests of the project's own.
pub(super) fn is_foreign(name: &std::ffi::OsStr) -> bool {
    name == "node_modules" || name == ".git"
}

/// A path without `.` and `..`, as far as that can be told without looking at the disk.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            Component::ParentDir
            | Component::Prefix(_)
            | Component::RootDir
            | Component::Normal(_) => out.push(component),
        }
    }
    out
}

/// The way from a folder to a path, with forward slashes; both are normal.
pub(super) fn relative(from: &Path, to: &Path) -> String {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| "..".into());
    let down = to.components().skip(shared).map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Playwright's order of files: folder by folder, names as `localeCompare` sorts them.
fn in_order(a: &Path, b: &Path) -> Ordering {
    let mut pairs = a.components().zip(b.components());
    let differing = pairs.find(|(a, b)| a != b);
    match differing {
        Some((a, b)) => {
            by_locale(&a.as_os_str().to_string_lossy(), &b.as_os_str().to_string_lossy())
        }
        None => a.components().count().cmp(&b.components().count()),
    }
}

/// Names as people sort them: punctuation, digits, letters; case decides only between equals.
fn by_locale(a: &str, b: &str) -> Ordering {
    a.chars()
        .map(rank)
        .cmp(b.chars().map(rank))
        .then_with(|| b.chars().map(char::is_lowercase).cmp(a.chars().map(char::is_lowercase)))
        .then_with(|| a.cmp(b))
}

fn rank(char: char) -> (usize, char) {
    const PUNCTUATION: &str = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
    match PUNCTUATION.find(char) {
        Some(index) => (index, char),
        None if char.is_numeric() => (100, char),
        None => (101, char.to_lowercase().next().unwrap_or(char)),
    }
}
