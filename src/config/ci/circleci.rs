//! CircleCI. The index counts from 0; a job without `parallelism` is the first of one.
//!
//! <https://circleci.com/docs/reference/variables/>

use crate::config::ci::{Ci, Nodes, number, owned};
use crate::config::environment::Environment;
use crate::model::build::Build;

pub(crate) const CIRCLECI: Ci = Ci {
    name: "CircleCI",
    is_here: |environment| environment.get("CIRCLECI") == Some("true"),
    nodes: Ok(Nodes { index: "CIRCLE_NODE_INDEX", first: 0, total: Some("CIRCLE_NODE_TOTAL") }),
    build,
};

/// `CIRCLE_REPOSITORY_URL` is what git fetches from, which is no page.
fn build(environment: &Environment) -> Build {
    let get = |name: &str| owned(environment, name);
    let repository = get("CIRCLE_PROJECT_USERNAME").zip(get("CIRCLE_PROJECT_REPONAME"));
    Build {
        // "Rerun from failed" makes another workflow of the same pipeline.
        id: get("CIRCLE_PIPELINE_ID").or_else(|| get("CIRCLE_WORKFLOW_ID")),
        name: get("CIRCLE_JOB"),
        number: number(environment, "CIRCLE_BUILD_NUM"),
        url: get("CIRCLE_BUILD_URL"),
        repository: repository.map(|(owner, name)| format!("{owner}/{name}")),
        branch: get("CIRCLE_BRANCH"),
        commit: get("CIRCLE_SHA1"),
        ..Build::default()
    }
}
