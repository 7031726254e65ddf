//! How a plan could have been better, as JSON.

use serde::Serialize;

use crate::model::forecast::Point;
use crate::model::hindsight::{Advice, Hindsight, Split};
use crate::wire::skew_v1::millis;

#[derive(Serialize)]
pub(super) struct HindsightEntry<'a> {
    strategy: &'a str,
    workers: u32,
    took_ms: u64,
    dealt_ms: u64,
    replanned_ms: u64,
    lower_bound_ms: u64,
    shards: Vec<PointEntry>,
    more_workers: Option<WorkersEntry>,
    split: Option<SplitEntry<'a>>,
    blocker_file: Option<&'a str>,
    blocker_titles: Vec<&'a [String]>,
    /// The best first.
    advice: Vec<AdviceEntry>,
}

#[derive(Serialize)]
struct PointEntry {
    shards: u32,
    slowest_ms: u64,
    machine_ms: u64,
}

#[derive(Serialize)]
struct WorkersEntry {
    workers: u32,
    slowest_ms: u64,
}

#[derive(Serialize)]
struct SplitEntry<'a> {
    file: &'a str,
    project: &'a str,
    tests: usize,
    slowest_ms: u64,
}

#[derive(Serialize)]
#[serde(tag = "what", rename_all = "kebab-case", rename_all_fields = "snake_case")]
enum AdviceEntry {
    Learn { saves_ms: u64 },
    Split { saves_ms: u64 },
    Shorten { alone_ms: u64 },
    MoreShards { shards: u32, saves_ms: u64 },
    MoreWorkers { workers: u32, saves_ms: u64 },
    FewerShards { shards: u32, slower_ms: u64, machine_ms: u64 },
}

impl<'a> From<&'a Hindsight> for HindsightEntry<'a> {
    fn from(told: &'a Hindsight) -> Self {
        let blocker = told.blocker.as_ref().map(|blocker| &blocker.group.group);
        let tests = blocker.into_iter().flat_map(|group| &group.tests);
        Self {
            strategy: &told.strategy,
            workers: told.workers,
            took_ms: millis(told.took),
            dealt_ms: millis(told.dealt),
            replanned_ms: millis(told.replanned),
            lower_bound_ms: millis(told.lower_bound),
            shards: told.shards.points.iter().map(PointEntry::from).collect(),
            more_workers: told
                .more_workers
                .map(|(workers, time)| WorkersEntry { workers, slowest_ms: millis(time) }),
            split: told.split.as_ref().map(SplitEntry::from),
            blocker_file: blocker.map(|group| group.file.as_str()),
            blocker_titles: tests.map(|test| test.key.titles.as_slice()).collect(),
            advice: told.advice.iter().map(AdviceEntry::from).collect(),
        }
    }
}

impl From<&Point> for PointEntry {
    fn from(point: &Point) -> Self {
        let (slowest_ms, machine_ms) = (millis(point.predicted), millis(point.machine_time));
        Self { shards: point.shards, slowest_ms, machine_ms }
    }
}

impl<'a> From<&'a Split> for SplitEntry<'a> {
    fn from(Split { file, project, tests, predicted }: &'a Split) -> Self {
        Self { file, project, tests: *tests, slowest_ms: millis(*predicted) }
    }
}

impl From<&Advice> for AdviceEntry {
    fn from(advice: &Advice) -> Self {
        match advice {
            Advice::Learn { saves } => Self::Learn { saves_ms: millis(*saves) },
            Advice::Split { saves } => Self::Split { saves_ms: millis(*saves) },
            Advice::Shorten { alone } => Self::Shorten { alone_ms: millis(*alone) },
            Advice::MoreShards { shards, saves } => {
                Self::MoreShards { shards: *shards, saves_ms: millis(*saves) }
            }
            Advice::MoreWorkers { workers, saves } => {
                Self::MoreWorkers { workers: *workers, saves_ms: millis(*saves) }
            }
            Advice::FewerShards { shards, slower, machine_time } => Self::FewerShards {
                shards: *shards,
                slower_ms: millis(*slower),
                machine_ms: millis(*machine_time),
            },
        }
    }
}
