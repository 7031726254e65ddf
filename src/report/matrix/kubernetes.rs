//! Kubernetes: what makes a Job an Indexed Job of so many nodes.
//!
//! <https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode>

use crate::model::plan::Plan;
use crate::report::matrix::Matrix;

/// A patch for a Job whose container is called `shardwright`: the image is not for us to know.
pub(super) struct Kubernetes;

impl Matrix for Kubernetes {
    fn name(&self) -> &'static str {
        "kubernetes"
    }

    fn about(&self) -> &'static str {
        "For Kubernetes: a patch that makes a Job an Indexed Job of so many nodes"
    }

    fn write(&self, plan: &Plan) -> String {
        let shards = plan.shards.len();
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: shardwright\nspec:\n  \
             completionMode: Indexed\n  completions: {shards}\n  parallelism: {shards}\n  \
             template:\n    spec:\n      containers:\n        - name: shardwright\n          \
             env:\n            - name: SHARDWRIGHT_NODE_TOTAL\n              value: \"{shards}\"\n"
        )
    }
}
