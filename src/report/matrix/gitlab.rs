//! GitLab CI/CD: a child pipeline, because `parallel` takes no variable.
//!
//! <https://docs.gitlab.com/ci/pipelines/downstream_pipelines/#dynamic-child-pipelines>

use crate::model::plan::Plan;
use crate::report::matrix::Matrix;

/// Runs the job `.shardwright` of the project's own file on so many nodes.
pub(super) struct Gitlab;

impl Matrix for Gitlab {
    fn name(&self) -> &'static str {
        "gitlab"
    }

    fn about(&self) -> &'static str {
        "For GitLab: a child pipeline; it runs `.shardwright` of .gitlab/shardwright.yml"
    }

    fn write(&self, plan: &Plan) -> String {
        let shards = plan.shards.len();
        format!(
            "include:\n  - local: .gitlab/shardwright.yml\nshardwright:\n  extends: .shardwright\n  \
             parallel: {shards}\n"
        )
    }
}
