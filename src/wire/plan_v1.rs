//! A plan as JSON, version 1. A plan goes in, text comes out, and back.
//!
//! Durations are whole milliseconds. The digest is checked when a plan is read, so that nobody
//! runs a plan that was changed by hand as if it were the one that others run.

#[cfg(any(fuzzing, test))]
mod check;
#[cfg(test)]
mod tests;

#[cfg(any(fuzzing, test))]
pub(crate) use check::check;

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::lineage::{Lineage, Part};
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::suite::{GroupKind, Project, TestCase, TestGroup};
use crate::wire::envelope::{self, EnvelopeError};

/// What the file calls itself.
const FORMAT: &str = "shardwright.plan";
/// The newest version that is read, and the one that is written.
const VERSION: u64 = 1;

/// In bytes, of the files and projects of all tests.
const MOST_NAMES: usize = 256 << 20;

/// A thousand years, in milliseconds: what is predicted is read as no more, so that sums of it have
/// room, whoever wrote the file.
const LONGEST_MS: u64 = 1_000 * 365 * 24 * 3_600 * 1_000;

/// Why a text is not a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlanFormatError {
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    #[error("line {line}, column {column}: {problem}")]
    Content { line: usize, column: usize, problem: String },
    #[error("has shard {found} where shard {expected} should stand")]
    Shards { expected: ShardNumber, found: u32 },
    #[error("its parts have {parts} shards in all, and it has {shards}")]
    Parts { parts: usize, shards: usize },
    #[error("names files of more than {} MB in all", MOST_NAMES >> 20)]
    Names,
    #[error("was changed after it was made: its digest is `{found}`, its content's is `{actual}`")]
    Digest { found: PlanDigest, actual: PlanDigest },
}

/// The text of a plan: the same for the same plan, with a line end at its end.
pub(crate) fn write(plan: &Plan) -> String {
    let mut text = serde_json::to_string_pretty(&PlanFile::from(plan))
        .expect("a plan has nothing that JSON could not say");
    text.push('\n');
    text
}

/// The plan in a text.
pub(crate) fn read(text: &str) -> Result<Plan, PlanFormatError> {
    let text = envelope::without_mark(text);
    envelope::version(text, FORMAT, VERSION)?;
    let file: PlanFile = serde_json::from_str(text).map_err(|error| PlanFormatError::Content {
        line: error.line(),
        column: error.column(),
        problem: envelope::problem(&error),
    })?;
    Plan::try_from(file)
}

/// The file. Its fields are what we promise to others.
#[derive(Serialize, Deserialize)]
struct PlanFile {
    format: String,
    version: u64,
    digest: String,
    strategy: String,
    workers: u32,
    lower_bound_ms: u64,
    known: usize,
    shards: Vec<ShardEntry>,
    shared: Vec<TestEntry>,
    projects: Vec<ProjectEntry>,
    /// For a re-run: the plans whose results it is of; `[]` where only Playwright knows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reruns: Option<Vec<String>>,
    /// For a plan that `merge` made of a first run and its re-runs: each of them, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<PartEntry>,
    /// For a run that nodes share: how many of the last shards nobody planned.
    #[serde(default, skip_serializing_if = "is_none")]
    spare: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

#[derive(Serialize, Deserialize)]
struct PartEntry {
    digest: String,
    /// How many shards are its own, after those of the part before.
    shards: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reruns: Option<Vec<String>>,
}

#[derive(Serialize, Deserialize)]
struct ShardEntry {
    number: u32,
    predicted_ms: u64,
    groups: Vec<GroupEntry>,
}

#[derive(Serialize, Deserialize)]
struct GroupEntry {
    file: String,
    project: String,
    kind: KindName,
    estimate_ms: u64,
    tests: Vec<TestEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindName {
    File,
    Sequence,
    Single,
    Hooked,
    Opaque,
}

/// A test case; file and project are left out where they are its group's.
#[derive(Serialize, Deserialize)]
struct TestEntry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<String>,
    titles: Vec<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    repeat: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    line: u32,
    column: u32,
}

#[derive(Serialize, Deserialize)]
struct ProjectEntry {
    name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    teardown: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    workers: Option<u32>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn duration(millis: u64) -> Duration {
    Duration::from_millis(millis.min(LONGEST_MS))
}

impl From<&Plan> for PlanFile {
    fn from(plan: &Plan) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            digest: plan.digest.0.clone(),
            strategy: plan.strategy.clone(),
            workers: plan.workers,
            lower_bound_ms: millis(plan.lower_bound),
            known: plan.known,
            shards: plan.shards.iter().map(ShardEntry::from).collect(),
            shared: plan.shared.iter().map(|test| TestEntry::new(test, "", "")).collect(),
            projects: plan.projects.iter().map(ProjectEntry::from).collect(),
            reruns: plan.lineage.reruns.as_deref().map(texts),
            parts: plan.lineage.parts.iter().map(PartEntry::from).collect(),
            spare: plan.lineage.spare,
        }
    }
}

impl TryFrom<PlanFile> for Plan {
    type Error = PlanFormatError;

