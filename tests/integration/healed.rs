//! Faults in real containers, each once: what another sandbox heals is healed, what it cannot
//! heal is named, and no result is lost. The tests of `fixtures/faults` bring down what they run
//! in.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::project::{self, Ran};
use crate::support::{engine, read};

/// After so long a run that does not get anywhere is given up.
const PATIENCE: Duration = Duration::from_mins(3);

/// Runs some spec files in one shard.
fn run(name: &str, arguments: &[&str]) -> Ran {
    engine::needed();
    let project = project::copy("faults", name);
    let _turn = engine::beside_others();
    project::run(&project, &[&["run", "--backoff", "1ms..1ms"], arguments].concat(), &[])
}

/// The verdict on each test, by its title.
fn verdicts(ran: &Ran) -> BTreeMap<String, String> {
    let verdicts = read::verdicts(&ran.output()).into_iter();
    verdicts.map(|(key, verdict)| (key.titles.join(" "), verdict)).collect()
}

fn events(output: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(output.join("shards/1/events.ndjson")).unwrap_or_default();
    let whole = text.lines().filter_map(|line| serde_json::from_str(line).ok());
    whole.collect()
}

/// The titles of the tests that an attempt began, in their order.
fn began(output: &Path, attempt: u32) -> Vec<String> {
    let events = events(output).into_iter();
    events
        .filter(|event| event["event"] == "test-began" && event["attempt"] == attempt)
        .map(|event| event["key"]["titles"][0].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_container_that_was_killed_is_followed_by_another_that_runs_the_rest() {
    engine::needed();
    let project = project::copy("faults", "healed");
    let output = project.join("shardwright-report");
    let turn = engine::beside_others();
    let arguments = ["run", "--backoff", "1ms..1ms", "tests/slow.spec.ts"];
    let mut tool = project::start(&project, &arguments, &[]);
    let end = Instant::now() + PATIENCE;
    while began(&output, 1).len() < 2 {
        assert!(tool.try_wait().unwrap().is_none() && Instant::now() < end, "it got nowhere");
        std::thread::sleep(Duration::from_millis(20));
    }
    let containers = engine::containers(tool.id());
    let victim = containers.iter().find(|name| name.ends_with("-shard-1-attempt-1")).unwrap();
    engine::docker(&["kill", "--signal=KILL", victim]);
    let ran = project::ended(&project, tool);
    drop(turn);
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    let passed = verdicts(&ran).into_values().collect::<Vec<_>>();
    assert_eq!(passed, ["passed"; 3], "{}", ran.said.stderr);
    assert_eq!(began(&output, 1), ["slow one", "slow two"]);
    assert_eq!(began(&output, 2), ["slow three"]);
    assert_eq!(began(&output, 3), ["slow two"]);
    assert_eq!(engine::left_behind(ran.process), Vec::<String>::new());
}

#[test]
fn a_test_that_kills_its_runner_each_time_takes_no_other_along() {
    let ran = run("killer", &["tests/killer.spec.ts", "tests/calm.spec.ts"]);
    assert_eq!(ran.said.code, 3, "{}", ran.said.stderr);
    let mut verdicts = verdicts(&ran);
    assert_eq!(verdicts.remove("kills its runner").as_deref(), Some("interrupted"));
    assert_eq!(verdicts.len(), 4);
    assert!(verdicts.values().all(|verdict| verdict == "passed"), "{verdicts:?}");
    let named = "what ran when it ended comes after them: `killer.spec.ts › kills its runner`";
    assert!(ran.said.flat().contains(named), "no `{named}` in {}", ran.said.stderr);
    assert!(ran.said.stderr.contains("crash: "), "{}", ran.said.stderr);
    assert_eq!(engine::left_behind(ran.process), Vec::<String>::new());
}

#[test]
fn what_a_shard_is_kept_from_by_its_tests_another_shard_runs() {
    let ran = run("killers", &["tests/killers.spec.ts", "tests/calm.spec.ts", "--shards", "2"]);
    assert_eq!(ran.said.code, 3, "{}", ran.said.stderr);
    let verdicts = verdicts(&ran);
    let interrupted = verdicts.iter().filter(|(_, verdict)| *verdict == "interrupted");
    let titles: Vec<&str> = interrupted.map(|(title, _)| title.as_str()).collect();
    assert_eq!(titles, ["first killer", "second killer", "third killer"]);
    assert_eq!((verdicts.len(), verdicts["bystander"].as_str()), (6, "passed"));
    assert!(ran.said.stderr.contains(" takes over 1 test of shard "), "{}", ran.said.stderr);
    assert_eq!(engine::left_behind(ran.process), Vec::<String>::new());
}

#[test]
fn a_test_that_eats_all_memory_is_told_which_flag_to_raise() {
    let ran = run("memory", &["tests/memory.spec.ts", "tests/calm.spec.ts", "--memory", "300m"]);
    assert_eq!(ran.said.code, 1, "{}", ran.said.stderr);
    let verdicts = verdicts(&ran);
    assert_eq!(verdicts["eats memory"], "failed", "{verdicts:?}");
    // Its worker died: that is worth another try, and no test that passed is run again.
    assert_eq!(began(&ran.output(), 2), ["eats memory"]);
    let others = verdicts.iter().filter(|(title, _)| *title != "eats memory");
    assert!(others.clone().count() == 3 && others.clone().all(|(_, verdict)| verdict == "passed"));
    let told = "shard 1 was out of memory at ";
    for text in
        [&ran.said.flat(), &std::fs::read_to_string(ran.output().join("summary.md")).unwrap()]
    {
        assert!(text.contains(told) && text.contains("raise --memory"), "{text}");
    }
    let events = events(&ran.output());
    let used = events.iter().find(|event| event["event"] == "sandbox-used").unwrap();
    assert!(used["peakMemory"].as_u64().unwrap() > 200 << 20, "{used}");
    assert!(used["cpu"].as_u64().unwrap() > 0, "{used}");
}

#[test]
fn a_test_that_asks_for_too_many_processes_is_told_which_flag_to_raise() {
    let ran = run("processes", &["tests/processes.spec.ts", "--pids-limit", "60"]);
    assert_eq!(verdicts(&ran)["asks for too many processes"], "passed", "{}", ran.said.stderr);
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    let told = "shard 1 hit its limit of processes ";
    assert!(ran.said.flat().contains(told), "no `{told}` in {}", ran.said.stderr);
    assert!(ran.said.flat().contains("raise --pids-limit"), "{}", ran.said.stderr);
}

#[test]
fn a_test_that_finds_a_full_tmp_gets_an_empty_one() {
    let ran = run("disk", &["tests/disk.spec.ts", "--tmp-size", "32m"]);
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    let verdicts = verdicts(&ran);
    assert_eq!(verdicts["fills /tmp"], "passed", "{verdicts:?}");
    assert_eq!(verdicts["needs /tmp"], "flaky", "{verdicts:?}");
    assert_eq!(began(&ran.output(), 2), ["needs /tmp"]);
    let told = "1 test found no space left: make room on the disk, or raise --tmp-size";
    assert!(ran.said.flat().contains(told), "no `{told}` in {}", ran.said.stderr);
}

#[test]
fn what_no_other_try_mends_is_tried_once_and_explained() {
    let arguments = ["tests/browser.spec.ts", "--env", "PLAYWRIGHT_BROWSERS_PATH=/nowhere"];
    let ran = run("browser", &[arguments.as_slice(), &["--retries", "2"]].concat());
    assert_eq!(ran.said.code, 1, "{}", ran.said.stderr);
    assert_eq!(verdicts(&ran)["needs a browser"], "failed");
    assert!(began(&ran.output(), 2).is_empty());
    let told = "1 test found no browser: take the image of the project's Playwright version";
    assert!(ran.said.flat().contains(told), "no `{told}` in {}", ran.said.stderr);

    let ran = run("unwritable", &["tests/locked.spec.ts"]);
    assert_eq!(ran.said.code, 1, "{}", ran.said.stderr);
    let told = "1 test could not write: tests may write to the project and to /tmp";
    assert!(ran.said.flat().contains(told), "no `{told}` in {}", ran.said.stderr);
}

#[test]
fn a_test_whose_browser_crashes_each_time_is_tried_twice_more_and_fails() {
    let ran = run("crash", &["tests/crash.spec.ts"]);
    assert_eq!(ran.said.code, 1, "{}", ran.said.stderr);
    assert_eq!(verdicts(&ran)["brings its page down"], "failed");
    let tries = [1, 2, 3, 4].map(|attempt| began(&ran.output(), attempt).len());
    assert_eq!(tries, [1, 1, 1, 0]);
    let told = "1 test lost the worker or the browser";
    assert!(ran.said.flat().contains(told), "no `{told}` in {}", ran.said.stderr);
}

#[test]
fn a_shard_that_falls_silent_is_said_then_ended_and_tried_once_more() {
    let ran = run("silent", &["tests/silent.spec.ts", "--stall-timeout", "16s"]);
    assert_eq!(ran.said.code, 3, "{}", ran.said.stderr);
    let verdicts = verdicts(&ran);
    assert_eq!(verdicts["is heard"], "passed");
    assert_eq!(verdicts["is not heard any more"], "interrupted");
    assert_eq!(began(&ran.output(), 2), ["is not heard any more"]);
    for told in ["nothing was heard of it for 8s", "stalled 2 times, not healed"] {
        assert!(ran.said.flat().contains(told), "no `{told}` in {}", ran.said.stderr);
    }
}
