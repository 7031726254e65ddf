//! Real reports of many versions (`fixtures/playwright_reports`): what a blob says is what the HTML
//! report of the same run says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::report::ReportError;
use crate::report::playwright_html::output::Merged as Said;
use crate::report::playwright_html::page::Page;
use crate::report::playwright_html::{Installed, merge_folders};
use crate::report::text::strip_ansi;

const VERSIONS: [&str; 6] = ["1.40.1", "1.44.1", "1.48.2", "1.56.1", "1.61.0", "1.65.1"];
const SHARDS: [u32; 2] = [1, 2];

fn fixture(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/playwright_reports").join(version)
}

fn blob(version: &str, shard: u32) -> PathBuf {
    fixture(version).join(format!("blob/report-{shard}.zip"))
}

fn html(version: &str, shard: u32) -> PathBuf {
    fixture(version).join(format!("html-{shard}"))
}

/// A folder like that of `playwright-core` whose page reads data of the same age as the newest.
pub(super) fn installed(root: &Path) -> Installed {
    let app = root.join("core/lib/vite/htmlReport");
    let viewer = root.join("core/lib/vite/traceViewer/assets");
    fs::create_dir_all(&app).unwrap();
    fs::create_dir_all(&viewer).unwrap();
    fs::write(viewer.join("viewer.js"), "viewer").unwrap();
    let script = "<script type=\"module\" crossorigin src=\"./report.js\"></script>";
    fs::write(app.join("index.html"), format!("<html>{script}</html>")).unwrap();
    let code = "document.getElementById(`playwrightReportBase64`).content.textContent";
    fs::write(app.join("report.js"), code).unwrap();
    Installed(root.join("core"))
}

/// A merged report: what was said, the parts of its zip, and its folder.
struct Shown {
    said: Said,
    parts: BTreeMap<String, Value>,
    root: TempDir,
}

fn merge(inputs: &[PathBuf]) -> Shown {
    let root = tempfile::tempdir().unwrap();
    let output = root.path().join("merged");
    let said = merge_folders(inputs, Some(&installed(root.path())), &output).unwrap();
    Shown { said, parts: parts(&output), root }
}

pub(super) fn parts(folder: &Path) -> BTreeMap<String, Value> {
    let text = fs::read_to_string(folder.join("index.html")).unwrap();
    let (_, zip) = Page::parse(&text).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    let count = archive.len();
    let entry = |number| {
        let mut entry = archive.by_index(number).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (name, serde_json::from_str(&text).unwrap())
    };
    (0..count).map(entry).collect()
}

/// Every test by its id, with its steps.
fn tests(parts: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let files = parts.iter().filter(|(name, _)| *name != "report.json");
    let tests = files.flat_map(|(_, file)| file["tests"].as_array().unwrap());
    tests.map(|test| (test["testId"].as_str().unwrap().to_owned(), test.clone())).collect()
}

/// The ids of tests by what `report.json` says of them.
fn summaries(parts: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let files = parts["report.json"]["files"].as_array().unwrap().iter();
    let tests = files.flat_map(|file| file["tests"].as_array().unwrap());
    tests.map(|test| (test["testId"].as_str().unwrap().to_owned(), test.clone())).collect()
}

/// What the HTML report has must be in `ours`, but for the source around steps and errors and for
/// the names of attached files. What is more there says nothing.
fn assert_told(at: &str, theirs: &Value, ours: &Value) {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => {
            for (name, value) in theirs {
                let at = format!("{at}.{name}");
                match (name.as_str(), value) {
                    ("snippet" | "codeframe", _) => {}
                    // Some versions take the colours out of the source below the message.
                    ("message", Value::String(text)) => {
                        let own = ours[name].as_str().unwrap();
                        assert_eq!(strip_ansi(text), strip_ansi(own), "{at}");
                    }
                    // A blob names a file by its type, another test compares what is in them.
                    ("path", Value::String(_)) => {
                        assert!(ours[name].as_str().unwrap().starts_with("data/"), "{at}");
                    }
                    ("path", Value::Array(titles)) => {
                        let titles = titles.iter().filter(|title| **title != "");
                        assert_eq!(json!(titles.collect::<Vec<_>>()), ours[name], "{at}");
                    }
                    _ => {
                        let own = ours.get(name).unwrap_or_else(|| panic!("no {at}"));
                        assert_told(&at, value, own);
                    }
                }
            }
            for (name, value) in ours.iter().filter(|(name, _)| !theirs.contains_key(*name)) {
                // From about 1.56 on.
                let late = name == "workerIndex" || name == "startTime";
                let nothing = [json!([]), json!(false)].contains(value);
                assert!(late || nothing || name == "annotations", "{at}.{name}: {value}");
            }
        }
        (Value::Array(theirs), Value::Array(ours)) => {
            assert_eq!(theirs.len(), ours.len(), "{at}: {theirs:?} {ours:?}");
            let pairs = theirs.iter().zip(ours).enumerate();
            pairs.for_each(|(number, (one, other))| {
                assert_told(&format!("{at}[{number}]"), one, other);
            });
        }
        // Up to some version errors are texts, and have an empty line more.
        (Value::String(theirs), Value::Object(error)) => {
            let lines = |text: &str| {
                let plain = strip_ansi(text);
                plain.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(lines(theirs), lines(error["message"].as_str().unwrap()), "{at}");
        }
        (Value::Number(one), Value::Number(other)) => {
            assert_eq!(one.as_f64(), other.as_f64(), "{at}");
        }
        _ => assert_eq!(theirs, ours, "{at}"),
    }
}

