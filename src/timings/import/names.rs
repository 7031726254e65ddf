//! The tests of a file go in one by one; whether their names are still within reason comes out.

use crate::model::id::TestKey;

/// In bytes. Each test names its file and all titles above it, which a file says only once: a
/// small one could fill the memory.
pub(super) const MOST: usize = 256 << 20;

/// How long the names of all tests are by now, in bytes.
#[derive(Debug, Default)]
pub(super) struct Names(usize);

impl Names {
    /// Counts a test; false where all are too long together.
    pub(super) fn take(&mut self, key: &TestKey) -> bool {
        let titles: usize = key.titles.iter().map(String::len).sum();
        self.0 += key.file.len() + key.project.len() + titles;
        self.0 <= MOST
    }
}
