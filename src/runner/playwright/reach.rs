//! A configuration file goes in, the folders outside of it that its tests import from come out,
//! each with what leads there: what a sandbox has to show besides the project and its Playwright.
//!
//! Nothing outside of the user's repository is ever among them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::platform::{self, regular, regular::SOURCE};
use crate::runner::playwright::install::normal;
use crate::runner::playwright::scan::tsconfig::{self, TsConfig};
use crate::runner::playwright::workspace::Cause;

/// Names under which TypeScript and Playwright look for settings, in Playwright's order.
const TYPESCRIPT: [&str; 2] = ["tsconfig.json", "jsconfig.json"];
/// More files than these belong to no project.
const MOST_SETTINGS: usize = 100;

/// The folders of packages and sources that tests beside `config` can import, each with the first
/// thing that leads there; all absolute, real and inside of the repository. `workspace` is what is
/// shown anyway.
pub(crate) fn reached(config: &Path, workspace: &Path) -> BTreeMap<PathBuf, Cause> {
    let mut folders = BTreeMap::new();
    let Some(top) = top(config) else { return folders };
    let found = workspaces(config, &top)
        .into_iter()
        .chain(linked(config, workspace, &top))
        .chain(aliased(config, &top));
    for (folder, cause) in found.filter(|(folder, _)| folder.starts_with(&top)) {
        folders.entry(folder).or_insert(cause);
    }
    folders
}

/// The user's repository; without one the outermost package around the configuration.
fn top(config: &Path) -> Option<PathBuf> {
    let around = || config.ancestors().skip(1);
    let repository = around().find(|folder| folder.join(".git").exists());
    let package = || around().filter(|folder| folder.join("package.json").is_file()).last();
    repository.or_else(package).map(Path::to_path_buf)
}

/// The root of a monorepo: the packages that all its members need are installed there, whatever
/// else a member has of its own.
fn workspaces(config: &Path, top: &Path) -> Option<(PathBuf, Cause)> {
    let inside = config.ancestors().skip(1).take_while(|folder| folder.starts_with(top));
    let root = inside.filter_map(|folder| Some((folder, members(folder)?))).last();
    root.map(|(folder, file)| (folder.to_path_buf(), Cause::Monorepo(file)))
}

/// The file that makes a folder the root of a monorepo, where packages are installed in it.
pub(super) fn members(folder: &Path) -> Option<PathBuf> {
    let (npm, pnpm) = (folder.join("package.json"), folder.join("pnpm-workspace.yaml"));
    let manifest: Value = serde_json::from_slice(&regular::read(&npm, SOURCE).unwrap_or_default())
        .unwrap_or_default();
    let names = if manifest.get("workspaces").is_some() { npm } else { pnpm };
    (folder.join("node_modules").is_dir() && names.is_file()).then_some(names)
}

/// The real folders of packages that are links in the `node_modules` which are shown, and of the
/// packages that those are linked to in turn.
fn linked(config: &Path, workspace: &Path, top: &Path) -> BTreeMap<PathBuf, Cause> {
    let shown = config.ancestors().skip(1).take_while(|folder| folder.starts_with(workspace));
    let mut open: Vec<PathBuf> = shown.map(|folder| folder.join("node_modules")).collect();
    let mut found = BTreeMap::new();
    while let Some(modules) = open.pop() {
        for (link, package) in links(&modules) {
            let Ok(inside) = package.strip_prefix(top) else { continue };
            // What a package manager keeps in a store needs only what is in that store.
            let is_own = inside.iter().all(|part| part != "node_modules");
            if is_own && !found.contains_key(&package) {
                open.push(package.join("node_modules"));
            }
            let cause = Cause::Link { link, real: package.clone() };
            found.entry(package).or_insert(cause);
        }
    }
    found
}

/// The links of a `node_modules`, scopes included, each with where it leads.
fn links(modules: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut real = Vec::new();
    for entry in fs::read_dir(modules).into_iter().flatten().flatten() {
        let name = entry.file_name();
        match entry.file_type() {
            Ok(kind) if kind.is_symlink() => {
                let link = entry.path();
                real.extend(platform::canonical(&link).ok().map(|package| (link, package)));
            }
            Ok(kind) if kind.is_dir() && name.to_string_lossy().starts_with('@') => {
                real.extend(links(&entry.path()));
            }
            _ => {}
        }
    }
    real
}

