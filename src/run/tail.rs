//! A file that is being written goes in, its complete lines come out.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Reads what was added since the last look.
pub(super) struct Tail {
    path: PathBuf,
    file: Option<File>,
    /// A line whose end has not been written yet.
    rest: Vec<u8>,
}

impl Tail {
    pub(super) fn of(path: &Path) -> Self {
        Self { path: path.to_path_buf(), file: None, rest: Vec::new() }
    }

    /// The lines that are complete by now, without their line feeds.
    pub(super) fn lines(&mut self) -> std::io::Result<Vec<String>> {
        if self.file.is_none() {
            self.file = open(&self.path)?;
        }
        let Some(file) = &mut self.file else { return Ok(Vec::new()) };
        file.read_to_end(&mut self.rest)?;
        let end = self.rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let whole: Vec<u8> = self.rest.drain(..end).collect();
        let text = String::from_utf8_lossy(&whole);
        Ok(text.lines().map(str::to_owned).collect())
    }
}

/// None where there is nothing yet. Tests can put a link or a pipe in its place: neither is read.
fn open(path: &Path) -> std::io::Result<Option<File>> {
    match path.symlink_metadata() {
        Ok(meta) if meta.is_file() => File::open(path).map(Some),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
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
    fn a_link_in_place_of_the_file_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("secret"), "line\n").unwrap();
        std::os::unix::fs::symlink(dir.path().join("secret"), dir.path().join("events")).unwrap();
        assert!(Tail::of(&dir.path().join("events")).lines().unwrap().is_empty());
    }
}
