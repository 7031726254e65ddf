//! One test of a CTRF file goes in, its identity and its executions come out.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;

use crate::model::history::{End, Execution, Ran};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::outcome::Verdict;
use crate::wire::ctrf::loose::{Loose, list, maybe};

/// In bytes, of an error.
const LONGEST: usize = 2_000;
/// Nobody tries a test more often; whoever says so is not believed.
const MOST_TRIES: u64 = 1_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Test {
    name: String,
    status: String,
    #[serde(default)]
    raw_status: Loose,
    #[serde(default)]
    duration: Loose,
    #[serde(default)]
    pub(super) start: Loose,
    #[serde(default, deserialize_with = "list")]
    suite: Vec<String>,
    #[serde(default)]
    message: Loose,
    #[serde(default)]
    trace: Loose,
    #[serde(default)]
    file_path: Loose,
    #[serde(default)]
    browser: Loose,
    #[serde(default)]
    retries: Loose,
    #[serde(default)]
    flaky: Loose,
    #[serde(default, deserialize_with = "maybe")]
    retry_attempts: Option<Vec<Try>>,
    #[serde(default, deserialize_with = "maybe")]
    extra: Option<Extra>,
}

/// An execution before the last one.
#[derive(Debug, Deserialize)]
struct Try {
    #[serde(default)]
    status: Loose,
    #[serde(default)]
    duration: Loose,
    #[serde(default)]
    message: Loose,
    #[serde(default)]
    trace: Loose,
}

#[derive(Debug, Deserialize)]
struct Extra {
    #[serde(default, rename = "shardwright.test", deserialize_with = "maybe")]
    test: Option<Ours>,
}

#[derive(Debug, Deserialize)]
struct Ours {
    shards: Vec<u32>,
    key: Key,
}

#[derive(Debug, Deserialize)]
struct Key {
    file: String,
    project: String,
    titles: Vec<String>,
    repeat: u32,
}

impl Test {
    /// What it is for ever; none for what is no test: our own files also tell of what went wrong
    /// outside of all tests.
    pub(super) fn key(&self, is_ours: bool) -> Option<TestKey> {
        if let Some(Ours { key, .. }) = self.ours() {
            let Key { file, project, titles, repeat } = key;
            let (file, project, titles) = (file.clone(), project.clone(), titles.clone());
            return Some(TestKey { file, project, titles, repeat: *repeat });
        }
        if is_ours { None } else { Some(self.foreign_key()) }
    }

    fn ours(&self) -> Option<&Ours> {
        self.extra.as_ref().and_then(|extra| extra.test.as_ref())
    }

    /// The suite of Playwright's reporters is `project > file > titles`, with the file as Playwright
    /// names it: so far the identity is that of our own files.
    fn foreign_key(&self) -> TestKey {
        let path = self.file_path.text().replace('\\', "/");
        let is_file = |part: &String| {
            path.strip_suffix(part.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let at = self.suite.iter().take(2).position(is_file);
        let (project, file, titles) = match (at, self.suite.as_slice()) {
            (Some(0), [file, titles @ ..]) => ("", file.as_str(), titles),
            (Some(_), [project, file, titles @ ..]) => (project.as_str(), file.as_str(), titles),
            (_, [first, titles @ ..]) if path.is_empty() => ("", first.as_str(), titles),
            (_, titles) => ("", path.as_str(), titles),
        };
        // With its version it would be another test after every update.
        let browser = self.browser.text().split(' ').next().unwrap_or_default();
        let titles = titles.iter().chain([&self.name]).cloned().collect();
        let project = if project.is_empty() { browser } else { project };
        let file = if file.is_empty() { "(no file)" } else { file };
        TestKey { file: file.to_owned(), project: project.to_owned(), titles, repeat: 0 }
    }

    fn verdict(&self, tries: &[Execution]) -> Verdict {
        let raw = self.raw_status.text();
        match end(&self.status) {
            Some(End::Well) => {
                let failed_before = tries.iter().any(|one| one.end == End::Ill);
                let is_flaky = self.flaky.is_true() || failed_before;
                if is_flaky { Verdict::Flaky } else { Verdict::Passed }
            }
            Some(End::Ill) if matches!(raw, "timed-out" | "timedOut") => Verdict::TimedOut,
            Some(End::Ill) => Verdict::Failed,
            Some(End::Skipped) => Verdict::Skipped,
            None if raw == "interrupted" => Verdict::Interrupted,
            None => Verdict::NotRun,
        }
    }
}

/// What became of a test. In our own files its duration is that of all executions together.
pub(super) fn ran(test: &Test, is_ours: bool) -> Ran {
    let mut executions: Vec<Execution> = match &test.retry_attempts {
        Some(tries) if !tries.is_empty() => tries.iter().filter_map(Try::execution).collect(),
        _ => counted(test),
    };
    let verdict = test.verdict(&executions);
    if let Some(end) = end(&test.status) {
        let before: Duration = executions.iter().map(|one| one.duration).sum();
        let all = test.duration.millis();
        let duration = if is_ours { all.saturating_sub(before) } else { all };
        let error = if end == End::Ill { error(&test.message, &test.trace) } else { String::new() };
        executions.push(Execution { end, duration, error });
    }
    let shards = test.ours().map(|ours| ours.shards.as_slice()).unwrap_or_default();
    let shards = shards.iter().filter_map(|number| NonZeroU32::new(*number));
    Ran { run: 0, verdict, executions, shards: shards.map(ShardNumber::from).collect() }
}

/// The executions before the last one where only their number is known: a test is tried again
/// because it failed.
fn counted(test: &Test) -> Vec<Execution> {
    let retries = test.retries.whole().unwrap_or_default();
    let known = u64::from(test.flaky.is_true());
    let tries = retries.clamp(known, MOST_TRIES);
    let failed = |_| Execution {
        end: End::Ill,
        duration: Duration::ZERO,
        error: error(&test.message, &test.trace),
    };
    (0..tries).map(failed).collect()
}

impl Try {
    fn execution(&self) -> Option<Execution> {
        let end = end(self.status.text())?;
        let error = if end == End::Ill { error(&self.message, &self.trace) } else { String::new() };
        Some(Execution { end, duration: self.duration.millis(), error })
    }
}

/// None where it did not come to an end.
fn end(status: &str) -> Option<End> {
    match status {
        "passed" => Some(End::Well),
        "failed" => Some(End::Ill),
        "skipped" | "pending" => Some(End::Skipped),
        _ => None,
    }
}

/// The first line that says something.
fn error(message: &Loose, trace: &Loose) -> String {
    let mut lines = message.text().lines().chain(trace.text().lines()).map(str::trim);
    let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
    line[..line.floor_char_boundary(LONGEST)].to_owned()
}
