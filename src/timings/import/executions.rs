//! The executions of one test in Playwright's words go in, what they say together comes out.

use std::time::Duration;

use super::Sample;
use crate::model::id::TestKey;
use crate::model::timings::LastResult;

/// One execution of a test.
pub(super) struct Execution {
    /// `passed`, `failed`, `timedOut`, `skipped` or `interrupted`.
    pub(super) status: String,
    pub(super) expected: String,
    /// Milliseconds.
    pub(super) duration: f64,
}

/// What the executions of a test say, in their order; none where it never came to an end.
pub(super) fn sample(key: TestKey, executions: &[Execution]) -> Option<Sample> {
    let ended =
        |execution: &&Execution| !matches!(execution.status.as_str(), "skipped" | "interrupted");
    let (well, ill): (Vec<&Execution>, Vec<&Execution>) =
        executions.iter().filter(ended).partition(|one| one.status == one.expected);
    let last = match (well.is_empty(), ill.is_empty()) {
        (true, true) => return None,
        (true, false) => LastResult::Failed,
        (false, false) => LastResult::Flaky,
        (false, true) => LastResult::Passed,
    };
    let duration = well.last().map(|execution| millis(execution.duration));
    Some(Sample { key, duration, last })
}

/// Milliseconds that another tool wrote; nonsense counts as nothing.
pub(super) fn millis(millis: f64) -> Duration {
    Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default()
}
