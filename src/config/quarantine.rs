//! `quarantine.toml` goes in, the tests that may fail for a while come out.

#[cfg(any(fuzzing, test))]
pub(crate) mod check;

use std::io;
use std::path::{Path, PathBuf};

use toml::de::{DeArray, DeTable, DeValue};
use toml::{Spanned, de};

use crate::config::file::{self, place, with_article};
use crate::config::flags::quarantine::QuarantineFlags;
use crate::model::quarantine::{Day, Entry, Quarantine, Tests};

/// Where it is looked for unless `--quarantine` says otherwise.
pub(crate) const FILE: &str = "quarantine.toml";

/// The keys of an entry.
const KEYS: [&str; 7] = ["project", "file", "title", "titles", "reason", "owner", "expires"];

/// Why a quarantine file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QuarantineError {
    #[error("cannot read the quarantine file `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot use the quarantine file `{}`", path.display())]
    Parse { path: PathBuf, source: Box<de::Error> },
    /// Lines and columns count from 1.
    #[error("`{}`, line {line}, column {column}: {problem}", path.display())]
    Wrong { path: PathBuf, line: usize, column: usize, problem: Problem },
}

/// What is wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("`{key}` is no key here; {}", meant(key, known))]
    UnknownKey { key: String, known: &'static [&'static str] },
    #[error("`test` is {found}; each entry begins with `[[test]]`")]
    NoTables { found: &'static str },
    #[error("this entry has no `{0}`")]
    Missing(&'static str),
    #[error("`{key}` is {found}; {expected} is expected")]
    Value { key: &'static str, found: &'static str, expected: &'static str },
    #[error("`title` and `titles` name the test twice; one of them is enough")]
    Both,
    #[error("the same test as in line {0}")]
    Twice(usize),
}

/// The key that was meant, or all there are.
fn meant(key: &str, known: &[&str]) -> String {
    match file::nearest(key, known.iter().copied()) {
        Some(nearest) => format!("is `{nearest}` meant?"),
        None => format!("known are: {}", known.join(", ")),
    }
}

/// The quarantine of a project. A file that nobody named may be missing.
pub(crate) fn load(project: &Path, flags: &QuarantineFlags) -> Result<Quarantine, QuarantineError> {
    let path = project.join(flags.quarantine.as_deref().unwrap_or(FILE.as_ref()));
    let today = flags.today.unwrap_or_else(today);
    let text = match file::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && flags.quarantine.is_none() => {
            return Ok(Quarantine { entries: Vec::new(), today });
        }
        Err(source) => return Err(QuarantineError::Read { path, source }),
    };
    Ok(Quarantine { entries: entries(&path, &text)?, today })
}

/// The day in UTC.
fn today() -> Day {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    day(now).unwrap_or_default()
}

/// A day of our own calendar; none before the year 0.
pub(crate) fn day(date: jiff::civil::Date) -> Option<Day> {
    let year = u16::try_from(date.year()).ok()?;
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    Some(Day(year, month, day))
}

/// The entries of a text that was read from `path`.
pub(crate) fn entries(path: &Path, text: &str) -> Result<Vec<Entry>, QuarantineError> {
    let table = DeTable::parse(text).map_err(|source| QuarantineError::Parse {
        path: path.to_path_buf(),
        source: Box::new(source),
    })?;
    read(table.get_ref(), text).map_err(|(at, problem)| {
        let (line, column) = place(text, at);
        QuarantineError::Wrong { path: path.to_path_buf(), line, column, problem }
    })
}

/// A problem and the byte where it begins.
type Found = (usize, Problem);

fn read(table: &DeTable<'_>, text: &str) -> Result<Vec<Entry>, Found> {
    if let Some(key) = table.keys().find(|key| key.get_ref() != "test") {
        let (at, key) = (key.span().start, key.get_ref().to_string());
        return Err((at, Problem::UnknownKey { key, known: &["test"] }));
    }
    let Some(tests) = table.get("test") else { return Ok(Vec::new()) };
    let found = tests.get_ref();
    let no_tables =
        |at: usize, found: &DeValue<'_>| (at, Problem::NoTables { found: with_article(found) });
    let tables = found.as_array().ok_or_else(|| no_tables(tests.span().start, found))?;
    let mut entries: Vec<Entry> = Vec::new();
    for value in tables {
        let at = value.span().start;
        let table = value.get_ref().as_table().ok_or_else(|| no_tables(at, value.get_ref()))?;
        let entry = entry(table, place(text, at).0, at)?;
        let same = |other: &&Entry| {
            let titles = title(&other.tests) == title(&entry.tests);
            titles && other.file == entry.file && other.project == entry.project
        };
        if let Some(first) = entries.iter().find(same) {
            return Err((at, Problem::Twice(first.line)));
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// What two entries for the same tests have in common, however they write it.
fn title(tests: &Tests) -> Option<String> {
    match tests {
        Tests::All => None,
        Tests::Title(title) => Some(title.clone()),
        Tests::Titles(titles) => Some(titles.join(crate::model::id::TITLE_SEPARATOR)),
    }
}

fn entry(table: &DeTable<'_>, line: usize, at: usize) -> Result<Entry, Found> {
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.get_ref().as_ref())) {
        let (at, key) = (key.span().start, key.get_ref().to_string());
        return Err((at, Problem::UnknownKey { key, known: &KEYS }));
    }
    let missing = |key: &'static str| (at, Problem::Missing(key));
    let needed = |key| text(table, key)?.ok_or_else(|| missing(key));
    let tests = match (text(table, "title")?, table.get("titles")) {
        (Some(_), Some(titles)) => return Err((titles.span().start, Problem::Both)),
        (Some(title), None) => Tests::Title(title),
        (None, Some(titles)) => Tests::Titles(texts(titles)?),
        (None, None) => Tests::All,
    };
    Ok(Entry {
        project: text(table, "project")?,
        file: needed("file")?.trim_start_matches("./").replace('\\', "/"),
        tests,
        reason: needed("reason")?,
        owner: needed("owner")?,
        expires: expires(table.get("expires").ok_or_else(|| missing("expires"))?)?,
        line,
    })
}

/// A text that says something.
fn text(table: &DeTable<'_>, key: &'static str) -> Result<Option<String>, Found> {
    let Some(value) = table.get(key) else { return Ok(None) };
    let wrong = |found, expected| (value.span().start, Problem::Value { key, found, expected });
    let text = value.get_ref().as_str();
    let text = text.ok_or_else(|| wrong(with_article(value.get_ref()), "a text"))?;
    if text.trim().is_empty() {
        return Err(wrong("empty", "a text"));
    }
    Ok(Some(text.to_owned()))
}

fn texts(value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, Found> {
    let expected = "a list of texts, the outermost title first,";
    let wrong = |found| (value.span().start, Problem::Value { key: "titles", found, expected });
    let all = |list: &DeArray<'_>| -> Option<Vec<String>> {
        list.iter().map(|text| text.get_ref().as_str().map(str::to_owned)).collect()
    };
    let list = value.get_ref().as_array().ok_or_else(|| wrong(with_article(value.get_ref())))?;
    if list.is_empty() {
        return Err(wrong("empty"));
    }
    all(list).ok_or_else(|| wrong("a list of other things"))
}

/// A day without a time, as TOML writes it, without quotes.
fn expires(value: &Spanned<DeValue<'_>>) -> Result<Day, Found> {
    let expected = "a day without quotes, as in `expires = 2026-12-31`,";
    let wrong = |found| (value.span().start, Problem::Value { key: "expires", found, expected });
    let DeValue::Datetime(moment) = value.get_ref() else {
        return Err(wrong(with_article(value.get_ref())));
    };
    match (moment.date, moment.time) {
        (Some(date), None) => Ok(Day(date.year, date.month, date.day)),
        _ => Err(wrong("a time")),
    }
}

#[cfg(test)]
mod tests;
