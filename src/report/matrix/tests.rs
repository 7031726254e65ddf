//! What each CI system is given, byte by byte and as it is read there.

use serde_json::{Value, json};

use crate::model::id::ShardNumber;
use crate::model::plan::{Plan, PlannedShard};
use crate::report::matrix::MATRICES;
use crate::report::sample::calm;

/// What each format is to give for four shards of which the third is empty.
const GOLDEN: [(&str, &str); 6] = [
    ("github", include_str!("golden/github.json")),
    ("gitlab", include_str!("golden/gitlab.yml")),
    ("circleci", include_str!("golden/circleci.json")),
    ("buildkite", include_str!("golden/buildkite.yml")),
    ("azure", include_str!("golden/azure.txt")),
    ("kubernetes", include_str!("golden/kubernetes.yaml")),
];

/// A plan of four shards; its tests have hostile names, and the third shard has none.
fn plan() -> Plan {
    let plan = calm().plan;
    let full = plan.shards.iter().find(|shard| !shard.is_empty()).unwrap().clone();
    let shard = |number: usize| {
        let groups = if number == 3 { Vec::new() } else { full.groups.clone() };
        PlannedShard { number: ShardNumber::at(number - 1), groups, ..full.clone() }
    };
    Plan { shards: (1..=4).map(shard).collect(), ..plan }
}

fn written(name: &str) -> String {
    MATRICES.iter().find(|matrix| matrix.name() == name).unwrap().write(&plan())
}

fn json_of(name: &str) -> Value {
    serde_json::from_str(&written(name)).unwrap()
}

fn yaml_of(name: &str) -> Value {
    serde_saphyr::from_str(&written(name)).unwrap()
}

#[test]
fn every_format_is_written_as_it_was() {
    assert!(MATRICES.iter().map(|matrix| matrix.name()).eq(GOLDEN.map(|(name, _)| name)));
    for (name, golden) in GOLDEN {
        assert_eq!(written(name), golden, "{name}");
    }
}

#[test]
fn jobs_with_a_number_leave_out_shards_without_tests() {
    let numbers = |jobs: Vec<&Value>| -> Vec<String> {
        jobs.into_iter().map(|job| job["shard"].to_string().replace('"', "")).collect()
    };
    assert!(written("github").trim_end().lines().count() == 1);
    let github = json_of("github");
    assert_eq!(numbers(github["include"].as_array().unwrap().iter().collect()), ["1", "2", "4"]);
    assert_eq!(github["include"][2], json!({"shard": 4, "shards": 4, "name": "4/4"}));
    let azure = written("azure");
    let (command, jobs) = azure.split_once(']').unwrap();
    assert_eq!(command, "##vso[task.setvariable variable=matrix;isOutput=true");
    let jobs: Value = serde_json::from_str(jobs).unwrap();
    assert_eq!(numbers(jobs.as_object().unwrap().values().collect()), ["1", "2", "4"]);
    assert_eq!(jobs["shard_2"], json!({"shard": "2", "shards": "4"}));
}

#[test]
fn a_plan_without_work_is_one_job() {
    let mut plan = plan();
    plan.shards.iter_mut().for_each(|shard| shard.groups.clear());
    let written =
        |name: &str| MATRICES.iter().find(|matrix| matrix.name() == name).unwrap().write(&plan);
    assert_eq!(written("github"), "{\"include\":[{\"name\":\"1/4\",\"shard\":1,\"shards\":4}]}\n");
    assert!(written("azure").ends_with("]{\"shard_1\":{\"shard\":\"1\",\"shards\":\"4\"}}\n"));
}

#[test]
fn where_the_ci_counts_the_nodes_there_are_as_many_as_shards() {
    assert_eq!(json_of("circleci"), json!({"shards": 4}));
    let gitlab = yaml_of("gitlab");
    assert_eq!(gitlab["shardwright"], json!({"extends": ".shardwright", "parallel": 4}));
    let step = &yaml_of("buildkite")["steps"][0];
    assert_eq!(
        (&step["parallelism"], &step["command"]),
        (&json!(4), &json!("shardwright run --shard auto"))
    );
    let spec = &yaml_of("kubernetes")["spec"];
    assert_eq!((&spec["completions"], &spec["parallelism"]), (&json!(4), &json!(4)));
    assert_eq!(spec["completionMode"], "Indexed");
    let container = &spec["template"]["spec"]["containers"][0];
    assert_eq!(container["env"], json!([{"name": "SHARDWRIGHT_NODE_TOTAL", "value": "4"}]));
}

#[test]
fn nothing_of_a_suite_stands_in_it() {
    for matrix in MATRICES {
        let (name, text) = (matrix.name(), matrix.write(&plan()));
        let is_plain = |c: char| c.is_ascii_graphic() || c == ' ' || c == '\n';
        assert!(text.chars().all(is_plain) && text.len() < 400, "{name}");
        assert!(!text.contains('$') && !text.contains("spec.ts"), "{name}");
    }
}
