//! What a run takes of its machine: the kernel's files are played, so that memory is short when a
//! test wants it to be.

use std::fs;

use serde_json::Value;

use crate::support::place::Place;
use crate::support::script::six;

/// A machine of 8 GB of which so many megabytes are available.
fn with_memory(place: &Place, available: u64) {
    let kilobytes = available << 10;
    let text = format!("MemTotal: {} kB\nMemAvailable: {kilobytes} kB\n", 8 << 20);
    // At once: who reads it sees the old one or the new one.
    place.write("machine/proc/meminfo.new", text);
    let file = place.path("machine/proc/meminfo");
    fs::rename(place.path("machine/proc/meminfo.new"), file).expect("a file can be renamed");
}

/// The events of a run so far.
fn events(place: &Place) -> Vec<Value> {
    let text = fs::read_to_string(place.path("events.ndjson")).unwrap_or_default();
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
