//! What a blob says goes in; `report.json` and one `FILEID.json` per spec file come out.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Write};

use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use zip::ZipWriter;

use crate::report::playwright_html::blob::attached::Attached;
use crate::report::playwright_html::blob::case::{Case, Run, RunStep, SpecFile};
use crate::report::playwright_html::blob::failure;
use crate::report::playwright_html::blob::hear::Heard;
use crate::report::playwright_html::blob::shape::{
    Brief, ErrorJson, Millis, Note, Place, RunJson, StepJson, TestJson,
};
use crate::report::playwright_html::compose::options;
use crate::report::playwright_html::data::{
    Fields, FileData, Kind, ReportData, TestData, id_of, iso, raw,
};
use crate::report::playwright_html::input::Archive;
use crate::report::playwright_html::page::Age;
use crate::wire::blob::call::{Annotation, Location};

impl Heard {
    /// What became of each test, by the runner's id.
    pub(in crate::report::playwright_html) fn outcomes(&self) -> Vec<(String, Kind)> {
        let outcome = |case: &Case| {
            let runs = case.runs.iter().map(|run| &self.runs[*run]);
            (case.test.id.clone(), outcome(&case.expected, runs))
        };
        self.cases.iter().map(outcome).collect()
    }

    /// Makes the parts of an HTML report for a page of that age; the numbers of its workers begin
    /// with `first_worker`.
    pub(in crate::report::playwright_html) fn render(
        &self,
        age: Age,
        first_worker: i64,
    ) -> io::Result<(ReportData, Archive)> {
        let scene = Scene { heard: self, age, first_worker };
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut taken = BTreeSet::new();
        let mut files = Vec::with_capacity(self.files.len());
        for file in self.files.iter().filter(|file| !file.cases.is_empty()) {
            files.push(scene.file(file, &mut taken, &mut zip)?);
        }
        let archive = zip.finish_into_readable()?;
        Ok((ReportData { fields: scene.fields()?, files }, archive))
    }
}

struct Scene<'a> {
    heard: &'a Heard,
    age: Age,
    first_worker: i64,
}

impl<'a> Scene<'a> {
    fn file(
        &self,
        file: &SpecFile,
        taken: &mut BTreeSet<String>,
        zip: &mut ZipWriter<Cursor<Vec<u8>>>,
    ) -> io::Result<FileData> {
        let cases = || file.cases.iter().map(|case| &self.heard.cases[*case]);
        let file_id = cases().next().map(|case| file_id(&case.test.id, &file.name));
        let mut file_id = file_id.unwrap_or_default();
        while !taken.insert(file_id.clone()) {
            file_id = id_of(format!("{file_id} {}", file.name));
        }
        let mut summaries = Vec::with_capacity(file.cases.len());
        let mut details: Vec<Box<RawValue>> = Vec::with_capacity(file.cases.len());
        for case in cases() {
            let (summary, detail) = self.case(case, &file.name)?;
            summaries.push(TestData::try_from(summary)?);
            details.push(detail);
        }
        let entry = json_entry(&file_id, &file.name, &details)?;
        zip.start_file(format!("{file_id}.json"), options())?;
        zip.write_all(&entry)?;
        Ok(FileData { file_id, file_name: file.name.clone(), tests: summaries })
    }

