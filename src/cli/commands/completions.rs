//! `shardwright completions SHELL`: a script for the shell on standard output.

use clap::CommandFactory;

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;

pub(crate) fn exec(args: &CompletionsArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "shardwright", &mut script);
    streams.data(&String::from_utf8(script)?)?;
    Ok(Exit::Passed)
}
