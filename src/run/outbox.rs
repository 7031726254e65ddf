//! The folder that an attempt leaves its results in goes in, empty it comes out. What ran in the same
//! container before could write to it, and nothing of that may pass for a result, nor lead us out of
//! the folder.

use std::fs;
use std::io;
use std::path::Path;

/// Makes it, and removes whatever is in it. The folder itself stays: a container may have it mounted.
///
/// # Errors
///
/// Something that cannot be removed.
pub(super) fn emptied(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Neither follows a link, nor can be led to one.
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::emptied;

    #[test]
    fn whatever_was_left_there_is_gone_and_what_it_points_to_is_not() {
        let place = tempfile::tempdir().unwrap();
        let [out, other] = ["out", "other"].map(|name| place.path().join(name));
        fs::create_dir_all(out.join("results/deep")).unwrap();
        fs::create_dir(&other).unwrap();
        fs::write(other.join("kept.txt"), "mine").unwrap();
        fs::write(out.join("events.ndjson"), "forged").unwrap();
        symlink(&other, out.join("html")).unwrap();
        symlink(&other, out.join("results/deep/html")).unwrap();
        emptied(&out).unwrap();
        assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
        assert_eq!(fs::read_to_string(other.join("kept.txt")).unwrap(), "mine");
        emptied(&place.path().join("new/out")).unwrap();
        assert!(place.path().join("new/out").is_dir());
    }
}
