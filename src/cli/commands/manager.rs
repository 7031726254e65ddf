//! The folders of a project go in; which package manager installs it comes out, and how.

use std::path::{Path, PathBuf};

use crate::platform::regular::{self, SOURCE};
use crate::runner::playwright::manifest;

/// A package manager.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Manager {
    pub(crate) name: &'static str,
    /// Its lock files.
    locks: &'static [&'static str],
    /// What stands in the lock file, where others write one of that name, too.
    sign: Option<&'static str>,
    /// Makes it usable on a machine that has Node.js.
    pub(crate) before: Option<&'static str>,
    /// The same as a step of GitHub Actions.
    pub(crate) step: Option<&'static str>,
    /// Installs exactly what the lock file says.
    pub(crate) install: &'static str,
    /// Takes one more package into the project, for its developers.
    pub(crate) add: &'static str,
    /// What `actions/setup-node` calls its cache.
    pub(crate) cache: Option<&'static str>,
}

const COREPACK: &str = "corepack enable";
const COREPACK_STEP: &str = "run: corepack enable";

const NPM: Manager = Manager {
    name: "npm",
    locks: &["package-lock.json", "npm-shrinkwrap.json"],
    sign: None,
    before: None,
    step: None,
    install: "npm ci",
    add: "npm install -D",
    cache: Some("npm"),
};

const PNPM: Manager = Manager {
    name: "pnpm",
    locks: &["pnpm-lock.yaml"],
    sign: None,
    before: Some(COREPACK),
    step: Some(COREPACK_STEP),
    install: "pnpm install --frozen-lockfile",
    add: "pnpm add -D",
    cache: Some("pnpm"),
};

/// From version 2 on.
const YARN: Manager = Manager {
    name: "yarn",
    locks: &["yarn.lock"],
    sign: Some("\n__metadata:"),
    before: Some(COREPACK),
    step: Some(COREPACK_STEP),
    install: "yarn install --immutable",
    add: "yarn add -D",
    cache: Some("yarn"),
};

const YARN_1: Manager = Manager {
    name: "yarn 1",
    locks: &["yarn.lock"],
    sign: None,
    before: Some(COREPACK),
    step: Some(COREPACK_STEP),
    install: "yarn install --frozen-lockfile",
    add: "yarn add -D",
    cache: Some("yarn"),
};

const BUN: Manager = Manager {
    name: "bun",
    locks: &["bun.lock", "bun.lockb"],
    sign: None,
    before: Some("npm install --global bun"),
    step: Some("uses: oven-sh/setup-bun@0c5077e51419868618aeaa5fe8019c62421857d6 # v2.2.0"),
    install: "bun install --frozen-lockfile",
    add: "bun add -d",
    cache: None,
};

/// npm where there is no lock file of anybody.
const UNLOCKED: Manager = Manager { locks: &[], install: "npm install", cache: None, ..NPM };
/// The others where they are named and have left no lock file.
const UNLOCKED_PNPM: Manager = Manager { locks: &[], install: "pnpm install", cache: None, ..PNPM };
const UNLOCKED_YARN: Manager = Manager { locks: &[], install: "yarn install", cache: None, ..YARN };
const UNLOCKED_YARN_1: Manager =
    Manager { locks: &[], install: "yarn install", cache: None, ..YARN_1 };
const UNLOCKED_BUN: Manager = Manager { locks: &[], install: "bun install", ..BUN };

/// Every package manager. npm is the last: a `package-lock.json` is easily made by mistake.
const MANAGERS: [&Manager; 5] = [&PNPM, &YARN, &YARN_1, &BUN, &NPM];

/// Who installs a project.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Installed {
    pub(crate) manager: &'static Manager,
    /// The lock file, absolute.
    pub(crate) lock: Option<PathBuf>,
}

/// Looks in a folder and in those above it, up to `top`, for a `package.json` that names its package
/// manager, or for a lock file; the nearest counts, and in one folder the name.
pub(crate) fn find(folder: &Path, top: &Path) -> Installed {
    let mut folders = folder.ancestors().take_while(|above| above.starts_with(top));
    let found = folders.find_map(|folder| named(folder, top).or_else(|| locked(folder)));
    found.unwrap_or(Installed { manager: &UNLOCKED, lock: None })
}

/// By the name in the folder's own `package.json`, with the nearest lock file of that manager.
fn named(folder: &Path, top: &Path) -> Option<Installed> {
    let (manager, unlocked) = called(&manifest::package_manager(folder)?)?;
    let folders = folder.ancestors().take_while(|above| above.starts_with(top));
    let lock = folders.into_iter().find_map(|above| lock_of(manager, above));
    Some(Installed { manager: if lock.is_some() { manager } else { unlocked }, lock })
}

/// By a lock file in the folder.
fn locked(folder: &Path) -> Option<Installed> {
    MANAGERS.into_iter().find_map(|manager| {
        let lock = lock_of(manager, folder)?;
        is_of(manager, &lock).then_some(Installed { manager, lock: Some(lock) })
    })
}

fn lock_of(manager: &Manager, folder: &Path) -> Option<PathBuf> {
    manager.locks.iter().map(|lock| folder.join(lock)).find(|lock| lock.is_file())
}

