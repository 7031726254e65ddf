//! A history that was looked at, as JSON: what `timings show --format json` prints.

use std::time::Duration;

use serde::Serialize;

use crate::model::id::TestKey;
use crate::model::review::{FileTime, Review, Stale, SuiteReview};
use crate::model::timings::{LastResult, Timing};

#[derive(Debug, Serialize)]
struct ReviewFile<'a> {
    format: &'static str,
    version: u32,
    /// The slowest first.
    files: Vec<FileWire<'a>>,
    /// The slowest first; what has never passed comes last.
    tests: Vec<EntryWire<'a>>,
    /// None where there is no suite to compare with.
    suite: Option<SuiteWire<'a>>,
}

#[derive(Debug, Serialize)]
struct FileWire<'a> {
    file: &'a str,
    tests: usize,
    /// Milliseconds.
    duration: u64,
}

#[derive(Debug, Serialize)]
struct EntryWire<'a> {
    #[serde(flatten)]
    key: KeyWire<'a>,
    /// Milliseconds; none where it has never passed.
    duration: Option<u64>,
    last: &'static str,
    flaky: u8,
}

/// Without titles it stands for a whole file.
#[derive(Debug, Serialize)]
struct KeyWire<'a> {
    file: &'a str,
    project: &'a str,
    titles: &'a [String],
}

#[derive(Debug, Serialize)]
struct SuiteWire<'a> {
    tests: usize,
    /// How many of them have a known time, under their own or an older name.
    known: usize,
    stale: Vec<StaleWire<'a>>,
    unknown: Vec<KeyWire<'a>>,
}

#[derive(Debug, Serialize)]
struct StaleWire<'a> {
    #[serde(flatten)]
    key: KeyWire<'a>,
    reason: &'static str,
}

/// The text of a review, with a line feed at its end.
pub(crate) fn write(review: &Review) -> String {
    let file = ReviewFile {
        format: "shardwright.timings-review",
        version: 1,
        files: review.files.iter().map(FileWire::from).collect(),
        tests: review.tests.iter().map(EntryWire::from).collect(),
        suite: review.suite.as_ref().map(SuiteWire::from),
    };
    // These types hold nothing that JSON cannot say.
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

impl<'a> From<&'a FileTime> for FileWire<'a> {
    fn from(FileTime { file, tests, duration }: &'a FileTime) -> Self {
        Self { file, tests: *tests, duration: millis(*duration) }
    }
}

impl<'a> From<&'a (TestKey, Timing)> for EntryWire<'a> {
    fn from((key, timing): &'a (TestKey, Timing)) -> Self {
        let last = match timing.last {
            LastResult::Passed => "passed",
            LastResult::Flaky => "flaky",
            LastResult::Failed => "failed",
        };
        let (key, duration) = (KeyWire::from(key), timing.duration.map(millis));
        Self { key, duration, last, flaky: timing.flaky }
    }
}

impl<'a> From<&'a TestKey> for KeyWire<'a> {
    fn from(TestKey { file, project, titles, .. }: &'a TestKey) -> Self {
        Self { file, project, titles }
    }
}

impl<'a> From<&'a SuiteReview> for SuiteWire<'a> {
    fn from(SuiteReview { tests, known, stale, unknown }: &'a SuiteReview) -> Self {
        let stale = stale.iter().map(|(key, why)| {
            let reason = match why {
                Stale::NoFile => "no-file",
                Stale::NoTest => "no-test",
                Stale::Superseded => "superseded",
            };
            StaleWire { key: KeyWire::from(key), reason }
        });
        let unknown = unknown.iter().map(KeyWire::from);
        Self { tests: *tests, known: *known, stale: stale.collect(), unknown: unknown.collect() }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
