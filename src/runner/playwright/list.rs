//! `list.json` of our reporter goes in, a suite comes out.

use std::collections::HashSet;

use serde::Deserialize;

use crate::model::event::TestError;
use crate::model::id::TestKey;
use crate::model::suite::{
    GroupKind, Project, RunnerSettings, Servers, Source, Suite, TestCase, TestGroup,
};
use crate::wire::event_v1::{ErrorWire, ListedWire};

/// In bytes, of the files and projects of all tests.
const MOST_NAMES: usize = 256 << 20;

/// Why a list could not become a suite.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    #[error("cannot understand Playwright's list of tests")]
    Malformed(#[source] serde_json::Error),
    #[error(
        "the Playwright configuration sets `shard`, so that it lists a part of the suite alone"
    )]
    Sharded,
    #[error("two tests are named alike: `{0}`")]
    Alike(TestKey),
    #[error("Playwright's list of tests names files of more than {} MB in all", MOST_NAMES >> 20)]
    Names,
    #[error("Playwright could not load the suite")]
    Broken(Vec<TestError>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    version: Option<String>,
    workers: Option<u32>,
    /// Not said where Playwright may know a file by another name than the list.
    #[serde(default)]
    root: Option<String>,
    /// The configuration itself says `shard`.
    #[serde(default)]
    sharded: bool,
    servers: Option<String>,
    projects: Vec<ProjectLine>,
    shared: Vec<ListedWire>,
    groups: Vec<GroupLine>,
    errors: Vec<ErrorWire>,
}

#[derive(Debug, Deserialize)]
struct ProjectLine {
    name: String,
    dependencies: Vec<String>,
    teardown: Option<String>,
    workers: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct GroupLine {
    project: String,
    file: String,
    kind: KindWord,
    #[serde(default)]
    worker: String,
    tests: Vec<TestLine>,
}

/// A test of a group, whose project and file are the group's.
#[derive(Debug, Deserialize)]
struct TestLine {
    titles: Vec<String>,
    repeat: u32,
    id: String,
    tags: Vec<String>,
    line: u32,
    column: u32,
}

impl TestLine {
    fn case(self, project: &str, file: &str) -> TestCase {
        let Self { titles, repeat, id, tags, line, column } = self;
        let key = TestKey { file: file.to_owned(), project: project.to_owned(), titles, repeat };
        TestCase { key, runner_id: Some(id), tags, line, column }
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KindWord {
    File,
    Sequence,
    Single,
    Hooked,
}

/// Reads what the reporter wrote in list mode. Files that Playwright could not load are an error,
/// because a plan without them would silently leave their tests out.
pub(crate) fn read(text: &str) -> Result<Suite, ListError> {
    let list: List = serde_json::from_str(text).map_err(ListError::Malformed)?;
    let errors: Vec<TestError> = list.errors.into_iter().map(TestError::from).collect();
    if errors.iter().any(|error| !says_nothing_matches(error)) {
        return Err(ListError::Broken(errors));
    }
    if list.sharded {
        return Err(ListError::Sharded);
    }
    // Each test gets the names of its group: a small list could fill the memory.
    let names = |group: &GroupLine| (group.file.len() + group.project.len()) * group.tests.len();
    if list.groups.iter().map(names).sum::<usize>() > MOST_NAMES {
        return Err(ListError::Names);
    }
    let suite = Suite {
        source: Source::Playwright,
        groups: list.groups.into_iter().map(TestGroup::from).collect(),
        shared: list.shared.into_iter().map(TestCase::from).collect(),
        projects: list.projects.into_iter().map(Project::from).collect(),
        settings: RunnerSettings {
            version: list.version,
            workers: list.workers,
            root: list.root,
            servers: list.servers.map_or(Servers::None, Servers::Configured),
        },
    };
    let mut keys = HashSet::with_capacity(suite.tests().count());
    let alike = suite.tests().find(|test| !keys.insert(&test.key)).map(|test| test.key.clone());
    alike.map_or(Ok(suite), |key| Err(ListError::Alike(key)))
}

/// Playwright takes a selection without tests for an error; for us it is an empty suite.
fn says_nothing_matches(error: &TestError) -> bool {
    error.message.trim_start_matches("Error: ").starts_with("No tests found")
}

impl From<ProjectLine> for Project {
    fn from(line: ProjectLine) -> Self {
        let ProjectLine { name, dependencies, teardown, workers } = line;
        Self { name, dependencies, teardown, workers }
    }
}

impl From<GroupLine> for TestGroup {
    fn from(line: GroupLine) -> Self {
        let kind = match line.kind {
            KindWord::File => GroupKind::File,
            KindWord::Sequence => GroupKind::Sequence,
            KindWord::Single => GroupKind::Single,
            KindWord::Hooked => GroupKind::Hooked,
        };
        let GroupLine { project, file, worker, tests, .. } = line;
        let tests = tests.into_iter().map(|test| test.case(&project, &file)).collect();
        Self { project, file, kind, worker, tests }
    }
}

#[cfg(test)]
mod tests {
    use super::{ListError, read};

    #[test]
    fn a_list_that_would_fill_the_memory_is_refused() {
        let test = r#"{"titles":["t"],"repeat":0,"id":"i","tags":[],"line":1,"column":1}"#;
        let list = format!(
            r#"{{"projects":[],"shared":[],"errors":[],"groups":[{{"project":"p","kind":"file","file":"{}","tests":[{}]}}]}}"#,
            "f".repeat(1 << 20),
            vec![test; 300].join(",")
        );
        assert!(matches!(read(&list), Err(ListError::Names)));
    }

    #[test]
    fn a_list_with_load_errors_is_no_suite() {
        let text = r#"{"sharded":false,"projects":[],"shared":[],"groups":[],
            "errors":[{"message":"SyntaxError: x","stack":"","snippet":"","location":"a.ts:1:2"}]}"#;
        let Err(ListError::Broken(errors)) = read(text) else { panic!("a suite came out") };
        assert_eq!(errors[0].location, "a.ts:1:2");
    }
}
