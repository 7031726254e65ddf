//! What a run takes of its machine: the kernel's files are played, so that memory is short when a
//! test wants it to be.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::script::six;
use crate::support::{engine, project, read, said};

/// After so long a run that does not get anywhere is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// A machine of 8 GB of which so many megabytes are available.
fn with_memory(place: &Place, available: u64) {
    play_memory(&place.path("machine"), available);
}

/// The same in this folder.
fn play_memory(machine: &Path, available: u64) {
    let folder = machine.join("proc");
    fs::create_dir_all(&folder).unwrap();
    let kilobytes = available << 10;
    let text = format!("MemTotal: {} kB\nMemAvailable: {kilobytes} kB\n", 8 << 20);
    fs::write(folder.join("meminfo.new"), text).unwrap();
    // At once: who reads it sees the old one or the new one.
    fs::rename(folder.join("meminfo.new"), folder.join("meminfo")).unwrap();
}

/// The events of a run so far.
fn events(place: &Place) -> Vec<Value> {
    events_in(&place.path("events.ndjson"))
}

fn events_in(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    lines.map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// How many attempts ran at once, at most.
fn at_once(place: &Place) -> usize {
    let (mut running, mut most) = (0, 0);
    for event in events(place) {
        match event["event"].as_str() {
            Some("attempt-started") => running += 1,
            Some("attempt-ended") => running -= 1,
            _ => {}
        }
        most = most.max(running);
    }
    most
}

/// Arguments of three shards on the played machine, whose processors are many.
const THREE: [&str; 9] =
    ["run", "--shards", "3", "--cpus", "0.1", "--machine", "machine", "--events", "events.ndjson"];

#[test]
fn as_many_shards_run_at_once_as_fit_the_memory() {
    let place = Place::scripted(&six());
    let run = |available: u64, arguments: &[&str]| {
        with_memory(&place, available);
        let said = place.play(&[&THREE, arguments].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        let told = said.stderr.lines().find(|line| line.contains(" at once: "));
        (at_once(&place), told.unwrap_or_default().to_owned())
    };
    let told = "2 shards at once: 5.0 GB of memory are available for 2.0 GB each (--jobs)";
    assert_eq!(run(5 << 10, &["--jobs", "auto"]), (2, told.to_owned()));
    let told = "3 shards at once: all of them fit (--jobs)";
    assert_eq!(run(5 << 10, &["--jobs", "auto", "--memory", "1g"]), (3, told.to_owned()));
    let told = "1 shard at once: 1.0 GB of memory are available for 2.0 GB each (--jobs)";
    assert_eq!(run(1 << 10, &["--jobs", "auto"]), (1, told.to_owned()));
    assert_eq!(run(8 << 10, &["--jobs", "all"]), (3, String::new()));
    assert_eq!(run(8 << 10, &["--jobs", "2"]), (2, String::new()));
}

#[test]
fn who_leaves_the_number_of_shards_to_the_tool_leaves_the_number_at_once_to_it_too() {
    let place = Place::scripted(&six());
    with_memory(&place, 5 << 10);
    let run = |arguments: &[&str]| {
        let auto = ["run", "--shards", "auto", "--cpus", "0.1", "--machine", "machine"];
        let said = place.play(&[&auto, arguments].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        said.stderr.contains("2 shards at once: ")
    };
    assert!(run(&[]));
    assert!(!run(&["--jobs", "all"]));
}

/// Waits until something is the case; the run is ended where it is not.
fn until(run: &mut Child, what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        if Instant::now() > end || run.try_wait().expect("a child").is_some() {
            run.kill().ok();
            panic!("not {what}");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// How many attempts have begun, and how many have ended.
fn counts(place: &Place) -> (usize, usize) {
    let events = events(place);
    let count = |name| events.iter().filter(|event| event["event"] == name).count();
    (count("attempt-started"), count("attempt-ended"))
}

/// The ends of all attempts, each with its shard.
fn ends(place: &Place) -> Vec<(u64, String)> {
    let ended = |event: &Value| {
        let reason = event["reason"].as_str().or(event["end"].as_str()).expect("an end");
        (event["event"] == "attempt-ended").then(|| (event["shard"].as_u64(), reason.to_owned()))
    };
    let is_end = |event: &&Value| event["event"] == "attempt-ended";
    let all = events(place);
    let ends = all.iter().filter(is_end).filter_map(ended);
    ends.map(|(shard, reason)| (shard.expect("a shard"), reason)).collect()
}

/// Three shards, each of which waits for its file before it runs a test.
fn held() -> Value {
    let mut script = six();
    script["until"] = json!({"1": "go-1", "2": "go-2", "3": "go-3"});
    script
}

/// Starts three shards on the played machine.
fn start(place: &Place, arguments: &[&str]) -> Child {
    let mut command = place.tool(&THREE);
    command.args(["--fake", "suite.json"]).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the tool starts")
}

#[test]
fn shards_start_only_while_there_is_memory_but_one_always_runs() {
    let place = Place::scripted(&six());
    let run = |available: u64, arguments: &[&str]| {
        with_memory(&place, available);
        let said = place.play(&[&THREE, arguments].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        let waits: Vec<&str> = said.stderr.lines().filter(|line| line.contains("waits")).collect();
        assert!(waits.len() <= 1, "{waits:?}");
        (at_once(&place), waits.first().map(|line| (*line).to_owned()).unwrap_or_default())
    };
    assert_eq!(run(8 << 10, &[]), (3, String::new()));
    let told = "shard 3: waits: 1024 MB of memory are left, it may take 2048 MB (--pressure)";
    assert_eq!(run(5 << 10, &[]), (2, told.to_owned()));
    let told = |used, limit| {
        format!(
            "shard 2: waits: {used} % of the memory is in use, the limit is {limit} % (--pressure)"
        )
    };
    assert_eq!(run(2 << 10, &["--memory", "100m"]), (3, String::new()));
    assert_eq!(run(1 << 10, &["--memory", "100m"]), (1, told(87, 80)));
    assert_eq!(run(1 << 9, &["--memory", "100m"]), (1, told(93, 90)));
    assert_eq!(run(0, &[]), (1, told(100, 90)));
    assert_eq!(run(1 << 10, &["--memory", "100m", "--pressure", "90,95,99"]), (3, String::new()));
    assert_eq!(run(2 << 10, &["--memory", "100m", "--pressure", "70,90,99"]), (1, told(75, 70)));
    assert_eq!(run(0, &["--pressure", "off"]), (3, String::new()));
}

#[test]
fn a_shard_that_waits_for_memory_starts_when_it_is_there() {
    let place = Place::scripted(&held());
    with_memory(&place, 0);
    let mut run = start(&place, &[]);
    until(&mut run, "one runs", || counts(&place) == (1, 0));
    with_memory(&place, 8 << 10);
    until(&mut run, "all run", || counts(&place) == (3, 0));
    for shard in 1..=3 {
        place.write(&format!("go-{shard}"), "");
    }
    let said = said(run.wait_with_output().expect("it ends"));
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn who_waits_for_memory_hears_the_user() {
    let place = Place::scripted(&held());
    with_memory(&place, 0);
    let mut run = start(&place, &["--timeout", "100ms"]);
    until(&mut run, "one runs", || counts(&place).0 > 0);
    let said = said(run.wait_with_output().expect("it ends"));
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert_eq!(counts(&place), (3, 3));
    let named = place.json("shardwright-report/results.json");
    assert_eq!(named["results"]["summary"]["tests"], 6);
}

#[test]
fn where_memory_is_critical_the_youngest_gives_way_and_no_test_is_lost() {
    let mut script = six();
    // The first waits, the third ends at once, the second is in the middle when it is ended.
    script["until"] = json!({"1": "go-1"});
    script["deaths"]["2"] =
        json!({"how": "stalled", "moment": "in-a-test", "after": 1, "attempts": 1});
    let place = Place::scripted(&script);
    with_memory(&place, 8 << 10);
    let mut run = start(&place, &["--fault-retries", "0"]);
    let began = |place: &Place| {
        let all = events(place);
        all.iter().filter(|event| event["event"] == "test-began").count()
    };
    let in_the_middle = || began(&place) == 3 && counts(&place).1 == 1;
    until(&mut run, "the second is in its second test", in_the_middle);
    with_memory(&place, 0);
    until(&mut run, "the second is ended", || counts(&place).1 == 2);
    with_memory(&place, 8 << 10);
    // One fewer runs at once now, so that the second comes after the first.
    place.write("go-1", "");
    let said = said(run.wait_with_output().expect("it ends"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let finished = "finished".to_owned();
    let short = (2, "memory-short".to_owned());
    let expected = [(3, finished.clone()), short, (1, finished.clone()), (2, finished)];
    assert_eq!(ends(&place), expected);
    assert!(said.stderr.contains("shard 2: has to go: 100 % of the memory"), "{}", said.stderr);
    assert!(said.stderr.contains("shard 2: 1 test again"), "{}", said.stderr);
    let summary = &place.json("shardwright-report/results.json")["results"]["summary"];
    assert_eq!((summary["passed"].as_u64(), summary["tests"].as_u64()), (Some(6), Some(6)));
    assert_eq!(summary["flaky"].as_u64().unwrap_or_default(), 0, "{summary}");
    // What was written is read back.
    assert_eq!(place.call(&["merge", "shardwright-report", "-o", "merged", "-q"]).code, 0);
}

#[test]
fn where_memory_stays_critical_shards_run_one_by_one_to_the_end() {
    let place = Place::scripted(&held());
    with_memory(&place, 8 << 10);
    let mut run = start(&place, &["--retry-budget", "0"]);
    until(&mut run, "all run", || counts(&place) == (3, 0));
    with_memory(&place, 0);
    until(&mut run, "two are ended", || counts(&place).1 == 2);
    for shard in 1..=3 {
        place.write(&format!("go-{shard}"), "");
    }
    let said = said(run.wait_with_output().expect("it ends"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let short = |(_, end): &&(u64, String)| end == "memory-short";
    assert_eq!(ends(&place).iter().filter(short).count(), 2);
    assert_eq!(ends(&place).len(), 5);
}

#[test]
fn a_container_that_gives_way_leaves_its_results_and_the_rest_runs_in_another() {
    engine::needed();
    let project = project::copy("faults", "gives-way");
    // Long enough for both to be in the middle at once.
    let slow = fs::read_to_string(project.join("tests/slow.spec.ts")).unwrap();
    for name in ["slow.spec.ts", "slow-too.spec.ts"] {
        fs::write(project.join("tests").join(name), slow.replace("2_000", "5_000")).unwrap();
    }
    let _turn = engine::alone();
    let machine = project.join("machine");
    play_memory(&machine, 8 << 10);
    let arguments = ["run", "--shards", "2", "--machine", "machine", "--events", "events.ndjson"];
    let mut tool = project::start(&project, &[&arguments[..], &["tests/slow"]].concat(), &[]);
    let events = || events_in(&project.join("events.ndjson"));
    // The tests that an attempt at a shard began.
    let began = |shard: u64, attempt: u64| -> Vec<String> {
        let events = events().into_iter().filter(|event| event["event"] == "test-began");
        let own = events.filter(|event| event["shard"] == shard && event["attempt"] == attempt);
        own.map(|event| event["key"]["titles"][0].as_str().unwrap().to_owned()).collect()
    };
    until(&mut tool, "both are in their second test", || {
        began(1, 1).len() >= 2 && began(2, 1).len() >= 2
    });
    play_memory(&machine, 0);
    let has_ended = || events().iter().any(|event| event["event"] == "attempt-ended");
    until(&mut tool, "one is ended", has_ended);
    play_memory(&machine, 8 << 10);
    let ran = project::ended(&project, tool);
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    let verdicts = read::verdicts(&ran.output()).into_values();
    assert_eq!(verdicts.collect::<Vec<_>>(), ["passed"; 6]);
    let short = |event: &&Value| event["reason"] == "memory-short";
    let ends: Vec<u64> =
        events().iter().filter(short).filter_map(|event| event["shard"].as_u64()).collect();
    let [shard] = ends[..] else { panic!("{ends:?} {}", ran.said.stderr) };
    let (first, second) = (began(shard, 1), began(shard, 2));
    // What had passed is not run again, what was in the middle is.
    assert_eq!((first.len() + second.len(), &first[first.len() - 1]), (4, &second[0]));
    assert_eq!(engine::left_behind(ran.process), Vec::<String>::new());
}
