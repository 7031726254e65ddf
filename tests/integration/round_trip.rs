//! What plain Playwright's own reporters say of the shop equals what the merge of its shards says,
//! test by test.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::support::project;
use crate::support::read::{self, Case, Suite};
use crate::support::shop::{self, playwright, reporting};
use crate::support::{engine, said, tool};

/// What a report says of a test beside its times and the places of its files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    outcome: String,
    place: String,
    tags: Vec<String>,
    annotations: Vec<(String, String)>,
    /// One for each execution: its status, the names of its attachments, the begins of its errors.
    results: Vec<(String, Vec<String>, Vec<String>)>,
}

/// Every test of an HTML report by project, file and titles.
fn told(parts: &BTreeMap<String, Value>) -> BTreeMap<(String, String, Vec<String>), Told> {
    let files = parts.iter().filter(|(name, _)| *name != "report.json");
    let mut all = BTreeMap::new();
    for (file, test) in files.flat_map(|(_, file)| {
        read::list(file, "tests").iter().map(|test| (read::text(file, "fileName"), test))
    }) {
        let titles = [read::texts(test, "path"), vec![read::text(test, "title")]].concat();
        let known = all.insert((read::text(test, "projectName"), file, titles), one(test));
        assert_eq!(known, None, "a test stands twice in the report: {test}");
    }
    all
}

fn one(test: &Value) -> Told {
    let note = |note: &Value| {
        let description = note["description"].as_str().unwrap_or_default();
        (read::text(note, "type"), description.to_owned())
    };
    let annotations = read::list(test, "annotations").iter().map(note);
    let names = |result: &Value| {
        read::list(result, "attachments").iter().map(|one| read::text(one, "name")).collect()
    };
    // Paths differ between this machine and a container; the first line is the message.
    let error =
        |error: &Value| read::text(error, "message").lines().next().unwrap_or_default().to_owned();
    let result = |result: &Value| {
        let errors = read::list(result, "errors").iter().map(error).collect();
        (read::text(result, "status"), names(result), errors)
    };
    let location = &test["location"];
    Told {
        outcome: read::text(test, "outcome"),
        place: format!("{}:{}:{}", location["file"], location["line"], location["column"]),
        tags: read::texts(test, "tags"),
        // Ours says where a set-up test ran, too.
        annotations: annotations.filter(|(kind, _)| kind != "ran in shards").collect(),
        results: read::list(test, "results").iter().map(result).collect(),
    }
}

#[track_caller]
fn assert_same(ours: &BTreeMap<String, Value>, theirs: &BTreeMap<String, Value>) {
    let (own, other) = (told(ours), told(theirs));
    assert!(own.keys().eq(other.keys()), "other tests: {:?} {:?}", own.keys(), other.keys());
    for (key, theirs) in &other {
        assert_eq!(&own[key], theirs, "{key:?}");
    }
    let numbers = |parts: &BTreeMap<String, Value>| parts["report.json"]["stats"].clone();
    assert_eq!(numbers(ours), numbers(theirs));
}

#[test]
fn the_html_report_says_what_plain_playwrights_says() {
    let theirs = read::html_page(&shop::plain().reports.join("html"));
    assert_same(&read::html(&shop::whole().output()), &theirs);
}

/// What a JUnit file says of a test, and of how many: XML cannot hold every character, so titles
/// are compared by their letters and digits.
fn cases(suites: &[Suite]) -> BTreeMap<(String, String, String, String), usize> {
    let mut cases = BTreeMap::new();
    for suite in suites {
        let [file, project] = ["name", "hostname"].map(|name| suite.attributes[name].clone());
        for case in &suite.cases {
            let name: String =
                case.attributes["name"].chars().filter(|c| c.is_alphanumeric()).collect();
            let key = (file.clone(), project.clone(), name, Case::status(case).to_owned());
            *cases.entry(key).or_default() += 1;
        }
    }
    cases
}

#[test]
fn the_junit_file_says_what_plain_playwrights_says() {
    let ours = read::junit(&shop::whole().output()).1;
    let theirs = read::junit(&shop::plain().reports).1;
    assert_eq!(cases(&ours), cases(&theirs));
}

/// The files where the shop's switches are, and one more.
const FILES: [&str; 2] = ["tests/home/banner.spec.ts", "tests/api/cart.spec.ts"];
const SWITCHES: [(&str, &str); 2] = [("SHOP_FAIL", "1"), ("SHOP_FLAKY", "1")];

/// Plain Playwright on these files; its reports are in `reports/NAME`.
fn plainly(shop: &Path, name: &str, more: &[&str]) {
    let mut arguments = vec!["test"];
    arguments.extend(FILES);
    arguments.extend(more);
    let reports = shop.join("reports").join(name);
    let mut command = playwright(shop, &arguments);
    let output = reporting(&mut command, &reports).envs(SWITCHES).output().unwrap();
    assert_ne!(output.status.code(), None, "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn failures_retries_and_attachments_are_those_of_plain_playwright() {
    engine::needed();
    let shop = project::copy("shop", "round-trip");
    let _turn = engine::alone();
    plainly(&shop, "plain", &["--add-reporter", "html"]);
    let theirs = read::html_page(&shop.join("reports/plain/html"));
    assert_eq!(theirs["report.json"]["stats"]["unexpected"], 1);
    assert_eq!(theirs["report.json"]["stats"]["flaky"], 1);
    let mut arguments =
        vec!["run", "--shards", "2", "--env", "SHOP_FAIL=1", "--env", "SHOP_FLAKY=1"];
    arguments.extend(FILES);
    let ran = project::run(&shop, &arguments, &[]);
    assert_eq!(ran.said.code, 1, "{}", ran.said.stderr);
    assert_same(&read::html(&ran.output()), &theirs);
}

#[test]
fn the_merge_of_plain_playwrights_own_shards_is_plain_playwrights_report() {
    let shop = project::copy("shop", "round-trip-shards");
    let _turn = engine::alone();
    plainly(&shop, "plain", &["--add-reporter", "html"]);
    let theirs = read::html_page(&shop.join("reports/plain/html"));
    for shard in ["1/2", "2/2"] {
        let name = &format!("shard-{}", &shard[..1]);
        plainly(&shop, name, &["--add-reporter", "html,blob", "--shard", shard]);
    }
    for kind in ["html", "blob"] {
        let target = shop.join("merged").join(kind);
        let mut command = tool(&shop);
        command.args(["merge", "-o"]).arg(&target);
        let inputs = ["shard-1", "shard-2"].map(|name| shop.join("reports").join(name).join(kind));
        let said = said(command.args(inputs).output().unwrap());
        assert_eq!(said.code, 1, "{said:?}");
        assert_same(&read::html(&target), &theirs);
    }
}
