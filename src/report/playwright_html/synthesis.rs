//! What no report holds: planned test cases and the executions that events told of go in, the JSON
//! that Playwright would have written comes out.

use std::io;

use serde_json::{Value, json};

use crate::model::event::{Status, TestError, TestResult, UnixMillis};
use crate::model::suite::TestCase;
use crate::report::playwright_html::data::{Fields, id_of, iso, raw, shown};
use crate::report::playwright_html::machines;
use crate::report::playwright_html::page::Age;

/// The worker that Playwright names for what no worker ran.
const NO_WORKER: i64 = -1;

/// The fields of a test case that do not depend on its results.
pub(super) fn case(case: &TestCase, file_id: &str) -> io::Result<Fields> {
    let mut titles = shown(&case.key).titles;
    let title = titles.pop().unwrap_or_default();
    let made = || format!("{file_id}-{}", id_of(format!("{:?}", case.key)));
    let id = case.runner_id.clone().unwrap_or_else(made);
    let location = json!({ "file": case.key.file, "line": case.line, "column": case.column });
    let mut fields = Fields::from([
        ("testId".to_owned(), raw(&id)?),
        ("title".to_owned(), raw(&title)?),
        ("projectName".to_owned(), raw(&case.key.project)?),
        ("location".to_owned(), raw(&location)?),
        ("annotations".to_owned(), raw(&Value::Array(Vec::new()))?),
        ("tags".to_owned(), raw(&case.tags)?),
        ("path".to_owned(), raw(&titles)?),
    ]);
    if case.key.repeat > 0 {
        fields.insert("repeatEachIndex".to_owned(), raw(&case.key.repeat)?);
    }
    Ok(fields)
}

/// An execution that ended. The files it attached are not there: only the report would have
/// brought them out of the sandbox.
pub(super) fn result(result: &TestResult, reader: Age) -> io::Result<Fields> {
    let errors: Vec<Value> = result.errors.iter().map(|one| error(one, reader)).collect();
    let outputs = [("stdout", &result.stdout), ("stderr", &result.stderr)];
    let attachments: Vec<Value> = outputs
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| json!({ "name": name, "contentType": "text/plain", "body": text }))
        .collect();
    let annotations: Vec<Value> =
        result.annotations.iter().map(|one| annotation(&one.kind, &one.description)).collect();
    let ran = result.status != Status::Skipped || result.expected == Status::Skipped;
    Ok(Fields::from([
        ("duration".to_owned(), raw(&millis(result.duration.as_secs_f64()))?),
        ("startTime".to_owned(), raw(&time(result.started))?),
        ("steps".to_owned(), raw(&Value::Array(Vec::new()))?),
        ("errors".to_owned(), raw(&errors)?),
        ("status".to_owned(), raw(status(result.status))?),
        ("annotations".to_owned(), raw(&annotations)?),
        ("attachments".to_owned(), raw(&attachments)?),
        ("workerIndex".to_owned(), raw(&if ran { i64::from(result.worker) } else { NO_WORKER })?),
    ]))
}

/// An execution that began and was cut off.
pub(super) fn cut_off(started: UnixMillis, why: &str, reader: Age) -> io::Result<Fields> {
    let message = TestError { message: why.to_owned(), ..TestError::default() };
    Ok(Fields::from([
        ("duration".to_owned(), raw(&0)?),
        ("startTime".to_owned(), raw(&time(started))?),
        ("steps".to_owned(), raw(&Value::Array(Vec::new()))?),
        ("errors".to_owned(), raw(&[error(&message, reader)])?),
        ("status".to_owned(), raw(status(Status::Interrupted))?),
        ("annotations".to_owned(), raw(&Value::Array(Vec::new()))?),
        ("attachments".to_owned(), raw(&Value::Array(Vec::new()))?),
        ("workerIndex".to_owned(), raw(&NO_WORKER)?),
    ]))
}

/// A note on a test.
pub(super) fn annotation(kind: &str, description: &str) -> Value {
    if description.is_empty() {
        json!({ "type": kind })
    } else {
        json!({ "type": kind, "description": description })
    }
}

/// Seconds as the milliseconds of a report, to a thousandth.
pub(super) fn millis(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e3
}

fn error(error: &TestError, reader: Age) -> Value {
    let first = if error.stack.is_empty() { &error.message } else { &error.stack };
    let location = (!error.location.is_empty()).then(|| format!("at {}", error.location));
    if reader.error_objects {
        let message: Vec<&str> =
            location.iter().map(String::as_str).chain([first.as_str()]).rev().collect();
        let snippet = (!error.snippet.is_empty()).then_some(&error.snippet);
        let mut value = json!({ "message": message.join("\n\n") });
        if let (Some(snippet), Some(object)) = (snippet, value.as_object_mut()) {
            object.insert("codeframe".to_owned(), Value::from(snippet.as_str()));
        }
        value
    } else {
        let parts = [first.as_str(), error.snippet.as_str(), location.as_deref().unwrap_or("")];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Value::from(parts.join("\n\n"))
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::TimedOut => "timedOut",
        Status::Skipped => "skipped",
        Status::Interrupted => "interrupted",
    }
}

fn time(at: UnixMillis) -> String {
    iso(machines::millis(at))
}
