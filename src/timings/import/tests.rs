//! Every format read, broken and unknown input, and what becomes of what is known already.
//!
//! The files in `fixtures/import/` are what Playwright 1.65.1 wrote of one and the same run,
//! without its errors, steps and attachments.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Applied, IMPORTERS, Known, Source, apply, detect, entries, importer};
use crate::model::id::TestKey;
use crate::model::timings::{Costs, LastResult, Timing, Timings};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/import").join(name)
}

fn key(file: &str, project: &str, titles: &[&str]) -> TestKey {
    let titles = titles.iter().map(|title| (*title).to_owned()).collect();
    TestKey { file: file.to_owned(), project: project.to_owned(), titles, repeat: 0 }
}

fn timing(millis: Option<u64>, last: LastResult) -> Timing {
    let flaky = if last == LastResult::Flaky { 3 } else { 0 };
    Timing { duration: millis.map(Duration::from_millis), last, flaky }
}

/// What is read of a file by whoever knows it.
fn read(path: &Path) -> Result<(&'static str, BTreeMap<TestKey, Timing>), String> {
    let source = Source::open(path).map_err(|error| error.to_string())?;
    let importer = detect(&source).map_err(|error| error.to_string())?;
    let samples = importer.read(&source).map_err(|error| error.to_string())?;
    Ok((importer.name(), entries(samples)))
}

/// As [`read`], of a file of this content; messages call it `FILE`.
fn read_text(name: &str, content: &[u8]) -> Result<BTreeMap<TestKey, Timing>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let shown = path.display().to_string();
    read(&path).map(|(_, read)| read).map_err(|error| error.replace(&shown, "FILE"))
}

/// What the run in the fixtures was.
fn run() -> BTreeMap<TestKey, Timing> {
    use LastResult::{Failed, Flaky, Passed};
    let a = "sub/a.spec.ts";
    [
        (key("b.spec.ts", "alpha", &["bad @tag"]), timing(None, Failed)),
        (key("b.spec.ts", "alpha", &["hostile \u{1b}[31m ]]> \"q\""]), timing(Some(10), Passed)),
        (key(a, "alpha", &["outer", "one › x"]), timing(Some(120), Passed)),
        // Its `describe` has no title; a skipped test beside it is left out.
        (key(a, "alpha", &["outer", "anon"]), timing(Some(10), Passed)),
        (key(a, "alpha", &["flaky"]), timing(Some(10), Flaky)),
        (key(a, "alpha", &["expected fail"]), timing(Some(10), Passed)),
    ]
    .into()
}

/// A zip file as Playwright's blob reporter writes it.
fn zip(path: &Path, entries: &[(&str, &[u8])]) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, content) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn names_are_found_again() {
    for one in IMPORTERS {
        assert_eq!(importer(one.name()).map(super::Importer::name), Some(one.name()));
        assert!(!one.about().is_empty());
    }
    assert!(importer("nope").is_none());
}

#[test]
fn all_that_playwright_writes_says_the_same() {
    assert_eq!(read(&fixture("results.json")), Ok(("playwright-json", run())));
    assert_eq!(read(&fixture("report.jsonl")), Ok(("blob", run())));

    // JUnit knows no flakiness, no escape characters, and joins titles.
    let mut junit = run();
    let flaky = junit.get_mut(&key("sub/a.spec.ts", "alpha", &["flaky"])).unwrap();
    *flaky = timing(Some(10), LastResult::Passed);
    for (from, to) in [
        (
            key("b.spec.ts", "alpha", &["hostile \u{1b}[31m ]]> \"q\""]),
            key("b.spec.ts", "alpha", &["hostile [31m ]]> \"q\""]),
        ),
        (
            key("sub/a.spec.ts", "alpha", &["outer", "one › x"]),
            key("sub/a.spec.ts", "alpha", &["outer", "one", "x"]),
        ),
    ] {
        let timing = junit.remove(&from).unwrap();
        junit.insert(to, timing);
    }
    assert_eq!(read(&fixture("junit.xml")), Ok(("junit", junit)));
}

