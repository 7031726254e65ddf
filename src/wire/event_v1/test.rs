//! A test case, its result and its errors as JSON; our reporter inside Playwright uses the same
//! shapes, so that a result is described once.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::event::{
    Annotation, Attachment, ListedTest, RunnerVerdict, Status, TestError, TestResult, UnixMillis,
};
use crate::model::id::TestKey;
use crate::model::suite::TestCase;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KeyWire {
    pub(crate) project: String,
    pub(crate) file: String,
    pub(crate) titles: Vec<String>,
    #[serde(default)]
    pub(crate) repeat: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ListedWire {
    #[serde(flatten)]
    key: KeyWire,
    id: String,
    tags: Vec<String>,
    line: u32,
    column: u32,
    shared: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    serial: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ResultWire {
    status: StatusWire,
    expected: StatusWire,
    retry: u32,
    #[serde(default, skip_serializing_if = "is_false")]
    again: bool,
    /// Milliseconds since 1970.
    started: u64,
    /// Milliseconds.
    duration: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    warmup: u64,
    worker: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    process: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ErrorWire>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentWire>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<AnnotationWire>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    stdout: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    stderr: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde calls")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde calls")]
fn is_false(word: &bool) -> bool {
    !*word
}

/// Later than the year 2100, or longer: nothing that a test writes, which nobody can trust, is. So
/// sums of times, and whole files of them, stay far from what a number can hold.
const MOST_MILLIS: u64 = 1 << 42;

/// A moment as somebody wrote it.
pub(crate) fn moment(millis: u64) -> UnixMillis {
    UnixMillis(millis.min(MOST_MILLIS))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ErrorWire {
    message: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    stack: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    snippet: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    location: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttachmentWire {
    name: String,
    #[serde(default)]
    content_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct AnnotationWire {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    description: Option<String>,
}

/// Playwright's own words.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum StatusWire {
    Passed,
    Failed,
    TimedOut,
    Skipped,
    Interrupted,
}

/// Playwright's own words for a whole run.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum VerdictWire {
    Passed,
    Failed,
    TimedOut,
    Interrupted,
}

impl From<&TestKey> for KeyWire {
    fn from(key: &TestKey) -> Self {
        let TestKey { file, project, titles, repeat } = key.clone();
        Self { project, file, titles, repeat }
    }
}

impl From<KeyWire> for TestKey {
    fn from(wire: KeyWire) -> Self {
        let KeyWire { project, file, titles, repeat } = wire;
        Self { file, project, titles, repeat }
    }
}

impl From<&ListedTest> for ListedWire {
    fn from(test: &ListedTest) -> Self {
        let ListedTest { key, runner_id, tags, line, column, shared, serial } = test.clone();
        Self { key: (&key).into(), id: runner_id, tags, line, column, shared, serial }
    }
}

impl From<ListedWire> for ListedTest {
    fn from(wire: ListedWire) -> Self {
        let ListedWire { key, id, tags, line, column, shared, serial } = wire;
        Self { key: key.into(), runner_id: id, tags, line, column, shared, serial }
    }
}

impl From<ListedWire> for TestCase {
    fn from(wire: ListedWire) -> Self {
        let ListedWire { key, id, tags, line, column, shared: _, serial: _ } = wire;
        Self { key: key.into(), runner_id: Some(id), tags, line, column }
    }
}

impl From<&TestError> for ErrorWire {
    fn from(error: &TestError) -> Self {
        let TestError { message, stack, snippet, location } = error.clone();
        Self { message, stack, snippet, location }
    }
}

impl From<ErrorWire> for TestError {
    fn from(wire: ErrorWire) -> Self {
        let ErrorWire { message, stack, snippet, location } = wire;
        Self { message, stack, snippet, location }
    }
}

impl From<Status> for StatusWire {
    fn from(status: Status) -> Self {
        match status {
            Status::Passed => Self::Passed,
            Status::Failed => Self::Failed,
            Status::TimedOut => Self::TimedOut,
            Status::Skipped => Self::Skipped,
            Status::Interrupted => Self::Interrupted,
        }
    }
}

impl From<StatusWire> for Status {
    fn from(wire: StatusWire) -> Self {
        match wire {
            StatusWire::Passed => Self::Passed,
            StatusWire::Failed => Self::Failed,
            StatusWire::TimedOut => Self::TimedOut,
            StatusWire::Skipped => Self::Skipped,
            StatusWire::Interrupted => Self::Interrupted,
        }
    }
}

impl From<RunnerVerdict> for VerdictWire {
    fn from(verdict: RunnerVerdict) -> Self {
        match verdict {
            RunnerVerdict::Passed => Self::Passed,
            RunnerVerdict::Failed => Self::Failed,
            RunnerVerdict::TimedOut => Self::TimedOut,
            RunnerVerdict::Interrupted => Self::Interrupted,
        }
    }
}

impl From<VerdictWire> for RunnerVerdict {
    fn from(wire: VerdictWire) -> Self {
        match wire {
            VerdictWire::Passed => Self::Passed,
            VerdictWire::Failed => Self::Failed,
            VerdictWire::TimedOut => Self::TimedOut,
            VerdictWire::Interrupted => Self::Interrupted,
        }
    }
}

impl From<&TestResult> for ResultWire {
    fn from(result: &TestResult) -> Self {
        let attachments = result.attachments.iter().cloned().map(|attachment| {
            let Attachment { name, content_type, path } = attachment;
            AttachmentWire { name, content_type, path }
        });
        let annotations = result.annotations.iter().cloned().map(|annotation| {
            let Annotation { kind, description } = annotation;
            AnnotationWire { kind, description: Some(description).filter(|text| !text.is_empty()) }
        });
        Self {
            status: result.status.into(),
            expected: result.expected.into(),
            retry: result.retry,
            again: result.again,
            started: result.started.0,
            duration: millis(result.duration),
            warmup: millis(result.warmup),
            worker: result.worker,
            process: result.process,
            errors: result.errors.iter().map(ErrorWire::from).collect(),
            attachments: attachments.collect(),
            annotations: annotations.collect(),
            stdout: result.stdout.clone(),
            stderr: result.stderr.clone(),
        }
    }
}

impl From<ResultWire> for TestResult {
    fn from(wire: ResultWire) -> Self {
        let attachments = wire.attachments.into_iter().map(|attachment| {
            let AttachmentWire { name, content_type, path } = attachment;
            Attachment { name, content_type, path }
        });
        let annotations = wire.annotations.into_iter().map(|annotation| {
            let AnnotationWire { kind, description } = annotation;
            Annotation { kind, description: description.unwrap_or_default() }
        });
        Self {
            status: wire.status.into(),
            expected: wire.expected.into(),
            retry: wire.retry,
            again: wire.again,
            started: moment(wire.started),
            duration: Duration::from_millis(wire.duration.min(MOST_MILLIS)),
            warmup: Duration::from_millis(wire.warmup.min(MOST_MILLIS)),
            worker: wire.worker,
            process: wire.process,
            errors: wire.errors.into_iter().map(TestError::from).collect(),
            attachments: attachments.collect(),
            annotations: annotations.collect(),
            stdout: wire.stdout,
            stderr: wire.stderr,
        }
    }
}
