//! Playwright's blob reports go in, their tests come out: zip files, folders of them, or the
//! `report.jsonl` out of one.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::executions::{Execution, sample};
use super::names::Names;
use super::source::Content;
use super::{ImportError, Importer, Sample, Source};
use crate::model::id::TestKey;
use crate::wire::blob::call::{Entry, OnProject, Project, Suite, TestEnd};
use crate::wire::blob::read::{self, BlobError, Call, Listener, is_kind};

/// What `--reporter=blob` writes.
#[derive(Debug)]
pub(super) struct Blob;

/// In bytes: so much of all reports in one zip is read, then it ends in the middle. Nothing but the
/// names and results of its tests stays in memory.
const LIMIT: u64 = 4 << 30;

impl Importer for Blob {
    fn name(&self) -> &'static str {
        "blob"
    }

    fn about(&self) -> &'static str {
        "blob reports of Playwright: a zip file, or a folder of them"
    }

    fn detect(&self, source: &Source) -> bool {
        matches!(source.content, Content::Folder | Content::Zip | Content::JsonLines)
    }

    fn read(&self, source: &Source) -> Result<Vec<Sample>, ImportError> {
        let mut samples = Vec::new();
        let files = if matches!(source.content, Content::Folder) {
            in_folder(source)?
        } else {
            vec![source.path.clone()]
        };
        for file in files {
            let reports = read::read(&file, LIMIT, Report::default)?;
            samples.extend(reports.into_iter().flat_map(Report::samples));
        }
        Ok(samples)
    }
}

/// The reports in a folder, by name.
fn in_folder(source: &Source) -> Result<Vec<PathBuf>, ImportError> {
    let unreadable = |error| ImportError::Read { path: source.path.clone(), source: error };
    let mut files = Vec::new();
    for entry in fs::read_dir(&source.path).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if (is_kind(&path, "zip") || is_kind(&path, "jsonl")) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(source.broken("the folder holds no blob reports (`*.zip`)"));
    }
    Ok(files)
}

impl From<BlobError> for ImportError {
    fn from(error: BlobError) -> Self {
        let problem = error.to_string();
        match error {
            BlobError::Read { path, source } => Self::Read { path, source },
            BlobError::Zip { path, source } => Self::Zip { path, source },
            BlobError::NoReport { path } | BlobError::Torn { path } => {
                Self::Content { path, problem }
            }
            BlobError::Json { path, line, column, problem } => {
                Self::Json { path, line, column, problem }
            }
        }
    }
}

/// What has been read of a report.
#[derive(Default)]
struct Report {
    /// By Playwright's id.
    tests: BTreeMap<String, (TestKey, Vec<Execution>)>,
    names: Names,
}

impl Listener for Report {
    type Error = ImportError;

    fn hear(&mut self, call: &Call<'_>) -> Result<(), ImportError> {
        match call.method {
            "onProject" => {
                let OnProject { project } = call.params()?;
                if !self.project(project) {
                    return Err(ImportError::Crowded { path: call.path().to_owned() });
                }
            }
            "onTestEnd" => {
                let ended = call.params()?;
                self.test_ended(&ended)
                    .map_err(|id| call.wrong(format!("no project has a test `{id}`")))?;
            }
            _ => {}
        }
        Ok(())
    }
}

impl Report {
    /// False where there is no end of names.
    fn project(&mut self, project: Project) -> bool {
        for file in project.suites {
            let key = TestKey {
                file: file.title.replace('\\', "/"),
                project: project.name.clone(),
                titles: Vec::new(),
                repeat: 0,
            };
            if !self.suite(file, &key) {
                return false;
            }
        }
        true
    }

    /// `key` has the titles above.
    fn suite(&mut self, suite: Suite, key: &TestKey) -> bool {
        for entry in suite.entries() {
            let mut key = key.clone();
            match entry {
                Entry::Test(test) => {
                    key.titles.push(test.title);
                    if !self.names.take(&key) {
                        return false;
                    }
                    self.tests.insert(test.id, (key, Vec::new()));
                }
                Entry::Suite(suite) => {
                    // A `describe` without a title is no part of the titles.
                    key.titles.extend((!suite.title.is_empty()).then(|| suite.title.clone()));
                    if !self.suite(suite, &key) {
                        return false;
                    }
                }
            }
        }
        true
    }

    fn test_ended(&mut self, TestEnd { test, result }: &TestEnd<'_>) -> Result<(), String> {
        let Some((_, executions)) = self.tests.get_mut(&*test.test_id) else {
            return Err(test.test_id.to_string());
        };
        let (status, expected) = (result.status.to_string(), test.expected_status.to_string());
        executions.push(Execution { status, expected, duration: result.duration });
        Ok(())
    }

    fn samples(self) -> Vec<Sample> {
        let tests = self.tests.into_values();
        tests.filter_map(|(key, executions)| sample(key, &executions)).collect()
    }
}
