//! A command line and the settings file go in; each setting comes out with its value and who says
//! so. No value of a variable that is let in is among them, and no log-in.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use crate::config::settings::Settings;
use crate::config::settings::keys::{is_settable, takes_many};
use crate::model::setting::{Configuration, Setting, Source};
use crate::sandbox::secrets::{HIDDEN, Secrets, log_in};

/// The flag that asks for all this, as clap knows it.
pub(crate) const FLAG: &str = "show_config";

/// Settings that no settings file has, because they say where it is.
const WHERE: [&str; 3] = ["directory", "settings", "profile"];

/// The command without arguments that have to be there: nothing is to be run.
pub(crate) fn lenient(command: Command) -> Command {
    let set = |argument: Arg| {
        if !argument.is_positional() {
            return argument.required(false);
        }
        // Whatever it is, it is no setting.
        let any = Arg::new(argument.get_id().clone()).last(argument.is_last_set());
        let any = any.action(argument.get_action().clone());
        if takes_many(&argument) { any.num_args(0..) } else { any }
    };
    command.mut_args(set).mut_subcommands(lenient)
}

/// What the command goes by that these arguments name; `command` has the file's values as its
/// defaults.
pub(crate) fn show(command: &Command, found: &ArgMatches, settings: &Settings) -> Configuration {
    let (mut deepest, mut words) = (command, Vec::new());
    for (name, _) in below(found) {
        deepest = deepest.find_subcommand(name).unwrap_or(deepest);
        words.push(name);
    }
    let matches = below(found).last().map_or(found, |(_, matches)| matches);
    let global = command.get_arguments().filter(|argument| argument.is_global_set());
    let arguments = deepest.get_arguments().chain(global).filter(|argument| is_shown(argument));
    let mut shown: Vec<Setting> =
        arguments.map(|argument| setting(argument, matches, settings)).collect();
    let has = |name: &str| deepest.get_arguments().any(|one| one.get_long() == Some(name));
    shown.extend(
        wishes(settings, found).filter(|(heeded_with, _)| has(heeded_with)).map(|(_, s)| s),
    );
    Configuration {
        command: words.join(" "),
        file: settings.is_there.then(|| settings.path.display().to_string()),
        profile: settings.profile.clone(),
        settings: shown,
    }
}

/// The commands in these arguments, each with its own.
pub(super) fn below(found: &ArgMatches) -> impl Iterator<Item = (&str, &ArgMatches)> {
    std::iter::successors(found.subcommand(), |(_, inner)| inner.subcommand())
}

/// Whether somebody who beats the file set this flag.
pub(super) fn is_said(found: &ArgMatches, name: &str) -> bool {
    let deepest = below(found).last().map_or(found, |(_, matches)| matches);
    // It panics where the command has no such flag.
    let is_flag = deepest.try_contains_id(name).is_ok();
    let source = if is_flag { deepest.value_source(name) } else { None };
    matches!(source, Some(ValueSource::CommandLine | ValueSource::EnvVariable))
}

/// Whether it is a setting, or says where they are, or is the short form of one.
fn is_shown(argument: &Arg) -> bool {
    let is_short = argument.get_long().is_none() && argument.get_short().is_some();
    let says_where = argument.get_long().is_some_and(|name| WHERE.contains(&name));
    is_settable(argument) || is_short || says_where
}

fn setting(argument: &Arg, matches: &ArgMatches, settings: &Settings) -> Setting {
    let id = argument.get_id().as_str();
    let flag = match (argument.get_long(), argument.get_short()) {
        (Some(long), _) => format!("--{long}"),
        (None, short) => format!("-{}", short.unwrap_or_default()),
    };
    let name = argument.get_long().map_or_else(|| flag.clone(), str::to_owned);
    let raw = matches.try_get_raw(id).ok().flatten().into_iter().flatten();
    let values = raw.map(|raw| safe(&name, &raw.to_string_lossy())).collect();
    let variable = || argument.get_env().map(|name| name.to_string_lossy().into_owned());
    let source = match matches.value_source(id) {
        Some(ValueSource::CommandLine) => Source::Flag(flag),
        Some(ValueSource::EnvVariable) => Source::Variable(variable().unwrap_or_default()),
        _ => settings.chosen.flags.get(&name).map_or(Source::BuiltIn, |told| Source::File {
            line: told.value.line,
            profile: told.profile.clone(),
        }),
    };
    Setting { name, values, is_list: takes_many(argument), source }
}

/// A value as it may be shown: of a variable its name alone.
fn safe(name: &str, value: &str) -> String {
    match name {
        "env" => value.split('=').next().unwrap_or_default().to_owned(),
        "image" => match log_in(value) {
            Some(secret) => value.replacen(secret, HIDDEN, 1),
            None => Secrets::default().hide(value),
        },
        _ => Secrets::default().hide(value),
    }
}

/// What the file wishes for some tests, as far as nobody who beats it says otherwise.
/// With each comes a flag that the commands have that heed it.
fn wishes(
    settings: &Settings,
    found: &ArgMatches,
) -> impl Iterator<Item = (&'static str, Setting)> {
    settings.wished(found).map(|(place, told)| {
        let source = Source::File { line: told.value.line, profile: told.profile.clone() };
        let (name, values) = (place.path(), told.value.texts.clone());
        (place.heeded_with(), Setting { name, values, is_list: false, source })
    })
}