#[test]
fn blob_reports_are_read_from_zip_files_and_folders() {
    let report = fs::read(fixture("report.jsonl")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let one = folder.path().join("report-1.zip");
    zip(&one, &[("resources/x.jsonl", b"no"), ("report.jsonl", &report)]);
    assert_eq!(read(&one), Ok(("blob", run())));
    let other = String::from_utf8(report).unwrap().replace("b.spec.ts", "c.spec.ts");
    zip(&folder.path().join("report-2.zip"), &[("report.jsonl", other.as_bytes())]);
    fs::write(folder.path().join("notes.txt"), "no").unwrap();
    let (_, both) = read(folder.path()).unwrap();
    let files: Vec<&str> = both.keys().map(|key| key.file.as_str()).collect();
    assert_eq!((files.len(), files[0], files[2]), (8, "b.spec.ts", "c.spec.ts"));
}

#[test]
fn blob_reports_of_older_versions_keep_suites_and_tests_apart() {
    let report = br#"{"method":"onBlobReportMetadata","params":{"version":1}}
{"method":"onProject","params":{"project":{"name":"p","suites":[{"title":"a.spec.ts","suites":[{"title":"in","suites":[],"tests":[{"testId":"1","title":"x"}]}],"tests":[{"testId":"2","title":"y"}]}]}}}
{"method":"onTestEnd","params":{"test":{"testId":"1","expectedStatus":"passed"},"result":{"status":"passed","duration":70}}}
{"method":"onTestEnd","params":{"test":{"testId":"2","expectedStatus":"passed"},"result":{"status":"interrupted","duration":70}}}

{"method":"onEnd","params":{}}
"#;
    let x = (key("a.spec.ts", "p", &["in", "x"]), timing(Some(70), LastResult::Passed));
    assert_eq!(read_text("report.jsonl", report), Ok([x].into()));
}

#[test]
fn junit_of_other_tools_names_its_files_here_and_there() {
    let junit = r#"<testsuite name="all" hostname="machine" file="c.feature">
        <testcase name="a" classname="x.Y" file="a.test.js" time="1.2"/>
        <testcase name="b › c" classname="d\e.spec.ts" time="1,002.3"/>
        <testcase name="f" time="0"/>
        <testcase name="g" time="4"><skipped/></testcase>
        <testcase name="h" time="4"><error/></testcase>
        <testcase name="i" time="4"><failure/></testcase></testsuite>"#;
    let expected = [
        (key("a.test.js", "", &["a"]), timing(Some(1_200), LastResult::Passed)),
        // What the suite says of its file goes before what looks like one.
        (key("c.feature", "", &["b", "c"]), timing(Some(1_002_000), LastResult::Passed)),
        (key("c.feature", "", &["f"]), timing(None, LastResult::Passed)),
        (key("c.feature", "", &["i"]), timing(None, LastResult::Failed)),
    ];
    assert_eq!(read_text("x", junit.as_bytes()), Ok(expected.into()));
    let guessed = junit.replace(" file=\"c.feature\"", "");
    let guessed = read_text("x", guessed.as_bytes()).unwrap();
    let keys: Vec<TestKey> = guessed.into_keys().collect();
    assert_eq!(keys, [key("a.test.js", "", &["a"]), key("d/e.spec.ts", "", &["b", "c"])]);
}

#[test]
fn whole_files_come_from_cypress_split_and_tests_from_pytest_split() {
    let cypress = r#"{"durations":[{"spec":"e2e\\a.cy.js","duration":10123},{"spec":"b.cy.js","duration":0.4}]}"#;
    let expected = [
        (key("b.cy.js", "", &[]), timing(Some(10), LastResult::Passed)),
        (key("e2e/a.cy.js", "", &[]), timing(Some(10_000), LastResult::Passed)),
    ];
    assert_eq!(read_text("x", cypress.as_bytes()), Ok(expected.into()));
    let expected = [
        (key("t/test_a.py", "", &["C", "test_x[a::b]"]), timing(Some(120), LastResult::Passed)),
        (key("t/test_a.py", "", &["test_y"]), timing(Some(2_000), LastResult::Passed)),
    ];
    let map = r#" {"t/test_a.py::C::test_x[a::b]": 0.12, "t/test_a.py::test_y": 2}"#;
    assert_eq!(read_text("x", map.as_bytes()), Ok(expected.clone().into()));
    let pairs = r#" [["t/test_a.py::C::test_x[a::b]", 0.12], ["t/test_a.py::test_y", 2]]"#;
    assert_eq!(read_text("x", pairs.as_bytes()), Ok(expected.into()));
}

#[test]
fn of_several_executions_the_median_and_the_worst_result_are_taken() {
    let at = |duration: u64, last| super::Sample {
        key: key("a", "", &["x"]),
        duration: Some(Duration::from_millis(duration)),
        last,
    };
    let samples =
        [at(900, LastResult::Passed), at(40, LastResult::Flaky), at(71, LastResult::Passed)];
    let expected = [(key("a", "", &["x"]), timing(Some(70), LastResult::Flaky))];
    assert_eq!(entries(samples), expected.into());
}

#[test]
fn broken_input_is_named_with_its_place() {
    let report = fs::read_to_string(fixture("report.jsonl")).unwrap();
    let torn = report.rsplit_once("\n{").unwrap().0;
    let stranger =
        report.replacen("c828e4cb7db3be608cbc-996d085b2b08da1ec1bc\",\"exp", "x\",\"exp", 1);
    let json = fs::read_to_string(fixture("results.json")).unwrap();
    let renamed = json.replacen("\"expectedStatus\"", "\"expected\"", 1);
    for (content, problem) in [
        ("", "`FILE` is in no format that can be imported"),
        ("> npm test\n{}", "`FILE` is in no format that can be imported"),
        ("{\"a\":1}", "`FILE` is in no format that can be imported"),
        (&json[..100], "cannot import `FILE`: line 5, column 5: EOF while parsing a string"),
        ("{\"a\":1,}", "cannot import `FILE`: line 1, column 8: key must be a string"),
        (&json[..2_000], "cannot import `FILE`: line 92, column 10: EOF while parsing a string"),
        (&renamed, "cannot import `FILE`: line 46, column 7: missing field `expectedStatus`"),
        (
            r#"{"durations":[{"spec":"a"}]}"#,
            "cannot import `FILE`: line 1, column 26: missing field `duration`",
        ),
        (
            r#"{"durations":[{"spec":"a","duration":-1}]}"#,
            "cannot import `FILE`: the duration of `a` is negative",
        ),
        (
            "{\"a::b\":1,\n\"c::d\":\"x\"}",
            "cannot import `FILE`: line 2, column 10: invalid type: string \"x\", expected f64",
        ),
        (r#"{"a::b":-1}"#, "cannot import `FILE`: the duration of `a::b` is negative"),
        (r#"[["a",1]]"#, "cannot import `FILE`: `a` names no file"),
        (torn, "cannot import `FILE`: ends in the middle"),
        (&stranger, "cannot import `FILE`: line 11, column 1: no project has a test `x`"),
        ("<testsuites><testsuite>", "`FILE`, line 1, testsuite[0]: ends in the middle"),
        (
            "<testsuite><testcase name='a' time='1'/></testsuite>",
            "cannot import `FILE`: no test case with a result names its spec file",
        ),
    ] {
        assert_eq!(read_text("report.jsonl", content.as_bytes()), Err(problem.to_owned()));
    }
    assert_eq!(
        read_text("x.zip", b"PK\x03\x04 and no more"),
        Err("cannot import `FILE`: is no whole zip file".to_owned())
    );
    let empty = tempfile::tempdir().unwrap();
    let problem = read(empty.path()).unwrap_err();
    assert!(problem.ends_with("the folder holds no blob reports (`*.zip`)"), "{problem}");
    let path = empty.path().join("other.zip");
    zip(&path, &[("report.json", b"{}")]);
    let problem = read(&path).unwrap_err();
    assert!(problem.ends_with("holds no `report.jsonl`, so it is no blob report"), "{problem}");
}

#[test]
fn a_format_that_was_named_wrongly_is_no_panic() {
    for path in [fixture("results.json"), fixture("junit.xml"), fixture("report.jsonl")] {
        let source = Source::open(&path).unwrap();
        let right = detect(&source).unwrap().name();
        for one in IMPORTERS.iter().filter(|one| one.name() != right) {
            assert!(one.read(&source).is_err(), "{} as {}", path.display(), one.name());
        }
    }
}

#[test]
fn what_is_known_is_kept_unless_it_is_to_be_replaced() {
    let passed = |millis| timing(Some(millis), LastResult::Passed);
    let before = Timings {
        tests: [
            (key("a", "p", &["in", "x › y"]), passed(100)),
            (key("b", "p", &["z"]), passed(100)),
        ]
        .into(),
        costs: Costs::default(),
    };
    let imported: BTreeMap<TestKey, Timing> = [
        // The same test with its titles joined.
        (key("a", "p", &["in", "x", "y"]), passed(200)),
        (key("b", "", &[]), passed(900)),
        (key("n", "p", &["new"]), passed(300)),
    ]
    .into();
    let kept = apply(&before, imported.clone(), Known::Keep);
    let mut expected = before.clone();
    expected.tests.insert(key("n", "p", &["new"]), passed(300));
    assert_eq!(kept, Applied { timings: expected.clone(), new: 1, replaced: 0, kept: 2 });
    expected.tests.insert(key("a", "p", &["in", "x › y"]), passed(200));
    expected.tests.insert(key("b", "", &[]), passed(900));
    let replaced = apply(&before, imported, Known::Replace);
    assert_eq!(replaced, Applied { timings: expected, new: 1, replaced: 2, kept: 0 });
}
