//! What `results.json` says, against the schema that others read it by.

use std::collections::BTreeSet;

use boon::{Compiler, Schemas};

use crate::model::outcome::{Outcome, Verdict};
use crate::report::ctrf::Ctrf;
use crate::report::sample::{Sample, calm, stormy};
use crate::wire::ctrf::write as wire;

#[test]
fn the_whole_file_is_as_it_was() {
    let version = concat!("shardwright ", env!("CARGO_PKG_VERSION"));
    let text = stormy().text_of(&Ctrf).replace(version, "shardwright VERSION");
    assert_eq!(text, include_str!("../golden/results.json"));
}

#[test]
fn a_prediction_is_told_where_something_was_known() {
    let predicted = |sample: &Sample| {
        let report: wire::Report = serde_json::from_str(&sample.text_of(&Ctrf)).unwrap();
        let shards = report.results.extra.run.shards.into_iter();
        shards.map(|shard| shard.predicted).collect::<Vec<_>>()
    };
    let mut sample = stormy();
    assert_eq!(predicted(&sample), [None, None, None]);
    sample.plan.known = 1;
    assert_eq!(predicted(&sample), [Some(2_000), Some(1_900), Some(0)]);
}

#[test]
fn every_test_case_is_told_once_and_the_summary_counts_them() {
    for sample in [calm(), stormy()] {
        let report: wire::Report = serde_json::from_str(&sample.text_of(&Ctrf)).unwrap();
        let mut told: Vec<wire::Key> = Vec::new();
        let mut counted = wire::Summary::default();
        for test in &report.results.tests {
            counted.count(test);
            told.extend(test.extra.as_ref().map(|extra| extra.test.key.clone()));
        }
        let keys: Vec<wire::Key> = sample.outcome.tests.keys().map(wire::Key::from).collect();
        assert_eq!(told, keys);
        let summary =
            wire::Summary { suites: 0, start: 0, stop: 0, duration: 0, ..report.results.summary };
        assert_eq!(summary, counted);
    }
}

/// What the schema of the format says against a text; nothing for one that it allows.
fn complaints(text: &str) -> Option<String> {
    let schema = include_str!("../../../fixtures/ctrf/ctrf-schema-0.0.json");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("ctrf.json", serde_json::from_str(schema).unwrap()).unwrap();
    let schema = compiler.compile("ctrf.json", &mut schemas).unwrap();
    let value = serde_json::from_str(text).unwrap();
    schemas.validate(&value, schema).err().map(|error| format!("{error:#}"))
}

#[test]
fn the_schema_of_the_format_allows_every_file() {
    let mut empty = calm();
    empty.outcome = Outcome::of(&empty.plan);
    let mut nothing = calm();
    nothing.plan.shards.clear();
    nothing.outcome = Outcome::of(&nothing.plan);
    for sample in [calm(), stormy(), empty, nothing] {
        assert_eq!(complaints(&sample.text_of(&Ctrf)), None);
    }
}

#[test]
fn the_schema_of_the_format_sees_what_does_not_belong() {
    let text = calm().text_of(&Ctrf);
    for (wrong, named) in [
        (text.replace("\"CTRF\"", "\"JUnit\""), "reportFormat"),
        (text.replace("\"retries\": 0", "\"retries\": -1"), "retries"),
        (text.replace("\"flaky\": false", "\"wobbly\": false"), "wobbly"),
        (text.replace("2023-11-14T", "14.11.2023 "), "timestamp"),
    ] {
        let complaint = complaints(&wrong).unwrap_or_default();
        assert!(complaint.contains(named), "{named}: {complaint}");
    }
}

#[test]
fn a_test_is_known_by_the_same_id_in_every_run_and_by_no_other_tests() {
    let ids = |sample: &Sample| -> Vec<String> {
        let report: wire::Report = serde_json::from_str(&sample.text_of(&Ctrf)).unwrap();
        report.results.tests.into_iter().filter_map(|test| test.id).collect()
    };
    let mut before = stormy();
    before.outcome = Outcome::of(&before.plan);
    let after = stormy();
    assert_eq!(ids(&before), ids(&after));
    let known: BTreeSet<String> = ids(&after).into_iter().collect();
    assert_eq!(known.len(), after.outcome.tests.len());
}

#[test]
fn each_execution_keeps_what_it_said() {
    let mut sample = stormy();
    let wobbles = sample.outcome.tests.values_mut().find(|test| test.verdict() == Verdict::Flaky);
    let runs = &mut wobbles.unwrap().runs;
    runs[0].result.stdout = "first\n".to_owned();
    runs[1].result.stdout = "second\n".to_owned();
    let report: wire::Report = serde_json::from_str(&sample.text_of(&Ctrf)).unwrap();
    let told = report.results.tests.iter().find(|test| test.flaky).unwrap();
    assert_eq!(told.stdout, ["second"]);
    let [attempt] = &told.retry_attempts[..] else { panic!("{:?}", told.retry_attempts) };
    assert_eq!((attempt.stdout.as_slice(), attempt.line), (&["first".to_owned()][..], Some(7)));
    assert_eq!(attempt.stop - attempt.start, attempt.duration);
}
