//! How good plans are where every duration is known: the slowest shard over the lower bound, on
//! real series of durations (`fixtures/durations`), and how many tests move from one date's plan
//! to the next one's. Beside it the packings of `prtpy` from its registry. Prints ratios; asserts nothing.
#![expect(clippy::print_stdout, reason = "the figures are the product")]

#[path = "support/programs.rs"]
mod programs;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use programs::run;
use serde_json::{Map, Value, json};

const SHARDS: [usize; 6] = [2, 4, 8, 16, 32, 64];
const PEER: &str = "prtpy==0.8.3";
/// The peer's packings: weights and numbers of bins in, the heaviest bins out.
const PEER_SCRIPT: &str = r#"
import json, sys, prtpy
task = json.load(open(sys.argv[1]))
ways = {"greedy": prtpy.partitioning.greedy, "multifit": prtpy.partitioning.multifit,
        "Karmarkar-Karp": prtpy.partitioning.kk}
heaviest = lambda way, bins: max(prtpy.partition(algorithm=way, numbins=bins, items=task["weights"],
                                                 outputtype=prtpy.out.Sums))
print(json.dumps({name: [heaviest(way, bins) for bins in task["bins"]] for name, way in ways.items()}))
"#;

/// Seconds by test.
type Durations = BTreeMap<String, f64>;

fn main() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("packing");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).expect("a folder");
    let all = all();
    let peer = peer(&folder);
    let mut ways: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let (mut proven, mut plans) = (0, 0);
    for durations in all.values() {
        let bounds = SHARDS.map(|shards| {
            let balanced = plan(&folder, durations, shards, "balanced", None);
            let lpt = plan(&folder, durations, shards, "lpt", None);
            let bound = number(&balanced["lower_bound_ms"]);
            ways.entry("balanced".into()).or_default().push(slowest(&balanced) / bound);
            ways.entry("lpt".into()).or_default().push(slowest(&lpt) / bound);
            plans += 1;
            proven += usize::from(slowest(&balanced) <= bound);
            bound
        });
        for (name, heaviest) in packed(&folder, peer.as_deref(), durations) {
            let ratios = heaviest.iter().zip(bounds).map(|(heaviest, bound)| heaviest / bound);
            ways.entry(format!("{PEER} {name}")).or_default().extend(ratios);
        }
    }
    println!("slowest shard over the lower bound, {} histories x {SHARDS:?} shards:", all.len());
    for (name, ratios) in &ways {
        let logs: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
        let count = ratios.iter().fold(0.0, |count, _| count + 1.0);
        let worst = ratios.iter().copied().fold(0.0, f64::max);
        println!("  {name}: geometric mean {:.6}, worst {worst:.4}", (logs / count).exp());
    }
    println!("  balanced: {proven} of {plans} proven optimal\n");
    churn(&folder, &all);
}

/// Every history, by name and date.
fn all() -> BTreeMap<String, Durations> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/durations");
    let files =
        fs::read_dir(folder).expect("the durations").map(|entry| entry.expect("one").path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("durations");
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, serde_json::from_str(&text).expect("durations"))
        })
        .collect()
}

/// File and title, as in pytest's names; a name without a title is a file.
fn parts(test: &str) -> (&str, &str) {
    test.split_once("::").unwrap_or((test, "all"))
}

/// The plan as JSON.
fn plan(
    folder: &Path,
    durations: &Durations,
    shards: usize,
    strategy: &str,
    previous: Option<&Path>,
) -> Value {
    let mut files: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut groups = Vec::new();
    for (test, seconds) in durations {
        let (file, title) = parts(test);
        files.entry(file).or_default().insert(title.to_owned(), json!(millis(*seconds)));
        groups.push(json!({"project": "", "file": file, "kind": "single", "tests": [
            {"project": "", "file": file, "titles": [title], "repeat": 0, "id": test, "tags": [],
             "line": 1, "column": 1, "shared": false}]}));
    }
    let files: BTreeMap<&str, Value> =
        files.into_iter().map(|(file, tests)| (file, json!({"": tests}))).collect();
    let list = json!({"version": "1.65.1", "workers": 1, "projects": [{"name": "", "dependencies": []}],
        "shared": [], "groups": groups, "errors": []});
    let script = folder.join("script.json");
    fs::write(&script, json!({"list": list}).to_string()).expect("a script");
    let timings = json!({"format": "shardwright.timings", "version": 1, "files": files});
    fs::write(folder.join("timings.json"), timings.to_string()).expect("timings");
    let mut tool = Command::new(env!("CARGO_BIN_EXE_shardwright"));
    tool.current_dir(folder).args(["plan", "--format=json", "--fake"]).arg(&script);
    tool.args([format!("--shards={shards}"), format!("--strategy={strategy}")]);
    tool.args(previous.map(|plan| format!("--previous={}", plan.display())));
    serde_json::from_slice(&run(&mut tool).stdout).expect("a plan")
}

