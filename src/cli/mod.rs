//! The command line: arguments in, an exit code out.

mod args;
#[cfg(any(fuzzing, test))]
pub(crate) mod check;
mod commands;
mod diagnostics;
mod exit;
mod failure;
mod log;
mod streams;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Context;
use clap::FromArgMatches;
use clap::error::{ContextKind, ContextValue};

use crate::cli::args::{Cli, Command};
use crate::cli::exit::Exit;
use crate::cli::log::Log;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::config::flags::log::LogFormat;
use crate::config::settings::{self, Refusal, SettingsError};
use crate::report::text::terminal;

/// Runs the tool with these arguments.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.collect();
    let environment = Environment::of_process();
    let mut streams = Streams::of_process(&environment);
    let exit = match parse(&arguments, &environment) {
        Ok(cli) => {
            streams.choose(cli.shared.color, cli.shared.quiet);
            streams.choose_log(Log::new(&cli.shared.log, cli.shared.quiet));
            diagnostics::listen(streams.log());
            let result = dispatch(&cli, &environment, &mut streams);
            result.unwrap_or_else(|error| failure::report(&error, &mut streams))
        }
        Err((unparsed, format)) => {
            streams.choose_log(Log::early(format));
            match unparsed {
                Unparsed::Clap(error) => streams.usage(&error),
                Unparsed::Settings(error) => failure::report(&error.into(), &mut streams),
            }
        }
    };
    let flushed = streams.flush().context("cannot write to standard output");
    let exit = flushed.map_or_else(|error| failure::report(&error, &mut streams), |()| exit);
    streams.end(exit);
    exit.into()
}

fn dispatch(cli: &Cli, environment: &Environment, streams: &mut Streams) -> anyhow::Result<Exit> {
    match &cli.command {
        Command::Discover(args) => {
            commands::discover::exec(&cli.shared, args, environment, streams)
        }
        Command::Plan(args) => commands::plan::exec(&cli.shared, args, environment, streams),
        Command::Run(args) => commands::run::exec(&cli.shared, args, environment, streams),
        Command::Merge(args) => commands::merge::exec(&cli.shared, args, environment, streams),
        Command::Timings(args) => commands::timings::exec(&cli.shared, args, environment, streams),
        Command::Report(args) => commands::report::exec(&cli.shared, args, streams),
        Command::Completions(args) => commands::completions::exec(args, streams),
    }
}

enum Unparsed {
    Clap(clap::Error),
    Settings(SettingsError),
}

/// Parses twice: once to learn where the settings file is, then with its values as defaults. With
/// an error comes the format that it is to be told in.
fn parse(arguments: &[OsString], environment: &Environment) -> Result<Cli, (Unparsed, LogFormat)> {
    let format = |command: &clap::Command| args::log_format(arguments, environment, command);
    let command = settings::without_empty(args::command(), environment);
    let first = command.clone().ignore_errors(true).try_get_matches_from(arguments);
    let Some(cli) = first.ok().and_then(|found| Cli::from_arg_matches(&found).ok()) else {
        return parse_with(&command, arguments).map_err(|error| {
            let settled = settings::apply(command.clone(), settings::FILE.as_ref(), false);
            (Unparsed::Clap(error), format(&settled.unwrap_or(command)))
        });
    };
    let asked = cli.shared.settings.is_some();
    let name = cli.shared.settings.as_deref().unwrap_or(settings::FILE.as_ref());
    let path = cli.shared.directory.join(name);
    let settled = settings::apply(command.clone(), &path, asked)
        .map_err(|error| (Unparsed::Settings(error), format(&command)))?;
    parse_with(&settled, arguments).map_err(|error| {
        // What is right without the file is wrong because of it.
        let unparsed = if error.use_stderr() && parse_with(&command, arguments).is_ok() {
            Unparsed::Settings(SettingsError::Refused { path, source: Refusal::from(&error) })
        } else {
            Unparsed::Clap(error)
        };
        (unparsed, format(&settled))
    })
}

fn parse_with(command: &clap::Command, arguments: &[OsString]) -> Result<Cli, clap::Error> {
    let found = command.clone().try_get_matches_from(arguments);
    let found = found.map_err(|error| on_its_line(settings::without_value(error)))?;
    Cli::from_arg_matches(&found)
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
