//! A path goes in; the content of the regular file that it leads to comes out, up to a bound. Whatever
//! lies in a checkout is read by this: somebody else may have put a link to a device, a pipe that
//! nobody writes to or a file of any size there.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::system;

/// The largest source, manifest or lock file of a project: those of the largest monorepos have 5 MB.
pub(crate) const SOURCE: u64 = 16 << 20;

/// Opens a regular file. Anything else is an error at once: opening a pipe would wait for whoever
/// writes to it.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    regular(&fs::metadata(path)?)?;
    // Another may be there by now.
    let file = system::open_unwaiting(path)?;
    regular(&file.metadata()?)?;
    Ok(file)
}

/// The same, and what the path itself says to be none: `/dev/null`, `/dev/stdin` or what a shell
/// makes of `<(command)`. A link to them does not say it.
pub(crate) fn open_named(path: &Path) -> io::Result<File> {
    let says_so = ["/dev", "/proc/self/fd"].iter().any(|folder| path.starts_with(folder));
    if says_so { File::open(path) } else { open(path) }
}

/// Opens a regular file that foreign code may have put below a folder, at any moment: with no link on
/// the way from there.
pub(crate) fn open_below(folder: &Path, inner: &Path) -> io::Result<File> {
    let file = system::open_below(folder, inner)?;
    regular(&file.metadata()?)?;
    Ok(file)
}

/// All of a regular file of at most so many bytes.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    at_most(open(path)?, most)
}

/// The text of a regular file of at most so many bytes.
pub(crate) fn text(path: &Path, most: u64) -> io::Result<String> {
    as_text(read(path, most)?)
}

pub(crate) fn as_text(bytes: Vec<u8>) -> io::Result<String> {
    let wrong = |_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8 text");
    String::from_utf8(bytes).map_err(wrong)
}

/// All that comes, if it is not more than that.
pub(crate) fn at_most(reader: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large(most)) } else { Ok(bytes) }
}

/// What is said of a file that goes beyond its bound.
pub(crate) fn too_large(most: u64) -> io::Error {
    io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {} MB", most >> 20))
}

fn regular(meta: &fs::Metadata) -> io::Result<()> {
    let what = if meta.is_dir() { "it is a folder" } else { "it is not a regular file" };
    if meta.is_file() { Ok(()) } else { Err(io::Error::new(ErrorKind::InvalidInput, what)) }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::{at_most, open, open_named, text};

    #[test]
    fn only_a_regular_file_is_opened_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("file"), "text").unwrap();
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        std::os::unix::fs::symlink(path("loop"), path("loop")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(path("pipe")).status();
        assert!(made.unwrap().success());
        assert_eq!(text(&path("link"), 4).unwrap(), "text");
        assert_eq!(open(&path("pipe")).unwrap_err().to_string(), "it is not a regular file");
        assert_eq!(open(folder.path()).unwrap_err().to_string(), "it is a folder");
        assert!(open(&path("loop")).is_err());
        assert!(open(&path("nothing")).is_err());
        assert!(open("/dev/zero".as_ref()).is_err());
    }

    #[test]
    fn a_device_counts_only_where_its_own_path_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        assert!(open_named("/dev/null".as_ref()).is_ok());
        assert_eq!(open_named(&link).unwrap_err().to_string(), "it is not a regular file");
    }

    #[test]
    fn no_more_is_read_than_is_allowed() {
        assert_eq!(at_most(&b"1234"[..], 4).unwrap(), b"1234");
        let error = at_most(std::io::repeat(0), 2 << 20).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it is larger than 2 MB");
    }
}
