//! A run that is ended from outside in the middle: what was known is reported, what was not is
//! named, and nothing stays behind. In `fixtures/stuck` one test never ends.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::project::{self, Ran};
use crate::support::{engine, read};

/// After so long a run that does not get anywhere is given up.
const PATIENCE: Duration = Duration::from_mins(3);

/// A run in which the stuck test runs, and the one before it has ended.
struct Stuck {
    project: PathBuf,
    tool: Child,
    /// The shard that holds the stuck test.
    shard: u64,
}

impl Stuck {
    fn start(name: &str, arguments: &[&str]) -> Self {
        engine::needed();
        let project = project::copy("stuck", name);
        let tool = project::start(&project, &[&["run"], arguments].concat(), &[]);
        let mut stuck = Self { project, tool, shard: 0 };
        let end = Instant::now() + PATIENCE;
        while !stuck.is_in_the_middle() {
            let gone = stuck.tool.try_wait().unwrap();
            if gone.is_some() || Instant::now() > end {
                stuck.tool.kill().ok();
                let ran = project::ended(&stuck.project, stuck.tool);
                panic!("the run did not reach its middle ({gone:?}): {}", ran.said.stderr);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        stuck
    }

    fn is_in_the_middle(&mut self) -> bool {
        let output = self.project.join("shardwright-report");
        (1..=3).any(|shard| {
            let file = output.join(format!("shards/{shard}/events.ndjson"));
            let events = std::fs::read_to_string(file).unwrap_or_default();
            let middle = |line: &str| line.contains("test-began") && line.contains("never ends");
            self.shard = shard;
            events.lines().any(middle)
        })
    }

    fn containers(&self) -> Vec<String> {
        engine::containers(self.tool.id())
    }

    /// Ends the tool as nobody can hear it coming.
    fn kill(&mut self) {
        self.tool.kill().unwrap();
        self.tool.wait().unwrap();
    }

    fn end(self) -> Ran {
        project::ended(&self.project, self.tool)
    }
}

/// The verdicts of the stuck file's tests, in its order.
fn of_stuck_file(output: &Path) -> [String; 4] {
    let verdicts = read::verdicts(output);
    ["comes to its end", "never ends", "would come next", "would come last"]
        .map(|title| verdicts.iter().find(|(key, _)| key.titles == [title]).expect(title).1.clone())
}

/// What both reports say of the tests that did not come to their end.
fn assert_named(ran: &Ran) {
    let summary = std::fs::read_to_string(ran.output().join("summary.md")).unwrap();
    let (root, suites) = read::junit(&ran.output());
    assert_eq!(
        root["tests"],
        suites.iter().map(|suite| suite.cases.len()).sum::<usize>().to_string()
    );
    let case = |title: &str| {
        suites.iter().flat_map(|suite| &suite.cases).find(|case| case.attributes["name"] == title)
    };
    assert_eq!(case("comes to its end").unwrap().status(), "passed");
    for (title, verdict) in [
        ("never ends", "interrupted"),
        ("would come next", "not-run"),
        ("would come last", "not-run"),
    ] {
        assert_eq!(case(title).unwrap().status(), "error", "{title}");
        assert_eq!(case(title).unwrap().properties["shardwright.verdict"], verdict);
        assert!(summary.contains(title), "`{title}` is not in summary.md: {summary}");
        // A terminal shows the first of many, and counts the others.
        let said = &ran.said.stderr;
        let counted = verdict == "not-run" && said.contains("more did not run, see index.html");
        assert!(counted || said.contains(title), "`{title}` is not in stderr: {said}");
    }
}

#[test]
fn a_killed_container_loses_no_result_and_the_run_is_not_well() {
    let _turn = engine::beside_others();
    let stuck = Stuck::start("killed", &["--shards", "3", "--fault-retries", "0"]);
    let shard = stuck.shard;
    let end = format!("-shard-{shard}-attempt-1");
    let victim = stuck.containers().into_iter().find(|name| name.ends_with(&end)).unwrap();
    engine::docker(&["kill", "--signal=KILL", &victim]);
    let ran = stuck.end();
    assert_eq!(ran.said.code, 3, "{}", ran.said.stderr);
    let output = ran.output();
    assert_eq!(of_stuck_file(&output), ["passed", "interrupted", "not-run", "not-run"]);
    assert_named(&ran);
    let others = read::verdicts(&output).into_iter().filter(|(key, _)| key.file != "stuck.spec.ts");
    let others: Vec<String> = others.map(|(_, verdict)| verdict).collect();
    assert_eq!(others, ["passed"; 8]);
    let told = ran.said.stderr.lines().any(|line| {
        line.contains(&format!("shard {shard}")) && line.contains("killed (exit code 137)")
    });
    assert!(told, "{}", ran.said.stderr);
    assert_eq!(engine::left_behind(ran.process), Vec::<String>::new());
}

#[test]
fn an_interrupted_run_reports_what_is_known_and_leaves_nothing_behind() {
    let _turn = engine::beside_others();
    let stuck = Stuck::start("interrupted", &["--shards", "3"]);
    let (process, containers) = (stuck.tool.id(), stuck.containers());
    let volumes = engine::left_behind(process).len() - containers.len();
    assert!(!containers.is_empty() && volumes > 0, "the engine shows nothing of the run");
    kill(Pid::from_raw(process.try_into().unwrap()), Signal::SIGINT).unwrap();
    let ran = stuck.end();
    assert_eq!(ran.said.code, 130, "{}", ran.said.stderr);
    assert_eq!(of_stuck_file(&ran.output()), ["passed", "interrupted", "not-run", "not-run"]);
    assert_named(&ran);
    for report in ["index.html", "playwright/index.html"] {
        assert!(ran.output().join(report).is_file(), "no {report}");
    }
    assert_eq!(engine::left_behind(ran.process), Vec::<String>::new());
}

#[test]
fn an_interrupt_that_others_pass_on_as_well_is_one_wish() {
    let stuck = Stuck::start("echoes", &["--isolation", "process", "stuck.spec.ts"]);
    let process = Pid::from_raw(stuck.tool.id().try_into().unwrap());
    for _ in 0..4 {
        kill(process, Signal::SIGINT).unwrap();
        std::thread::sleep(Duration::from_millis(10));
    }
    let ran = stuck.end();
    assert_eq!(ran.said.code, 130, "{}", ran.said.stderr);
    assert_eq!(of_stuck_file(&ran.output()), ["passed", "interrupted", "not-run", "not-run"]);
    assert_named(&ran);
}

/// Waits until something is the case.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "{what}: not after {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_tool_that_was_killed_leaves_no_container_running_and_the_next_run_cleans_up() {
    // A run beside it would take away what this one leaves.
    let _turn = engine::alone();
    let alive = Stuck::start("alive", &["stuck.spec.ts"]);
    let mut dead = Stuck::start("dead", &["stuck.spec.ts"]);
    dead.kill();
    let (dead, living) = (dead.tool.id(), alive.tool.id());
    until("its containers end", || engine::running(dead).is_empty());
    assert!(!engine::left_behind(dead).is_empty(), "there is nothing to take away");
    let next = project::copy("stuck", "next");
    let ran = project::run(&next, &["run", "calm.spec.ts"], &[]);
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    let told = "was killed: taking away what it left";
    assert_eq!(ran.said.stderr.matches(told).count(), 1, "{}", ran.said.stderr);
    assert_eq!(engine::left_behind(dead), Vec::<String>::new());
    // A run that lives keeps what is its own.
    assert_eq!(engine::running(living).len(), 1);
    kill(Pid::from_raw(living.try_into().unwrap()), Signal::SIGINT).unwrap();
    assert_eq!(alive.end().said.code, 130);
    assert_eq!(engine::left_behind(living), Vec::<String>::new());
}

#[test]
fn a_tool_that_was_killed_leaves_no_process_running() {
    let mut stuck = Stuck::start("dead-group", &["--isolation", "process", "stuck.spec.ts"]);
    let project = stuck.project.to_string_lossy().into_owned();
    let runs = || {
        let ours = |entry: &std::fs::DirEntry| {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&project)
        };
        std::fs::read_dir("/proc").unwrap().flatten().any(|entry| ours(&entry))
    };
    assert!(runs());
    stuck.kill();
    until("its processes end", || !runs());
}

#[test]
fn a_run_that_takes_too_long_is_ended_in_order() {
    let _turn = engine::beside_others();
    engine::needed();
    let project = project::copy("stuck", "too-long");
    let ran = project::run(&project, &["run", "--timeout", "20s", "stuck.spec.ts"], &[]);
    assert_eq!(ran.said.code, 3, "{}", ran.said.stderr);
    let told = "stopped: the run took longer than it may (--timeout)";
    assert!(ran.said.stderr.contains(told), "{}", ran.said.stderr);
    assert_eq!(of_stuck_file(&ran.output()), ["passed", "interrupted", "not-run", "not-run"]);
    assert_eq!(engine::left_behind(ran.process), Vec::<String>::new());
}