    fn try_from(file: PlanFile) -> Result<Self, PlanFormatError> {
        for (index, shard) in file.shards.iter().enumerate() {
            let expected = ShardNumber::at(index);
            if shard.number != expected.get() {
                return Err(PlanFormatError::Shards { expected, found: shard.number });
            }
        }
        let parts = file.parts.iter().fold(0, |sum: usize, part| sum.saturating_add(part.shards));
        if !file.parts.is_empty() && parts != file.shards.len() {
            return Err(PlanFormatError::Parts { parts, shards: file.shards.len() });
        }
        // Each test gets the names of its group: a small file could fill the memory.
        let groups = file.shards.iter().flat_map(|shard| &shard.groups);
        let names =
            |group: &GroupEntry| (group.file.len() + group.project.len()) * group.tests.len();
        if groups.map(names).sum::<usize>() > MOST_NAMES {
            return Err(PlanFormatError::Names);
        }
        let empty = file.shards.iter().rev().take_while(|shard| shard.groups.is_empty()).count();
        let plan = Self {
            digest: PlanDigest(file.digest),
            strategy: file.strategy,
            workers: file.workers,
            shards: file.shards.into_iter().map(PlannedShard::from).collect(),
            shared: file.shared.into_iter().map(|test| test.case("", "")).collect(),
            projects: file.projects.into_iter().map(Project::from).collect(),
            lower_bound: duration(file.lower_bound_ms),
            known: file.known,
            lineage: Lineage {
                reruns: file.reruns.map(digests),
                parts: file.parts.into_iter().map(Part::from).collect(),
                spare: file.spare.min(empty),
            },
        };
        let actual = plan.compute_digest();
        if plan.digest != actual {
            return Err(PlanFormatError::Digest { found: plan.digest, actual });
        }
        Ok(plan)
    }
}

impl From<&Part> for PartEntry {
    fn from(part: &Part) -> Self {
        let Part { digest, reruns, shards } = part;
        Self { digest: digest.0.clone(), shards: *shards, reruns: reruns.as_deref().map(texts) }
    }
}

impl From<PartEntry> for Part {
    fn from(entry: PartEntry) -> Self {
        let PartEntry { digest, shards, reruns } = entry;
        Self { digest: PlanDigest(digest), reruns: reruns.map(digests), shards }
    }
}

fn texts(digests: &[PlanDigest]) -> Vec<String> {
    digests.iter().map(|digest| digest.0.clone()).collect()
}

fn digests(texts: Vec<String>) -> Vec<PlanDigest> {
    texts.into_iter().map(PlanDigest).collect()
}

impl From<&PlannedShard> for ShardEntry {
    fn from(shard: &PlannedShard) -> Self {
        Self {
            number: shard.number.get(),
            predicted_ms: millis(shard.predicted),
            groups: shard.groups.iter().map(GroupEntry::from).collect(),
        }
    }
}

impl From<ShardEntry> for PlannedShard {
    fn from(entry: ShardEntry) -> Self {
        Self {
            number: ShardNumber::from(NonZeroU32::new(entry.number).unwrap_or(NonZeroU32::MIN)),
            groups: entry.groups.into_iter().map(PlannedGroup::from).collect(),
            predicted: duration(entry.predicted_ms),
        }
    }
}

impl From<&PlannedGroup> for GroupEntry {
    fn from(planned: &PlannedGroup) -> Self {
        let TestGroup { project, file, kind, worker: _, tests } = &planned.group;
        Self {
            file: file.clone(),
            project: project.clone(),
            kind: KindName::from(*kind),
            estimate_ms: millis(planned.estimate),
            tests: tests.iter().map(|test| TestEntry::new(test, file, project)).collect(),
        }
    }
}

impl From<GroupEntry> for PlannedGroup {
    fn from(entry: GroupEntry) -> Self {
        let GroupEntry { file, project, kind, estimate_ms, tests } = entry;
        let tests = tests.into_iter().map(|test| test.case(&file, &project)).collect();
        // Only whoever deals needs to know it.
        let worker = String::new();
        let group = TestGroup { kind: GroupKind::from(kind), worker, tests, file, project };
        Self { group, estimate: duration(estimate_ms) }
    }
}

impl TestEntry {
    fn new(test: &TestCase, file: &str, project: &str) -> Self {
        let TestKey { file: own_file, project: own_project, titles, repeat } = &test.key;
        Self {
            file: (own_file != file).then(|| own_file.clone()),
            project: (own_project != project).then(|| own_project.clone()),
            titles: titles.clone(),
            repeat: *repeat,
            id: test.runner_id.clone(),
            tags: test.tags.clone(),
            line: test.line,
            column: test.column,
        }
    }

    fn case(self, file: &str, project: &str) -> TestCase {
        let key = TestKey {
            file: self.file.unwrap_or_else(|| file.to_owned()),
            project: self.project.unwrap_or_else(|| project.to_owned()),
            titles: self.titles,
            repeat: self.repeat,
        };
        let Self { id: runner_id, tags, line, column, .. } = self;
        TestCase { key, runner_id, tags, line, column }
    }
}

impl From<&Project> for ProjectEntry {
    fn from(project: &Project) -> Self {
        let Project { name, dependencies, teardown, workers } = project.clone();
        Self { name, dependencies, teardown, workers }
    }
}

impl From<ProjectEntry> for Project {
    fn from(entry: ProjectEntry) -> Self {
        let ProjectEntry { name, dependencies, teardown, workers } = entry;
        Self { name, dependencies, teardown, workers }
    }
}

impl From<GroupKind> for KindName {
    fn from(kind: GroupKind) -> Self {
        match kind {
            GroupKind::File => Self::File,
            GroupKind::Sequence => Self::Sequence,
            GroupKind::Single => Self::Single,
            GroupKind::Hooked => Self::Hooked,
            GroupKind::Opaque => Self::Opaque,
        }
    }
}

impl From<KindName> for GroupKind {
    fn from(kind: KindName) -> Self {
        match kind {
            KindName::File => Self::File,
            KindName::Sequence => Self::Sequence,
            KindName::Single => Self::Single,
            KindName::Hooked => Self::Hooked,
            KindName::Opaque => Self::Opaque,
        }
    }
}
