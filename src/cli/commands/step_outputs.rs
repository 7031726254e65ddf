//! What a run came to goes in, and stands as outputs of the step in the file that GitHub Actions
//! reads them from: `steps.ID.outputs.failed`.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use crate::model::outcome::{Counts, Outcome};

/// Adds passed, failed, flaky, skipped, not-run, report-path and timings-changed behind what is in
/// the file. `timings_changed` says whether their file was written anew.
pub(super) fn add(
    file: &Path,
    outcome: &Outcome,
    report: &Path,
    timings_changed: bool,
) -> io::Result<()> {
    let Counts { passed, flaky, skipped, not_run, interrupted, timed_out, failed, .. } =
        outcome.counts();
    let mut text = String::new();
    for (name, count) in [
        ("passed", passed),
        ("failed", failed + timed_out),
        ("flaky", flaky),
        ("skipped", skipped),
        ("not-run", not_run + interrupted),
    ] {
        let _ = writeln!(text, "{name}={count}");
    }
    text += &named("report-path", &report.display().to_string());
    let _ = writeln!(text, "timings-changed={timings_changed}");
    OpenOptions::new().append(true).create(true).open(file)?.write_all(text.as_bytes())
}

/// A value of any lines, up to a line that is none of them.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#multiline-strings>
fn named(name: &str, value: &str) -> String {
    let mut mark = "end".to_owned();
    while value.lines().any(|line| line == mark) {
        mark.push('-');
    }
    format!("{name}<<{mark}\n{value}\n{mark}\n")
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_value_cannot_end_itself() {
        assert_eq!(named("a", "/b"), "a<<end\n/b\nend\n");
        assert_eq!(named("a", "b\nend\nfailed=0"), "a<<end-\nb\nend\nfailed=0\nend-\n");
    }
}
