//! Reports of many versions of Playwright (`fixtures/playwright_reports`), merged without Node and
//! opened in a browser, beside what `playwright merge-reports` makes of the same blobs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::report_page::{self, Report, Row};
use crate::support::{Said, fixture, tool};

/// The only test with a screenshot and a trace.
const FAILING: &str = "fails with a screenshot and a trace";

fn reports(version: &str) -> PathBuf {
    fixture("playwright_reports").join(version)
}

/// Merges with the Playwright of a fixture at hand.
fn merge(place: &Place, modules: &str, inputs: &[PathBuf]) -> Said {
    let mut command = place.tool(&["merge", "-C"]);
    command.arg(fixture(modules)).arg("-o").arg(place.path("merged")).args(inputs);
    place.answer(&mut command)
}

/// What Playwright's own command makes of blobs; they are copied, as it unpacks them where they are.
fn merge_reports(place: &Place, modules: &str, blobs: &Path) -> PathBuf {
    let copy = place.path("blobs");
    fs::create_dir(&copy).unwrap();
    for blob in fs::read_dir(blobs).unwrap() {
        let blob = blob.unwrap();
        fs::copy(blob.path(), copy.join(blob.file_name())).unwrap();
    }
    let harness = tool(&place.path(""));
    let mut command = Command::new(fixture(modules).join("node_modules/.bin/playwright"));
    command.env_clear().envs(harness.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(place.path("")).args(["merge-reports", "--reporter", "html", "blobs"]);
    // Each name is that of some version.
    command.env("PLAYWRIGHT_HTML_OPEN", "never").env("PW_TEST_HTML_REPORT_OPEN", "never");
    let output = command.env("PLAYWRIGHT_HTML_REPORT", "theirs").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    place.path("theirs")
}

/// The rows behind each filter, without the set-up test: Playwright shows it once for each shard.
fn rows(report: &Report) -> BTreeSet<(String, Row)> {
    let lists = report.lists.iter();
    let rows =
        lists.flat_map(|(filter, rows)| rows.iter().map(|row| (filter.clone(), row.clone())));
    rows.filter(|(_, row)| row.title != "log in").collect()
}

fn set_up(report: &Report) -> usize {
    report.lists.values().flatten().filter(|row| row.title == "log in").count()
}

/// Opens our report and theirs; the same tests with the same outcome, labels, places and durations.
fn compare(ours: &Path, theirs: &Path) -> (Report, Report) {
    let (own, other) = (report_page::open(ours, FAILING), report_page::open(theirs, FAILING));
    assert_eq!((&own.errors, &other.errors), (&vec![], &vec![]));
    assert_eq!(rows(&own), rows(&other));
    assert_eq!((set_up(&own), set_up(&other)), (1, 2));
    // The set-up test passed, and passed tests are also among all.
    let numbers = |report: &Report, doubled: usize| -> Vec<(String, usize)> {
        let number = |counter: &String| {
            let at = counter.find(|c: char| c.is_ascii_digit()).unwrap();
            let number: usize = counter[at..].parse().unwrap();
            let more = ["All", "Passed"].contains(&&counter[..at]);
            (counter[..at].to_owned(), number - if more { doubled } else { 0 })
        };
        report.counters.iter().map(number).collect()
    };
    assert_eq!(numbers(&own, 0), numbers(&other, 1));
    assert_eq!(own.found, other.found);
    assert_eq!(own.found.len(), 1);
    (own, other)
}

#[test]
fn blobs_of_the_newest_version_open_as_playwrights_own_merge_does() {
    let place = Place::new();
    let blobs = reports("1.65.1").join("blob");
    let said = merge(&place, "shop", std::slice::from_ref(&blobs));
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.stderr.contains("the page is that of the installed Playwright"), "{said:?}");
    let theirs = merge_reports(&place, "shop", &blobs);
    let (own, other) = compare(&place.path("merged/playwright"), &theirs);
    // The failing test's page is theirs, word for word, with its pictures and its trace.
    assert_eq!(own.test, other.test);
    assert_eq!(own.test.tabs.len(), 2);
    assert!(own.test.errors[0].contains("Total 4"), "{:?}", own.test.errors);
    assert!(own.test.steps.iter().any(|step| step.starts_with("look at the total")));
    assert!(own.test.pictures.len() > 1 && own.test.pictures.iter().all(|width| *width > 0));
    assert!(own.test.trace.actions.iter().any(|action| action.contains("Set content")));
    assert_eq!(own.test.trace.errors, Vec::<String>::new());
}

