//! What `run --queue` is worth beside `run --shard`: four processes side by side on this machine, a
//! real Redis and a real Playwright, with a timings file that is wrong by x0.5 to x2, and once more
//! with one machine at half speed. From the first start to the last end, over what nobody can beat
//! who knows all times before. The tests wait for as long as they take, so that no processor is the
//! limit. Prints ratios; asserts nothing but that every test was reported.
#![expect(clippy::print_stdout, reason = "the figures are the product")]

#[path = "support/figures.rs"]
mod figures;
#[path = "../src/model/mod.rs"]
#[expect(unused, reason = "a bench uses a part of it")]
mod model;
#[path = "support/programs.rs"]
mod programs;
#[path = "support/queue.rs"]
#[expect(unused, reason = "a bench uses a part of it")]
mod queue;
#[path = "support/redis.rs"]
mod redis;
#[path = "support/tool.rs"]
mod tool;

use std::env::args;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use figures::{median, spread};
use programs::run;
use queue::simulation::{Machines, bound};
use queue::suites::{Group, Source, Wrong, suite};
use redis::Redis;
use serde_json::{Map, Value, json};

const MACHINES: usize = 4;
/// What is run, about an hour in all.
const ROWS: [Row; 4] = [
    Row { sandbox: "process", minutes: 1, wrong: Wrong::Groups, suites: 3, stragglers: true },
    Row { sandbox: "process", minutes: 5, wrong: Wrong::Groups, suites: 1, stragglers: false },
    Row { sandbox: "process", minutes: 5, wrong: Wrong::Files, suites: 1, stragglers: false },
    Row { sandbox: "docker", minutes: 1, wrong: Wrong::Groups, suites: 3, stragglers: true },
];
/// Seconds; as tests in a browser take them.
const SOURCE: Source<'_> = Source::LogNormal { mean: 2.0, sigma: 1.0 };
/// A suite with a group that takes a larger part of the bound is left out: how groups fit together
/// matters more there.
const LONGEST: f64 = 0.5;
const STARTS: usize = 3;
const TESTS_A_FILE: usize = 10;
const CONFIG: &str = "export default {
  testDir: 'tests', fullyParallel: true, workers: 1, timeout: 0, projects: [{ name: 'waits' }],
};
";
const HEAD: &str = "import { test } from '@playwright/test';
const wait = ms => new Promise(done => setTimeout(done, ms * (process.env.SLOWNESS || 1)));
";

/// Suites of a kind.
struct Row {
    /// How tests are kept apart.
    sandbox: &'static str,
    /// Of work for each machine, as predicted.
    minutes: u32,
    wrong: Wrong,
    suites: usize,
    /// Once more with one machine at half speed.
    stragglers: bool,
}

/// How machines come to their tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Static,
    Dynamic,
}

fn main() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("machines");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).expect("a folder");
    let redis = Redis::start(&folder);
    // As `cargo bench --bench machines -- process-5-Files`; all of them otherwise.
    let chosen: Vec<String> = args().skip(1).filter(|name| !name.starts_with('-')).collect();
    for row in &ROWS {
        let Row { sandbox, minutes, wrong, suites, .. } = *row;
        let name = format!("{sandbox}-{minutes}-{wrong:?}");
        if !chosen.is_empty() && !chosen.contains(&name) {
            continue;
        }
        let folder = folder.join(name);
        let nothing = Bench::new(&folder, "nothing", sandbox, &redis, &idle());
        let mut starts: Vec<f64> =
            (0..STARTS).map(|_| nothing.took(Way::Static, None).all.as_secs_f64()).collect();
        let said = spread(&mut starts, 2);
        println!("{sandbox}: {MACHINES} machines whose tests take no time: {said} s");
        let start = Duration::from_secs_f64(median(&mut starts));
        let work = Duration::from_secs(u64::from(minutes) * 60) * 4;
        let fit = (0..).map(|seed| (seed, suite(work, SOURCE, wrong, seed)));
        let fit =
            fit.filter(|(_, groups)| bound(groups, &machines(None, start)).longest <= LONGEST);
        for (seed, groups) in fit.take(suites) {
            let name = format!("suite {seed}");
            let bench = Bench::new(&folder, &name, sandbox, &redis, &groups);
            let tests = groups.len();
            println!("{sandbox}, {minutes} min, {wrong:?} wrong, {name}: {tests} tests");
            // Whichever: the plan does not know.
            let slow = usize::try_from(seed).expect("few") % MACHINES;
            compare(&bench, &groups, start, None);
            if row.stragglers {
                compare(&bench, &groups, start, Some(slow));
            }
        }
    }
}

/// Both ways, one after the other.
fn compare(bench: &Bench<'_>, groups: &[Group], start: Duration, straggler: Option<usize>) {
    let bound = bound(groups, &machines(straggler, start)).time;
    for way in [Way::Static, Way::Dynamic] {
        let Took { all, tests, starts } = bench.took(way, straggler);
        let is_slow = if straggler.is_some() { ", one at half speed" } else { "" };
        println!(
            "  {way:?}{is_slow}: {:.1} s, {:.3} x the bound; from the first test to the last \
             {:.1} s, {:.3} x; {starts} starts",
            all.as_secs_f64(),
            all.div_duration_f64(bound),
            tests.as_secs_f64(),
            tests.div_duration_f64(bound.saturating_sub(start)),
        );
    }
}

