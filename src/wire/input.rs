//! A path that a person or a walk through folders named goes in; its content comes out, up to a
//! bound: files of others may be of any size, and pipes and devices have no end.

use std::io::{self, BufRead, Read};
use std::path::Path;

use crate::platform::regular;

pub(crate) use crate::platform::regular::{at_most, open};

/// The largest file that is read as a whole: several times as large as one of a million tests.
pub(crate) const LARGEST: u64 = 256 << 20;

/// All of a file, or of a pipe that was named, of at most [`LARGEST`] bytes.
pub(crate) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    at_most(regular::open_named(path)?, LARGEST)
}

/// The text of a file, as [`bytes`].
pub(crate) fn text(path: &Path) -> io::Result<String> {
    regular::as_text(bytes(path)?)
}

/// The text of a regular file of at most [`LARGEST`] bytes.
pub(crate) fn regular_text(path: &Path) -> io::Result<String> {
    regular::text(path, LARGEST)
}

/// Reads on to the end of a line, its line feed included; gives the number of bytes.
pub(crate) fn line(reader: &mut impl BufRead, line: &mut String, most: u64) -> io::Result<usize> {
    let read = reader.take(most + 1).read_line(line)?;
    if read as u64 > most { Err(regular::too_large(most)) } else { Ok(read) }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn no_line_is_longer_than_is_allowed() {
        let (mut lines, mut text) = (&b"12\n456\n"[..], String::new());
        assert_eq!(line(&mut lines, &mut text, 3).unwrap(), 3);
        assert!(line(&mut lines, &mut text, 3).is_err());
    }
}
