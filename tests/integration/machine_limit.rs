//! Several runs on one machine, each a process: who came first starts first, never more than may,
//! and who is killed stands in nobody's way.

use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::script::suite;
use crate::support::{Said, said};

/// After so long a run that does not get anywhere is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// Runs that share a machine, each with a suite of its own.
struct Machine {
    place: Place,
}

/// A run that has not been waited for; killed where a test ends before it.
struct Run {
    name: &'static str,
    process: Option<Child>,
}

impl Drop for Run {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().ok();
            process.wait().ok();
        }
    }
}

impl Run {
    fn id(&self) -> u32 {
        self.process.as_ref().expect("it runs").id()
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.id().try_into().unwrap()), signal).unwrap();
    }

    fn end(mut self) -> Said {
        said(self.process.take().expect("it runs").wait_with_output().unwrap())
    }
}

impl Machine {
    fn new() -> Self {
        Self { place: Place::new() }
    }

    /// Starts a run of so many shards, none of which ends before the file `go-NAME` is there.
    fn start(&self, name: &'static str, shards: usize, limit: usize, more: &[&str]) -> Run {
        let files: Vec<String> = (1..=shards).map(|shard| format!("{shard}.spec.ts")).collect();
        let titles: Vec<String> = (1..=shards).map(|shard| format!("{name}{shard}")).collect();
        let titles: Vec<[&str; 1]> = titles.iter().map(|title| [title.as_str()]).collect();
        let files: Vec<(&str, &[&str])> =
            files.iter().zip(&titles).map(|(file, titles)| (file.as_str(), &titles[..])).collect();
        let mut script = suite(&files);
        for shard in 1..=shards {
            script["until"][shard.to_string()] = json!(format!("go-{name}"));
        }
        self.place.write(&format!("{name}.json"), script.to_string());
        let numbers = [shards, limit].map(|number| number.to_string());
        let mut command = self.place.tool(&["run", "--shards", &numbers[0]]);
        command.args(["--machine-limit", &numbers[1], "--fake", &format!("{name}.json")]);
        command.args(["--events", &format!("{name}.ndjson"), "--output", &format!("{name}-out")]);
        command.args(more).stdout(Stdio::piped()).stderr(Stdio::piped());
        Run { name, process: Some(command.spawn().unwrap()) }
    }

    /// Lets the shards of a run end.
    fn go(&self, name: &str) {
        self.place.write(&format!("go-{name}"), "");
    }

    /// When each attempt of a run began and ended.
    fn times(&self, name: &str) -> Vec<(u64, bool)> {
        let text = fs::read_to_string(self.place.path(&format!("{name}.ndjson")));
        let text = text.unwrap_or_default();
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let events = whole.map(|line| serde_json::from_str::<Value>(line).unwrap());
        let time = |event: Value| {
            let begins = match event["event"].as_str() {
                Some("attempt-started") => true,
                Some("attempt-ended") => false,
                _ => return None,
            };
            Some((event["at"].as_u64().unwrap(), begins))
        };
        events.filter_map(time).collect()
    }

    /// How many shards of a run are running.
    fn running(&self, name: &str) -> usize {
        let times = self.times(name);
        let begun = times.iter().filter(|(_, begins)| *begins).count();
        2 * begun - times.len()
    }

    /// The tickets of a run, by their state.
    fn tickets(&self, run: &Run, state: &str) -> usize {
        let end = format!("-{}-{state}", run.id());
        let names = self.names();
        names.iter().filter(|name| name.ends_with(&end)).count()
    }

    /// The names of all tickets.
    fn names(&self) -> Vec<String> {
        let folder = self.place.path("../cache/shardwright/machine");
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().into_string().unwrap());
        names.filter(|name| name != "door").collect()
    }

    /// Waits until so many shards of a run are running.
    fn until_running(&self, run: &mut Run, shards: usize) {
        let name = run.name;
        until(run, "running", || self.running(name) == shards);
    }

    /// Waits until a run waits in the line.
    fn until_waiting(&self, run: &mut Run) {
        let id = run.id();
        let is_ours = |name: &String| name.ends_with(&format!("-{id}-waits"));
        until(run, "waiting", || self.names().iter().any(is_ours));
    }
}

