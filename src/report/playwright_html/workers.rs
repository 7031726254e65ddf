//! The reports of several machines go in, each counting its workers from 0; the same with a number
//! of its own for every worker comes out, as Playwright's page lists what a worker ran.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Write};

use serde_json::value::RawValue;
use zip::ZipWriter;

use crate::report::playwright_html::compose::options;
use crate::report::playwright_html::data::{ReportData, TestData};
use crate::report::playwright_html::folder;
use crate::report::playwright_html::input::Archive;

/// A field; a text cannot hold this, as its quotes are escaped there.
const FIELD: &str = "\"workerIndex\":";

/// How many workers a report names, by their greatest number.
pub(super) fn count(report: &ReportData) -> i64 {
    let tests = report.files.iter().flat_map(|file| &file.tests);
    let results = tests.flat_map(|test| &test.head.results);
    let most = results.filter_map(|result| result.worker_index).max().unwrap_or(-1);
    most.clamp(-1, i64::from(i32::MAX)) + 1
}

/// Adds `first` to the number of every worker.
pub(super) fn shift(
    report: &mut ReportData,
    mut archive: Archive,
    first: i64,
) -> io::Result<Archive> {
    if first == 0 || count(report) == 0 {
        return Ok(archive);
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut written = BTreeSet::new();
    for file in &mut report.files {
        for TestData { raw, .. } in &mut file.tests {
            *raw = RawValue::from_string(shifted(raw.get(), first))?;
        }
        if !written.insert(file.file_id.clone()) {
            continue;
        }
        let name = format!("{}.json", file.file_id);
        let json = folder::entry(&mut archive, &name).map_err(io::Error::other)?;
        let json = String::from_utf8(json).map_err(io::Error::other)?;
        zip.start_file(name, options())?;
        zip.write_all(shifted(&json, first).as_bytes())?;
    }
    Ok(zip.finish_into_readable()?)
}

/// The JSON with other numbers.
fn shifted(json: &str, first: i64) -> String {
    let mut text = String::with_capacity(json.len() + 64);
    let mut rest = json;
    while let Some(at) = rest.find(FIELD) {
        let (before, after) = rest.split_at(at + FIELD.len());
        text.push_str(before);
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        match after[..digits].parse::<i64>() {
            Ok(worker) => text.push_str(&worker.saturating_add(first).to_string()),
            // -1 is no worker.
            Err(_) => text.push_str(&after[..digits]),
        }
        rest = &after[digits..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::shifted;

    #[test]
    fn only_numbers_of_workers_change() {
        let json = r#"{"workerIndex":3,"title":"\"workerIndex\":3","a":[{"workerIndex":-1}]}"#;
        let more = r#"{"workerIndex":13,"title":"\"workerIndex\":3","a":[{"workerIndex":-1}]}"#;
        assert_eq!(shifted(json, 10), more);
    }
}