#[test]
fn blobs_of_older_versions_open_in_the_pages_of_theirs() {
    for (version, modules) in [("1.48.2", "older/1.50"), ("1.61.0", "older/1.61")] {
        let place = Place::new();
        let blobs = reports(version).join("blob");
        let said = merge(&place, modules, std::slice::from_ref(&blobs));
        assert_eq!(said.code, 1, "{said:?}");
        let theirs = merge_reports(&place, modules, &blobs);
        let (own, other) = compare(&place.path("merged/playwright"), &theirs);
        assert_eq!((own.test.tabs, own.test.steps), (other.test.tabs, other.test.steps));
        assert_eq!(own.test.trace, other.test.trace, "{version}");
        assert!(!own.test.trace.actions.is_empty(), "{version}");
    }
}

/// The HTML reports of a version as they were: the application that is cut out of the fixture is put
/// in again, out of the page that the same version's own merge wrote.
fn whole_html(place: &Place, version: &str, page: &str) -> Vec<PathBuf> {
    let marker = "data:application/zip;base64,";
    let (head, _) = page.rsplit_once(marker).unwrap();
    let whole = |shard: u32| {
        let folder = place.path(&format!("html-{shard}"));
        let from = reports(version).join(format!("html-{shard}"));
        let copied = Command::new("cp").arg("-r").args([&from, &folder]).status();
        assert!(copied.unwrap().success());
        let text = fs::read_to_string(from.join("index.html")).unwrap();
        let (_, data) = text.rsplit_once(marker).unwrap();
        fs::write(folder.join("index.html"), format!("{head}{marker}{data}")).unwrap();
        let viewer = place.path("theirs/trace");
        let copied = Command::new("cp").arg("-r").args([&viewer, &folder]).status();
        assert!(copied.unwrap().success());
        folder
    };
    [1, 2].map(whole).to_vec()
}

#[test]
fn html_reports_open_as_the_merge_of_their_blobs_does() {
    let place = Place::new();
    let theirs = merge_reports(&place, "shop", &reports("1.65.1").join("blob"));
    let page = fs::read_to_string(theirs.join("index.html")).unwrap();
    let said = merge(&place, "shop", &whole_html(&place, "1.65.1", &page));
    assert_eq!(said.code, 1, "{said:?}");
    let (own, other) = compare(&place.path("merged/playwright"), &theirs);
    assert_eq!(own.test, other.test);
}

#[test]
fn reports_of_several_versions_open_in_the_newest_page_and_that_is_said() {
    let place = Place::new();
    let theirs = merge_reports(&place, "shop", &reports("1.65.1").join("blob"));
    let page = fs::read_to_string(theirs.join("index.html")).unwrap();
    let mut inputs = whole_html(&place, "1.65.1", &page);
    inputs.extend(
        ["1.40.1", "1.56.1"]
            .iter()
            .flat_map(|version| ["html-1", "html-2"].map(|folder| reports(version).join(folder))),
    );
    let said = merge(&place, "shop", &inputs);
    let expected =
        "the page is that of `[DIR]/html-1`; 4 reports of other versions are adapted to it";
    assert!(said.stderr.contains(expected), "{said:?}");
    let merged = report_page::open(&place.path("merged/playwright"), FAILING);
    assert_eq!(merged.errors, Vec::<String>::new());
    // Two executions in each of three runs.
    assert_eq!(merged.test.tabs.len(), 6);
    assert_eq!(
        merged.counters,
        report_page::open(&theirs, FAILING)
            .counters
            .iter()
            .map(|counter| match counter.as_str() {
                "All14" => "All13".to_owned(),
                "Passed9" => "Passed8".to_owned(),
                other => other.to_owned(),
            })
            .collect::<Vec<_>>()
    );
}

