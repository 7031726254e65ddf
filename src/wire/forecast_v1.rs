//! Several numbers of shards as JSON, version 1: what `plan --what-if COUNTS --format json`
//! prints. Durations are whole milliseconds.

use std::time::Duration;

use serde::Serialize;

use crate::model::forecast::{Forecast, Point};
use crate::model::plan::Blocker;

#[derive(Serialize)]
struct ForecastFile<'a> {
    format: &'static str,
    version: u32,
    points: Vec<PointEntry>,
    /// The last number of shards that pays.
    enough: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    blocker: Option<BlockerEntry<'a>>,
}

#[derive(Serialize)]
struct PointEntry {
    shards: u32,
    slowest_ms: u64,
    machine_ms: u64,
    optimal: bool,
}

/// The group that keeps the plan of `enough` shards from being faster.
#[derive(Serialize)]
struct BlockerEntry<'a> {
    file: &'a str,
    project: &'a str,
    /// Of each of its tests.
    titles: Vec<&'a [String]>,
    alone_ms: u64,
}

/// The text, with a line feed at its end.
pub(crate) fn write(forecast: &Forecast) -> String {
    let file = ForecastFile {
        format: "shardwright.forecast",
        version: 1,
        points: forecast.points.iter().map(PointEntry::from).collect(),
        enough: forecast.points[forecast.enough].shards,
        blocker: forecast.blocker.as_ref().map(BlockerEntry::from),
    };
    let mut text = serde_json::to_string_pretty(&file).expect("figures and names are JSON");
    text.push('\n');
    text
}

impl From<&Point> for PointEntry {
    fn from(point: &Point) -> Self {
        let Point { shards, predicted, machine_time, optimal } = *point;
        Self { shards, slowest_ms: millis(predicted), machine_ms: millis(machine_time), optimal }
    }
}

impl<'a> From<&'a Blocker> for BlockerEntry<'a> {
    fn from(blocker: &'a Blocker) -> Self {
        let group = &blocker.group.group;
        Self {
            file: &group.file,
            project: &group.project,
            titles: group.tests.iter().map(|test| test.key.titles.as_slice()).collect(),
            alone_ms: millis(blocker.alone),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::model::forecast::{Forecast, Point};
    use crate::model::plan::Blocker;
    use crate::wire::comparison_v1::tests::plan;
    use crate::wire::forecast_v1::write;

    const GOLDEN: &str = include_str!("../../fixtures/wire/forecast-v1.json");

    #[test]
    fn the_golden_file_of_version_1_is_what_is_written() {
        let point = |shards, seconds| Point {
            shards,
            predicted: Duration::from_secs(seconds),
            machine_time: Duration::from_millis(16_500),
            optimal: shards == 1,
        };
        let group = plan("lpt", &[3]).shards[0].groups[0].clone();
        let blocker = Some(Blocker { group, alone: Duration::from_secs(9) });
        let points = vec![point(1, 16), point(2, 9), point(4, 9)];
        assert_eq!(write(&Forecast { points, enough: 1, blocker }), GOLDEN);
    }
}
