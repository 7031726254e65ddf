//! Two histories go in, what changed between them comes out for people.

use std::path::Path;

use crate::model::timings::Timings;
use crate::report::text;

/// As in `timings written to timings.json: 17 of 430 entries changed, 3 new, 0 removed`.
pub(super) fn written(file: &Path, before: &Timings, after: &Timings) -> String {
    format!("timings written to {}: {}", path(file), changes(before, after))
}

/// As in `17 of 430 entries changed, 3 new, 0 removed`.
pub(super) fn changes(before: &Timings, after: &Timings) -> String {
    let old = |key| before.tests.get(key);
    let changed = after.tests.iter().filter(|(key, new)| old(key).is_some_and(|old| old != *new));
    let new = after.tests.keys().filter(|key| old(key).is_none()).count();
    let removed = before.tests.keys().filter(|key| !after.tests.contains_key(key)).count();
    let entries = if after.tests.len() == 1 { "entry" } else { "entries" };
    let (changed, total) = (changed.count(), after.tests.len());
    format!("{changed} of {total} {entries} changed, {new} new, {removed} removed")
}

/// A path as the user gave it, for a line of a terminal.
pub(super) fn path(path: &Path) -> String {
    let plain = path.strip_prefix(".").unwrap_or(path);
    text::terminal(&plain.display().to_string())
}

/// As in `1 entry` and `2 entries`.
pub(in crate::cli::commands) fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}
