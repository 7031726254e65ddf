//! What stands on and in a `testcase` goes in, what became of the test comes out.

use crate::wire::junit::Status;

/// The status that a child of a test case stands for.
pub(crate) fn child_status(name: &str) -> Option<Status> {
    match name {
        "failure" => Some(Status::Failed),
        "error" => Some(Status::Error),
        "skipped" => Some(Status::Skipped),
        _ => None,
    }
}

/// Whether a child of a test case is something with a result of its own, which no format has there.
pub(crate) fn is_result(name: &str) -> bool {
    matches!(name, "testcase" | "testsuite")
}

/// Whether a child of a test case tells of an execution that went wrong, the last or one before it.
pub(crate) fn is_execution(name: &str) -> bool {
    child_status(name).is_some_and(|status| status > Status::Skipped)
        || is_flaky(name)
        || matches!(name, "rerunFailure" | "rerunError")
}

/// What an element means that only differs from this in capitals, as hand-made files have it.
pub(crate) fn proper(name: &str) -> &str {
    const NAMES: [&str; 5] = ["testsuite", "testcase", "failure", "error", "skipped"];
    NAMES.into_iter().find(|proper| proper.eq_ignore_ascii_case(name)).unwrap_or(name)
}

/// Whether a child of a test case that passed tells of an execution that did not.
pub(crate) fn is_flaky(name: &str) -> bool {
    matches!(name, "flakyFailure" | "flakyError")
}

/// What tools call a test that did not come to its end.
const CUT_OFF: [&str; 13] = [
    "timedout",
    "timed-out",
    "timed_out",
    "timed out",
    "timeout",
    "aborted",
    "crashed",
    "interrupted",
    "blocked",
    "canceled",
    "cancelled",
    "killed",
    "incomplete",
];

/// What a test case tells of runs besides its own.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reruns {
    worst: Option<Status>,
    flaky: bool,
}

impl Reruns {
    /// Takes in a child of the test case.
    pub(crate) fn sees(&mut self, name: &str) {
        let status = match name {
            "rerunFailure" => Some(Status::Failed),
            "rerunError" => Some(Status::Error),
            _ => None,
        };
        self.worst = self.worst.max(status);
        self.flaky |= is_flaky(name);
    }

    /// What became of a test that is of this status otherwise: one that ran again and failed did not
    /// pass where nothing says so.
    pub(crate) fn settle(self, status: Status) -> Status {
        let worst = self.worst.filter(|_| !self.flaky && status <= Status::Skipped);
        worst.map_or(status, |worst| status.max(worst))
    }
}

/// Whether an element is one that everybody knows, whatever stands in it, e.g. what a test printed.
pub(crate) fn is_known(name: &str) -> bool {
    child_status(name).is_some()
        || is_execution(name)
        || matches!(name, "properties" | "system-out" | "system-err")
}

/// The status that an attribute of a test case stands for: googletest (`status="notrun"`,
/// `result="skipped"`), `CTest` (`status="disabled"`) and reports converted from `NUnit`
/// (`status="Failed"`) say there what others say with a child.
pub(crate) fn attribute_status(name: &str, value: &str) -> Option<Status> {
    if !matches!(name, "status" | "result") {
        return None;
    }
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
    if is(&["fail", "failed", "failure", "ko", "false"]) {
        Some(Status::Failed)
    } else if is(&["error", "errored", "broken"]) || is(&CUT_OFF) {
        Some(Status::Error)
    } else if is(&[
        "notrun",
        "disabled",
        "inconclusive",
        "skip",
        "skipped",
        "suppressed",
        "ignored",
        "pending",
    ]) {
        Some(Status::Skipped)
    } else {
        None
    }
}

/// What a test case is called that stands for a failure outside all cases of its suite, e.g. of
/// its set-up, or of all suites. The name is that of Jenkins for the same.
pub(crate) const OUTSIDE: &str = "<init>";

/// Whether an element outside all test cases is a failure of the innermost open suite, or stands in
/// the root beside all suites; `suites` are the depths of those that are open.
pub(crate) fn is_outside(name: &str, depth: usize, suites: &[usize]) -> bool {
    let bad = child_status(name).is_some_and(|status| status > Status::Skipped);
    bad && suites.last().copied().unwrap_or(1) + 1 == depth
}
