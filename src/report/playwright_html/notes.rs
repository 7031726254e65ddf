//! An outcome goes in; the sentences that a report needs about its shards come out.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::event::{AttemptEnd, AttemptId, UnixMillis};
use crate::model::id::ShardNumber;
use crate::model::outcome::{Attempt, Outcome, ShardOutcome, Verdict};
use crate::report::playwright_html::input::{Candidate, Input, InputError};

/// What is known about the run beside the reports; nothing where they are all there is.
pub(super) struct Notes<'a>(pub(super) Option<&'a Outcome>);

impl Notes<'_> {
    /// How a shard ended, e.g. `shard 3 ended by out-of-memory (2 GB)`.
    pub(super) fn end(&self, number: ShardNumber) -> String {
        let shard = self.shard(number);
        shard.map(|shard| whole_end(number, shard.attempts.last())).unwrap_or_default()
    }

    /// How one attempt of a shard ended, in the same words.
    pub(super) fn end_of(&self, id: AttemptId) -> String {
        whole_end(id.shard, self.attempt(id))
    }

    /// When an attempt began.
    pub(super) fn started(&self, id: AttemptId) -> UnixMillis {
        self.attempt(id).map_or(UnixMillis(0), |attempt| attempt.started)
    }

    fn attempt(&self, id: AttemptId) -> Option<&Attempt> {
        let position = usize::try_from(id.attempt.checked_sub(1)?).ok()?;
        self.shard(id.shard)?.attempts.get(position)
    }

    fn shard(&self, number: ShardNumber) -> Option<&ShardOutcome> {
        self.0?.shards.iter().find(|shard| shard.number == number)
    }
}

fn whole_end(shard: ShardNumber, attempt: Option<&Attempt>) -> String {
    format!("{}{}", end(shard, attempt), cause(attempt))
}

fn end(shard: ShardNumber, attempt: Option<&Attempt>) -> String {
    let Some(attempt) = attempt else { return format!("shard {shard} has no result") };
    match attempt.ended.as_ref().map(|(_, end)| end) {
        None => format!("shard {shard} ended and nobody saw how"),
        Some(AttemptEnd::Cancelled(reason)) => format!("shard {shard} was {}", reason.told()),
        Some(AttemptEnd::Finished(_)) => format!("shard {shard} ended by itself"),
        Some(AttemptEnd::Faulted(fault)) => format!("shard {shard} ended by {}", fault.kind.name()),
    }
}

/// What was seen of a fault, in brackets; empty without one.
fn cause(attempt: Option<&Attempt>) -> String {
    match attempt.and_then(|attempt| attempt.ended.as_ref()) {
        Some((_, AttemptEnd::Faulted(fault))) => format!(" ({})", fault.message),
        Some((_, AttemptEnd::Finished(_) | AttemptEnd::Cancelled(_))) | None => String::new(),
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
        let last = shard.attempts.last();
        format!("{}{colon}{}{}", end(shard.number, last), counts.join(", "), cause(last))
    };
    let shards = outcome.shards.iter().filter(|shard| shard.has_work);
    shards.filter(|shard| !shard.is_settled() || of(shard) != (0, 0)).map(line).collect()
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 test {one}") } else { format!("{number} tests {many}") }
}
