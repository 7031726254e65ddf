//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::report::ReportError;
use crate::report::playwright_html::merge_folders;

const HEAD: &str = "<template id=\"playwrightReportBase64\">data:application/zip;base64,";
const TAIL: &str = "</template>";
/// A newer page, for which the data of the others is made anew.
const NEWER: &str =
    "<html>new <template id=\"playwrightReportBase64\">data:application/zip;base64,";
/// A report of one test.
const REPORT: &str = r#"{"files":[{"fileId":"f1","fileName":"a.spec.ts","tests":[{"testId":"t1","title":"t","outcome":"expected"}]}]}"#;
const DETAIL: &str = r#"{"tests":[{"testId":"t1","title":"t","outcome":"expected","results":[]}]}"#;

/// Reading and joining never panics; a report that is admitted never spoils the others, and what
/// comes out can be read again and counts the same.
///
/// The bytes are a page (from `<`), the lines of a blob (from `{"method"`), a zip (from `PK`), which is
/// taken for both, or its texts: `report.json`, then what stands in `f1.json`, `f2.json` and so on,
/// each behind a zero byte.
pub(crate) fn check(data: &[u8]) {
    let Ok(root) = tempfile::tempdir() else { panic!("a folder can be made") };
    let path = |name: &str| root.path().join(name);
    let lay = |name: &str, page: Vec<u8>| {
        assert!(fs::create_dir(path(name)).is_ok());
        assert!(fs::write(path(name).join("index.html"), page).is_ok());
    };
    lay("sound", page(NEWER, &zipped([REPORT, DETAIL].map(str::as_bytes))));
    if data.starts_with(b"{\"method\"") {
        assert!(fs::write(path("broken.jsonl"), data).is_ok());
        return check_with(&path(""), "broken.jsonl");
    }
    lay("broken", shaped(data));
    check_with(&path(""), "broken");
    if data.starts_with(b"PK") {
        assert!(fs::write(path("broken.zip"), data).is_ok());
        check_with(&path(""), "broken.zip");
    }
}

/// Merges the sound report with another one, and that alone.
fn check_with(root: &Path, name: &str) {
    let path = |name: &str| root.join(name);
    let folders = [path("sound"), path(name)];
    for inputs in [&folders[..], &folders[1..]] {
        let merged = match merge_folders(inputs, None, &path("once")) {
            Ok(merged) => merged,
            Err(ReportError::Unusable(_) | ReportError::NoPage(_)) if inputs.len() == 1 => continue,
            Err(error) => panic!("{error}: {:?}", std::error::Error::source(&error)),
        };
        let counted = merged.reports + merged.left_out.len() + merged.same.len();
        assert_eq!(counted, inputs.len());
        let again = merge_folders(&[path("once")], None, &path("twice"));
        let Ok(again) = again else { panic!("what was joined is no report") };
        assert!(again.left_out.is_empty(), "{:?}", again.left_out);
        assert_eq!(again.stats, merged.stats);
    }
}

/// A page around what the bytes stand for.
fn shaped(data: &[u8]) -> Vec<u8> {
    match data {
        [b'<', ..] => data.to_vec(),
        [b'P', b'K', ..] => page(HEAD, data),
        _ => page(HEAD, &zipped(data.split(|byte| *byte == 0))),
    }
}

fn page(head: &str, zip: &[u8]) -> Vec<u8> {
    format!("{head}{}{TAIL}", STANDARD.encode(zip)).into_bytes()
}

fn zipped<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, text) in texts.into_iter().enumerate() {
        let name = if number == 0 { "report.json".to_owned() } else { format!("f{number}.json") };
        assert!(zip.start_file(name, SimpleFileOptions::default()).is_ok());
        assert!(zip.write_all(text).is_ok());
    }
    let Ok(zip) = zip.finish() else { panic!("memory takes it all") };
    zip.into_inner()
}
