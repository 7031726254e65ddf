//! What Playwright's JSON reporter wrote goes in, its tests come out.

use serde::Deserialize;

use super::executions::{Execution, sample};
use super::names::Names;
use super::{ImportError, Importer, Sample, Source, json};
use crate::model::id::TestKey;

/// The output of `--reporter=json`.
#[derive(Debug)]
pub(super) struct PlaywrightJson;

/// The whole file.
#[derive(Deserialize)]
struct Report {
    suites: Vec<Suite>,
}

/// A spec file, or a `describe` in it.
#[derive(Deserialize)]
struct Suite {
    title: String,
    /// Relative to the runner's root folder.
    file: String,
    #[serde(default)]
    specs: Vec<Spec>,
    #[serde(default)]
    suites: Vec<Suite>,
}

/// A test, in all projects.
#[derive(Deserialize)]
struct Spec {
    title: String,
    tests: Vec<Test>,
}

/// A test in one project.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    #[serde(default)]
    project_name: String,
    expected_status: String,
    results: Vec<Run>,
}

/// One execution; it has no status where it was still running.
#[derive(Deserialize)]
struct Run {
    status: Option<String>,
    duration: f64,
}

impl Importer for PlaywrightJson {
    fn name(&self) -> &'static str {
        "playwright-json"
    }

    fn about(&self) -> &'static str {
        "the output of Playwright's JSON reporter"
    }

    fn detect(&self, source: &Source) -> bool {
        source.has_key("config") && source.has_key("suites")
    }

    fn read(&self, source: &Source) -> Result<Vec<Sample>, ImportError> {
        let report: Report = json::read(&source.path, source.json()?, 1)?;
        let mut all = Collected::default();
        for file in report.suites {
            if !all.collect(file, &mut Vec::new()) {
                return Err(ImportError::Crowded { path: source.path.clone() });
            }
        }
        Ok(all.samples)
    }
}

/// What has been read by now.
#[derive(Default)]
struct Collected {
    samples: Vec<Sample>,
    names: Names,
}

impl Collected {
    /// The tests in a suite whose `describe` titles are `above`; false where there is no end of
    /// them.
    fn collect(&mut self, suite: Suite, above: &mut Vec<String>) -> bool {
        for Spec { title, tests } in suite.specs {
            for Test { project_name, expected_status, results } in tests {
                let titles = above.iter().cloned().chain([title.clone()]).collect();
                let file = suite.file.replace('\\', "/");
                let key = TestKey { file, project: project_name, titles, repeat: 0 };
                if !self.names.take(&key) {
                    return false;
                }
                let execution = |Run { status, duration }: Run| {
                    let expected = expected_status.clone();
                    Some(Execution { status: status?, expected, duration })
                };
                let executions: Vec<Execution> =
                    results.into_iter().filter_map(execution).collect();
                self.samples.extend(sample(key, &executions));
            }
        }
        for inner in suite.suites {
            // A `describe` without a title is no part of the titles.
            let titled = !inner.title.is_empty();
            above.extend(titled.then(|| inner.title.clone()));
            if !self.collect(inner, above) {
                return false;
            }
            if titled {
                above.pop();
            }
        }
        true
    }
}