#[test]
fn without_a_page_blobs_are_refused_with_what_to_do() {
    let place = Place::new();
    let blob = reports("1.65.1").join("blob/report-1.zip");
    fs::copy(&blob, place.path("report-1.zip")).unwrap();
    let mut command = place.tool(&["merge", ".", "-o", "out", "-C", "."]);
    // Nothing above a folder of its own is a project.
    let folder = tempfile::tempdir().unwrap();
    fs::copy(&blob, folder.path().join("report-1.zip")).unwrap();
    let said = place.answer(command.current_dir(folder.path()));
    assert_eq!(said.code, 5, "{said:?}");
    let hint = "hint: install @playwright/test in `.`, name a project that has it with -C, or merge \
                them with the HTML report of one shard";
    assert!(said.stderr.contains("blob reports hold no page to show them in: `./report-1.zip`"));
    assert!(said.stderr.contains(hint), "{said:?}");
}

/// The lines of a blob with one test that passed, in a run that says how it ended.
fn lines_of_a_run_that(status: &str) -> String {
    let suite = json!({ "title": "a.spec.ts", "entries": [{ "testId": "a-t", "title": "t" }] });
    let start = 1_700_000_000_000_u64;
    let ended = json!({ "id": "1", "duration": 5, "status": "passed" });
    let test = json!({ "testId": "a-t", "expectedStatus": "passed" });
    let run = json!({ "status": status, "startTime": start, "duration": 9 });
    let call = |method: &str, params: Value| json!({ "method": method, "params": params });
    let lines = [
        call("onBlobReportMetadata", json!({ "version": 2 })),
        call("onProject", json!({ "project": { "name": "p", "suites": [suite] } })),
        call(
            "onTestBegin",
            json!({ "testId": "a-t", "result": { "id": "1", "startTime": start } }),
        ),
        call("onTestEnd", json!({ "test": test, "result": ended })),
        call("onEnd", json!({ "result": run })),
    ];
    lines.map(|line| line.to_string()).join("\n")
}

#[test]
fn how_the_run_of_a_blob_ended_decides_where_no_test_does() {
    for (status, code, line) in [
        ("passed", 0, "1 blob report: 1 test, 0 failed, 0 flaky, 0 skipped\n"),
        ("interrupted", 3, "the run of `[DIR]/in/report.jsonl` was interrupted\n"),
        ("timedout", 3, "the run of `[DIR]/in/report.jsonl` was over its global timeout\n"),
        ("failed", 1, "the run of `[DIR]/in/report.jsonl` failed, and nothing in it says why\n"),
    ] {
        let place = Place::new();
        place.write("in/report.jsonl", lines_of_a_run_that(status));
        let said = merge(&place, "shop", &[place.path("in")]);
        assert_eq!(said.code, code, "{status}: {said:?}");
        assert!(said.stderr.contains(line), "{status}: {said:?}");
    }
}

#[test]
fn the_blob_and_the_html_report_of_a_run_are_one_report_with_a_page_and_a_shard() {
    let place = Place::new();
    let version = reports("1.65.1");
    let inputs = [version.join("blob"), version.join("html-1")];
    // No Playwright is here, so the page must be that of the HTML report.
    let mut command = place.tool(&["merge", "-o", "merged"]);
    let said = place.answer(command.args(&inputs));
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.stderr.starts_with("1 HTML report, 1 blob report: "), "{said:?}");
    assert!(!said.stderr.contains("missing"), "{said:?}");
    // Where that is torn, what it was is said, and only blobs are counted as such.
    place.write("torn/index.html", "<html>");
    let inputs = [version.join("blob"), place.path("torn")];
    let folder = tempfile::tempdir().unwrap();
    let mut command = place.tool(&["merge", "-o", "merged"]);
    let said = place.answer(command.current_dir(folder.path()).args(&inputs));
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.stderr.contains("report-1.zip` and 1 more\n"), "{said:?}");
    assert!(said.stderr.contains("torn` is left out, as "), "{said:?}");
}