fn until(run: &mut Run, what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        let gone = run.process.as_mut().unwrap().try_wait().unwrap();
        assert!(gone.is_none() && Instant::now() < end, "{} is not {what}: {gone:?}", run.name);
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn runs_start_in_the_order_in_which_they_came_and_one_at_a_time() {
    const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
    let machine = Machine::new();
    let mut runs = vec![machine.start("a", 1, 1, &[])];
    machine.until_running(&mut runs[0], 1);
    for name in &NAMES[1..] {
        let mut run = machine.start(name, 1, 1, &[]);
        machine.until_waiting(&mut run);
        runs.push(run);
    }
    for name in NAMES {
        machine.go(name);
    }
    for (at, run) in runs.into_iter().enumerate() {
        let said = run.end();
        assert_eq!(said.code, 0, "{}", said.stderr);
        let told = format!(
            "shard 1: waits for its turn: shards of other runs on this machine: 1, runs before \
             this one: {} (--machine-limit 1)",
            at.saturating_sub(1)
        );
        assert_eq!(said.stderr.matches("waits for its turn").count(), usize::from(at > 0));
        assert!(at == 0 || said.stderr.contains(&told), "no `{told}` in {}", said.stderr);
    }
    let all: Vec<(u64, bool)> = NAMES.iter().flat_map(|name| machine.times(name)).collect();
    assert_eq!(all.len(), 2 * NAMES.len());
    assert!(all.is_sorted_by_key(|(at, _)| *at), "{all:?}");
    assert_eq!(machine.names(), Vec::<String>::new());
}

#[test]
fn each_run_keeps_to_its_own_limit_over_all_shards() {
    let machine = Machine::new();
    let mut two = machine.start("two", 3, 2, &[]);
    machine.until_running(&mut two, 2);
    machine.until_waiting(&mut two);
    assert_eq!(machine.tickets(&two, "runs"), 2);
    // The third shard of the first run is before it, which nobody overtakes.
    let mut four = machine.start("four", 2, 4, &[]);
    machine.until_waiting(&mut four);
    machine.go("two");
    let said = two.end();
    assert_eq!(said.code, 0, "{}", said.stderr);
    // By its own shards it is not said to be held up.
    assert_eq!(said.stderr.matches("waits for its turn").count(), 0, "{}", said.stderr);
    machine.until_running(&mut four, 2);
    let mut three = machine.start("three", 2, 3, &[]);
    machine.until_running(&mut three, 1);
    machine.until_waiting(&mut three);
    machine.go("four");
    machine.until_running(&mut three, 2);
    machine.go("three");
    assert_eq!((four.end().code, three.end().code), (0, 0));
    assert_eq!(machine.names(), Vec::<String>::new());
}

#[test]
fn who_is_killed_stands_in_nobodys_way() {
    let machine = Machine::new();
    let mut holds = machine.start("holds", 2, 2, &[]);
    machine.until_running(&mut holds, 2);
    let mut waits = machine.start("waits", 1, 2, &[]);
    machine.until_waiting(&mut waits);
    let mut next = machine.start("next", 1, 2, &[]);
    machine.until_waiting(&mut next);
    let mut last = machine.start("last", 1, 2, &[]);
    machine.until_waiting(&mut last);
    for run in [waits, holds] {
        run.signal(Signal::SIGKILL);
        let mut process = { run }.process.take().unwrap();
        process.wait().unwrap();
    }
    for run in [&mut next, &mut last] {
        machine.until_running(run, 1);
    }
    machine.go("next");
    machine.go("last");
    assert_eq!((next.end().code, last.end().code), (0, 0));
    assert_eq!(machine.names(), Vec::<String>::new());
}

#[test]
fn who_waits_hears_the_user_and_keeps_to_its_time() {
    let machine = Machine::new();
    let mut holds = machine.start("holds", 1, 1, &[]);
    machine.until_running(&mut holds, 1);
    let mut interrupted = machine.start("interrupted", 2, 1, &[]);
    machine.until_waiting(&mut interrupted);
    let late = machine.start("late", 2, 1, &["--timeout", "200ms"]);
    interrupted.signal(Signal::SIGINT);
    assert_eq!(interrupted.end().code, 130);
    let said = late.end();
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(said.stderr.contains("(--timeout)"), "{}", said.stderr);
    let results = machine.place.json("late-out/results.json");
    assert_eq!(results["results"]["summary"]["tests"], 2);
    machine.go("holds");
    assert_eq!(holds.end().code, 0);
    assert_eq!(machine.names(), Vec::<String>::new());
}

#[test]
fn jobs_and_the_limit_of_the_machine_hold_both() {
    let machine = Machine::new();
    let mut one = machine.start("one", 3, 3, &["--jobs", "1"]);
    machine.until_running(&mut one, 1);
    // It stands in the line for no more than it may start.
    let mut other = machine.start("other", 3, 2, &["--jobs", "3"]);
    machine.until_running(&mut other, 1);
    machine.until_waiting(&mut other);
    assert_eq!((machine.tickets(&one, "runs"), machine.tickets(&one, "waits")), (1, 0));
    machine.go("one");
    machine.go("other");
    for run in [one, other] {
        let said = run.end();
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
}

#[test]
fn a_node_waits_for_its_turn_too() {
    let machine = Machine::new();
    let mut holds = machine.start("holds", 1, 1, &[]);
    machine.until_running(&mut holds, 1);
    machine.place.write("node.json", suite(&[("1.spec.ts", &["one"])]).to_string());
    let mut command = machine.place.tool(&["run", "--shard", "1/1", "--machine-limit", "1"]);
    command.args(["--fake", "node.json", "--events", "node.ndjson", "--output", "node-out"]);
    let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut node = Run { name: "node", process: Some(process) };
    machine.until_waiting(&mut node);
    assert_eq!(machine.times("node"), Vec::new());
    machine.go("holds");
    assert_eq!((holds.end().code, node.end().code), (0, 0));
    let (held, waited) = (machine.times("holds"), machine.times("node"));
    assert!(held.last() <= waited.first(), "{held:?} {waited:?}");
}

#[test]
fn a_folder_that_cannot_be_used_is_named_before_anything_runs() {
    let place = Place::scripted(&suite(&[("1.spec.ts", &["one"])]));
    place.write("../cache", "a file");
    let said = place.play(&["run", "--machine-limit", "1"]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""), "{}", said.stderr);
    let told = "error: cannot share the machine with other runs (--machine-limit) by files in `";
    assert!(said.stderr.starts_with(told), "{}", said.stderr);
    assert!(!place.path("shardwright-report").exists());
}
