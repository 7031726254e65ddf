//! The user's own reporters run in every shard and write what they write in a plain run.

use std::collections::BTreeSet;

use crate::support::expected::Verdicts;
use crate::support::{read, shop};

/// The lines that tell of a test, without the counts at the top.
fn told(tally: &str) -> BTreeSet<&str> {
    let (counts, lines) = tally.split_once("\n\n").unwrap();
    assert!(counts.starts_with("expected: "), "{tally}");
    lines.lines().collect()
}

#[test]
fn a_reporter_from_a_file_writes_in_the_shards_what_it_writes_alone() {
    let mut ours = BTreeSet::new();
    let mut count = 0;
    let tallies: Vec<String> = (1..=4)
        .map(|shard| shop::files_of(&shop::whole().output(), shard).join("reports/tally.txt"))
        .map(|file| {
            std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
        })
        .collect();
    for tally in &tallies {
        count += told(tally).len();
        ours.extend(told(tally));
    }
    assert_eq!(ours, told(&shop::plain().tally));
    // Only the set-up test is told by every shard.
    assert_eq!(count, ours.len() + 3);
}

#[test]
fn a_reporter_from_the_configuration_writes_in_the_shards_what_it_writes_alone() {
    let mut ours = Verdicts::new();
    for shard in 1..=4 {
        let file = shop::files_of(&shop::whole().output(), shard).join("reports/results.json");
        for (key, verdict) in read::playwright_verdicts(&read::json(&file)) {
            let before = ours.insert(key.clone(), verdict);
            assert!(before.is_none() || key.project == "setup", "two shards tell of {key:?}");
        }
    }
    assert_eq!(ours, read::playwright_verdicts(&shop::plain().results));
}

#[test]
fn what_the_list_reporter_prints_is_in_the_shards_logs() {
    let mut ticks = 0;
    for shard in 1..=4 {
        let log = shop::whole().output().join(format!("shards/{shard}/log.txt"));
        ticks += std::fs::read_to_string(log).unwrap().matches("  ✓ ").count();
    }
    let passed = crate::support::expected::Expected::of_shop().counts.passed;
    // The test that fails as it should has a cross; the set-up test has a tick in each shard.
    assert_eq!(ticks, passed - 1 + 3);
}
