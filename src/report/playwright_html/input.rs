//! Folders with HTML reports and files with blob reports go in, opened reports of one form come
//! out; what is no whole report is said.

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use zip::ZipArchive;

use crate::model::event::AttemptId;
use crate::report::playwright_html::blob::{self, Heard};
use crate::report::playwright_html::data::{Kind, ReportData};
use crate::report::playwright_html::folder;
use crate::report::playwright_html::installed::Installed;
use crate::report::playwright_html::page::{Age, Page, PageError};
use crate::report::playwright_html::workers;
use crate::wire::blob::call::{RunStatus, Shard};
use crate::wire::blob::read::{BlobError, is_kind};

/// So many reports are opened at once at most: each can take several times its size of memory.
const AT_ONCE: usize = 4;

/// One report, whole and readable.
pub(super) struct Input {
    /// The folder of an HTML report; the zip or the `report.jsonl` of a blob.
    pub(super) place: PathBuf,
    /// Whose report it is; none where nothing is known about the run.
    pub(super) attempt: Option<AttemptId>,
    /// None for a blob.
    pub(super) page: Option<Page>,
    pub(super) report: ReportData,
    /// Whether a blob holds traces; HTML reports have the viewer for them beside them.
    pub(super) traced: bool,
    /// What only the blob of a run says; none for an HTML report without it.
    pub(super) told: Option<Told>,
}

impl Input {
    /// Whose part of which suite it is, where that is known.
    pub(super) fn seat(&self) -> Option<&Seat> {
        self.told.as_ref().map(|told| &told.seat)
    }

    /// Milliseconds since 1970.
    pub(super) fn end(&self) -> f64 {
        self.report.start() + self.report.duration()
    }
}

/// What a blob says of its run and an HTML report does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) seat: Seat,
    pub(super) status: RunStatus,
    /// Whether its configuration takes flaky tests for failed ones.
    pub(super) fails_on_flaky: bool,
}

/// Whose part of which suite a blob is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seat {
    /// Tags that tell machines apart which run the same tests; mostly empty.
    pub(super) environment: String,
    pub(super) shard: Option<Shard>,
}

/// The zip of a report, in memory.
pub(super) type Archive = ZipArchive<Cursor<Vec<u8>>>;

