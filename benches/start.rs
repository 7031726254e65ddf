//! How soon a shard among 10,000 tests begins its first test: from the start of the command to
//! that moment, beside Playwright's own `--shard` and the best peer, in one run on one machine.
//! Prints ratios; asserts nothing but that the figures could be had.
#![expect(clippy::print_stdout, reason = "the figures are the product")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

const FILES: usize = 1_000;
const TESTS_A_FILE: usize = 10;
const WARM_ROUNDS: usize = 7;
const COLD_ROUNDS: usize = 3;
const PLAYWRIGHT: &str = "@playwright/test@1.65.1";
const PEER: &str = "@flakiness/playwright@2.0.3";

/// Notes when the first test begins and ends Playwright there: the rest is of no interest.
const FIRST: &str = "const fs = require('fs');
class First {
  onTestBegin() {
    if (!process.env.FIRST) return;
    fs.writeFileSync(process.env.FIRST, String(Date.now()));
    // Other reporters hear of it, too.
    setImmediate(() => process.exit(0));
  }
  printsToStdio() { return false; }
}
module.exports = First;
";
const CONFIG: &str = "const reporter = [['./first.cjs']];
if (process.env.PEER)
  reporter.push(['@flakiness/playwright', { shardBalancing: { timingsFile: process.env.PEER } }]);
export default { testDir: 'tests', workers: 1, reporter };
";

/// Milliseconds since 1970.
type Millis = f64;
/// A name, and what starts it.
type Way<'a> = (&'a str, Box<dyn Fn() -> Command + 'a>);

fn main() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("start");
    fs::remove_dir_all(&folder).ok();
    let has_peer = generate(&folder);
    let timings = learn(&folder, has_peer);
    for (heading, rounds, cold) in
        [("warm transform cache", WARM_ROUNDS, false), ("cold transform cache", COLD_ROUNDS, true)]
    {
        println!(
            "until the first test of shard 2/8 of {} tests begins, {heading}:",
            FILES * TESTS_A_FILE
        );
        compare(&folder, timings.as_deref(), rounds, cold);
    }
    side_by_side(&folder);
}

/// The project, with Playwright and the peer from their registry; whether the peer is there.
fn generate(folder: &Path) -> bool {
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
    for (name, text) in [
        ("playwright.config.ts", CONFIG),
        ("first.cjs", FIRST),
        ("package.json", "{\"private\":true}\n"),
    ] {
        fs::write(folder.join(name), text).expect("a file");
    }
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", PLAYWRIGHT, PEER]).current_dir(folder);
    match npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").output() {
        Ok(output) if output.status.success() => return true,
        Ok(output) => println!("npm could not install {PEER}: {}", last_line(&output)),
        Err(error) => println!("npm could not install {PEER}: {error}"),
    }
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop/node_modules");
    fs::remove_dir_all(folder.join("node_modules")).ok();
    std::os::unix::fs::symlink(shop, folder.join("node_modules")).expect("a link");
    false
}

/// Durations of some of the tests, for us and for the peer, as each keeps them.
fn learn(folder: &Path, has_peer: bool) -> Option<PathBuf> {
    run(ours(folder).args([
        "run",
        "--isolation=process",
        "--update-timings",
        "-q",
        "tests/area-0/",
    ]));
    let report = folder.join("flakiness-report/report.json");
    if !has_peer {
        return None;
    }
    let mut peer = playwright(folder);
    let said = run(peer.arg("tests/area-0/").env("PEER", &report));
    if !report.is_file() {
        println!("the peer left no report to learn from: {}", last_line(&said));
        return None;
    }
    let kept = folder.join("peer-timings.json");
    fs::copy(&report, &kept).expect("a copy");
    Some(kept)
}

fn compare(folder: &Path, peer: Option<&Path>, rounds: usize, cold: bool) {
    let node = ["run", "--isolation=process", "-q", "--shard=2/8"];
    let mut ways: Vec<Way<'_>> = vec![
        ("playwright test --shard=2/8", Box::new(|| with(playwright(folder), &["--shard=2/8"]))),
        ("run --shard 2/8", Box::new(move || with(ours(folder), &node))),
        // Only where Playwright chooses by what failed last, it is asked for a list first.
        ("the same with a list before", {
            let listed = ["--", "--last-failed-file=none.json"];
            Box::new(move || with(with(ours(folder), &node), &listed))
        }),
    ];
    if let Some(timings) = peer {
        let timings = timings.to_path_buf();
        ways.push((
            PEER,
            Box::new(move || {
                let mut command = with(playwright(folder), &["--shard=2/8"]);
                command.env("PEER", &timings);
                command
            }),
        ));
    }
    let mut times = vec![Vec::new(); ways.len()];
    // In turns, so that what else the machine does falls on all of them.
    for _ in 0..rounds {
        for (way, times) in ways.iter().zip(&mut times) {
            times.push(until_first(&mut way.1(), folder, cold));
        }
    }
    let native = median(&mut times[0]);
    for ((name, _), times) in ways.iter().zip(&mut times) {
        let middle = median(times);
        let (least, most) = (times[0], times[times.len() - 1]);
        println!(
            "  {name}: {middle:.2} s ({least:.2} to {most:.2}), {:.2} x native",
            middle / native
        );
    }
    println!();
}

/// Shards of one machine, after one list: each from its own start to its first test.
fn side_by_side(folder: &Path) {
    let arguments = ["run", "--isolation=process", "-q", "--shards=8", "--jobs=1"];
    run(with(ours(folder), &arguments).env("FIRST", folder.join("first.txt")));
    let at = |events: &[Value], name: &str| {
        events.iter().find(|event| event["event"] == name).and_then(|event| event["at"].as_f64())
    };
    let mut times: Vec<f64> = (1..=8)
        .filter_map(|shard| {
            let file = folder.join(format!("shardwright-report/shards/{shard}/events.ndjson"));
            let text = fs::read_to_string(file).ok()?;
            let events: Vec<Value> =
                text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            Some((at(&events, "test-began")? - at(&events, "attempt-started")?) / 1_000.0)
        })
        .collect();
    assert_eq!(times.len(), 8, "every shard begins a test");
    let middle = median(&mut times);
    println!("each shard of run --shards 8, warm, from its own start to its first test:");
    println!("  {middle:.2} s ({:.2} to {:.2})", times[0], times[7]);
}

/// Seconds from the start of a command to the begin of the first test.
fn until_first(command: &mut Command, folder: &Path, cold: bool) -> f64 {
    let first = folder.join("first.txt");
    fs::remove_file(&first).ok();
    if cold {
        let cache = folder.join("cold-cache");
        fs::remove_dir_all(&cache).ok();
        command.env("PWTEST_CACHE_DIR", cache);
    }
    let start = now();
    let output = run(command.env("FIRST", &first));
    let text = fs::read_to_string(&first).unwrap_or_else(|error| {
        panic!("{command:?} began no test ({error}): {}", last_line(&output))
    });
    (text.parse::<Millis>().expect("milliseconds") - start) / 1_000.0
}

fn ours(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shardwright"));
    command.current_dir(folder);
    command
}

fn playwright(folder: &Path) -> Command {
    let mut command = Command::new("node");
    command.current_dir(folder).args(["node_modules/@playwright/test/cli.js", "test"]);
    command
}

fn with(mut command: Command, arguments: &[&str]) -> Command {
    command.args(arguments);
    command
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn last_line(output: &Output) -> String {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
}

fn now() -> Millis {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs_f64() * 1_000.0
}

/// Sorts, too.
fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
