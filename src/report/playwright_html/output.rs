//! Reports go in; the folder of the merged report comes out, whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::model::event::AttemptId;
use crate::report::playwright_html::attempts::{self, Attempts, Folded};
use crate::report::playwright_html::ends::Ends;
use crate::report::playwright_html::files::ATTACHMENTS;
use crate::report::playwright_html::input::{Candidate, Input, Opened, Template, open_all};
use crate::report::playwright_html::installed::Installed;
use crate::report::playwright_html::join::{self, Files};
use crate::report::playwright_html::notes::{self, Notes};
use crate::report::playwright_html::render::Scene;
use crate::report::playwright_html::summary::{Frame, Stats};
use crate::report::playwright_html::{compose, files, machines, seats};
use crate::report::{ReportError, Source};

/// The folder of an attempt's report below the attempt's own.
const FOLDER: &str = "html";

/// What a merge gave.
#[derive(Debug)]
pub(crate) struct Merged {
    /// How many reports are in it.
    pub(crate) reports: usize,
    /// How many of these are blobs.
    pub(crate) blobs: usize,
    pub(crate) stats: Stats,
    /// Places without a whole report, and why.
    pub(crate) left_out: Vec<(PathBuf, String)>,
    /// What is another report of the same run as one that is taken: the second of each pair.
    pub(crate) same: Vec<(PathBuf, PathBuf)>,
    /// Shards that are missing, or that are there twice and contradict each other; runs that were cut
    /// off.
    pub(crate) problems: Vec<String>,
    /// What makes the whole fail though no test in it does; only of plain reports.
    pub(crate) failed: Vec<String>,
    /// How many tests stand in several reports; only of plain reports.
    pub(crate) folded: Folded,
    /// How many tests should have run and never did; only of plain reports.
    pub(crate) not_run: usize,
    /// How many errors outside of any test the reports name.
    pub(crate) errors: usize,
    /// Whose page it has; none for that of the installed Playwright.
    pub(crate) page: Option<PathBuf>,
    /// How many reports are of another version than that page.
    pub(crate) adapted: usize,
}

/// The new folder, until it takes its place beside it.
struct Staging {
    folder: PathBuf,
    /// Removes what is left when it goes.
    _temporary: TempDir,
}

impl Staging {
    fn new(output: &Path) -> io::Result<Self> {
        let parent = output.parent().unwrap_or(Path::new("."));
        let temporary = tempfile::Builder::new().prefix(".playwright-").tempdir_in(parent)?;
        // A folder inside, as the temporary one itself is closed to other users.
        let folder = temporary.path().join("report");
        fs::create_dir(&folder)?;
        Ok(Self { folder, _temporary: temporary })
    }

    fn data(&self) -> PathBuf {
        self.folder.join(ATTACHMENTS)
    }
}

/// Merges what the attempts of a run left.
pub(super) fn merge_run(source: &Source<'_>, output: &Path) -> Result<Merged, ReportError> {
    let write = |source| ReportError::Write { path: output.to_owned(), source };
    let outcome = source.outcome;
    let candidate = |(id, folder): (&AttemptId, &PathBuf)| (Some(*id), folder.join(FOLDER));
    let candidates: Vec<Candidate> = source.attempts.iter().map(candidate).collect();
    let staging = Staging::new(output).map_err(write)?;
    let opened = open_all(&candidates, None, &staging.data()).map_err(write)?;
    let (joined, unknown) = join::by_outcome(&opened.inputs, outcome);
    let (start, duration) = span(&opened.inputs);
    let known = outcome.started.is_some() && outcome.ended.is_some();
    let frame = Frame {
        start: outcome.started.map_or(start, machines::millis),
        duration: if known { outcome.elapsed().as_secs_f64() * 1e3 } else { duration },
        errors: notes::errors(outcome, &opened.inputs, &opened.left_out, unknown),
        machines: machines::of_outcome(outcome),
    };
    if opened.template.is_none() {
        remove(output).map_err(write)?;
        return Err(ReportError::NoPlaywrightHtml);
    }
    merge(opened, &joined, frame, &Notes(Some(outcome)), None, &staging, output).map_err(write)
}

