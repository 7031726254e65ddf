//! A project folder goes in, the Playwright that is installed for it comes out.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::platform::{self, regular, regular::SOURCE};
use crate::runner::playwright::reach::reached;
use crate::runner::playwright::workspace::{self, Cause, Need, TooWide, holding};

/// Names under which Playwright looks for its configuration, in its own order.
pub(crate) const CONFIG_NAMES: [&str; 6] = [
    "playwright.config.ts",
    "playwright.config.js",
    "playwright.config.mts",
    "playwright.config.mjs",
    "playwright.config.cts",
    "playwright.config.cjs",
];

/// Where Playwright's makers publish their images.
pub(crate) const OFFICIAL: &str = "mcr.microsoft.com/playwright:v";

/// Playwright as installed for a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Install {
    /// The folder that Playwright runs in, absolute.
    pub(crate) project: PathBuf,
    /// The user's configuration file, absolute.
    pub(crate) config: PathBuf,
    /// The real folder of the package with Playwright's command, absolute: `@playwright/test`, or
    /// `playwright` where that alone is installed.
    pub(crate) package: PathBuf,
    pub(crate) version: Version,
    /// The smallest folder that holds the project, its configuration, Playwright, and what the
    /// project's links, its monorepo and its TypeScript settings lead to.
    pub(crate) workspace: PathBuf,
    /// What makes the workspace more than the project folder, the nearest first.
    pub(crate) needs: Vec<Need>,
}

impl Install {
    /// What a scripted suite pretends to be installed with.
    pub(crate) fn scripted(project: &Path) -> Self {
        Self {
            project: project.to_path_buf(),
            config: project.join(CONFIG_NAMES[0]),
            package: project.join("node_modules/@playwright/test"),
            version: Version { major: 1, minor: 65, text: "1.65.0".to_owned() },
            workspace: project.to_path_buf(),
            needs: Vec::new(),
        }
    }
}

/// A version of Playwright.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub(crate) major: u32,
    pub(crate) minor: u32,
    /// As written in `package.json`.
    pub(crate) text: String,
}

impl Version {
    /// Older ones cannot be told which tests to run.
    pub(crate) const OLDEST: u32 = 40;
    /// From here on there are official images on Ubuntu 24.04.
    const NOBLE: u32 = 45;
    /// From here on a reporter chooses and orders the tests (`preprocess`).
    pub(crate) const CHOOSES: u32 = 62;

    /// Whether our reporter chooses the tests while Playwright waits.
    pub(crate) fn chooses(&self) -> bool {
        self.at_least(Self::CHOOSES)
    }

    /// The newest features that Playwright 1.x of this minor has.
    pub(crate) fn at_least(&self, minor: u32) -> bool {
        (self.major, self.minor) >= (1, minor)
    }

    /// The official image of this version, as on Ubuntu 24.04; older ones are on 22.04.
    pub(crate) fn image(&self) -> String {
        let ubuntu = if self.at_least(Self::NOBLE) { "noble" } else { "jammy" };
        format!("{OFFICIAL}{self}-{ubuntu}")
    }

    /// Whether a shard's tests are those that `--last-failed` takes for failed. Before 1.44 there
    /// is no such flag, before 1.50 it takes no single repetitions; later our reporter is asked.
    pub(crate) fn chooses_by_id(&self) -> bool {
        self.at_least(50) && !self.chooses()
    }
}

