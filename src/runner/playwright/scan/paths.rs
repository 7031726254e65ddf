//! The files, folders and globs that the user names -> what they keep, and what Playwright has to
//! be told for it.

use std::path::Path;

use glob::{MatchOptions, Pattern, PatternError};
use regress::Regex;
use walkdir::WalkDir;

use super::files::{is_foreign, normal, relative};
use super::outline::Place;
use super::pattern::push_literal;

/// A choice of files that cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SelectError {
    #[error("`{glob}` is not a glob")]
    Glob { glob: String, source: PatternError },
    #[error("`{text}` names no file or folder, and is no regular expression either")]
    Words { text: String, source: regress::Error },
    #[error("`{glob}` matches no file")]
    Nothing { glob: String },
}

/// `*` stays within a folder.
const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// Which files and tests the user chose by path; nothing chosen means all.
#[derive(Debug, Clone)]
pub(crate) struct PathFilter {
    targets: Vec<Target>,
}

/// One file, folder or glob, with the line and column behind it.
#[derive(Debug, Clone)]
struct Target {
    /// As the user wrote it.
    text: String,
    kind: Kind,
    line: Option<u32>,
    column: Option<u32>,
}

/// Paths are relative to the project folder, with forward slashes.
#[derive(Debug, Clone)]
enum Kind {
    File(String),
    /// Empty for the project folder itself.
    Folder(String),
    Glob(Pattern),
    /// Neither a path nor a glob: what Playwright takes it for, a regular expression that is
    /// looked for anywhere in the path.
    Words(String, Box<Regex>),
}

impl PathFilter {
    /// Reads the user's arguments; what exists as a file or folder is taken as that, not as a glob.
    pub(crate) fn new(globs: &[String], root: &Path) -> Result<Self, SelectError> {
        let targets = globs.iter().map(|glob| Target::new(glob, root)).collect::<Result<_, _>>()?;
        Ok(Self { targets })
    }

    /// Whether tests of a file may be kept; the path is relative to the project folder.
    pub(crate) fn keeps_file(&self, path: &str) -> bool {
        self.targets.is_empty() || self.targets.iter().any(|target| target.matches(path))
    }

    /// Whether a test is kept, which it is by its own place or that of a suite around it.
    pub(super) fn keeps_test(&self, path: &str, places: &[Place]) -> bool {
        self.targets.is_empty()
            || self.targets.iter().any(|target| {
                target.matches(path) && places.iter().any(|place| target.is_at(*place))
            })
    }

    /// Fails for the first target that none of the files matches.
    pub(super) fn check(&self, files: &[String]) -> Result<(), SelectError> {
        let unmatched = |target: &&Target| !files.iter().any(|file| target.matches(file));
        match self.targets.iter().find(unmatched) {
            Some(target) => Err(SelectError::Nothing { glob: target.text.clone() }),
            None => Ok(()),
        }
    }
}

/// The user's files, folders and globs as positional arguments of Playwright: regular expressions
/// that end as the paths end, whatever folder the project lies in. A line is kept behind them.
///
/// Fails where a glob is not one, or matches no file below `root`.
pub(crate) fn file_arguments(globs: &[String], root: &Path) -> Result<Vec<String>, SelectError> {
    let filter = PathFilter::new(globs, root)?;
    if filter.targets.iter().any(|target| matches!(target.kind, Kind::Glob(_))) {
        filter.check(&files_below(root))?;
    }
    Ok(filter.targets.iter().map(Target::argument).collect())
}

fn files_below(root: &Path) -> Vec<String> {
    WalkDir::new(root)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_foreign(entry.file_name()))
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| relative(root, entry.path()))
        .collect()
}

impl Target {
    fn new(text: &str, root: &Path) -> Result<Self, SelectError> {
        let whole = Self::path(text, root);
        let (path, line, column) = match location(text) {
            Some((path, line, column)) if whole.is_none() => (path, Some(line), column),
            _ => (text, None, None),
        };
        let kind = match Self::path(path, root) {
            Some(kind) => kind,
            None if !path.contains(['*', '?', '[']) => {
                let regex = Regex::with_flags(path, "i")
                    .map_err(|source| SelectError::Words { text: text.to_owned(), source })?;
                Kind::Words(path.to_owned(), Box::new(regex))
            }
            None => {
                let pattern = path.strip_prefix("./").unwrap_or(path);
                let pattern = Pattern::new(pattern)
                    .map_err(|source| SelectError::Glob { glob: text.to_owned(), source })?;
                Kind::Glob(pattern)
            }
        };
        Ok(Self { text: text.to_owned(), kind, line, column })
    }

