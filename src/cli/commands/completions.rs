//! `shardwright completions SHELL`: a script for the shell on standard output.

use crate::cli::args::{self, CompletionsArgs};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;

pub(crate) fn exec(args: &CompletionsArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut args::command(), "shardwright", &mut script);
    streams.data(&String::from_utf8(script)?)?;
    Ok(Exit::Passed)
}
