//! How good plans are tomorrow: `shardwright plan` on one date's durations of real suites, judged
//! by a later date's (`fixtures/durations`). Beside it longest-first with unknown tests at the
//! median, and pytest-split from its registry. Prints ratios; asserts nothing.
#![expect(clippy::print_stdout, reason = "the figures are the product")]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

const SHARDS: [usize; 6] = [2, 4, 8, 16, 32, 64];
const PEER: &str = "pytest-split==0.11.0";
/// The peer's own algorithm on items as pytest would hand them over: tasks in, test numbers out.
const PEER_SCRIPT: &str = r#"
import json, sys
from pytest_split.algorithms import LeastDurationAlgorithm
class Item:
    def __init__(self, number, nodeid):
        self.number, self.nodeid = number, nodeid
    def __str__(self):
        return f"<Function {self.nodeid.split('::')[-1]}>"
task = json.load(open(sys.argv[1]))
items = [Item(number, test) for number, test in enumerate(task["tests"])]
deal = lambda shards: LeastDurationAlgorithm()(shards, items, task["durations"])
print(json.dumps([[[item.number for item in group.selected] for group in deal(shards)]
                  for shards in task["shards"]]))
"#;

/// Seconds by test.
type Durations = BTreeMap<String, f64>;
/// Tests by shard.
type Plan = Vec<Vec<String>>;

fn main() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("prediction");
    fs::create_dir_all(&folder).expect("a folder");
    let series = series();
    let peer = peer(&folder);
    for (heading, only_next) in
        [("judged by the next date", true), ("judged by every later date", false)]
    {
        println!("excess of the slowest shard over a plan with perfect knowledge, {heading}:");
        let mut table = Table::default();
        for (name, dates) in &series {
            for (position, (_, before)) in dates.iter().enumerate() {
                let later = dates.iter().skip(position + 1);
                for (_, now) in later.take(if only_next { 1 } else { usize::MAX }) {
                    table.judge(name, before, now, &folder, peer.as_deref());
                }
            }
        }
        table.show(&series);
    }
}

/// Every series with its dates in order.
fn series() -> BTreeMap<String, Vec<(String, Durations)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/durations");
    let mut series: BTreeMap<String, Vec<(String, Durations)>> = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the durations") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".json") else { continue };
        // A series of one date predicts nothing.
        let Some((name, date)) = stem.split_once('.') else { continue };
        let text = fs::read_to_string(&path).expect("durations");
        let durations = serde_json::from_str(&text).expect("durations");
        series.entry(name.to_owned()).or_default().push((date.to_owned(), durations));
    }
    for dates in series.values_mut() {
        dates.sort_by(|a, b| a.0.cmp(&b.0));
    }
    series
}

/// Ratios to the perfect plan, by what made the plan.
#[derive(Default)]
struct Table {
    rows: BTreeMap<&'static str, Vec<Judged>>,
}

struct Judged {
    series: String,
    shards: usize,
    ratio: f64,
}

impl Table {
    /// Plans `now` by `before` in every way and judges the plans by `now`.
    fn judge(
        &mut self,
        series: &str,
        before: &Durations,
        now: &Durations,
        folder: &Path,
        peer: Option<&Path>,
    ) {
        let middle = median(before);
        let assumed: Durations = now
            .keys()
            .map(|test| (test.clone(), before.get(test).copied().unwrap_or(middle)))
            .collect();
        write_suite(folder, before, now);
        let peers = peer.map(|packages| peer_plans(folder, packages, before, now));
        for (position, shards) in SHARDS.into_iter().enumerate() {
            let perfect = slowest(&longest_first(now, shards), now);
            let mut add = |way: &'static str, plan: &Plan| {
                let ratio = slowest(plan, now) / perfect;
                let judged = Judged { series: series.to_owned(), shards, ratio };
                self.rows.entry(way).or_default().push(judged);
            };
            add("1 longest first, unknown at the median", &longest_first(&assumed, shards));
            add("3 shardwright, strategy lpt", &own_plan(folder, shards, "lpt"));
            add("4 shardwright, strategy balanced", &own_plan(folder, shards, "balanced"));
            if let Some(peers) = &peers {
                add("2 pytest-split 0.11, least_duration", &peers[position]);
            }
        }
    }

    fn show(&self, series: &BTreeMap<String, Vec<(String, Durations)>>) {
        let width = 42;
        print!("{:width$}", "");
        for name in series.keys().filter(|name| self.has(name)) {
            print!("{name:>18}");
        }
        print!("{:>18}", "all");
        for shards in SHARDS {
            print!("{:>8}", format!("/{shards}"));
        }
        println!();
        let base = self.rows.values().next().map_or(0.0, |rows| excess(rows.iter()).0);
        for (way, rows) in &self.rows {
            print!("{:width$}", &way[2..]);
            for name in series.keys().filter(|name| self.has(name)) {
                let (mean, worst) = excess(rows.iter().filter(|row| row.series == *name));
                print!("{:>18}", format!("{:.2} % ({:.0} %)", mean * 100.0, worst * 100.0));
            }
            let (mean, worst) = excess(rows.iter());
            print!("{:>18}", format!("{:.2} % ({:.0} %)", mean * 100.0, worst * 100.0));
            for shards in SHARDS {
                let (mean, _) = excess(rows.iter().filter(|row| row.shards == shards));
                print!("{:>8}", format!("{:.1} %", mean * 100.0));
            }
            println!("   {:.2} of the first", mean / base);
        }
        let plans = self.rows.values().next().map_or(0, Vec::len);
        println!("  geometric mean (worst) of {plans} plans each\n");
    }

    fn has(&self, series: &str) -> bool {
        self.rows.values().flatten().any(|row| row.series == series)
    }
}

