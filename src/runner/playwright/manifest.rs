//! Folders with a `package.json` go in; the version of Playwright that one of them asks for comes
//! out, and the package manager that it names. What is installed is another matter: see [`super::install`].

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::platform::regular::{self, SOURCE};

/// What is read of a `package.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Manifest {
    dependencies: BTreeMap<String, String>,
    dev_dependencies: BTreeMap<String, String>,
}

/// The version that the first of these folders asks for, as in `1.65.1`; the least one of a range.
/// None where no folder says a number.
pub(crate) fn version<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Option<String> {
    folders.into_iter().find_map(|folder| {
        let text = regular::text(&folder.join("package.json"), SOURCE).ok()?;
        let manifest: Manifest = serde_json::from_str(&text).ok()?;
        let Manifest { dependencies, dev_dependencies } = manifest;
        let mut both = [dev_dependencies, dependencies].into_iter();
        number(&both.find_map(|mut all| all.remove("@playwright/test"))?)
    })
}

/// What the folder's `package.json` names for its package manager, as in `pnpm@9.1.0`.
pub(crate) fn package_manager(folder: &Path) -> Option<String> {
    let text = regular::text(&folder.join("package.json"), SOURCE).ok()?;
    let manifest: Value = serde_json::from_str(&text).ok()?;
    Some(manifest.get("packageManager")?.as_str()?.to_owned())
}

/// The version of `^1.65.1` or `1.65.1`; none of `latest`, `1.x` or `workspace:*`.
fn number(range: &str) -> Option<String> {
    let version = range.trim().trim_start_matches(['^', '~', '=', '>', ' ', 'v']);
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let mut parts = version.split('.');
    let three = [parts.next(), parts.next(), parts.next()];
    let whole = three.iter().all(|part| part.is_some_and(is_number));
    (whole && parts.next().is_none()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{number, version};

    #[test]
    fn a_range_begins_with_a_version() {
        for (range, told) in [
            ("1.65.1", Some("1.65.1")),
            ("^1.65.1", Some("1.65.1")),
            (">=1.44.0", Some("1.44.0")),
            ("latest", None),
            ("1.x", None),
            ("^1", None),
            ("1.65.0-noble # x", None),
            ("workspace:*", None),
            ("1.2.3 || 1.3.0", None),
        ] {
            assert_eq!(number(range).as_deref(), told, "{range}");
        }
    }

    #[test]
    fn the_first_folder_that_says_a_number_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, text) in [
            ("broken", "{"),
            ("latest", r#"{"devDependencies": {"@playwright/test": "latest"}}"#),
            ("none", r#"{"name": "a", "scripts": {"test": "x"}}"#),
            ("here", r#"{"dependencies": {"@playwright/test": "~1.50.0"}}"#),
        ] {
            std::fs::create_dir(path(name)).unwrap();
            std::fs::write(path(name).join("package.json"), text).unwrap();
        }
        let all = ["gone", "broken", "latest", "none", "here"].map(path);
        assert_eq!(version(all.iter().map(PathBuf::as_path)).as_deref(), Some("1.50.0"));
        assert_eq!(version([path("none").as_path(), Path::new("")]), None);
    }
}
