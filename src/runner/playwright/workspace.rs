//! What a project needs goes in, each with why; the folder that shards see comes out, or what would
//! make it too wide.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::runner::playwright::install::Install;
use crate::runner::playwright::reach::members;

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
    /// It is the configuration. `asked` is where the user says that it is; by default it is in the
    /// project.
    Config { link: PathBuf, real: PathBuf, asked: Option<PathBuf> },
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
            Self::Config { link, real, .. } if link == real => {
                write!(f, "the configuration is `{}`", real.display())
            }
            Self::Modules(folder) => write!(f, "Playwright is installed in `{}`", folder.display()),
            Self::Playwright { link, real } if link == real => {
                write!(f, "Playwright is `{}`", real.display())
            }
            Self::Config { link, real, .. }
            | Self::Playwright { link, real }
            | Self::Link { link, real } => {
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
    /// What is not of the project: all but this folder.
    Ground(PathBuf),
}

impl fmt::Display for Beyond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Home(home) => write!(f, ", where the home folder `{}` is", home.display()),
            Self::Ground(own) => write!(f, ", and not only of `{}`", own.display()),
        }
    }
}

/// The smallest folder that holds the project and what it needs.
pub(super) fn holding(project: &Path, needs: &[Need]) -> PathBuf {
    needs.iter().fold(project.to_path_buf(), |common, need| common_folder(&common, &need.folder))
}

/// Refuses to show all files of the system.
pub(super) fn check_root(install: &Install) -> Result<(), Box<TooWide>> {
    check_each(install, |workspace, _| workspace.parent().is_none().then_some(Beyond::All))
}

/// Refuses a workspace that is wider than the project and holds one of these home folders, or what
/// is not of the project.
pub(crate) fn check(install: &Install, homes: &[PathBuf]) -> Result<(), Box<TooWide>> {
    let mut ground = Ground::around(&install.project, homes);
    check_each(install, |workspace, need| {
        if let Some(home) = homes.iter().find(|home| home.starts_with(workspace)) {
            return Some(if home == workspace { Beyond::All } else { Beyond::Home(home.clone()) });
        }
        (!ground.admits(need)).then(|| Beyond::Ground(ground.folder.clone()))
    })
}

/// What is of one project; shards may see any of it.
struct Ground<'a> {
    /// Its repository; without one the outermost package around it; else itself.
    folder: PathBuf,
    is_repository: bool,
    homes: &'a [PathBuf],
}

impl<'a> Ground<'a> {
    fn around(project: &Path, homes: &'a [PathBuf]) -> Self {
        let around = || {
            let above = project.ancestors().skip(1);
            std::iter::once(project).chain(above.take_while(|folder| !holds_one(folder, homes)))
        };
        let repository = around().find(|folder| is_repository(folder));
        let package = || around().filter(|folder| folder.join("package.json").is_file()).last();
        let folder = repository.or_else(package).unwrap_or(project);
        Self { folder: folder.to_path_buf(), is_repository: repository.is_some(), homes }
    }

    /// Whether something is of the project; what the user and the folders around the project say of
    /// it counts, what the project itself says does not.
    fn admits(&mut self, need: &Need) -> bool {
        if need.folder.starts_with(&self.folder) {
            return true;
        }
        let wider = match &need.cause {
            Cause::Config { real, asked: Some(asked), .. } if !asked.starts_with(&self.folder) => {
                let theirs = Self::around(real.parent().unwrap_or(real), self.homes);
                Some(common_folder(&self.folder, &theirs.folder))
            }
            // Node looks for packages in the folders above, too, and package managers put there
            // what all members of a monorepo need.
            Cause::Modules(_) => self.belongs_to(&need.folder),
            Cause::Playwright { real, .. } => {
                let folders = real.ancestors();
                let store = folders.filter(|folder| folder.ends_with("node_modules")).last();
                store.and_then(Path::parent).and_then(|above| self.belongs_to(above))
            }
            Cause::Config { .. }
            | Cause::Monorepo(_)
            | Cause::Link { .. }
            | Cause::Settings(_)
            | Cause::Alias { .. } => None,
        };
        if let Some(wider) = &wider {
            self.folder.clone_from(wider);
        }
        wider.is_some()
    }

    /// This folder above, where the project belongs to it: to a monorepo or to another repository,
    /// as submodules do. Where nothing says where the project ends, it belongs to any.
    fn belongs_to(&self, above: &Path) -> Option<PathBuf> {
        let is_ours = |folder: &Path| is_repository(folder) && !holds_one(folder, self.homes);
        let says_so = || members(above).is_some() || above.ancestors().any(is_ours);
        let belongs = self.folder.starts_with(above) && (!self.is_repository || says_so());
        belongs.then(|| above.to_path_buf())
    }
}

/// Nothing that holds a home folder is of a project; only a home folder can be a project itself.
fn holds_one(folder: &Path, homes: &[PathBuf]) -> bool {
    homes.iter().any(|home| home.starts_with(folder))
}

fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

/// Refuses the first need that widens the workspace too much. `beyond` says so of the workspace that
/// the need makes.
fn check_each(
    install: &Install,
    mut beyond: impl FnMut(&Path, &Need) -> Option<Beyond>,
) -> Result<(), Box<TooWide>> {
    let mut seen = install.project.clone();
    for need in &install.needs {
        let workspace = common_folder(&seen, &need.folder);
        if workspace == seen {
            continue;
        }
        if let Some(beyond) = beyond(&workspace, need) {
            return Err(Box::new(TooWide { cause: need.cause.clone(), workspace, beyond }));
        }
        seen = workspace;
    }
    Ok(())
}

