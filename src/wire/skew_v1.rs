//! The skew of runs as JSON, version 1: what `report skew --format json` prints. Times are whole
//! milliseconds, those that compare have a sign; moments are milliseconds since 1970.

mod hindsight;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::model::event::{Status, UnixMillis};
use crate::model::id::TestKey;
use crate::model::skew::{Against, Misjudged, Opening, Reason, ShardSkew, Skew, Tail};
use crate::model::skew_trend::{Drift, Repeated, SkewRun, SkewTrend};
use hindsight::HindsightEntry;

#[derive(Serialize)]
struct SkewFile<'a> {
    format: &'static str,
    version: u32,
    /// The earliest first.
    runs: Vec<RunEntry<'a>>,
    /// The mean of all shards.
    average_ms: BTreeMap<&'static str, i64>,
    drift: Option<DriftEntry>,
    repeated: Vec<RepeatedEntry<'a>>,
}

#[derive(Serialize)]
struct RunEntry<'a> {
    from: &'a str,
    started: Option<u64>,
    predicted_ms: Option<u64>,
    slowest: Option<u32>,
    even_ms: u64,
    pace: Option<f64>,
    shards: Vec<ShardEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hindsight: Option<HindsightEntry<'a>>,
}

#[derive(Serialize)]
struct ShardEntry<'a> {
    shard: u32,
    predicted_ms: Option<u64>,
    took_ms: Option<u64>,
    settled: bool,
    queued_ms: u64,
    after_prediction_ms: Option<i64>,
    after_mean_ms: Option<i64>,
    /// Adds up to `took_ms`.
    parts_ms: BTreeMap<&'static str, i64>,
    /// What `parts_ms.start` went to.
    opening: Option<OpeningEntry>,
    pace: Option<f64>,
    reason: Option<ReasonEntry>,
    misjudged: Vec<MisjudgedEntry<'a>>,
    tail: Option<TailEntry<'a>>,
    faults: Vec<&'static str>,
    retried: usize,
    taken_over: usize,
}

#[derive(Serialize)]
struct OpeningEntry {
    sandbox_ms: u64,
    loading_ms: u64,
}

#[derive(Serialize)]
struct ReasonEntry {
    cause: &'static str,
    by_ms: i64,
    /// The next cause, where the first explains less than half.
    also: Option<CauseEntry>,
    against: &'static str,
}

#[derive(Serialize)]
struct CauseEntry {
    cause: &'static str,
    by_ms: i64,
}

#[derive(Serialize)]
struct KeyEntry<'a> {
    file: &'a str,
    project: &'a str,
    titles: &'a [String],
    repeat: u32,
}

#[derive(Serialize)]
struct MisjudgedEntry<'a> {
    #[serde(flatten)]
    longest: KeyEntry<'a>,
    tests: usize,
    estimate_ms: u64,
    actual_ms: u64,
    status: &'static str,
    critical: bool,
}

#[derive(Serialize)]
struct TailEntry<'a> {
    #[serde(flatten)]
    test: KeyEntry<'a>,
    alone_ms: u64,
    idle_ms: u64,
}

/// Parts of 1.
#[derive(Serialize)]
struct DriftEntry {
    before: f64,
    now: f64,
}

#[derive(Serialize)]
struct RepeatedEntry<'a> {
    #[serde(flatten)]
    longest: KeyEntry<'a>,
    tests: usize,
    runs: usize,
    estimate_ms: u64,
    actual_ms: u64,
}

/// The text, with a line feed at its end.
pub(crate) fn write(trend: &SkewTrend) -> String {
    let average = trend.average.iter().map(|(cause, spent)| (cause.name(), *spent));
    let file = SkewFile {
        format: "shardwright.skew",
        version: 1,
        runs: trend.runs.iter().map(RunEntry::from).collect(),
        average_ms: average.collect(),
        drift: trend
            .drift
            .map(|Drift { before, now }| DriftEntry { before: rounded(before), now: rounded(now) }),
        repeated: trend.repeated.iter().map(RepeatedEntry::from).collect(),
    };
    let mut text = serde_json::to_string_pretty(&file).expect("figures and names are JSON");
    text.push('\n');
    text
}

