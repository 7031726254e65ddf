//! What is known of the tests of a blob, their executions and their steps.

use std::collections::HashMap;
use std::sync::Arc;

use crate::report::playwright_html::blob::attached::Attached;
use crate::wire::blob::call::{Annotation, Error, Location, ResultBegin, Test};

/// A test case of a blob.
pub(super) struct Case {
    pub(super) test: Test,
    /// Its place in [`Heard::projects`].
    pub(super) project: usize,
    /// The titles above it, without the file.
    pub(super) path: Arc<[String]>,
    pub(super) expected: Box<str>,
    /// Places in [`Heard::runs`].
    pub(super) runs: Vec<usize>,
}

/// An execution.
pub(super) struct Run {
    pub(super) retry: u32,
    pub(super) worker: i64,
    /// Milliseconds since 1970.
    pub(super) start: f64,
    /// Milliseconds.
    pub(super) duration: f64,
    /// None where it never ended.
    pub(super) status: Option<Box<str>>,
    pub(super) errors: Vec<Error>,
    pub(super) annotations: Vec<Annotation>,
    pub(super) attachments: Vec<Attached>,
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) steps: Vec<RunStep>,
    /// Which step has which id, until the execution ended.
    pub(super) ids: HashMap<String, usize>,
}

/// A step of an execution; those inside it have a greater number.
pub(super) struct RunStep {
    pub(super) parent: Option<usize>,
    pub(super) depth: usize,
    pub(super) title: String,
    pub(super) subtitle: Option<String>,
    pub(super) category: Box<str>,
    /// Milliseconds since 1970.
    pub(super) start: f64,
    /// Milliseconds; negative where it never ended.
    pub(super) duration: f64,
    pub(super) location: Option<Location>,
    pub(super) error: Option<String>,
    pub(super) attachments: Vec<u32>,
    pub(super) annotations: Vec<Annotation>,
}

/// A spec file.
pub(super) struct SpecFile {
    /// From the folder of all tests, with `/`.
    pub(super) name: String,
    /// Places in [`Heard::cases`].
    pub(super) cases: Vec<usize>,
}

impl Run {
    /// An execution that has begun.
    pub(super) fn begun(result: &ResultBegin<'_>) -> Self {
        Self {
            retry: result.retry,
            worker: result.worker_index,
            start: result.start_time,
            duration: 0.0,
            status: None,
            errors: Vec::new(),
            annotations: Vec::new(),
            attachments: Vec::new(),
            stdout: String::new(),
            stderr: String::new(),
            steps: Vec::new(),
            ids: HashMap::new(),
        }
    }
}
