//! How long everybody waits: the slowest of four shards with two workers each, run for real, one
//! after another on this machine; beside Playwright's own `--shard` and the best peer. The tests
//! wait for as long as they take, so that no processor is the limit. Prints ratios; asserts
//! nothing.
#![expect(clippy::print_stdout, reason = "the figures are the product")]

#[path = "support/figures.rs"]
mod figures;
#[path = "support/programs.rs"]
mod programs;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use figures::{median, spread};
use programs::run;

const FILES: usize = 40;
const TESTS_A_FILE: usize = 3;
const SHARDS: usize = 4;
const WORKERS: &str = "--workers=2";
const ROUNDS: usize = 3;
const PLAYWRIGHT: &str = "@playwright/test@1.65.1";
const PEER: &str = "@flakiness/playwright@2.0.3";
const CONFIG: &str = "const reporter = [['dot']];
if (process.env.PEER)
  reporter.push(['@flakiness/playwright', { shardBalancing: { timingsFile: process.env.PEER } }]);
export default { testDir: 'tests', timeout: 120000, reporter };
";

fn main() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("slowest");
    fs::remove_dir_all(&folder).ok();
    let bound = generate(&folder);
    let has_peer = install(&folder);
    run(ours(&folder, "run").args([WORKERS, "--update-timings"]));
    let peer = has_peer.then(|| learned(&folder)).flatten();
    let ways = ways(&folder, peer.as_deref());
    let mut slowest = vec![Vec::new(); ways.len()];
    // In turns, so that what else the machine does falls on all of them.
    for _ in 0..ROUNDS {
        for (way, slowest) in ways.iter().zip(&mut slowest) {
            let times = (1..=SHARDS).map(|shard| {
                let start = Instant::now();
                run(&mut way.1(shard));
                start.elapsed().as_secs_f64()
            });
            slowest.push(times.fold(0.0, f64::max));
        }
    }
    println!(
        "slowest of {SHARDS} shards with 2 workers, {FILES} files; the tests alone take at least \
         {bound:.1} s:"
    );
    let native = median(&mut slowest[0]);
    for ((name, _), times) in ways.iter().zip(&mut slowest) {
        println!("  {name}: {} s, {:.2} x native", spread(times, 1), median(times) / native);
    }
}

/// Who is compared: the name, and the command for one shard.
type Way<'a> = (&'a str, Box<dyn Fn(usize) -> Command + 'a>);

fn ways<'a>(folder: &'a Path, peer: Option<&'a Path>) -> Vec<Way<'a>> {
    let own = move |shard| {
        let mut command = ours(folder, "run");
        command.args([WORKERS, &format!("--shard={shard}/{SHARDS}")]);
        command
    };
    let mut ways: Vec<Way<'a>> = vec![
        ("playwright test --shard", Box::new(move |shard| playwright(folder, shard))),
        ("shardwright run --shard", Box::new(own)),
    ];
    if let Some(timings) = peer {
        let theirs = move |shard| {
            let mut command = playwright(folder, shard);
            command.env("PEER", timings);
            command
        };
        ways.push((PEER, Box::new(theirs)));
    }
    ways
}

/// Files of lognormal length, always the same; the least that the slowest shard can take, in
/// seconds.
fn generate(folder: &Path) -> f64 {
    fs::create_dir_all(folder.join("tests")).expect("a folder");
    let mut chance = Chance(7);
    let mut total = 0.0;
    let mut longest = 0.0_f64;
    for file in 0..FILES {
        let length = 1_400.0 * chance.normal().exp();
        total += length;
        longest = longest.max(length);
        let mut source = String::from("import { test } from '@playwright/test';\n");
        for number in 0..TESTS_A_FILE {
            let millis = length * [0.5, 0.3, 0.2][number % 3];
            let wait = format!("await new Promise(r => setTimeout(r, {millis:.0}));");
            source += &["test('waits ", &number.to_string(), "', async () => { ", &wait, " });\n"]
                .concat();
        }
        fs::write(folder.join(format!("tests/f{file:02}.spec.ts")), source).expect("a spec file");
    }
    fs::write(folder.join("playwright.config.ts"), CONFIG).expect("a configuration");
    fs::write(folder.join("package.json"), "{\"private\":true}\n").expect("a package");
    let workers = f64::from(u8::try_from(SHARDS * 2).expect("few"));
    longest.max(total / workers) / 1_000.0
}

/// Whether the peer could be had; Playwright is there in any case.
fn install(folder: &Path) -> bool {
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", PLAYWRIGHT, PEER]).current_dir(folder);
    let done = npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").output();
    if done.is_ok_and(|output| output.status.success()) {
        return true;
    }
    println!("npm could not install {PEER}");
    fs::remove_dir_all(folder.join("node_modules")).ok();
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop/node_modules");
    std::os::unix::fs::symlink(shop, folder.join("node_modules")).expect("a link");
    false
}

/// What the peer learns from a whole run.
fn learned(folder: &Path) -> Option<PathBuf> {
    let report = folder.join("flakiness-report/report.json");
    let mut whole = Command::new("node");
    whole.current_dir(folder).args(["node_modules/@playwright/test/cli.js", "test", WORKERS]);
    run(whole.env("PEER", &report));
    let kept = folder.join("peer-timings.json");
    fs::copy(&report, &kept).map_err(|error| println!("the peer left no report: {error}")).ok()?;
    Some(kept)
}

fn playwright(folder: &Path, shard: usize) -> Command {
    let mut command = Command::new("node");
    command.current_dir(folder).args(["node_modules/@playwright/test/cli.js", "test", WORKERS]);
    command.arg(format!("--shard={shard}/{SHARDS}"));
    command
}

fn ours(folder: &Path, name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shardwright"));
    command.current_dir(folder).args([name, "--isolation=process", "-q"]);
    command
}

/// Numbers as if by chance, the same in every run.
struct Chance(u64);

impl Chance {
    /// Evenly between 0 and 1, both outside.
    fn even(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = u32::try_from(self.0 >> 32).expect("32 bits");
        (f64::from(high) + 0.5) / (f64::from(u32::MAX) + 1.0)
    }

    /// Around 0, with a deviation of 1 (Box and Muller).
    fn normal(&mut self) -> f64 {
        let (one, other) = (self.even(), self.even());
        (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos()
    }
}
