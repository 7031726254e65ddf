//! A file that is being written goes in, its complete lines come out.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::sandbox::foreign;

/// A result with all its output has a few megabytes. What has no end after so many bytes is not a
/// line of ours, and would fill our memory.
const LONGEST_LINE: usize = 64 << 20;
/// So much is read in one go.
const CHUNK: u64 = 16 << 20;

/// Reads what was added since the last look.
pub(super) struct Tail {
    path: PathBuf,
    file: Option<File>,
    /// A line whose end has not been written yet.
    rest: Vec<u8>,
    /// The line that is being read is too long: it is left out.
    skips: bool,
    longest: usize,
}

impl Tail {
    pub(super) fn of(path: &Path) -> Self {
        let (path, longest) = (path.to_path_buf(), LONGEST_LINE);
        Self { path, file: None, rest: Vec::new(), skips: false, longest }
    }

    /// The lines that are complete by now, without their line feeds; but no more than fits the
    /// memory: whoever wants all asks until there are none.
    pub(super) fn lines(&mut self) -> std::io::Result<Vec<String>> {
        if self.file.is_none() {
            self.file = foreign::open(&self.path)?;
        }
        let Some(file) = &mut self.file else { return Ok(Vec::new()) };
        loop {
            let read = file.by_ref().take(CHUNK).read_to_end(&mut self.rest)?;
            let end = self.rest.iter().rposition(|byte| *byte == b'\n');
            if let Some(end) = end {
                let whole: Vec<u8> = self.rest.drain(..=end).collect();
                let text = String::from_utf8_lossy(&whole);
                let skip = usize::from(std::mem::take(&mut self.skips));
                let lines: Vec<String> = text.lines().skip(skip).map(str::to_owned).collect();
                if !lines.is_empty() {
                    return Ok(lines);
                }
            } else if self.rest.len() > self.longest {
                self.skips = true;
                self.rest.clear();
            }
            if read == 0 {
                return Ok(Vec::new());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::Tail;

    #[test]
    fn only_complete_lines_come_and_each_comes_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events");
        let mut tail = Tail::of(&path);
        assert!(tail.lines().unwrap().is_empty());
        let mut file = fs::File::create(&path).unwrap();
        write!(file, "one\ntw").unwrap();
        assert_eq!(tail.lines().unwrap(), ["one"]);
        write!(file, "o\nthree").unwrap();
        assert_eq!(tail.lines().unwrap(), ["two"]);
        assert!(tail.lines().unwrap().is_empty());
    }

    #[test]
    fn a_line_without_an_end_is_left_out_and_the_next_one_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events");
        let mut tail = Tail { longest: 10, ..Tail::of(&path) };
        let mut file = fs::File::create(&path).unwrap();
        write!(file, "one\n01234567890").unwrap();
        assert_eq!(tail.lines().unwrap(), ["one"]);
        for _ in 0..3 {
            assert!(tail.lines().unwrap().is_empty());
            write!(file, "01234567890").unwrap();
            assert!(tail.rest.len() <= 11);
        }
        assert!(tail.lines().unwrap().is_empty());
        write!(file, "end of it\ntwo\n").unwrap();
        assert_eq!(tail.lines().unwrap(), ["two"]);
    }

    #[test]
    fn a_link_in_place_of_the_file_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("secret"), "line\n").unwrap();
        std::os::unix::fs::symlink(dir.path().join("secret"), dir.path().join("events")).unwrap();
        assert!(Tail::of(&dir.path().join("events")).lines().unwrap().is_empty());
    }
}
