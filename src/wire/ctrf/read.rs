//! The text of a CTRF file goes in, of ours or of any other tool, what a history keeps of the run
//! comes out.
//!
//! Other tools fill in what they have, in the types that they have: a suite is a text or a list,
//! times are missing or in seconds, numbers are texts. Whatever is not needed may be anything.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use serde::Deserialize;
use serde_json::error::Category;

use crate::model::event::UnixMillis;
use crate::model::history::{Ran, Record, Roots, Run};
use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::wire::ctrf::FORMAT;
use crate::wire::ctrf::loose::{Loose, maybe};
use crate::wire::ctrf::read_test::{Test, ran};
use crate::wire::envelope::{EnvelopeError, of_json, problem, without_mark};

/// Why a text gives no run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CtrfError {
    /// JSON that does not claim to be CTRF.
    #[error("holds no CTRF report")]
    Foreign,
    #[error(transparent)]
    Json(EnvelopeError),
    /// JSON that claims to be CTRF. Lines and columns count from 1.
    #[error("line {line}, column {column}: {problem}")]
    Field { line: usize, column: usize, problem: String },
    #[error("is CTRF without `results.tests`")]
    NoTests,
}

#[derive(Debug, Deserialize)]
struct Report {
    #[serde(default, rename = "reportFormat")]
    format: Loose,
    #[serde(default)]
    timestamp: Loose,
    #[serde(default, rename = "generatedBy")]
    generated_by: Loose,
    results: Option<Results>,
}

#[derive(Debug, Deserialize)]
struct Results {
    #[serde(default, deserialize_with = "maybe")]
    summary: Option<Summary>,
    tests: Option<Vec<Test>>,
    #[serde(default, deserialize_with = "maybe")]
    environment: Option<Environment>,
    #[serde(default, deserialize_with = "maybe")]
    extra: Option<Extra>,
}

