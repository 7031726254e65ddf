//! What a project needs goes in, each with why; the folder that shards see comes out, or what would
//! make it too wide.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::runner::playwright::install::Install;

/// Something that shards have to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Need {
    /// Absolute and real.
    pub(crate) folder: PathBuf,
    pub(crate) cause: Cause,
}

/// Why shards have to see something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It is the configuration.
    Config(PathBuf),
    /// It holds the `node_modules` that Playwright is installed in.
    Modules(PathBuf),
    /// It is what Playwright's folder in a `node_modules` leads to.
    Playwright { link: PathBuf, real: PathBuf },
    /// It is the root of a monorepo, as a file there says.
    Monorepo(PathBuf),
    /// It is what a link in a `node_modules` leads to.
    Link { link: PathBuf, real: PathBuf },
    /// It holds settings of TypeScript for the tests.
    Settings(PathBuf),
    /// It is where an alias in settings of TypeScript leads.
    Alias { settings: PathBuf, real: PathBuf },
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(file) => write!(f, "the configuration is `{}`", file.display()),
            Self::Modules(folder) => write!(f, "Playwright is installed in `{}`", folder.display()),
            Self::Playwright { link, real } if link == real => {
                write!(f, "Playwright is `{}`", real.display())
            }
            Self::Playwright { link, real } | Self::Link { link, real } => {
                write!(f, "`{}` leads to `{}`", link.display(), real.display())
            }
            Self::Monorepo(file) => {
                write!(f, "`{}` makes its folder the root of a monorepo", file.display())
            }
            Self::Settings(file) => {
                write!(f, "`{}` holds TypeScript settings of the tests", file.display())
            }
            Self::Alias { settings, real } => {
                write!(f, "an alias in `{}` leads to `{}`", settings.display(), real.display())
            }
        }
    }
}

/// What would make shards see more than they may.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}, so that shards would see all of `{}`{beyond}", workspace.display())]
pub(crate) struct TooWide {
    pub(crate) cause: Cause,
    /// The folder that they would see.
    workspace: PathBuf,
    beyond: Beyond,
}

/// Where shards see too much.
#[derive(Debug, PartialEq, Eq)]
enum Beyond {
    /// The workspace says it itself.
    All,
    /// A home folder in it.
    Home(PathBuf),
}

impl fmt::Display for Beyond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Home(home) => write!(f, ", where the home folder `{}` is", home.display()),
        }
    }
}

/// The smallest folder that holds the project and what it needs.
pub(super) fn holding(project: &Path, needs: &[Need]) -> PathBuf {
    needs.iter().fold(project.to_path_buf(), |common, need| common_folder(&common, &need.folder))
}

/// Refuses to show all files of the system.
pub(super) fn check_root(install: &Install) -> Result<(), TooWide> {
    check_each(install, |workspace, _| workspace.parent().is_none().then_some(Beyond::All))
}

/// Refuses a workspace that is wider than the project and holds one of these home folders.
pub(crate) fn check(install: &Install, homes: &[PathBuf]) -> Result<(), TooWide> {
    check_each(install, |workspace, _| {
        let home = homes.iter().find(|home| home.starts_with(workspace))?;
        Some(if home == workspace { Beyond::All } else { Beyond::Home(home.clone()) })
    })
}

/// Refuses the first need that widens the workspace too much. `beyond` says so of the workspace that
/// the need makes.
fn check_each(
    install: &Install,
    mut beyond: impl FnMut(&Path, &Need) -> Option<Beyond>,
) -> Result<(), TooWide> {
    let mut seen = install.project.clone();
    for need in &install.needs {
        let workspace = common_folder(&seen, &need.folder);
        if workspace == seen {
            continue;
        }
        if let Some(beyond) = beyond(&workspace, need) {
            return Err(TooWide { cause: need.cause.clone(), workspace, beyond });
        }
        seen = workspace;
    }
    Ok(())
}

fn common_folder(one: &Path, other: &Path) -> PathBuf {
    one.components().zip(other.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
}
