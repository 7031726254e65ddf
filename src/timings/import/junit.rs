//! JUnit XML of Playwright or of any other tool goes in, its tests come out.

use std::time::Duration;

use super::names::Names;
use super::source::Content;
use super::{ImportError, Importer, Sample, Source};
use crate::model::id::{TITLE_SEPARATOR, TestKey};
use crate::model::timings::LastResult;
use crate::wire::junit::Status;
use crate::wire::junit::read::{Case, Cases, Item, Suite};

/// A `junit.xml`.
#[derive(Debug)]
pub(super) struct Junit;

impl Importer for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn about(&self) -> &'static str {
        "JUnit XML, of Playwright or of another tool that names spec files"
    }

    fn detect(&self, source: &Source) -> bool {
        matches!(source.content, Content::Xml)
    }

    fn read(&self, source: &Source) -> Result<Vec<Sample>, ImportError> {
        let (mut samples, mut names) = (Vec::new(), Names::default());
        let (mut cases, mut open): (usize, Vec<Suite>) = (0, Vec::new());
        for item in Cases::open(&source.path)? {
            match item? {
                Item::Suite(suite) => open.push(suite),
                Item::SuiteEnd => drop(open.pop()),
                Item::Case(case) => {
                    cases += 1;
                    let Some(sample) = sample(&open, &case) else { continue };
                    if !names.take(&sample.key) {
                        return Err(ImportError::Crowded { path: source.path.clone() });
                    }
                    samples.push(sample);
                }
            }
        }
        if samples.is_empty() && cases > 0 {
            return Err(source.broken("no test case with a result names its spec file"));
        }
        Ok(samples)
    }
}

/// A test with a result, whose spec file is named; `open` are the suites around it.
fn sample(open: &[Suite], case: &Case) -> Option<Sample> {
    let last = match case.status {
        Status::Passed => LastResult::Passed,
        Status::Failed => LastResult::Failed,
        Status::Skipped | Status::Error => return None,
    };
    let suite = open.last();
    // Playwright: the suite is the file, `classname` says so again, `hostname` is the project.
    let own = suite.filter(|suite| !suite.name.is_empty() && suite.name == case.classname);
    let file = own.map_or_else(|| file(open, case), |suite| Some(suite.name.as_str()))?;
    let key = TestKey {
        file: file.replace('\\', "/"),
        project: own.map(|suite| suite.hostname.clone()).unwrap_or_default(),
        titles: case.name.split(TITLE_SEPARATOR).map(str::to_owned).collect(),
        repeat: 0,
    };
    // A time of nothing is one that is not known: Playwright counts whole milliseconds.
    let good = last == LastResult::Passed && case.time > Duration::ZERO;
    Some(Sample { key, duration: good.then_some(case.time), last })
}

/// Where other tools name the file.
fn file<'a>(open: &'a [Suite], case: &'a Case) -> Option<&'a str> {
    let said = [case.file.as_str()].into_iter().chain(open.iter().rev().map(|s| s.file.as_str()));
    let guessed =
        [case.classname.as_str()].into_iter().chain(open.iter().rev().map(|s| s.name.as_str()));
    let named = said.filter(|file| !file.is_empty());
    named.chain(guessed.filter(|name| looks_like_a_file(name))).next()
}

fn looks_like_a_file(name: &str) -> bool {
    const ENDS: [&str; 9] =
        [".ts", ".js", ".tsx", ".jsx", ".mts", ".mjs", ".cts", ".cjs", ".feature"];
    ENDS.iter().any(|end| name.ends_with(end))
}