    fn case(&self, case: &'a Case, file: &str) -> io::Result<(Box<RawValue>, Box<RawValue>)> {
        let runs = || case.runs.iter().map(|run| &self.heard.runs[*run]);
        let results: Vec<RunJson<'a>> = runs().map(|run| self.run(case, run)).collect();
        let brief = |result: &RunJson<'_>| Brief {
            attachments: result
                .attachments
                .iter()
                .map(|one| Attached { body: None, ..one.clone() })
                .collect(),
            start_time: result.start_time.clone(),
            worker_index: result.worker_index,
        };
        let briefs: Vec<Brief> = results.iter().map(brief).collect();
        let summary = raw(&self.test(case, file, briefs))?;
        Ok((summary, raw(&self.test(case, file, results))?))
    }

    fn test<R>(&self, case: &'a Case, file: &str, results: Vec<R>) -> TestJson<'a, R> {
        let runs = || case.runs.iter().map(|run| &self.heard.runs[*run]);
        let outcome = outcome(&case.expected, runs());
        let name = self.heard.name.iter().map(|name| format!("@{name}"));
        let mut tags: Vec<String> = Vec::with_capacity(case.test.tags.len());
        for tag in name.chain(case.test.tags.iter().cloned()) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        let at = case.test.location.clone().unwrap_or_default();
        let location = Place { file: file.to_owned(), line: at.line, column: at.column };
        TestJson {
            test_id: &case.test.id,
            title: &case.test.title,
            project_name: &self.heard.projects[case.project],
            location,
            duration: Millis(runs().map(|run| run.duration).sum()),
            annotations: self.notes(&case.test.annotations),
            tags,
            outcome,
            path: &case.path,
            results,
            repeat_each_index: Some(case.test.repeat_each_index).filter(|index| *index > 0),
            ok: outcome.ok(),
        }
    }

    fn run(&self, case: &Case, run: &'a Run) -> RunJson<'a> {
        let status = run.status.as_deref().unwrap_or("interrupted");
        let mut errors = Vec::new();
        if status == "passed" && &*case.expected == "failed" {
            errors.push("Expected to fail, but passed.".to_owned());
        }
        if status == "interrupted" {
            errors.push("Test was interrupted.".to_owned());
        }
        errors.extend(run.errors.iter().map(failure::told));
        let errors = errors.into_iter().map(|message| {
            if self.age.error_objects {
                ErrorJson::Object { message }
            } else {
                ErrorJson::Text(message)
            }
        });
        let outputs = [("stdout", &run.stdout), ("stderr", &run.stderr)];
        let outputs = outputs.into_iter().filter(|(_, text)| !text.is_empty());
        let outputs = outputs.map(|(name, text)| Attached {
            name: name.to_owned(),
            content_type: "text/plain".to_owned(),
            path: None,
            body: Some(text.clone()),
        });
        let mut inside: Vec<Vec<usize>> = vec![Vec::new(); run.steps.len()];
        let mut top = Vec::new();
        for (number, step) in run.steps.iter().enumerate() {
            step.parent.map_or(&mut top, |parent| &mut inside[parent]).push(number);
        }
        RunJson {
            duration: Millis(run.duration),
            start_time: iso(run.start),
            retry: run.retry,
            steps: self.steps(run, &inside, &top),
            errors: errors.collect(),
            status,
            annotations: self.notes(&run.annotations),
            attachments: run.attachments.iter().cloned().chain(outputs).collect(),
            worker_index: if run.worker < 0 { run.worker } else { run.worker + self.first_worker },
        }
    }

    /// Equal steps one after the other are one that says how many there were.
    fn steps(&self, run: &'a Run, inside: &[Vec<usize>], level: &[usize]) -> Vec<StepJson<'a>> {
        let mut shown: Vec<StepJson<'a>> = Vec::with_capacity(level.len());
        let mut last: Option<&RunStep> = None;
        for number in level {
            let step = &run.steps[*number];
            let plain = step.error.is_none()
                && step.duration >= 0.0
                && step.location.as_ref().is_some_and(|location| !location.file.is_empty())
                && inside[*number].is_empty();
            let again = plain && last.is_some_and(|last| is_same(last, step));
            match shown.last_mut().filter(|_| again) {
                Some(shown) => {
                    shown.count += 1;
                    shown.duration.0 += step.duration;
                }
                None => shown.push(self.step(step, self.steps(run, inside, &inside[*number]))),
            }
            last = plain.then_some(step);
        }
        shown
    }

    fn step(&self, step: &'a RunStep, steps: Vec<StepJson<'a>>) -> StepJson<'a> {
        let skip = step.annotations.iter().find(|note| note.kind == "skip");
        let mut title = step.title.clone();
        if let Some(skip) = skip {
            let why = description(skip).map(|why| format!(": {why}")).unwrap_or_default();
            title = format!("{title} (skipped{why})");
        }
        StepJson {
            title,
            subtitle: step.subtitle.as_deref(),
            start_time: iso(step.start),
            duration: Millis(step.duration),
            steps,
            attachments: step.attachments.clone(),
            location: step.location.as_ref().map(|location| self.place(location)),
            error: step.error.as_deref(),
            count: 1,
            skipped: skip.is_some(),
        }
    }

    fn place(&self, Location { file, line, column }: &Location) -> Place {
        Place { file: self.heard.slashed(file), line: *line, column: *column }
    }

    fn notes(&self, annotations: &[Annotation]) -> Vec<Note> {
        // Playwright gives the whole path here.
        let whole = |location: &Location| Place {
            file: format!("{}/{}", self.heard.config.root_dir, location.file),
            line: location.line,
            column: location.column,
        };
        let note = |annotation: &Annotation| Note {
            kind: annotation.kind.clone(),
            description: description(annotation),
            location: annotation.location.as_ref().map(whole),
        };
        annotations.iter().map(note).collect()
    }

    /// Everything of `report.json` but its files; the numbers are counted later.
    fn fields(&self) -> io::Result<Fields> {
        let end = self.heard.end.unwrap_or_default();
        let environment = self.heard.environment();
        let errors = self.heard.errors.iter().map(|error| {
            let told = failure::told(error);
            if environment.is_empty() { told } else { format!("({environment}) {told}") }
        });
        let machine = json!({
            "duration": Millis(end.duration),
            "startTime": Millis(end.start_time),
            "tag": self.heard.config.tags,
            "shardIndex": self.heard.shard().map(|shard| shard.current),
        });
        Ok(Fields::from([
            ("metadata".to_owned(), raw(&self.heard.config.metadata)?),
            ("startTime".to_owned(), raw(&Millis(end.start_time))?),
            ("duration".to_owned(), raw(&Millis(end.duration))?),
            ("projectNames".to_owned(), raw(&self.heard.projects)?),
            ("errors".to_owned(), raw(&errors.collect::<Vec<_>>())?),
            ("machines".to_owned(), raw(&[machine])?),
        ]))
    }
}

/// `FILEID.json` of tests that are JSON already.
fn json_entry(file_id: &str, name: &str, tests: &[Box<RawValue>]) -> io::Result<Vec<u8>> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Whole<'a> {
        file_id: &'a str,
        file_name: &'a str,
        tests: &'a [Box<RawValue>],
    }
    Ok(serde_json::to_vec(&Whole { file_id, file_name: name, tests })?)
}

