//! Why settings cannot be used, in words.

use std::io;
use std::path::PathBuf;

use toml::de;

use crate::config::file::nearest;

/// Why a settings file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("cannot read the settings file `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// A flag or a variable names the profile.
    #[error(
        "there is no settings file `{}`, and `--profile {profile}` or SHARDWRIGHT_PROFILE names a \
         profile of it",
        path.display()
    )]
    Missing { path: PathBuf, profile: String },
    #[error("cannot use the settings file `{}`", path.display())]
    Parse { path: PathBuf, source: Box<de::Error> },
    /// Lines and columns count from 1.
    #[error("`{}`, line {line}, column {column}: {problem}", path.display())]
    Wrong { path: PathBuf, line: usize, column: usize, problem: Problem },
    /// `line` is where the value stands.
    #[error("`{}`{} holds a value that cannot be used", path.display(), in_line(*line))]
    Refused { path: PathBuf, line: Option<usize>, source: Refusal },
    /// Both say what the other leaves no room for. Lines count from 1.
    #[error("`{}`, line {line}: `{key}` and `{other}` cannot both be set", path.display())]
    Opposites { path: PathBuf, line: usize, key: String, other: String },
    /// A flag or a variable names it.
    #[error("there is no profile `{name}` in `{}`; {}", path.display(), there_are(name, known))]
    NoProfile { path: PathBuf, name: String, known: Vec<String> },
}

/// What is wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("`{key}` is no setting; {}", meant(key, known))]
    UnknownKey { key: String, known: Vec<String> },
    #[error("`{0}` belongs to one call: say it on the command line")]
    OneCall(String),
    #[error("`{key}` is {found}; {expected} is expected")]
    Value { key: String, found: &'static str, expected: &'static str },
    /// A value of the right type.
    #[error("`{key}` is `{value}`; {expected} is expected")]
    NoValue { key: String, value: String, expected: &'static str },
    #[error("`{0}` is a tag of this table already: with `@` and without it is the same")]
    SameTag(String),
    #[error("`shard` is {0:?}, and every node needs another; only `auto` can be said for all")]
    OneNode(String),
    #[error("`{0}` takes one value, not a list")]
    NoList(String),
    #[error("a `[[{key}]]` {problem}; what is expected is `{inner} = \"...\"`")]
    Table { key: String, inner: &'static str, problem: TableProblem },
    #[error("`inherits` names the profile `{name}`; {}", there_are(name, known))]
    Inherits { name: String, known: Vec<String> },
    #[error("a profile holds no profiles; `inherits = \"NAME\"` builds on one")]
    Nested,
    #[error("a profile cannot inherit from itself: {}", circle.join(", "))]
    Circle { circle: Vec<String> },
}

/// What is wrong with one table of an array of tables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TableProblem {
    #[error("is a single table: it needs two brackets")]
    Single,
    #[error("is {0} and no table")]
    NoTable(&'static str),
    #[error("sets `{0}`")]
    UnknownKey(String),
    #[error("sets `{key}` to {found}")]
    Value { key: &'static str, found: &'static str },
    #[error("does not set `{0}`")]
    Missing(&'static str),
}

/// What the command line says of a value.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refusal(String);

impl From<&clap::Error> for Refusal {
    fn from(error: &clap::Error) -> Self {
        let text = error.render().to_string();
        // Behind an empty line it goes on with how to call the tool.
        let said = text.split("\n\n").next().unwrap_or_default();
        let said = said.trim_start_matches("error: ").trim_end();
        // So Rust says it of a number.
        Self(said.replace("invalid digit found in string", "a whole number is expected"))
    }
}

fn in_line(line: Option<usize>) -> String {
    line.map(|line| format!(", line {line},")).unwrap_or_default()
}

/// The key that was meant, or all there are. People write `_` for `-`.
fn meant(key: &str, known: &[String]) -> String {
    let spelt = key.to_lowercase().replace('_', "-");
    match nearest(&spelt, known.iter().map(String::as_str)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("known are: {}", known.join(", ")),
    }
}

/// The profile that was meant, or all there are.
fn there_are(name: &str, known: &[String]) -> String {
    if known.is_empty() {
        return "it has no profiles".to_owned();
    }
    match nearest(name, known.iter().map(String::as_str)) {
        Some(nearest) if known.len() > 1 => {
            format!("did you mean `{nearest}`? There are: {}", known.join(", "))
        }
        _ => format!("there are: {}", known.join(", ")),
    }
}