#[derive(Debug, Deserialize)]
struct Summary {
    #[serde(default)]
    start: Loose,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Environment {
    #[serde(default)]
    commit: Loose,
    #[serde(default)]
    branch_name: Loose,
}

#[derive(Debug, Deserialize)]
struct Extra {
    #[serde(default, rename = "shardwright.run", deserialize_with = "maybe")]
    run: Option<OurRun>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OurRun {
    plan_digest: String,
    #[serde(default, deserialize_with = "maybe")]
    plans: Option<Vec<OurPlan>>,
    #[serde(default, deserialize_with = "maybe")]
    shards: Option<Vec<OurShard>>,
    #[serde(default, deserialize_with = "maybe")]
    builds: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OurPlan {
    digest: String,
    shards: usize,
    with_work: usize,
    reruns: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct OurShard {
    shard: NonZeroU32,
    #[serde(default)]
    starts: Vec<u64>,
}

/// Just enough to tell whose file it is.
#[derive(Deserialize)]
struct Header {
    #[serde(default, rename = "reportFormat")]
    format: Loose,
}

/// Reads one run; `from` is the name of its file.
pub(crate) fn read(text: &str, from: &str) -> Result<Record, CtrfError> {
    let text = without_mark(text);
    let report: Report = serde_json::from_str(text).map_err(|error| judged(text, &error))?;
    let claims = report.format.is(FORMAT);
    let missing = || if claims { CtrfError::NoTests } else { CtrfError::Foreign };
    let results = report.results.as_ref().ok_or_else(missing)?;
    let tests = results.tests.as_ref().ok_or_else(missing)?;
    let ours = results.extra.as_ref().and_then(|extra| extra.run.as_ref());
    let is_ours = ours.is_some() && report.generated_by.text().starts_with("shardwright ");
    let (commit, branch) = named(results.environment.as_ref());
    let at = began(&report, results, tests);
    Ok(Record {
        run: Run { from: from.to_owned(), at, commit, branch },
        digest: ours.map(|run| PlanDigest(run.plan_digest.clone())),
        roots: ours.map(|run| roots(run, at)).unwrap_or_default(),
        tests: told_apart(tests, is_ours),
    })
}

/// What our own file says of its plans and its shards; nothing of what cannot be.
fn roots(run: &OurRun, began: Option<UnixMillis>) -> Roots {
    let all = run.plans.as_deref().unwrap_or_default();
    let shards = run.shards.as_deref().unwrap_or_default();
    let digest = |text: &String| PlanDigest(text.clone());
    let mut plans: Vec<PlanDigest> = all.iter().map(|plan| digest(&plan.digest)).collect();
    plans.sort();
    plans.dedup();
    let reruns = all.iter().flat_map(|plan| &plan.reruns).flatten().map(digest);
    let origins = reruns.filter(|origin| !plans.contains(origin)).collect();
    let ran = shards.iter().filter(|shard| !shard.starts.is_empty());
    let planned = all.iter().fold(0, |sum: usize, plan| sum.saturating_add(plan.with_work));
    let is_node = planned > 1 && ran.clone().count() <= 1;
    let marks = ran.flat_map(|shard| {
        let own = own_number(all, shard.shard);
        let starts = shard.starts.iter().map(|at| UnixMillis(*at));
        starts.filter_map(move |at| own.clone().map(|(plan, number)| (plan, number, at)))
    });
    let builds = run.builds.iter().flatten().cloned().collect();
    Roots { marks: marks.collect(), plans, origins, is_node, builds, began }
}

/// The plan that a shard is of, and its number there.
fn own_number(plans: &[OurPlan], shard: NonZeroU32) -> Option<(PlanDigest, ShardNumber)> {
    let mut left = ShardNumber::from(shard).index();
    for plan in plans {
        if left < plan.shards {
            return Some((PlanDigest(plan.digest.clone()), ShardNumber::at(left)));
        }
        left -= plan.shards;
    }
    None
}

/// The commit and the branch that a file names; nothing of what cannot be read.
pub(crate) fn revision(text: &str) -> (Option<String>, Option<String>) {
    #[derive(Deserialize)]
    struct Outer {
        results: Inner,
    }
    #[derive(Deserialize)]
    struct Inner {
        #[serde(default, deserialize_with = "maybe")]
        environment: Option<Environment>,
    }
    let outer = serde_json::from_str::<Outer>(without_mark(text)).ok();
    named(outer.and_then(|outer| outer.results.environment).as_ref())
}

fn named(environment: Option<&Environment>) -> (Option<String>, Option<String>) {
    let text = |value: &Loose| Some(value.text().to_owned()).filter(|text| !text.is_empty());
    let commit = environment.and_then(|found| text(&found.commit));
    (commit, environment.and_then(|found| text(&found.branch_name)))
}

/// Whether it is worth a word that a text cannot be read: it claims to be what it is not.
pub(crate) fn claims(text: &str) -> bool {
    /// In bytes: it stands in the first lines, if at all.
    const HEAD: usize = 4_096;
    let head = &text[..text.floor_char_boundary(HEAD)];
    head.contains("\"reportFormat\"") || head.contains("\"results\"")
}

/// What is JSON and does not claim to be CTRF is somebody else's file.
fn judged(text: &str, error: &serde_json::Error) -> CtrfError {
    let is_json = error.classify() == Category::Data;
    let header = || serde_json::from_str::<Header>(text).ok();
    if text.trim().is_empty() {
        CtrfError::Json(EnvelopeError::Empty)
    } else if !is_json {
        CtrfError::Json(of_json(error))
    } else if header().is_some_and(|header| header.format.is(FORMAT)) {
        let (line, column) = (error.line(), error.column());
        CtrfError::Field { line, column, problem: problem(error) }
    } else {
        CtrfError::Foreign
    }
}

/// When the run began: as the summary says, else the earliest test, else when it was written.
fn began(report: &Report, results: &Results, tests: &[Test]) -> Option<UnixMillis> {
    let start = results.summary.as_ref().and_then(|summary| moment(&summary.start));
    let first = || tests.iter().filter_map(|test| moment(&test.start)).min();
    start.or_else(first).or_else(|| written(report.timestamp.text()))
}

/// A moment in milliseconds, or in seconds, as some tools have it, since 1970.
fn moment(value: &Loose) -> Option<UnixMillis> {
    /// In milliseconds: a day in 1973; as seconds it is long after all of us.
    const EARLIEST: u64 = 100_000_000_000;
    let number = value.whole().filter(|number| *number > 0);
    let by_date = || written(value.text());
    number.map(|n| UnixMillis(if n < EARLIEST { n * 1_000 } else { n })).or_else(by_date)
}

fn written(text: &str) -> Option<UnixMillis> {
    let moment: jiff::Timestamp = text.parse().ok()?;
    Some(UnixMillis(u64::try_from(moment.as_millisecond()).ok()?))
}

/// Tests by identity. Where a file has several of the same names, they are told apart by their
/// order: a test that was tried again stands there once.
fn told_apart(tests: &[Test], is_ours: bool) -> BTreeMap<TestKey, Ran> {
    let mut all = BTreeMap::new();
    for test in tests {
        let Some(mut key) = test.key(is_ours) else { continue };
        while all.contains_key(&key) {
            key.repeat += 1;
        }
        all.insert(key, ran(test, is_ours));
    }
    all
}

#[cfg(test)]
mod tests;
