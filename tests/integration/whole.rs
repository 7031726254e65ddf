//! The whole shop in four containers does what its model says and what Playwright alone says.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::support::expected::{Expected, Key, Switch, Test, Verdicts};
use crate::support::read::Case;
use crate::support::{engine, read, shop};

/// What differs, so that a failure shows that and not two lists of 152 tests.
#[track_caller]
fn assert_same(left: &Verdicts, right: &Verdicts) {
    let differ = |(key, verdict): &(&Key, &String)| right.get(*key) != Some(*verdict);
    let differing: BTreeMap<&Key, (&String, Option<&String>)> =
        left.iter().filter(differ).map(|(key, verdict)| (key, (verdict, right.get(key)))).collect();
    let more: Vec<&Key> = right.keys().filter(|key| !left.contains_key(*key)).collect();
    assert!(differing.is_empty() && more.is_empty(), "differ: {differing:#?}, more: {more:#?}");
}

#[test]
fn the_outcome_is_that_of_the_model_and_the_exit_code_is_0() {
    let ran = shop::whole();
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    assert_same(&read::verdicts(&ran.output()), &Expected::of_shop().verdicts(Switch::Off));
    assert_eq!(read::problems(&ran.output()), Vec::<String>::new());
    assert_eq!(ran.said.stdout, "");
    assert!(ran.said.stderr.contains("147 passed, 5 skipped in "), "{}", ran.said.stderr);
}

#[test]
fn the_outcome_is_what_plain_playwright_says() {
    let plain = shop::plain();
    let theirs = read::playwright_verdicts(&plain.results);
    assert_same(&read::verdicts(&shop::whole().output()), &theirs);
    assert_eq!(plain.code, shop::whole().said.code);
}

#[test]
fn nothing_is_left_in_the_engine() {
    assert_eq!(engine::left_behind(shop::whole().process), Vec::<String>::new());
}

/// The verdicts as `junit.xml` tells them, where its cases can be told apart by their names: XML
/// cannot hold every character, so that titles with control characters are compared as one.
fn from_junit(output: &Path, expected: &Expected) -> Verdicts {
    let mut told = Verdicts::new();
    for suite in read::junit(output).1 {
        let [file, project] = ["name", "hostname"].map(|name| suite.attributes[name].clone());
        let own = |test: &&Test| test.file == file && test.project == project;
        let models: Vec<&Test> = expected.tests.iter().filter(own).collect();
        assert_eq!(suite.cases.len(), models.len(), "cases of {file} in {project}");
        let title = |test: &Test| test.titles.join(" › ");
        let (odd, plain): (Vec<&Test>, Vec<&Test>) =
            models.into_iter().partition(|test| title(test).contains(char::is_control));
        let is_plain =
            |case: &&Case| plain.iter().any(|test| title(test) == case.attributes["name"]);
        let (named, mut rest): (Vec<&Case>, Vec<&Case>) = suite.cases.iter().partition(is_plain);
        for model in plain.iter().chain(&odd) {
            let same = |case: &&&Case| case.attributes["name"] == title(model);
            let case = named.iter().find(same).copied().or_else(|| rest.pop());
            let case = case.unwrap_or_else(|| panic!("no case for {model:?}"));
            let said = case.properties["shardwright.verdict"].clone();
            assert_eq!(case.status(), said, "{model:?}");
            told.insert(model.key(), said);
        }
        assert!(rest.is_empty(), "cases of no test: {rest:?}");
    }
    told
}

#[test]
fn junit_says_the_same_test_by_test() {
    let expected = Expected::of_shop();
    let told = from_junit(&shop::whole().output(), &expected);
    assert_same(&told, &expected.verdicts(Switch::Off));
}

/// The names and paths of what the executions of the only unlucky test attached.
fn attached(test: &Value) -> Vec<(String, String)> {
    let mut attached: Vec<_> = read::list(test, "attachments")
        .iter()
        .map(|file| (read::text(file, "name"), read::text(file, "path")))
        .collect();
    attached.sort();
    attached
}

#[test]
fn the_failing_test_alone_fails_with_its_screenshot_and_its_trace() {
    let expected = Expected::of_shop();
    let ran = shop::failing();
    assert_eq!(ran.said.code, 1, "{}", ran.said.stderr);
    let output = ran.output();
    assert_same(&read::verdicts(&output), &expected.verdicts_of(&shop::SWITCHED, Switch::Fail));
    let fails = |test: &&Test| test.verdict(Switch::Fail) == "failed";
    let model = expected.tests.iter().find(fails).unwrap();
    assert!(ran.said.stderr.contains(&model.titles[0]), "{}", ran.said.stderr);
    let told = attached(&read::ctrf(&output)[&model.key()]);
    let names: Vec<&String> = told.iter().map(|(name, _)| name).collect();
    assert_eq!(names, model.attachments(Switch::Fail).iter().collect::<Vec<_>>());
    for (name, path) in &told {
        assert!(output.join(path).is_file(), "{name} is not at {path}");
    }
    let files = read::html(&output);
    let of_file = files.values().find(|file| file["fileName"] == "home/banner.spec.ts").unwrap();
    let failed: Vec<&Value> = read::list(of_file, "tests")
        .iter()
        .filter(|test| test["outcome"] == "unexpected")
        .collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    let shown = attached(&failed[0]["results"][0]);
    assert_eq!(shown.iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
    for (name, path) in &shown {
        assert!(output.join("playwright").join(path).is_file(), "{name} is not at {path}");
    }
    assert!(output.join("playwright/trace/index.html").is_file(), "no viewer for the trace");
    assert_eq!(files["report.json"]["stats"]["unexpected"], 1);
}

#[test]
fn a_flaky_test_is_flaky_and_no_failure_unless_that_is_asked_for() {
    let expected = Expected::of_shop().verdicts_of(&shop::SWITCHED, Switch::Flaky);
    let strict = shop::switched("flaky-fails", "SHOP_FLAKY=1", &["--fail-on-flaky"]);
    for (ran, code) in [(shop::flaky(), 0), (&strict, 1)] {
        assert_eq!(ran.said.code, code, "{}", ran.said.stderr);
        assert_same(&read::verdicts(&ran.output()), &expected);
        assert!(ran.said.stderr.contains("1 flaky"), "{}", ran.said.stderr);
        assert_eq!(read::html(&ran.output())["report.json"]["stats"]["flaky"], 1);
    }
}
