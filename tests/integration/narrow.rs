//! Shards of one machine load only their own spec files, whatever these are called, wherever they
//! lie and however the user chose them; no test gets lost by it.

use std::collections::BTreeSet;

use crate::support::place::Place;
use crate::support::{Said, read};

const PROCESS: [&str; 2] = ["--isolation", "process"];
/// Each spec file notes the shard's process that loads it, but for its workers.
const NOTE: &str = "import { test } from '@playwright/test';\n\
    import fs from 'fs';\n\
    if (process.env.TEST_WORKER_INDEX === undefined)\n\
    \x20 fs.appendFileSync(process.cwd() + '/loads.txt', process.pid + ' ' + __filename + '\\n');\n";

fn spec(title: &str) -> String {
    format!("{NOTE}test('{title}', () => {{}});\n")
}

fn project(config: &str, files: &[&str]) -> Place {
    let config = format!("export default {{ testDir: 'tests', {config} }};\n");
    let place = Place::with_playwright(&[("playwright.config.ts", &config)]);
    for file in files {
        place.write(file, spec(&format!("of {}", file.replace('\'', ""))));
    }
    place
}

fn run(place: &Place, arguments: &[&str]) -> Said {
    std::fs::remove_file(place.path("loads.txt")).ok();
    place.call(&[&["run", "--quiet"], PROCESS.as_slice(), arguments].concat())
}

/// How many files each process loaded: the list first, then the shards.
fn loads(place: &Place) -> Vec<usize> {
    let text = place.read("loads.txt");
    let processes: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    let mut seen = BTreeSet::new();
    let distinct = processes.iter().filter(|process| seen.insert(**process));
    distinct.map(|one| processes.iter().filter(|other| one == *other).count()).collect()
}

#[track_caller]
fn all_pass(place: &Place, arguments: &[&str], tests: usize) {
    let said = run(place, arguments);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    let verdicts = read::verdicts(&place.path("shardwright-report"));
    assert_eq!(verdicts.len(), tests, "{verdicts:?}");
    assert!(verdicts.values().all(|verdict| verdict == "passed"), "{verdicts:?}");
}

#[test]
fn a_shard_loads_its_own_files_whatever_they_are_called() {
    let files = [
        "tests/a+b (1).spec.ts",
        "tests/deep/[x]/$y^.spec.ts",
        "tests/spec.ts/it's {2}.spec.ts",
        "tests/z.spec.ts",
        "tests/ü ñ.spec.ts",
        "tests/deep/z.spec.ts",
    ];
    let place = project("", &files);
    all_pass(&place, &["--shards", "3"], 6);
    let loads = loads(&place);
    assert_eq!(loads[0], 6, "the list loads all files");
    assert_eq!((loads.len(), loads[1..].iter().sum::<usize>()), (4, 6), "{loads:?}");
}

#[test]
fn a_file_of_the_same_name_elsewhere_does_no_harm() {
    let place = project("", &["tests/a.spec.ts", "tests/b.spec.ts", "tests/deep/a.spec.ts"]);
    // Not chosen: neither its focus nor its error may count.
    let focused = spec("focus").replace("test('", "test.only('");
    place.write("tests/deep/a.spec.ts", format!("{focused}throw new Error('loaded');\n"));
    all_pass(&place, &["--shards", "2", "tests/a.spec.ts", "tests/b.spec.ts"], 2);
}

#[test]
fn lines_projects_and_links_are_chosen_as_before() {
    let place = project(
        "projects: [{ name: 'here' }, { name: 'there', testDir: 'other' }, { name: 'set up', \
         testMatch: /begin\\.ts/ }, { name: 'after', testMatch: /b\\.spec/, dependencies: ['set up'] }]",
        &[
            "tests/a.spec.ts",
            "tests/b.spec.ts",
            "tests/begin.ts",
            "other/o.spec.ts",
            "far/l.spec.ts",
        ],
    );
    std::os::unix::fs::symlink(place.path("far"), place.path("tests/link")).unwrap();
    let more = format!("{}test('second', () => {{}});\n", spec("first"));
    place.write("tests/a.spec.ts", &more);
    // a (2), b in two projects, o, and what b needs.
    all_pass(&place, &["--shards", "3"], 6);
    let line = format!("tests/a.spec.ts:{}", more.lines().count());
    all_pass(&place, &["--shards", "2", &line, "tests/b.spec.ts"], 4);
}

#[test]
fn compiled_files_that_playwright_knows_by_their_source_are_run() {
    let place = project("", &["tests/a.spec.ts", "tests/b.spec.ts"]);
    let map = r#"{"version":3,"sources":["../src/c.spec.ts"],"names":[],"mappings":"AAAA;AACA"}"#;
    place.write("tests/c.spec.js.map", map);
    place.write(
        "tests/c.spec.js",
        "const { test } = require('@playwright/test');\ntest('compiled', () => {});\n\
         //# sourceMappingURL=c.spec.js.map\n",
    );
    all_pass(&place, &["--shards", "3"], 3);
}
