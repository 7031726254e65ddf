//! Arguments and environment go in; what they ask for comes out, with the settings file's values.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::error::{ContextKind, ContextValue};
use clap::{ArgMatches, FromArgMatches};

use crate::cli::args::detail::Detail;
use crate::cli::args::doctor::SettingsFile;
use crate::cli::args::{self, Cli, Command, SharedFlags};
use crate::config::environment::Environment;
use crate::config::flags::log::LogFormat;
use crate::config::settings::{self, Settings, SettingsError, show};
use crate::model::setting::Configuration;
use crate::report::text::terminal;

/// What the arguments ask for.
pub(super) enum Wanted {
    Command(Box<Cli>),
    /// To be shown what it would go by.
    Settings(Box<SharedFlags>, Configuration),
}

/// Why it cannot be known.
pub(super) enum Unparsed {
    Clap(clap::Error),
    Settings(SettingsError),
}

/// Parses twice: once to learn where the settings are, then with their values as defaults. With an
/// error comes the format that it is to be told in.
pub(super) fn parse(
    arguments: &[OsString],
    environment: &Environment,
) -> Result<Wanted, Box<(Unparsed, LogFormat)>> {
    let format = |command: &clap::Command| args::log_format(arguments, environment, command);
    let command = Detail::of(arguments).show(args::command());
    let command = settings::without_empty(command, environment);
    let forgiving = |command: &clap::Command| {
        command.clone().ignore_errors(true).try_get_matches_from(arguments)
    };
    let command = match forgiving(&command) {
        Ok(found) => settings::without_outvoted(command, &found),
        Err(_) => command,
    };
    let Ok(first) = forgiving(&command) else {
        let error = match found(&command, arguments) {
            Err(error) => error,
            // Who forgives errors understands more than who does not.
            Ok(_) => command.clone().error(ErrorKind::MissingSubcommand, "a command is expected"),
        };
        let settings = settings::load(&command, settings::FILE.as_ref(), false, None);
        let settled = settings.map(|settings| settings.defaults(command.clone()));
        return Err(Box::new((Unparsed::Clap(error), format(&settled.unwrap_or(command)))));
    };
    let is_question = first.try_get_one::<bool>(show::FLAG).ok().flatten() == Some(&true);
    let command = if is_question { show::lenient(command) } else { command };
    let is_doctor = first.subcommand_name() == Some("doctor") && !is_question;
    let (settings, mut trouble) = match held(&command, &first, is_question) {
        Ok(settings) => (settings, None),
        // What cannot be used is what `doctor` is asked for, and no reason not to look further.
        Err(error) if is_doctor => (Settings::none(settings::FILE.as_ref()), Some(error)),
        Err(error) => {
            let usage = found(&command, arguments).err().map(Unparsed::Clap);
            let why = usage.unwrap_or(Unparsed::Settings(error));
            return Err(Box::new((why, format(&command))));
        }
    };
    let settled = settings.defaults(command.clone());
    let refused = |error: clap::Error| {
        // What is right without the file is wrong because of it.
        let unparsed = if error.use_stderr() && found(&command, arguments).is_ok() {
            Unparsed::Settings(settings.clone().refused(&error))
        } else {
            Unparsed::Clap(error)
        };
        Box::new((unparsed, format(&settled)))
    };
    let matches = match found(&settled, arguments).map_err(refused) {
        Err(why) if is_doctor && matches!(why.0, Unparsed::Settings(_)) => {
            trouble = if let (Unparsed::Settings(error), _) = *why { Some(error) } else { None };
            found(&command, arguments).map_err(refused)?
        }
        matches => matches?,
    };
    if is_question {
        let shared = SharedFlags::from_arg_matches(&matches).map_err(refused)?;
        let shown = show::show(&settled, &matches, &settings);
        return Ok(Wanted::Settings(Box::new(shared), shown));
    }
    let mut cli = Cli::from_arg_matches(&matches).map_err(refused)?;
    cli.command.heed(settings.per_test(&matches));
    if let Command::Doctor(args) = &mut cli.command {
        args.settings = SettingsFile::of(&settings, trouble);
    }
    Ok(Wanted::Command(Box::new(cli)))
}

/// The settings that hold beside these arguments.
fn held(
    command: &clap::Command,
    first: &ArgMatches,
    is_question: bool,
) -> Result<Settings, SettingsError> {
    // A shell that starts in a folder with a broken file gets its completions all the same.
    if !is_question && first.subcommand_name().is_some_and(args::is_about_the_tool) {
        return Ok(Settings::none(settings::FILE.as_ref()));
    }
    settings_of(command, first)?.giving_way(command, first)
}

/// The settings that the arguments name.
fn settings_of(command: &clap::Command, found: &ArgMatches) -> Result<Settings, SettingsError> {
    let path = |id| found.try_get_one::<PathBuf>(id).ok().flatten();
    let (folder, file) = (path("directory"), path("settings"));
    let name = file.map_or(settings::FILE.as_ref(), PathBuf::as_path);
    let place = folder.map_or(name.to_path_buf(), |folder| folder.join(name));
    let profile = found.try_get_one::<String>("profile").ok().flatten();
    settings::load(command, &place, file.is_some(), profile.map(String::as_str))
}

fn found(command: &clap::Command, arguments: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let found = command.clone().try_get_matches_from(arguments);
    found.map_err(|error| {
        let lenient = command.clone().ignore_errors(true).try_get_matches_from(arguments);
        let error = match lenient {
            Ok(known) => settings::with_variables(error, command, &known),
            Err(_) => error,
        };
        on_its_line(settings::without_value(error))
    })
}

/// The error with what it quotes on one line each: at the begin of a line CI machines would take
/// `::error::` for a command.
fn on_its_line(mut error: clap::Error) -> clap::Error {
    let quoted: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| {
            if let ContextValue::String(text) = value {
                return Some((kind, ContextValue::String(terminal(text))));
            }
            let ContextValue::Strings(texts) = value else { return None };
            let texts = texts.iter().map(|text| terminal(text)).collect();
            Some((kind, ContextValue::Strings(texts)))
        })
        .collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    error
}
