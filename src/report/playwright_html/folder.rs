//! A folder with an HTML report goes in; its page, its data and its zip come out, or why not.

use std::fs::{self, File};
use std::io::Cursor;
use std::path::Path;

use zip::ZipArchive;

use crate::report::playwright_html::data::{DetailData, FileData, ReportData, TestData};
use crate::report::playwright_html::input::{Archive, InputError};
use crate::report::playwright_html::page::{Page, PageError};
use crate::wire::input;

/// In bytes: the longest page or entry that is read; a longer one is taken for broken. Browsers do
/// not open pages of that size.
const LIMIT: u64 = 256 << 20;
/// In bytes: all entries of a report that are looked at, together. The zip may name one several times.
const LIMIT_OF_ALL: u64 = 1 << 30;

/// Opens one report and checks that it is whole, so that its parts may be copied unread.
pub(super) fn open(folder: &Path) -> Result<(Page, ReportData, Archive), InputError> {
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
    Ok((page, report, archive))
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

/// What an entry of the zip holds.
pub(super) fn entry(archive: &mut Archive, name: &str) -> Result<Vec<u8>, InputError> {
    let broken = |source| InputError::Entry { name: name.to_owned(), source };
    let file = archive.by_name(name).map_err(|error| broken(error.into()))?;
    if file.size() > LIMIT {
        return Err(InputError::TooLarge);
    }
    // What the zip says of the size can be a lie.
    input::at_most(file, LIMIT).map_err(broken)
}
