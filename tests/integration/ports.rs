//! The shop's web server has a fixed port and is reused where it answers: shards must not meet
//! each other's.

use serde_json::Value;

use crate::support::expected::{Expected, Switch};
use crate::support::project::Ran;
use crate::support::{engine, project, read, shop};

/// When each shard began and ended, in milliseconds.
fn spans(ran: &Ran, shards: usize) -> Vec<(u64, u64)> {
    let span = |shard: usize| {
        let file = ran.output().join(format!("shards/{shard}/events.ndjson"));
        let text = std::fs::read_to_string(file).unwrap();
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let at = |event: &str| {
            lines.iter().find(|line| line["event"] == event).unwrap()["at"].as_u64().unwrap()
        };
        (at("attempt-started"), at("attempt-ended"))
    };
    let mut spans: Vec<(u64, u64)> = (1..=shards).map(span).collect();
    spans.sort_unstable();
    spans
}

#[test]
fn four_containers_side_by_side_have_a_server_each() {
    let ran = shop::whole();
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    let spans = spans(ran, 4);
    let last_start = spans.iter().map(|span| span.0).max();
    let first_end = spans.iter().map(|span| span.1).min();
    assert!(last_start < first_end, "the shards did not run at the same time: {spans:?}");
    for shard in 1..=4 {
        let log = std::fs::read_to_string(shop::files_of(&ran.output(), shard).join("server.log"));
        let log = log.unwrap_or_else(|error| panic!("shard {shard} started no server: {error}"));
        assert_eq!(log.matches("listening on 4173").count(), 1, "shard {shard}");
    }
}

#[test]
fn four_processes_run_one_after_another_and_the_run_says_why() {
    let shop = project::copy("shop", "ports");
    let arguments = ["run", "--isolation", "process", "--shards", "4", "tests/api"];
    let turn = engine::alone();
    let ran = project::run(&shop, &arguments, &[("SHOP_PORT", &project::free_port())]);
    drop(turn);
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    let files = ["api/cart.spec.ts", "api/errors.spec.ts", "api/products.spec.ts"];
    let expected = Expected::of_shop().verdicts_of(&files, Switch::Off);
    assert_eq!(read::verdicts(&ran.output()), expected);
    let told = ran.said.stderr.lines().find(|line| line.contains("one after another"));
    let told = told.unwrap_or_else(|| panic!("{}", ran.said.stderr));
    assert!(told.contains("share this machine's ports") && told.contains("webServer"), "{told}");
    let filled = read::json(&ran.output().join("plan.json"));
    let filled = read::list(&filled, "shards").iter();
    let count = filled.filter(|shard| !read::list(shard, "groups").is_empty()).count();
    assert!(count > 1, "one shard alone cannot meet another");
    for pair in spans(&ran, count).windows(2) {
        assert!(pair[0].1 <= pair[1].0, "two shards ran at the same time: {pair:?}");
    }
}
