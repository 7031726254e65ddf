//! The JSON inside a report goes in, what the merge has to know of it comes out.
//!
//! Only what is needed is typed; the rest stays raw text, so that fields of other versions survive
//! and most bytes are neither taken apart nor put together again.

use std::collections::BTreeMap;
use std::io;

use serde::de::IgnoredAny;
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

/// An id for what Playwright gave none: short, plain, the same for the same text.
pub(super) fn id_of(text: &str) -> String {
    let digest = Sha256::digest(text);
    let start = digest.iter().take(8).fold(0_u64, |start, byte| start << 8 | u64::from(*byte));
    format!("{start:016x}")
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
    pub(super) results: Vec<IgnoredAny>,
}

/// Where a test case is declared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub(super) struct Location {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Head {
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
