//! A folder goes in; what the `.gitignore` files in it and below say of paths comes out. As for git
//! and Playwright, only a regular file is one: what a link leads to says nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::platform::regular::{self, SOURCE};

const NAME: &str = ".gitignore";

/// The `.gitignore` files of a folder and those below, each read once.
#[derive(Debug)]
pub(crate) struct Ignored {
    top: PathBuf,
    rules: Mutex<HashMap<PathBuf, Gitignore>>,
}

impl Ignored {
    pub(crate) fn below(top: &Path) -> Self {
        Self { top: top.to_owned(), rules: Mutex::default() }
    }

    /// Whether a path below is ignored by itself; the nearest file that says anything decides.
    pub(crate) fn has(&self, path: &Path, is_dir: bool) -> bool {
        let mut known = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.top));
        for folder in folders {
            if !known.contains_key(folder) {
                known.insert(folder.to_owned(), rules(folder));
            }
            let verdict = known.get(folder).map_or(Match::None, |all| all.matched(path, is_dir));
            if !verdict.is_none() {
                return verdict.is_ignore();
            }
        }
        false
    }
}

/// What the `.gitignore` of a folder says; nothing where there is none. A line that is no pattern
/// is passed over.
pub(crate) fn rules(folder: &Path) -> Gitignore {
    let file = folder.join(NAME);
    let is_file = file.symlink_metadata().is_ok_and(|meta| meta.is_file());
    let text = if is_file { regular::read(&file, SOURCE).unwrap_or_default() } else { Vec::new() };
    let text = String::from_utf8_lossy(&text);
    let mut builder = GitignoreBuilder::new(folder);
    for line in text.trim_start_matches('\u{feff}').lines() {
        drop(builder.add_line(None, line));
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Ignored;

    #[test]
    fn the_nearest_file_decides_and_a_link_says_nothing() {
        let place = tempfile::tempdir().unwrap();
        let path = |name: &str| place.path().join(name);
        fs::create_dir_all(path("a/b")).unwrap();
        fs::write(path(".gitignore"), "\u{feff}out\r\n*.log\n[z\n").unwrap();
        fs::write(path("a/.gitignore"), "!kept.log\n").unwrap();
        std::os::unix::fs::symlink("../../all", path("a/b/.gitignore")).unwrap();
        fs::write(path("all"), "*\n").unwrap();
        let ignored = Ignored::below(place.path());
        for (name, is_dir, expected) in [
            ("out", true, true),
            ("a/out", true, true),
            ("a/x.log", false, true),
            ("a/kept.log", false, false),
            ("kept.log", false, true),
            ("a/b/x.ts", false, false),
        ] {
            assert_eq!(ignored.has(&path(name), is_dir), expected, "{name}");
        }
    }
}
