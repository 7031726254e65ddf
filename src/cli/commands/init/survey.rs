//! A folder goes in; what is to be known of the project in it comes out. Nothing is run.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::ci::{CIS, Ci};
use super::quote;
use crate::cli::commands::manager::{self, Installed};
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::git::about;
use crate::model::suite::Suite;
use crate::report::text;
use crate::runner::playwright::gitignore::Ignored;
use crate::runner::playwright::install::{self, CONFIG_NAMES, InstallError, real};
use crate::runner::playwright::manifest;
use crate::runner::playwright::scan::{self, scan};

/// A project as its files show it.
#[derive(Debug)]
pub(super) struct Project {
    /// The top of the repository; without one the project folder itself.
    pub(super) top: PathBuf,
    pub(super) is_repository: bool,
    /// The project folder, real and absolute, as `top`.
    pub(super) folder: PathBuf,
    /// Playwright's configuration from there, where Playwright would not find it by itself.
    pub(super) config: Option<PathBuf>,
    pub(super) installed: Installed,
    /// The version of Playwright, where it is installed or asked for.
    pub(super) version: Option<String>,
    /// Tests and the groups that they are dealt in; none where the source files do not tell.
    pub(super) size: Option<Size>,
    pub(super) main_branch: Option<String>,
}

/// How large a suite is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) tests: usize,
    pub(super) groups: usize,
}

/// Looks at the project in a folder, or at the one below it. `config` is what the user gave with
/// `-c`.
pub(super) fn look(folder: &Path, config: Option<&Path>) -> anyhow::Result<Project> {
    let (folder, config) = match (install::find_config(folder, config), config) {
        (Ok(_), named) => (real(folder), named.map(Path::to_path_buf)),
        (Err(error @ InstallError::NoConfig(_)), None) => {
            let here = real(folder);
            match &below(&here)[..] {
                [] => return Err(nothing(&error).into()),
                [only] => home(&here, only),
                several => return Err(too_many(&here, several).into()),
            }
        }
        (Err(error), _) => return Err(error.into()),
    };
    let repository = about::top(&folder);
    let top = repository.clone().unwrap_or_else(|| folder.clone());
    let found = install::find(&folder, config.as_deref());
    let version = found.ok().map(|found| found.version.text).filter(|text| is_version(text));
    let above = || folder.ancestors().take_while(|above| above.starts_with(&top));
    Ok(Project {
        version: version.or_else(|| manifest::version(above())),
        installed: manager::find(&folder, &top),
        size: size(&folder, config.as_deref()),
        main_branch: repository.as_deref().and_then(about::main_branch),
        is_repository: repository.is_some(),
        top,
        folder,
        config,
    })
}

/// What stands in a `package.json` may be anything.
fn is_version(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
}

/// Playwright's configuration in every folder below one that has any.
fn below(folder: &Path) -> Vec<PathBuf> {
    /// Deeper ones are no project of a monorepo.
    const DEPTH: usize = 6;
    let mut walk = WalkBuilder::new(folder);
    walk.standard_filters(false).hidden(true).max_depth(Some(DEPTH));
    let ignored = about::top(folder).map(|top| Ignored::below(&top));
    walk.filter_entry(move |entry| {
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        let is_ignored = ignored.as_ref().is_some_and(|all| all.has(entry.path(), is_dir));
        entry.file_name() != "node_modules" && (entry.depth() == 0 || !is_ignored)
    });
    let files = walk.build().filter_map(Result::ok).map(ignore::DirEntry::into_path);
    let is_config = |file: &PathBuf| CONFIG_NAMES.iter().any(|name| file.ends_with(name));
    let folders: BTreeSet<PathBuf> =
        files.filter(is_config).filter_map(|file| Some(file.parent()?.to_path_buf())).collect();
    folders.iter().filter_map(|folder| install::find_config(folder, None).ok()).collect()
}

/// The project folder of a configuration below `here`: the nearest one with a `package.json`, from
/// which Playwright is called; with the configuration, where it has to be named there.
fn home(here: &Path, config: &Path) -> (PathBuf, Option<PathBuf>) {
    let mut above = config.ancestors().skip(1).take_while(|above| *above != here);
    let folder = above.find(|above| above.join("package.json").is_file()).unwrap_or(here);
    let from_there = config.strip_prefix(folder).ok();
    let is_found = config.parent() == Some(folder);
    (folder.to_path_buf(), from_there.filter(|_| !is_found).map(Path::to_path_buf))
}

/// The size of the suite, by its source files.
fn size(folder: &Path, config: Option<&Path>) -> Option<Size> {
    let config = install::find_config(folder, config).ok()?;
    let options =
        scan::Options { root: folder.to_path_buf(), config: Some(config), ..Default::default() };
    let suite: Suite = scan(&options).ok()?.suite;
    let tests = suite.tests().count();
    (tests > 0).then_some(Size { tests, groups: suite.groups.len() })
}

/// The CI systems that a repository shows, the one that counts first. What a host builds with
/// counts where no file says anything.
pub(super) fn cis(project: &Project) -> Vec<&'static Ci> {
    let shows = |ci: &&Ci| ci.marks.iter().any(|mark| project.top.join(mark).exists());
    let by_files: Vec<&Ci> = CIS.into_iter().filter(shows).collect();
    if !by_files.is_empty() || !project.is_repository {
        return by_files;
    }
    let hosts = about::hosts(&project.top);
    let builds = |ci: &&Ci| ci.host.is_some_and(|host| hosts.iter().any(|known| known == host));
    CIS.into_iter().filter(builds).collect()
}

fn nothing(error: &InstallError) -> Refused {
    Refused {
        message: text::terminal(&format!("{error}, nor in a folder below it")),
        hint: Some(
            "`npm init playwright@latest` makes one; -C DIR or -c FILE names one elsewhere"
                .to_owned(),
        ),
        exit: Exit::BadInput,
    }
}

fn too_many(here: &Path, configs: &[PathBuf]) -> Refused {
    /// More nobody reads.
    const SHOWN: usize = 8;
    let folder = |config: &PathBuf| {
        let folder = config.parent().and_then(|folder| folder.strip_prefix(here).ok());
        text::terminal(&folder.unwrap_or(config).display().to_string())
    };
    let folders: Vec<String> = configs.iter().map(folder).collect();
    let more = folders.len().saturating_sub(SHOWN);
    let mut shown = folders[..folders.len() - more]
        .iter()
        .map(|folder| format!("`{folder}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if more > 0 {
        let _ = write!(shown, " and {more} more");
    }
    Refused {
        message: format!("there are {} Playwright configurations: in {shown}", folders.len()),
        hint: Some(format!(
            "name the folder of one: `shardwright init -C {}`",
            quote::shell(&folders[0])
        )),
        exit: Exit::Usage,
    }
}