fn common_folder(one: &Path, other: &Path) -> PathBuf {
    one.components().zip(other.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};

    use super::check;
    use crate::runner::playwright::install::{find, real};

    const HERE: &str = "code/e2e";
    const OWN: &str = "code/e2e/node_modules/@playwright/test";

    /// Folders with Playwright in them, files that say nothing but what they are, and links.
    fn laid_out(installed: &[&str], files: &[&str], links: &[(&str, &str)]) -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = place.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("code/e2e/playwright.config.ts", "");
        for folder in installed {
            write(&format!("{folder}/package.json"), r#"{"version":"1.65.1"}"#);
        }
        for file in files {
            let text = if file.ends_with("package.json") { "{}" } else { "" };
            write(file, text);
        }
        for (link, target) in links {
            let link = place.path().join(link);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            symlink(place.path().join(target), link).unwrap();
        }
        place
    }

    /// What is said of the project, if it is refused for a user with these homes.
    fn said(place: &Path, config: Option<&str>, homes: &[&str]) -> Option<String> {
        let place = real(place);
        let install = find(&place.join(HERE), config.map(Path::new)).unwrap();
        let homes: Vec<PathBuf> = homes.iter().map(|home| place.join(home)).collect();
        let error = check(&install, &homes).err()?;
        Some(error.to_string().replace(&*place.to_string_lossy(), ""))
    }

    #[test]
    fn packages_above_a_repository_are_its_own_where_it_belongs_to_a_monorepo() {
        let above = ["code/node_modules/@playwright/test"];
        let git = "code/e2e/.git/HEAD";
        let of = |files: &[&str]| said(laid_out(&above, files, &[]).path(), None, &[]);
        assert_eq!(
            of(&[git, "code/package.json"]).unwrap(),
            "Playwright is installed in `/code/node_modules`, so that shards would see all of \
             `/code`, and not only of `/code/e2e`"
        );
        assert_eq!(of(&[git, "code/pnpm-workspace.yaml"]), None);
        assert_eq!(of(&[git, "code/.git/HEAD"]), None);
        assert_eq!(of(&["code/.git/HEAD"]), None);
        assert_eq!(of(&["code/package.json"]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_store_is_the_projects_where_it_is_its_monorepos() {
        let store = "code/node_modules/.pnpm/x/node_modules/@playwright/test";
        let git = "code/e2e/.git/HEAD";
        let of =
            |files: &[&str]| said(laid_out(&[store], files, &[(OWN, store)]).path(), None, &[]);
        assert_eq!(of(&["code/.git/HEAD"]), None);
        assert_eq!(of(&[git, "code/pnpm-workspace.yaml"]), None);
        assert!(of(&[git]).unwrap().starts_with("`/code/e2e/node_modules/@playwright/test` leads"));
    }

    #[test]
    fn without_a_repository_no_link_leads_out_of_the_project_either() {
        let other = "code/acme/node_modules/@playwright/test";
        for (files, homes) in [
            (&[][..], &[][..]),
            (&["code/e2e/package.json"], &[]),
            // What holds a home is no project around this one.
            (&["code/e2e/package.json", ".git/HEAD", "package.json"], &["user", ""]),
            (&["code/e2e/package.json", ".git/HEAD"], &["user"]),
        ] {
            let place = laid_out(&[other], files, &[(OWN, other)]);
            let said = said(place.path(), None, homes).unwrap();
            let end = "so that shards would see all of `/code`, and not only of `/code/e2e`";
            assert!(said.ends_with(end), "{files:?}: {said}");
        }
        let place = laid_out(&[other], &["code/package.json"], &[(OWN, other)]);
        assert_eq!(said(place.path(), None, &["user"]), None, "they are of one package");
    }

    #[test]
    fn nothing_shows_a_folder_with_somebodys_home() {
        let place = laid_out(&[OWN], &["package.json", "code/e2e/package.json"], &[]);
        fs::write(place.path().join(".bashrc"), "").unwrap();
        let settings = r#"{"extends":"../../.bashrc"}"#;
        fs::write(place.path().join("code/e2e/tsconfig.json"), settings).unwrap();
        assert_eq!(
            said(place.path(), None, &["nobody", "code"]).unwrap(),
            "`/.bashrc` holds TypeScript settings of the tests, so that shards would see all of ``, \
             where the home folder `/nobody` is"
        );
    }

    #[test]
    fn a_configuration_elsewhere_is_the_users_word() {
        let git = "code/e2e/.git/HEAD";
        let files = [git, "code/shared/.git/HEAD", "code/shared/playwright.config.ts"];
        let other = "code/shared/node_modules/@playwright/test";
        let place = laid_out(&[other], &files, &[("code/e2e/link", "code/shared")]);
        let named = |config| said(place.path(), Some(config), &["user"]);
        assert_eq!(named("../shared/playwright.config.ts"), None);
        assert_eq!(named("../shared"), None);
        let told = named("link").unwrap();
        assert!(
            told.contains("/code/e2e/link/playwright.config.ts` leads to `/code/shared/"),
            "{told}"
        );
    }
}