/// Why a report is left out.
#[derive(Debug, thiserror::Error)]
pub(super) enum InputError {
    #[error("it cannot be read")]
    Read(#[source] io::Error),
    #[error("it is not a regular file")]
    Special,
    #[error("it is too large")]
    TooLarge,
    #[error(transparent)]
    Page(#[from] PageError),
    #[error("its zip is broken")]
    Zip(#[source] zip::result::ZipError),
    #[error("`{name}` in its zip is broken")]
    Entry { name: String, source: io::Error },
    #[error("`{name}` in its zip is of another form")]
    Form { name: String, source: serde_json::Error },
    #[error("`{name}` in its zip does not hold the tests that `report.json` names")]
    Incomplete { name: String },
    #[error("it is no whole blob report: it {0}")]
    Blob(#[from] BlobError),
    #[error("it is not a blob report of Playwright")]
    Foreign,
    #[error("it holds several reports")]
    Several,
    #[error("a newer Playwright wrote it (version {version} of blobs)")]
    Newer { version: u64 },
    #[error("its attachments cannot be written")]
    Spill(#[source] io::Error),
}

impl InputError {
    /// Whether there is simply no report, as after a kill.
    pub(super) fn is_absence(&self) -> bool {
        matches!(self, Self::Read(source) if source.kind() == io::ErrorKind::NotFound)
    }
}

/// A folder or a blob that may hold a report, and whose report it would be.
pub(super) type Candidate = (Option<AttemptId>, PathBuf);

/// What was found; inputs and archives in the same order.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) inputs: Vec<Input>,
    pub(super) archives: Vec<Archive>,
    pub(super) left_out: Vec<(Candidate, InputError)>,
    /// What is another report of the same run as one that is taken: the second of each pair.
    pub(super) same: Vec<(PathBuf, PathBuf)>,
    /// None where there is nothing to show, or nothing to show it with.
    pub(super) template: Option<Template>,
}

/// The page that all is shown in.
pub(super) struct Template {
    pub(super) page: Page,
    /// The place of the report that it is from; none where it is the installed Playwright's.
    pub(super) input: Option<usize>,
}

/// What a candidate is, before it is known which page shows it.
enum Found {
    Html(Box<Page>, ReportData, Archive),
    Blob(Box<Heard>),
}

/// A report that is found.
struct One {
    attempt: Option<AttemptId>,
    place: PathBuf,
    found: Found,
    told: Option<Told>,
}

/// Opens many reports, some at once, and keeps their order. Blobs write the bodies of their
/// attachments into `data`, and are shown with the page of `installed` where that is the newest.
pub(super) fn open_all(
    candidates: &[Candidate],
    installed: Option<&Installed>,
    data: &Path,
) -> io::Result<Opened> {
    let mut opened = Opened::default();
    let mut all = Vec::with_capacity(candidates.len());
    let found = at_once(candidates.to_vec(), |(_, place)| find(&place, data));
    for ((attempt, place), found) in candidates.iter().cloned().zip(found) {
        match found {
            Ok(found) => all.push(One { attempt, place, told: found.told(), found }),
            Err(error) => opened.left_out.push(((attempt, place), error)),
        }
    }
    (all, opened.same) = without_same(all);
    opened.template = template(&all, installed);
    let Some(age) = opened.template.as_ref().map(|template| template.page.age) else {
        return Ok(opened);
    };
    let mut first_worker = 0;
    let mut numbered = Vec::with_capacity(all.len());
    for one in all {
        let next = first_worker + one.found.workers();
        numbered.push((one, first_worker));
        first_worker = next;
    }
    for answer in at_once(numbered, |(one, first)| one.finish(age, first)) {
        let (input, archive) = answer?;
        opened.inputs.push(input);
        opened.archives.push(archive);
    }
    Ok(opened)
}

/// Does something with each, some at once; the answers in the same order.
fn at_once<T: Send, A: Send>(all: Vec<T>, act: impl Fn(T) -> A + Sync) -> Vec<A> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(AT_ONCE);
    let mut answers = Vec::with_capacity(all.len());
    let mut rest = all.into_iter();
    loop {
        let some: Vec<T> = rest.by_ref().take(threads).collect();
        if some.is_empty() {
            return answers;
        }
        thread::scope(|scope| {
            let act = &act;
            let running: Vec<_> =
                some.into_iter().map(|one| scope.spawn(move || act(one))).collect();
            let ended = running.into_iter().map(thread::ScopedJoinHandle::join);
            answers.extend(ended.map(|end| end.unwrap_or_else(|panic| resume_unwind(panic))));
        });
    }
}

fn find(place: &Path, data: &Path) -> Result<Found, InputError> {
    if is_kind(place, "zip") || is_kind(place, "jsonl") {
        return Ok(Found::Blob(Box::new(blob::open(place, data)?)));
    }
    let (page, report, archive) = folder::open(place)?;
    Ok(Found::Html(Box::new(page), report, archive))
}

/// Makes one of what are reports of the same run, e.g. copies, or an HTML report and the blob beside
/// it: runs begin and end at another moment each. Gives the pairs, too.
fn without_same(all: Vec<One>) -> (Vec<One>, Vec<(PathBuf, PathBuf)>) {
    let mut known: BTreeMap<Signature, Vec<usize>> = BTreeMap::new();
    let (mut kept, mut same): (Vec<One>, Vec<_>) = (Vec::with_capacity(all.len()), Vec::new());
    for one in all {
        let Some(signature) = one.found.signature().filter(|_| one.attempt.is_none()) else {
            kept.push(one);
            continue;
        };
        let twins = known.entry(signature).or_default();
        if let Some(twin) = twins.iter().find(|twin| !kept[**twin].contradicts(&one)) {
            same.push((kept[*twin].place.clone(), one.place.clone()));
            kept[*twin].unite(one);
        } else {
            twins.push(kept.len());
            kept.push(one);
        }
    }
    (kept, same)
}

/// Start and duration of a run, and what became of its tests.
type Signature = (u64, u64, Vec<(String, Kind)>);

impl Found {
    fn signature(&self) -> Option<Signature> {
        let (start, duration, mut tests) = match self {
            Self::Html(_, report, _) => {
                let tests = report.files.iter().flat_map(|file| &file.tests);
                let tests = tests.map(|test| (test.head.test_id.clone(), test.head.outcome));
                (report.start(), report.duration(), tests.collect::<Vec<_>>())
            }
            Self::Blob(heard) => {
                let (start, duration) = heard.span();
                (start, duration, heard.outcomes())
            }
        };
        tests.sort_unstable();
        (start > 0.0).then_some((start.to_bits(), duration.to_bits(), tests))
    }

    fn told(&self) -> Option<Told> {
        match self {
            Self::Html(..) => None,
            Self::Blob(heard) => Some(heard.told()),
        }
    }

    /// How many workers it had.
    fn workers(&self) -> i64 {
        match self {
            Self::Html(_, report, _) => workers::count(report),
            Self::Blob(heard) => heard.workers(),
        }
    }
}

impl One {
    /// Whether two blobs of one run say different things of it, so that one of them was altered.
    fn contradicts(&self, other: &Self) -> bool {
        self.told.is_some() && other.told.is_some() && self.told != other.told
    }

    /// Takes over what the other report of the same run knows more: an HTML report has the page and
    /// the source around the steps, a blob says which shard it is and how its run ended.
    fn unite(&mut self, other: Self) {
        if let (Found::Blob(_), Found::Html(..)) = (&self.found, &other.found) {
            (self.found, self.place) = (other.found, other.place);
        }
        self.told = self.told.take().or(other.told);
    }

    /// Makes the form of all reports of it.
    fn finish(self, age: Age, first_worker: i64) -> io::Result<(Input, Archive)> {
        let Self { attempt, place, found, told } = self;
        match found {
            Found::Html(page, mut report, archive) => {
                let archive = workers::shift(&mut report, archive, first_worker)?;
                let page = Some(*page);
                Ok((Input { place, attempt, page, report, traced: false, told }, archive))
            }
            Found::Blob(heard) => {
                let (report, archive) = heard.render(age, first_worker)?;
                let traced = heard.traced();
                Ok((Input { place, attempt, page: None, report, traced, told }, archive))
            }
        }
    }
}

/// The newest page of the reports; where there are blobs, that of the installed Playwright if it is
/// newer.
fn template(all: &[One], installed: Option<&Installed>) -> Option<Template> {
    let pages = all.iter().enumerate().filter_map(|(number, one)| match &one.found {
        Found::Html(page, ..) => Some((number, &**page)),
        Found::Blob(_) => None,
    });
    let newest = pages.max_by_key(|(number, page)| (page.rank(), std::cmp::Reverse(*number)));
    let blobs = all.iter().any(|one| matches!(one.found, Found::Blob(_)));
    let own = installed.filter(|_| blobs).and_then(Installed::page);
    match (newest, own) {
        (Some((number, page)), Some(own)) if page.rank() >= own.rank() => {
            Some(Template { page: page.clone(), input: Some(number) })
        }
        (_, Some(own)) => Some(Template { page: own, input: None }),
        (Some((number, page)), None) => Some(Template { page: page.clone(), input: Some(number) }),
        (None, None) => None,
    }
}
