//! How a node of a CI matrix starts: one process of Playwright hands its suite out, is told its
//! part and runs it. Whatever is wrong with the suite is said as a list would say it.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::expected::{Key, Verdicts};
use crate::support::place::Place;
use crate::support::script::{six, with_death, with_result};
use crate::support::{Said, read, said};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const PROCESS: [&str; 2] = ["--isolation", "process"];
/// Notes each process that loads it, but for Playwright's own workers, which load it too.
const CONFIG: &str = "import fs from 'fs';\n\
    if (process.env.TEST_WORKER_INDEX === undefined)\n\
    \x20 fs.appendFileSync(__dirname + '/loads.txt', process.pid + '\\n');\n\
    export default { testDir: 'tests', globalSetup: './setup.ts', projects: [\n\
    \x20 { name: 'last', testMatch: /b\\.spec/, dependencies: ['login'] },\n\
    \x20 { name: 'login', testMatch: /login\\.ts/, teardown: 'logout' },\n\
    \x20 { name: 'first', testMatch: /spec/, fullyParallel: true },\n\
    \x20 { name: 'logout', testMatch: /logout\\.ts/ },\n\
    ] };\n";
const SETUP: &str = "import fs from 'fs';\n\
    export default async () => {\n\
    \x20 fs.appendFileSync(__dirname + '/setups.txt', 'one\\n');\n\
    \x20 if (process.env.SLOW) await new Promise(done => setTimeout(done, 60_000));\n\
    \x20 if (process.env.BOOM) throw new Error('no set-up today');\n\
    };\n";

fn spec(titles: &[&str]) -> String {
    let tests = titles.iter().map(|title| format!("test('{title}', () => {{}});\n"));
    format!("import {{ test }} from '@playwright/test';\n{}", tests.collect::<String>())
}

fn project() -> Place {
    Place::with_playwright(&[
        ("playwright.config.ts", CONFIG),
        ("setup.ts", SETUP),
        ("tests/login.ts", &spec(&["log in"])),
        ("tests/logout.ts", &spec(&["log out"])),
        ("tests/a.spec.ts", &spec(&["a1", "a2"])),
        ("tests/b.spec.ts", &spec(&["b1", "b2", "b3"])),
        ("tests/c.spec.ts", &spec(&["c1"])),
    ])
}

fn run(place: &Place, arguments: &[&str]) -> Said {
    place.call(&[&["run"], PROCESS.as_slice(), arguments].concat())
}

/// How often a file of notes was written to since the last look.
fn notes(place: &Place, name: &str) -> usize {
    let count = std::fs::read_to_string(place.path(name)).unwrap_or_default().lines().count();
    std::fs::remove_file(place.path(name)).ok();
    count
}

