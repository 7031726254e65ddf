//! Folders with reports go in; the folder of the merged report comes out, whole or not at all.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use crate::model::event::AttemptId;
use crate::model::id::TestKey;
use crate::report::playwright_html::data::{FileData, Kind, Location, TestData, id_of, raw, shown};
use crate::report::playwright_html::input::{Archive, Candidate, Input, Opened, open_all};
use crate::report::playwright_html::join::{self, Files, Joined, Part, Place};
use crate::report::playwright_html::notes::{self, Notes};
use crate::report::playwright_html::render::{Details, Scene};
use crate::report::playwright_html::summary::{FileSummary, Frame, Stats, Summary, project_names};
use crate::report::playwright_html::{files, machines};
use crate::report::{ReportError, Source};

/// The folder of an attempt's report below the attempt's own.
const FOLDER: &str = "html";
/// How hard the parts that change are compressed, from 1 to 9: little is gained by more.
const LEVEL: i64 = 3;

/// What a merge gave.
#[derive(Debug)]
pub(crate) struct Merged {
    /// How many reports are in it.
    pub(crate) reports: usize,
    pub(crate) stats: Stats,
    /// Folders without a whole report, and why.
    pub(crate) left_out: Vec<(PathBuf, String)>,
}

/// Merges what the attempts of a run left.
pub(super) fn merge_run(source: &Source<'_>, output: &Path) -> Result<Merged, ReportError> {
    let outcome = source.outcome;
    let candidate = |(id, folder): (&AttemptId, &PathBuf)| (Some(*id), folder.join(FOLDER));
    let candidates: Vec<Candidate> = source.attempts.iter().map(candidate).collect();
    let opened = open_all(&candidates);
    let (joined, unknown) = join::by_outcome(&opened.inputs, outcome);
    let (start, duration) = span(&opened.inputs);
    let known = outcome.started.is_some() && outcome.ended.is_some();
    let frame = Frame {
        start: outcome.started.map_or(start, machines::millis),
        duration: if known { outcome.elapsed().as_secs_f64() * 1e3 } else { duration },
        errors: notes::errors(outcome, &opened.inputs, &opened.left_out, unknown),
        machines: machines::of_outcome(outcome),
    };
    merge(opened, &joined, frame, &Notes(Some(outcome)), output)
}

/// Merges plain reports.
pub(super) fn merge_folders(inputs: &[PathBuf], output: &Path) -> Result<Merged, ReportError> {
    let candidates: Vec<Candidate> = inputs.iter().map(|folder| (None, folder.clone())).collect();
    let opened = open_all(&candidates);
    let joined = join::by_reports(&opened.inputs);
    let (start, duration) = span(&opened.inputs);
    let mut errors: Vec<String> = opened
        .left_out
        .iter()
        .map(|((_, folder), error)| {
            format!("the report `{}` is left out, as {error}", folder.display())
        })
        .collect();
    errors.extend(notes::of_reports(&opened.inputs));
    let machines = machines::of_reports(&opened.inputs);
    let frame = Frame { start, duration, errors, machines };
    merge(opened, &joined, frame, &Notes(None), output)
}

/// From the first begin to the last end of the reports, in milliseconds: start and duration.
fn span(inputs: &[Input]) -> (f64, f64) {
    let starts = inputs.iter().map(|input| input.report.start());
    let ends = inputs.iter().map(|input| input.report.start() + input.report.duration());
    let start = starts.reduce(f64::min).unwrap_or(0.0);
    (start, ends.reduce(f64::max).map_or(0.0, |end| end - start))
}

fn merge(
    opened: Opened,
    joined: &Files<'_>,
    mut frame: Frame,
    notes: &Notes<'_>,
    output: &Path,
) -> Result<Merged, ReportError> {
    let write = |source| ReportError::Write { path: output.to_owned(), source };
    let Opened { inputs, mut archives, left_out } = opened;
    let newest = inputs.iter().rev().max_by_key(|input| input.page.rank());
    let Some(template) = newest else {
        remove(output).map_err(write)?;
        return Err(ReportError::NoPlaywrightHtml);
    };
    let parent = output.parent().unwrap_or(Path::new("."));
    let staging =
        tempfile::Builder::new().prefix(".playwright-").tempdir_in(parent).map_err(write)?;
    // A folder inside, as the temporary one itself is closed to other users.
    let staged = staging.path().join("report");
    fs::create_dir(&staged).map_err(write)?;
    frame.errors.extend(files::copy(template, &inputs, &staged).map_err(write)?);
    let scene = Scene { inputs: &inputs, age: template.page.age, notes };
    let mut stats = Stats::of([]);
    let index = File::create_new(staged.join("index.html")).map_err(write)?;
    template
        .page
        .write(BufWriter::with_capacity(1 << 16, index), |out| {
            stats = write_zip(out, &scene, template, &mut archives, joined, &frame)?;
            Ok(())
        })
        .map_err(write)?;
    remove(output).and_then(|()| fs::rename(&staged, output)).map_err(write)?;
    let left_out = left_out.into_iter().map(|((_, folder), error)| (folder, error.to_string()));
    Ok(Merged { reports: inputs.len(), stats, left_out: left_out.collect() })
}

/// Removes a folder, or the symlink or file that stands in its place.
fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

type Zip<'a> = ZipWriter<StreamWriter<&'a mut dyn Write>>;

