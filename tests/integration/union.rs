//! The shards together are the suite: no test is lost, none runs twice, and Playwright itself
//! knows each by the same id and keeps the same ones together.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::support::expected::{Expected, Key, Test};
use crate::support::{Said, engine, fixture, project, read, shardwright, shop};

/// Workers of the listing: Playwright cuts some groups into as many pieces.
const WORKERS: usize = 2;

/// What `discover` says of the shop, listed in a container.
fn discovered() -> &'static Value {
    static SUITE: OnceLock<Value> = OnceLock::new();
    SUITE.get_or_init(|| {
        engine::needed();
        let workers = format!("--workers={WORKERS}");
        let arguments = ["discover", "--format", "json", "--", &workers];
        let _turn = engine::alone();
        let Said { stdout, stderr, code } = shardwright(&fixture("shop"), &arguments);
        assert_eq!(code, 0, "{stderr}");
        serde_json::from_str(&stdout).unwrap()
    })
}

/// The discovered tests by id, those of set-up projects included.
fn discovered_ids() -> BTreeMap<Key, String> {
    let suite = discovered();
    let grouped = read::list(suite, "groups").iter().flat_map(|group| read::list(group, "tests"));
    let tests: Vec<&Value> = grouped.chain(read::list(suite, "shared")).collect();
    let ids: BTreeMap<Key, String> =
        tests.iter().map(|test| (read::key(test), read::text(test, "id"))).collect();
    assert_eq!(ids.len(), tests.len(), "a test was discovered twice");
    ids
}

#[test]
fn the_shards_of_a_run_hold_every_discovered_test_once() {
    let output = shop::whole().output();
    let plan = read::json(&output.join("plan.json"));
    let mut planned = Vec::new();
    for group in read::list(&plan, "shards").iter().flat_map(|shard| read::list(shard, "groups")) {
        for test in read::list(group, "tests") {
            let (project, file) = (read::text(group, "project"), read::text(group, "file"));
            planned.push((
                Key { project, file, titles: read::texts(test, "titles") },
                read::text(test, "id"),
            ));
        }
    }
    for test in read::list(&plan, "shared") {
        planned.push((read::key(test), read::text(test, "id")));
    }
    planned.sort();
    let found: Vec<(Key, String)> = discovered_ids().into_iter().collect();
    assert_eq!(planned, found);
    assert_eq!(read::list(&plan, "shards").len(), 4);
}

#[test]
fn the_shards_of_a_run_ran_every_discovered_test_once() {
    let tests = read::ctrf(&shop::whole().output());
    let ran: Vec<&Key> = tests.keys().collect();
    assert_eq!(ran, discovered_ids().keys().collect::<Vec<_>>());
    for (key, test) in &tests {
        let shards = read::list(&test["extra"]["shardwright.test"], "shards").len();
        // What others depend on runs wherever it is needed.
        assert_eq!(shards, if key.project == "setup" { 4 } else { 1 }, "{key:?}");
    }
}

#[test]
fn ids_are_playwrights_own() {
    let shop = project::copy("shop", "ids");
    let mut theirs = BTreeMap::new();
    // One project at a time: where two hold the same test the reporter shows only the first's id.
    for project in ["setup", "chromium", "mobile"] {
        let project = format!("--project={project}");
        let arguments = ["test", "--list", "--reporter=json", "--no-deps", &project];
        let output = shop::playwright(&shop, &arguments).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}");
        let list: Value = serde_json::from_slice(&output.stdout).unwrap();
        theirs.extend(read::playwright(&list).into_iter().map(|(id, key, _)| (key, id)));
    }
    assert_eq!(discovered_ids(), theirs);
    assert_eq!(theirs.len(), Expected::of_shop().counts.tests);
}

#[test]
fn groups_are_playwrights_own() {
    let expected = Expected::of_shop();
    let mut groups: BTreeMap<&str, Vec<&Test>> = BTreeMap::new();
    for test in expected.tests.iter().filter(|test| test.project != "setup") {
        groups.entry(&test.group).or_default().push(test);
    }
    let mut theirs: Vec<Vec<Key>> = Vec::new();
    for tests in groups.values() {
        let size = if tests[0].chunked { tests.len().div_ceil(WORKERS) } else { tests.len() };
        theirs.extend(tests.chunks(size).map(|part| part.iter().map(|test| test.key()).collect()));
    }
    theirs.sort();
    let ours = read::list(discovered(), "groups").iter();
    let mut ours: Vec<Vec<Key>> =
        ours.map(|group| read::list(group, "tests").iter().map(read::key).collect()).collect();
    ours.sort();
    assert_eq!(ours, theirs);
    assert!(expected.tests.iter().any(|test| test.chunked), "the model has no chunked group");
    // The set-up test is a group as well, and is not dealt.
    assert_eq!(groups.len() + 1, expected.counts.groups);
}

#[test]
fn tags_are_playwrights_own() {
    let tags: BTreeMap<Key, Vec<String>> =
        Expected::of_shop().tests.iter().map(|test| (test.key(), test.tags.clone())).collect();
    let groups = read::list(discovered(), "groups").iter();
    let tests = groups.flat_map(|group| read::list(group, "tests"));
    for test in tests {
        assert_eq!(read::texts(test, "tags"), tags[&read::key(test)], "{test}");
    }
}
