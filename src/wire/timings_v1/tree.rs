//! Timings as the tree that the file shows: files, projects, titles.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::id::{TITLE_SEPARATOR, TestKey};
use crate::model::timings::{Timing, Timings};

/// Readers of JSON go some 120 maps and lists deep; the writer needs the rest.
const DEEPEST: usize = 100;

/// Files, then projects.
pub(super) type Files<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Node<'a>>>;

/// What stands at a title: a test, a `describe`, or both.
#[derive(Default)]
pub(super) struct Node<'a> {
    pub(super) timing: Option<Timing>,
    pub(super) children: BTreeMap<Cow<'a, str>, Node<'a>>,
}

/// The tree of all timings. Titles that lie deeper than the file can go are joined.
pub(super) fn tree(timings: &Timings) -> Files<'_> {
    let mut files = Files::new();
    for (TestKey { file, project, titles, repeat }, timing) in &timings.tests {
        if *repeat > 0 {
            continue;
        }
        let mut node = files.entry(file).or_default().entry(project).or_default();
        let mut depth = 0;
        for (index, title) in titles.iter().enumerate() {
            // A test that is a `describe`, too, takes a list more. It came before what is in it.
            depth += 1 + usize::from(node.timing.is_some());
            if depth >= DEEPEST {
                let rest = titles[index..].join(TITLE_SEPARATOR);
                node = node.children.entry(Cow::Owned(rest)).or_default();
                break;
            }
            node = node.children.entry(Cow::Borrowed(title)).or_default();
        }
        node.timing = Some(*timing);
    }
    files
}
