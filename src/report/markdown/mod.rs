//! An outcome goes in, `summary.md` comes out: what a reviewer reads on the page of a CI job or in
//! a comment on a pull request.
//!
//! All that is not ours stands in `code` or in fenced blocks, where GitHub makes no mention of
//! `@team` and no link of `#1`.

mod fit;
mod sections;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::model::outcome::{Conclusion, Outcome};
use crate::report::facts;
use crate::report::markdown::fit::{fitted, grouped};
use crate::report::markdown::sections::{code, sections};
use crate::report::write::replace_file;
use crate::report::{Report, ReportError, Source};

/// In bytes; GitHub shows nothing of a step's summary that is longer: `AttachmentSizeLimit` of
/// `CreateStepSummaryCommand` in <https://github.com/actions/runner>.
pub(crate) const MOST_OF_A_STEP: usize = 1 << 20;
/// So that a step can add something to it.
const MOST: usize = MOST_OF_A_STEP - (64 << 10);
/// With less room than this only the first lines are said.
const LEAST: usize = 16 << 10;

/// `summary.md`.
pub(crate) struct Markdown;

impl Report for Markdown {
    fn path(&self) -> &'static str {
        "summary.md"
    }

    fn write(&self, source: &Source<'_>, output: &Path) -> Result<(), ReportError> {
        let text = summary(source, MOST).unwrap_or_default();
        replace_file(&output.join(self.path()), |out| out.write_all(text.as_bytes()))
    }
}

/// The summary in at most `room` bytes; none where not even its first lines find room.
pub(crate) fn summary(source: &Source<'_>, room: usize) -> Option<String> {
    let head = head(source.outcome);
    let tail = tail(source);
    let rest = room.checked_sub(head.len() + tail.len())?;
    let sections = if room < LEAST { LITTLE.to_owned() } else { fitted(sections(source), rest) };
    (sections.len() <= rest).then(|| head + &sections + &tail)
}

const LITTLE: &str = "There is no room for more here: see `index.html`.\n\n";

/// The verdict, and the counts.
fn head(outcome: &Outcome) -> String {
    let mark = match outcome.conclusion() {
        Conclusion::Passed => "✅",
        Conclusion::Failed | Conclusion::Incomplete | Conclusion::Interrupted => "❌",
        Conclusion::Empty => "⚠️",
    };
    let counts = facts::counts(outcome.counts());
    let time = facts::time(outcome.elapsed());
    format!("## {mark} {}\n\n{counts} in {time}\n\n", verdict(outcome))
}

/// How the run went, in words.
fn verdict(outcome: &Outcome) -> String {
    let counts = outcome.counts();
    let all = counts.total();
    let of_all = |count: usize| match all {
        1 => "the only test".to_owned(),
        all => format!("{} of {} tests", grouped(count), grouped(all)),
    };
    let failed = counts.failed + counts.timed_out;
    let missing = counts.not_run + counts.interrupted;
    match outcome.conclusion() {
        Conclusion::Passed if counts.flaky > 0 => {
            format!("Passed, but {} flaky", be(counts.flaky, &of_all(counts.flaky)))
        }
        Conclusion::Passed if counts.skipped == all => "Every test was skipped".to_owned(),
        Conclusion::Passed => "Passed".to_owned(),
        Conclusion::Failed if failed > 0 => format!("{} failed", of_all(failed)),
        Conclusion::Failed => "Failed outside the tests".to_owned(),
        Conclusion::Interrupted => {
            format!("Interrupted: {} without a result", be(missing, &of_all(missing)))
        }
        Conclusion::Incomplete if missing > 0 => {
            let also =
                if failed > 0 { format!(", {} failed", grouped(failed)) } else { String::new() };
            format!("Incomplete: {} without a result{also}", be(missing, &of_all(missing)))
        }
        Conclusion::Incomplete if failed > 0 => {
            format!("Incomplete, and {} failed", of_all(failed))
        }
        Conclusion::Incomplete => "Incomplete".to_owned(),
        Conclusion::Empty => "Nothing to run".to_owned(),
    }
}

fn be(count: usize, what: &str) -> String {
    format!("{what} {}", if count == 1 { "is" } else { "are" })
}

fn tail(source: &Source<'_>) -> String {
    let strategy: String = source.plan.strategy.chars().take(100).collect();
    format!("<sub>Plan {}, strategy {}.</sub>\n", code(&source.plan.digest.0), code(&strategy))
}
