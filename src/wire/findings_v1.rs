//! What many runs say about single tests and files, as JSON: what `report flaky|failed|slow
//! --format json` prints. Times are milliseconds, moments are milliseconds since 1970.

use std::time::Duration;

use serde::Serialize;

use crate::model::event::UnixMillis;
use crate::model::findings::{
    FailedTest, Findings, Flaky, FlakyTest, Healed, Slow, SlowFile, SlowTest, Slower, Times, Top,
};
use crate::model::id::{ShardNumber, TestKey};

#[derive(Debug, Serialize)]
struct File<T> {
    format: &'static str,
    version: u32,
    runs: usize,
    first_run: Option<u64>,
    last_run: Option<u64>,
    tests: usize,
    #[serde(flatten)]
    found: T,
}

/// How many there are, and those that were asked for.
#[derive(Debug, Serialize)]
struct FlakyWire<'a> {
    flaky: usize,
    rows: Vec<FlakyRow<'a>>,
    /// Entries of the quarantine whose tests passed in their last runs.
    healed: Vec<HealedRow<'a>>,
}

#[derive(Debug, Serialize)]
struct HealedRow<'a> {
    quarantine: &'a str,
    owner: &'a str,
    passed_runs: usize,
}

#[derive(Debug, Serialize)]
struct FailedWire<'a> {
    failed: usize,
    rows: Vec<FailedRow<'a>>,
}

#[derive(Debug, Serialize)]
struct SlowWire<'a> {
    timed: usize,
    rows: Vec<SlowRow<'a>>,
    files: Vec<FileRow<'a>>,
}

#[derive(Debug, Serialize)]
struct KeyWire<'a> {
    file: &'a str,
    project: &'a str,
    titles: &'a [String],
    repeat: u32,
}

#[derive(Debug, Serialize)]
struct FlakyRow<'a> {
    #[serde(flatten)]
    key: KeyWire<'a>,
    shards: Vec<u32>,
    runs: usize,
    flaky_runs: usize,
    /// The lower bound of the rate, from 0 to 1, rounded to thousandths.
    rate_at_least: f64,
    first_seen: Option<u64>,
    last_seen: Option<u64>,
    executions: usize,
    failures: usize,
    passed_since: usize,
    last_error: &'a str,
    /// The last day of it, as in ISO 8601.
    quarantined_until: Option<String>,
}

#[derive(Debug, Serialize)]
struct FailedRow<'a> {
    #[serde(flatten)]
    key: KeyWire<'a>,
    shards: Vec<u32>,
    runs: usize,
    failed_runs: usize,
    failed_in_a_row: usize,
    failing_since: Option<u64>,
    last_failed: Option<u64>,
    last_passed: Option<u64>,
    last_error: &'a str,
    same_error: bool,
}

#[derive(Debug, Serialize)]
struct SlowRow<'a> {
    #[serde(flatten)]
    key: KeyWire<'a>,
    #[serde(flatten)]
    times: TimesWire,
}

#[derive(Debug, Serialize)]
struct FileRow<'a> {
    file: &'a str,
    tests: usize,
    #[serde(flatten)]
    times: TimesWire,
}

#[derive(Debug, Serialize)]
struct TimesWire {
    runs: usize,
    median: u64,
    p95: u64,
    latest: u64,
    slower: Option<SlowerWire>,
}

#[derive(Debug, Serialize)]
struct SlowerWire {
    since: Option<u64>,
    before: u64,
    after: u64,
}

/// The text of `report flaky`, with a line feed at its end.
pub(crate) fn flaky(findings: &Findings<Flaky>) -> String {
    let Flaky { tests, healed } = &findings.found;
    let healed = healed.iter().map(|Healed { name, owner, runs }| HealedRow {
        quarantine: name,
        owner,
        passed_runs: *runs,
    });
    let found = FlakyWire {
        flaky: tests.of,
        rows: tests.rows.iter().map(FlakyRow::from).collect(),
        healed: healed.collect(),
    };
    text("shardwright.flaky", findings, found)
}

/// The text of `report failed`, with a line feed at its end.
pub(crate) fn failed(findings: &Findings<Top<FailedTest>>) -> String {
    let Top { of, rows } = &findings.found;
    let found = FailedWire { failed: *of, rows: rows.iter().map(FailedRow::from).collect() };
    text("shardwright.failed", findings, found)
}

/// The text of `report slow`, with a line feed at its end.
pub(crate) fn slow(findings: &Findings<Slow>) -> String {
    let Slow { tests, files } = &findings.found;
    let found = SlowWire {
        timed: tests.of,
        rows: tests.rows.iter().map(SlowRow::from).collect(),
        files: files.rows.iter().map(FileRow::from).collect(),
    };
    text("shardwright.slow", findings, found)
}

fn text<M, T: Serialize>(format: &'static str, findings: &Findings<M>, found: T) -> String {
    let Findings { runs, first, last, tests, .. } = findings;
    let (first_run, last_run) = (moment(*first), moment(*last));
    let (runs, tests) = (*runs, *tests);
    let file = File { format, version: 1, runs, first_run, last_run, tests, found };
    // These types hold nothing that JSON cannot say.
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

impl<'a> From<&'a TestKey> for KeyWire<'a> {
    fn from(TestKey { file, project, titles, repeat }: &'a TestKey) -> Self {
        Self { file, project, titles, repeat: *repeat }
    }
}

impl<'a> From<&'a FlakyTest> for FlakyRow<'a> {
    fn from(test: &'a FlakyTest) -> Self {
        Self {
            key: (&test.key).into(),
            shards: numbers(&test.shards),
            runs: test.runs,
            flaky_runs: test.flaky,
            rate_at_least: (test.at_least * 1_000.0).round() / 1_000.0,
            first_seen: moment(test.first),
            last_seen: moment(test.last),
            executions: test.executions,
            failures: test.failures,
            passed_since: test.calm,
            last_error: &test.error,
            quarantined_until: test.quarantine.as_ref().map(|term| term.until.to_string()),
        }
    }
}

impl<'a> From<&'a FailedTest> for FailedRow<'a> {
    fn from(test: &'a FailedTest) -> Self {
        Self {
            key: (&test.key).into(),
            shards: numbers(&test.shards),
            runs: test.runs,
            failed_runs: test.failed,
            failed_in_a_row: test.streak,
            failing_since: moment(test.since),
            last_failed: moment(test.last),
            last_passed: moment(test.passed),
            last_error: &test.error,
            same_error: test.same,
        }
    }
}

impl<'a> From<&'a SlowTest> for SlowRow<'a> {
    fn from(SlowTest { key, times }: &'a SlowTest) -> Self {
        Self { key: key.into(), times: times.into() }
    }
}

impl<'a> From<&'a SlowFile> for FileRow<'a> {
    fn from(SlowFile { file, tests, times }: &'a SlowFile) -> Self {
        Self { file, tests: *tests, times: times.into() }
    }
}

impl From<&Times> for TimesWire {
    fn from(Times { runs, median, p95, latest, slower }: &Times) -> Self {
        let slower = slower.as_ref().map(|Slower { since, before, after }| SlowerWire {
            since: moment(*since),
            before: millis(*before),
            after: millis(*after),
        });
        let (median, p95, latest) = (millis(*median), millis(*p95), millis(*latest));
        Self { runs: *runs, median, p95, latest, slower }
    }
}

fn numbers(shards: &[ShardNumber]) -> Vec<u32> {
    shards.iter().map(|shard| shard.get()).collect()
}

fn moment(at: Option<UnixMillis>) -> Option<u64> {
    at.map(|UnixMillis(millis)| millis)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
