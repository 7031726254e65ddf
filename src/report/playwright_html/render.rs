//! What a test case is made of goes in, its JSON for `report.json` and `FILEID.json` comes out.

use std::collections::{BTreeMap, HashMap};
use std::io;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::model::outcome::Verdict;
use crate::report::facts::term;
use crate::report::playwright_html::data::{Fields, Kind, raw};
use crate::report::playwright_html::folder::detail;
use crate::report::playwright_html::input::{Archive, Input, InputError};
use crate::report::playwright_html::join::{Beside, Joined, Part, Place};
use crate::report::playwright_html::notes::Notes;
use crate::report::playwright_html::page::{Age, Page};
use crate::report::playwright_html::{synthesis, upgrade};

/// What every test is rendered with.
pub(super) struct Scene<'a> {
    pub(super) inputs: &'a [Input],
    notes: &'a Notes<'a>,
    /// The age of the page that will read it.
    age: Age,
    /// Which inputs are of that page's version.
    current: Vec<bool>,
}

/// A test case as JSON.
pub(super) struct Rendered {
    pub(super) summary: Box<RawValue>,
    pub(super) detail: Box<RawValue>,
}

/// The tests of some spec files with their steps, by the reports they are in.
#[derive(Default)]
pub(super) struct Details(HashMap<TestAt, Vec<(Kind, Box<RawValue>)>>);

/// Which input, which of its files, and the test's id there.
type TestAt = (usize, usize, String);

impl Details {
    /// Reads what `joined` needs out of the archives.
    pub(super) fn load(
        inputs: &[Input],
        archives: &mut [Archive],
        joined: &[&Joined<'_>],
    ) -> Result<Self, InputError> {
        let parts = joined.iter().flat_map(|one| &one.parts);
        let files: BTreeMap<(usize, usize), Place> = parts
            .filter_map(|part| match part {
                Part::Kept(place) => Some(((place.input, place.file), *place)),
                Part::Told { .. } => None,
            })
            .collect();
        let mut details = Self::default();
        for ((input, file), place) in files {
            let file_id = &place.file(inputs).file_id;
            for test in detail(&mut archives[input], file_id)?.0.tests {
                let id = (input, file, test.head.test_id);
                details.0.entry(id).or_default().push((test.head.outcome, test.raw));
            }
        }
        Ok(details)
    }

    /// A report that holds an id twice is told apart by what became of the tests.
    fn of(&self, inputs: &[Input], place: Place) -> io::Result<&RawValue> {
        let head = &place.test(inputs).head;
        let at = (place.input, place.file, head.test_id.clone());
        let tests = self.0.get(&at).map(Vec::as_slice).unwrap_or_default();
        let same = tests.iter().find(|(kind, _)| *kind == head.outcome);
        let found = same.or(tests.first()).map(|(_, raw)| &**raw);
        found.ok_or_else(|| io::Error::other("a test of a report has no details"))
    }
}

impl<'a> Scene<'a> {
    /// For that page. Blobs were read for it.
    pub(super) fn new(inputs: &'a [Input], page: &Page, notes: &'a Notes<'a>) -> Self {
        let current = |input: &Input| input.page.as_ref().is_none_or(|own| own.same_version(page));
        Self { inputs, notes, age: page.age, current: inputs.iter().map(current).collect() }
    }

    /// How many inputs are of another version.
    pub(super) fn adapted(&self) -> usize {
        self.current.iter().filter(|current| !**current).count()
    }

    /// Whether the page reads an input's data as it is.
    pub(super) fn reads(&self, place: Place) -> bool {
        self.current[place.input]
    }

    /// The details of a test that only one report speaks of, unchanged.
    pub(super) fn kept(&self, place: Place, details: &Details) -> io::Result<Box<RawValue>> {
        Ok(details.of(self.inputs, place)?.to_owned())
    }

