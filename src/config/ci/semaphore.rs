//! Semaphore. The index counts from 1; a job without `parallelism` has neither variable.
//!
//! <https://docs.semaphore.io/reference/env-vars>

use crate::config::ci::{Ci, Nodes, owned};
use crate::config::environment::Environment;
use crate::model::build::Build;

pub(crate) const SEMAPHORE: Ci = Ci {
    name: "Semaphore",
    is_here: |environment| environment.get("SEMAPHORE") == Some("true"),
    nodes: Ok(Nodes { index: "SEMAPHORE_JOB_INDEX", first: 1, total: Some("SEMAPHORE_JOB_COUNT") }),
    build,
};

fn build(environment: &Environment) -> Build {
    let get = |name: &str| owned(environment, name);
    let id = get("SEMAPHORE_WORKFLOW_ID");
    let url = get("SEMAPHORE_ORGANIZATION_URL").zip(id.clone());
    Build {
        id,
        name: get("SEMAPHORE_PROJECT_NAME"),
        url: url.map(|(organization, id)| format!("{organization}/workflows/{id}")),
        repository: get("SEMAPHORE_GIT_REPO_SLUG"),
        // In a pull request `SEMAPHORE_GIT_BRANCH` is the one that it goes to.
        branch: get("SEMAPHORE_GIT_PR_BRANCH").or_else(|| get("SEMAPHORE_GIT_BRANCH")),
        commit: get("SEMAPHORE_GIT_SHA"),
        ..Build::default()
    }
}
