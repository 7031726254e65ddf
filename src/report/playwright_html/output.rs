//! Folders with reports go in; the folder of the merged report comes out, whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::model::event::AttemptId;
use crate::report::playwright_html::input::{Candidate, Input, Opened, open_all};
use crate::report::playwright_html::join::{self, Files};
use crate::report::playwright_html::notes::{self, Notes};
use crate::report::playwright_html::render::Scene;
use crate::report::playwright_html::summary::{Frame, Stats};
use crate::report::playwright_html::{compose, files, machines};
use crate::report::{ReportError, Source};

/// The folder of an attempt's report below the attempt's own.
const FOLDER: &str = "html";

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
    spare(inputs, output)?;
    let opened = open_all(&candidates);
    if opened.inputs.is_empty() {
        let folders = opened.left_out.iter();
        let told = folders
            .map(|((_, folder), error)| format!("`{}` is left out, as {error}", folder.display()));
        let told = told.collect();
        remove(output).map_err(|source| ReportError::Write { path: output.to_owned(), source })?;
        return Err(ReportError::Unusable(told));
    }
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

/// Refuses an output whose replacement would destroy a report that is merged.
fn spare(inputs: &[PathBuf], output: &Path) -> Result<(), ReportError> {
    let Ok(real) = output.canonicalize() else { return Ok(()) };
    let inside = |input: &PathBuf| input.canonicalize().is_ok_and(|input| input.starts_with(&real));
    if inputs.iter().any(inside) {
        let source = io::Error::new(
            io::ErrorKind::InvalidInput,
            "a report that is to be merged lies in it, and it would be replaced",
        );
        return Err(ReportError::Write { path: output.to_owned(), source });
    }
    Ok(())
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
    let scene = Scene::new(&inputs, template, notes);
    let mut stats = Stats::of([]);
    let index = File::create_new(staged.join("index.html")).map_err(write)?;
    template
        .page
        .write(BufWriter::with_capacity(1 << 16, index), |out| {
            stats = compose::write(out, &scene, template, &mut archives, joined, &frame)?;
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
