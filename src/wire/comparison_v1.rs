//! Plans of one suite side by side as JSON, version 1: what `plan --compare --format json` prints.
//!
//! Durations are whole milliseconds; `gap` is a part of the lower bound, `null` where that is 0.

use std::time::Duration;

use serde::Serialize;

use crate::model::plan::Plan;

#[derive(Serialize)]
struct ComparisonFile<'a> {
    format: &'static str,
    version: u32,
    /// The strategy that was asked for.
    chosen: &'a str,
    plans: Vec<PlanEntry<'a>>,
}

#[derive(Serialize)]
struct PlanEntry<'a> {
    strategy: &'a str,
    digest: &'a str,
    workers: u32,
    lower_bound_ms: u64,
    slowest_ms: u64,
    mean_ms: u64,
    imbalance: f64,
    gap: Option<f64>,
    optimal: bool,
    file_loads: usize,
    machine_ms: u64,
    shards_ms: Vec<u64>,
}

/// The text, with a line feed at its end.
pub(crate) fn write(plans: &[Plan], chosen: &str) -> String {
    let file = ComparisonFile {
        format: "shardwright.comparison",
        version: 1,
        chosen,
        plans: plans.iter().map(PlanEntry::from).collect(),
    };
    let mut text = serde_json::to_string_pretty(&file).expect("figures and names are JSON");
    text.push('\n');
    text
}

impl<'a> From<&'a Plan> for PlanEntry<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self {
            strategy: &plan.strategy,
            digest: &plan.digest.0,
            workers: plan.workers,
            lower_bound_ms: millis(plan.lower_bound),
            slowest_ms: millis(plan.predicted()),
            mean_ms: millis(plan.mean()),
            imbalance: rounded(plan.imbalance()),
            gap: plan.gap().map(rounded),
            optimal: plan.is_optimal(),
            file_loads: plan.files_loaded(),
            machine_ms: millis(plan.machine_time()),
            shards_ms: plan.shards.iter().map(|shard| millis(shard.predicted)).collect(),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Four digits behind the point: more would only be noise.
fn rounded(part: f64) -> f64 {
    (part * 1e4).round() / 1e4
}
