//! A project folder goes in, the `playwright-core` that its Playwright uses comes out.

use std::path::{Path, PathBuf};

use crate::platform;

/// The real folder of the package that holds the page of HTML reports and the trace viewer. It is
/// looked for as Node does: from the project up, and from each package to the one it needs, as some
/// package managers lay no package where another one sees it by chance.
pub(crate) fn find(project: &Path) -> Option<PathBuf> {
    let from = platform::canonical(project).ok()?;
    let core = |from: &Path| package(from, "playwright-core");
    let runner = package(&from, "@playwright/test");
    let inner = runner.as_deref().and_then(|runner| package(runner, "playwright"));
    let inner = inner.or_else(|| package(&from, "playwright"));
    inner.as_deref().and_then(core).or_else(|| core(&from))
}

/// The real folder of a package as a file in `from` would import it.
fn package(from: &Path, name: &str) -> Option<PathBuf> {
    let mut places = from.ancestors().map(|folder| folder.join("node_modules").join(name));
    platform::canonical(&places.find(|place| place.join("package.json").is_file())?).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::find;

    #[test]
    fn packages_are_found_as_they_import_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        let store = top.join("node_modules/.pnpm");
        for (store_name, name) in
            [("a", "@playwright/test"), ("b", "playwright"), ("c", "playwright-core")]
        {
            let package = store.join(store_name).join("node_modules").join(name);
            fs::create_dir_all(&package).unwrap();
            fs::write(package.join("package.json"), "{}").unwrap();
        }
        let link = |from: &str, to: &str| {
            let from = top.join("node_modules").join(from);
            fs::create_dir_all(from.parent().unwrap()).unwrap();
            symlink(store.join(to), from).unwrap();
        };
        link("@playwright/test", "a/node_modules/@playwright/test");
        link(".pnpm/a/node_modules/playwright", "b/node_modules/playwright");
        link(".pnpm/b/node_modules/playwright-core", "c/node_modules/playwright-core");
        fs::create_dir_all(top.join("apps/web")).unwrap();
        let core = store.join("c/node_modules/playwright-core");
        assert_eq!(find(&top.join("apps/web")), Some(core));
        assert_eq!(find(&top.join("apps/none")), None);
    }
}
