//! Suites that Playwright takes and that could lead us astray, run by a real Playwright.

use serde_json::Value;

use crate::support::place::Place;
use crate::support::{engine, shardwright};

const IMPORT: &str = "import { test } from '@playwright/test';\n";
const PROCESS: [&str; 2] = ["--isolation", "process"];

fn project(config: &str, spec: &str) -> Place {
    let config = format!("export default {{ testDir: 'tests', {config} }};\n");
    let spec = format!("{IMPORT}{spec}");
    Place::with_playwright(&[("playwright.config.ts", &config), ("tests/a.spec.ts", &spec)])
}

#[test]
fn half_a_surrogate_in_titles_and_output_loses_no_test() {
    let spec = "const half = '😀'.slice(0, 1);\n\
                test(`a cut ${half} title`, () => { console.log(half); });\n\
                test('a cut message', () => { throw new Error(half); });\n";
    let place = project("", spec);
    let said = place.call(&[&["run", "--shards", "2"], PROCESS.as_slice()].concat());
    assert_eq!(said.code, 1, "{}", said.stderr);
    let results = place.json("shardwright-report/results.json");
    let summary = &results["results"]["summary"];
    assert_eq!((&summary["passed"], &summary["failed"]), (&1.into(), &1.into()), "{summary}");
}

#[test]
fn projects_of_one_name_are_refused() {
    let place = project("projects: [{ retries: 0 }, { retries: 1 }]", "test('one', () => {});\n");
    let said = place.call(&[&["discover"], PROCESS.as_slice()].concat());
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    assert_eq!(
        said.stderr,
        "error: two tests are named alike: `a.spec.ts › one`\nhint: give every project in the \
         configuration a name of its own\n"
    );
}

#[test]
fn a_configuration_that_shards_is_refused() {
    let place = project("shard: { current: 1, total: 2 }", "test('one', () => {});\n");
    let said = place.call(&[&["discover"], PROCESS.as_slice()].concat());
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    assert!(said.stderr.starts_with("error: the Playwright configuration sets `shard`"));
}

#[test]
fn an_attachment_that_leads_elsewhere_is_not_named() {
    let spec = "test('one', ({}, info) => {\n\
                info.attachments.push({ name: 'far', contentType: 'text/plain', path: '/etc/hostname' });\n\
                info.attachments.push({ name: 'up', contentType: 'text/plain',\n\
                path: info.outputDir + '/../../../../../../../../../../../../../../etc/hostname' });\n\
                info.attachments.push({ name: 'near', contentType: 'text/plain', path: __filename });\n\
                });\n";
    let place = project("", spec);
    let said = place.call(&[&["run"], PROCESS.as_slice()].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    for report in ["junit.xml", "results.json"] {
        let text = place.read(&format!("shardwright-report/{report}"));
        assert!(!text.contains("/etc/hostname"), "{text}");
        assert!(text.contains("a.spec.ts"), "{text}");
    }
}

#[test]
fn workers_follow_the_cpus_of_a_shard_and_not_those_of_the_machine() {
    engine::needed();
    let default = project("", "test('one', () => {});\n");
    let configured = project("workers: 3", "test('one', () => {});\n");
    for (place, cpus, workers) in
        [(&default, "2", 1), (&default, "8", 4), (&configured, "2", 3), (&configured, "6", 3)]
    {
        let plan = shardwright(&place.path(""), &["plan", "--format", "json", "--cpus", cpus]);
        assert_eq!(plan.code, 0, "{}", plan.stderr);
        let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
        assert_eq!(plan["workers"], workers, "{cpus} CPUs");
    }
}
