//! What a program that deals for us is told, and what it answers, version 1.
//!
//! Told, as `shardwright.deal`: how many shards of how many workers, and the groups with their
//! estimates, each under a short name. A group is dealt whole. All times are in milliseconds of
//! the machine that the last history comes from.
//!
//! Answered: `{"shards": [["g1", "g7"], ["g2"]]}`, one list a shard, the names in the order in
//! which the groups should start. `"format": "shardwright.assignment"` and `"version": 1` may
//! stand beside it; where they do, they must be right. Whatever else stands there is not looked at.

use std::time::Duration;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::model::plan::PlannedGroup;
use crate::model::suite::{GroupKind, Suite, TestCase};
use crate::model::timings::{Costs, Estimates, LastResult};
use crate::wire::envelope::{self, EnvelopeError};

/// What the question calls itself.
const QUESTION: &str = "shardwright.deal";
/// What an answer may call itself.
const ANSWER: &str = "shardwright.assignment";
/// The version of both.
const VERSION: u64 = 1;

/// Why a text is not an answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AnswerError {
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    #[error("is no object with `shards` in it")]
    NoObject,
    #[error("line {line}, column {column}: {problem}")]
    Content { line: usize, column: usize, problem: String },
    #[error("deals `{0}` to shard {1}, and no group has that name")]
    Unknown(String, usize),
}

/// The question: `deck` is what is to be dealt, `shards` to how many, with `workers` in each.
pub(crate) fn ask(
    deck: &[PlannedGroup],
    suite: &Suite,
    estimates: &Estimates,
    shards: u32,
    workers: u32,
) -> String {
    let clock = Clock(estimates);
    let groups = deck.iter().enumerate().map(|(position, planned)| GroupEntry {
        id: name(position),
        file: &planned.group.file,
        project: &planned.group.project,
        kind: kind(planned.group.kind),
        estimate_ms: millis(planned.estimate),
        tests: planned.group.tests.iter().map(|test| clock.case(test)).collect(),
    });
    let shared = suite.shared.iter().map(|test| SharedEntry {
        file: &test.key.file,
        project: &test.key.project,
        case: clock.case(test),
    });
    let mut projects: Vec<ProjectEntry<'_>> = suite
        .projects
        .iter()
        .map(|project| ProjectEntry {
            name: &project.name,
            dependencies: &project.dependencies,
            teardown: project.teardown.as_deref(),
            workers: project.workers,
        })
        .collect();
    projects.sort_by_key(|project| project.name);
    let question = Question {
        format: QUESTION,
        version: VERSION,
        shards,
        workers,
        costs: clock.costs(),
        groups: groups.collect(),
        shared: shared.collect(),
        projects,
    };
    let mut text = serde_json::to_string_pretty(&question)
        .expect("a suite has nothing that JSON could not say");
    text.push('\n');
    text
}

/// The positions in the deck that each shard gets; `groups` is how many there are.
pub(crate) fn answer(text: &str, groups: usize) -> Result<Vec<Vec<usize>>, AnswerError> {
    let text = envelope::without_mark(text);
    if text.trim().is_empty() {
        return Err(EnvelopeError::Empty.into());
    }
    let content = |error: serde_json::Error| {
        if error.is_data() {
            let (line, column) = (error.line(), error.column());
            return AnswerError::Content { line, column, problem: envelope::problem(&error) };
        }
        envelope::of_json(&error).into()
    };
    if !text.trim_start().starts_with('{') {
        // What is no JSON at all is called that.
        serde_json::from_str::<IgnoredAny>(text).map_err(content)?;
        return Err(AnswerError::NoObject);
    }
    let said: Answer = serde_json::from_str(text).map_err(content)?;
    if said.format.is_some() || said.version.is_some() {
        envelope::version(text, ANSWER, VERSION)?;
    }
    let known = |shard: usize, name: &String| {
        position(name, groups).ok_or_else(|| AnswerError::Unknown(shortened(name), shard))
    };
    let shards = (1..).zip(&said.shards);
    shards.map(|(shard, names)| names.iter().map(|name| known(shard, name)).collect()).collect()
}

