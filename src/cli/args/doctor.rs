//! What `doctor` takes: every flag of `run`, because it looks at what that run would use.

use std::path::PathBuf;

use clap::{Args, Command, ValueEnum};

use crate::cli::args::RunArgs;
use crate::config::settings::{Settings, SettingsError};

pub(crate) const EXAMPLES: &str = "\
Examples:
  shardwright doctor                         is everything there for a run?
  shardwright doctor --probe                 also start an empty container
  shardwright doctor --shards 8 --jobs 4     would this run fit the machine?
  shardwright doctor --format json           for programs

It takes every flag of `run`, and looks at what that run would use. Nothing is
written or pulled, and no code of the project runs.

Exit codes:
  0    nothing stands in the way of a run; warnings and notes do not count
  2, 4, 5, 6   what the run would end with before any test begins: 5 where a
       configuration or input file is bad, 6 where the sandbox is not available";

/// Those flags of `run` that its help shows.
const SHOWN: [&str; 20] = [
    "config",
    "shards",
    "shard",
    "workers",
    "timings",
    "quarantine",
    "output",
    "jobs",
    "isolation",
    "engine",
    "image",
    "memory",
    "cpus",
    "pids-limit",
    "network",
    "env",
    "format",
    "probe",
    "discover",
    "pressure",
];

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// How to print it
    #[arg(
        long,
        value_enum,
        help_heading = "Output",
        default_value = "table",
        env = "SHARDWRIGHT_FORMAT"
    )]
    pub(crate) format: DoctorFormat,
    /// Start an empty container as a run would, and take it away: do its locks and limits hold?
    #[arg(long, help_heading = "Output")]
    pub(crate) probe: bool,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// What became of the settings file.
    #[arg(skip)]
    pub(crate) settings: SettingsFile,
}

/// How to print a diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoctorFormat {
    /// For people
    Table,
    /// For programs
    Json,
}

/// What became of the settings file.
#[derive(Debug, Default)]
pub(crate) enum SettingsFile {
    #[default]
    None,
    Read {
        path: PathBuf,
        profile: Option<String>,
    },
    /// Nothing of it holds.
    Refused(anyhow::Error),
}

impl SettingsFile {
    /// `trouble` is why nothing of it holds.
    pub(crate) fn of(settings: &Settings, trouble: Option<SettingsError>) -> Self {
        match (trouble, settings.file()) {
            (Some(trouble), _) => Self::Refused(trouble.into()),
            (None, Some((path, profile))) => {
                Self::Read { path: path.to_path_buf(), profile: profile.map(str::to_owned) }
            }
            (None, None) => Self::None,
        }
    }
}

/// The command with a help of those flags that it looks at.
pub(super) fn short(command: Command) -> Command {
    command.mut_args(|argument| {
        let is_shown = argument.get_long().is_some_and(|name| SHOWN.contains(&name));
        if is_shown || argument.is_global_set() { argument } else { argument.hide(true) }
    })
}
