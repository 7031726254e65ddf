//! The small suite with five versions of Playwright: whoever lists it, all find the same tests, and
//! each version runs every test exactly once, in one run and on the nodes of a matrix.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::{Said, engine, fixture, read};

const PROCESS: [&str; 2] = ["--isolation", "process"];
/// Files are dealt in parts: which of them are loaded does not choose the tests.
const SPLIT: [&str; 2] = ["--strategy", "round-robin"];
/// The fixtures that hold the versions, with how they call themselves.
const VERSIONS: [(&str, &str); 5] = [
    ("older/1.40", "1.40.1"),
    ("older/1.44", "1.44.1"),
    ("older/1.50", "1.50.1"),
    ("older/1.61", "1.61.0"),
    ("shop", "1.65.1"),
];
/// What every try of a test leaves a line in.
const LINES: &str = "lines.ndjson";

/// The small suite with a version of Playwright.
fn small(modules: &str) -> Place {
    let place = Place::with_modules(modules, &[]);
    let from = fixture("small/.");
    let copied = Command::new("cp").arg("-r").arg(&from).arg(place.path("")).status();
    assert!(copied.unwrap().success(), "{} cannot be copied", from.display());
    place
}

/// The newest version's browser: older ones start it as well.
fn browser() -> String {
    let library = fixture("shop/node_modules/playwright-core");
    let script = format!("require({:?}).chromium.executablePath()", library.display().to_string());
    let answer = Command::new("node").args(["--print", &script]).output().unwrap();
    String::from_utf8(answer.stdout).unwrap().trim().to_owned()
}

fn call(place: &Place, arguments: &[&str]) -> Said {
    let mut command = place.tool(&[arguments, &PROCESS].concat());
    command.env("SMALL_BROWSER", browser()).env("SMALL_LINES", place.path(LINES));
    place.answer(&mut command)
}

/// A test with its project, file, titles and number of repetition.
type Key = String;

fn key(project: &Value, file: &Value, titles: &Value, repeat: &Value) -> Key {
    json!([project, file, titles, repeat]).to_string()
}

/// The tests as a discovery gives them: where each stands, and in which group.
fn discovered(place: &Place, how: &str) -> BTreeMap<Key, Value> {
    let said = call(place, &["discover", "--discover", how, "--format", "json"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let suite: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(suite["source"], how);
    let mut tests = BTreeMap::new();
    for (number, group) in read::list(&suite, "groups").iter().enumerate() {
        for test in read::list(group, "tests") {
            let repeat = test.get("repeat").unwrap_or(&Value::Null);
            let repeat = repeat.as_u64().unwrap_or(0);
            let key = key(&test["project"], &test["file"], &test["titles"], &repeat.into());
            let place = json!([number, group["kind"], test["line"], test["tags"]]);
            assert_eq!(tests.insert(key, place), None, "listed twice");
        }
    }
    tests
}

/// What the tests themselves wrote: how often each began for the first time.
fn begun(place: &Place) -> BTreeMap<Key, usize> {
    let mut begun = BTreeMap::new();
    let text = fs::read_to_string(place.path(LINES)).unwrap();
    fs::remove_file(place.path(LINES)).unwrap();
    for line in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let file = line[1].as_str().unwrap();
        let (_, file) = file.rsplit_once("/tests/").unwrap();
        if line[4] == 0 {
            *begun.entry(key(&line[0], &file.into(), &line[2], &line[3])).or_default() += 1;
        }
    }
    begun
}

/// What `results.json` says of each test.
fn results(place: &Place, output: &str) -> BTreeMap<Key, String> {
    let report = place.json(&format!("{output}/results.json"));
    let mut results = BTreeMap::new();
    for test in read::list(&report["results"], "tests") {
        let Value::Object(named) = &test["extra"]["shardwright.test"]["key"] else {
            panic!("something is wrong outside the tests: {test}");
        };
        let repeat = named.get("repeat").and_then(Value::as_u64).unwrap_or(0);
        let key = key(&named["project"], &named["file"], &named["titles"], &repeat.into());
        let word = read::text(test, "rawStatus");
        assert_eq!(results.insert(key, word), None, "reported twice");
    }
    results
}

/// What has to become of a test.
fn expected(key: &str) -> &'static str {
    if key.contains(r#""skipped""#) || key.contains(r#""annotated""#) {
        "skipped"
    } else if key.contains(r#""serial @slow","two""#) {
        "flaky"
    } else {
        "passed"
    }
}

/// Every listed test is reported, and began once; the test of the set-up project once a shard.
#[track_caller]
fn whole(place: &Place, listed: &BTreeMap<Key, Value>, output: &str) {
    let results = results(place, output);
    let (set_up, dealt): (Vec<_>, Vec<_>) =
        results.iter().partition(|(key, _)| key.contains("set-up"));
    assert_eq!(set_up.len(), 1);
    assert!(dealt.iter().map(|(key, _)| *key).eq(listed.keys()), "{dealt:?}");
    for (key, word) in dealt {
        assert_eq!(word, expected(key), "{key}");
    }
    let begun = begun(place);
    for (key, times) in &begun {
        let most = if key.contains("set-up") { 2 } else { 1 };
        assert!(*times <= most, "{key} began {times} times");
    }
    // What is skipped where it is declared does not begin.
    let mut never = listed.keys().filter(|key| !begun.contains_key(*key));
    assert!(never.all(|key| key.contains(r#""skipped""#)), "{begun:?}");
}

/// Two shards at once, and where that is asked two nodes one after the other.
fn runs(modules: &str, version: &str, on_nodes: bool) {
    let _turn = engine::alone();
    let place = small(modules);
    let listed = discovered(&place, "playwright");
    assert_eq!(discovered(&place, "scan"), listed, "{version}");
    assert_eq!(listed.len(), 40, "{version}");
    let said = call(&place, &[&["run", "--shards", "2"], SPLIT.as_slice()].concat());
    assert_eq!(said.code, 0, "{version}: {}", said.stderr);
    whole(&place, &listed, "shardwright-report");
    let plan = place.json("shardwright-report/plan.json");
    let files = |shard: &Value| -> BTreeSet<String> {
        read::list(shard, "groups").iter().map(|group| read::text(group, "file")).collect()
    };
    let shards = read::list(&plan, "shards");
    assert!(!files(&shards[0]).is_disjoint(&files(&shards[1])), "{version}: no file is split");
    if !on_nodes {
        return;
    }
    for index in ["1", "2"] {
        let (shard, output) = (format!("{index}/2"), format!("nodes/{index}"));
        let node = ["run", "--shard", &shard, "--output", &output];
        let said = call(&place, &[node.as_slice(), &SPLIT].concat());
        assert_eq!(said.code, 0, "{version}, node {index}: {}", said.stderr);
    }
    let said = place.call(&["merge", "nodes", "--output", "merged"]);
    assert_eq!(said.code, 0, "{version}: {}", said.stderr);
    whole(&place, &listed, "merged");
}

#[test]
fn the_oldest_and_the_newest_version_run_every_test_once_also_on_nodes() {
    for index in [0, 1, 4] {
        let (modules, version) = VERSIONS[index];
        runs(modules, version, true);
    }
}

#[test]
fn versions_between_run_every_test_once() {
    for index in [2, 3] {
        let (modules, version) = VERSIONS[index];
        runs(modules, version, false);
    }
}
