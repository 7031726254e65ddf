//! What one more batch of `--schedule dynamic` costs: from the end of a batch's last test to the
//! begin of the next one's first, in a container that stays, in a fresh container for each, and with
//! `--isolation process`. Prints figures; asserts nothing but that they could be had.
#![expect(clippy::print_stdout, reason = "the figures are the product")]

#[path = "support/figures.rs"]
mod figures;
#[path = "support/programs.rs"]
mod programs;
#[path = "support/tool.rs"]
mod tool;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use figures::spread;
use programs::run;
use serde_json::{Value, json};

const ROUNDS: usize = 3;
const TESTS: usize = 64;
/// What a test is taken to need, in milliseconds: so much that no batch is too small to be worth it.
const ESTIMATE: u32 = 100_000;
const CONFIG: &str = "export default {
  testDir: 'tests', fullyParallel: true, workers: 1, projects: [{ name: 'waits' }],
};
";
/// A batch takes as long as a batch does: what waits for the next one needs time to load.
const TEST: &str = "import { test } from '@playwright/test';
let wait = 4000;
const once = async () => {
  await new Promise(done => setTimeout(done, wait));
  wait = 0;
};
";
/// Each batch has a container of its own where tests get `NODE_OPTIONS`.
const WAYS: [(&str, &[&str]); 3] = [
    ("in the container that stays", &["--isolation=docker"]),
    ("in a fresh container", &["--isolation=docker", "--env=NODE_OPTIONS=--no-warnings"]),
    ("as a process", &["--isolation=process"]),
];

fn main() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("batches");
    fs::remove_dir_all(&folder).ok();
    generate(&folder);
    let mut gaps = vec![Vec::new(); WAYS.len()];
    // In turns, so that what else the machine does falls on all of them.
    for _ in 0..ROUNDS {
        for ((_, arguments), gaps) in WAYS.iter().zip(&mut gaps) {
            // One shard after the other: the first goes on with what the second leaves, alone.
            let mut tool = Command::new(tool::path());
            tool.current_dir(&folder).args(["run", "-q", "--shards=2", "--jobs=1"]);
            run(tool.args(["--schedule=dynamic", "--output=report"]).args(*arguments));
            gaps.extend(between(&folder.join("report/shards/1/events.ndjson")));
        }
    }
    println!("from the last test of a batch to the first test of the next:");
    for ((name, _), gaps) in WAYS.iter().zip(&mut gaps) {
        println!("  {name}: {} s, {} of them", spread(gaps, 2), gaps.len());
    }
}

/// A project of many tests, the first of which in each process takes a while.
fn generate(folder: &Path) {
    fs::create_dir_all(folder.join("tests")).expect("a folder");
    let title = |at: usize| format!("waits {at}");
    let test = |at| {
        [
            "test('",
            &title(at),
            "', once);
",
        ]
        .concat()
    };
    let tests: Vec<String> = (0..TESTS).map(test).collect();
    let known: serde_json::Map<_, _> = (0..TESTS).map(|at| (title(at), json!(ESTIMATE))).collect();
    let files = json!({"a.spec.ts": {"waits": known}});
    let timings = json!({"format": "shardwright.timings", "version": 1, "files": files});
    for (name, text) in [
        ("playwright.config.ts", CONFIG.to_owned()),
        ("package.json", "{\"private\":true}\n".to_owned()),
        ("tests/a.spec.ts", [TEST, &tests.concat()].concat()),
        ("timings.json", timings.to_string()),
    ] {
        fs::write(folder.join(name), text).expect("a file");
    }
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop/node_modules");
    run(Command::new("cp").arg("-rl").args([&modules, folder]));
}

/// The seconds between batches. Before the second one the other shard ran.
fn between(events: &Path) -> Vec<f64> {
    let text = fs::read_to_string(events).expect("events");
    let (mut gaps, mut ended, mut is_begun) = (Vec::new(), None::<f64>, true);
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).expect("JSON");
        let number = |value: &Value| value.as_f64().expect("a number");
        match event["event"].as_str() {
            Some("attempt-started") => is_begun = false,
            Some("test-began") if !is_begun => {
                is_begun = true;
                gaps.extend(ended.map(|ended| (number(&event["at"]) - ended) / 1_000.0));
            }
            Some("test-ended") => {
                let result = &event["result"];
                ended = Some(number(&result["started"]) + number(&result["duration"]));
            }
            _ => {}
        }
    }
    gaps.into_iter().skip(1).collect()
}