impl From<String> for Version {
    /// What is no number counts as zero.
    fn from(text: String) -> Self {
        let mut numbers = text.split(['.', '-']).map_while(|part| part.parse().ok());
        let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        Self { major, minor, text }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What a project lacks.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InstallError {
    #[error("no folder `{}`", .0.display())]
    NoProject(PathBuf),
    #[error("no Playwright configuration in `{}`", .0.display())]
    NoConfig(PathBuf),
    #[error("no Playwright configuration `{}`", .0.display())]
    NoSuchConfig(PathBuf),
    #[error("`@playwright/test` is not installed for `{}`", .0.display())]
    NoPackage(PathBuf),
    #[error(
        "`{}` installs the packages of `{}` without a `node_modules` (Yarn Plug'n'Play), which \
         shards need", file.display(), project.display()
    )]
    PlugAndPlay { project: PathBuf, file: PathBuf },
    #[error("cannot read the version of Playwright in `{}`", path.display())]
    BadPackage { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    TooWide(Box<TooWide>),
    #[error("Playwright {0} is too old, 1.40 or newer is needed")]
    TooOld(Version),
}

/// Finds the configuration that Playwright would take in `project`.
///
/// `config` is what the user gave with `-c`, relative to `project`: a file or a folder.
pub(crate) fn find_config(project: &Path, config: Option<&Path>) -> Result<PathBuf, InstallError> {
    let base = std::path::absolute(project)
        .ok()
        .filter(|base| base.is_dir())
        .ok_or_else(|| InstallError::NoProject(project.to_path_buf()))?;
    let asked = config.map(|config| normal(&base.join(config)));
    if let Some(file) = &asked
        && !file.is_dir()
    {
        return if file.is_file() {
            Ok(file.clone())
        } else {
            Err(InstallError::NoSuchConfig(file.clone()))
        };
    }
    let folder = asked.unwrap_or_else(|| normal(&base));
    CONFIG_NAMES
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
        .ok_or(InstallError::NoConfig(folder))
}

/// Finds Playwright for a project, in the way in which Node looks for packages.
pub(crate) fn find(project: &Path, config: Option<&Path>) -> Result<Install, InstallError> {
    let named = find_config(project, config)?;
    let project = real(project);
    let asked = config.map(|config| normal(&project.join(config)));
    let config = real(&named);
    let Package { modules, linked } = package(&config).ok_or_else(|| missing(&config, &project))?;
    let bad = |source| InstallError::BadPackage { path: linked.clone(), source };
    let package = platform::canonical(&linked).map_err(bad)?;
    let version = read_version(&package).map_err(bad)?;
    if !version.at_least(Version::OLDEST) {
        return Err(InstallError::TooOld(version));
    }
    let mut needs = vec![
        Need {
            folder: config.clone(),
            cause: Cause::Config { link: named, real: config.clone(), asked },
        },
        Need { folder: modules.clone(), cause: Cause::Modules(modules.join("node_modules")) },
        Need {
            folder: package.clone(),
            cause: Cause::Playwright { link: linked, real: package.clone() },
        },
    ];
    let own = holding(&project, &needs);
    let reached = reached(&config, &own).into_iter();
    needs.extend(reached.map(|(folder, cause)| Need { folder, cause }));
    let workspace = holding(&project, &needs);
    let install = Install { project, config, package, version, workspace, needs };
    workspace::check_root(&install).map_err(InstallError::TooWide)?;
    Ok(install)
}

/// A package in a `node_modules`, where it may be a link.
struct Package {
    /// The folder that holds the `node_modules`.
    modules: PathBuf,
    linked: PathBuf,
}

/// The package with Playwright's command. `@playwright/test` brings `playwright` along, which has
/// the command, too, and is all that some projects name.
fn package(config: &Path) -> Option<Package> {
    let nearest = |name: &str| {
        let places = config.ancestors().skip(1).map(|folder| Package {
            modules: folder.to_path_buf(),
            linked: folder.join("node_modules").join(name),
        });
        places.into_iter().find(|package| package.linked.join("package.json").is_file())
    };
    match (nearest("@playwright/test"), nearest("playwright")) {
        (Some(test), Some(alone)) if alone.modules != test.modules => {
            let is_meant = alone.modules.starts_with(&test.modules) && names_it_alone(config);
            Some(if is_meant { alone } else { test })
        }
        (test, alone) => test.or(alone),
    }
}

/// Whether the project's own manifest asks for `playwright` and not for `@playwright/test`.
fn names_it_alone(config: &Path) -> bool {
    let mut manifests = config.ancestors().skip(1).map(|folder| folder.join("package.json"));
    let text = manifests.find_map(|file| regular::read(&file, SOURCE).ok()).unwrap_or_default();
    let manifest: Value = serde_json::from_slice(&text).unwrap_or_default();
    let asks = |name: &str| {
        let kinds = ["dependencies", "devDependencies", "optionalDependencies"];
        kinds.iter().any(|kind| manifest[kind].get(name).is_some())
    };
    asks("playwright") && !asks("@playwright/test")
}

/// Why there is no package: nobody installed it, or nobody ever will.
fn missing(config: &Path, project: &Path) -> InstallError {
    let project = project.to_path_buf();
    let mut loaders = config.ancestors().skip(1).map(|folder| folder.join(".pnp.cjs"));
    match loaders.find(|file| file.is_file()) {
        Some(file) => InstallError::PlugAndPlay { project, file },
        None => InstallError::NoPackage(project),
    }
}

/// The path as the system knows it, without links and `..`; what does not exist yet stays.
pub(crate) fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let known =
        absolute.ancestors().find_map(|known| Some((known, platform::canonical(known).ok()?)));
    match known {
        Some((known, real)) => match absolute.strip_prefix(known) {
            Ok(rest) if rest.as_os_str().is_empty() => real,
            Ok(rest) => normal(&real.join(rest)),
            Err(_) => real,
        },
        None => normal(&absolute),
    }
}

