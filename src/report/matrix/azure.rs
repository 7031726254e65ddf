//! Azure Pipelines: the logging command that gives a job its matrix.
//!
//! <https://learn.microsoft.com/en-us/azure/devops/pipelines/yaml-schema/jobs-job-strategy>,
//! <https://learn.microsoft.com/en-us/azure/devops/pipelines/process/set-variables-scripts>

use serde_json::{Map, Value, json};

use crate::model::plan::Plan;
use crate::report::matrix::{Matrix, busy};

/// A job for each shard, with the variables `shard` and `shards`, which have to be texts there.
/// The step's name comes before that of the output: `dependencies.JOB.outputs['STEP.matrix']`.
pub(super) struct Azure;

impl Matrix for Azure {
    fn name(&self) -> &'static str {
        "azure"
    }

    fn about(&self) -> &'static str {
        "For Azure Pipelines: sets the output variable `matrix`"
    }

    fn write(&self, plan: &Plan) -> String {
        let shards = plan.shards.len().to_string();
        let job = |number: u32| {
            let variables = json!({"shard": number.to_string(), "shards": shards});
            (format!("shard_{number}"), variables)
        };
        let jobs: Map<String, Value> = busy(plan).map(|shard| job(shard.number.get())).collect();
        let jobs = Value::Object(jobs);
        format!("##vso[task.setvariable variable=matrix;isOutput=true]{jobs}\n")
    }
}
