//! Why shards were late: `report skew` over scripted runs whose clocks were set by hand, and the
//! line that a merge ends with.

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::script::suite;

const START: u64 = 1_795_000_000_000;
const NO_PLAYWRIGHT: &str = "no playwright/: no attempt left a whole HTML report of Playwright\n";

/// Two shards: `a1` takes 20 s, `b1`, `b2` and `c1` 6 s each, and a shard 1.6 s besides, says the
/// history.
fn place() -> Place {
    let place = Place::scripted(&suite(&[
        ("a.spec.ts", &["a1"]),
        ("b.spec.ts", &["b1", "b2"]),
        ("c.spec.ts", &["::error::c1"]),
    ]));
    place.write(
        "timings.json",
        "{\"format\":\"shardwright.timings\",\"version\":1,\n\
         \"costs\":{\"start\":1000,\"end\":600},\n\"files\":{\n\
         \"a.spec.ts\":{\"chromium\":{\"a1\":20000}},\n\
         \"b.spec.ts\":{\"chromium\":{\"b1\":6000,\"b2\":6000}},\n\
         \"c.spec.ts\":{\"chromium\":{\"::error::c1\":6000}}\n}}\n",
    );
    place
}

/// A run whose first test begins a second after its shard and whose shards end half a second after
/// their last one; the tests take what the history says but for these.
fn run(place: &Place, output: &str, day: u64, other: &[(&str, u64)]) {
    let said = place.play(&["run", "--shards", "2", "-q", "-o", output]);
    assert_eq!(said.code, 0, "{said:?}");
    for shard in ["1", "2"] {
        set_clock(place, &format!("{output}/shards/{shard}/events.ndjson"), day, other);
    }
}

fn set_clock(place: &Place, file: &str, day: u64, other: &[(&str, u64)]) {
    let mut now = START + day * 24 * 3_600_000;
    let mut text = String::new();
    for line in place.read(file).lines() {
        let mut event: Value = serde_json::from_str(line).unwrap();
        match event["event"].as_str().unwrap_or_default() {
            "test-began" if event["at"].as_u64() == Some(0) => event["at"] = json!(now + 1_000),
            "test-ended" => {
                let title = event["key"]["titles"][0].as_str().unwrap();
                let usual = if title == "a1" { 20_000 } else { 6_000 };
                let took = other.iter().find(|(name, _)| *name == title);
                let took = took.map_or(usual, |(_, took)| *took);
                event["result"]["started"] = json!(now + 1_000);
                event["result"]["duration"] = json!(took);
                now += took;
            }
            "attempt-ended" | "run-ended" => {
                event["at"] = json!(now + if other.is_empty() { 1_500 } else { 1_600 });
            }
            "run-started" | "attempt-started" => event["at"] = json!(now),
            _ => {}
        }
        text.push_str(&event.to_string());
        text.push('\n');
    }
    place.write(file, text);
}

