//! JUnit files in the manner of many tools are joined, alone, all together and again; what came
//! out is read by Python's XML reader and compared with `fixtures/junit/expected.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::Said;
use crate::support::fixture;
use crate::support::place::Place;
use crate::support::read::{list, text};

/// Says what a JUnit file holds: the numbers on each suite and on the root, what its test cases
/// count to, and the cases in their order. Fails for what is not well-formed or names no prefix.
const READ: &str = r#"
import json, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
def local(element): return element.tag.rpartition('}')[2]
def status(case):
    kinds = {local(child) for child in case}
    said = case.get('status', '').lower() + ' ' + case.get('result', '')
    if 'error' in kinds: return 'errors'
    if 'failure' in kinds or 'failed' in said: return 'failures'
    if 'skipped' in kinds or any(word in said for word in ('skipped', 'notrun', 'suppressed')): return 'skipped'
    return 'flaky' if kinds & {'flakyFailure', 'flakyError'} else 'passed'
def cases(element):
    for child in element:
        if local(child) == 'testcase': yield child
        elif local(child) in ('testsuite', 'testsuites'): yield from cases(child)
def counted(element):
    all = [status(case) for case in cases(element)]
    numbers = {name: all.count(name) for name in ('failures', 'skipped', 'errors')}
    time = sum(float(case.get('time') or 0) for case in cases(element))
    return {'tests': len(all), **numbers, 'time': f'{time:.3f}'}
def told(element):
    names = ('tests', 'failures', 'skipped', 'errors', 'time')
    return {name: element.get(name) if name == 'time' else int(element.get(name)) for name in names}
suites = [it for it in root.iter() if local(it) == 'testsuite' or it is root]
suites = [it for it in suites if it.get('time')]
print(json.dumps({
    'suites': [{'name': it.get('name', ''), 'told': told(it), 'counted': counted(it)} for it in suites],
    'flaky': [status(case) for case in cases(root)].count('flaky'),
    'cases': [{
        'name': case.get('name', ''), 'status': status(case), 'time': case.get('time'),
        'children': [[local(child), child.get('message', ''), ''.join(child.itertext())] for child in case],
        'properties': {it.get('name'): it.get('value') for it in case.iter('property')},
    } for case in cases(root)],
}))
"#;

/// What a JUnit file holds.
fn read(place: &Place, path: &str) -> Value {
    let mut python = Command::new("python3");
    let python = python.args(["-c", READ]).arg(place.path(path)).output();
    let python = python.expect("python3 is here");
    let said = String::from_utf8_lossy(&python.stderr);
    assert!(python.status.success(), "{said}\n{}", place.read(path));
    serde_json::from_slice(&python.stdout).expect("JSON")
}

/// The table of what the files hold.
fn expected() -> BTreeMap<String, toml::Value> {
    let text = fs::read_to_string(fixture("junit/expected.toml")).expect("the table");
    toml::from_str(&text).expect("TOML")
}

fn number(row: &toml::Value, name: &str) -> i64 {
    row.get(name).map_or(0, |value| value.as_integer().expect("a number"))
}

fn strings<'a>(row: &'a toml::Value, name: &str) -> Vec<&'a str> {
    let list = row.get(name).map_or(&[][..], |value| value.as_array().expect("a list"));
    list.iter().map(|text| text.as_str().expect("a text")).collect()
}

fn is_bad(row: &toml::Value) -> bool {
    row.get("error").is_some()
}

/// Puts a fixture into `in/`.
fn put(place: &Place, name: &str) {
    let file = format!("{name}.xml");
    place.write(&format!("in/{file}"), fs::read(fixture("junit").join(&file)).expect(name));
}

/// How the tool ends and what it says first.
fn answer([tests, failures, errors, skipped, flaky]: [i64; 5], files: usize) -> (i32, String) {
    let code = match (tests, failures + errors) {
        (0, _) => 4,
        (_, 0) => 0,
        _ => 1,
    };
    let flaky = if flaky > 0 { format!(", {flaky} flaky") } else { String::new() };
    let said = format!(
        "{files} JUnit files: {tests} tests, {failures} failures, {errors} errors, {skipped} \
         skipped{flaky}\n"
    );
    (code, said)
}

fn numbers(row: &toml::Value) -> [i64; 5] {
    ["tests", "failures", "errors", "skipped", "flaky"].map(|name| number(row, name))
}

