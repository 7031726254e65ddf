//! The HTML merge beside Playwright's own, on real reports of trivial tests. Prints ratios; asserts
//! nothing but that both see the same tests. `make bench` sets up what it needs.
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

use figures::{median, spread};
use programs::run;

/// One measurement says little: the median of so many is taken, the ways in turns.
const ROUNDS: usize = 5;
const TESTS_A_FILE: usize = 20;

/// Calls a program and prints its seconds and its peak of memory in KB. A program cannot ask for the
/// peak of a child without code that is not safe; Python can.
const MEASURE: &str = "
import resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
seconds = time.monotonic() - start
print(code, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
";

fn main() {
    let top = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("html");
    fs::remove_dir_all(&top).ok();
    let (large, small) = (top.join("large"), top.join("small"));
    suite(&large, 1_000);
    suite(&small, 500);
    shards(&large, 4);
    shards(&small, 8);
    compare("4 shards of 5,000 tests", &large, "html");
    compare("4 shards of 5,000 tests", &large, "blob");
    compare("8 shards, 10,000 tests", &small, "blob");
}

/// A project of so many files.
fn suite(folder: &Path, files: usize) {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop/node_modules");
    fs::create_dir_all(folder.join("tests")).expect("a folder");
    std::os::unix::fs::symlink(package, folder.join("node_modules")).expect("a link");
    let config = "export default { testDir: 'tests', workers: 2 };\n";
    fs::write(folder.join("playwright.config.ts"), config).expect("a configuration");
    for file in 0..files {
        let mut source = String::from("import { test, expect } from '@playwright/test';\n");
        for number in 0..TESTS_A_FILE {
            let test = format!(
                "test('does thing {number} of file {file}', async () => {{ await test.step('look', \
                 async () => expect({number}).toBe({number})); }});\n"
            );
            source += &test;
        }
        fs::write(folder.join(format!("tests/f{file:04}.spec.ts")), source).expect("a spec file");
    }
}

/// Runs every shard; `html/I` and `blob/` are its reports.
fn shards(folder: &Path, count: usize) {
    for shard in 1..=count {
        let mut playwright = playwright(folder);
        playwright.args([
            "test",
            "--reporter",
            "html,blob",
            "--shard",
            &format!("{shard}/{count}"),
        ]);
        playwright.env("PLAYWRIGHT_HTML_OUTPUT_DIR", format!("html/{shard}"));
        playwright.env("PLAYWRIGHT_BLOB_OUTPUT_DIR", "blob").env("PWTEST_BLOB_DO_NOT_REMOVE", "1");
        run(&mut playwright);
    }
}

fn playwright(folder: &Path) -> Command {
    let mut playwright = Command::new("node");
    playwright.current_dir(folder).arg("node_modules/@playwright/test/cli.js");
    playwright.env("PLAYWRIGHT_HTML_OPEN", "never");
    playwright
}

/// The merge of the reports of one kind beside Playwright's of the blobs.
fn compare(what: &str, folder: &Path, kind: &str) {
    let (mut ours, mut theirs) = (Figures::default(), Figures::default());
    for _ in 0..ROUNDS {
        let mut tool = Command::new(tool::path());
        tool.current_dir(folder).args(["merge", kind, "-q", "-o", "ours"]);
        ours.take(&tool);
        // It leaves what it unpacked beside the blobs.
        run(Command::new("cp").current_dir(folder).args(["-rT", "blob", "copy"]));
        let mut playwright = playwright(folder);
        playwright.args(["merge-reports", "--reporter", "html", "copy"]);
        theirs.take(playwright.env("PLAYWRIGHT_HTML_OUTPUT_DIR", "theirs"));
        fs::remove_dir_all(folder.join("copy")).expect("a copy");
    }
    println!("html: {what}, from {kind}");
    ours.show("shardwright merge");
    theirs.show("playwright merge-reports --reporter html, of the blobs");
    let ratio = median(&mut theirs.seconds) / median(&mut ours.seconds);
    println!("  ratio: {ratio:.1} times faster\n");
}

/// Seconds and megabytes of some calls.
#[derive(Default)]
struct Figures {
    seconds: Vec<f64>,
    megabytes: Vec<f64>,
}

impl Figures {
    fn take(&mut self, command: &Command) {
        let mut python = Command::new("python3");
        python.args(["-c", MEASURE]).arg(command.get_program()).args(command.get_args());
        python.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if let Some(folder) = command.get_current_dir() {
            python.current_dir(folder);
        }
        let said = String::from_utf8(run(&mut python).stdout).expect("text");
        let figures: Vec<f64> =
            said.split_whitespace().map(|one| one.parse().expect("a number")).collect();
        let [code, seconds, kilobytes] = figures[..] else { panic!("{said}") };
        assert!(code == 0.0, "{command:?} ended with {code}");
        self.seconds.push(seconds);
        self.megabytes.push(kilobytes / 1024.0);
    }

    fn show(&mut self, what: &str) {
        let (seconds, megabytes) = (spread(&mut self.seconds, 3), median(&mut self.megabytes));
        println!("  {what}: {seconds} s, {megabytes:.0} MB");
    }
}
