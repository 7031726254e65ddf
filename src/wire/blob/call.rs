//! What Playwright's reporters are told, as a blob report holds it. All of it was written by others.
//!
//! Only what somebody reads is typed. Times are in milliseconds, starts since 1970.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// The newest form of blobs that is known; Playwright counts it up where older readers would fail.
pub(crate) const NEWEST: u64 = 2;

/// `onBlobReportMetadata`, the first line.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    #[serde(default)]
    pub(crate) version: u64,
    /// An environment, e.g. `macos`; newer versions have tags instead.
    pub(crate) name: Option<String>,
    pub(crate) shard: Option<Shard>,
    pub(crate) path_separator: Option<String>,
}

/// Which part of a suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Shard {
    /// From 1.
    pub(crate) current: u32,
    pub(crate) total: u32,
}

/// `onConfigure`.
#[derive(Debug, Deserialize)]
pub(crate) struct Configure {
    pub(crate) config: Config,
}

/// The configuration of a run.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Config {
    pub(crate) metadata: BTreeMap<String, Box<RawValue>>,
    pub(crate) root_dir: String,
    pub(crate) shard: Option<Shard>,
    /// What each test of this run is tagged with, to tell environments apart.
    pub(crate) tags: Vec<String>,
    /// Of Playwright.
    pub(crate) version: String,
    /// Whether a flaky test makes the run fail; 1.56 does not tell it, 1.61 does.
    pub(crate) fail_on_flaky_tests: bool,
}

/// `onProject`.
#[derive(Debug, Deserialize)]
pub(crate) struct OnProject {
    pub(crate) project: Project,
}

/// A project with all of its tests.
#[derive(Debug, Deserialize)]
pub(crate) struct Project {
    #[serde(default)]
    pub(crate) name: String,
    /// The spec files.
    pub(crate) suites: Vec<Suite>,
}

/// A spec file or a `describe`. Newer versions keep tests and suites in one list of `entries`.
#[derive(Debug, Deserialize)]
pub(crate) struct Suite {
    pub(crate) title: String,
    pub(crate) location: Option<Location>,
    #[serde(default)]
    entries: Vec<Entry>,
    #[serde(default)]
    suites: Vec<Suite>,
    #[serde(default)]
    tests: Vec<Test>,
}

impl Suite {
    /// What is in it, in the order of the source as far as it is known.
    pub(crate) fn entries(self) -> impl Iterator<Item = Entry> {
        let suites = self.suites.into_iter().map(Entry::Suite);
        self.entries.into_iter().chain(suites).chain(self.tests.into_iter().map(Entry::Test))
    }
}

/// What a suite holds.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Entry {
    /// One test case.
    Test(Test),
    /// A `describe`.
    Suite(Suite),
}

/// A test case.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Test {
    #[serde(rename = "testId")]
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) location: Option<Location>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) repeat_each_index: u32,
    #[serde(default)]
    pub(crate) annotations: Vec<Annotation>,
}

/// A place in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Location {
    #[serde(default)]
    pub(crate) file: String,
    #[serde(default)]
    pub(crate) line: u32,
    #[serde(default)]
    pub(crate) column: u32,
}

/// A note on a test.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Annotation {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) description: Option<serde_json::Value>,
    pub(crate) location: Option<Location>,
}

/// `onTestBegin`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestBegin<'a> {
    #[serde(borrow)]
    pub(crate) test_id: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) result: ResultBegin<'a>,
}

/// An execution that starts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultBegin<'a> {
    #[serde(borrow)]
    pub(crate) id: Cow<'a, str>,
    #[serde(default)]
    pub(crate) retry: u32,
    /// -1 where no worker was started.
    #[serde(default)]
    pub(crate) worker_index: i64,
    #[serde(default)]
    pub(crate) start_time: f64,
}

/// `onTestEnd`.
#[derive(Debug, Deserialize)]
pub(crate) struct TestEnd<'a> {
    #[serde(borrow)]
    pub(crate) test: TestEnded<'a>,
    #[serde(borrow)]
    pub(crate) result: ResultEnd<'a>,
}

