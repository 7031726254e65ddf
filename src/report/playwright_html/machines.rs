//! Shards go in; the bars of the report's timeline come out.

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::event::UnixMillis;
use crate::model::outcome::{Outcome, ShardOutcome};
use crate::report::playwright_html::input::Input;

/// One bar; times in milliseconds, the start since 1970.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Machine {
    start_time: f64,
    duration: f64,
    /// The label.
    tag: Vec<String>,
    shard_index: u32,
}

/// One bar for every shard that started, from its first attempt's begin to its last one's end.
pub(super) fn of_outcome(outcome: &Outcome) -> Vec<Value> {
    let width = outcome.shards.len().to_string().len();
    let bars = outcome.shards.iter().filter_map(|shard| bar(outcome, shard, width));
    bars.map(|bar| json!(bar)).collect()
}

fn bar(outcome: &Outcome, shard: &ShardOutcome, width: usize) -> Option<Machine> {
    let started = shard.attempts.first()?.started;
    let ended = shard.attempts.last()?.ended.as_ref().map(|(at, _)| *at).or(outcome.ended);
    let number = shard.number.get();
    Some(Machine {
        start_time: millis(started),
        duration: ended.map_or(0.0, |ended| ended.since(started).as_secs_f64() * 1e3),
        // The page sorts the labels as text.
        tag: vec![format!("shard {number:0width$}")],
        shard_index: number,
    })
}

/// What the reports say of their machines, as those of blobs do; one bar for every other report.
pub(super) fn of_reports(inputs: &[Input]) -> Vec<Value> {
    let width = inputs.len().to_string().len();
    let bar = |(number, input): (u32, &Input)| {
        let shard = input.seat().and_then(|seat| seat.shard);
        let (what, number) = shard.map_or(("report", number), |shard| ("shard", shard.current));
        Machine {
            start_time: input.report.start(),
            duration: input.report.duration(),
            tag: vec![format!("{what} {number:0width$}")],
            shard_index: number,
        }
    };
    let bars = |(number, input): (u32, &Input)| {
        let own: Vec<Value> = input.report.field("machines");
        if own.is_empty() { vec![json!(bar((number, input)))] } else { own }
    };
    (1..).zip(inputs).flat_map(bars).collect()
}

/// Exact: a moment has fewer bits than a double's mantissa.
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53")]
pub(super) fn millis(at: UnixMillis) -> f64 {
    at.0 as f64
}
