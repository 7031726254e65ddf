//! The folders of a project go in; which package manager installs it comes out, and how.

use std::path::{Path, PathBuf};

use crate::platform::regular::{self, SOURCE};

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

/// Every package manager. npm is the last: a `package-lock.json` is easily made by mistake.
const MANAGERS: [&Manager; 5] = [&PNPM, &YARN, &YARN_1, &BUN, &NPM];

/// Who installs a project.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Installed {
    pub(crate) manager: &'static Manager,
    /// The lock file, absolute.
    pub(crate) lock: Option<PathBuf>,
}

/// Looks for a lock file in a folder and those above it, up to `top`.
pub(crate) fn find(folder: &Path, top: &Path) -> Installed {
    let folders = folder.ancestors().take_while(|above| above.starts_with(top));
    let found = folders.flat_map(|folder| {
        MANAGERS.into_iter().filter_map(move |manager| {
            let locks = manager.locks.iter().map(|lock| folder.join(lock));
            let lock = locks.into_iter().find(|lock| lock.is_file())?;
            is_of(manager, &lock).then_some(Installed { manager, lock: Some(lock) })
        })
    });
    let mut found = found;
    found.next().unwrap_or(Installed { manager: &UNLOCKED, lock: None })
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