/// The folders of the TypeScript settings that Playwright finds for the tests beside the
/// configuration, of those that they are based on, and where their aliases lead.
fn aliased(config: &Path, top: &Path) -> BTreeMap<PathBuf, Cause> {
    let inside = config.ancestors().skip(1).take_while(|folder| folder.starts_with(top));
    let mut names = inside.flat_map(|folder| TYPESCRIPT.map(|name| folder.join(name)));
    let mut open = Vec::from_iter(names.find(|file| file.is_file()));
    let (mut seen, mut found) = (BTreeSet::new(), BTreeMap::new());
    while let Some(file) = open.pop() {
        if seen.len() >= MOST_SETTINGS || !seen.insert(file.clone()) {
            continue;
        }
        let (Some(folder), Ok(text)) = (file.parent(), regular::text(&file, SOURCE)) else {
            continue;
        };
        let cause = Cause::Settings(file.clone());
        found.entry(folder.to_path_buf()).or_insert(cause);
        let TsConfig { extends, references, base_url, targets } = tsconfig::read(&text);
        open.extend(extends.iter().filter_map(|name| based_on(folder, name)));
        open.extend(references.iter().filter_map(|name| referred(&normal(&folder.join(name)))));
        let base = base_url.map_or_else(|| folder.to_path_buf(), |base| folder.join(base));
        let literal = |target: &String| {
            let (literal, _) = target.split_once('*').unwrap_or((target, ""));
            existing(&normal(&base.join(literal)))
        };
        for real in targets.iter().filter_map(literal) {
            let cause = Cause::Alias { settings: file.clone(), real: real.clone() };
            found.entry(real).or_insert(cause);
        }
    }
    found
}

/// The file that `extends` names; packages are where packages are.
fn based_on(folder: &Path, name: &str) -> Option<PathBuf> {
    if !name.starts_with('.') && !name.starts_with('/') {
        return None;
    }
    let path = normal(&folder.join(name));
    let with_extension = PathBuf::from(format!("{}.json", path.display()));
    [path, with_extension].into_iter().find(|path| path.is_file())
}

/// The file that `references` names, itself or by its folder.
fn referred(path: &Path) -> Option<PathBuf> {
    [path.to_path_buf(), path.join(TYPESCRIPT[0])].into_iter().find(|path| path.is_file())
}

/// What is there of a path without a file's extension: itself, or its folder.
fn existing(path: &Path) -> Option<PathBuf> {
    let place = if path.exists() { Some(path) } else { path.parent() };
    place.filter(|place| place.exists()).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};

    use super::reached;

    fn repository(files: &[(&str, &str)], links: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let place = |path: &str| {
            let path = folder.path().join("repository").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            path
        };
        for (path, text) in files {
            fs::write(place(path), text).unwrap();
        }
        for (path, target) in links {
            symlink(target, place(path)).unwrap();
        }
        folder
    }

    fn of(folder: &tempfile::TempDir, project: &str) -> Vec<String> {
        let top = folder.path().canonicalize().unwrap().join("repository");
        let project = top.join(project);
        let inside = |path: PathBuf| path.strip_prefix(&top).unwrap().display().to_string();
        let found = reached(&project.join("playwright.config.ts"), &project);
        found.into_keys().map(inside).collect()
    }

    #[test]
    fn linked_packages_are_followed_through_the_repository_and_not_out_of_it() {
        let files = [
            (".git/HEAD", ""),
            ("e2e/package.json", "{}"),
            ("libs/one/package.json", "{}"),
            ("libs/two/package.json", "{}"),
            ("../elsewhere/package.json", "{}"),
        ];
        let links = [
            ("e2e/node_modules/@acme/one", "../../../libs/one"),
            ("e2e/node_modules/gone", "../../nothing"),
            ("e2e/node_modules/elsewhere", "../../../elsewhere"),
            ("libs/one/node_modules/two", "../../two"),
            ("libs/two/node_modules/one", "../../one"),
        ];
        assert_eq!(of(&repository(&files, &links), "e2e"), ["libs/one", "libs/two"]);
    }

    #[test]
    fn a_member_of_a_monorepo_reaches_what_is_installed_at_its_root() {
        for (file, text) in
            [("package.json", r#"{"workspaces":["e2e"]}"#), ("pnpm-workspace.yaml", "")]
        {
            let files = [(file, text), ("node_modules/a/package.json", ""), (".git/HEAD", "")];
            assert_eq!(of(&repository(&files, &[]), "e2e"), [""], "{file}");
        }
        let alone =
            [("package.json", "{}"), ("node_modules/a/package.json", ""), (".git/HEAD", "")];
        assert_eq!(of(&repository(&alone, &[]), "e2e"), Vec::<String>::new());
    }

    #[test]
    fn settings_of_typescript_above_the_project_are_reached_with_what_they_lead_to() {
        let base = r#"{"compilerOptions":{"paths":{"@lib/*":["../libs/one/src/*"],"@x":["./x"]}}}"#;
        let files = [
            (".git/HEAD", ""),
            ("apps/e2e/tsconfig.json", r#"{"extends":"../../config/base"} // ours"#),
            ("config/base.json", base),
            ("config/x.ts", ""),
            ("libs/one/src/index.ts", ""),
        ];
        let found = of(&repository(&files, &[]), "apps/e2e");
        assert_eq!(found, ["apps/e2e", "config", "libs/one/src"]);
        let above = [(".git/HEAD", ""), ("tsconfig.json", "{}")];
        assert_eq!(of(&repository(&above, &[]), "apps/e2e"), [""]);
    }

    #[test]
    fn nothing_is_reached_outside_of_any_package() {
        let nowhere = Path::new("/nowhere/playwright.config.ts");
        assert!(reached(nowhere, Path::new("/nowhere")).is_empty());
    }
}
