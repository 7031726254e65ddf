//! `--schedule dynamic`: shards begin with a part of what the plan gives them and take the rest when
//! they are free; each test is run and told once, whatever happens.

mod containers;
mod processes;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::script::{twelve, with_result};
use crate::support::{engine, project, read, shop};

/// All events that shards of a run wrote, by kind.
fn events(place: &Place, kind: &str) -> Vec<Value> {
    let shards = std::fs::read_dir(place.path("shardwright-report/shards")).unwrap();
    let files = shards.map(|entry| entry.unwrap().path().join("events.ndjson"));
    let text: String = files.filter_map(|file| std::fs::read_to_string(file).ok()).collect();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|event| event["event"] == kind).collect()
}

#[test]
fn what_is_kept_back_is_run_once_by_whoever_is_free() {
    let place = Place::scripted(&twelve());
    let said = place.play(&["run", "--shards", "3", "--schedule", "dynamic"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let keys: Vec<String> =
        events(&place, "test-ended").iter().map(|event| event["key"].to_string()).collect();
    let once: BTreeSet<&String> = keys.iter().collect();
    assert_eq!((keys.len(), once.len()), (24, 24));
    // Three begin, and each of the batches is one more start, of which a log says one line.
    let starts = events(&place, "attempt-started").len();
    let told = |text: &str| said.stderr.matches(text).count();
    assert!(starts > 3 && told(" goes on with ") == starts - 3, "{starts} {}", said.stderr);
    assert_eq!((told(" ended after "), told("started again")), (3, 0), "{}", said.stderr);
    let verdicts = read::verdicts(&place.path("shardwright-report"));
    assert!(verdicts.len() == 24 && verdicts.values().all(|verdict| verdict == "passed"));
    // The plan that is kept is that of the whole, and a merge says the same as the run.
    let same = place.play(&["plan", "--shards", "3", "-o", "plan.json"]);
    assert_eq!(same.code, 0, "{}", same.stderr);
    assert_eq!(
        place.json("plan.json")["digest"],
        place.json("shardwright-report/plan.json")["digest"]
    );
    let merged = place.call(&["merge", "shardwright-report", "-o", "merged", "-q"]);
    assert_eq!(merged.code, 0, "{}", merged.stderr);
    assert_eq!(read::verdicts(&place.path("merged")), verdicts);
}

#[test]
fn a_shard_that_dies_in_a_batch_costs_no_test_its_result() {
    let mut codes = BTreeSet::new();
    for attempts in [Some(1), None] {
        for after in 0..9 {
            let mut script = twelve();
            script["deaths"]["2"] = json!({"moment": "in-a-test", "after": after,
                "how": "out-of-memory", "code": 137, "attempts": attempts});
            let place = Place::scripted(&script);
            let said = place.play(&["run", "-q", "--shards", "3", "--schedule", "dynamic"]);
            let verdicts = read::verdicts(&place.path("shardwright-report"));
            assert_eq!(verdicts.len(), 24, "{after} {attempts:?}");
            let passed = verdicts.values().filter(|verdict| *verdict == "passed").count();
            // As when all is dealt before: nobody makes good what died with nothing left to run.
            let is_over = died_when_all_was_run(&place);
            let expected = if passed == 24 && !is_over { 0 } else { 3 };
            codes.insert(said.code);
            assert_eq!(said.code, expected, "{after} {attempts:?} {passed}: {}", said.stderr);
            assert!(attempts.is_none() || passed == 24, "{after}: {}", said.stderr);
        }
    }
    assert_eq!(codes, BTreeSet::from([0, 3]));
}

/// Whether the last attempt of the second shard came to a bad end after all of its tests had ended.
fn died_when_all_was_run(place: &Place) -> bool {
    let of = |kind: &str| {
        let events = events(place, kind).into_iter();
        events.filter(|event| event["shard"] == 2).collect::<Vec<Value>>()
    };
    let ends = of("attempt-ended");
    let last = ends.last().unwrap();
    let in_it = |kind: &str| {
        let events = of(kind).into_iter();
        events.filter(|event| event["attempt"] == last["attempt"]).collect::<Vec<Value>>()
    };
    let listed: usize = in_it("tests-listed").iter().map(|it| read::list(it, "tests").len()).sum();
    last.to_string().contains("fault") && listed > 0 && listed == in_it("test-ended").len()
}

#[test]
fn what_nobody_has_begun_needs_no_part_of_the_budget_for_retries() {
    let mut script = twelve();
    script["deaths"]["2"] = json!({"moment": "in-a-test", "after": 1, "how": "out-of-memory",
        "code": 137});
    let place = Place::scripted(&script);
    let run = ["run", "-q", "--shards", "3", "--schedule", "dynamic", "--retry-budget", "0"];
    let said = place.play(&run);
    assert_eq!(said.code, 3, "{}", said.stderr);
    let verdicts = read::verdicts(&place.path("shardwright-report"));
    let begun =
        place.json("shardwright-report/plan.json")["shards"][1]["groups"].as_array().unwrap().len();
    // At most what the shard had begun with is lost: two thirds of its part, of two tests each.
    let lost = verdicts.values().filter(|verdict| *verdict == "not-run").count();
    assert!(lost > 0 && lost <= begun * 2 * 2 / 3 + 1, "{lost} of {begun}: {verdicts:?}");
}

#[test]
fn a_test_that_fails_in_a_batch_is_tried_again_as_ever() {
    let mut script = twelve();
    for file in 10..22 {
        script["results"][format!("{file}a")] =
            json!({"status": "failed", "duration": 5, "error": "boom"});
    }
    let place = Place::scripted(&script);
    let said =
        place.play(&["run", "-q", "--shards", "2", "--schedule", "dynamic", "--retries", "1"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let failed = events(&place, "test-ended")
        .iter()
        .filter(|event| event["result"]["status"] == "failed" || event["status"] == "failed")
        .count();
    assert_eq!(failed, 24, "each of twelve twice");
    let stopped = place.play(&["run", "-q", "--shards", "2", "--schedule", "dynamic", "-x"]);
    assert_eq!(stopped.code, 1, "{}", stopped.stderr);
    assert_eq!(read::verdicts(&place.path("shardwright-report")).len(), 24);
}

#[test]
fn what_nobody_had_begun_when_the_run_was_stopped_is_told_as_stopped() {
    let script = with_result(twelve(), "10a", "failed", "boom");
    let place = Place::scripted(&script);
    let run = ["run", "-q", "--shards", "2", "--jobs", "1", "--schedule", "dynamic", "-x"];
    let said = place.play(&run);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let ends = events(&place, "attempt-ended");
    let last = |shard: u32| ends.iter().rfind(|end| end["shard"] == shard).unwrap().to_string();
    for shard in [1, 2] {
        assert!(last(shard).contains("cancelled"), "{ends:?}");
    }
    let verdicts = read::verdicts(&place.path("shardwright-report"));
    let count = |word: &str| verdicts.values().filter(|verdict| *verdict == word).count();
    assert_eq!((verdicts.len(), count("failed")), (24, 1), "{verdicts:?}");
    assert!(count("not-run") > 12, "{verdicts:?}");
    let merged = place.call(&["merge", "shardwright-report", "-o", "merged", "-q"]);
    assert_eq!(merged.code, 1, "{}", merged.stderr);
}

#[test]
fn who_has_nobody_to_share_with_is_told_so() {
    let place = Place::scripted(&twelve());
    for shards in [&["--shards", "1"][..], &["--shard", "1/3"]] {
        let said = place.play(&[&["run", "--schedule", "dynamic"], shards].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        let told = "--schedule dynamic changes nothing here: one shard has nobody to share with";
        assert!(said.stderr.contains(told), "{}", said.stderr);
    }
}

#[test]
fn the_shop_ends_as_when_all_is_dealt_before() {
    let expected = read::verdicts(&shop::whole().output());
    engine::needed();
    let project = project::copy("shop", "dynamic");
    let turn = engine::alone();
    let ran = project::run(&project, &["run", "--shards", "2", "--schedule", "dynamic"], &[]);
    drop(turn);
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    assert_eq!(read::verdicts(&ran.output()), expected);
}
