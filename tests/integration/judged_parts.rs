//! Results that are joined where the settings of their nodes are not: a job without a checkout.

use crate::support::place::Place;
use crate::support::script::{six, with_result};

const FLAKY: &str = "retries = 1\nfail-on-flaky = true\n";
const QUARANTINE: &str = "[[test]]\nfile = 'b.spec.ts'\ntitle = 'b2'\nreason = 'slow shop'\n\
                          owner = '@us'\nexpires = 2999-01-01\n";

/// Both nodes end with this code; then their settings are gone.
fn nodes(place: &Place, codes: [i32; 2]) {
    for (shard, code) in ["1/2", "2/2"].into_iter().zip(codes) {
        let output = format!("all/{}", &shard[..1]);
        let said = place.play(&["run", "--shard", shard, "-q", "-o", &output]);
        assert_eq!(said.code, code, "{said:?}");
    }
    for file in ["shardwright.toml", "quarantine.toml"] {
        std::fs::remove_file(place.path(file)).ok();
    }
}

#[test]
fn a_flaky_test_that_failed_its_node_fails_the_whole() {
    let script = with_result(six(), "b2", "failed", "boom");
    let place = Place::scripted(&with_result(script, "b2@2", "passed", ""));
    place.write("shardwright.toml", FLAKY);
    nodes(&place, [0, 1]);
    let told = "flaky tests fail this run: its nodes were told so by --fail-on-flaky\n";
    let said = place.call(&["merge", "all", "-o", "merged", "-q"]);
    assert_eq!((said.code, said.stderr.contains(told)), (1, true), "{said:?}");
    // A merge keeps it; who says it again needs no word of it.
    let said = place.call(&["merge", "merged", "-o", "again", "-q", "--fail-on-flaky"]);
    assert_eq!((said.code, said.stderr.contains(told)), (1, false), "{said:?}");
}

#[test]
fn without_the_setting_a_flaky_test_fails_nothing() {
    let script = with_result(six(), "b2", "failed", "boom");
    let place = Place::scripted(&with_result(script, "b2@2", "passed", ""));
    place.write("shardwright.toml", "retries = 1\n");
    nodes(&place, [0, 0]);
    let said = place.call(&["merge", "all", "-o", "merged", "-q"]);
    assert_eq!((said.code, said.stderr.contains("--fail-on-flaky")), (0, false), "{said:?}");
}

#[test]
fn a_quarantine_that_is_missing_is_named_where_a_failure_counts() {
    let place = Place::scripted(&with_result(six(), "b2", "failed", "boom"));
    place.write("quarantine.toml", QUARANTINE);
    nodes(&place, [0, 0]);
    let told =
        "warning: the nodes had a quarantine and there is none here, so every failure counts";
    let said = place.call(&["merge", "all", "-o", "merged", "-q"]);
    assert_eq!((said.code, said.stderr.contains(told)), (1, true), "{said:?}");
    place.write("quarantine.toml", QUARANTINE);
    let said = place.call(&["merge", "all", "-o", "merged", "-q"]);
    assert_eq!((said.code, said.stderr.contains(told)), (0, false), "{said:?}");
}
