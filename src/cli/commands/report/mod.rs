//! `shardwright report`: what many runs say. One file a command.

mod failed;
mod files;
mod flaky;
mod folders;
mod kin;
mod runs;
mod skew;
mod slow;

use crate::cli::args::SharedFlags;
use crate::cli::args::report::{ReportArgs, ReportCommand};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;

pub(crate) fn exec(
    shared: &SharedFlags,
    args: &ReportArgs,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    match &args.command {
        ReportCommand::Flaky(args) => flaky::exec(shared, args, streams),
        ReportCommand::Failed(args) => failed::exec(args, streams),
        ReportCommand::Slow(args) => slow::exec(args, streams),
        ReportCommand::Skew(args) => skew::exec(args, streams),
    }
}
