//! Whole processes, side by side in one run: what a person waits for. Prints ratios; asserts
//! nothing. `make bench` sets up what it needs.
#![expect(clippy::print_stdout, reason = "the figures are the product")]

#[path = "support/tool.rs"]
mod tool;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The size that the figures of the design are stated for.
const FILES: usize = 2_000;
const TESTS_A_FILE: usize = 10;
/// One measurement says little: the median of so many is taken.
const ROUNDS: usize = 5;

fn main() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("speed");
    fs::remove_dir_all(&folder).ok();
    scan_against_list(&folder.join("scan"));
    plan_of_100_000(&folder.join("plan"));
}

/// `discover --discover scan` beside Playwright's own list, its transform cache cold.
fn scan_against_list(folder: &Path) {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop/node_modules");
    fs::create_dir_all(folder).expect("a folder");
    std::os::unix::fs::symlink(package, folder.join("node_modules")).expect("a link");
    fs::write(folder.join("playwright.config.ts"), "export default { testDir: 'tests' };\n")
        .expect("a configuration");
    for file in 0..FILES {
        let place = folder.join(format!("tests/area-{}", file / 50));
        fs::create_dir_all(&place).expect("a folder");
        let mut source = String::from("import { test, expect } from '@playwright/test';\n");
        for number in 0..TESTS_A_FILE {
            let title = format!("does thing {number} of file {file}");
            source += "test('";
            source += &title;
            source += "', async () => { expect(1).toBe(1); });\n";
        }
        fs::write(place.join(format!("f{file}.spec.ts")), source).expect("a spec file");
    }
    let scan = measure(|| {
        let mut tool = Command::new(tool::path());
        tool.current_dir(folder).args(["discover", "--discover", "scan", "--format", "list"]);
        tool
    });
    let cache = folder.join("cache");
    let list = measure(|| {
        fs::remove_dir_all(&cache).ok();
        let mut playwright = Command::new("node");
        playwright.current_dir(folder).env("PWTEST_CACHE_DIR", &cache);
        playwright.args(["node_modules/@playwright/test/cli.js", "test", "--list"]);
        playwright
    });
    show("discover --discover scan, 20,000 tests", &scan);
    show("playwright test --list, cold", &list);
    println!("  ratio: {:.0} times faster\n", median(&list) / median(&scan));
}

/// `plan` of 100,000 test cases for 64 shards, cold process, timings file parsed.
fn plan_of_100_000(folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    let mut groups = Vec::new();
    let mut lines = Vec::new();
    for file in 0..10_000 {
        let name = format!("area-{}/f{file}.spec.ts", file / 100);
        let test = |number: usize| {
            serde_json::json!({"project": "", "file": name, "titles": [format!("does thing {number}")],
                "repeat": 0, "id": format!("{file}-{number}"), "tags": [], "line": number + 1,
                "column": 1, "shared": false})
        };
        let tests: Vec<_> = (0..10).map(test).collect();
        groups
            .push(serde_json::json!({"project": "", "file": name, "kind": "file", "tests": tests}));
        let times: serde_json::Map<_, _> = (0..10)
            .map(|number| {
                (format!("does thing {number}"), ((file * 37 + number * 91) % 4_000 + 10).into())
            })
            .collect();
        lines.push(format!("{}:{}", serde_json::json!(name), serde_json::json!({"": times})));
    }
    let list = serde_json::json!({"version": "1.65.1", "workers": 1, 
        "projects": [{"name": "", "dependencies": []}], "shared": [], "groups": groups, "errors": []});
    let script = folder.join("script.json");
    fs::write(&script, serde_json::json!({"list": list}).to_string()).expect("a script");
    // As the tool writes it.
    lines.sort();
    let timings = format!(
        "{{\"format\":\"shardwright.timings\",\"version\":1,\"files\":{{\n{}\n}}}}\n",
        lines.join(",\n")
    );
    fs::write(folder.join("timings.json"), timings).expect("timings");
    let plan = measure(|| {
        let mut tool = Command::new(tool::path());
        tool.current_dir(folder).args(["plan", "--shards", "64", "--fake"]).arg(&script);
        tool
    });
    show("plan of 100,000 tests, 64 shards, list and timings parsed", &plan);
}

fn measure(mut command: impl FnMut() -> Command) -> Vec<Duration> {
    let once = |_| {
        let mut command = command();
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let start = Instant::now();
        let output = command.output().expect("the program starts");
        let time = start.elapsed();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        time
    };
    let mut times: Vec<Duration> = (0..ROUNDS).map(once).collect();
    times.sort();
    times
}

fn median(times: &[Duration]) -> f64 {
    times[times.len() / 2].as_secs_f64()
}

fn show(what: &str, times: &[Duration]) {
    let (least, most) = (times[0].as_secs_f64(), times[times.len() - 1].as_secs_f64());
    println!("{what}: {:.3} s (of {ROUNDS}: {least:.3} to {most:.3})", median(times));
}
