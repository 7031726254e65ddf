//! An outcome goes in; the sentences that a report needs about its shards come out.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::event::{AttemptEnd, AttemptId, UnixMillis};
use crate::model::id::ShardNumber;
use crate::model::outcome::{Outcome, ShardOutcome, Verdict};
use crate::report::playwright_html::input::{Candidate, Input, InputError};

/// What is known about the run beside the reports; nothing where they are all there is.
pub(super) struct Notes<'a>(pub(super) Option<&'a Outcome>);

impl Notes<'_> {
    /// How a shard ended, e.g. `shard 3 ended by out-of-memory (2 GB)`.
    pub(super) fn end(&self, number: ShardNumber) -> String {
        let shard = self.shard(number);
        shard.map(|shard| format!("{}{}", end(shard), cause(shard))).unwrap_or_default()
    }

    /// When an attempt began.
    pub(super) fn started(&self, id: AttemptId) -> UnixMillis {
        let attempt = usize::try_from(id.attempt.saturating_sub(1)).unwrap_or(usize::MAX);
        let shard = self.shard(id.shard);
        shard.and_then(|shard| shard.attempts.get(attempt)).map_or(UnixMillis(0), |one| one.started)
    }

    fn shard(&self, number: ShardNumber) -> Option<&ShardOutcome> {
        self.0?.shards.iter().find(|shard| shard.number == number)
    }
}

fn end(shard: &ShardOutcome) -> String {
    let number = shard.number;
    match shard.last_end() {
        _ if shard.attempts.is_empty() => format!("shard {number} did not start"),
        None => format!("shard {number} ended and nobody saw how"),
        Some(AttemptEnd::Cancelled) => format!("shard {number} was cancelled"),
        Some(AttemptEnd::Finished(_)) => format!("shard {number} ended by itself"),
        Some(AttemptEnd::Faulted(fault)) => {
            format!("shard {number} ended by {}", fault.kind.name())
        }
    }
}

/// What was seen of a fault, in brackets; empty without one.
fn cause(shard: &ShardOutcome) -> String {
    match shard.last_end() {
        Some(AttemptEnd::Faulted(fault)) => format!(" ({})", fault.message),
        Some(AttemptEnd::Finished(_) | AttemptEnd::Cancelled) | None => String::new(),
    }
}

/// What the top of a report says about a run: lost shards first, then reports that were left out,
/// then what the runner said outside any test. No line twice.
pub(super) fn errors(
    outcome: &Outcome,
    inputs: &[Input],
    left_out: &[(Candidate, InputError)],
    unknown: usize,
) -> Vec<String> {
    let mut lines = lost(outcome);
    lines.extend(left_out.iter().filter_map(|((attempt, _), error)| {
        let id = (*attempt)?;
        let who = format!("shard {}, attempt {}", id.shard, id.attempt);
        if !error.is_absence() {
            return Some(format!("the HTML report of {who} is left out, as {error}"));
        }
        let finished = outcome.shards.iter().any(|shard| {
            shard.number == id.shard
                && shard.finished()
                && usize::try_from(id.attempt).is_ok_and(|last| last == shard.attempts.len())
        });
        finished.then(|| format!("{who} left no HTML report: its tests are shown without steps"))
    }));
    if unknown > 0 {
        lines.push(format!(
            "{} in the reports that no shard had announced",
            count(unknown, "is", "are")
        ));
    }
    lines.extend(of_reports(inputs));
    let reported = |id: AttemptId| inputs.iter().any(|input| input.attempt == Some(id));
    let told = outcome.errors.iter().filter(|(id, _)| !reported(*id));
    lines.extend(told.map(|(id, error)| format!("shard {}: {}", id.shard, error.message)));
    without_repetition(lines)
}

/// The errors that the reports themselves name.
pub(super) fn of_reports(inputs: &[Input]) -> Vec<String> {
    without_repetition(inputs.iter().flat_map(|input| input.report.field::<Vec<String>>("errors")))
}

/// Each text once, in the order of first sight.
pub(super) fn without_repetition(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    texts.into_iter().filter(|text| seen.insert(text.clone())).collect()
}

fn lost(outcome: &Outcome) -> Vec<String> {
    let mut counts: BTreeMap<ShardNumber, (usize, usize)> = BTreeMap::new();
    for test in outcome.tests.values() {
        let Some(shard) = test.shard else { continue };
        let (not_run, cut_off) = counts.entry(shard).or_default();
        let verdict = test.verdict();
        *not_run += usize::from(verdict == Verdict::NotRun && test.runs.is_empty());
        *cut_off += usize::from(verdict == Verdict::Interrupted && !test.open.is_empty());
    }
    let of = |shard: &ShardOutcome| counts.get(&shard.number).copied().unwrap_or_default();
    let line = |shard: &ShardOutcome| {
        let (not_run, cut_off) = of(shard);
        let not_run = (not_run > 0).then(|| format!("{} not run", count(not_run, "did", "did")));
        let cut_off = (cut_off > 0).then(|| format!("{} cut off", count(cut_off, "was", "were")));
        let counts: Vec<String> = not_run.into_iter().chain(cut_off).collect();
        let colon = if counts.is_empty() { "" } else { ": " };
        format!("{}{colon}{}{}", end(shard), counts.join(", "), cause(shard))
    };
    let shards = outcome.shards.iter().filter(|shard| shard.planned > 0);
    shards.filter(|shard| !shard.finished() || of(shard) != (0, 0)).map(line).collect()
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 test {one}") } else { format!("{number} tests {many}") }
}