/// The test case, of which less was known when it began.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestEnded<'a> {
    #[serde(borrow)]
    pub(crate) test_id: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) expected_status: Cow<'a, str>,
    /// Up to about 1.51; later ones tell them of the result.
    #[serde(default)]
    pub(crate) annotations: Vec<Annotation>,
}

/// An execution that ended.
#[derive(Debug, Deserialize)]
pub(crate) struct ResultEnd<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Cow<'a, str>,
    pub(crate) duration: f64,
    /// `passed`, `failed`, `timedOut`, `skipped` or `interrupted`.
    #[serde(borrow)]
    pub(crate) status: Cow<'a, str>,
    #[serde(default)]
    pub(crate) errors: Vec<Error>,
    pub(crate) annotations: Option<Vec<Annotation>>,
    /// Up to about 1.49; later ones tell them by `onAttach`.
    #[serde(default)]
    pub(crate) attachments: Vec<Attachment>,
}

/// Something that was thrown.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Error {
    pub(crate) message: Option<String>,
    /// What was thrown where that is no `Error`.
    pub(crate) value: Option<String>,
    pub(crate) stack: Option<String>,
    /// The source around it.
    pub(crate) snippet: Option<String>,
    pub(crate) location: Option<Location>,
    pub(crate) cause: Option<Box<Error>>,
}

/// A file or a text of a test: either `path` or `base64` is given.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attachment {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) content_type: String,
    /// `resources/NAME` in the zip.
    pub(crate) path: Option<String>,
    pub(crate) base64: Option<String>,
}

/// `onAttach`, from about 1.50.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attach<'a> {
    #[serde(borrow)]
    pub(crate) result_id: Cow<'a, str>,
    pub(crate) attachments: Vec<Attachment>,
}

/// `onStepBegin`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StepBegin<'a> {
    #[serde(borrow)]
    pub(crate) result_id: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) step: Step<'a>,
}

/// A step that starts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Step<'a> {
    #[serde(borrow)]
    pub(crate) id: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) parent_step_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) title: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) subtitle: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) category: Cow<'a, str>,
    #[serde(default)]
    pub(crate) start_time: f64,
    pub(crate) location: Option<Location>,
}

/// `onStepEnd`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StepEnd<'a> {
    #[serde(borrow)]
    pub(crate) result_id: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) step: StepEnded<'a>,
}

/// A step that ended.
#[derive(Debug, Deserialize)]
pub(crate) struct StepEnded<'a> {
    #[serde(borrow)]
    pub(crate) id: Cow<'a, str>,
    #[serde(default)]
    pub(crate) duration: f64,
    pub(crate) error: Option<Error>,
    /// Positions in the attachments of the result.
    #[serde(default)]
    pub(crate) attachments: Vec<u32>,
    #[serde(default)]
    pub(crate) annotations: Vec<Annotation>,
}

/// `onStdIO`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StdIo<'a> {
    /// None for what no test said.
    #[serde(borrow)]
    pub(crate) result_id: Option<Cow<'a, str>>,
    /// `stdout` or `stderr`.
    #[serde(borrow, rename = "type")]
    pub(crate) stream: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) data: Cow<'a, str>,
    #[serde(default)]
    pub(crate) is_base64: bool,
}

/// `onError`: something went wrong outside of any test.
#[derive(Debug, Deserialize)]
pub(crate) struct OnError {
    pub(crate) error: Error,
}

/// `onEnd`, the last line.
#[derive(Debug, Deserialize)]
pub(crate) struct End {
    pub(crate) result: Ended,
}

/// The run as a whole.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ended {
    #[serde(default)]
    pub(crate) status: RunStatus,
    #[serde(default)]
    pub(crate) start_time: f64,
    #[serde(default)]
    pub(crate) duration: f64,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RunStatus {
    /// All went well.
    Passed,
    /// A test failed, or something outside of any test.
    Failed,
    /// `globalTimeout` was over.
    TimedOut,
    /// Somebody stopped it.
    Interrupted,
    /// It is not said, or in a word that is not known.
    #[default]
    #[serde(other)]
    Unknown,
}
