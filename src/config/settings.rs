//! `shardwright.toml` goes in, defaults of the command line come out, so that a flag beats the
//! environment, the environment beats the file, and the file beats what is built in.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};
use toml::{Table, Value};

use crate::config::environment::Environment;
use crate::config::flags::sandbox;

/// Where settings are looked for unless `--settings` says otherwise.
pub(crate) const FILE: &str = "shardwright.toml";

/// In bytes.
const LONGEST: u64 = 1 << 20;

/// Flags that cannot come from the file: they say where the file is, or belong to one call.
const NOT_SETTABLE: [&str; 17] = [
    "settings",
    "directory",
    "help",
    "version",
    "dry-run",
    "compare",
    "what-if",
    "from",
    "files",
    "limit",
    "since",
    "stale",
    "input-format",
    "replace",
    "merged",
    "conflicted",
    "push",
];

/// Flags that can also be an array of tables, each with one key: `[[priority]]` and `tag = "@a"`.
const TABLES: [(&str, &str); 1] = [("priority", "tag")];

/// Why a settings file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("cannot read the settings file `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot use the settings file `{}`", path.display())]
    Parse { path: PathBuf, source: Box<toml::de::Error> },
    #[error("`{}` sets `{key}`, which no command knows; known are: {known}", path.display())]
    UnknownKey { path: PathBuf, key: String, known: String },
    #[error("the settings file `{}` holds a value that cannot be used", path.display())]
    Refused { path: PathBuf, source: Refusal },
    #[error("`{}` sets `{key}` to {}; a text, a number, true or false, or a list of these is expected", path.display(), with_article(found))]
    BadValue { path: PathBuf, key: String, found: &'static str },
    #[error("a `[[{key}]]` in `{}` {problem}; what is expected is `{inner} = \"...\"`", path.display())]
    BadTable { path: PathBuf, key: String, inner: &'static str, problem: TableProblem },
}

/// What is wrong with one table of an array of tables.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TableProblem {
    #[error("is a single table: it needs two brackets")]
    Single,
    #[error("is {} and no table", with_article(.0))]
    NoTable(&'static str),
    #[error("sets `{0}`")]
    UnknownKey(String),
    #[error("sets `{key}` to {}", with_article(found))]
    BadValue { key: &'static str, found: &'static str },
    #[error("does not set `{0}`")]
    Missing(&'static str),
}

/// The name of a type in a sentence.
fn with_article(found: &str) -> String {
    let article = if found.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {found}")
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
        Self(said.trim_start_matches("error: ").trim_end().to_owned())
    }
}

/// The command with the file's values as its defaults. A file that was not `asked` for may be
/// missing.
pub(crate) fn apply(command: Command, path: &Path, asked: bool) -> Result<Command, SettingsError> {
    let text = match read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !asked => return Ok(command),
        Err(source) => return Err(SettingsError::Read { path: path.to_path_buf(), source }),
    };
    settled(command, path, &text)
}

/// The text of a file of at most so many bytes that people write by hand.
pub(super) fn read(path: &Path) -> io::Result<String> {
    let text = io::read_to_string(File::open(path)?.take(LONGEST + 1))?;
    if text.len() as u64 > LONGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 MB"));
    }
    Ok(text)
}

/// The command with the values of this text, which was read from `path`, as its defaults.
pub(crate) fn settled(command: Command, path: &Path, text: &str) -> Result<Command, SettingsError> {
    let table: Table = text.parse().map_err(|mut source: toml::de::Error| {
        // It shows the line that it cannot read.
        source.set_input(Some(&without_values(text)));
        SettingsError::Parse { path: path.to_path_buf(), source: Box::new(source) }
    })?;
    let known = settable(&command);
    let mut command = command;
    for (key, value) in table {
        if !known.contains(&key) {
            let known = known.join(", ");
            return Err(SettingsError::UnknownKey { path: path.to_path_buf(), key, known });
        }
        let values = values(path, &key, &value)?;
        command = with_default(command, &key, &values);
    }
    Ok(command)
}

