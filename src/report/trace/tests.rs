//! What a trace holds: every execution once, and nothing that a viewer would drop.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::event::{AttemptEnd, Fault, FaultKind, UnixMillis};
use crate::model::outcome::Attempt;
use crate::report::facts;
use crate::report::sample::{START, Sample, calm, stormy};
use crate::report::trace::Trace;

fn events(sample: &Sample) -> Vec<Value> {
    let file: Value = serde_json::from_str(&sample.text_of(&Trace)).unwrap();
    file["traceEvents"].as_array().unwrap().clone()
}

fn number(event: &Value, name: &str) -> u64 {
    event[name].as_u64().unwrap_or_else(|| panic!("no `{name}` in {event}"))
}

fn of_kind<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["cat"] == kind).collect()
}

/// A sample with a second attempt at its second shard.
fn tried_again() -> Sample {
    let mut sample = stormy();
    let ended = AttemptEnd::Faulted(Fault { kind: FaultKind::Crash, message: "gone".into() });
    let attempt = Attempt {
        started: UnixMillis(START + 2_700),
        ended: Some((UnixMillis(START + 3_000), ended)),
        ..sample.outcome.shards[1].attempts[0].clone()
    };
    sample.outcome.shards[1].attempts.push(attempt);
    sample
}

#[test]
fn every_execution_is_there_once_with_its_own_time() {
    for sample in [calm(), stormy()] {
        let events = events(&sample);
        let mut told: Vec<(u64, u64, u64, String)> = of_kind(&events, "test")
            .iter()
            .map(|event| {
                let name = event["name"].as_str().unwrap().to_owned();
                let took = number(&event["args"], "duration_ms");
                (number(event, "pid"), number(event, "ts") / 1_000, took, name)
            })
            .collect();
        let runs = sample.outcome.tests.values().flat_map(|test| {
            let title = crate::report::text::terminal(&test.case.key.title());
            facts::executions(test).map(move |run| (run, title.clone()))
        });
        let mut expected: Vec<(u64, u64, u64, String)> = runs
            .map(|(run, title)| {
                let took = u64::try_from(run.result.duration.as_millis()).unwrap();
                (u64::from(run.id.shard.get()), run.result.started.0 - START, took, title)
            })
            .collect();
        told.sort();
        expected.sort();
        assert_eq!(told, expected);
    }
}

#[test]
fn slices_of_one_line_lie_in_each_other_or_apart() {
    let mut clash = tried_again();
    // As if two jobs had run the shard at the same time.
    clash.outcome.shards[1].attempts[1].started = UnixMillis(START + 500);
    for sample in [calm(), stormy(), tried_again(), clash] {
        let mut lines = BTreeMap::<(u64, u64), Vec<(u64, u64)>>::new();
        for event in events(&sample).iter().filter(|event| event["ph"] == "X") {
            let start = number(event, "ts");
            let line = lines.entry((number(event, "pid"), number(event, "tid"))).or_default();
            line.push((start, start + number(event, "dur")));
        }
        for slices in lines.values() {
            for (index, a) in slices.iter().enumerate() {
                for b in &slices[index + 1..] {
                    let apart = a.1 <= b.0 || b.1 <= a.0;
                    let inside = (a.0 <= b.0 && b.1 <= a.1) || (b.0 <= a.0 && a.1 <= b.1);
                    assert!(apart || inside, "{a:?} {b:?}");
                }
            }
        }
    }
}

#[test]
fn every_line_has_a_name_and_a_number_of_its_own() {
    let events = events(&tried_again());
    let mut names = BTreeMap::new();
    for event in events.iter().filter(|event| event["name"] == "thread_name") {
        let name = event["args"]["name"].as_str().unwrap();
        let old = names.insert(number(event, "tid"), (number(event, "pid"), name));
        assert_eq!(old, None, "a number stands for two threads");
    }
    for event in events.iter().filter(|event| event["ph"] != "M") {
        assert_eq!(names[&number(event, "tid")].0, number(event, "pid"), "{event}");
    }
    let of_two: Vec<&str> =
        names.values().filter(|(process, _)| *process == 2).map(|(_, name)| *name).collect();
    assert_eq!(of_two, ["attempts", "worker 1", "cut off"]);
}

#[test]
fn waits_start_up_faults_and_the_predicted_end_are_shown() {
    let events = events(&tried_again());
    let of_two: Vec<&Value> = events.iter().filter(|event| event["pid"] == 2).collect();
    let find = |name: &str| {
        let found = of_two.iter().find(|event| event["name"] == name);
        *found.unwrap_or_else(|| panic!("no `{name}` in {of_two:#?}"))
    };
    let times = |name: &str| (number(find(name), "ts"), number(find(name), "dur"));
    // From the begin of the attempt to the set-up test, which comes first.
    assert_eq!(times("start-up"), (20_000, 40_000));
    assert_eq!(times("waits"), (1_700_000, 1_000_000));
    assert_eq!(number(find("out-of-memory"), "ts"), 1_700_000);
    assert_eq!(find("out-of-memory")["args"]["error"], "killed at 2 GB <b>");
    assert_eq!(times("was running"), (1_400_000, 300_000));
    assert_eq!(number(find("predicted end"), "ts"), 60_000 + 1_900_000);
}
