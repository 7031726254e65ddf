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

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use crate::model::id::{PlanDigest, ShardNumber, TestKey};
    use crate::model::lineage::Lineage;
    use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
    use crate::model::suite::{GroupKind, TestCase, TestGroup};
    use crate::wire::comparison_v1::write;

    const GOLDEN: &str = include_str!("../../fixtures/wire/comparison-v1.json");

    /// A plan whose shards take so many seconds, each with one test.
    pub(in crate::wire) fn plan(strategy: &str, seconds: &[u64]) -> Plan {
        let group = |shard: usize, estimate| {
            let (file, project) = ("tests/cart.spec.ts".to_owned(), "chromium".to_owned());
            let titles = vec!["cart".to_owned(), format!("pays \u{203a} {shard}")];
            let key = TestKey { file: file.clone(), project: project.clone(), titles, repeat: 0 };
            let test = TestCase { key, runner_id: None, tags: Vec::new(), line: 1, column: 1 };
            let (worker, tests) = (String::new(), vec![test]);
            let group = TestGroup { project, file, kind: GroupKind::Single, worker, tests };
            PlannedGroup { group, estimate }
        };
        let shards = seconds.iter().enumerate().map(|(shard, seconds)| PlannedShard {
            number: ShardNumber::at(shard),
            groups: vec![group(shard, Duration::from_secs(*seconds))],
            predicted: Duration::from_secs(*seconds),
        });
        let mut plan = Plan {
            digest: PlanDigest(String::new()),
            strategy: strategy.to_owned(),
            workers: 2,
            shards: shards.collect(),
            shared: Vec::new(),
            projects: Vec::new(),
            lower_bound: Duration::from_secs(3),
            known: 0,
            lineage: Lineage::default(),
        };
        plan.digest = plan.compute_digest();
        plan
    }

    #[test]
    fn the_golden_file_of_version_1_is_what_is_written() {
        let unknown = Plan { lower_bound: Duration::ZERO, ..plan("exec:\"mine\"", &[1, 4]) };
        let plans = [plan("balanced", &[3, 2]), plan("lpt", &[1, 4]), unknown];
        assert_eq!(write(&plans, "balanced"), GOLDEN);
    }
}
