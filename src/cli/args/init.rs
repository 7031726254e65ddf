//! What `init` takes.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::cli::commands::init::ci::{CIS, Ci};

pub(crate) const EXAMPLES: &str = "\
Examples:
  shardwright init               settings, a CI workflow, a line in .gitignore
  shardwright init --dry-run     only show what would be written
  shardwright init -C apps/web   one project of several
  shardwright init --ci gitlab   for a CI that the repository does not show";

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Playwright configuration, a file or its folder, as in Playwright
    #[arg(short = 'c', long, value_name = "FILE", env = "SHARDWRIGHT_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// The CI to write a workflow for, or none [default: the one that the repository shows]
    #[arg(long, value_name = "NAME", value_parser = parser())]
    pub(crate) ci: Option<Choice>,
    /// Ask nothing; what is there stays as it is, but for a new line in .gitignore
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Also replace what is there and says something else
    #[arg(long)]
    pub(crate) force: bool,
    /// Print what would be written, write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Which CI gets a workflow.
#[derive(Clone, Copy)]
pub(crate) enum Choice {
    None,
    Ci(&'static Ci),
}

impl std::fmt::Debug for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => NONE,
            Self::Ci(ci) => ci.name,
        })
    }
}

const NONE: &str = "none";

/// The names of the table, and `none`.
fn parser() -> impl TypedValueParser<Value = Choice> {
    let known = CIS.iter().map(|ci| PossibleValue::new(ci.name).help(ci.title));
    let none = PossibleValue::new(NONE).help("No workflow");
    PossibleValuesParser::new(known.chain([none])).map(|name| {
        let known = CIS.into_iter().find(|ci| ci.name == name);
        known.map_or(Choice::None, Choice::Ci)
    })
}
