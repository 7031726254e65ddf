//! JUnit files in the manner of many tools are joined, alone, all together and again; what came
//! out is read by Python's XML reader and compared with `fixtures/junit/expected.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::support::Said;
use crate::support::fixture;
use crate::support::place::Place;
use crate::support::read::{list, text};

/// Says what each JUnit file holds: the numbers on each suite and on the root, what its test cases
/// count to, and the cases in their order. Fails for what is not well-formed or names no prefix.
const READ: &str = r"
import json, sys, xml.etree.ElementTree as tree
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
def look(root):
    suites = [it for it in root.iter() if local(it) == 'testsuite' or it is root]
    return {
        'suites': [{'name': it.get('name', ''), 'told': told(it), 'counted': counted(it)} for it in suites],
        'flaky': [status(case) for case in cases(root)].count('flaky'),
        'cases': [{
            'name': case.get('name', ''),
            'properties': {it.get('name'): it.get('value') for it in case.iter('property')},
        } for case in cases(root)],
    }
print(json.dumps([look(tree.parse(path).getroot()) for path in sys.argv[1:]]))
";

/// What JUnit files hold.
fn read_all(paths: &[PathBuf]) -> Vec<Value> {
    let python = Command::new("python3").args(["-c", READ]).args(paths).output();
    let python = python.expect("python3 is here");
    let said = String::from_utf8_lossy(&python.stderr);
    assert!(python.status.success(), "{said}");
    serde_json::from_slice(&python.stdout).expect("JSON")
}

fn read(place: &Place, path: &str) -> Value {
    read_all(&[place.path(path)]).remove(0)
}

/// The table of what the files hold.
fn expected() -> BTreeMap<String, toml::Value> {
    let text = fs::read_to_string(fixture("junit/expected.toml")).expect("the table");
    toml::from_str(&text).expect("TOML")
}

fn number(row: &toml::Value, name: &str) -> i64 {
    row.get(name).map_or(0, |value| value.as_integer().expect("a number"))
}

