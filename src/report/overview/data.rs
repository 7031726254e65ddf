//! A timeline goes in, the JSON that the page's script draws comes out: short names, and lists of
//! numbers where there are thousands of the same.

use std::collections::HashMap;
use std::ptr;

use serde::Serialize;

use crate::model::outcome::TestOutcome;
use crate::report::overview::chart::{AttemptChart, Bar, Chart, Kind, ShardChart};
use crate::report::overview::links::Links;
use crate::report::text::terminal;

/// Shards that begin further apart than this many times the longest one's time are shown from each
/// one's own begin: machines of a CI become free when they do.
const APART: u64 = 2;

#[derive(Serialize)]
struct Data {
    /// Whether the shards are shown from their own begins at first.
    aligned: bool,
    /// The tests that have bars, those of a file and project together.
    files: Vec<FileData>,
    shards: Vec<ShardData>,
}

/// The tests of a file in a project.
#[derive(Serialize)]
struct FileData {
    file: String,
    project: String,
    /// What the ids of these tests in Playwright's report begin with.
    prefix: String,
    titles: Vec<String>,
    /// What the ids end with; empty for a test that is not in that report.
    ids: Vec<String>,
}

#[derive(Serialize)]
struct ShardData {
    number: u32,
    /// Milliseconds from the first test's begin to the last one's end, where the plan knew times.
    #[serde(skip_serializing_if = "Option::is_none")]
    predicted: Option<u64>,
    lanes: u32,
    attempts: Vec<AttemptData>,
    /// [`WIDTH`] numbers a bar: milliseconds since the bar before it began, duration, position of
    /// its test, lane, kind (its place in `KINDS`, and 8 for a set-up test), attempt, and which
    /// result of Playwright's page it is (from 1, 0 for none).
    bars: Vec<u64>,
}

/// Numbers of a bar.
const WIDTH: usize = 7;

/// Milliseconds since the first attempt's begin.
#[derive(Serialize)]
struct AttemptData {
    start: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    up: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listed: Option<u64>,
    end: u64,
    /// How it ended, where that was no end of its own.
    #[serde(skip_serializing_if = "String::is_empty")]
    bad: String,
}

/// Where each test with a bar stands; cards of the page have it in their id.
pub(crate) struct Positions(HashMap<*const TestOutcome, usize>);

impl Positions {
    /// In the order of the tests' keys, so that those of a file are together.
    pub(crate) fn of(chart: &Chart<'_>) -> Self {
        let mut tests: Vec<&TestOutcome> = chart.bars().map(|bar| bar.test).collect();
        tests.sort_by_key(|test| &test.case.key);
        tests.dedup_by(|one, other| ptr::eq(*one, *other));
        Self((0..).zip(tests).map(|(at, test)| (ptr::from_ref(test), at)).collect())
    }

    /// The position of a test; none for one without a bar.
    pub(crate) fn get(&self, test: &TestOutcome) -> Option<usize> {
        self.0.get(&ptr::from_ref(test)).copied()
    }
}

/// The JSON as it can stand in a script element: nothing in it ends the element.
pub(crate) fn json(chart: &Chart<'_>, links: &Links, positions: &Positions) -> String {
    let data = Data {
        aligned: is_apart(chart),
        files: files(chart, links),
        shards: chart.shards.iter().map(|shard| shard_data(shard, links, positions)).collect(),
    };
    // These types hold nothing that JSON cannot say.
    serde_json::to_string(&data).unwrap_or_default().replace('<', "\\u003c")
}

fn is_apart(chart: &Chart<'_>) -> bool {
    let starts = chart.shards.iter().filter_map(|shard| shard.attempts.first());
    let starts: Vec<u64> = starts.map(|attempt| attempt.started).collect();
    let longest = chart
        .shards
        .iter()
        .filter_map(|shard| Some(shard.attempts.last()?.ended - shard.attempts.first()?.started));
    let spread = starts.iter().max().unwrap_or(&0) - starts.iter().min().unwrap_or(&0);
    spread > longest.max().unwrap_or(0).saturating_mul(APART)
}

fn files(chart: &Chart<'_>, links: &Links) -> Vec<FileData> {
    let mut tests: Vec<&TestOutcome> =
        chart.shards.iter().flat_map(|shard| shard.bars.iter().map(|bar| bar.test)).collect();
    tests.sort_by_key(|test| &test.case.key);
    tests.dedup_by(|one, other| ptr::eq(*one, *other));
    let same = |one: &&TestOutcome, other: &&TestOutcome| {
        let (one, other) = (&one.case.key, &other.case.key);
        (&one.file, &one.project) == (&other.file, &other.project)
    };
    tests.chunk_by(same).map(|tests| file_data(tests, links)).collect()
}