/// The geometric mean of ratios and the worst, less 1.
fn excess<'a>(rows: impl Iterator<Item = &'a Judged>) -> (f64, f64) {
    let (mut sum, mut count, mut worst) = (0.0, 0.0, 0.0_f64);
    for row in rows {
        sum += row.ratio.ln();
        count += 1.0;
        worst = worst.max(row.ratio - 1.0);
    }
    ((sum / count).exp() - 1.0, worst)
}

fn median(durations: &Durations) -> f64 {
    let mut sorted: Vec<f64> = durations.values().copied().collect();
    sorted.sort_by(f64::total_cmp);
    f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2])
}

/// The longest test to the shard with the least, ties by name and number.
fn longest_first(durations: &Durations, shards: usize) -> Plan {
    let mut order: Vec<(&String, f64)> = durations.iter().map(|(test, s)| (test, *s)).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut loads: BinaryHeap<Reverse<(u64, usize)>> =
        (0..shards).map(|shard| Reverse((0, shard))).collect();
    let mut plan = vec![Vec::new(); shards];
    for (test, seconds) in order {
        let Reverse((load, shard)) = loads.pop().expect("a shard");
        plan[shard].push(test.clone());
        loads.push(Reverse((load + whole(seconds, 1e9), shard)));
    }
    plan
}

/// Seconds in whole parts of a second.
fn whole(seconds: f64, parts: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "short and positive"
    )]
    let whole = (seconds * parts).round() as u64;
    whole
}

fn slowest(plan: &Plan, durations: &Durations) -> f64 {
    let time = |shard: &Vec<String>| shard.iter().map(|test| durations[test]).sum::<f64>();
    plan.iter().map(time).fold(0.0, f64::max)
}

/// File and title of a test; a spec file that is timed as a whole is one test.
fn parts(test: &str) -> (&str, &str) {
    test.split_once("::").unwrap_or((test, "whole"))
}

/// Lays the suite of one date and the timings of another ready for `shardwright plan`.
fn write_suite(folder: &Path, before: &Durations, now: &Durations) {
    let group = |(number, name): (usize, &String)| {
        let (file, title) = parts(name);
        let test = json!({"project": "", "file": file, "titles": [title], "repeat": 0,
            "id": number.to_string(), "tags": [], "line": 1, "column": 1, "shared": false});
        json!({"project": "", "file": file, "kind": "single", "tests": [test]})
    };
    let groups: Vec<Value> = now.keys().enumerate().map(group).collect();
    let list = json!({"version": "1.65.1", "workers": 1, "shared": [], "errors": [],
        "projects": [{"name": "", "dependencies": []}], "groups": groups});
    fs::write(folder.join("script.json"), json!({"list": list}).to_string()).expect("a script");
    let mut files: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (name, seconds) in before {
        let (file, title) = parts(name);
        files.entry(file).or_default().insert(title.to_owned(), kept(*seconds).into());
    }
    let files: Map<String, Value> =
        files.into_iter().map(|(file, tests)| (file.to_owned(), json!({"": tests}))).collect();
    let timings = json!({"format": "shardwright.timings", "version": 1, "files": files});
    fs::write(folder.join("timings.json"), timings.to_string()).expect("timings");
}

/// Milliseconds as coarse as the timings file keeps them.
fn kept(seconds: f64) -> u64 {
    let millis = whole(seconds, 1e3);
    let step = match millis {
        ..1_000 => 10,
        1_000..10_000 => 100,
        10_000.. => 1_000,
    };
    ((millis + step / 2) / step * step).max(10)
}

/// What `shardwright plan` says for the suite laid ready.
fn own_plan(folder: &Path, shards: usize, strategy: &str) -> Plan {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_shardwright"));
    tool.current_dir(folder).args(["plan", "--format", "json", "--strategy", strategy]);
    tool.args(["--shards", &shards.to_string(), "--fake", "script.json"]);
    let plan: Value = serde_json::from_str(&said(&mut tool)).expect("a plan");
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let name = |group: &Value| {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let (file, title) = (text(&group["file"]), text(&group["tests"][0]["titles"][0]));
        if title == "whole" { file } else { format!("{file}::{title}") }
    };
    let shard = |shard: &Value| list(&shard["groups"]).iter().map(name).collect();
    list(&plan["shards"]).iter().map(shard).collect()
}

/// Installs the peer into a folder of its own; none where that does not work here.
fn peer(folder: &Path) -> Option<PathBuf> {
    let packages = folder.join("peer");
    if !packages.join("pytest_split").is_dir() {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", PEER, "--target"]).arg(&packages);
        match pip.output() {
            Ok(output) if output.status.success() => {}
            _ => {
                println!("{PEER} cannot be installed here: it is left out\n");
                return None;
            }
        }
    }
    fs::write(folder.join("peer.py"), PEER_SCRIPT).expect("a script");
    Some(packages)
}

/// The peer's plans, one for each number of shards.
fn peer_plans(folder: &Path, packages: &Path, before: &Durations, now: &Durations) -> Vec<Plan> {
    let tests: Vec<&String> = now.keys().collect();
    let task = json!({"shards": SHARDS, "durations": before, "tests": tests});
    fs::write(folder.join("task.json"), task.to_string()).expect("a task");
    let mut python = Command::new("python3");
    python.current_dir(folder).env("PYTHONPATH", packages).args(["peer.py", "task.json"]);
    let plans: Vec<Vec<Vec<usize>>> = serde_json::from_str(&said(&mut python)).expect("plans");
    let named = |shard: Vec<usize>| shard.into_iter().map(|number| tests[number].clone()).collect();
    plans.into_iter().map(|plan| plan.into_iter().map(named).collect()).collect()
}

/// The standard output of a program that ends well.
fn said(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}
