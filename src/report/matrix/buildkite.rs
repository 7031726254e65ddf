//! Buildkite: a step for `buildkite-agent pipeline upload`.
//!
//! <https://buildkite.com/docs/pipelines/configure/dynamic-pipelines>

use crate::model::plan::Plan;
use crate::report::matrix::Matrix;

/// One step on so many nodes. All upload the same folder, in which each has a shard of its own.
pub(super) struct Buildkite;

impl Matrix for Buildkite {
    fn name(&self) -> &'static str {
        "buildkite"
    }

    fn about(&self) -> &'static str {
        "For Buildkite: steps for `buildkite-agent pipeline upload`"
    }

    fn write(&self, plan: &Plan) -> String {
        let shards = plan.shards.len();
        format!(
            "steps:\n  - label: shardwright\n    command: shardwright run --shard auto\n    \
             parallelism: {shards}\n    artifact_paths: shardwright-report/**/*\n"
        )
    }
}