fn file_data(tests: &[&TestOutcome], links: &Links) -> FileData {
    let key = &tests[0].case.key;
    let ids: Vec<Option<&str>> = tests.iter().map(|test| links.id(test)).collect();
    let prefix = common(ids.iter().flatten().copied());
    let rest = |id: Option<&str>| id.map_or_else(String::new, |id| id[prefix.len()..].to_owned());
    let title = |test: &&TestOutcome| {
        let key = &test.case.key;
        let repeat =
            if key.repeat > 0 { format!(" (repeat {})", key.repeat) } else { String::new() };
        terminal(&key.title()) + &repeat
    };
    FileData {
        file: terminal(&key.file),
        project: terminal(&key.project),
        titles: tests.iter().map(title).collect(),
        ids: ids.into_iter().map(rest).collect(),
        prefix: prefix.to_owned(),
    }
}

/// What all texts begin with, but never all of one.
fn common<'a>(mut texts: impl Iterator<Item = &'a str>) -> &'a str {
    let Some(first) = texts.next() else { return "" };
    let whole = first.char_indices().last().map_or(0, |(at, _)| at);
    texts.fold(&first[..whole], |common, text| {
        let same = common.char_indices().zip(text.char_indices()).take_while(|(a, b)| a == b);
        // The last character is no part of what two texts have in common if one ends with it.
        let mut end = same.last().map_or(0, |((at, c), _)| at + c.len_utf8());
        if end == text.len() {
            end = text.char_indices().last().map_or(0, |(at, _)| at);
        }
        &common[..end.min(common.len())]
    })
}

fn shard_data(chart: &ShardChart<'_>, links: &Links, positions: &Positions) -> ShardData {
    let mut bars = Vec::with_capacity(chart.bars.len() * WIDTH);
    let mut before = 0;
    for bar in &chart.bars {
        bars.extend(numbers(bar, before, links, positions));
        before = bar.at;
    }
    ShardData {
        number: chart.shard.number.get(),
        predicted: chart.predicted,
        lanes: chart.lanes,
        attempts: chart.attempts.iter().map(attempt_data).collect(),
        bars,
    }
}

fn numbers(bar: &Bar<'_>, before: u64, links: &Links, positions: &Positions) -> [u64; WIDTH] {
    let number = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
    let kind = match bar.kind {
        Kind::Passed => 0,
        Kind::Failed => 1,
        Kind::TimedOut => 2,
        Kind::Flaky => 3,
        Kind::Skipped => 4,
        Kind::Interrupted => 5,
    };
    let shared = if bar.test.shard.is_none() { 8 } else { 0 };
    let turn = bar.run.and_then(|run| links.turn(bar.test, run));
    [
        bar.at - before,
        bar.millis,
        number(positions.get(bar.test).unwrap_or_default()),
        u64::from(bar.lane),
        kind + shared,
        u64::from(bar.attempt),
        turn.map_or(0, |turn| number(turn) + 1),
    ]
}

fn attempt_data(attempt: &AttemptChart<'_>) -> AttemptData {
    let AttemptChart { started: start, up, listed, ended: end, .. } = *attempt;
    AttemptData { start, up, listed, end, bad: terminal(&attempt.ending().0) }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{Positions, WIDTH, common, json};
    use crate::report::overview::chart::chart;
    use crate::report::overview::links::Links;
    use crate::report::sample::{Sample, stormy};

    #[test]
    fn the_data_hold_every_bar_and_end_no_script_element() {
        let Sample { plan, outcome } = stormy();
        let chart = chart(&plan, &outcome);
        let folder = tempfile::tempdir().unwrap();
        let text = json(&chart, &Links::of(folder.path()), &Positions::of(&chart));
        assert!(!text.contains('<'), "{text}");
        let data: Value = serde_json::from_str(&text).unwrap();
        let titles: Vec<&str> = data["files"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|file| file["titles"].as_array().unwrap())
            .map(|title| title.as_str().unwrap())
            .collect();
        let with_bars = outcome.tests.values().filter(|t| !t.runs.is_empty() || !t.open.is_empty());
        assert_eq!(titles.len(), with_bars.count());
        assert!(titles.iter().any(|title| title.contains("<script>alert(1)</script>")));
        let bars = |shard: usize| data["shards"][shard]["bars"].as_array().unwrap().len();
        assert_eq!((0..3).map(bars).sum::<usize>(), chart.bars().count() * WIDTH);
    }

    #[test]
    fn what_ids_have_in_common_is_never_all_of_one() {
        assert_eq!(common(["ab-1", "ab-2", "ab-10"].into_iter()), "ab-");
        assert_eq!(common(["ab-1"].into_iter()), "ab-");
        assert_eq!(common(["ab", "abc"].into_iter()), "a");
        assert_eq!(common(["é1", "è1"].into_iter()), "");
        assert_eq!(common([""].into_iter()), "");
        assert_eq!(common(std::iter::empty()), "");
    }
}
