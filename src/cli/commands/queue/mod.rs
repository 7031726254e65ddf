//! `shardwright queue`: looks after the runs that machines share. One file a command.

mod cancel;
mod clean;
pub(super) mod reach;
mod status;

use tokio::runtime::Runtime;

use crate::cli::args::queue::{QueueArgs, QueueCommand};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;

pub(crate) fn exec(
    args: &QueueArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    Runtime::new()?.block_on(async {
        match &args.command {
            QueueCommand::Status(args) => status::exec(args, environment, streams).await,
            QueueCommand::Cancel(args) => cancel::exec(args, environment, streams).await,
            QueueCommand::Clean(args) => clean::exec(args, environment, streams).await,
        }
    })
}