/// The manager that is called so, as in `pnpm@9.1.0`: with a lock file, and without.
fn called(name: &str) -> Option<(&'static Manager, &'static Manager)> {
    let (name, version) = name.split_once('@').unwrap_or((name, ""));
    match name {
        "npm" => Some((&NPM, &UNLOCKED)),
        "pnpm" => Some((&PNPM, &UNLOCKED_PNPM)),
        "yarn" if version == "1" || version.starts_with("1.") => Some((&YARN_1, &UNLOCKED_YARN_1)),
        "yarn" => Some((&YARN, &UNLOCKED_YARN)),
        "bun" => Some((&BUN, &UNLOCKED_BUN)),
        _ => None,
    }
}

fn is_of(manager: &Manager, lock: &Path) -> bool {
    let Some(sign) = manager.sign else { return true };
    regular::read(lock, SOURCE).is_ok_and(|text| String::from_utf8_lossy(&text).contains(sign))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Manager, UNLOCKED, find};

    fn found(files: &[(&str, &str)], folder: &str) -> (&'static Manager, Option<String>) {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        for (path, text) in files {
            fs::write(place.path().join(path), text).unwrap();
        }
        let found = find(&folder, place.path());
        let lock = found.lock.as_deref().and_then(|lock| lock.strip_prefix(place.path()).ok());
        (found.manager, lock.map(|lock| lock.display().to_string()))
    }

    #[test]
    fn a_lock_file_tells_who_wrote_it() {
        for (file, text, install) in [
            ("package-lock.json", "{}", "npm ci"),
            ("npm-shrinkwrap.json", "{}", "npm ci"),
            ("pnpm-lock.yaml", "", "pnpm install --frozen-lockfile"),
            ("yarn.lock", "# yarn lockfile v1\n", "yarn install --frozen-lockfile"),
            ("yarn.lock", "# made\n\n__metadata:\n  version: 8\n", "yarn install --immutable"),
            ("bun.lock", "{}", "bun install --frozen-lockfile"),
            ("bun.lockb", "#!", "bun install --frozen-lockfile"),
        ] {
            let (manager, lock) = found(&[(file, text)], "");
            assert_eq!((manager.install, lock.as_deref()), (install, Some(file)));
        }
        assert_eq!(found(&[], ""), (&UNLOCKED, None));
    }

    #[test]
    fn a_manager_that_is_named_counts_before_a_lock_file_beside_it() {
        let stray = ("package-lock.json", "{}");
        for (named, install, other) in [
            ("npm@10.2.0", "npm ci", "npm install"),
            ("pnpm@9", "pnpm install --frozen-lockfile", "pnpm install"),
            ("pnpm@9.1.0+sha512.abc", "pnpm install --frozen-lockfile", "pnpm install"),
            ("yarn@1.22.22", "yarn install --frozen-lockfile", "yarn install"),
            ("yarn@4.5.0", "yarn install --immutable", "yarn install"),
            ("bun@1.1.0", "bun install --frozen-lockfile", "bun install"),
        ] {
            let manifest = format!(r#"{{"name":"shop","packageManager":"{named}"}}"#);
            let name = named.split('@').next().unwrap();
            let lock = [
                ("npm", "package-lock.json"),
                ("pnpm", "pnpm-lock.yaml"),
                ("yarn", "yarn.lock"),
                ("bun", "bun.lock"),
            ];
            let lock = lock.iter().find(|(of, _)| *of == name).unwrap().1;
            let files = [("a/package.json", &*manifest), ("a/package-lock.json", "{}"), (lock, "")];
            let (manager, found_lock) = found(&files, "a/b");
            let own = if name == "npm" { "a/package-lock.json" } else { lock };
            assert_eq!((manager.install, found_lock.as_deref()), (install, Some(own)), "{named}");
            let files = [("package.json", &*manifest), stray];
            let files = if name == "npm" { &files[..1] } else { &files[..] };
            let (manager, lock) = found(files, "");
            assert_eq!((manager.install, manager.cache, lock), (other, None, None), "{named}");
        }
        // What nobody knows is no name, and a nearer lock file is of a project of its own.
        for manifest in [r#"{"packageManager":"cnpm@9"}"#, r#"{"packageManager":9}"#, "{", "[]"] {
            assert_eq!(found(&[("package.json", manifest), stray], "").0.install, "npm ci");
        }
        let above = ("package.json", r#"{"packageManager":"pnpm@9"}"#);
        let files = [above, ("pnpm-lock.yaml", ""), ("a/package-lock.json", "{}")];
        assert_eq!(found(&files, "a").0.install, "npm ci");
    }

    #[test]
    fn the_nearest_lock_file_counts_and_none_above_the_top() {
        let both = [("yarn.lock", ""), ("a/pnpm-lock.yaml", "")];
        assert_eq!(found(&both, "a/b").1.as_deref(), Some("a/pnpm-lock.yaml"));
        assert_eq!(found(&both[..1], "a/b").1.as_deref(), Some("yarn.lock"));
        let place = tempfile::tempdir().unwrap();
        fs::create_dir_all(place.path().join("top")).unwrap();
        fs::write(place.path().join("yarn.lock"), "").unwrap();
        assert_eq!(find(&place.path().join("top"), &place.path().join("top")).lock, None);
    }
}
