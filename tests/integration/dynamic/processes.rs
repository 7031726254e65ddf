//! Batches as processes of this machine: the runner of the next one has loaded Playwright beside
//! the one before, and ends with whoever started it.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::support::place::Place;
use crate::support::{engine, read, said};

const FILES: usize = 6;
const RUN: [&str; 8] = [
    "run",
    "--shards=2",
    "--jobs=1",
    "--workers=1",
    "--schedule",
    "dynamic",
    "--isolation",
    "process",
];
/// After so long a run that does not get anywhere is given up.
const PATIENCE: Duration = Duration::from_mins(3);

/// The first batch is so long that a runner waits beside it; a runner that has waited says so.
const SPEC: &str = "
    import * as fs from 'node:fs';
    import { test } from '@playwright/test';

    const runner = fs.readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8');
    const hasWaited = runner.includes('standby.cjs');

    test('says what runs it', async () => {
      if (!hasWaited) await new Promise(done => setTimeout(done, 3_000));
      if (hasWaited) fs.appendFileSync('waited.txt', 'x');
      TROUBLE
    });";

/// A project whose tests end with this code.
fn project(trouble: &str) -> Place {
    let config = "module.exports = { testDir: './tests', reporter: 'list' };";
    let package = "{\"name\": \"processes\", \"private\": true}";
    let place =
        Place::with_modules("shop", &[("playwright.config.js", config), ("package.json", package)]);
    let mut files = json!({});
    for file in 0..FILES {
        place.write(&format!("tests/{file}.spec.ts"), SPEC.replace("TROUBLE", trouble));
        // So long that no batch is too small to be worth a start.
        files[format!("{file}.spec.ts")] = json!({"": {"says what runs it": 600_000}});
    }
    let timings = json!({"format": "shardwright.timings", "version": 1, "files": files});
    place.write("timings.json", timings.to_string());
    place
}

/// Whether a process of this project runs.
fn runs(project: &Path) -> bool {
    let project = project.to_string_lossy();
    let of_it = |entry: &std::fs::DirEntry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(&*project)
    };
    std::fs::read_dir("/proc").unwrap().flatten().any(|entry| of_it(&entry))
}

/// Waits until nothing of a project runs any more.
fn assert_ends(project: &Path) {
    let end = Instant::now() + PATIENCE;
    while runs(project) {
        assert!(Instant::now() < end, "something of {} still runs", project.display());
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A run in whose later batch, of a runner that has waited, a test never ends.
fn in_a_later_batch(place: &Place) -> Child {
    let mut tool = place.tool(&RUN);
    let mut child = tool.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let end = Instant::now() + PATIENCE;
    while !place.path("waited.txt").exists() {
        let gone = child.try_wait().unwrap();
        if gone.is_some() || Instant::now() > end {
            child.kill().ok();
            let told = child.wait_with_output().unwrap().stderr;
            panic!("{gone:?}: {}", String::from_utf8_lossy(&told));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child
}

const FOR_EVER: &str = "if (hasWaited) { test.setTimeout(0); await new Promise(() => {}); }";

#[test]
fn a_later_batch_has_a_runner_that_has_waited_for_it_and_nothing_waits_after_the_run() {
    let _turn = engine::beside_others();
    let place = project("");
    let ran = place.call(&RUN);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let verdicts = read::verdicts(&place.path("shardwright-report"));
    assert!(verdicts.len() == FILES && verdicts.values().all(|it| it == "passed"), "{verdicts:?}");
    assert!(!place.read("waited.txt").is_empty());
    // What it printed is in the log of its shard, as what others print.
    let logs =
        [1, 2].map(|shard| place.read(&format!("shardwright-report/shards/{shard}/log.txt")));
    assert_eq!(logs.concat().matches("says what runs it").count(), FILES, "{logs:?}");
    assert!(!runs(&place.path("")));
}

#[test]
fn a_tool_that_is_killed_in_a_later_batch_leaves_no_process_running() {
    let _turn = engine::beside_others();
    let place = project(FOR_EVER);
    let mut child = in_a_later_batch(&place);
    assert!(runs(&place.path("")));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_ends(&place.path(""));
}

#[test]
fn an_interrupt_in_a_later_batch_ends_it_in_order_and_nothing_waits() {
    let _turn = engine::beside_others();
    let place = project(FOR_EVER);
    let child = in_a_later_batch(&place);
    kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    let said = said(child.wait_with_output().unwrap());
    assert_eq!(said.code, 130, "{}", said.stderr);
    let verdicts = read::verdicts(&place.path("shardwright-report"));
    let count = |word: &str| verdicts.values().filter(|verdict| *verdict == word).count();
    assert!(count("interrupted") == 1 && count("passed") >= 2, "{verdicts:?}");
    assert_eq!(count("interrupted") + count("passed") + count("not-run"), FILES);
    assert_ends(&place.path(""));
}