fn read_version(package: &Path) -> std::io::Result<Version> {
    #[derive(Deserialize)]
    struct Manifest {
        version: String,
    }
    let text = regular::text(&package.join("package.json"), SOURCE)?;
    let Manifest { version } = serde_json::from_str(&text)?;
    Ok(Version::from(version))
}

/// The path without `.` and `..`, symlinks left as they are: what the user sees.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{InstallError, Version, find, find_config};

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    const PACKAGE: (&str, &str) =
        ("node_modules/@playwright/test/package.json", r#"{"version":"1.65.1"}"#);

    #[test]
    fn a_project_with_config_and_package_is_found() {
        let dir = project(&[("playwright.config.ts", ""), PACKAGE]);
        let install = find(dir.path(), None).unwrap();
        assert_eq!((install.version.major, install.version.minor), (1, 65));
        assert_eq!(install.workspace, install.project);
    }

    #[test]
    fn the_workspace_reaches_up_to_the_node_modules_above() {
        let dir = project(&[("apps/web/playwright.config.ts", ""), PACKAGE]);
        let install = find(&dir.path().join("apps/web"), None).unwrap();
        assert_eq!(install.workspace, dir.path());
    }

    #[test]
    fn a_config_in_a_sub_folder_is_taken_where_it_is_named() {
        let dir = project(&[("e2e/playwright.config.mjs", ""), PACKAGE]);
        assert!(matches!(find_config(dir.path(), None), Err(InstallError::NoConfig(_))));
        let found = find_config(dir.path(), Some("./e2e".as_ref())).unwrap();
        assert_eq!(found, dir.path().join("e2e/playwright.config.mjs"));
    }

    #[test]
    fn a_playwright_alone_is_taken_where_no_other_is_meant() {
        const ALONE: (&str, &str) =
            ("e2e/node_modules/playwright/package.json", r#"{"version":"1.65.1"}"#);
        let other = ("node_modules/@playwright/test/package.json", r#"{"version":"1.50.1"}"#);
        let manifest = |names: &str| format!(r#"{{"devDependencies":{{{names}}}}}"#);
        let version = |files: &[(&str, &str)]| {
            let dir = project(&[&[("e2e/playwright.config.ts", ""), ALONE], files].concat());
            find(&dir.path().join("e2e"), None).unwrap().version.text
        };
        assert_eq!(version(&[]), "1.65.1");
        let asks = manifest(r#""playwright":"1""#);
        assert_eq!(version(&[other, ("e2e/package.json", &asks)]), "1.65.1");
        // As a library, beside the test runner that all packages share.
        let both = manifest(r#""playwright":"1","@playwright/test":"1""#);
        assert_eq!(version(&[other, ("e2e/package.json", &both)]), "1.50.1");
    }

    #[test]
    fn a_project_without_node_modules_is_told_from_one_without_packages() {
        let config = ("e2e/playwright.config.ts", "");
        let bare = project(&[config]);
        let found = find(&bare.path().join("e2e"), None);
        assert!(matches!(found, Err(InstallError::NoPackage(_))));
        let plug = project(&[config, (".pnp.cjs", "")]);
        let Err(InstallError::PlugAndPlay { file, .. }) = find(&plug.path().join("e2e"), None)
        else {
            panic!("it is not told")
        };
        assert!(file.ends_with(".pnp.cjs"));
    }

    #[test]
    fn the_official_image_is_one_that_was_published() {
        for (version, image) in [
            ("1.40.1", "mcr.microsoft.com/playwright:v1.40.1-jammy"),
            ("1.44.1", "mcr.microsoft.com/playwright:v1.44.1-jammy"),
            ("1.45.0", "mcr.microsoft.com/playwright:v1.45.0-noble"),
            ("1.65.1", "mcr.microsoft.com/playwright:v1.65.1-noble"),
        ] {
            assert_eq!(Version::from(version.to_owned()).image(), image);
        }
    }

    #[test]
    fn an_old_version_is_refused_by_name() {
        let old = ("node_modules/@playwright/test/package.json", r#"{"version":"1.39.0"}"#);
        let dir = project(&[("playwright.config.ts", ""), old]);
        let error = find(dir.path(), None).unwrap_err().to_string();
        assert_eq!(error, "Playwright 1.39.0 is too old, 1.40 or newer is needed");
    }
}