/// What takes any time takes a millisecond.
fn millis(seconds: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "short and positive"
    )]
    let millis = (seconds * 1_000.0).round() as u64;
    millis.max(1)
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn slowest(plan: &Value) -> f64 {
    let shards = plan["shards"].as_array().expect("shards");
    shards.iter().map(|shard| number(&shard["predicted_ms"])).fold(0.0, f64::max)
}

/// The shard of each test.
fn homes(plan: &Value) -> BTreeMap<String, u64> {
    let mut homes = BTreeMap::new();
    for shard in plan["shards"].as_array().expect("shards") {
        for group in shard["groups"].as_array().expect("groups") {
            for test in group["tests"].as_array().expect("tests") {
                let key = format!("{} {}", group["file"], test["titles"]);
                homes.insert(key, shard["number"].as_u64().expect("a number"));
            }
        }
    }
    homes
}

/// How many of the tests of two dates are on another shard in the later date's plan.
fn churn(folder: &Path, all: &BTreeMap<String, Durations>) {
    let series: BTreeSet<&str> =
        all.keys().filter_map(|name| Some(name.split_once('.')?.0)).collect();
    let previous = folder.join("previous.json");
    let (mut fresh, mut settled, mut tests, mut slower) = (0, 0, 0, Vec::new());
    for name in series {
        let dates: Vec<&Durations> = all
            .iter()
            .filter(|(date, _)| date.split('.').next() == Some(name))
            .map(|(_, d)| d)
            .collect();
        for (pair, shards) in dates.windows(2).flat_map(|pair| SHARDS.map(|shards| (pair, shards)))
        {
            let before = plan(folder, pair[0], shards, "balanced", None);
            fs::write(&previous, before.to_string()).expect("a plan");
            let (alone, after) = (
                plan(folder, pair[1], shards, "balanced", None),
                plan(folder, pair[1], shards, "balanced", Some(&previous)),
            );
            let (before, alone_homes, homes) = (homes(&before), homes(&alone), homes(&after));
            let moved = |now: &BTreeMap<String, u64>| {
                before
                    .iter()
                    .filter(|(test, shard)| now.get(*test).is_some_and(|n| n != *shard))
                    .count()
            };
            tests += before.keys().filter(|test| homes.contains_key(*test)).count();
            fresh += moved(&alone_homes);
            settled += moved(&homes);
            slower.push(slowest(&after) / slowest(&alone));
        }
    }
    let percent = |part: usize| 100.0 * ratio(part, tests);
    let worst = slower.iter().copied().fold(0.0, f64::max);
    println!(
        "tests that move from one date's plan to the next one's, all series and shard counts:"
    );
    println!("  planned anew: {:.1} % of {tests}", percent(fresh));
    println!("  with --previous: {:.1} %, slowest shard at most {worst:.3} x", percent(settled));
}

fn ratio(part: usize, whole: usize) -> f64 {
    let float = |count: usize| f64::from(u32::try_from(count).expect("not so many"));
    float(part) / float(whole)
}

/// The Python that has the peer; none where it cannot be had.
fn peer(folder: &Path) -> Option<PathBuf> {
    let home = folder.join("peer");
    let done = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let python = home.join("bin/python");
    let made = done(Command::new("python3").args(["-m", "venv"]).arg(&home))
        && done(Command::new(&python).args(["-m", "pip", "install", "-q", PEER]));
    if !made {
        println!("{PEER} could not be installed");
    }
    made.then_some(python)
}

/// The heaviest bins that each of the peer's ways comes to, in milliseconds.
fn packed(folder: &Path, peer: Option<&Path>, durations: &Durations) -> BTreeMap<String, Vec<f64>> {
    let Some(python) = peer else { return BTreeMap::new() };
    let weights: Vec<u64> = durations.values().map(|seconds| millis(*seconds)).collect();
    let task = folder.join("task.json");
    fs::write(&task, json!({"weights": weights, "bins": SHARDS}).to_string()).expect("a task");
    let output = run(Command::new(python).args(["-c", PEER_SCRIPT]).arg(&task));
    serde_json::from_slice(&output.stdout).expect("an answer")
}
