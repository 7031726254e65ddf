//! Reports go in, what they say of each test comes out. Nothing of the tool's own code is used,
//! so that a report is read as others read it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::escape::unescape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

use crate::support::expected::{Key, Verdicts};

/// A JSON file.
pub(crate) fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A list in JSON; none is an empty one.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

/// A text in JSON.
pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no text `{name}` in {value}")).to_owned()
}

/// Texts in JSON.
pub(crate) fn texts(value: &Value, name: &str) -> Vec<String> {
    list(value, name).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Which test an object with `project`, `file` and `titles` names.
pub(crate) fn key(value: &Value) -> Key {
    Key {
        project: text(value, "project"),
        file: text(value, "file"),
        titles: texts(value, "titles"),
    }
}

/// The test cases of `results.json`, in CTRF, each with its object.
pub(crate) fn ctrf(output: &Path) -> BTreeMap<Key, Value> {
    let (tests, _) = ctrf_entries(output);
    let all: BTreeMap<Key, Value> = tests
        .iter()
        .map(|test| (key(&test["extra"]["shardwright.test"]["key"]), test.clone()))
        .collect();
    assert_eq!(all.len(), tests.len(), "a test stands twice in results.json");
    all
}

/// What `results.json` says is wrong outside all tests: such an entry has no test case.
pub(crate) fn problems(output: &Path) -> Vec<String> {
    ctrf_entries(output).1.iter().map(|entry| text(entry, "name")).collect()
}

fn ctrf_entries(output: &Path) -> (Vec<Value>, Vec<Value>) {
    let report = json(&output.join("results.json"));
    assert_eq!(report["reportFormat"], "CTRF");
    let entries = list(&report["results"], "tests").iter().cloned();
    entries.partition(|entry| entry["extra"].is_object())
}

/// What `results.json` says of each test.
pub(crate) fn verdicts(output: &Path) -> Verdicts {
    ctrf(output).into_iter().map(|(key, test)| (key, text(&test, "rawStatus"))).collect()
}

/// Every test of a report of Playwright's JSON reporter: its id, which is that of the first
/// project that holds it, its key, and the reporter's own word for what became of it.
pub(crate) fn playwright(report: &Value) -> Vec<(String, Key, String)> {
    let mut tests = Vec::new();
    for file in list(report, "suites") {
        walk(file, &[], &mut tests);
    }
    tests
}

fn walk(suite: &Value, titles: &[String], tests: &mut Vec<(String, Key, String)>) {
    for spec in list(suite, "specs") {
        for test in list(spec, "tests") {
            let titles = [titles, &[text(spec, "title")]].concat();
            let (project, file) = (text(test, "projectName"), text(spec, "file"));
            let key = Key { project, file, titles };
            tests.push((text(spec, "id"), key, text(test, "status")));
        }
    }
    for inner in list(suite, "suites") {
        walk(inner, &[titles, &[text(inner, "title")]].concat(), tests);
    }
}

/// What Playwright says of each test, in the tool's words.
pub(crate) fn playwright_verdicts(report: &Value) -> Verdicts {
    let tests = playwright(report);
    let count = tests.len();
    let word = |status: &str| match status {
        "expected" => "passed".to_owned(),
        "unexpected" => "failed".to_owned(),
        other => other.to_owned(),
    };
    let verdicts: Verdicts =
        tests.into_iter().map(|(_, key, status)| (key, word(&status))).collect();
    assert_eq!(verdicts.len(), count, "Playwright names a test twice");
    verdicts
}

/// A `<testsuite>`: its attributes and its cases.
#[derive(Debug, Default)]
pub(crate) struct Suite {
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) cases: Vec<Case>,
}

/// A `<testcase>`.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) attributes: BTreeMap<String, String>,
    /// The names of the elements directly in it.
    pub(crate) elements: Vec<String>,
    pub(crate) properties: BTreeMap<String, String>,
}

impl Case {
    /// As readers of JUnit see it: passed unless an element says otherwise.
    pub(crate) fn status(&self) -> &'static str {
        let has = |name: &str| self.elements.iter().any(|element| element == name);
        match () {
            () if has("failure") => "failed",
            () if has("error") => "error",
            () if has("skipped") => "skipped",
            () => "passed",
        }
    }
}

/// `junit.xml`: the attributes of its root, and its suites.
pub(crate) fn junit(output: &Path) -> (BTreeMap<String, String>, Vec<Suite>) {
    let text = fs::read_to_string(output.join("junit.xml")).unwrap();
    let mut reader = quick_xml::Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let (mut root, mut suites) = (BTreeMap::new(), Vec::<Suite>::new());
    let mut path: Vec<String> = Vec::new();
    loop {
        let event = reader.read_event().unwrap();
        if let Event::Start(start) = event {
            let (name, attributes) = (start.name().as_ref().to_owned(), attributes(&start));
            match (path.last().map(String::as_str), name.as_str()) {
                (None, "testsuites") => root = attributes,
                (Some("testsuites"), "testsuite") => {
                    suites.push(Suite { attributes, cases: Vec::new() });
                }
                (Some("testsuite"), "testcase") => {
                    let (elements, properties) = (Vec::new(), BTreeMap::new());
                    last_of(&mut suites).cases.push(Case { attributes, elements, properties });
                }
                (Some("testcase"), _) => last_case(&mut suites).elements.push(name.clone()),
                (Some("properties"), "property") => {
                    let [name, value] = ["name", "value"].map(|name| attributes[name].clone());
                    last_case(&mut suites).properties.insert(name, value);
                }
                _ => {}
            }
            path.push(name);
        } else if matches!(event, Event::End(_)) {
            path.pop();
        } else if matches!(event, Event::Eof) {
            break;
        }
    }
    assert!(path.is_empty(), "junit.xml ends in the middle");
    (root, suites)
}

fn last_of(suites: &mut [Suite]) -> &mut Suite {
    suites.last_mut().expect("a case stands in a suite")
}

fn last_case(suites: &mut [Suite]) -> &mut Case {
    last_of(suites).cases.last_mut().expect("a property stands in a case")
}

fn attributes(start: &BytesStart<'_>) -> BTreeMap<String, String> {
    let pair = |attribute: Attribute<'_>| {
        let value = unescape(&attribute.value).unwrap().into_owned();
        (attribute.key.as_ref().to_owned(), value)
    };
    start.attributes().map(|attribute| pair(attribute.unwrap())).collect()
}

/// The JSON files inside Playwright's HTML report: `report.json` and one for each spec file.
pub(crate) fn html(output: &Path) -> BTreeMap<String, Value> {
    html_page(&output.join("playwright"))
}

/// The same of a report of Playwright's own.
pub(crate) fn html_page(folder: &Path) -> BTreeMap<String, Value> {
    let page = fs::read_to_string(folder.join("index.html")).unwrap();
    let (_, rest) = page.rsplit_once("data:application/zip;base64,").expect("no data in the page");
    let data: String = rest.chars().take_while(|c| !"<\"".contains(*c)).collect();
    let bytes = STANDARD.decode(data.trim()).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(name, serde_json::from_str(&text).unwrap());
    }
    files
}
