//! CircleCI: the parameters with which a set-up workflow goes on.
//!
//! <https://circleci.com/docs/guides/orchestrate/dynamic-config/>

use serde_json::json;

use crate::model::plan::Plan;
use crate::report::matrix::Matrix;

/// One parameter, for `parallelism: << pipeline.parameters.shards >>`.
pub(super) struct Circleci;

impl Matrix for Circleci {
    fn name(&self) -> &'static str {
        "circleci"
    }

    fn about(&self) -> &'static str {
        "For CircleCI: the parameters of a continued pipeline, as JSON"
    }

    fn write(&self, plan: &Plan) -> String {
        format!("{}\n", json!({"shards": plan.shards.len()}))
    }
}