/// One test a machine, which takes no time.
fn idle() -> Vec<Group> {
    vec![Group { estimate: Duration::from_secs(1), takes: Duration::ZERO }; MACHINES]
}

fn machines(straggler: Option<usize>, first: Duration) -> Machines {
    let mut slowness = vec![1.0; MACHINES];
    if let Some(slow) = straggler {
        slowness[slow] = 2.0;
    }
    Machines { slowness, first, again: first }
}

/// A project of waiting tests and its wrong timings file.
struct Bench<'a> {
    project: PathBuf,
    sandbox: &'a str,
    redis: &'a Redis,
    tests: usize,
}

impl<'a> Bench<'a> {
    fn new(
        folder: &Path,
        name: &str,
        sandbox: &'a str,
        redis: &'a Redis,
        groups: &[Group],
    ) -> Self {
        let project = folder.join(name.replace(' ', "-"));
        fs::create_dir_all(project.join("tests")).expect("a folder");
        let mut timings = Map::new();
        for (file, groups) in groups.chunks(TESTS_A_FILE).enumerate() {
            let (mut source, mut known) = (HEAD.to_owned(), Map::new());
            for (test, group) in groups.iter().enumerate() {
                let millis = group.takes.as_millis().to_string();
                source += &["test('waits ", &test.to_string(), "', () => wait(", &millis, "));\n"]
                    .concat();
                known.insert(
                    format!("waits {test}"),
                    json!(u64::try_from(group.estimate.as_millis()).expect("short")),
                );
            }
            let name = format!("f{file:02}.spec.ts");
            fs::write(project.join("tests").join(&name), source).expect("a spec file");
            timings.insert(name, json!({ "waits": known }));
        }
        let timings = json!({"format": "shardwright.timings", "version": 1, "files": timings});
        for (name, text) in [
            ("playwright.config.ts", CONFIG.to_owned()),
            ("package.json", "{\"private\":true}\n".to_owned()),
            ("timings.json", timings.to_string()),
        ] {
            fs::write(project.join(name), text).expect("a file");
        }
        let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop/node_modules");
        run(Command::new("cp").arg("-rl").args([&modules, &project]));
        Self { project, sandbox, redis, tests: groups.len() }
    }

    fn tool(&self) -> Command {
        let mut tool = Command::new(tool::path());
        tool.current_dir(&self.project).stdout(Stdio::null()).stderr(Stdio::piped());
        tool
    }

    fn took(&self, way: Way, straggler: Option<usize>) -> Took {
        let results = self.project.join("results");
        fs::remove_dir_all(&results).ok();
        let run_id = format!("{:016x}", fastrand::u64(..));
        let start = Instant::now();
        let nodes: Vec<Child> = (0..MACHINES)
            .map(|at| {
                let mut tool = self.tool();
                tool.args(["run", "-q", "--isolation", self.sandbox, "--output"]);
                tool.arg(results.join(at.to_string()));
                match way {
                    Way::Static => tool.arg(format!("--shard={}/{MACHINES}", at + 1)),
                    Way::Dynamic => tool
                        .args(["--queue", &self.redis.address(), "--run-id", &run_id])
                        .arg(format!("--shards={MACHINES}")),
                };
                if straggler == Some(at) {
                    tool.args(["--env", "SLOWNESS=2"]);
                }
                tool.spawn().expect("the tool starts")
            })
            .collect();
        let said: Vec<_> =
            nodes.into_iter().map(|node| node.wait_with_output().expect("it ends")).collect();
        let took = start.elapsed();
        for said in said {
            assert!(said.status.success(), "{way:?}: {}", String::from_utf8_lossy(&said.stderr));
        }
        run(self.tool().args(["merge", "-q", "results", "--output", "merged"]));
        let merged = fs::read_to_string(self.project.join("merged/results.json"));
        let merged: Value = serde_json::from_str(&merged.expect("results")).expect("JSON");
        assert_eq!(merged["results"]["summary"]["passed"], self.tests, "{way:?}");
        let (tests, starts) = told(&self.project.join("merged/shards"));
        Took { all: took, tests, starts }
    }
}

/// How long a run took.
struct Took {
    /// From the first start to the last end.
    all: Duration,
    /// From the begin of the first test to the end of the last: no first start is in it.
    tests: Duration,
    /// How often Playwright was started.
    starts: usize,
}

/// From the begin of the first test of all shards to the end of the last, and how often Playwright
/// was started.
fn told(shards: &Path) -> (Duration, usize) {
    let (mut first, mut last, mut starts) = (u64::MAX, 0, 0);
    for shard in fs::read_dir(shards).expect("shards") {
        let path = shard.expect("a shard").path().join("events.ndjson");
        for line in fs::read_to_string(path).expect("events").lines() {
            let event: Value = serde_json::from_str(line).expect("JSON");
            let number = |value: &Value| value.as_u64().expect("milliseconds");
            match event["event"].as_str() {
                Some("attempt-started") => starts += 1,
                Some("test-ended") => {
                    let result = &event["result"];
                    let began = number(&result["started"]);
                    first = first.min(began);
                    last = last.max(began + number(&result["duration"]));
                }
                _ => {}
            }
        }
    }
    (Duration::from_millis(last - first), starts)
}