#[test]
fn a_node_is_one_process_of_playwright_and_runs_its_part_of_the_plan() {
    let place = project();
    let mut verdicts = Vec::new();
    for (shard, output) in [("1/2", "one"), ("2/2", "two")] {
        let said = run(&place, &["--shard", shard, "--output", output]);
        assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
        assert_eq!(notes(&place, "loads.txt"), 1, "processes of node {shard}");
        assert_eq!(notes(&place, "setups.txt"), 1, "set-ups of node {shard}");
        verdicts.extend(read::verdicts(&place.path(output)));
    }
    let said = run(&place, &["--shards", "2", "--output", "whole"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    // One list, then two shards.
    assert_eq!(notes(&place, "loads.txt"), 3);
    let whole = read::verdicts(&place.path("whole"));
    let is_dealt = |key: &Key| !key.project.starts_with("log");
    assert_eq!(verdicts.iter().filter(|(key, _)| is_dealt(key)).count(), 9);
    assert_eq!(verdicts.into_iter().collect::<Verdicts>(), whole);
    let digest = |output: &str| read::text(&place.json(&format!("{output}/plan.json")), "digest");
    assert_eq!([digest("one"), digest("two")], [digest("whole"), digest("whole")]);
}

#[test]
fn a_node_without_a_share_leaves_nothing_and_is_well() {
    let place = project();
    let said = run(&place, &["--shard", "9/9", "--quiet"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    assert_eq!((notes(&place, "loads.txt"), notes(&place, "setups.txt")), (1, 1));
    assert!(!place.path("shardwright-report/shards/9/attempt-1").exists());
    assert!(read::verdicts(&place.path("shardwright-report")).is_empty());
}

#[test]
fn focused_tests_are_all_that_a_node_is_given() {
    let place = project();
    let focused = spec(&["c1", "c2"]).replace("test('c2'", "test.only('c2'");
    place.write("tests/c.spec.ts", focused);
    let said = run(&place, &["--shard", "1/1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let titles: Vec<String> = read::verdicts(&place.path("shardwright-report"))
        .into_keys()
        .flat_map(|key| key.titles)
        .collect();
    assert_eq!(titles, ["c2"]);
}

#[test]
fn what_is_wrong_with_a_suite_is_said_by_a_node_as_by_a_list() {
    let place = project();
    let alike = |name: &str, more: &[&str]| {
        let node = run(&place, &[&["--shard", "1/2", "--quiet"], more].concat());
        let empty = run(&place, &[&["--shard", "9/9", "--quiet"], more].concat());
        let list = run(&place, &[&["--shards", "2", "--quiet"], more].concat());
        assert_eq!((node.code, &node.stderr), (list.code, &list.stderr), "{name}");
        assert_eq!((empty.code, &empty.stderr), (list.code, &list.stderr), "{name}, no share");
        assert!(!place.path("shardwright-report/junit.xml").exists(), "{name}");
        assert_eq!(place.read("shardwright-report/plan.json"), "{}\n", "{name}");
        list
    };
    let said = alike("nothing to run", &["--grep", "gone"]);
    assert_eq!(said.code, 4, "{}", said.stderr);
    let said = alike("an expression that is none", &["--grep", "("]);
    assert!(said.code == 5 && said.stderr.contains("Invalid regular expression"), "{said:?}");
    let said = alike("no such project", &["--project", "nope"]);
    assert!(said.code == 5 && said.stderr.contains("\"nope\" not found"), "{said:?}");
    let said = alike("a shard of Playwright's own", &["--", "--shard=1/2"]);
    assert!(said.code == 5 && said.stderr.contains("sets `shard`"), "{said:?}");
    place.write("tests/d.spec.ts", "import { test } from '@playwright/test';\ntest('d', () => {\n");
    let said = alike("a broken file", &[]);
    assert!(said.code == 5 && said.stderr.contains("d.spec.ts:3:1: SyntaxError"), "{said:?}");
    place.write("tests/d.spec.ts", spec(&["d"]).replace("test('d'", "test.only('d'"));
    let said = alike("a focus that is forbidden", &["--", "--forbid-only"]);
    assert!(said.code == 5 && said.stderr.contains("not allowed"), "{said:?}");
    place.write("playwright.config.ts", "throw new Error('no config today');\n");
    let said = alike("a configuration that throws", &[]);
    assert!(said.code == 5 && said.stderr.contains("no config today"), "{said:?}");
}

#[test]
fn a_set_up_that_fails_is_run_once_and_every_test_is_named_as_not_run() {
    let place = project();
    let arguments = [&["run", "--shard", "1/1"], PROCESS.as_slice()].concat();
    let said = place.answer(place.tool(&arguments).env("BOOM", "1"));
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert_eq!(notes(&place, "setups.txt"), 1);
    assert!(said.stderr.contains("no set-up today"), "{}", said.stderr);
    let verdicts = read::verdicts(&place.path("shardwright-report"));
    assert_eq!(verdicts.len(), 11);
    assert!(verdicts.values().all(|verdict| verdict == "not-run"), "{verdicts:?}");
}

#[test]
fn an_interrupt_before_the_suite_is_known_ends_a_node() {
    let place = project();
    let arguments = [&["run", "--shard", "1/2", "--quiet"], PROCESS.as_slice()].concat();
    let mut command = place.tool(&arguments);
    command.env("SLOW", "1").stdout(Stdio::piped()).stderr(Stdio::piped());
    let tool = command.spawn().expect("the tool starts");
    let end = Instant::now() + Duration::from_mins(2);
    while !place.path("setups.txt").exists() {
        assert!(Instant::now() < end, "the set-up did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    kill(Pid::from_raw(tool.id().cast_signed()), Signal::SIGINT).expect("it runs");
    let said = said(tool.wait_with_output().expect("it ends"));
    assert_eq!((said.code, said.stdout.as_str()), (130, ""), "{}", said.stderr);
    assert_eq!(said.stderr, "error: interrupted\n");
    let runner: i32 = place.read("loads.txt").trim().parse().expect("one process");
    assert!(kill(Pid::from_raw(runner), None).is_err(), "Playwright was left behind");
}

#[test]
fn nodes_of_a_scripted_suite_do_what_its_shards_do() {
    let place = Place::scripted(&with_result(six(), "b2", "failed", "boom"));
    let codes: Vec<i32> = (1..=2)
        .map(|node| {
            let (shard, output) = (format!("{node}/2"), format!("parts/{node}"));
            place.play(&["run", "--shard", &shard, "--output", &output, "--quiet"]).code
        })
        .collect();
    assert_eq!(codes.iter().sum::<i32>(), 1, "{codes:?}");
    assert_eq!(place.play(&["run", "--shards", "2", "--quiet"]).code, 1);
    assert_eq!(place.call(&["merge", "parts", "--output", "merged", "--quiet"]).code, 1);
    let verdicts = |output: &str| read::verdicts(&place.path(output));
    assert_eq!(verdicts("merged"), verdicts("shardwright-report"));
    let place = Place::scripted(&with_death(six(), 1, 2));
    let said = place.play(&["run", "--shard", "1/1", "--quiet"]);
    assert_eq!(said.code, 3, "{}", said.stderr);
}