/// `g1` for the first group.
fn name(position: usize) -> String {
    format!("g{}", position + 1)
}

fn position(text: &str, groups: usize) -> Option<usize> {
    let number: usize = text.strip_prefix('g')?.parse().ok()?;
    let position = number.checked_sub(1)?;
    // `g01` and `g+1` are nobody's names.
    (position < groups && name(position) == text).then_some(position)
}

/// What is shown of a name that nobody gave.
fn shortened(name: &str) -> String {
    const SHOWN: usize = 60;
    match name.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &name[..end]),
        None => name.to_owned(),
    }
}

#[derive(Serialize)]
struct Question<'a> {
    format: &'static str,
    version: u64,
    shards: u32,
    workers: u32,
    costs: CostsEntry,
    groups: Vec<GroupEntry<'a>>,
    /// Tests of set-up and teardown projects: each runs in every shard that needs its project.
    shared: Vec<SharedEntry<'a>>,
    projects: Vec<ProjectEntry<'a>>,
}

/// What a run takes besides its tests.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the unit belongs to the names that we promise")]
struct CostsEntry {
    /// From a shard's start to its first test.
    start_ms: u64,
    /// A new worker process, up to its first test.
    worker_ms: u64,
    /// A spec file more in a worker that is running.
    file_ms: u64,
    /// From a shard's last test to its end.
    end_ms: u64,
}

#[derive(Serialize)]
struct GroupEntry<'a> {
    id: String,
    file: &'a str,
    project: &'a str,
    kind: &'static str,
    estimate_ms: u64,
    /// May be incomplete for the kind `opaque`.
    tests: Vec<CaseEntry<'a>>,
}

#[derive(Serialize)]
struct CaseEntry<'a> {
    titles: &'a [String],
    #[serde(skip_serializing_if = "is_zero")]
    repeat: u32,
    tags: &'a [String],
    estimate_ms: u64,
    /// How it ended the last time; left out where it has no history.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<&'static str>,
}

#[derive(Serialize)]
struct SharedEntry<'a> {
    file: &'a str,
    project: &'a str,
    #[serde(flatten)]
    case: CaseEntry<'a>,
}

#[derive(Serialize)]
struct ProjectEntry<'a> {
    name: &'a str,
    dependencies: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    teardown: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workers: Option<u32>,
}

#[derive(Deserialize)]
struct Answer {
    format: Option<serde_json::Value>,
    version: Option<serde_json::Value>,
    shards: Vec<Vec<String>>,
}

/// Times as the machine will take them that the last history comes from.
struct Clock<'e>(&'e Estimates);

impl Clock<'_> {
    fn millis(&self, time: Duration) -> u64 {
        millis(time * self.0.costs.pace / Costs::EVEN)
    }

    fn costs(&self) -> CostsEntry {
        let Costs { start, worker, file, end, pace: _ } = self.0.costs;
        CostsEntry {
            start_ms: self.millis(start),
            worker_ms: self.millis(worker),
            file_ms: self.millis(file),
            end_ms: self.millis(end),
        }
    }

    fn case<'t>(&self, test: &'t TestCase) -> CaseEntry<'t> {
        let estimate = self.0.of(&test.key);
        CaseEntry {
            titles: &test.key.titles,
            repeat: test.key.repeat,
            tags: &test.tags,
            estimate_ms: self.millis(estimate.duration),
            last: estimate.last.map(|last| match last {
                LastResult::Passed => "passed",
                LastResult::Flaky => "flaky",
                LastResult::Failed => "failed",
            }),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn kind(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::File => "file",
        GroupKind::Sequence => "sequence",
        GroupKind::Single => "single",
        GroupKind::Hooked => "hooked",
        GroupKind::Opaque => "opaque",
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests;
