//! What there is to run: test cases in the groups that the runner keeps together.

use crate::model::id::TestKey;

/// The suite after selection: what will be dealt, and what runs beside it in every shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suite {
    /// Who says so.
    pub(crate) source: Source,
    /// What is dealt, in the runner's own order.
    pub(crate) groups: Vec<TestGroup>,
    /// Tests of set-up and teardown projects: they are not dealt, they run in every shard that
    /// needs them.
    pub(crate) shared: Vec<TestCase>,
    /// The runner's projects that take part.
    pub(crate) projects: Vec<Project>,
    /// What the runner's configuration says about how it would run.
    pub(crate) settings: RunnerSettings,
}

impl Suite {
    /// Every test case once: those dealt, then those shared.
    pub(crate) fn tests(&self) -> impl Iterator<Item = &TestCase> {
        self.groups.iter().flat_map(|group| &group.tests).chain(&self.shared)
    }
}

/// Where a suite comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Listed by Playwright itself: exact.
    Playwright,
    /// Read from the source files: projects and computed titles are not known.
    Scan,
}

/// What matters to us in the runner's resolved configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RunnerSettings {
    /// The runner's version, e.g. `1.65.1`; none where it was not asked.
    pub(crate) version: Option<String>,
    /// Workers in one process; none where it was not asked.
    pub(crate) workers: Option<u32>,
    /// The folder that the groups' files are relative to, as the runner's sandbox sees it; none
    /// where a file's path may not be what the runner knows it by.
    pub(crate) root: Option<String>,
    /// Whether the runner starts servers that could meet each other on one machine.
    pub(crate) servers: Servers,
}

/// Whether shards would share a server if they ran side by side on one network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Servers {
    /// No `webServer` and no `globalSetup`.
    None,
    /// A `webServer` or `globalSetup` that may take a fixed port; the text says which.
    Configured(String),
    /// Nobody looked.
    #[default]
    Unknown,
}

/// A project of the runner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Project {
    pub(crate) name: String,
    /// Projects that must pass before this one.
    pub(crate) dependencies: Vec<String>,
    /// The project that cleans up after this one.
    pub(crate) teardown: Option<String>,
    /// How many workers may run its tests at once; none leaves it to the runner's workers.
    pub(crate) workers: Option<u32>,
}

/// The least that can be dealt: what the runner itself keeps together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TestGroup {
    pub(crate) project: String,
    /// Relative to the runner's root folder, with forward slashes.
    pub(crate) file: String,
    pub(crate) kind: GroupKind,
    /// What the runner tells workers apart by: groups of another text need a worker of their own.
    /// Empty where it is not known.
    pub(crate) worker: String,
    /// In the order in which the runner would run them. May be incomplete for `Opaque`.
    pub(crate) tests: Vec<TestCase>,
}

impl TestGroup {
    /// A total order that does not depend on where the group stood: ties are broken by it.
    pub(crate) fn name(&self) -> (&str, &str, Option<&TestKey>) {
        (&self.file, &self.project, self.tests.first().map(|test| &test.key))
    }

    /// Whether it holds this test without knowing it: it is dealt whole, in its project alone.
    pub(crate) fn deals_whole(&self, key: &TestKey) -> bool {
        let is_its = self.file == key.file && self.project == key.project;
        self.kind == GroupKind::Opaque && is_its
    }
}

/// Why the tests of a group belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum GroupKind {
    /// All tests of a file outside parallel scopes.
    File,
    /// A serial or default suite inside a parallel scope.
    Sequence,
    /// One test of a parallel scope.
    Single,
    /// Some tests of a parallel scope that share `beforeAll` or `afterAll` hooks.
    Hooked,
    /// A file whose tests are not known one by one: it is dealt whole.
    Opaque,
}

/// One test in one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TestCase {
    pub(crate) key: TestKey,
    /// The runner's own id, the same on every machine with the same version; none from a scan.
    pub(crate) runner_id: Option<String>,
    /// With their leading `@`, in the order of the source.
    pub(crate) tags: Vec<String>,
    /// Where the test is declared in its file, from 1.
    pub(crate) line: u32,
    pub(crate) column: u32,
}
