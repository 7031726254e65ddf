//! Timings as the tree that the file shows: files, projects, titles.

use std::collections::BTreeMap;

use crate::model::id::TestKey;
use crate::model::timings::{Timing, Timings};

/// Files, then projects.
pub(super) type Files<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Node<'a>>>;

/// What stands at a title: a test, a `describe`, or both.
#[derive(Default)]
pub(super) struct Node<'a> {
    pub(super) timing: Option<Timing>,
    pub(super) children: BTreeMap<&'a str, Node<'a>>,
}

/// The tree of all timings.
pub(super) fn tree(timings: &Timings) -> Files<'_> {
    let mut files = Files::new();
    for (TestKey { file, project, titles, repeat }, timing) in &timings.tests {
        if *repeat > 0 {
            continue;
        }
        let mut node = files.entry(file).or_default().entry(project).or_default();
        for title in titles {
            node = node.children.entry(title).or_default();
        }
        node.timing = Some(*timing);
    }
    files
}
