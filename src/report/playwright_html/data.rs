//! The JSON inside a report goes in, what the merge has to know of it comes out.
//!
//! Only what is needed is typed; the rest stays raw text, so that fields of other versions survive
//! and most bytes are neither taken apart nor put together again.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};

use crate::model::id::TestKey;
use crate::model::outcome::Verdict;

/// A JSON object whose values are left as text.
pub(super) type Fields = BTreeMap<String, Box<RawValue>>;

/// A value as JSON text.
pub(super) fn raw(value: &(impl Serialize + ?Sized)) -> io::Result<Box<RawValue>> {
    Ok(to_raw_value(value)?)
}

/// An id for what Playwright gave none: short, plain, the same for the same bytes.
pub(super) fn id_of(bytes: impl AsRef<[u8]>) -> String {
    let digest = Sha256::digest(bytes);
    let start = digest.iter().take(8).fold(0_u64, |start, byte| start << 8 | u64::from(*byte));
    format!("{start:016x}")
}

/// A moment in milliseconds since 1970 as JavaScript writes it, e.g. `2026-01-31T10:00:00.000Z`.
#[expect(clippy::cast_possible_truncation, reason = "a moment out of range is none, see below")]
pub(super) fn iso(millis: f64) -> String {
    let time = Timestamp::from_millisecond(millis as i64).unwrap_or_default();
    format!("{time:.3}")
}

/// Playwright's word for what became of a test case; the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Skipped,
    Expected,
    Flaky,
    Unexpected,
}

impl From<Verdict> for Kind {
    /// Playwright too counts what was interrupted or did not run as skipped.
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Passed => Self::Expected,
            Verdict::Flaky => Self::Flaky,
            Verdict::Skipped | Verdict::NotRun | Verdict::Interrupted => Self::Skipped,
            Verdict::TimedOut | Verdict::Failed => Self::Unexpected,
        }
    }
}

impl Kind {
    /// The field `ok` of a test.
    pub(super) fn ok(self) -> bool {
        matches!(self, Self::Expected | Self::Flaky)
    }
}

/// `report.json`.
pub(super) struct ReportData {
    /// Everything but `files`.
    pub(super) fields: Fields,
    pub(super) files: Vec<FileData>,
}

/// One of `files`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileData {
    pub(super) file_id: String,
    pub(super) file_name: String,
    pub(super) tests: Vec<TestData>,
}

/// `FILEID.json`.
#[derive(Deserialize)]
pub(super) struct DetailData {
    pub(super) tests: Vec<TestData>,
}

/// A test case in `report.json` or in `FILEID.json`.
#[derive(Deserialize)]
#[serde(try_from = "Box<RawValue>")]
pub(super) struct TestData {
    pub(super) head: Head,
    pub(super) raw: Box<RawValue>,
}

impl TryFrom<Box<RawValue>> for TestData {
    type Error = serde_json::Error;

    fn try_from(raw: Box<RawValue>) -> Result<Self, Self::Error> {
        Ok(Self { head: serde_json::from_str(raw.get())?, raw })
    }
}

/// What the merge knows of a test case in a report.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    pub(super) test_id: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) project_name: String,
    #[serde(default)]
    pub(super) path: Vec<String>,
    pub(super) outcome: Kind,
    pub(super) repeat_each_index: Option<u32>,
    #[serde(default)]
    pub(super) location: Location,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) annotations: Vec<Note>,
    #[serde(default)]
    pub(super) results: Vec<Brief>,
}

/// A note on a test.
#[derive(Debug, Deserialize)]
pub(super) struct Note {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
}

/// What the merge knows of a result.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Brief {
    /// As [`iso`] writes it; up to about 1.48 only the details have it.
    pub(super) start_time: Option<String>,
    pub(super) worker_index: Option<i64>,
}

/// Where a test case is declared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub(super) struct Location {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Head {
    /// Whether it should have run and did not, or was cut off: Playwright notes on a test why it is
    /// skipped.
    pub(super) fn did_not_run(&self) -> bool {
        let skips = ["skip", "fixme"];
        self.outcome == Kind::Skipped
            && !self.annotations.iter().any(|note| skips.contains(&note.kind.as_str()))
    }

    /// The identity as [`shown`] gives it for a planned test case.
    pub(super) fn key(&self, file: &str) -> TestKey {
        let titles = self.path.iter().chain([&self.title]).filter(|title| !title.is_empty());
        TestKey {
            file: file.to_owned(),
            project: self.project_name.clone(),
            titles: titles.cloned().collect(),
            repeat: self.repeat_each_index.unwrap_or(0),
        }
    }
}

/// A key as a report shows it: Playwright drops empty titles.
pub(super) fn shown(key: &TestKey) -> TestKey {
    let titles = key.titles.iter().filter(|title| !title.is_empty()).cloned().collect();
    TestKey { titles, ..key.clone() }
}

impl ReportData {
    /// Reads `report.json`.
    pub(super) fn parse(json: &[u8]) -> serde_json::Result<Self> {
        let mut fields: Fields = serde_json::from_slice(json)?;
        let files = fields.remove("files");
        let files = files.map_or(Ok(Vec::new()), |files| serde_json::from_str(files.get()))?;
        Ok(Self { fields, files })
    }

    /// A top field, or the default where it is missing or of another type.
    pub(super) fn field<'a, T: Deserialize<'a> + Default>(&'a self, name: &str) -> T {
        let field = self.fields.get(name);
        field.and_then(|field| serde_json::from_str(field.get()).ok()).unwrap_or_default()
    }

    /// Milliseconds since 1970.
    pub(super) fn start(&self) -> f64 {
        self.field("startTime")
    }

    /// Milliseconds.
    pub(super) fn duration(&self) -> f64 {
        self.field("duration")
    }
}