/// Merges plain reports.
pub(super) fn merge_folders(
    inputs: &[PathBuf],
    installed: Option<&Installed>,
    output: &Path,
) -> Result<Merged, ReportError> {
    let write = |source| ReportError::Write { path: output.to_owned(), source };
    let candidates: Vec<Candidate> = inputs.iter().map(|folder| (None, folder.clone())).collect();
    spare(inputs, output)?;
    let staging = Staging::new(output).map_err(write)?;
    let opened = open_all(&candidates, installed, &staging.data()).map_err(write)?;
    if opened.template.is_none() {
        remove(output).map_err(write)?;
        let told = |((_, folder), error): &(Candidate, _)| {
            format!("`{}` is left out, as {error}", folder.display())
        };
        let left_out = opened.left_out.iter().map(told).collect();
        let blobs = opened.left_out.len() < inputs.len();
        let error = if blobs { ReportError::NoPage } else { ReportError::Unusable };
        return Err(error(left_out));
    }
    let Attempts { files, not_run, folded, ends } = attempts::by_reports(&opened.inputs);
    let Ends { cut_off, failed } = ends;
    let (start, duration) = span(&opened.inputs);
    let left_out = opened.left_out.iter().map(|((_, folder), error)| {
        format!("the report `{}` is left out, as {error}", folder.display())
    });
    let mut problems = seats::problems(&opened.inputs);
    problems.extend(cut_off);
    let known = problems.iter().chain(&failed).cloned();
    let mut errors: Vec<String> = left_out.chain(known).collect();
    let theirs = notes::of_reports(&opened.inputs);
    let told = theirs.len();
    errors.extend(theirs);
    let machines = machines::of_reports(&opened.inputs);
    let frame = Frame { start, duration, errors, machines };
    let merged = merge(opened, &files, frame, &Notes(None), installed, &staging, output);
    Ok(Merged { problems, failed, folded, not_run, errors: told, ..merged.map_err(write)? })
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
    let start = starts.reduce(f64::min).unwrap_or(0.0);
    // A moment since 1970 has no room for fractions as fine as those of a duration.
    let lasted = |input: &Input| input.report.start() - start + input.report.duration();
    (start, inputs.iter().map(lasted).reduce(f64::max).unwrap_or(0.0))
}

fn merge(
    opened: Opened,
    joined: &Files<'_>,
    mut frame: Frame,
    notes: &Notes<'_>,
    installed: Option<&Installed>,
    staging: &Staging,
    output: &Path,
) -> io::Result<Merged> {
    let Opened { inputs, mut archives, left_out, same, template } = opened;
    let Some(Template { page, input }) = template else {
        return Err(io::Error::other("there is no page"));
    };
    frame.errors.extend(files::copy(input, &inputs, installed, &staging.folder)?);
    let scene = Scene::new(&inputs, &page, notes);
    let mut stats = Stats::of([]);
    let index = File::create_new(staging.folder.join("index.html"))?;
    page.write(BufWriter::with_capacity(1 << 16, index), |out| {
        stats = compose::write(out, &scene, input, &mut archives, joined, &frame)?;
        Ok(())
    })?;
    remove(output).and_then(|()| fs::rename(&staging.folder, output))?;
    let left_out = left_out.into_iter().map(|((_, folder), error)| (folder, error.to_string()));
    Ok(Merged {
        reports: inputs.len(),
        blobs: inputs.iter().filter(|input| input.page.is_none()).count(),
        stats,
        left_out: left_out.collect(),
        same,
        problems: Vec::new(),
        failed: Vec::new(),
        folded: Folded::default(),
        not_run: 0,
        errors: 0,
        page: input.map(|input| inputs[input].place.clone()),
        adapted: scene.adapted(),
    })
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
