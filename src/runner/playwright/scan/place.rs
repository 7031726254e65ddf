//! Byte offsets in a source -> lines and columns.

use super::outline::Place;

/// Where the lines of a source begin.
pub(super) struct Lines<'a> {
    source: &'a str,
    starts: Vec<u32>,
}

impl<'a> Lines<'a> {
    /// Finds the beginnings of the lines.
    pub(super) fn new(source: &'a str) -> Self {
        let ends = (1_u32..).zip(source.bytes()).filter(|(_, byte)| *byte == b'\n');
        Self { source, starts: std::iter::once(0).chain(ends.map(|(next, _)| next)).collect() }
    }

    /// Line and column of an offset.
    pub(super) fn place(&self, offset: u32) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts[line - 1] as usize;
        let before = self.source.get(start..offset as usize).unwrap_or_default();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place { line: count(line), column: count(before.encode_utf16().count()).saturating_add(1) }
    }
}
