//! The command line goes in, what a settings file may set comes out.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, Command};

/// Flags that cannot come from the file: they say where the file is and which part of it holds, or
/// belong to one call.
const NOT_SETTABLE: [&str; 25] = [
    "settings",
    "profile",
    "show-config",
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
    "to",
    "probe",
    "ci",
    "yes",
    "force",
    "all",
];

/// What the flags of all commands are to a settings file.
pub(super) struct Keys(BTreeMap<String, Key>);

/// What one flag is to a settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    One,
    Many,
    NotSettable,
}

impl Keys {
    /// Those of a command and all below it; what the help hides is none.
    pub(super) fn of(command: &Command) -> Self {
        let mut keys = BTreeMap::new();
        collect(command, &mut keys);
        Self(keys)
    }

    pub(super) fn get(&self, name: &str) -> Option<Key> {
        self.0.get(name).copied()
    }

    /// The names of all that can be set.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let settable = self.0.iter().filter(|(_, key)| **key != Key::NotSettable);
        settable.map(|(name, _)| name.as_str())
    }
}

/// Whether a settings file may set this flag.
pub(super) fn is_settable(argument: &Arg) -> bool {
    let name = argument.get_long();
    !argument.is_hide_set() && name.is_some_and(|name| !NOT_SETTABLE.contains(&name))
}

/// Whether a flag takes a list.
pub(super) fn takes_many(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Append)
}

fn collect(command: &Command, keys: &mut BTreeMap<String, Key>) {
    for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
        let Some(name) = argument.get_long() else { continue };
        let key = match (is_settable(argument), takes_many(argument)) {
            (false, _) => Key::NotSettable,
            (true, true) => Key::Many,
            (true, false) => Key::One,
        };
        keys.insert(name.to_owned(), key);
    }
    command.get_subcommands().for_each(|below| collect(below, keys));
}
