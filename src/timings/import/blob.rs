//! Playwright's blob reports go in, their tests come out: zip files, folders of them, or the
//! `report.jsonl` out of one.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use zip::ZipArchive;

use super::executions::{Execution, sample};
use super::names::Names;
use super::source::Content;
use super::{ImportError, Importer, Sample, Source, json};
use crate::model::id::TestKey;
use crate::wire::input;

/// What `--reporter=blob` writes.
#[derive(Debug)]
pub(super) struct Blob;

/// In bytes: so much of all reports in one zip is read, then it ends in the middle. Nothing but the
/// names and results of its tests stays in memory.
const LIMIT: u64 = 4 << 30;
/// In bytes. A whole suite is one line, and so is an attachment.
const LONGEST_LINE: u64 = 256 << 20;

/// One line: what Playwright's reporters are told.
#[derive(Deserialize)]
struct Line {
    method: String,
}

#[derive(Deserialize)]
struct Call<T> {
    params: T,
}

#[derive(Deserialize)]
struct ProjectCall {
    project: Project,
}

#[derive(Deserialize)]
struct Project {
    #[serde(default)]
    name: String,
    suites: Vec<Suite>,
}

/// A spec file or a `describe`. Newer versions keep tests and suites in one list of `entries`.
#[derive(Deserialize)]
struct Suite {
    title: String,
    #[serde(default)]
    entries: Vec<Entry>,
    #[serde(default)]
    suites: Vec<Suite>,
    #[serde(default)]
    tests: Vec<Test>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Test(Test),
    Suite(Suite),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    test_id: String,
    title: String,
}

#[derive(Deserialize)]
struct EndCall {
    test: Ended,
    result: Run,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ended {
    test_id: String,
    expected_status: String,
}

#[derive(Deserialize)]
struct Run {
    status: String,
    duration: f64,
}

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
            let reader = input::open(&file)
                .map_err(|source| ImportError::Read { path: file.clone(), source })?;
            if is_kind(&file, "jsonl") {
                samples.extend(read_lines(&file, reader)?);
            } else {
                samples.extend(read_zip(&file, reader)?);
            }
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

/// Whether the name says so.
fn is_kind(path: &Path, kind: &str) -> bool {
    path.extension().is_some_and(|extension| extension == kind)
}

fn read_zip(path: &Path, file: File) -> Result<Vec<Sample>, ImportError> {
    let broken = |source| ImportError::Zip { path: path.to_owned(), source };
    let mut archive = ZipArchive::new(file).map_err(broken)?;
    let names: Vec<String> = archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.into_owned()))
        .filter(|name| !name.contains('/') && is_kind(Path::new(name), "jsonl"))
        .collect();
    if names.is_empty() {
        let problem = "holds no `report.jsonl`, so it is no blob report".to_owned();
        return Err(ImportError::Content { path: path.to_owned(), problem });
    }
    let (mut samples, mut left) = (Vec::new(), LIMIT);
    for name in names {
        let mut inner = archive.by_name(&name).map_err(broken)?.take(left);
        samples.extend(read_lines(&path.join(&name), &mut inner)?);
        left = inner.limit();
    }
    Ok(samples)
}

/// The tests of one report; `path` is for people.
fn read_lines(path: &Path, reader: impl Read) -> Result<Vec<Sample>, ImportError> {
    let mut report = Report::default();
    let mut ended = false;
    let unreadable = |source: io::Error| ImportError::Read { path: path.to_owned(), source };
    let (mut reader, mut line) = (BufReader::new(reader), String::new());
    for number in 1.. {
        line.clear();
        if input::line(&mut reader, &mut line, LONGEST_LINE).map_err(unreadable)? == 0 {
            break;
        }
        if line.trim().is_empty() {
            continue;
        }
        let Line { method } = json::read(path, &line, number)?;
        match method.as_str() {
            "onProject" => {
                let call: Call<ProjectCall> = json::read(path, &line, number)?;
                if !report.project(call.params.project) {
                    return Err(ImportError::Crowded { path: path.to_owned() });
                }
            }
            "onTestEnd" => {
                let call: Call<EndCall> = json::read(path, &line, number)?;
                report.test_ended(call.params).map_err(|id| ImportError::Json {
                    path: path.to_owned(),
                    line: number,
                    column: 1,
                    problem: format!("no project has a test `{id}`"),
                })?;
            }
            "onEnd" => ended = true,
            _ => {}
        }
    }
    if !ended {
        let problem = "ends in the middle".to_owned();
        return Err(ImportError::Content { path: path.to_owned(), problem });
    }
    Ok(report.samples())
}

/// What has been read of a report.
#[derive(Default)]
struct Report {
    /// By Playwright's id.
    tests: BTreeMap<String, (TestKey, Vec<Execution>)>,
    names: Names,
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
        let entries = suite.entries.into_iter();
        let suites = suite.suites.into_iter().map(Entry::Suite);
        for entry in entries.chain(suites).chain(suite.tests.into_iter().map(Entry::Test)) {
            let mut key = key.clone();
            match entry {
                Entry::Test(test) => {
                    key.titles.push(test.title);
                    if !self.names.take(&key) {
                        return false;
                    }
                    self.tests.insert(test.test_id, (key, Vec::new()));
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

    fn test_ended(&mut self, EndCall { test, result }: EndCall) -> Result<(), String> {
        let Some((_, executions)) = self.tests.get_mut(&test.test_id) else {
            return Err(test.test_id);
        };
        let Run { status, duration } = result;
        executions.push(Execution { status, expected: test.expected_status, duration });
        Ok(())
    }

    fn samples(self) -> Vec<Sample> {
        let tests = self.tests.into_values();
        tests.filter_map(|(key, executions)| sample(key, &executions)).collect()
    }
}
