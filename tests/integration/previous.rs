//! `--previous`: tests stay on the shards that an earlier plan gave them to.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::script::{six, suite};

/// Forty files of one test each, all of other lengths.
fn forty(first: usize) -> (Value, Value) {
    let names: Vec<String> = (first..first + 40).map(|n| format!("f{n:02}.spec.ts")).collect();
    let files: Vec<(&str, &[&str])> =
        names.iter().map(|name| (name.as_str(), &["works"][..])).collect();
    let times: BTreeMap<&str, Value> = (first..)
        .zip(&names)
        .map(|(n, name)| (name.as_str(), json!({"chromium": {"works": 1_000 + n * 7_919 % 5_000}})))
        .collect();
    let timings = json!({"format": "shardwright.timings", "version": 1, "files": times});
    (suite(&files), timings)
}

/// The shard of each file.
fn homes(plan: &Value) -> BTreeMap<String, u64> {
    let shards = plan["shards"].as_array().expect("shards").iter();
    let homes = shards.flat_map(|shard| {
        let groups = shard["groups"].as_array().expect("groups").iter();
        groups.map(|group| {
            let file = group["file"].as_str().expect("a file").to_owned();
            (file, shard["number"].as_u64().expect("a number"))
        })
    });
    homes.collect()
}

#[test]
fn a_new_file_moves_nothing_that_can_stay() {
    let place = Place::new();
    let (script, timings) = forty(0);
    place.write("suite.json", script.to_string());
    place.write("timings.json", timings.to_string());
    let planned = place.play(&["plan", "--shards=4", "--plan-file=before.json", "--quiet"]);
    assert_eq!(planned.code, 0, "{}", planned.stderr);
    // The first file is gone, and another is there.
    let (script, timings) = forty(1);
    place.write("suite.json", script.to_string());
    place.write("timings.json", timings.to_string());
    let plan = |arguments: &[&str]| {
        let said = place.play(&[&["plan", "--shards=4", "--format=json"], arguments].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        homes(&serde_json::from_str(&said.stdout).expect("a plan"))
    };
    let before = homes(&place.json("before.json"));
    let moved = |now: &BTreeMap<String, u64>| {
        before.iter().filter(|(file, shard)| now.get(*file).is_some_and(|n| n != *shard)).count()
    };
    let (fresh, settled) = (plan(&[]), plan(&["--previous=before.json"]));
    assert!(moved(&settled) * 3 <= moved(&fresh), "{before:?} {settled:?} {fresh:?}");
}

#[test]
fn an_earlier_plan_that_cannot_be_read_is_named() {
    let place = Place::scripted(&six());
    place.write("timings.json", "{\"format\":\"shardwright.timings\",\"version\":1,\"files\":{}}");
    place.refuses(
        &["plan", "--fake", "suite.json", "--previous", "timings.json"],
        5,
        "error: cannot use the plan `timings.json`: is not a `shardwright.plan` file but a \
         `shardwright.timings` file\nhint: `shardwright plan -o FILE` makes one",
    );
}
