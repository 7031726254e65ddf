//! Four nodes of a CI matrix and a last job that merges give what one machine gives.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::support::project::{self, Ran};
use crate::support::{engine, read, shardwright};

/// What every node runs; no file needs a browser, only the log-in before them.
const SELECTION: [&str; 2] = ["tests/api", "tests/odd/reporting.spec.ts"];

/// Where the nodes left their results, and what one run of all shards gave.
struct Matrix {
    nodes: Vec<Ran>,
    together: Ran,
    project: PathBuf,
}

fn matrix() -> &'static Matrix {
    static MATRIX: OnceLock<Matrix> = OnceLock::new();
    MATRIX.get_or_init(|| {
        engine::needed();
        let project = project::copy("shop", "matrix");
        let call = |arguments: &[&str]| {
            project::run(&project, &[&["run"][..], &SELECTION, arguments].concat(), &[])
        };
        let _turn = engine::alone();
        let node = |number: usize| {
            let (shard, output) = (format!("{number}/4"), format!("nodes/{number}"));
            call(&["--shard", &shard, "--output", &output])
        };
        let nodes = (1..=4).map(node).collect();
        let together = call(&["--shards", "4"]);
        Matrix { nodes, together, project }
    })
}

/// The folders of these nodes' results in a folder of their own, as CI would download them.
fn downloaded(name: &str, nodes: &[usize]) -> PathBuf {
    let place = project::scratch(name);
    for node in nodes {
        let from = matrix().project.join(format!("nodes/{node}"));
        copy(&from, &place.join(format!("results-{node}")));
    }
    place
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

#[test]
fn merged_nodes_are_one_run() {
    let Matrix { nodes, together, .. } = matrix();
    for (index, node) in nodes.iter().enumerate() {
        assert_eq!(node.said.code, 0, "node {}: {}", index + 1, node.said.stderr);
    }
    let place = downloaded("merged", &[1, 2, 3, 4]);
    let said = shardwright(&place, &["merge", "."]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    let merged = place.join("shardwright-report");
    assert_eq!(read::verdicts(&merged), read::verdicts(&together.output()));
    let digest = |output: &Path| read::text(&read::json(&output.join("plan.json")), "digest");
    assert_eq!(digest(&merged), digest(&together.output()));
    let stats = |output: &Path| read::html(output)["report.json"]["stats"].clone();
    assert_eq!(stats(&merged), stats(&together.output()));
    let cases = |output: &Path| {
        let suites = read::junit(output).1.into_iter();
        suites
            .map(|suite| (suite.attributes["name"].clone(), suite.cases.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(cases(&merged), cases(&together.output()));
}

#[test]
fn a_node_without_results_is_named_and_the_run_is_incomplete() {
    let place = downloaded("missing", &[1, 2, 4]);
    let said = shardwright(&place, &["merge", "."]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(said.stderr.contains("shard 3 of 4 has no results"), "{}", said.stderr);
    let merged = place.join("shardwright-report");
    let plan = read::json(&merged.join("plan.json"));
    let groups = read::list(&read::list(&plan, "shards")[2], "groups").iter();
    let lost: usize = groups.map(|group| read::list(group, "tests").len()).sum();
    let verdicts = read::verdicts(&merged);
    assert!(lost > 0, "shard 3 was empty");
    assert_eq!(verdicts.values().filter(|verdict| *verdict == "not-run").count(), lost);
    assert_eq!(verdicts.len(), read::verdicts(&matrix().together.output()).len());
}

#[test]
fn nodes_of_different_plans_are_named_and_the_run_is_incomplete() {
    let place = downloaded("different", &[1, 2]);
    let digest = |node: usize| {
        read::text(&read::json(&place.join(format!("results-{node}/plan.json"))), "digest")
    };
    assert_eq!(digest(1), digest(2));
    // As if that node had been started with another strategy.
    let plan = place.join("results-2/plan.json");
    let other = ["--strategy", "round-robin", "--isolation", "process"];
    let other = [&["plan", "--shards", "4", "--plan-file", plan.to_str().unwrap()], &other[..]];
    let said = shardwright(&matrix().project, &[&other.concat()[..], &SELECTION].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    let said = shardwright(&place, &["merge", "."]);
    assert_eq!((said.code, said.stdout.as_str()), (3, ""), "{}", said.stderr);
    let words = ["results-1", "results-2", "are of different plans", &digest(1), &digest(2)];
    for word in words {
        assert!(said.stderr.contains(word), "`{word}` is not in: {}", said.stderr);
    }
    let merged = read::verdicts(&place.join("shardwright-report"));
    assert_eq!(merged.len(), read::verdicts(&matrix().together.output()).len());
}

#[test]
fn a_plan_that_was_changed_by_hand_is_refused() {
    let place = downloaded("changed", &[1]);
    let plan = place.join("results-1/plan.json");
    let text = fs::read_to_string(&plan).unwrap();
    let digest = read::text(&read::json(&plan), "digest");
    let other: String = digest.chars().rev().collect();
    fs::write(&plan, text.replace(&digest, &other)).unwrap();
    let said = shardwright(&place, &["merge", "."]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""), "{}", said.stderr);
    assert!(said.stderr.contains("was changed after it was made"), "{}", said.stderr);
}
