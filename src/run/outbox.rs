//! The folder that an attempt leaves its results in goes in, empty it comes out. What ran in the same
//! container before could write to it, and nothing of that may pass for a result, nor lead us out of
//! the folder.

use std::fs;
use std::io;
use std::path::Path;

use crate::platform;

/// Makes it, and removes whatever is in it. The folder itself stays: a container may have it mounted.
///
/// # Errors
///
/// Something that cannot be removed.
pub(super) fn emptied(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    if clear(folder).is_ok() {
        return Ok(());
    }
    // Who is not root is kept out of folders that are as closed as tests left them.
    platform::open_up(folder).ok();
    clear(folder)
}

/// The same before a container has it, so that what cannot be removed is put beside it.
///
/// # Errors
///
/// Something that can neither be removed nor be put away.
pub(super) fn renewed(folder: &Path) -> io::Result<()> {
    if emptied(folder).is_ok() {
        return Ok(());
    }
    let mut places = (1..).map(|number| folder.with_extension(format!("left-{number}")));
    // Never none.
    let place = places.find(|place| fs::symlink_metadata(place).is_err());
    fs::rename(folder, place.unwrap_or_default())?;
    fs::create_dir(folder)
}

fn clear(folder: &Path) -> io::Result<()> {
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
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    use super::{emptied, renewed};
    use crate::platform;

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

    /// Root gets in everywhere, so that it is somebody else here.
    #[test]
    fn what_nobody_may_look_into_is_removed_as_well() {
        let thread = std::thread::spawn(|| {
            platform::look_as_nobody();
            let place = tempfile::tempdir().unwrap();
            let [out, other] = ["out", "other"].map(|name| place.path().join(name));
            fs::create_dir_all(out.join("shut/deep")).unwrap();
            fs::create_dir(&other).unwrap();
            fs::write(out.join("shut/deep/file"), "forged").unwrap();
            symlink(&other, out.join("shut/deep/link")).unwrap();
            let mode = |path: &Path, mode| {
                fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
            };
            mode(&other, 0o500);
            mode(&out.join("shut/deep"), 0o000);
            mode(&out.join("shut"), 0o000);
            emptied(&out).unwrap();
            assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
            assert_eq!(fs::metadata(&other).unwrap().permissions().mode() & 0o777, 0o500);
        });
        thread.join().unwrap();
    }

    #[test]
    fn what_cannot_be_removed_is_put_aside_where_a_container_is_new() {
        let place = tempfile::tempdir().unwrap();
        let out = place.path().join("out");
        for left in ["out.left-1", "out.left-2"] {
            // In the place of the folder something that is none, which nobody empties.
            fs::remove_dir_all(&out).ok();
            fs::write(&out, "no folder").unwrap();
            assert!(emptied(&out).is_err());
            renewed(&out).unwrap();
            assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
            assert_eq!(fs::read_to_string(place.path().join(left)).unwrap(), "no folder");
        }
    }
}
