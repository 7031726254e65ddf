//! The project folder and the suite flags go in, what to hand to Playwright comes out.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use crate::config::environment::Environment;
use crate::config::flags::sandbox::{Isolation, SandboxFlags};
use crate::config::flags::suite::{Discover, SuiteFlags};
use crate::platform;
use crate::runner::playwright::command::Call;
use crate::runner::playwright::install::{self, Install, InstallError};
use crate::runner::playwright::scan::{self, SelectError};
use crate::runner::playwright::workspace;

/// Who lists the suite, and with what.
pub(crate) enum Discovery {
    Playwright(Install),
    /// The reason why Playwright was not asked, where it was not the user's wish.
    Scan(Option<InstallError>),
}

/// Decides who lists the suite.
pub(crate) fn discovery(project: &Path, flags: &SuiteFlags) -> Result<Discovery, InstallError> {
    let found = || install::find(project, flags.config.as_deref());
    match flags.discover {
        Discover::Playwright => found().map(Discovery::Playwright),
        Discover::Scan => Ok(Discovery::Scan(None)),
        Discover::Auto => match found() {
            Ok(install) => Ok(Discovery::Playwright(install)),
            Err(error @ (InstallError::NoPackage(_) | InstallError::PlugAndPlay { .. })) => {
                Ok(Discovery::Scan(Some(error)))
            }
            Err(error) => Err(error),
        },
    }
}

/// Refuses a workspace that is wider than the project and holds somebody's home, or what is not of
/// the project: containers see all of it.
pub(crate) fn check_workspace(
    install: &Install,
    flags: &SandboxFlags,
    environment: &Environment,
) -> Result<(), InstallError> {
    match flags.isolation {
        Isolation::Docker => {
            let homes = homes(&install.project, environment);
            workspace::check(install, &homes).map_err(InstallError::TooWide)
        }
        // Processes see all that the user sees.
        Isolation::Process => Ok(()),
    }
}

/// The user's home folder and that of the project's owner, also where the environment names another
/// or none.
fn homes(project: &Path, environment: &Environment) -> Vec<PathBuf> {
    let owner = project.metadata().ok().map(|meta| platform::owner(&meta));
    let known = owner.into_iter().chain([platform::ourselves()]).filter_map(platform::home);
    let named = environment.get("HOME").map(PathBuf::from);
    let all = named.into_iter().chain(known).filter(|home| home.is_absolute());
    all.map(|home| install::real(&home)).collect()
}

/// How Playwright is to be called for this selection.
pub(crate) fn call(
    project: &Path,
    flags: &SuiteFlags,
    workers: Option<NonZeroU32>,
) -> Result<Call, SelectError> {
    let files = scan::file_arguments(&flags.globs, project)?;
    Ok(Call {
        selection: flags.selection(files),
        workers: workers.map(NonZeroU32::get),
        extra: flags.playwright.clone(),
    })
}

/// The options of a scan for this selection.
pub(crate) fn scan_options(
    project: &Path,
    flags: &SuiteFlags,
) -> Result<scan::Options, InstallError> {
    let config = match install::find_config(project, flags.config.as_deref()) {
        Ok(config) => Some(config),
        Err(InstallError::NoConfig(_)) if flags.config.is_none() => None,
        Err(error) => return Err(error),
    };
    let root: PathBuf = project.to_path_buf();
    Ok(scan::Options {
        root,
        config,
        globs: flags.globs.clone(),
        grep: flags.grep.clone(),
        grep_invert: flags.grep_invert.clone(),
        tags: flags.tags(),
        projects: flags.project.clone(),
        everything: false,
    })
}