impl<'a> From<&'a SkewRun> for RunEntry<'a> {
    fn from(run: &'a SkewRun) -> Self {
        let Skew { shards, predicted, even, pace } = &run.skew;
        Self {
            from: &run.from,
            started: run.at.map(|UnixMillis(at)| at),
            predicted_ms: predicted.map(millis),
            slowest: run.skew.slowest().map(|shard| shard.number.get()),
            even_ms: millis(*even),
            pace: pace.map(rounded),
            shards: shards.iter().map(ShardEntry::from).collect(),
            hindsight: run.hindsight.as_ref().map(HindsightEntry::from),
        }
    }
}

impl<'a> From<&'a ShardSkew> for ShardEntry<'a> {
    fn from(shard: &'a ShardSkew) -> Self {
        let parts = shard.parts.all().map(|(cause, spent)| (cause.name(), spent));
        Self {
            shard: shard.number.get(),
            predicted_ms: shard.predicted.map(millis),
            took_ms: shard.took.map(millis),
            settled: shard.settled,
            queued_ms: millis(shard.queued),
            after_prediction_ms: shard.after_prediction,
            after_mean_ms: shard.after_mean,
            parts_ms: parts.collect(),
            opening: shard.opening.map(|Opening { sandbox, loading }| OpeningEntry {
                sandbox_ms: millis(sandbox),
                loading_ms: millis(loading),
            }),
            pace: shard.pace.map(rounded),
            reason: shard.reason.map(ReasonEntry::from),
            misjudged: shard.misjudged.iter().map(MisjudgedEntry::from).collect(),
            tail: shard.tail.as_ref().map(TailEntry::from),
            faults: shard.faults.iter().map(|kind| kind.name()).collect(),
            retried: shard.retried,
            taken_over: shard.taken_over,
        }
    }
}

impl From<Reason> for ReasonEntry {
    fn from(Reason { cause, by, also, against }: Reason) -> Self {
        let against = match against {
            Against::Prediction => "prediction",
            Against::Mean => "mean",
        };
        let also = also.map(|(cause, by_ms)| CauseEntry { cause: cause.name(), by_ms });
        Self { cause: cause.name(), by_ms: by, also, against }
    }
}

impl<'a> From<&'a TestKey> for KeyEntry<'a> {
    fn from(TestKey { file, project, titles, repeat }: &'a TestKey) -> Self {
        Self { file, project, titles, repeat: *repeat }
    }
}

impl<'a> From<&'a Misjudged> for MisjudgedEntry<'a> {
    fn from(group: &'a Misjudged) -> Self {
        let status = match group.status {
            Status::Passed => "passed",
            Status::Failed => "failed",
            Status::TimedOut => "timed-out",
            Status::Skipped => "skipped",
            Status::Interrupted => "interrupted",
        };
        Self {
            longest: (&group.key).into(),
            tests: group.tests,
            estimate_ms: millis(group.estimate),
            actual_ms: millis(group.actual),
            status,
            critical: group.critical,
        }
    }
}

impl<'a> From<&'a Tail> for TailEntry<'a> {
    fn from(Tail { key, alone, idle }: &'a Tail) -> Self {
        Self { test: key.into(), alone_ms: millis(*alone), idle_ms: millis(*idle) }
    }
}

impl<'a> From<&'a Repeated> for RepeatedEntry<'a> {
    fn from(group: &'a Repeated) -> Self {
        Self {
            longest: (&group.key).into(),
            tests: group.tests,
            runs: group.runs,
            estimate_ms: millis(group.estimate),
            actual_ms: millis(group.actual),
        }
    }
}

/// To thousandths.
fn rounded(part: f64) -> f64 {
    (part * 1_000.0).round() / 1_000.0
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