    /// Puts a test case together from its parts.
    pub(super) fn test(
        &self,
        joined: &Joined<'_>,
        file_id: &str,
        details: &Details,
    ) -> io::Result<Rendered> {
        let mut base = None;
        let mut results: Vec<Fields> = Vec::new();
        for part in &joined.parts {
            match part {
                Part::Kept(place) => {
                    let mut fields = self.fields(*place, details)?;
                    if let Some(kept) = fields.remove("results") {
                        results.extend(serde_json::from_str::<Vec<Fields>>(kept.get())?);
                    }
                    base = Some(fields);
                }
                Part::Told { runs, cut_off } => {
                    for run in runs {
                        results.push(synthesis::result(&run.result, self.age)?);
                    }
                    if let Some(id) = cut_off {
                        let (at, why) = (self.notes.started(*id), self.notes.end_of(*id));
                        results.push(synthesis::cut_off(at, &why, self.age)?);
                    }
                }
            }
        }
        let mut fields = match (base, joined.test) {
            (Some(fields), _) => fields,
            (None, Some(test)) => {
                let mut fields = synthesis::case(&test.case, file_id)?;
                let last = results.last().and_then(|last| last.get("annotations"));
                fields.extend(last.map(|last| ("annotations".to_owned(), last.clone())));
                fields
            }
            (None, None) => return Err(io::Error::other("a test is made of nothing")),
        };
        if joined.untouched(self.inputs).is_none() {
            self.annotate(joined, &mut fields, results.is_empty())?;
            for (retry, result) in results.iter_mut().enumerate() {
                result.insert("retry".to_owned(), raw(&retry)?);
            }
            fields.insert("duration".to_owned(), raw(&duration(&results))?);
            if let Some(id) = &joined.id {
                fields.insert("testId".to_owned(), raw(id)?);
            }
            fields.insert("outcome".to_owned(), raw(&joined.kind)?);
            fields.insert("ok".to_owned(), raw(&joined.kind.ok())?);
        }
        let summary = summary(&fields, &results)?;
        fields.insert("results".to_owned(), raw(&results)?);
        Ok(Rendered { summary, detail: raw(&fields)? })
    }

    fn fields(&self, place: Place, details: &Details) -> io::Result<Fields> {
        let mut fields: Fields = serde_json::from_str(details.of(self.inputs, place)?.get())?;
        if !self.reads(place) {
            upgrade::test(&mut fields, self.age)?;
        }
        Ok(fields)
    }

    /// Says what the results cannot say.
    fn annotate(&self, joined: &Joined<'_>, fields: &mut Fields, empty: bool) -> io::Result<()> {
        let mut annotations: Vec<Value> = match fields.get("annotations") {
            Some(annotations) => serde_json::from_str(annotations.get())?,
            None => Vec::new(),
        };
        if let Some(Beside { what, names, shown }) = &joined.beside {
            let text = format!("{} (shown here: {shown})", names.join(", "));
            annotations.push(synthesis::annotation(&format!("ran in {what}"), &text));
        }
        if let Some(test) = joined.test
            && empty
            && test.verdict() == Verdict::NotRun
        {
            let why = test.shard.map(|shard| self.notes.end(shard)).unwrap_or_default();
            annotations.push(synthesis::annotation("did not run", &why));
        }
        // Playwright has no word for a failure that does not count: it stays `unexpected` there.
        if let Some(term) = joined.test.and_then(term) {
            annotations.push(synthesis::annotation("quarantine", &term.to_string()));
        }
        fields.insert("annotations".to_owned(), raw(&annotations)?);
        Ok(())
    }
}

/// Milliseconds.
fn duration(results: &[Fields]) -> f64 {
    let durations = results.iter().filter_map(|result| result.get("duration"));
    durations.filter_map(|value| serde_json::from_str::<f64>(value.get()).ok()).sum()
}

/// The test as `report.json` has it: of the results only what lists show.
fn summary(fields: &Fields, results: &[Fields]) -> io::Result<Box<RawValue>> {
    let mut summary = fields.clone();
    let mut short = Vec::with_capacity(results.len());
    for result in results {
        let mut kept = Fields::new();
        for name in ["startTime", "workerIndex"] {
            kept.extend(result.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        let attachments = result.get("attachments").map_or("[]", |text| text.get());
        let mut attachments: Vec<Fields> = serde_json::from_str(attachments)?;
        for attachment in &mut attachments {
            attachment.remove("body");
        }
        kept.insert("attachments".to_owned(), raw(&attachments)?);
        short.push(kept);
    }
    summary.insert("results".to_owned(), raw(&short)?);
    raw(&summary)
}