/// What is said of a file and changes no exit code.
fn notes(row: &toml::Value) -> String {
    row.get("notes").and_then(toml::Value::as_str).map_or_else(String::new, |it| format!("{it}\n"))
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

/// One of them, or so many.
fn some(count: impl TryInto<i64>, noun: &str) -> String {
    match count.try_into().ok().expect("a small number") {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
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
        "{}: {}, {}, {}, {skipped} skipped{flaky}\n",
        some(files, "JUnit file"),
        some(tests, "test"),
        some(failures, "failure"),
        some(errors, "error"),
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
    let rows = expected();
    let good: Vec<_> = rows.iter().filter(|(_, row)| !is_bad(row)).collect();
    let mut places = Vec::new();
    for (name, row) in &good {
        let place = Place::new();
        put(&place, name);
        let said = place.call(&["merge", "in", "-o", "out"]);
        let (code, first) = answer(numbers(row), 1);
        let warning = row.get("warns").map(|text| text.as_str().expect("a text").to_owned() + "\n");
        let first_code = if warning.is_some() { 3 } else { code };
        assert_eq!(said.code, first_code, "{name}: {said:?}");
        let warning = warning.unwrap_or_default() + &notes(row);
        assert_eq!(said.stderr, format!("{first}{warning}reports in [DIR]/out\n"), "{name}");
        let joined = place.read("out/junit.xml");
        let again = place.call(&["merge", "out/junit.xml", "-o", "again"]);
        assert_eq!(again.code, code, "{name}: {again:?}");
        assert_eq!(place.read("again/junit.xml"), joined, "{name}");
        places.push(place);
    }
    let paths: Vec<PathBuf> = places.iter().map(|place| place.path("out/junit.xml")).collect();
    for ((place, joined), (name, row)) in places.iter().zip(read_all(&paths)).zip(good) {
        compare(&joined, &place.read("out/junit.xml"), name, row);
    }
}

#[test]
fn all_files_together_hold_all_tests_in_their_order() {
    let (place, rows) = (Place::new(), expected());
    let good: Vec<_> = rows.iter().filter(|(_, row)| !is_bad(row)).collect();
    let (mut sum, mut names, mut seconds) = ([0; 5], Vec::new(), 0.0);
    let (mut warnings, mut noted) = (String::new(), String::new());
    for (name, row) in &good {
        put(&place, name);
        for (sum, number) in sum.iter_mut().zip(numbers(row)) {
            *sum += number;
        }
        names.extend(strings(row, "names").into_iter().map(toml::Value::from));
        warnings.extend(row.get("warns").and_then(toml::Value::as_str).map(|it| format!("{it}\n")));
        noted += &notes(row);
        seconds += row.get("seconds").and_then(toml::Value::as_float).unwrap_or(0.0);
    }
    let said = place.call(&["merge", "in", "-o", "out"]);
    let (_, first) = answer(sum, good.len());
    // Some of the files are not whole.
    assert_eq!(
        (said.code, said.stderr),
        (3, format!("{first}{warnings}{noted}reports in [DIR]/out\n"))
    );
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
    assert_eq!(place.call(&reversed).code, 3);
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

#[test]
fn a_job_that_ran_again_is_told_in_the_summary() {
    let place = Place::new();
    let suite = |cases: &str| format!("<testsuite name=\"cart\">{cases}</testsuite>");
    let case = |name: &str, inner: &str| format!("<testcase name=\"{name}\">{inner}</testcase>");
    let failed = "<failure message=\"no\"/>";
    let twice = case("twice", "") + &case("twice", failed);
    place.write("in/1.xml", suite(&(case("heals", failed) + &case("stays", failed) + &twice)));
    let again = suite(&(case("heals", "") + &case("stays", failed) + &case("twice", "")));
    place.write("in/2.xml", &again);
    // A copy is no further attempt.
    let files = ["in/1.xml", "in/2.xml", "in/2.xml"];
    let merge = |files: &[&str], output: &str| {
        place.call(&[&["merge", "--in-order", "-o", output], files].concat())
    };
    let said = merge(&files, "out");
    let expected = "3 JUnit files: 5 tests, 2 failures, 0 errors, 0 skipped, 1 flaky\n\
                    `in/2.xml` is the same as `in/2.xml`: counted once\n\
                    2 tests stand in several files: each counts once, its last attempt \
                    that ran decides\n1 name stands in several files, in one more often than in another: \
                    nobody can say which is which, all are counted\nno common clock tells the order: the file \
                    that was named last counts as the last attempt\nreports in [DIR]/out\n";
    assert_eq!((said.code, said.stderr.as_str()), (1, expected));
    let joined = read(&place, "out/junit.xml");
    assert_eq!(list(&joined, "cases")[0]["properties"]["shardwright.attempts"], "failed, passed");
    // Given in the other order the failures came last.
    let said = merge(&["in/2.xml", "in/1.xml"], "reversed");
    assert!(said.stderr.starts_with("2 JUnit files: 5 tests, 3 failures, "), "{said:?}");
}

#[test]
fn one_file_and_one_test_are_told_as_one() {
    let place = Place::new();
    let suite = "<testsuite name=\"cart\"><testcase name=\"a\"><failure message=\"no\"/>";
    place.write("in/1.xml", format!("{suite}</testcase></testsuite>"));
    let said = place.call(&["merge", "in", "-o", "out"]);
    let head = "1 JUnit file: 1 test, 1 failure, 0 errors, 0 skipped\n";
    assert!(said.stderr.starts_with(head), "{said:?}");
    place.write("in/2.xml", "<testsuite name=\"cart\"><testcase name=\"a\"/></testsuite>");
    let said = place.call(&["merge", "--in-order", "in/1.xml", "in/2.xml", "-o", "out"]);
    let repeated =
        "\n1 test stands in several files: it counts once, its last attempt that ran decides\n";
    assert!(said.stderr.contains(repeated), "{said:?}");
}

#[test]
fn the_cause_of_bad_xml_is_told_once() {
    let place = Place::new();
    place.write("in/1.xml", "<testsuites><testsuite></testsuites>");
    let said = place.call(&["merge", "in", "-o", "out"]);
    assert_eq!(said.code, 5, "{said:?}");
    let causes: Vec<&str> =
        said.stderr.lines().filter(|line| line.contains("caused by: ")).collect();
    let [cause] = causes.as_slice() else { panic!("{causes:?}") };
    assert!(cause.contains("expected `</testsuite>`"), "{cause}");
}

#[test]
fn a_flaky_test_fails_the_merge_where_that_is_asked_for() {
    let place = Place::new();
    put(&place, "surefire-flaky");
    assert_eq!(place.call(&["merge", "in", "-o", "out"]).code, 0);
    assert_eq!(place.call(&["merge", "in", "-o", "out", "--fail-on-flaky"]).code, 1);
}

#[test]
fn files_that_say_no_time_stay_side_by_side_and_red() {
    let place = Place::new();
    let suite = |id: &str, inner: &str| {
        format!("<testsuite id=\"{id}\"><testcase name=\"t\">{inner}</testcase></testsuite>")
    };
    let (failed, passed) = (suite("1", "<failure/>"), suite("2", ""));
    let expected = "2 JUnit files: 2 tests, 1 failure, 0 errors, 0 skipped\n1 test stands in \
                    several files that are no re-runs of each other: each is counted in every \
                    file. A re-run began after the others had ended, and all of its tests are in \
                    them; where files do not say when they ran, name each run's files or folder by \
                    itself, in their order, and say `--in-order`\nreports in [DIR]/out\n";
    for [ten, two] in [[&failed, &passed], [&passed, &failed]] {
        place.write("in/run-10.xml", ten);
        place.write("in/run-2.xml", two);
        let said = place.call(&["merge", "in", "-o", "out"]);
        assert_eq!((said.code, said.stderr.as_str()), (1, expected));
    }
    // As a shell lists them: that is no order of time.
    let files = ["merge", "in/run-2.xml", "in/run-10.xml", "-o", "out"];
    let said = place.call(&files);
    assert_eq!((said.code, said.stderr.as_str()), (1, expected));
    // Said to be in their order: run-10 passed.
    let said = place.call(&[&files[..], &["--in-order"]].concat());
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains("\nno common clock tells the order: "), "{said:?}");
}

#[test]
fn matrix_legs_at_the_same_time_are_as_red_as_the_worst_in_any_order() {
    let place = Place::new();
    let leg = |second: u8, inner: &str| {
        format!(
            "<testsuites><testsuite name=\"s\" timestamp=\"2026-01-01T10:00:0{second}\" \
             time=\"600\"><testcase classname=\"c\" name=\"t\" time=\"600\">{inner}</testcase>\
             </testsuite></testsuites>"
        )
    };
    place.write("linux.xml", leg(0, "<failure message=\"boom\"/>"));
    place.write("mac.xml", leg(1, ""));
    for order in [["linux.xml", "mac.xml"], ["mac.xml", "linux.xml"]] {
        let said = place.call(&["merge", order[0], order[1], "-o", "out"]);
        assert_eq!(said.code, 1, "{said:?}");
        let [tests, failures] = ["tests", "failures"]
            .map(|name| read(&place, "out/junit.xml")["suites"][0]["told"][name].as_i64());
        assert_eq!((tests, failures), (Some(2), Some(1)));
    }
}

#[test]
fn a_linked_folder_is_named_and_an_extension_in_capitals_is_one() {
    let place = Place::new();
    let suite = |name: &str, inner: &str| {
        format!("<testsuite><testcase name=\"{name}\">{inner}</testcase></testsuite>")
    };
    place.write("in/a.xml", suite("a", ""));
    place.write("elsewhere/b.xml", suite("b", "<failure/>"));
    place.write("nothing/notes.txt", "");
    for folder in ["elsewhere", "nothing"] {
        let link = place.path("in").join(folder);
        symlink(place.path(folder), link).expect("a link");
    }
    let said = place.call(&["merge", "in", "-o", "out"]);
    let expected = "1 JUnit file: 1 test, 0 failures, 0 errors, 0 skipped\nleft out \
                    `in/elsewhere`: it is a link to a folder: name the folder, too\nreports in \
                    [DIR]/out\n";
    assert_eq!((said.code, said.stderr.as_str()), (3, expected));
    let said = place.call(&["merge", "in", "elsewhere", "-o", "out"]);
    assert_eq!(said.code, 1, "{said:?}");
    place.write("capitals/REPORT.XML", suite("p", "<failure/>"));
    place.write("capitals/a.xml", suite("p", ""));
    assert_eq!(place.call(&["merge", "capitals", "-o", "out"]).code, 1);
    assert_eq!(place.call(&["merge", "capitals/REPORT.XML", "-o", "out"]).code, 1);
}