/// Every suite counts what stands in it, and what the row says is there.
fn compare(joined: &Value, text_of: &str, name: &str, row: &toml::Value) {
    for suite in list(joined, "suites") {
        assert_eq!(suite["told"], suite["counted"], "{name}: {suite}");
    }
    let root = &joined["suites"][0]["told"];
    let counted = ["tests", "failures", "errors", "skipped"].map(|it| root[it].as_i64());
    let [tests, failures, errors, skipped, flaky] = numbers(row);
    assert_eq!(counted, [tests, failures, errors, skipped].map(Some), "{name}");
    assert_eq!(joined["flaky"].as_i64(), Some(flaky), "{name}");
    let seconds = row.get("seconds").map_or(0.0, |value| value.as_float().expect("seconds"));
    assert_eq!(root["time"], format!("{seconds:.3}"), "{name}");
    let names: Vec<String> = list(joined, "cases").iter().map(|it| text(it, "name")).collect();
    assert_eq!(names, strings(row, "names"), "{name}");
    for part in strings(row, "holds") {
        assert!(text_of.contains(part), "{name}: {part}\n{text_of}");
    }
    for part in strings(row, "lacks") {
        assert!(!text_of.contains(part), "{name}: {part}\n{text_of}");
    }
}

#[test]
fn every_file_has_a_row_and_every_row_a_file() {
    let files: BTreeSet<String> = fs::read_dir(fixture("junit"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .filter_map(|name| name.strip_suffix(".xml").map(str::to_owned))
        .collect();
    assert_eq!(files, expected().into_keys().collect());
}

#[test]
fn each_file_alone_holds_what_the_table_says_and_joined_again_it_stays() {
    for (name, row) in expected().iter().filter(|(_, row)| !is_bad(row)) {
        let place = Place::new();
        put(&place, name);
        let said = place.call(&["merge", "in", "-o", "out"]);
        let (code, first) = answer(numbers(row), 1);
        assert_eq!(said.code, code, "{name}: {said:?}");
        assert_eq!(said.stderr, format!("{first}reports in [DIR]/out\n"), "{name}");
        let joined = place.read("out/junit.xml");
        compare(&read(&place, "out/junit.xml"), &joined, name, row);
        let again = place.call(&["merge", "out/junit.xml", "-o", "again"]);
        assert_eq!(again.code, code, "{name}: {again:?}");
        assert_eq!(place.read("again/junit.xml"), joined, "{name}");
    }
}

#[test]
fn all_files_together_hold_all_tests_in_their_order() {
    let (place, rows) = (Place::new(), expected());
    let good: Vec<_> = rows.iter().filter(|(_, row)| !is_bad(row)).collect();
    let (mut sum, mut names, mut seconds) = ([0; 5], Vec::new(), 0.0);
    for (name, row) in &good {
        put(&place, name);
        for (sum, number) in sum.iter_mut().zip(numbers(row)) {
            *sum += number;
        }
        names.extend(strings(row, "names").into_iter().map(toml::Value::from));
        seconds += row.get("seconds").and_then(toml::Value::as_float).unwrap_or(0.0);
    }
    let said = place.call(&["merge", "in", "-o", "out"]);
    let (code, first) = answer(sum, good.len());
    assert_eq!((said.code, said.stderr), (code, format!("{first}reports in [DIR]/out\n")));
    let mut all = toml::Table::new();
    for (name, number) in ["tests", "failures", "errors", "skipped", "flaky"].iter().zip(sum) {
        all.insert((*name).to_owned(), number.into());
    }
    all.insert("seconds".to_owned(), seconds.into());
    all.insert("names".to_owned(), names.into());
    let joined = place.read("out/junit.xml");
    compare(&read(&place, "out/junit.xml"), &joined, "all", &all.into());
    // In another order the same tests come out, in that order.
    let mut reversed: Vec<String> =
        good.iter().rev().map(|(name, _)| format!("in/{name}.xml")).collect();
    reversed.splice(0..0, ["merge", "-o", "reversed"].map(str::to_owned));
    let reversed: Vec<&str> = reversed.iter().map(String::as_str).collect();
    assert_eq!(place.call(&reversed).code, code);
    let first = text(&read(&place, "reversed/junit.xml")["cases"][0], "name");
    assert_eq!(first, strings(good.last().expect("a row").1, "names")[0]);
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_its_place_and_nothing_is_written() {
    for (name, row) in expected().iter().filter(|(_, row)| is_bad(row)) {
        let place = Place::new();
        put(&place, name);
        place.write("in/a-good-one.xml", "<testsuite><testcase name=\"a\"/></testsuite>");
        place.write("in/z-good-one.xml", "<testsuite><testcase name=\"z\"/></testsuite>");
        let Said { code, stdout, stderr } = place.call(&["merge", "in", "-o", "out"]);
        let error = row["error"].as_str().expect("a text");
        assert_eq!((code, stdout.as_str()), (5, ""), "{name}: {stderr}");
        assert!(stderr.starts_with(&format!("error: {error}")), "{name}: {stderr}");
        assert!(stderr.contains("\nhint: "), "{name}: {stderr}");
        let left = fs::read_dir(place.path("out")).expect("the folder").count();
        assert_eq!(left, 0, "{name}");
    }
}
