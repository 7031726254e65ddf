//! What the files that people write by hand have in common: how they are read, and how a place, a
//! value and a slip of the finger in them are named.

use std::io;
use std::path::Path;

use toml::de::DeValue;

use crate::platform::regular;

/// In bytes.
const LONGEST: u64 = 1 << 20;

/// The text of a file, or of a pipe that was named, of at most so many bytes.
pub(super) fn read(path: &Path) -> io::Result<String> {
    regular::as_text(regular::at_most(regular::open_named(path)?, LONGEST)?)
}

/// The same of a file only, for whoever may not wait.
pub(super) fn read_regular(path: &Path) -> io::Result<String> {
    regular::text(path, LONGEST)
}

/// Line and column of a byte, from 1, in characters.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at)];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// The name of a type in a sentence.
pub(super) fn with_article(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The name that was meant, where one of these is near enough.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// A letter or two are wrong, of a word of this length.
    const ALIKE: f64 = 0.8;
    let alike = known.into_iter().filter(|known| strsim::jaro_winkler(name, known) >= ALIKE);
    // A wrong letter is more often typed than one too many.
    alike.min_by_key(|known| (strsim::osa_distance(name, known), known.len().abs_diff(name.len())))
}
