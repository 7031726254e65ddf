//! The command line: arguments in, an exit code out.

mod args;
#[cfg(any(fuzzing, test))]
pub(crate) mod check;
mod commands;
mod diagnostics;
mod exit;
mod failure;
mod log;
mod parse;
mod streams;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Context;

use crate::cli::args::{Cli, Command, SharedFlags};
use crate::cli::exit::Exit;
use crate::cli::log::Log;
use crate::cli::parse::{Unparsed, Wanted, parse};
use crate::cli::streams::Streams;
use crate::config::environment::Environment;

/// Runs the tool with these arguments.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.collect();
    let environment = Environment::of_process();
    let mut streams = Streams::of_process(&environment);
    match commands::complete::answer(&arguments, &environment) {
        Ok(true) => return Exit::Passed.into(),
        Ok(false) => {}
        Err(error) => return streams.usage(&error).into(),
    }
    let exit = match parse(&arguments, &environment) {
        Ok(Wanted::Command(cli)) => {
            choose(&cli.shared, &mut streams);
            diagnostics::listen(streams.log());
            let result = dispatch(&cli, &environment, &mut streams);
            result.unwrap_or_else(|error| failure::report(&error, &mut streams))
        }
        Ok(Wanted::Settings(shared, shown)) => {
            choose(&shared, &mut streams);
            let result = commands::show_config::exec(&shown, &mut streams);
            result.unwrap_or_else(|error| failure::report(&error, &mut streams))
        }
        Err(why) => {
            let (unparsed, format) = *why;
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

/// How the streams are to be used.
fn choose(shared: &SharedFlags, streams: &mut Streams) {
    streams.choose(shared.color, shared.quiet);
    streams.choose_log(Log::new(&shared.log, shared.quiet));
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
        Command::Queue(args) => commands::queue::exec(args, environment, streams),
        Command::Doctor(args) => commands::doctor::exec(&cli.shared, args, environment, streams),
        Command::Init(args) => commands::init::exec(&cli.shared, args, streams),
        Command::Completions(args) => commands::completions::exec(args, streams),
        Command::Schema => commands::schema::exec(streams),
        Command::Man(args) => commands::man::exec(args, streams),
        Command::Help(args) => commands::help::exec(args, streams),
    }
}
