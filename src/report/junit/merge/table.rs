//! Rows go in one after another and are read and changed by their number, however many: the first
//! stay in memory, the others stand in a file.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::report::junit::merge::row::Row;
use crate::report::junit::merge::sorter::{read, write};

/// Rows in memory; 3 MB of suites.
const HELD: usize = 1 << 15;

/// A list of rows.
pub(super) struct Table<R, const N: usize> {
    held: Vec<R>,
    most: usize,
    folder: PathBuf,
    file: Option<File>,
    rows: u32,
}

impl<R: Row<N>, const N: usize> Table<R, N> {
    pub(super) fn new(folder: &Path) -> Self {
        Self::holding(HELD, folder)
    }

    fn holding(most: usize, folder: &Path) -> Self {
        Self { held: Vec::new(), most, folder: folder.to_path_buf(), file: None, rows: 0 }
    }

    pub(super) fn rows(&self) -> u32 {
        self.rows
    }

    /// Gives the number of the new row.
    pub(super) fn push(&mut self, row: R) -> io::Result<u32> {
        let number = self.rows;
        self.rows = number.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        if self.held.len() < self.most {
            self.held.push(row);
        } else {
            if self.file.is_none() {
                self.file = Some(tempfile::tempfile_in(&self.folder)?);
            }
            self.set(number, row)?;
        }
        Ok(number)
    }

    pub(super) fn get(&self, number: u32) -> io::Result<R> {
        match (self.held.get(number as usize), &self.file) {
            (Some(row), _) => Ok(*row),
            (None, Some(file)) => Ok(read(file, self.place(number), 1)?[0]),
            (None, None) => Err(io::ErrorKind::NotFound.into()),
        }
    }

    pub(super) fn set(&mut self, number: u32, row: R) -> io::Result<()> {
        let place = self.place(number);
        match (self.held.get_mut(number as usize), &self.file) {
            (Some(held), _) => *held = row,
            (None, Some(file)) => write(file, place, &[row])?,
            (None, None) => return Err(io::ErrorKind::NotFound.into()),
        }
        Ok(())
    }

    fn place(&self, number: u32) -> u64 {
        u64::from(number).saturating_sub(self.most as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::Table;
    use crate::report::junit::merge::row::Edit;

    #[test]
    fn rows_are_found_and_changed_whatever_memory_takes() {
        let folder = tempfile::tempdir().unwrap();
        let row = |at| Edit { at, len: at + 1, from: at + 2, from_len: at + 3 };
        for most in [0, 1, 7, 100] {
            let mut table = Table::<Edit, 4>::holding(most, folder.path());
            for number in 0..20 {
                assert_eq!(table.push(row(u64::from(number))).unwrap(), number);
            }
            for number in 0..20 {
                table.set(number, row(u64::from(number) + 100)).unwrap();
            }
            for number in 0..20 {
                assert_eq!(table.get(number).unwrap(), row(u64::from(number) + 100));
            }
            assert!(table.get(20).is_err());
            assert_eq!(table.rows(), 20);
        }
    }
}
