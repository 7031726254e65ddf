//! A written report goes in; the ids by which its page can be asked for a test come out.

use std::io::Cursor;
use std::path::Path;

use zip::ZipArchive;

use crate::model::id::TestKey;
use crate::report::playwright_html::data::{ReportData, shown};
use crate::report::playwright_html::folder::{entry, read_page};
use crate::report::playwright_html::input::InputError;
use crate::report::playwright_html::page::Page;

/// A test case in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// What stands behind `#?testId=` in the address of its page.
    pub(crate) id: String,
    /// How many results its page has, one behind the other: `&run=0` is the first.
    pub(crate) results: usize,
}

/// Every test case of the report in a folder, by its key as [`by_key`] gives it; none where there
/// is no report that can be read.
pub(crate) fn tests(folder: &Path) -> Vec<(TestKey, Shown)> {
    let Ok(report) = read(folder) else { return Vec::new() };
    let files = report.files.iter();
    let tests = files.flat_map(|file| file.tests.iter().map(|test| (&file.file_name, &test.head)));
    tests
        .map(|(file, head)| {
            let shown = Shown { id: head.test_id.clone(), results: head.results.len() };
            (head.key(file), shown)
        })
        .collect()
}

/// The key under which a report shows a planned test case.
pub(crate) fn by_key(key: &TestKey) -> TestKey {
    shown(key)
}

fn read(folder: &Path) -> Result<ReportData, InputError> {
    let (_, zip) = Page::parse(&read_page(folder)?)?;
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(InputError::Zip)?;
    let name = "report.json".to_owned();
    let json = entry(&mut archive, &name)?;
    ReportData::parse(&json).map_err(|source| InputError::Form { name, source })
}
