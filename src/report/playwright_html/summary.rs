//! Rendered tests go in; `report.json` with its numbers counted again comes out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::report::playwright_html::data::{Fields, Kind, raw};
use crate::report::playwright_html::input::Input;
use crate::report::playwright_html::notes::without_repetition;

/// How many test cases ended how, in Playwright's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Stats {
    pub(crate) total: usize,
    pub(crate) expected: usize,
    pub(crate) unexpected: usize,
    pub(crate) flaky: usize,
    pub(crate) skipped: usize,
    /// Nothing unexpected and nothing flaky.
    pub(crate) ok: bool,
}

impl Stats {
    /// Counts.
    pub(super) fn of(kinds: impl IntoIterator<Item = Kind>) -> Self {
        let mut stats =
            Self { total: 0, expected: 0, unexpected: 0, flaky: 0, skipped: 0, ok: true };
        for kind in kinds {
            stats.total += 1;
            *match kind {
                Kind::Expected => &mut stats.expected,
                Kind::Unexpected => &mut stats.unexpected,
                Kind::Flaky => &mut stats.flaky,
                Kind::Skipped => &mut stats.skipped,
            } += 1;
        }
        stats.ok = stats.unexpected + stats.flaky == 0;
        stats
    }

    fn add(&mut self, other: Self) {
        self.total += other.total;
        self.expected += other.expected;
        self.unexpected += other.unexpected;
        self.flaky += other.flaky;
        self.skipped += other.skipped;
        self.ok &= other.ok;
    }
}

/// One of `files`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileSummary<'a> {
    pub(super) file_id: String,
    pub(super) file_name: String,
    pub(super) tests: Vec<Cow<'a, RawValue>>,
    pub(super) stats: Stats,
}

/// What the merged report says beside its tests.
pub(super) struct Frame {
    /// Milliseconds since 1970.
    pub(super) start: f64,
    /// Milliseconds.
    pub(super) duration: f64,
    pub(super) errors: Vec<String>,
    pub(super) machines: Vec<Value>,
}

/// `report.json`.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    #[serde(flatten)]
    fields: Fields,
    files: Vec<FileSummary<'a>>,
}

impl<'a> Summary<'a> {
    /// The fields of the report whose page is used, or of the last one, with ours put over them; what
    /// went wrong comes first, as in Playwright.
    pub(super) fn new(
        template: Option<usize>,
        inputs: &[Input],
        frame: &Frame,
        mut files: Vec<FileSummary<'a>>,
    ) -> io::Result<(Self, Stats)> {
        let mut stats = Stats::of([]);
        for file in &files {
            stats.add(file.stats);
        }
        files
            .sort_by_key(|file| std::cmp::Reverse(file.stats.unexpected * 1000 + file.stats.flaky));
        let lead = template.map_or(inputs.last(), |number| inputs.get(number));
        let mut fields = lead.map(|lead| lead.report.fields.clone()).unwrap_or_default();
        fields.entry("options".to_owned()).or_insert(raw(&Value::Object(serde_json::Map::new()))?);
        fields.insert("metadata".to_owned(), raw(&metadata(lead, inputs))?);
        fields.insert("startTime".to_owned(), raw(&frame.start)?);
        fields.insert("duration".to_owned(), raw(&frame.duration)?);
        fields.insert("projectNames".to_owned(), raw(&project_names(inputs))?);
        fields.insert("stats".to_owned(), raw(&stats)?);
        fields.insert("errors".to_owned(), raw(&frame.errors)?);
        fields.insert("machines".to_owned(), raw(&frame.machines)?);
        Ok((Self { fields, files }, stats))
    }
}

/// Every project once, in the order of the reports.
pub(super) fn project_names(inputs: &[Input]) -> Vec<String> {
    without_repetition(
        inputs.iter().flat_map(|input| input.report.field::<Vec<String>>("projectNames")),
    )
}

/// The union, the leading report's word first; the workers of all reports are added up.
fn metadata(lead: Option<&Input>, inputs: &[Input]) -> BTreeMap<String, Value> {
    let mut metadata: BTreeMap<String, Value> =
        lead.map(|lead| lead.report.field("metadata")).unwrap_or_default();
    let mut workers = 0;
    for input in inputs {
        for (name, value) in input.report.field::<BTreeMap<String, Value>>("metadata") {
            if name == "actualWorkers" {
                workers += value.as_u64().unwrap_or(0);
            }
            metadata.entry(name).or_insert(value);
        }
    }
    if let Some(sum) = metadata.get_mut("actualWorkers") {
        *sum = Value::from(workers);
    }
    metadata
}
