//! What the commands below `timings` take.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};

use crate::cli::args::Format;
use crate::cli::args::commit::{self, CommitArgs};
use crate::timings::import::{IMPORTERS, Importer, importer};

pub(crate) const EXAMPLES: &str = "\
Examples:
  shardwright timings show                               what takes the time
  shardwright timings update --from shardwright-report   learn from a run";

const UPDATE_EXAMPLES: &str = "\
Examples:
  shardwright timings update --from shardwright-report   what the last run took
  shardwright timings update --from all-reports          all below a folder";

const SHOW_EXAMPLES: &str = "\
Examples:
  shardwright timings show                 slow, flaky and failed tests
  shardwright timings show --stale         what only the suite or the file has
  shardwright timings show --format json   all of it for programs";

const PRUNE_EXAMPLES: &str = "\
Examples:
  shardwright timings prune --dry-run   what is of tests that are gone
  shardwright timings prune             remove them";

const IMPORT_EXAMPLES: &str = "\
Examples:
  shardwright timings import results.json   of Playwright's JSON reporter
  shardwright timings import junit.xml      JUnit XML
  shardwright timings import blob-report    a folder of blob reports";

const MERGE_EXAMPLES: &str = "\
Examples:
  shardwright timings merge ours.json theirs.json -o timings.json
  shardwright timings merge --conflicted   after a conflict in git

To let git merge timings by itself:
  echo 'timings.json merge=shardwright' >> .gitattributes
  git config merge.shardwright.driver \\
    'shardwright timings merge-driver %O %A %B'";

/// Arguments of `timings`.
#[derive(Debug, Args)]
pub(crate) struct TimingsArgs {
    #[command(subcommand)]
    pub(crate) command: TimingsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TimingsCommand {
    /// Show the slowest files and tests, and what is flaky, failing, stale or unknown
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ShowArgs),
    /// Learn from runs: their reports in, new durations out
    #[command(after_help = UPDATE_EXAMPLES)]
    Update(UpdateArgs),
    /// Learn from runs and commit it, where it is worth a commit
    #[command(after_help = commit::EXAMPLES)]
    Commit(CommitArgs),
    /// Take durations over from other tools
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArgs),
    /// Remove what the suite does not have any more
    #[command(after_help = PRUNE_EXAMPLES)]
    Prune(PruneArgs),
    /// Join two timings files, or the two sides of a conflict
    #[command(after_help = MERGE_EXAMPLES)]
    Merge(MergeArgs),
    /// Join timings for git, which calls it
    MergeDriver(MergeDriverArgs),
}

/// Where the history is.
#[derive(Debug, Args)]
pub(crate) struct TimingsFile {
    /// Where the durations of earlier runs are kept, from the project folder
    #[arg(long, value_name = "FILE", default_value = "timings.json", env = "SHARDWRIGHT_TIMINGS")]
    pub(crate) timings: PathBuf,
}

/// Which project a history is compared with.
#[derive(Debug, Args)]
pub(crate) struct ProjectFlags {
    /// Playwright configuration, a file or its folder, as in Playwright
    #[arg(short = 'c', long, value_name = "FILE", env = "SHARDWRIGHT_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

/// Arguments of `timings update`.
#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    /// Folders with what `run` or `run --shard I/N` wrote, at any depth; parts may be missing
    #[arg(long, value_name = "DIR", num_args = 1.., required = true)]
    pub(crate) from: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) file: TimingsFile,
}

/// Arguments of `timings show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// How many files and tests to show
    #[arg(long, value_name = "N", default_value = "10")]
    pub(crate) files: NonZeroUsize,
    /// Only what the suite and the history do not have in common, all of it
    #[arg(long)]
    pub(crate) stale: bool,
    /// How to print it
    #[arg(long, value_enum, default_value = "table", env = "SHARDWRIGHT_FORMAT")]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) project: ProjectFlags,
    #[command(flatten)]
    pub(crate) file: TimingsFile,
}

/// Arguments of `timings import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files of other tools, or folders of blob reports
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// What they are [default: what they look like]
    #[arg(long, value_name = "NAME", value_parser = importers())]
    pub(crate) input_format: Option<&'static dyn Importer>,
    /// Also replace what is known already
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) file: TimingsFile,
}

/// Arguments of `timings prune`.
#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// Only show what would be removed
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) project: ProjectFlags,
    #[command(flatten)]
    pub(crate) file: TimingsFile,
}

/// Arguments of `timings merge`.
#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// Two timings files; with --conflicted one, or none for that of the project
    #[arg(value_name = "FILE", num_args = 1..=2, required_unless_present = "conflicted")]
    pub(crate) files: Vec<PathBuf>,
    /// Where the result goes [default: standard output]
    #[arg(short = 'o', long = "merged", value_name = "FILE", conflicts_with = "conflicted")]
    pub(crate) merged: Option<PathBuf>,
    /// Resolve the conflict markers in the file
    #[arg(long)]
    pub(crate) conflicted: bool,
    #[command(flatten)]
    pub(crate) file: TimingsFile,
}

/// Arguments of `timings merge-driver`.
#[derive(Debug, Args)]
pub(crate) struct MergeDriverArgs {
    /// What both sides come from: git's %O
    #[arg(value_name = "BASE")]
    pub(crate) base: PathBuf,
    /// Our side, which becomes the result: git's %A
    #[arg(value_name = "OURS")]
    pub(crate) ours: PathBuf,
    /// Their side: git's %B
    #[arg(value_name = "THEIRS")]
    pub(crate) theirs: PathBuf,
}

fn importers() -> impl TypedValueParser<Value = &'static dyn Importer> {
    let values = IMPORTERS.iter().map(|one| PossibleValue::new(one.name()).help(one.about()));
    let known = PossibleValuesParser::new(values);
    known.try_map(|name| importer(&name).ok_or("no such format"))
}
