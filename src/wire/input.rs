//! A path that a person or a walk through folders named goes in; its content comes out, up to a
//! bound: files of others may be of any size, and pipes and devices have no end.

use std::fs::{self, File};
use std::io::{self, BufRead, ErrorKind, Read};
use std::path::Path;

/// The largest file that is read as a whole: several times as large as one of a million tests.
pub(crate) const LARGEST: u64 = 256 << 20;

/// Opens a regular file. Anything else is an error at once: opening a pipe would wait for whoever
/// writes to it.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    regular(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    regular(&file.metadata()?)?;
    Ok(file)
}

fn regular(meta: &fs::Metadata) -> io::Result<()> {
    let what = if meta.is_dir() { "it is a folder" } else { "it is not a regular file" };
    if meta.is_file() { Ok(()) } else { Err(io::Error::new(ErrorKind::InvalidInput, what)) }
}

/// All of a file, or of a pipe that was named, of at most [`LARGEST`] bytes.
pub(crate) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    at_most(File::open(path)?, LARGEST)
}

/// The text of a file, as [`bytes`].
pub(crate) fn text(path: &Path) -> io::Result<String> {
    as_text(bytes(path)?)
}

/// The text of a regular file of at most [`LARGEST`] bytes.
pub(crate) fn regular_text(path: &Path) -> io::Result<String> {
    as_text(at_most(open(path)?, LARGEST)?)
}

fn as_text(bytes: Vec<u8>) -> io::Result<String> {
    let wrong = |_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8 text");
    String::from_utf8(bytes).map_err(wrong)
}

/// All that comes, if it is not more than that.
pub(crate) fn at_most(reader: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large(most)) } else { Ok(bytes) }
}

/// Reads on to the end of a line, its line feed included; gives the number of bytes.
pub(crate) fn line(reader: &mut impl BufRead, line: &mut String, most: u64) -> io::Result<usize> {
    let read = reader.take(most + 1).read_line(line)?;
    if read as u64 > most { Err(too_large(most)) } else { Ok(read) }
}

fn too_large(most: u64) -> io::Error {
    io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {} MB", most >> 20))
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::{at_most, line, open, regular_text};

    #[test]
    fn only_a_regular_file_is_opened_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("file"), "text").unwrap();
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        std::os::unix::fs::symlink(path("loop"), path("loop")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(path("pipe")).status();
        assert!(made.unwrap().success());
        assert_eq!(regular_text(&path("link")).unwrap(), "text");
        assert_eq!(open(&path("pipe")).unwrap_err().to_string(), "it is not a regular file");
        assert_eq!(open(folder.path()).unwrap_err().to_string(), "it is a folder");
        assert!(open(&path("loop")).is_err());
        assert!(open(&path("nothing")).is_err());
        assert!(open("/dev/zero".as_ref()).is_err());
    }

    #[test]
    fn no_more_is_read_than_is_allowed() {
        assert_eq!(at_most(&b"1234"[..], 4).unwrap(), b"1234");
        let error = at_most(std::io::repeat(0), 2 << 20).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it is larger than 2 MB");
        let (mut lines, mut text) = (&b"12\n456\n"[..], String::new());
        assert_eq!(line(&mut lines, &mut text, 3).unwrap(), 3);
        assert!(line(&mut lines, &mut text, 3).is_err());
    }
}
