//! What the commands below `queue` take.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::config::flags::queue::{Address, RunId};
use crate::config::flags::run::limit;

pub(crate) const EXAMPLES: &str = "\
Examples:
  shardwright queue status --queue redis://HOST   which runs there are
  shardwright queue cancel --queue redis://HOST --run-id ci-1234
                                                  stop one on all machines";

const STATUS_EXAMPLES: &str = "\
Examples:
  shardwright queue status --queue redis://HOST   which runs there are
  shardwright queue status --queue redis://HOST --run-id ci-1234
                                                  the machines of one
  shardwright queue status --queue redis://HOST --format json
                                                  all of it for programs";

const CANCEL_EXAMPLES: &str = "\
Examples:
  shardwright queue cancel --queue redis://HOST --run-id ci-1234";

const CLEAN_EXAMPLES: &str = "\
Examples:
  shardwright queue clean --queue redis://HOST         what is over or dead
  shardwright queue clean --queue redis://HOST --run-id ci-1234
                                                       one run, if it is
  shardwright queue clean --queue redis://HOST --all --force
                                                       all, whoever works";

/// Arguments of `queue`.
#[derive(Debug, Args)]
pub(crate) struct QueueArgs {
    #[command(subcommand)]
    pub(crate) command: QueueCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum QueueCommand {
    /// Show the runs that a queue holds, or the machines of one
    #[command(after_help = STATUS_EXAMPLES)]
    Status(StatusArgs),
    /// Stop a run on all machines: nobody begins anything more
    #[command(after_help = CANCEL_EXAMPLES)]
    Cancel(CancelArgs),
    /// Remove what a queue keeps of runs that are over, or of which no machine was heard of
    #[command(after_help = CLEAN_EXAMPLES)]
    Clean(CleanArgs),
}

/// Which queue, and which run of it.
#[derive(Debug, Args)]
pub(crate) struct QueuePlace {
    /// The Redis or Valkey that the machines share; with TLS `rediss://`; the password is that of
    /// `SHARDWRIGHT_QUEUE_PASSWORD`
    #[arg(long, value_name = "redis://HOST", env = "SHARDWRIGHT_QUEUE")]
    pub(crate) queue: Option<Address>,
    /// What the shared run is called
    #[arg(long, value_name = "ID", env = "SHARDWRIGHT_RUN_ID")]
    pub(crate) run_id: Option<RunId>,
}

/// Arguments of `queue status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) place: QueuePlace,
    /// How to print it
    #[arg(long, value_enum, default_value = "table", env = "SHARDWRIGHT_FORMAT")]
    pub(crate) format: QueueFormat,
}

/// Arguments of `queue cancel`.
#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
    #[command(flatten)]
    pub(crate) place: QueuePlace,
}

/// Arguments of `queue clean`.
#[derive(Debug, Args)]
pub(crate) struct CleanArgs {
    #[command(flatten)]
    pub(crate) place: QueuePlace,
    /// Every run, also those at work: these are refused without --force
    #[arg(long, conflicts_with = "run_id")]
    pub(crate) all: bool,
    /// Also what is at work, or cannot be read
    #[arg(long)]
    pub(crate) force: bool,
    /// A run is dead when no machine of it was heard of for so long
    #[arg(long, value_name = "TIME", default_value = "90s", env = "SHARDWRIGHT_LEASE",
        value_parser = limit)]
    pub(crate) lease: Duration,
}

/// How to print what a queue holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueueFormat {
    /// For people
    Table,
    /// For programs
    Json,
}