#[test]
fn tests_that_several_reports_hold_are_told() {
    let place = Place::new();
    let blobs = reports("1.65.1").join("blob");
    let said = merge(&place, "shop", std::slice::from_ref(&blobs));
    let side =
        "1 test stands in several reports side by side: counted once, the worst result decides\n";
    assert!(said.stderr.contains(side), "{said:?}");
    assert!(!said.stderr.contains("one after the other"), "{said:?}");
    let said = merge(&place, "shop", &[blobs, reports("1.61.0").join("blob")]);
    let turn = " tests stand in several reports one after the other: counted once, the last attempt \
                that ended decides\n";
    assert!(said.stderr.contains(turn), "{said:?}");
}

#[test]
fn blobs_are_taken_where_they_are_named_and_whatever_their_folder_is_called() {
    let place = Place::new();
    let blobs = reports("1.65.1").join("blob");
    let named = ["report-1.zip", "report-2.zip"].map(|name| blobs.join(name));
    let said = merge(&place, "shop", &named);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.stderr.starts_with("2 blob reports: "), "{said:?}");
    for (number, folder) in [(1, "in/data"), (2, "in/resources")] {
        place
            .write(&format!("{folder}/REPORT-{number}.ZIP"), fs::read(&named[number - 1]).unwrap());
    }
    let said = merge(&place, "shop", &[place.path("in")]);
    assert!(said.stderr.starts_with("2 blob reports: "), "{said:?}");
    // Attachments beside a page or beside the lines of a blob are none, unless they are named.
    place.write("in/index.html", fs::read(reports("1.65.1").join("html-1/index.html")).unwrap());
    place.write("in/report.jsonl", lines_of_a_run_that("passed"));
    let said = merge(&place, "shop", &[place.path("in")]);
    assert!(said.stderr.starts_with("1 HTML report, 1 blob report: "), "{said:?}");
    place.write("other.zip", "PK");
    let said = merge(&place, "shop", &[place.path("in"), place.path("other.zip")]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.stderr.contains("left out `[DIR]/other.zip`: it is no whole blob"), "{said:?}");
}

#[test]
fn a_report_in_a_folder_named_trace_is_merged_and_a_trace_viewer_is_none() {
    let place = Place::new();
    let page = fs::read(reports("1.65.1").join("html-1/index.html")).unwrap();
    place.write("in/trace/index.html", &page);
    place.write("in/trace/trace/index.html", "<html>the viewer</html>");
    for input in ["in", "in/trace"] {
        let said = place.call(&["merge", input, "-o", "merged"]);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.stderr.starts_with("1 HTML report: 8 tests, 2 failed"), "{said:?}");
    }
    // One report in another.
    place.write("in/index.html", fs::read(reports("1.65.1").join("html-2/index.html")).unwrap());
    let said = place.call(&["merge", "in", "-o", "merged"]);
    assert!(said.stderr.starts_with("2 HTML reports: "), "{said:?}");
}

#[test]
fn a_missing_shard_a_copy_and_a_torn_blob_are_named_and_the_exit_code_is_3() {
    let place = Place::new();
    let blobs = reports("1.65.1").join("blob");
    let first = fs::read(blobs.join("report-1.zip")).unwrap();
    place.write("in/a/report-1.zip", &first);
    place.write("in/b/copy.zip", &first);
    place.write("in/c/report-2.zip", &first[..first.len() / 2]);
    // A zip of something else, and attachments of a report, are no reports.
    let image = fs::read(reports("1.65.1").join("html-1/index.html")).unwrap();
    place.write("in/c/notes.txt", image);
    let said = merge(&place, "shop", &[place.path("in")]);
    assert_eq!(said.code, 3, "{said:?}");
    for line in [
        "1 blob report: ",
        "`[DIR]/in/b/copy.zip` is the same as `[DIR]/in/a/report-1.zip`: counted once",
        "left out `[DIR]/in/c/report-2.zip`: it is no whole blob report: it is no whole zip file",
        "shard 2 of 2 is missing",
    ] {
        assert!(said.stderr.contains(line), "{line}: {}", said.stderr);
    }
}
