//! Archives of a view go in, one after each batch; what is new or changed in each comes out, in a
//! folder of the host.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// What is younger than this when it is kept, in seconds, may change again within the same second:
/// archives tell no more.
const YOUNG: u64 = 2;

/// What was in a view when its files were kept last: the size and time of change of each, in seconds
/// since 1970, and nothing of a folder.
#[derive(Debug, Default)]
pub(super) struct Kept(BTreeMap<PathBuf, Option<(u64, u64)>>);

impl Kept {
    /// Writes regular files and folders of an archive that was made at `began`, never outside
    /// `folder`: what tests wrote is foreign.
    pub(super) fn unpack(
        &mut self,
        archive: &Path,
        began: SystemTime,
        folder: &Path,
    ) -> io::Result<()> {
        let mut archive = tar::Archive::new(File::open(archive)?);
        archive.set_preserve_mtime(true);
        let began = began.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        for entry in archive.entries()? {
            let mut entry = entry?;
            let kind = entry.header().entry_type();
            let path = entry.path()?.into_owned();
            if path.components().any(is_private) || !(kind.is_file() || kind.is_dir()) {
                continue;
            }
            let state = kind.is_file().then_some((entry.size(), entry.header().mtime()?));
            if self.0.get(&path) == Some(&state) {
                continue;
            }
            let is_old = |(_, changed): (u64, u64)| changed.saturating_add(YOUNG) <= began;
            if state.is_none_or(is_old) {
                self.0.insert(path, state);
            } else {
                self.0.remove(&path);
            }
            fs::create_dir_all(folder)?;
            entry.set_mask(0o022);
            // Answers false, and writes nothing, where a path would lead outside.
            entry.unpack_in(folder)?;
        }
        Ok(())
    }
}

/// Packages, and what is hidden: log-ins that tests keep belong in no report.
fn is_private(part: Component<'_>) -> bool {
    let Component::Normal(name) = part else { return false };
    name == "node_modules" || name.to_string_lossy().starts_with('.')
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::{Duration, UNIX_EPOCH};

    use super::Kept;

    /// What is kept of a view with these files: name, time of change and text of each.
    fn kept(kept: &mut Kept, began: u64, files: &[(&str, u64, &str)]) -> Vec<String> {
        let place = tempfile::tempdir().unwrap();
        let [archive, folder] = ["archive.tar", "files"].map(|name| place.path().join(name));
        let mut builder = tar::Builder::new(std::fs::File::create(&archive).unwrap());
        for (name, changed, text) in files {
            let mut header = tar::Header::new_gnu();
            let is_folder = name.ends_with('/');
            header.set_entry_type(if is_folder {
                tar::EntryType::Directory
            } else {
                tar::EntryType::Regular
            });
            header.set_mode(if is_folder { 0o755 } else { 0o644 });
            header.set_mtime(*changed);
            header.set_size(text.len().try_into().unwrap());
            builder.append_data(&mut header, name, text.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap();
        kept.unpack(&archive, UNIX_EPOCH + Duration::from_secs(began), &folder).unwrap();
        let found = |name: &&str| std::fs::symlink_metadata(folder.join(Path::new(name))).is_ok();
        files.iter().map(|(name, ..)| *name).filter(found).map(str::to_owned).collect()
    }

    #[test]
    fn each_batch_keeps_what_is_new_or_changed_and_nothing_private() {
        let mut view = Kept::default();
        let first =
            [("made/", 10, ""), ("made/a", 10, "one"), ("made/b", 10, "one"), (".auth/c", 10, "x")];
        assert_eq!(kept(&mut view, 50, &first), ["made/", "made/a", "made/b"]);
        let second =
            [("made/", 60, ""), ("made/a", 10, "one"), ("made/b", 10, "four"), ("d", 60, "x")];
        assert_eq!(kept(&mut view, 90, &second), ["made/", "made/b", "d"]);
        let third =
            [("made/", 60, ""), ("made/a", 91, "one"), ("made/b", 10, "four"), ("d", 60, "x")];
        assert_eq!(kept(&mut view, 99, &third), ["made/", "made/a"]);
        assert_eq!(kept(&mut view, 99, &third), [""; 0]);
        assert_eq!(kept(&mut Kept::default(), 99, &third).len(), 4);
    }

    #[test]
    fn what_is_so_young_that_it_may_change_unseen_is_kept_again() {
        let mut view = Kept::default();
        let files = [("a", 9, "one"), ("b", 8, "one"), ("c", 77, "one")];
        assert_eq!(kept(&mut view, 10, &files), ["a", "b", "c"]);
        assert_eq!(kept(&mut view, 20, &files), ["a", "c"]);
        assert_eq!(kept(&mut view, 20, &files), ["c"]);
    }
}