fn write_zip(
    out: &mut dyn Write,
    scene: &Scene<'_>,
    template: &Input,
    archives: &mut [Archive],
    joined: &Files<'_>,
    frame: &Frame,
) -> io::Result<Stats> {
    let mut zip = ZipWriter::new_stream(out);
    let projects = project_names(scene.inputs);
    let mut taken = BTreeSet::from(["report".to_owned()]);
    let mut summaries = Vec::with_capacity(joined.len());
    for (name, tests) in joined {
        let file_id = file_id(scene.inputs, name, tests, &mut taken);
        let tests = sorted(scene.inputs, &projects, tests);
        let shown = match whole(scene, &tests) {
            Some(place) => {
                let held = format!("{}.json", place.file(scene.inputs).file_id);
                let entry = archives[place.input].by_name(&held)?;
                zip.raw_copy_file_rename(entry, format!("{file_id}.json"))?;
                tests
                    .iter()
                    .filter_map(|one| one.untouched(scene.inputs))
                    .map(|place| summary(scene.inputs, place))
                    .collect()
            }
            None => write_file(&mut zip, scene, archives, (&file_id, name), &tests)?,
        };
        let stats = Stats::of(tests.iter().map(|one| one.kind));
        summaries.push(FileSummary { file_id, file_name: name.clone(), tests: shown, stats });
    }
    let (summary, stats) = Summary::new(template, scene.inputs, frame, summaries)?;
    zip.start_file("report.json", options())?;
    let mut buffered = BufWriter::with_capacity(1 << 16, &mut zip);
    serde_json::to_writer(&mut buffered, &summary)?;
    buffered.flush()?;
    drop(buffered);
    zip.finish()?;
    Ok(stats)
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_level(Some(LEVEL))
}

fn summary(inputs: &[Input], place: Place) -> Cow<'_, RawValue> {
    Cow::Borrowed(&place.test(inputs).raw)
}

/// The report whose entry for a spec file can be copied as it is: all tests are from there, all
/// tests there are wanted, and the page reads them.
fn whole(scene: &Scene<'_>, tests: &[&Joined<'_>]) -> Option<Place> {
    let mut places = tests.iter().map(|one| one.untouched(scene.inputs));
    let first = places.next()??;
    let same = |place: Option<Place>| {
        place.is_some_and(|place| (place.input, place.file) == (first.input, first.file))
    };
    let all = first.file(scene.inputs).tests.len() == tests.len();
    (all && scene.reads(first) && places.all(same)).then_some(first)
}

/// Puts a spec file's entry together; gives the tests as `report.json` has them.
fn write_file<'a>(
    zip: &mut Zip<'_>,
    scene: &Scene<'a>,
    archives: &mut [Archive],
    (file_id, file_name): (&str, &str),
    tests: &[&Joined<'_>],
) -> io::Result<Vec<Cow<'a, RawValue>>> {
    let details = Details::load(scene.inputs, archives, tests).map_err(io::Error::other)?;
    let mut summaries = Vec::with_capacity(tests.len());
    let mut rendered = Vec::with_capacity(tests.len());
    for joined in tests {
        match joined.untouched(scene.inputs).filter(|place| scene.reads(*place)) {
            Some(place) => {
                summaries.push(summary(scene.inputs, place));
                rendered.push(scene.kept(place, &details)?);
            }
            None => {
                let one = scene.test(joined, file_id, &details)?;
                summaries.push(Cow::Owned(one.summary));
                rendered.push(one.detail);
            }
        }
    }
    let entry = BTreeMap::from([
        ("fileId", raw(file_id)?),
        ("fileName", raw(file_name)?),
        ("tests", raw(&rendered)?),
    ]);
    zip.start_file(format!("{file_id}.json"), options())?;
    zip.write_all(&serde_json::to_vec(&entry)?)?;
    Ok(summaries)
}

/// Playwright's id of a spec file where a report has one, and none twice.
fn file_id(
    inputs: &[Input],
    name: &str,
    tests: &[Joined<'_>],
    taken: &mut BTreeSet<String>,
) -> String {
    let mut parts = tests.iter().flat_map(|one| &one.parts);
    let known: Option<&FileData> = parts.find_map(|part| match part {
        Part::Kept(place) => Some(place.file(inputs)),
        Part::Told { .. } => None,
    });
    let mut id = known.map_or_else(|| id_of(name), |file| file.file_id.clone());
    while !taken.insert(id.clone()) {
        id = id_of(&format!("{id} {name}"));
    }
    id
}

/// In Playwright's order: what went wrong first, then by project and place in the source.
fn sorted<'a, 'b>(
    inputs: &[Input],
    projects: &[String],
    tests: &'b [Joined<'a>],
) -> Vec<&'b Joined<'a>> {
    let mut sorted: Vec<&Joined<'_>> = tests.iter().collect();
    sorted.sort_by_cached_key(|one| order(inputs, projects, one));
    sorted
}

type Order = (Reverse<u32>, usize, Location, Option<Place>, Option<TestKey>);

fn order(inputs: &[Input], projects: &[String], joined: &Joined<'_>) -> Order {
    let weight = match joined.kind {
        Kind::Unexpected => 1000,
        Kind::Flaky => 1,
        Kind::Expected | Kind::Skipped => 0,
    };
    let project = |name: &str| projects.iter().position(|one| one == name).unwrap_or(usize::MAX);
    let kept = joined.parts.iter().find_map(|part| match part {
        Part::Kept(place) => Some(*place),
        Part::Told { .. } => None,
    });
    match (kept, joined.test) {
        (Some(place), _) => {
            let TestData { head, .. } = place.test(inputs);
            (Reverse(weight), project(&head.project_name), head.location, Some(place), None)
        }
        (None, Some(test)) => {
            let at = Location { line: test.case.line, column: test.case.column };
            let key = shown(&test.case.key);
            (Reverse(weight), project(&key.project), at, None, Some(key))
        }
        (None, None) => (Reverse(weight), usize::MAX, Location::default(), None, None),
    }
}