#[test]
fn a_blob_of_each_version_says_what_its_html_report_says() {
    for (version, shard) in VERSIONS.iter().flat_map(|one| SHARDS.map(|shard| (*one, shard))) {
        let shown = merge(&[blob(version, shard)]);
        let theirs = parts(&html(version, shard));
        let (own, other) = (tests(&shown.parts), tests(&theirs));
        assert!(other.len() > 5, "{version}");
        assert!(own.keys().eq(other.keys()), "{version}");
        for (id, test) in &other {
            let at = format!("{version}/{shard} {}", test["title"]);
            assert_told(&at, test, &own[id]);
            assert_told(&at, &summaries(&theirs)[id], &summaries(&shown.parts)[id]);
        }
        let [report, other] = [&shown.parts, &theirs].map(|parts| &parts["report.json"]);
        for name in ["startTime", "duration", "metadata", "projectNames", "stats"] {
            assert_told(&format!("{version} {name}"), &other[name], &report[name]);
        }
    }
}

#[test]
fn every_attachment_of_a_blob_is_laid_into_the_report() {
    let contents = |folder: &Path| -> BTreeSet<Vec<u8>> {
        let files = fs::read_dir(folder).unwrap();
        files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
    };
    for (version, shard) in VERSIONS.iter().flat_map(|one| SHARDS.map(|shard| (*one, shard))) {
        let shown = merge(&[blob(version, shard)]);
        let output = shown.root.path().join("merged");
        let theirs = contents(&html(version, shard).join("data"));
        assert_eq!(contents(&output.join("data")), theirs, "{version}");
        for test in tests(&shown.parts).values() {
            let results = test["results"].as_array().unwrap().iter();
            let attached = results.flat_map(|result| result["attachments"].as_array().unwrap());
            for path in attached.filter_map(|one| one["path"].as_str()) {
                assert!(output.join(path).is_file(), "{version}: {path}");
            }
        }
        // Page tests, the only ones with traces, are in the first shard.
        assert_eq!(output.join("trace/assets/viewer.js").is_file(), shard == 1, "{version}");
    }
}

#[test]
fn an_extracted_blob_is_the_same_as_its_zip() {
    let root = tempfile::tempdir().unwrap();
    let mut zip = ZipArchive::new(fs::File::open(blob("1.65.1", 1)).unwrap()).unwrap();
    zip.extract(root.path()).unwrap();
    let zipped = merge(&[blob("1.65.1", 1)]);
    let extracted = merge(&[root.path().join("report.jsonl")]);
    assert_eq!(zipped.parts, extracted.parts);
    let files = |shown: &Shown| {
        let data = shown.root.path().join("merged/data");
        fs::read_dir(data).unwrap().map(|file| file.unwrap().file_name()).collect::<BTreeSet<_>>()
    };
    assert_eq!(files(&zipped), files(&extracted));
}

