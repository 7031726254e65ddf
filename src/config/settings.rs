//! `shardwright.toml` goes in, defaults of the command line come out, so that a flag beats the
//! environment, the environment beats the file, and the file beats what is built in. Of the file, a
//! chosen profile beats what stands at its top.

mod chosen;
pub(super) mod document;
mod error;
mod hidden;
mod keys;
pub(crate) mod known;
mod opposites;
pub(crate) mod per_test;
mod shape;
pub(crate) mod show;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, Command};
use toml::de::DeTable;

use crate::config::environment::Environment;
use crate::config::file::{self, place};
use crate::config::settings::chosen::{Chosen, Told, check, choose};
use crate::config::settings::keys::Keys;
use crate::config::settings::opposites::Opposites;
use crate::config::settings::per_test::Place;
use crate::model::per_test::PerTest;

pub(crate) use error::{Refusal, SettingsError};
pub(crate) use hidden::without_value;

/// Where settings are looked for unless `--settings` says otherwise.
pub(crate) const FILE: &str = "shardwright.toml";

/// What a settings file says, for one profile of it or none.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    path: PathBuf,
    /// There may be no file.
    is_there: bool,
    profile: Option<String>,
    chosen: Chosen,
}

/// Reads the settings for the flags of a command and all below it. A file that was not `asked` for
/// may be missing, but not where a profile of it is wanted.
pub(crate) fn load(
    command: &Command,
    path: &Path,
    asked: bool,
    profile: Option<&str>,
) -> Result<Settings, SettingsError> {
    let text = match file::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !asked && profile.is_none() => {
            return Ok(Settings::none(path));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && !asked => {
            let (path, profile) = (path.to_path_buf(), profile.unwrap_or_default().to_owned());
            return Err(SettingsError::Missing { path, profile });
        }
        Err(source) => return Err(SettingsError::Read { path: path.to_path_buf(), source }),
    };
    read(command, path, &text, profile)
}

/// The settings of this text, which was read from `path`.
pub(crate) fn read(
    command: &Command,
    path: &Path,
    text: &str,
    profile: Option<&str>,
) -> Result<Settings, SettingsError> {
    let path = || path.to_path_buf();
    let table = DeTable::parse(text).map_err(|mut source| {
        // It shows the line that it cannot read.
        source.set_input(Some(&hidden::without_values(text)));
        SettingsError::Parse { path: path(), source: Box::new(source) }
    })?;
    let document = document::read(table.get_ref(), text, &Keys::of(command));
    let document = document.and_then(|document| check(&document).map(|()| document));
    let document = document.map_err(|(at, problem)| {
        let (line, column) = place(text, at);
        SettingsError::Wrong { path: path(), line, column, problem }
    })?;
    let chosen = choose(&document, profile).ok_or_else(|| SettingsError::NoProfile {
        path: path(),
        name: profile.unwrap_or_default().to_owned(),
        known: document.profiles.keys().cloned().collect(),
    })?;
    let profile = profile.map(str::to_owned);
    Ok(Settings { path: path(), is_there: true, profile, chosen })
}

/// The names of a file's profiles, in order; none where it cannot be read.
pub(crate) fn profiles(path: &Path) -> BTreeSet<String> {
    let table: toml::Table =
        file::read_regular(path).ok().and_then(|text| text.parse().ok()).unwrap_or_default();
    let profiles = table.get("profile").and_then(toml::Value::as_table);
    profiles.into_iter().flat_map(|profiles| profiles.keys().cloned()).collect()
}

impl Settings {
    /// Those of a file that is not there, or of no concern.
    pub(crate) fn none(path: &Path) -> Self {
        let (path, chosen) = (path.to_path_buf(), Chosen::default());
        Self { path, is_there: false, profile: None, chosen }
    }

    /// The file and the profile of it that hold; none where there is no file.
    pub(crate) fn file(&self) -> Option<(&Path, Option<&str>)> {
        self.is_there.then_some((&self.path, self.profile.as_deref()))
    }

    /// The command with the file's values as its defaults.
    pub(crate) fn defaults(&self, command: Command) -> Command {
        let flags = self.chosen.flags.iter();
        flags.fold(command, |command, (key, told)| with_default(command, key, &told.value.texts))
    }

    /// The settings without those whose opposite is said by a flag or a variable, or by a profile
    /// against the top of the file.
    pub(crate) fn giving_way(
        mut self,
        command: &Command,
        found: &ArgMatches,
    ) -> Result<Self, SettingsError> {
        let silenced = opposites::silenced(command, found, &self.chosen);
        let silenced = silenced.map_err(|Opposites { line, key, other }| {
            SettingsError::Opposites { path: self.path.clone(), line, key, other }
        })?;
        self.chosen.flags.retain(|key, _| !silenced.contains(key));
        Ok(self)
    }

    /// What the file wishes for some tests. A flag or a variable of that name beats the file here,
    /// too.
    pub(crate) fn per_test(&self, found: &ArgMatches) -> PerTest {
        per_test::wishes(self.wished(found).map(|(place, told)| (place, &told.value)))
    }

    fn wished(&self, found: &ArgMatches) -> impl Iterator<Item = (&Place, &Told)> {
        self.chosen.wishes.iter().filter(|(place, _)| !show::is_said(found, place.key))
    }

    /// What is to be told where the command line refuses a value of the file.
    pub(crate) fn refused(self, error: &clap::Error) -> SettingsError {
        let argument = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(argument)) => argument.as_str(),
            _ => "",
        };
        let name = argument.trim_start_matches('-').split(' ').next().unwrap_or_default();
        let line = self.chosen.flags.get(name).map(|told| told.value.line);
        SettingsError::Refused { path: self.path, line, source: Refusal::from(error) }
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

/// An error of two flags that cannot both be, with the variables that set them.
pub(crate) fn with_variables(
    error: clap::Error,
    command: &Command,
    found: &ArgMatches,
) -> clap::Error {
    if error.kind() != ErrorKind::ArgumentConflict {
        return error;
    }
    opposites::with_variables(error, command, found)
}

/// The command without those variables that are set to nothing, which is how CI machines hand on
/// what was not given.
pub(crate) fn without_empty(command: Command, environment: &Environment) -> Command {
    without(command, &|name| name.to_str().is_some_and(|name| environment.is_empty(name)))
}

/// The command without those variables whose opposite is said by a flag: `--shard 2/4` beats
/// `SHARDWRIGHT_SHARDS`.
pub(crate) fn without_outvoted(command: Command, found: &ArgMatches) -> Command {
    let outvoted = opposites::outvoted(&command, found);
    without(command, &|name| outvoted.contains(name))
}

fn without(command: Command, is_unwanted: &dyn Fn(&OsStr) -> bool) -> Command {
    let set = |argument: Arg| {
        if argument.get_env().is_some_and(is_unwanted) {
            argument.env(Resettable::Reset)
        } else {
            argument
        }
    };
    command.mut_args(set).mut_subcommands(|inner| without(inner, is_unwanted))
}

#[cfg(test)]
mod tests;
