//! An outcome goes in, `summary.md` comes out: what a reviewer reads on the page of a CI job or in
//! a comment on a pull request.
//!
//! All that is not ours stands in `code` or in fenced blocks, where GitHub makes no mention of
//! `@team` and no link of `#1`.

mod fit;
mod sections;
#[cfg(test)]
mod tests;

use std::fmt::Write;
use std::path::Path;

use crate::model::outcome::Conclusion;
use crate::report::facts;
use crate::report::markdown::fit::fitted;
use crate::report::markdown::sections::{code, sections};
use crate::report::overview::took::took;
use crate::report::overview::verdict;
use crate::report::text::markdown;
use crate::report::write::replace_file;
use crate::report::{Report, ReportError, Source};

/// In bytes; GitHub shows nothing of a step's summary that is longer: `AttachmentSizeLimit` of
/// `CreateStepSummaryCommand` in <https://github.com/actions/runner>.
pub(crate) const MOST_OF_A_STEP: usize = 1 << 20;
/// So that a step can add something to it.
const MOST: usize = MOST_OF_A_STEP - (64 << 10);
/// Sentences about shards above all sections.
const MOST_REASONS: usize = 10;
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
    let head = head(source);
    let tail = tail(source);
    let rest = room.checked_sub(head.len() + tail.len())?;
    let sections = if room < LEAST { LITTLE.to_owned() } else { fitted(sections(source), rest) };
    (sections.len() <= rest).then(|| head + &sections + &tail)
}

const LITTLE: &str = "There is no room for more here: see `index.html`.\n\n";

/// The verdict in words, the counts, and the reasons that are no failing tests.
fn head(source: &Source<'_>) -> String {
    let (plan, outcome) = (source.plan, source.outcome);
    let mark = match outcome.conclusion() {
        Conclusion::Passed => "✅",
        Conclusion::Failed | Conclusion::Incomplete | Conclusion::Interrupted => "❌",
        Conclusion::Empty => "⚠️",
    };
    let line = verdict::line(plan, outcome);
    let counts = facts::counts(outcome.counts());
    let mut out = format!("## {mark} {line}\n\n{counts}. {}\n\n", took(plan, outcome));
    let reasons = verdict::reasons(plan, outcome);
    for reason in reasons.iter().take(MOST_REASONS) {
        let _ = writeln!(out, "- {}", markdown(reason));
    }
    if let Some(more) = reasons.len().checked_sub(MOST_REASONS).filter(|more| *more > 0) {
        let _ = writeln!(out, "- … and {more} more");
    }
    if reasons.is_empty() { out } else { out + "\n" }
}

fn tail(source: &Source<'_>) -> String {
    let strategy: String = source.plan.strategy.chars().take(100).collect();
    format!("<sub>Plan {}, strategy {}.</sub>\n", code(&source.plan.digest.0), code(&strategy))
}
