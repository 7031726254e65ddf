//! What is told of a settings file or a value that cannot be used goes in; it comes out without
//! the values of variables.

use clap::error::{ContextKind, ContextValue};

use crate::config::flags::{queue, sandbox};
use crate::storage::place;

/// The text with every character from `env`, `artifacts` or `queue` on as a star, because nobody
/// knows where values end in a text that cannot be read. What stands in front of its line is shown as
/// it is.
pub(super) fn without_values(text: &str) -> String {
    let mut hidden = false;
    let line = |line: &str| {
        hidden |= names_secrets(line);
        let star =
            |c: char| if c.is_whitespace() { c.to_string() } else { "*".repeat(c.len_utf8()) };
        if hidden { line.chars().map(star).collect() } else { line.to_owned() }
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Whether `env`, `artifacts` or `queue` stands in a line as a word of its own, be it as a key, as a
/// part of one, or in an inline table.
fn names_secrets(line: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    line.split(|c| !is_part(c)).any(|word| matches!(word, "env" | "artifacts" | "queue"))
}

/// How a value is shown.
type Shown = fn(&str) -> String;

/// The flags whose values may hold a secret, and how each is shown.
const SHOWN: [(&str, Shown); 3] =
    [("--artifacts ", place::shown), ("--queue ", queue::shown), ("--env ", sandbox::shown)];

/// A refusal of the command line without the value of a variable, which it would show.
pub(crate) fn without_value(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let shown = SHOWN.iter().find(|(flag, _)| argument.starts_with(flag));
    if let Some((_, shown)) = shown
        && let Some(ContextValue::String(refused)) = error.get(ContextKind::InvalidValue)
    {
        let shown = ContextValue::String(shown(refused));
        error.insert(ContextKind::InvalidValue, shown);
    }
    error
}
