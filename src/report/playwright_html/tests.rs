//! Tiny pages in all layouts go in; what the merged page says is compared.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const WINDOW: (&str, &str) = (
    "<html>old <script>\nwindow.playwrightReportBase64 = \"data:application/zip;base64,",
    "\";</script>",
);
const SCRIPT: (&str, &str) = (
    "<html><script id=\"playwrightReportBase64\" type=\"application/zip\">data:application/zip;base64,",
    "</script>",
);
const TEMPLATE: (&str, &str) = (
    "<html>getElementById(`playwrightReportBase64`) <template id=\"playwrightReportBase64\">data:application/zip;base64,",
    "</template>",
);

/// A test case of a small report: file, title, outcome, one status for each result.
type Case = (&'static str, &'static str, &'static str, &'static [&'static str]);

fn zipped(entries: &[(String, Value)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, value) in entries {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(value.to_string().as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn id_of(file: &str, title: &str) -> String {
    format!("{}-{title}", file_id(file))
}

fn file_id(file: &str) -> String {
    format!("f{}", file.replace('.', ""))
}

fn test_json((file, title, outcome, statuses): Case, detailed: bool) -> Value {
    let result = |(retry, status): (usize, &&str)| {
        let mut result = json!({
            "attachments": [], "startTime": "2026-01-01T00:00:00.000Z", "workerIndex": 0,
        });
        if detailed {
            result["status"] = json!(status);
            result["retry"] = json!(retry);
            result["duration"] = json!(5);
            result["errors"] = json!([]);
            result["annotations"] = json!([]);
            result["steps"] = json!([{ "title": "step", "steps": [], "attachments": [] }]);
        }
        result
    };
    let results: Vec<Value> = statuses.iter().enumerate().map(result).collect();
    json!({
        "testId": id_of(file, title), "title": title, "projectName": "main", "path": [],
        "location": { "file": file, "line": 3, "column": 1 }, "duration": 5 * statuses.len(),
        "annotations": [], "tags": [], "outcome": outcome,
        "ok": outcome == "expected" || outcome == "flaky", "results": results,
        "later": "a field of another version",
    })
}

fn entries(cases: &[Case]) -> Vec<(String, Value)> {
    let mut files: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    for case in cases {
        files.entry(case.0).or_default().push(*case);
    }
    let tests = |cases: &[Case], detailed| -> Vec<Value> {
        cases.iter().map(|case| test_json(*case, detailed)).collect()
    };
    let mut entries: Vec<(String, Value)> = files
        .iter()
        .map(|(file, cases)| {
            let id = file_id(file);
            let json = json!({ "fileId": id, "fileName": file, "tests": tests(cases, true) });
            (format!("{id}.json"), json)
        })
        .collect();
    let summaries: Vec<Value> = files
        .iter()
        .map(|(file, cases)| {
            json!({ "fileId": file_id(file), "fileName": file, "tests": tests(cases, false), "stats": {} })
        })
        .collect();
    let report = json!({
        "metadata": { "actualWorkers": 2, "ci": "x" }, "startTime": 1000, "duration": 50.5,
        "projectNames": ["main"], "stats": {}, "errors": [], "options": { "title": "Mine" },
        "machines": [], "files": summaries,
    });
    entries.push(("report.json".to_owned(), report));
    entries
}

fn page((head, tail): (&str, &str), zip: &[u8]) -> String {
    format!("{head}{}{tail}", STANDARD.encode(zip))
}

fn write_report(folder: &Path, layout: (&str, &str), cases: &[Case]) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("index.html"), page(layout, &zipped(&entries(cases)))).unwrap();
}

/// What a merged folder says.
struct Merged {
    page: String,
    archive: ZipArchive<Cursor<Vec<u8>>>,
    report: Value,
}

fn read(folder: &Path, (head, tail): (&str, &str)) -> Merged {
    let page = fs::read_to_string(folder.join("index.html")).unwrap();
    let payload = page.strip_prefix(head).unwrap().strip_suffix(tail).unwrap();
    let zip = STANDARD.decode(payload).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    let report = entry(&mut archive, "report.json");
    Merged { page, archive, report }
}

fn entry(archive: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> Value {
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

impl Merged {
    fn tests(&self) -> Vec<&Value> {
        let files = self.report["files"].as_array().unwrap();
        files.iter().flat_map(|file| file["tests"].as_array().unwrap()).collect()
    }

    fn outcomes(&self) -> BTreeMap<String, String> {
        let pair = |test: &&Value| {
            let text = |name: &str| test[name].as_str().unwrap().to_owned();
            (text("title"), text("outcome"))
        };
        let outcomes: BTreeMap<_, _> = self.tests().iter().map(pair).collect();
        assert_eq!(outcomes.len(), self.tests().len(), "a test is there twice");
        outcomes
    }

    fn detail(&mut self, file: &str, title: &str) -> Value {
        let files = self.report["files"].as_array().unwrap();
        let file = files.iter().find(|one| one["fileName"] == file).unwrap();
        let name = format!("{}.json", file["fileId"].as_str().unwrap());
        let detail = entry(&mut self.archive, &name);
        let tests = detail["tests"].as_array().unwrap();
        tests.iter().find(|test| test["title"] == title).unwrap().clone()
    }

    fn errors(&self) -> Vec<&str> {
        self.report["errors"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect()
    }
}

fn numbers(stats: &Value) -> [u64; 5] {
    ["total", "expected", "unexpected", "flaky", "skipped"]
        .map(|name| stats[name].as_u64().unwrap())
}

fn outcomes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(title, outcome)| ((*title).to_owned(), (*outcome).to_owned())).collect()
}

mod attempts;
mod blobs;
mod ends;
mod folders;
mod run;
