//! A path that a job may have written to goes in, its own regular file comes out and nothing else.
//!
//! Tests are foreign code: they can put a link, a pipe or a device in the place of any file that
//! they are meant to write, also between two looks at it.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::platform;

/// Opens a regular file for reading. None where there is none, or something else.
pub(crate) fn open(path: &Path) -> std::io::Result<Option<File>> {
    let file = match platform::open_foreign(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        // A link, a socket or a device that nobody serves.
        Err(_) if path.symlink_metadata().is_ok_and(|meta| !meta.is_file()) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(file.metadata()?.is_file().then_some(file))
}

/// The text of a regular file of at most so many bytes. None where there is no such file.
pub(crate) fn read(path: &Path, most: u64) -> Option<String> {
    let mut text = String::new();
    let file = open(path).ok()??;
    let read = file.take(most + 1).read_to_string(&mut text).ok()?;
    (read as u64 <= most).then_some(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{open, read};

    #[test]
    fn only_a_regular_file_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "text").unwrap();
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        nix::unistd::mkfifo(&path("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
        fs::create_dir(path("folder")).unwrap();
        assert!(open(&path("file")).unwrap().is_some());
        for name in ["link", "pipe", "socket", "folder", "nothing"] {
            assert!(open(&path(name)).unwrap().is_none(), "{name}");
        }
    }

    #[test]
    fn no_more_is_read_than_is_allowed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "1234").unwrap();
        assert_eq!(read(&path, 4).as_deref(), Some("1234"));
        assert_eq!(read(&path, 3), None);
        fs::write(&path, [0xff]).unwrap();
        assert_eq!(read(&path, 3), None);
    }
}
