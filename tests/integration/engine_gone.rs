//! The container engine itself goes away in the middle of a run, and comes back or does not. Each
//! test has an engine of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::RwLockReadGuard;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::own_engine::OwnEngine;
use crate::support::project::{self, Ran};
use crate::support::{engine, read};

/// After so long a run that does not get anywhere is given up.
const PATIENCE: Duration = Duration::from_mins(3);
/// Each has three tests of two seconds.
const SLOW: [&str; 2] = ["tests/slow.spec.ts", "tests/slower.spec.ts"];

/// A run of two shards in an engine that is about to go away.
struct Running {
    own: OwnEngine,
    project: PathBuf,
    tool: Child,
    _turn: RwLockReadGuard<'static, ()>,
}

impl Running {
    /// Starts it and waits until each shard has a test that is over and one that is not.
    fn start(name: &str, arguments: &[&str]) -> Self {
        let own = OwnEngine::start();
        let project = project::copy("faults", name);
        fs::copy(project.join(SLOW[0]), project.join(SLOW[1])).unwrap();
        let turn = engine::beside_others();
        let all = [&["run", "--shards", "2", "--backoff", "1ms..1ms"], arguments, &SLOW].concat();
        let mut tool = start(&own, &project, &all);
        let end = Instant::now() + PATIENCE;
        let output = project.join("shardwright-report");
        while (1..=2).any(|shard| of_kind(&output, shard, "test-began").len() < 2) {
            assert!(tool.try_wait().unwrap().is_none() && Instant::now() < end, "no start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { own, project, tool, _turn: turn }
    }

    fn ended(self) -> (OwnEngine, Ran) {
        (self.own, project::ended(&self.project, self.tool))
    }
}

fn start(own: &OwnEngine, project: &Path, arguments: &[&str]) -> Child {
    let variables = own.variables();
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, &**value)).collect();
    project::start(project, arguments, &variables)
}

/// A shard's events of a kind, as far as they are written.
fn of_kind(output: &Path, shard: u32, kind: &str) -> Vec<Value> {
    let file = output.join(format!("shards/{shard}/events.ndjson"));
    let text = fs::read_to_string(file).unwrap_or_default();
    let events = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events.filter(|event| event["event"] == kind).collect()
}

/// The faults of a shard's attempts, in their order.
fn faults(output: &Path, shard: u32) -> Vec<String> {
    let ended = of_kind(output, shard, "attempt-ended").into_iter();
    ended.filter_map(|event| Some(event["fault"].as_str()?.to_owned())).collect()
}

#[test]
fn what_an_engine_that_was_killed_took_along_runs_again_when_it_is_back() {
    let mut running = Running::start("engine-back", &[]);
    running.own.kill();
    running.own.start_again();
    let (own, ran) = running.ended();
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    let verdicts = read::verdicts(&ran.output());
    assert_eq!(verdicts.len(), 6);
    assert!(verdicts.values().all(|verdict| verdict == "passed"), "{verdicts:?}");
    for shard in [1, 2] {
        assert_eq!(faults(&ran.output(), shard), ["engine-gone"], "{}", ran.said.stderr);
        // What was over when the engine went away does not run again.
        assert_eq!(of_kind(&ran.output(), shard, "test-ended").len(), 3);
    }
    assert_eq!(own.holds(), Vec::<String>::new());
}

#[test]
fn an_engine_that_never_comes_back_loses_no_result_and_the_next_run_cleans_up() {
    let mut running = Running::start("engine-gone", &["--fault-retries", "0"]);
    running.own.kill_all();
    let (mut own, ran) = running.ended();
    assert_eq!(ran.said.code, 3, "{}", ran.said.stderr);
    let verdicts = read::verdicts(&ran.output());
    let mut verdicts: Vec<_> = verdicts.into_values().collect();
    verdicts.sort();
    assert_eq!(verdicts, ["interrupted", "interrupted", "not-run", "not-run", "passed", "passed"]);
    for shard in [1, 2] {
        assert_eq!(faults(&ran.output(), shard), ["engine-gone"], "{}", ran.said.stderr);
    }
    own.start_again();
    assert_ne!(own.holds(), Vec::<String>::new());
    let next = start(&own, &ran.project, &["run", "tests/calm.spec.ts"]);
    let next = project::ended(&ran.project, next);
    assert_eq!(next.said.code, 0, "{}", next.said.stderr);
    assert!(next.said.stderr.contains("was killed: taking away what it left"), "{:?}", next.said);
    assert_eq!(own.holds(), Vec::<String>::new());
}
