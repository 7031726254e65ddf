//! The tests of a file in a project -> the groups that Playwright keeps together.

use super::outline::{Mode, Outline, TestNode};
use super::projects::ProjectSpec;
use crate::model::suite::{GroupKind, TestCase, TestGroup};

/// What keeps a test together with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bond {
    /// Outside parallel scopes: the file.
    File,
    /// The outermost sequential suite inside a parallel scope.
    Sequence(usize),
    /// Nothing.
    Single,
    /// Hooks that run once for all.
    Hooked,
}

/// Groups the kept tests of one file; `tests` goes with the nodes that they were made from. An
/// opaque file is one group, even where no test is known.
///
/// This is Playwright's `createTestGroups`: what is not parallel first, then what is, in source
/// order, then what shares hooks. Playwright would deal the last part in chunks whose size depends
/// on the number of workers; here it stays whole.
pub(super) fn form(
    project: &ProjectSpec,
    file: &str,
    outline: &Outline,
    tests: Vec<(&TestNode, TestCase)>,
) -> Vec<TestGroup> {
    let group = |kind, tests| TestGroup {
        worker: String::new(),
        project: project.name.clone(),
        file: file.to_owned(),
        kind,
        tests,
    };
    if outline.opaque {
        return vec![group(GroupKind::Opaque, tests.into_iter().map(|(_, test)| test).collect())];
    }
    let mut whole = group(GroupKind::File, Vec::new());
    let mut hooked = group(GroupKind::Hooked, Vec::new());
    let mut parallel: Vec<(Bond, TestGroup)> = Vec::new();
    for (node, test) in tests {
        match bond(project, outline, node) {
            Bond::File => whole.tests.push(test),
            Bond::Hooked => hooked.tests.push(test),
            Bond::Single => parallel.push((Bond::Single, group(GroupKind::Single, vec![test]))),
            bond @ Bond::Sequence(_) => {
                match parallel.iter_mut().rev().find(|(other, _)| *other == bond) {
                    Some((_, group)) => group.tests.push(test),
                    None => parallel.push((bond, group(GroupKind::Sequence, vec![test]))),
                }
            }
        }
    }
    let parallel = parallel.into_iter().map(|(_, group)| group);
    let all = std::iter::once(whole).chain(parallel).chain(std::iter::once(hooked));
    all.filter(|group| !group.tests.is_empty()).collect()
}

fn bond(project: &ProjectSpec, outline: &Outline, test: &TestNode) -> Bond {
    let mut parallel = project.fully_parallel;
    let mut hooks = false;
    let mut sequence = None;
    for (index, suite) in outline.around(test) {
        match suite.mode {
            Mode::Serial | Mode::Default => sequence = Some(index),
            Mode::Parallel => parallel = true,
            Mode::None => {}
        }
        hooks |= suite.hooks;
    }
    match (parallel, sequence, hooks) {
        (false, _, _) => Bond::File,
        (true, Some(suite), _) => Bond::Sequence(suite),
        (true, None, true) => Bond::Hooked,
        (true, None, false) => Bond::Single,
    }
}
