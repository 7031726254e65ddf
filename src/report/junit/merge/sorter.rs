//! Rows go in in any order and come out sorted, however many: what memory does not take goes to a
//! file.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::platform;
use crate::report::junit::merge::row::Row;

/// Rows in memory before they are written. At 48 bytes a row these are 1.5 MB.
const HELD: usize = 1 << 15;
/// Rows that are read at once of each sorted run. A run holds [`HELD`] rows, so a hundred million
/// test cases are 3,000 runs, and their rows in memory 20 MB.
const READ: usize = 128;

/// Takes rows.
pub(super) struct Sorter<R, const N: usize> {
    held: Vec<R>,
    most: usize,
    folder: PathBuf,
    file: Option<File>,
    /// In rows: where each sorted run in the file ends.
    ends: Vec<u64>,
}

impl<R: Row<N> + Ord, const N: usize> Sorter<R, N> {
    pub(super) fn new(folder: &Path) -> Self {
        Self::holding(HELD, folder)
    }

    fn holding(most: usize, folder: &Path) -> Self {
        let folder = folder.to_path_buf();
        Self { held: Vec::new(), most, folder, file: None, ends: Vec::new() }
    }

    pub(super) fn push(&mut self, row: R) -> io::Result<()> {
        if self.held.len() == self.most {
            self.spill()?;
        }
        self.held.push(row);
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        self.held.sort_unstable();
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile_in(&self.folder)?,
        };
        let mut end = self.ends.last().copied().unwrap_or(0);
        for rows in self.held.chunks(1 << 10) {
            write(&file, end, rows)?;
            end += rows.len() as u64;
        }
        self.file = Some(file);
        self.ends.push(end);
        self.held.clear();
        Ok(())
    }
}

/// Gives the rows of several sorters.
pub(super) struct Sorted<R, const N: usize> {
    runs: Vec<Run<R, N>>,
    /// The next row of each run.
    heads: BinaryHeap<Reverse<(R, usize)>>,
}

impl<R: Row<N> + Ord, const N: usize> Sorted<R, N> {
    pub(super) fn new(sorters: impl IntoIterator<Item = Sorter<R, N>>) -> io::Result<Self> {
        let mut sorted = Self { runs: Vec::new(), heads: BinaryHeap::new() };
        for mut sorter in sorters {
            sorter.held.sort_unstable();
            let file = sorter.file.map(Arc::new);
            sorted.runs.push(Run { buffer: sorter.held.into_iter(), file: None, at: 0, end: 0 });
            let mut at = 0;
            for end in sorter.ends {
                let buffer = Vec::new().into_iter();
                sorted.runs.push(Run { buffer, file: file.clone(), at, end });
                at = end;
            }
        }
        for run in 0..sorted.runs.len() {
            sorted.refill(run)?;
        }
        Ok(sorted)
    }

    /// The least row of all that are left.
    pub(super) fn next(&mut self) -> io::Result<Option<R>> {
        let Some(Reverse((row, run))) = self.heads.pop() else { return Ok(None) };
        self.refill(run)?;
        Ok(Some(row))
    }

    /// The row that comes next.
    pub(super) fn peek(&self) -> Option<&R> {
        self.heads.peek().map(|Reverse((row, _))| row)
    }

    fn refill(&mut self, run: usize) -> io::Result<()> {
        if let Some(row) = self.runs[run].next()? {
            self.heads.push(Reverse((row, run)));
        }
        Ok(())
    }
}

/// Rows that are sorted: in memory, or in a part of a file.
struct Run<R, const N: usize> {
    buffer: std::vec::IntoIter<R>,
    file: Option<Arc<File>>,
    at: u64,
    end: u64,
}

impl<R: Row<N>, const N: usize> Run<R, N> {
    fn next(&mut self) -> io::Result<Option<R>> {
        if let Some(row) = self.buffer.next() {
            return Ok(Some(row));
        }
        let Some(file) = self.file.as_ref().filter(|_| self.at < self.end) else {
            return Ok(None);
        };
        let left = usize::try_from(self.end - self.at).unwrap_or(READ);
        let rows = read(file, self.at, left.min(READ))?;
        self.at += rows.len() as u64;
        self.buffer = rows.into_iter();
        Ok(self.buffer.next())
    }
}

/// Writes rows to a file that holds nothing else; `at` counts rows.
pub(super) fn write<R: Row<N>, const N: usize>(file: &File, at: u64, rows: &[R]) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(rows.len() * size::<N>());
    for number in rows.iter().flat_map(Row::pack) {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    platform::write_all_at(file, &bytes, at * size::<N>() as u64)
}

/// Reads so many rows back.
pub(super) fn read<R: Row<N>, const N: usize>(
    file: &File,
    at: u64,
    count: usize,
) -> io::Result<Vec<R>> {
    let mut bytes = vec![0; count * size::<N>()];
    platform::read_exact_at(file, &mut bytes, at * size::<N>() as u64)?;
    let row = |bytes: &[u8]| {
        let mut numbers = [0; N];
        for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks().0) {
            *number = u64::from_le_bytes(*bytes);
        }
        R::unpack(numbers)
    };
    Ok(bytes.chunks_exact(size::<N>()).map(row).collect())
}

const fn size<const N: usize>() -> usize {
    N * size_of::<u64>()
}

#[cfg(test)]
mod tests {
    use super::{Sorted, Sorter};
    use crate::report::junit::merge::row::Edit;

    #[test]
    fn rows_of_several_sorters_come_out_in_order_whatever_memory_takes() {
        let folder = tempfile::tempdir().unwrap();
        for most in [1, 3, 1000] {
            let mut expected = Vec::new();
            let mut sorters = [0, 1].map(|_| Sorter::<Edit, 4>::holding(most, folder.path()));
            let mut at = 1;
            for number in 0..500 {
                at = at * 48_271 % 2_147_483_647;
                let row = Edit { at, len: number, from: 0, from_len: 0 };
                sorters[usize::from(number % 3 == 0)].push(row).unwrap();
                expected.push(row);
            }
            expected.sort_unstable();
            let (mut sorted, mut seen) = (Sorted::new(sorters).unwrap(), Vec::new());
            while let Some(row) = sorted.next().unwrap() {
                seen.push(row);
            }
            assert_eq!(seen, expected);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
