//! Folders with HTML reports go in, opened reports come out; what is no whole report is said.

use std::fs::{self, File};
use std::io::{self, Cursor};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use zip::ZipArchive;

use crate::model::event::AttemptId;
use crate::report::playwright_html::data::{DetailData, FileData, ReportData, TestData};
use crate::report::playwright_html::page::{Page, PageError};
use crate::wire::input;

/// In bytes: the longest page or entry that is read; a longer one is taken for broken. Browsers do
/// not open pages of that size.
const LIMIT: u64 = 256 << 20;
/// In bytes: all entries of a report that are looked at, together. The zip may name one several times.
const LIMIT_OF_ALL: u64 = 1 << 30;
/// So many reports are opened at once at most: each can take several times [`LIMIT`] of memory.
const AT_ONCE: usize = 4;

/// One report, whole and readable.
pub(super) struct Input {
    pub(super) folder: PathBuf,
    /// Whose report it is; none where nothing is known about the run.
    pub(super) attempt: Option<AttemptId>,
    pub(super) page: Page,
    pub(super) report: ReportData,
}

/// The zip of a report, in memory.
pub(super) type Archive = ZipArchive<Cursor<Vec<u8>>>;

/// Why a folder's report is left out.
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
}

impl InputError {
    /// Whether there is simply no report, as after a kill.
    pub(super) fn is_absence(&self) -> bool {
        matches!(self, Self::Read(source) if source.kind() == io::ErrorKind::NotFound)
    }
}

/// A folder that may hold a report, and whose report it would be.
pub(super) type Candidate = (Option<AttemptId>, PathBuf);

/// What was found in the folders; inputs and archives in the same order.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) inputs: Vec<Input>,
    pub(super) archives: Vec<Archive>,
    pub(super) left_out: Vec<(Candidate, InputError)>,
}

/// Opens many folders, some at once, and keeps their order.
pub(super) fn open_all(candidates: &[Candidate]) -> Opened {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(AT_ONCE);
    let mut opened = Opened::default();
    for some in candidates.chunks(threads) {
        let answers: Vec<_> = thread::scope(|scope| {
            let running: Vec<_> = some
                .iter()
                .map(|(attempt, folder)| scope.spawn(|| open(*attempt, folder)))
                .collect();
            let ended = running.into_iter().map(thread::ScopedJoinHandle::join);
            ended.map(|end| end.unwrap_or_else(|panic| resume_unwind(panic))).collect()
        });
        for (candidate, answer) in some.iter().zip(answers) {
            match answer {
                Ok((input, archive)) => {
                    opened.inputs.push(input);
                    opened.archives.push(archive);
                }
                Err(error) => opened.left_out.push((candidate.clone(), error)),
            }
        }
    }
    opened
}

/// Opens one report and checks that it is whole, so that its parts may be copied unread.
fn open(attempt: Option<AttemptId>, folder: &Path) -> Result<(Input, Archive), InputError> {
    let text = read_page(folder)?;
    let (page, zip) = Page::parse(&text)?;
    drop(text);
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(InputError::Zip)?;
    let name = "report.json".to_owned();
    let json = entry(&mut archive, &name)?;
    let report = ReportData::parse(&json).map_err(|source| InputError::Form { name, source })?;
    drop(json);
    let told = report.files.iter().map(|file| told_size(&mut archive, &file.file_id));
    if told.fold(0, u64::saturating_add) > LIMIT_OF_ALL {
        return Err(InputError::TooLarge);
    }
    let mut left = LIMIT_OF_ALL;
    for file in &report.files {
        left = left.checked_sub(check(&mut archive, file)?).ok_or(InputError::TooLarge)?;
    }
    Ok((Input { folder: folder.to_owned(), attempt, page, report }, archive))
}

/// The text of `index.html`; neither it nor its folder may be a symlink, as a shard wrote them.
pub(super) fn read_page(folder: &Path) -> Result<String, InputError> {
    let path = folder.join("index.html");
    let at = fs::symlink_metadata(folder).map_err(InputError::Read)?;
    let meta = fs::symlink_metadata(&path).map_err(InputError::Read)?;
    if !at.is_dir() || !meta.is_file() {
        return Err(InputError::Special);
    }
    if meta.len() > LIMIT {
        return Err(InputError::TooLarge);
    }
    let file = File::open(&path).map_err(InputError::Read)?;
    let bytes = input::at_most(file, LIMIT).map_err(InputError::Read)?;
    String::from_utf8(bytes).map_err(|_| InputError::Page(PageError::Foreign))
}

/// How large an entry says that it is.
fn told_size(archive: &mut Archive, file_id: &str) -> u64 {
    archive.by_name(&format!("{file_id}.json")).map_or(0, |entry| entry.size())
}

/// Whether a spec file has the tests that the report names; gives the size of its entry.
fn check(archive: &mut Archive, file: &FileData) -> Result<u64, InputError> {
    let (detail, size) = detail(archive, &file.file_id)?;
    let ids = |tests: &[TestData]| {
        let mut ids: Vec<String> = tests.iter().map(|test| test.head.test_id.clone()).collect();
        ids.sort_unstable();
        ids
    };
    if ids(&file.tests) == ids(&detail.tests) {
        Ok(size)
    } else {
        Err(InputError::Incomplete { name: format!("{}.json", file.file_id) })
    }
}

/// The tests of a spec file with their steps, and how large its entry is.
pub(super) fn detail(
    archive: &mut Archive,
    file_id: &str,
) -> Result<(DetailData, u64), InputError> {
    let name = format!("{file_id}.json");
    let json = entry(archive, &name)?;
    let size = json.len() as u64;
    let detail = serde_json::from_slice(&json);
    Ok((detail.map_err(|source| InputError::Form { name, source })?, size))
}

/// The bytes of an entry.
pub(super) fn entry(archive: &mut Archive, name: &str) -> Result<Vec<u8>, InputError> {
    let broken = |source| InputError::Entry { name: name.to_owned(), source };
    let file = archive.by_name(name).map_err(|error| broken(error.into()))?;
    if file.size() > LIMIT {
        return Err(InputError::TooLarge);
    }
    // What the zip says of the size can be a lie.
    input::at_most(file, LIMIT).map_err(broken)
}
