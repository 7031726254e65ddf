//! What our reporter inside Playwright is told: a task goes in, `task.json` comes out; for a runner
//! that waits to be told which tests to run, `selection.json`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::model::id::TestKey;
use crate::model::suite::{GroupKind, TestGroup};

/// The reporter beside `task.json`.
pub(crate) const REPORTER_FILE: &str = "reporter.cjs";
/// What runs before Playwright; beside `task.json`.
pub(crate) const PRELOAD_FILE: &str = "preload.cjs";
/// What loads Playwright before it is known what it is to run; beside `task.json`.
pub(crate) const STANDBY_FILE: &str = "standby.cjs";
/// All that is ours inside Playwright: file names and texts.
const INSIDE: [(&str, &str); 11] = [
    (REPORTER_FILE, include_str!("inside/reporter.cjs")),
    (PRELOAD_FILE, include_str!("inside/preload.cjs")),
    ("cpus.cjs", include_str!("inside/cpus.cjs")),
    ("groups.cjs", include_str!("inside/groups.cjs")),
    ("leash.cjs", include_str!("inside/leash.cjs")),
    ("order.cjs", include_str!("inside/order.cjs")),
    (STANDBY_FILE, include_str!("inside/standby.cjs")),
    ("suite.cjs", include_str!("inside/suite.cjs")),
    ("task.cjs", include_str!("inside/task.cjs")),
    ("tests.cjs", include_str!("inside/tests.cjs")),
    ("versions.cjs", include_str!("inside/versions.cjs")),
];
/// What a waiting runner looks for beside `task.json`.
const SELECTION_FILE: &str = "selection.json";
/// Where in its results folder Playwright keeps which tests failed last.
const LAST_RUN_FILE: &str = ".last-run.json";

/// The reporter's orders. Paths are as the sandbox sees them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Task {
    mode: Mode,
    /// The folder that the reporter writes to.
    out: PathBuf,
    /// The folder of the package with Playwright's command.
    runner: PathBuf,
    /// How many processors Playwright shall see; none leaves it what it sees.
    cpus: Option<u32>,
    /// The user switched project dependencies off.
    no_deps: bool,
    #[serde(flatten)]
    selection: Chosen,
}

/// What one shard is to run.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Chosen {
    /// In the order in which they should start.
    tests: Vec<Key>,
    /// Spec files to run whole, each in one project, after the tests.
    files: Vec<Whole>,
}

#[derive(Debug, Serialize)]
struct Whole {
    project: String,
    file: String,
}

impl Chosen {
    /// These groups and nothing else.
    pub(crate) fn of<'a>(groups: impl IntoIterator<Item = &'a TestGroup>) -> Self {
        let mut chosen = Self::default();
        for group in groups {
            if group.kind == GroupKind::Opaque {
                let TestGroup { project, file, .. } = group.clone();
                chosen.files.push(Whole { project, file });
            } else {
                chosen.tests.extend(group.tests.iter().map(|test| Key::from(&test.key)));
            }
        }
        chosen
    }

    /// Writes it into the folder of a runner that waits for it, which never sees half of it.
    pub(crate) fn write(&self, folder: &Path) -> std::io::Result<()> {
        let part = folder.join(format!("{SELECTION_FILE}.part"));
        std::fs::write(&part, serde_json::to_vec(self)?)?;
        std::fs::rename(part, folder.join(SELECTION_FILE))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    List,
    Shard,
    /// Hands the suite out, waits for its selection, and runs it.
    Node,
}

#[derive(Debug, Serialize)]
struct Key {
    project: String,
    file: String,
    titles: Vec<String>,
    repeat: u32,
}

impl From<&TestKey> for Key {
    fn from(key: &TestKey) -> Self {
        let TestKey { file, project, titles, repeat } = key.clone();
        Self { project, file, titles, repeat }
    }
}

/// Where the sandbox sees what a task needs.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The only place that the reporter writes to.
    pub(crate) output: PathBuf,
    /// The folder of the package with Playwright's command.
    pub(crate) runner: PathBuf,
    /// How many processors a job may use, where that is not what it sees.
    pub(crate) cpus: Option<u32>,
}

impl Task {
    /// Lists the suite without running it.
    pub(crate) fn list(places: &Places, no_deps: bool) -> Self {
        Self::new(Mode::List, places, no_deps)
    }

    /// Runs these groups and nothing else.
    pub(crate) fn shard<'a>(
        places: &Places,
        no_deps: bool,
        groups: impl IntoIterator<Item = &'a TestGroup>,
    ) -> Self {
        Self { selection: Chosen::of(groups), ..Self::new(Mode::Shard, places, no_deps) }
    }

    /// Lists the suite, waits to be told which of it to run, and runs that.
    pub(crate) fn node(places: &Places, no_deps: bool) -> Self {
        Self::new(Mode::Node, places, no_deps)
    }

    fn new(mode: Mode, places: &Places, no_deps: bool) -> Self {
        Self {
            mode,
            out: places.output.clone(),
            runner: places.runner.clone(),
            cpus: places.cpus,
            no_deps,
            selection: Chosen::default(),
        }
    }

    /// Writes the ids of a shard's tests into the results folder as if they had failed in
    /// Playwright's last run: older than 1.62 it chooses by `--last-failed` alone.
    pub(crate) fn write_last_run<'a>(
        results: &Path,
        groups: impl IntoIterator<Item = &'a TestGroup>,
    ) -> std::io::Result<()> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct LastRun<'a> {
            status: &'static str,
            failed_tests: Vec<&'a str>,
        }
        let tests = groups.into_iter().flat_map(|group| &group.tests);
        let failed_tests = tests.filter_map(|test| test.runner_id.as_deref()).collect();
        let run = LastRun { status: "failed", failed_tests };
        std::fs::create_dir_all(results)?;
        std::fs::write(results.join(LAST_RUN_FILE), serde_json::to_vec(&run)?)
    }

    /// Writes the task and the reporter into `folder`, which the sandbox sees as its input.
    pub(crate) fn write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        for (name, text) in INSIDE {
            std::fs::write(folder.join(name), text)?;
        }
        std::fs::write(folder.join("task.json"), serde_json::to_vec(self)?)
    }
}