#[test]
fn the_shard_that_was_late_is_named_with_its_test() {
    let place = place();
    run(&place, "results", 0, &[("::error::c1", 31_000)]);
    let said = place.call(&["report", "skew", "results"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let expected = "\
The slowest shard took 44.6 s (19.6 s were predicted); perfectly even shards
would have taken 33.1 s.

 shard  predicted    took    later  start  beside the work
     1     21.6 s  21.6 s   0.00 s  1.0 s  end 0.60 s
     2     19.6 s  44.6 s  +25.0 s  1.0 s  weights 25.0 s, end 0.60 s

- Shard 2 ended 25.0 s later than predicted: `::error::c1` took 31.0 s instead
  of 6.0 s.

- With these durations the plan takes 33.6 s instead of 44.6 s, 11.0 s less:
  `--update-timings` keeps them.
";
    assert_eq!(said.stdout, expected);
}

#[test]
fn json_has_all_parts_and_they_add_up() {
    let place = place();
    run(&place, "results", 0, &[("::error::c1", 31_000)]);
    let said = place.call(&["report", "skew", "results", "--format", "json"]);
    let found: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((&found["format"], &found["version"]), (&json!("shardwright.skew"), &json!(1)));
    let shard = &found["runs"][0]["shards"][1];
    assert_eq!(shard["reason"]["cause"], "weights");
    assert_eq!(shard["misjudged"][0]["titles"], json!(["::error::c1"]));
    let parts = shard["parts_ms"].as_object().unwrap();
    let sum: i64 = parts.values().map(|part| part.as_i64().unwrap()).sum();
    assert_eq!(Some(sum), shard["took_ms"].as_i64());
}

#[test]
fn many_runs_show_what_is_wrong_again_and_again() {
    let place = place();
    for (day, took) in [(1, 6_000), (2, 30_000), (3, 32_000), (4, 31_000)] {
        let day_folder = format!("all/{day}");
        run(&place, &day_folder, day, &[("::error::c1", took)]);
    }
    let said = place.call(&["report", "skew", "all"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let many = said.stdout.split("the last run:").next().unwrap();
    let expected = "\
4 runs

 run               slowest  predicted    later  why
 2026-11-22 11:06   44.6 s     19.6 s  +25.0 s  shard 2: weights
 2026-11-21 11:06   45.6 s     19.6 s  +26.0 s  shard 2: weights
 2026-11-20 11:06   43.6 s     19.6 s  +24.0 s  shard 2: weights
 2026-11-19 11:06   21.6 s     21.6 s   0.00 s
";
    assert!(many.starts_with(expected), "{many}");
    assert!(many.contains("estimates that are wrong again and again:\n"), "{many}");
    assert!(many.contains(" 3 runs      6.0 s  31.0 s  [chromium]"), "{many}");
    for line in said.stdout.lines() {
        assert!(line.chars().count() <= 80 && !line.trim().starts_with("::"), "{line}");
    }
    let said = place.call(&["report", "skew", "all", "--since", "2026-11-22T00:00:00Z"]);
    assert!(said.stdout.starts_with("The slowest shard took 44.6 s"), "{}", said.stdout);
}

#[test]
fn markdown_has_names_as_code() {
    let place = place();
    run(&place, "results", 0, &[("::error::c1", 31_000)]);
    let said = place.call(&["report", "skew", "results", "--format", "markdown"]);
    assert!(said.stdout.starts_with("### Skew\n\nThe slowest shard took 44.6 s"), "{said:?}");
    let expected = "- Shard 2 ended 25.0 s later than predicted: <code>::error::c1</code> took";
    assert!(said.stdout.contains(expected), "{}", said.stdout);
}

#[test]
fn a_merge_says_in_one_line_which_shard_kept_everybody_waiting() {
    let place = place();
    run(&place, "results", 0, &[("::error::c1", 31_000)]);
    let said = place.call(&["merge", "results", "-o", "merged"]);
    assert_eq!(said.code, 0, "{said:?}");
    let line = "4 passed in 44.6 s\nShard 2 ended 25.0 s later than predicted: `::error::c1` took \
                31.0 s instead of\n  6.0 s.\n";
    assert!(said.stderr.contains(line), "{}", said.stderr);
    assert!(said.stderr.starts_with(NO_PLAYWRIGHT), "{}", said.stderr);
    run(&place, "even", 0, &[]);
    let said = place.call(&["merge", "even", "-o", "merged-too"]);
    assert!(!said.stderr.contains("later than"), "{}", said.stderr);
}

#[test]
fn folders_without_runs_and_broken_ones_are_named() {
    let place = place();
    place.write("empty/notes.txt", "nothing");
    place.refuses(
        &["report", "skew", "gone"],
        5,
        "error: no file or folder `gone`\nhint: name the folder that the results were \
         downloaded to",
    );
    let said = place.call(&["report", "skew", "empty"]);
    assert_eq!((said.code, said.stdout.as_str()), (4, ""), "{said:?}");
    place.write("told/results.json", "{}");
    place.refuses(
        &["report", "skew", "told"],
        4,
        "error: `told/results.json` alone does not say when shards started\nhint: name the output \
         folder of `run` or `merge`, with its shards/",
    );
    run(&place, "all/good", 0, &[]);
    run(&place, "all/torn", 1, &[]);
    place.write("all/torn/plan.json", "{");
    let said = place.call(&["report", "skew", "all"]);
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.stdout.starts_with("The slowest shard took 21.5 s"), "{said:?}");
    assert!(said.stderr.contains("warning: left out: ") && said.stderr.contains("all/torn"));
}
