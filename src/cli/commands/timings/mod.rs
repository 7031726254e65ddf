//! `shardwright timings`: looks after the durations of earlier runs. One file a command.

mod commit;
mod conflicted;
mod import;
mod lessons;
mod merge;
mod merge_driver;
pub(super) mod project;
mod prune;
mod show;
pub(super) mod told;
mod update;

use crate::cli::args::SharedFlags;
use crate::cli::args::timings::{TimingsArgs, TimingsCommand};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;

pub(crate) fn exec(
    shared: &SharedFlags,
    args: &TimingsArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    match &args.command {
        TimingsCommand::Show(args) => show::exec(shared, args, streams),
        TimingsCommand::Update(args) => update::exec(shared, args, streams),
        TimingsCommand::Commit(args) => commit::exec(shared, args, environment, streams),
        TimingsCommand::Import(args) => import::exec(shared, args, streams),
        TimingsCommand::Prune(args) => prune::exec(shared, args, streams),
        TimingsCommand::Merge(args) if args.conflicted => conflicted::exec(shared, args, streams),
        TimingsCommand::Merge(args) => merge::exec(args, streams),
        TimingsCommand::MergeDriver(args) => merge_driver::exec(args),
    }
}