/// The text with every character from `env` on as a star, because nobody knows where values end in
/// a text that cannot be read. What stands in front of it is shown as it is.
fn without_values(text: &str) -> String {
    let is_env = |line: &str| {
        let key = line.trim_start().trim_start_matches(['"', '\'', '[']);
        let after = key.strip_prefix("env").and_then(|rest| rest.chars().next());
        after.is_some_and(|c| !c.is_alphanumeric() && c != '-' && c != '_')
    };
    let mut hidden = false;
    let line = |line: &str| {
        hidden |= is_env(line);
        let star =
            |c: char| if c.is_whitespace() { c.to_string() } else { "*".repeat(c.len_utf8()) };
        if hidden { line.chars().map(star).collect() } else { line.to_owned() }
    };
    text.split_inclusive('\n').map(line).collect()
}

/// A refusal of the command line without the value of a variable, which it would show.
pub(crate) fn without_value(mut error: clap::Error) -> clap::Error {
    let of_env = matches!(error.get(ContextKind::InvalidArg),
        Some(ContextValue::String(argument)) if argument.starts_with("--env "));
    if of_env && let Some(ContextValue::String(refused)) = error.get(ContextKind::InvalidValue) {
        let shown = ContextValue::String(sandbox::shown(refused));
        error.insert(ContextKind::InvalidValue, shown);
    }
    error
}

/// What a key is set to, as the command line would be told.
fn values(path: &Path, key: &str, value: &Value) -> Result<Vec<String>, SettingsError> {
    let path = || path.to_path_buf();
    if let Some((_, inner)) = TABLES.into_iter().find(|(name, _)| *name == key) {
        let bad =
            |problem| SettingsError::BadTable { path: path(), key: key.to_owned(), inner, problem };
        if value.is_table() {
            return Err(bad(TableProblem::Single));
        }
        let tables = value.as_array().filter(|values| values.iter().any(Value::is_table));
        if let Some(tables) = tables {
            return tables.iter().map(|table| of_table(table, inner).map_err(bad)).collect();
        }
    }
    let (key, found) = (key.to_owned(), value.type_str());
    texts(value).ok_or_else(|| SettingsError::BadValue { path: path(), key, found })
}

/// What a table says that knows no key but `inner`.
fn of_table(table: &Value, inner: &'static str) -> Result<String, TableProblem> {
    let keys = table.as_table().ok_or(TableProblem::NoTable(table.type_str()))?;
    if let Some(key) = keys.keys().find(|key| *key != inner) {
        return Err(TableProblem::UnknownKey(key.clone()));
    }
    let value = keys.get(inner).ok_or(TableProblem::Missing(inner))?;
    let bad = || TableProblem::BadValue { key: inner, found: value.type_str() };
    value.as_str().map(str::to_owned).ok_or_else(bad)
}

/// The long names of all flags of a command and those below it, sorted.
fn settable(command: &Command) -> Vec<String> {
    let own = command
        .get_arguments()
        .filter(|argument| !argument.is_hide_set())
        .filter_map(|argument| argument.get_long().map(str::to_owned))
        .filter(|name| !NOT_SETTABLE.contains(&name.as_str()));
    let mut names: Vec<String> = own.chain(command.get_subcommands().flat_map(settable)).collect();
    names.sort();
    names.dedup();
    names
}

fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Integer(number) => Some(vec![number.to_string()]),
        Value::Float(number) => Some(vec![number.to_string()]),
        Value::Boolean(flag) => Some(vec![flag.to_string()]),
        Value::Array(values) => {
            let flat = values.iter().filter(|value| !value.is_array());
            let texts: Option<Vec<String>> = flat.map(|value| texts(value)?.pop()).collect();
            texts.filter(|texts| texts.len() == values.len())
        }
        Value::Datetime(_) | Value::Table(_) => None,
    }
}

fn with_default(command: Command, key: &str, values: &[String]) -> Command {
    let set = |argument: Arg| {
        if argument.get_long() == Some(key) {
            argument.default_values(values.to_vec())
        } else {
            argument
        }
    };
    command.mut_args(set).mut_subcommands(|inner| with_default(inner, key, values))
}

/// The command without those variables that are set to nothing, which is how CI machines hand on
/// what was not given.
pub(crate) fn without_empty(command: Command, environment: &Environment) -> Command {
    let empty = |name: &OsStr| name.to_str().is_some_and(|name| environment.is_empty(name));
    let set = |argument: Arg| {
        if argument.get_env().is_some_and(empty) {
            argument.env(Resettable::Reset)
        } else {
            argument
        }
    };
    command.mut_args(set).mut_subcommands(|inner| without_empty(inner, environment))
}
