//! Joined test cases go in; the zip of the merged report comes out as a stream.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};

use serde_json::value::RawValue;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use crate::report::playwright_html::arrange::{file_id, sorted};
use crate::report::playwright_html::data::raw;
use crate::report::playwright_html::input::{Archive, Input};
use crate::report::playwright_html::join::{Files, Joined, Place};
use crate::report::playwright_html::render::{Details, Scene};
use crate::report::playwright_html::summary::{FileSummary, Frame, Stats, Summary, project_names};

/// How hard the parts that change are compressed, from 1 to 9: little is gained by more.
const LEVEL: i64 = 3;

type Zip<'a> = ZipWriter<StreamWriter<&'a mut dyn Write>>;

/// Writes the zip of the merged report into `out`; `template` is the report that leads.
pub(super) fn write(
    out: &mut dyn Write,
    scene: &Scene<'_>,
    template: Option<usize>,
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

/// How the parts of a zip are written.
pub(super) fn options() -> SimpleFileOptions {
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
        let as_is = joined.untouched(scene.inputs).filter(|place| scene.reads(*place));
        if let Some(place) = as_is {
            summaries.push(summary(scene.inputs, place));
            rendered.push(scene.kept(place, &details)?);
        } else {
            let one = scene.test(joined, file_id, &details)?;
            summaries.push(Cow::Owned(one.summary));
            rendered.push(one.detail);
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