/// The ids of tests begin with that of their file.
fn file_id(test_id: &str, name: &str) -> String {
    let known = test_id.split_once('-').map(|(file, _)| file);
    let known = known.filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_hexdigit()));
    known.map_or_else(|| id_of(name), str::to_owned)
}

/// Playwright's rule: what did not run or was interrupted decides nothing.
fn outcome<'a>(expected: &str, runs: impl Iterator<Item = &'a Run>) -> Kind {
    let (mut skipped, mut well, mut ill) = (false, false, false);
    for run in runs {
        match run.status.as_deref() {
            None | Some("interrupted") => {}
            Some("skipped") => skipped |= expected == "skipped",
            Some(status) if status == expected => well = true,
            Some(_) => ill = true,
        }
    }
    match (well, ill) {
        (false, false) => Kind::Skipped,
        (true, false) => Kind::Expected,
        (false, true) if !skipped => Kind::Unexpected,
        (_, true) => Kind::Flaky,
    }
}

fn is_same(one: &RunStep, other: &RunStep) -> bool {
    (&one.category, &one.title, &one.subtitle, &one.location)
        == (&other.category, &other.title, &other.subtitle, &other.location)
}

/// As JavaScript makes a text of it.
fn description(annotation: &Annotation) -> Option<String> {
    let value = annotation.description.as_ref()?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}