#[test]
fn shards_of_a_version_are_one_report_and_the_set_up_test_is_in_it_once() {
    for version in VERSIONS {
        let blobs = merge(&SHARDS.map(|shard| blob(version, shard)));
        let html = merge(&SHARDS.map(|shard| html(version, shard)));
        assert_eq!(blobs.said.stats, html.said.stats, "{version}");
        assert_eq!((blobs.said.problems.len(), blobs.said.blobs), (0, 2));
        let machines: Vec<&Value> = blobs.parts["report.json"]["machines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|machine| &machine["shardIndex"])
            .collect();
        assert_eq!(machines, [1, 2]);
        for shown in [&blobs, &html] {
            let tests = tests(&shown.parts);
            let set_up: Vec<_> = tests.values().filter(|test| test["title"] == "log in").collect();
            assert_eq!(set_up.len(), 1);
            assert_eq!(set_up[0]["results"].as_array().unwrap().len(), 1, "{version}");
        }
    }
}

#[test]
fn the_html_report_and_the_blob_of_one_run_count_once() {
    for version in VERSIONS {
        let both = merge(&[blob(version, 1), blob(version, 2), html(version, 1), html(version, 2)]);
        let alone = merge(&[blob(version, 1), blob(version, 2)]);
        assert_eq!(both.said.stats, alone.said.stats);
        let pair = |shard| (blob(version, shard), html(version, shard));
        assert_eq!(both.said.same, [pair(1), pair(2)]);
    }
}

#[test]
fn a_blob_and_the_html_report_beside_it_make_one_that_knows_what_both_know() {
    let mut seen = 0;
    for version in VERSIONS {
        let (blobs, html) =
            (SHARDS.map(|shard| blob(version, shard)), SHARDS.map(|shard| html(version, shard)));
        // Without any Playwright: the page is that of the HTML report, whichever comes first.
        for inputs in [[&blobs[0], &html[0], &blobs[1]], [&html[0], &blobs[1], &blobs[0]]] {
            let root = tempfile::tempdir().unwrap();
            let output = root.path().join("merged");
            let inputs = inputs.map(Clone::clone);
            let said = merge_folders(&inputs, None, &output).unwrap();
            assert_eq!((said.problems.len(), said.reports, said.blobs), (0, 2, 1), "{version}");
            assert_eq!(said.page.as_ref(), Some(&html[0]));
            let machines = parts(&output)["report.json"]["machines"].clone();
            let mut shards: Vec<_> = machines.as_array().unwrap().iter().collect();
            shards.sort_by_key(|machine| machine["shardIndex"].as_u64());
            let shards = shards.iter().map(|machine| machine["shardIndex"].clone());
            assert_eq!(shards.collect::<Vec<_>>(), [1, 2], "{version}");
        }
        // What lies around the steps in the source is in HTML reports only.
        let both = merge(&[blobs[0].clone(), html[0].clone()]);
        let theirs = parts(&html[0]);
        let snippets = |parts: &BTreeMap<String, Value>| {
            let text = tests(parts).into_values().map(|test| test.to_string());
            text.map(|text| text.matches("\"snippet\"").count()).sum::<usize>()
        };
        seen += snippets(&theirs);
        assert_eq!(snippets(&both.parts), snippets(&theirs), "{version}");
        assert_eq!(both.said.problems, ["shard 2 of 2 is missing"]);
    }
    assert!(seen > 0);
}

#[test]
fn beside_html_reports_nobody_knows_which_shard_is_missing() {
    let shown = merge(&[html("1.65.1", 1), blob("1.65.1", 2)]);
    let unless = "unless an HTML report is of it: these do not say so, their blobs do";
    assert_eq!(shown.said.problems, [format!("shard 1 of 2 is missing, {unless}")]);
}

#[test]
fn reports_of_all_versions_are_attempts_of_the_same_tests() {
    let all = VERSIONS.iter().flat_map(|version| {
        let one = if *version < "1.50" { html } else { blob };
        SHARDS.map(|shard| one(version, shard))
    });
    let shown = merge(&all.collect::<Vec<_>>());
    let one = merge(&SHARDS.map(|shard| blob("1.65.1", shard)));
    // What was adapted is of the three oldest versions.
    assert_eq!((shown.said.reports, shown.said.adapted), (12, 6));
    assert_eq!(shown.said.stats.total, one.said.stats.total);
    assert_eq!(shown.said.stats.unexpected, one.said.stats.unexpected);
    let failing = |shown: &Shown| {
        let tests = tests(&shown.parts);
        let one = tests.into_values().find(|test| test["title"] == "fails first").unwrap();
        one["results"].as_array().unwrap().len()
    };
    assert_eq!(failing(&shown), failing(&one) * VERSIONS.len());
}

#[test]
fn a_missing_shard_is_named() {
    let shown = merge(&[blob("1.65.1", 2)]);
    assert_eq!(shown.said.problems, ["shard 1 of 2 is missing"]);
    assert_eq!(shown.parts["report.json"]["errors"], json!(["shard 1 of 2 is missing"]));
}

/// The blob with a text in its lines replaced, in a folder of its own.
fn replaced(root: &Path, of: &Path, pairs: &[(&str, &str)]) -> PathBuf {
    let mut text = lines(of);
    for (from, to) in pairs {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let path = root.join(format!("changed{}.zip", fs::read_dir(root).unwrap().count()));
    let mut zip = ZipWriter::new(fs::File::create(&path).unwrap());
    zip.start_file("report.jsonl", SimpleFileOptions::default()).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    zip.finish().unwrap();
    path
}

#[test]
fn a_shard_twice_that_contradicts_itself_is_named() {
    let root = tempfile::tempdir().unwrap();
    let whole = blob("1.65.1", 1);
    let failed =
        replaced(root.path(), &whole, &[("\"status\":\"passed\"", "\"status\":\"failed\"")]);
    let inputs = [whole.clone(), blob("1.65.1", 2), failed.clone()];
    let (one, other) = (whole.display(), failed.display());
    let why = "ran at the same time and are not the same";
    assert_eq!(
        merge(&inputs).said.problems,
        [format!("shard 1 of 2: `{one}` and `{other}` {why}")]
    );
    // An hour later, with other tests.
    let start = start_of(&whole);
    let later = (start + 3_600_000).to_string();
    let other_tests = [(&*start.to_string(), &*later), ("page.spec.ts", "other.spec.ts")];
    let changed = replaced(root.path(), &whole, &other_tests);
    let inputs = [whole.clone(), blob("1.65.1", 2), changed.clone()];
    let why = format!("`{one}` and `{}` hold different tests", changed.display());
    assert_eq!(merge(&inputs).said.problems, [format!("shard 1 of 2: {why}")]);
    // The same tests an hour later are another try.
    let again = replaced(root.path(), &whole, &other_tests[..1]);
    let shown = merge(&[whole, blob("1.65.1", 2), again]);
    assert_eq!(shown.said.problems, Vec::<String>::new());
}

/// Milliseconds since 1970, as the last line says.
fn start_of(blob: &Path) -> u64 {
    let text = lines(blob);
    let end: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    end["params"]["result"]["startTime"].as_u64().unwrap()
}

fn lines(blob: &Path) -> String {
    let mut archive = ZipArchive::new(fs::File::open(blob).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name("report.jsonl").unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_blob_without_any_page_says_so() {
    let root = tempfile::tempdir().unwrap();
    let error = merge_folders(&[blob("1.65.1", 1)], None, &root.path().join("merged"));
    assert!(matches!(error, Err(ReportError::NoPage(_))));
    // The page of an HTML report will do.
    let inputs = [blob("1.65.1", 1), html("1.65.1", 2)];
    let said = merge_folders(&inputs, None, &root.path().join("merged")).unwrap();
    assert_eq!((said.page, said.blobs, said.adapted), (Some(html("1.65.1", 2)), 1, 0));
}

#[test]
fn blobs_that_are_torn_or_of_a_newer_form_are_left_out_and_named() {
    let root = tempfile::tempdir().unwrap();
    let whole = blob("1.65.1", 1);
    let newer = replaced(root.path(), &whole, &[("{\"version\":2,", "{\"version\":3,")]);
    let endless = replaced(root.path(), &whole, &[("\"onEnd\"", "\"onOther\"")]);
    let unknown = replaced(root.path(), &whole, &[("\"onTestBegin\"", "\"onOther\"")]);
    let torn = root.path().join("torn.zip");
    let bytes = fs::read(&whole).unwrap();
    fs::write(&torn, &bytes[..bytes.len() / 2]).unwrap();
    let shown = merge(&[whole, newer.clone(), endless.clone(), unknown.clone(), torn.clone()]);
    let reasons: Vec<_> = shown.said.left_out.iter().map(|(path, why)| (path, &why[..])).collect();
    assert_eq!(reasons[0], (&newer, "a newer Playwright wrote it (version 3 of blobs)"));
    assert_eq!(reasons[1], (&endless, "it is no whole blob report: it ends in the middle"));
    assert!(reasons[2].1.ends_with("speaks of a test that no line announced"), "{reasons:?}");
    assert_eq!(reasons[3], (&torn, "it is no whole blob report: it is no whole zip file"));
    assert_eq!(reasons[2].0, &unknown);
}