    /// The file or folder of that name, if there is one.
    fn path(text: &str, root: &Path) -> Option<Kind> {
        let absolute = normal(&root.join(text));
        let path = relative(&normal(root), &absolute);
        if absolute.is_dir() {
            Some(Kind::Folder(path))
        } else {
            absolute.is_file().then_some(Kind::File(path))
        }
    }

    fn matches(&self, path: &str) -> bool {
        match &self.kind {
            Kind::File(file) => file == path,
            Kind::Folder(folder) => {
                let below = path.strip_prefix(folder.as_str());
                folder.is_empty() || below.is_some_and(|rest| rest.starts_with('/'))
            }
            Kind::Glob(pattern) => pattern.matches_with(path, MATCHING),
            Kind::Words(_, regex) => regex.find(&format!("/{path}")).is_some(),
        }
    }

    fn is_at(&self, place: Place) -> bool {
        self.line.is_none_or(|line| line == place.line)
            && self.column.is_none_or(|column| column == place.column)
    }

    /// In the form `/source/`, which alone is sensitive to case, unless it came as words.
    fn argument(&self) -> String {
        let part = |number: Option<u32>| number.map(|n| format!(":{n}")).unwrap_or_default();
        let place = format!("{}{}", part(self.line), part(self.column));
        let source = match &self.kind {
            Kind::Words(words, _) => return format!("{words}{place}"),
            Kind::File(file) => format!("\\/{}$", escaped(file)),
            Kind::Folder(folder) if folder.is_empty() => "\\/".to_owned(),
            Kind::Folder(folder) => format!("\\/{}\\/", escaped(folder)),
            Kind::Glob(pattern) => glob_argument(pattern),
        };
        format!("/{source}/{place}")
    }
}

/// Splits `path:12` and `path:12:3`.
fn location(text: &str) -> Option<(&str, u32, Option<u32>)> {
    let (before, last) = text.rsplit_once(':')?;
    let last = last.parse().ok()?;
    if let Some((path, line)) = before.rsplit_once(':')
        && let Ok(line) = line.parse()
    {
        return Some((path, line, Some(last)));
    }
    Some((before, last, None))
}

/// The source of a regular expression for the paths that end as a glob says.
pub(super) fn glob_argument(pattern: &Pattern) -> String {
    let mut source = String::from("\\/");
    push_glob(&mut source, pattern.as_str());
    source + "$"
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        push_char(&mut out, char);
    }
    out
}

fn push_char(out: &mut String, char: char) {
    if char == '/' {
        out.push('\\');
    }
    push_literal(out, char);
}

/// A valid glob as the regular expression that matches the same paths.
fn push_glob(out: &mut String, glob: &str) {
    let mut rest = glob;
    while let Some(char) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("**/") {
            out.push_str("(?:.*\\/)?");
            rest = after;
        } else if rest.starts_with("**") {
            out.push_str(".*");
            rest = &rest[2..];
        } else if let Some((class, length)) = class(rest) {
            out.push_str(&class);
            rest = &rest[length..];
        } else {
            match char {
                '*' => out.push_str("[^\\/]*"),
                '?' => out.push_str("[^\\/]"),
                other => push_char(out, other),
            }
            rest = &rest[char.len_utf8()..];
        }
    }
}

/// The character class that a glob begins with, and its length in the glob.
fn class(glob: &str) -> Option<(String, usize)> {
    let inner = glob.strip_prefix('[')?;
    let (negated, inner) = match inner.strip_prefix('!') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    // A bracket that comes first stands for itself.
    let first = inner.chars().next()?;
    let end = first.len_utf8() + inner[first.len_utf8()..].find(']')?;
    let mut out = String::from(if negated { "[^\\/" } else { "[" });
    push_members(&mut out, &inner[..end]);
    out.push(']');
    Some((out, glob.len() - inner.len() + end + 1))
}

/// What stands between the brackets. A range that ends before it begins matches nothing in a
/// glob and is an error in a regular expression: it is left out.
fn push_members(out: &mut String, members: &str) {
    let chars: Vec<char> = members.chars().collect();
    let mut rest = chars.as_slice();
    loop {
        match rest {
            [from, '-', to, after @ ..] => {
                if from <= to {
                    push_member(out, *from);
                    out.push('-');
                    push_member(out, *to);
                }
                rest = after;
            }
            [char, after @ ..] => {
                push_member(out, *char);
                rest = after;
            }
            [] => return,
        }
    }
}

fn push_member(out: &mut String, char: char) {
    if matches!(char, '\\' | ']' | '[' | '^' | '/' | '-') {
        out.push('\\');
    }
    out.push(char);
}
