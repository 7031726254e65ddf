//! What one spec file declares: its suites and tests, before projects and selection.

/// How the tests of a scope relate, as Playwright's `_parallelMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// As the scope around it.
    None,
    Default,
    Serial,
    Parallel,
}

/// The declarations of a file; the first suite is the file itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) suites: Vec<SuiteNode>,
    /// In source order.
    pub(super) tests: Vec<TestNode>,
    /// The file may declare tests that are not listed here, or fewer than are.
    pub(super) opaque: bool,
}

/// A `describe`, or the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SuiteNode {
    /// Index of the suite around it; none for the file.
    pub(super) parent: Option<usize>,
    /// Empty for the file and where a `describe` has no title.
    pub(super) title: String,
    pub(super) tags: Vec<String>,
    pub(super) mode: Mode,
    pub(super) only: bool,
    /// Whether it has `beforeAll` or `afterAll` hooks.
    pub(super) hooks: bool,
    pub(super) place: Place,
}

/// A test as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TestNode {
    pub(super) suite: usize,
    pub(super) title: String,
    /// Those of its details; not those of its title or its suites.
    pub(super) tags: Vec<String>,
    pub(super) only: bool,
    pub(super) place: Place,
}

/// Line and column from 1, the column in UTF-16 units as in JavaScript; the file itself is at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Outline {
    /// A file that declares nothing yet.
    pub(super) fn new() -> Self {
        let file = SuiteNode {
            parent: None,
            title: String::new(),
            tags: Vec::new(),
            mode: Mode::None,
            only: false,
            hooks: false,
            place: Place::default(),
        };
        Self { suites: vec![file], tests: Vec::new(), opaque: false }
    }

    /// The suites around a test, from the innermost to the file.
    pub(super) fn around(&self, test: &TestNode) -> impl Iterator<Item = (usize, &SuiteNode)> {
        std::iter::successors(Some(test.suite), |index| self.suites[*index].parent)
            .map(|index| (index, &self.suites[index]))
    }

    /// The titles from the outermost `describe` to the test; a `describe` without one adds none.
    pub(super) fn titles(&self, test: &TestNode) -> Vec<String> {
        let mut titles: Vec<String> = std::iter::once(&test.title)
            .chain(
                self.around(test).map(|(_, suite)| &suite.title).filter(|title| !title.is_empty()),
            )
            .cloned()
            .collect();
        titles.reverse();
        titles
    }

    /// Whether anything in the file is focused with `only`.
    pub(super) fn has_only(&self) -> bool {
        self.suites.iter().any(|suite| suite.only) || self.tests.iter().any(|test| test.only)
    }

    /// Whether a test stays when something is focused: it is focused itself, or a suite around it
    /// is in which nothing else is.
    pub(super) fn focused(&self, test: &TestNode) -> bool {
        test.only
            || self.around(test).any(|(index, suite)| suite.only && !self.has_only_inside(index))
    }

    fn has_only_inside(&self, outer: usize) -> bool {
        let inside = |start: Option<usize>| {
            std::iter::successors(start, |index| self.suites[*index].parent)
                .any(|index| index == outer)
        };
        self.tests.iter().any(|test| test.only && inside(Some(test.suite)))
            || self.suites.iter().any(|suite| suite.only && inside(suite.parent))
    }
}
