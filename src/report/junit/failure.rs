//! A test that did not pass goes in, what JUnit says of it comes out: type, message and text.

use std::fmt::Write;

use crate::model::event::Status;
use crate::model::id::TITLE_SEPARATOR;
use crate::model::outcome::{Outcome, TestOutcome, TestRun, Verdict};
use crate::report::{facts, text};

/// What stands on and in a `<failure>`, `<error>` or `<flakyFailure>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The matcher (`expect.toBe`), the error's class (`TypeError`) or our own verdict.
    pub(crate) kind: String,
    /// One line.
    pub(crate) message: String,
    pub(crate) text: String,
}

impl Failure {
    /// Of a whole test case.
    pub(crate) fn of_test(outcome: &Outcome, test: &TestOutcome) -> Self {
        let why = facts::why(outcome, test);
        let (kind, message) = match test.verdict() {
            verdict @ (Verdict::NotRun | Verdict::Interrupted) => {
                (verdict.name().to_owned(), first_line(&why))
            }
            Verdict::Passed
            | Verdict::Flaky
            | Verdict::Skipped
            | Verdict::TimedOut
            | Verdict::Failed => classify(&why),
        };
        let mut story = heading(test);
        let runs: Vec<&TestRun> =
            facts::executions(test).filter(|run| !run.result.errors.is_empty()).collect();
        if runs.is_empty() {
            let _ = write!(story, "\n\n{why}");
        }
        for run in runs {
            if run.result.retry > 0 || run.id.attempt > 1 {
                let _ = write!(story, "\n\n{}", try_name(run));
            }
            let _ = write!(story, "\n\n{}", run_text(run));
        }
        Self { kind, message, text: story }
    }

    /// Of one execution.
    pub(crate) fn of_run(run: &TestRun) -> Self {
        let (kind, message) = classify(&facts::run_message(run));
        Self { kind, message, text: run_text(run) }
    }
}

/// `[project] › file:line:column › titles`, as Playwright's own reporters head a failure.
fn heading(test: &TestOutcome) -> String {
    let key = &test.case.key;
    let mut heading = String::new();
    if !key.project.is_empty() {
        let _ = write!(heading, "[{}]{TITLE_SEPARATOR}", key.project);
    }
    let (line, column) = (test.case.line, test.case.column);
    let _ = write!(heading, "{}:{line}:{column}{TITLE_SEPARATOR}{}", key.file, key.title());
    text::terminal(&heading)
}

fn try_name(run: &TestRun) -> String {
    match (run.result.retry, run.id.attempt) {
        (retry, 1) => format!("Retry #{retry}"),
        (0, attempt) => format!("Attempt {attempt} of shard {}", run.id.shard),
        (retry, attempt) => format!("Attempt {attempt} of shard {}, retry #{retry}", run.id.shard),
    }
}

fn run_text(run: &TestRun) -> String {
    let errors: Vec<String> = run.result.errors.iter().map(facts::error_text).collect();
    match (errors.is_empty(), run.result.status) {
        (false, _) => errors.join("\n\n"),
        (true, Status::Passed | Status::Failed | Status::TimedOut) => facts::run_message(run),
        (true, Status::Skipped | Status::Interrupted) => String::new(),
    }
}

/// Type and first line of a message, split as Playwright's JUnit reporter splits them.
fn classify(message: &str) -> (String, String) {
    let (name, body) = match message.split_once(": ") {
        Some((name, body)) if is_word(name) => (name, body),
        _ => ("Error", message),
    };
    let kind = matcher(message).unwrap_or_else(|| name.to_owned());
    (kind, first_line(body))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `expect.not.toBe` for a message that holds `expect(...).not.toBe`.
fn matcher(message: &str) -> Option<String> {
    message.lines().find_map(|line| {
        let (_, call) = line.split_once("expect(")?;
        call.match_indices(").").find_map(|(at, dot)| {
            let rest = &call[at + dot.len()..];
            let (not, rest) = match rest.strip_prefix("not.") {
                Some(rest) => ("not.", rest),
                None => ("", rest),
            };
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let name = &rest[..end.unwrap_or(rest.len())];
            is_word(name).then(|| format!("expect.{not}{name}"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::classify;

    #[test]
    fn messages_are_classified_as_playwright_does() {
        let cases = [
            (
                "Error: expect(received).toBe(expected) // x",
                "expect.toBe",
                "expect(received).toBe(expected) // x",
            ),
            (
                "Error: expect(locator('a)')).not.toBeVisible() failed\n\nx",
                "expect.not.toBeVisible",
                "expect(locator('a)')).not.toBeVisible() failed",
            ),
            ("TypeError: bad\nsecond", "TypeError", "bad"),
            ("Test timeout of 1500ms exceeded.", "Error", "Test timeout of 1500ms exceeded."),
            ("", "Error", ""),
        ];
        for (message, kind, line) in cases {
            assert_eq!(classify(message), (kind.to_owned(), line.to_owned()), "{message}");
        }
    }
}
