//! GitLab CI/CD. A job without `parallel` has a count of 1 and no index.
//!
//! <https://docs.gitlab.com/ci/variables/predefined_variables/>

use crate::config::ci::{Ci, Nodes, number, owned};
use crate::config::environment::Environment;
use crate::model::build::Build;

pub(crate) const GITLAB: Ci = Ci {
    name: "GitLab",
    is_here: |environment| environment.get("GITLAB_CI").is_some(),
    nodes: Ok(Nodes { index: "CI_NODE_INDEX", first: 1, total: Some("CI_NODE_TOTAL") }),
    build,
};

fn build(environment: &Environment) -> Build {
    let get = |name: &str| owned(environment, name);
    let (repository_url, commit) = (get("CI_PROJECT_URL"), get("CI_COMMIT_SHA"));
    let files_url = repository_url.clone().zip(commit.clone());
    Build {
        id: get("CI_PIPELINE_ID"),
        name: get("CI_PIPELINE_NAME"),
        number: number(environment, "CI_PIPELINE_IID"),
        url: get("CI_PIPELINE_URL"),
        repository: get("CI_PROJECT_PATH"),
        branch: get("CI_COMMIT_REF_NAME"),
        files_url: files_url.map(|(url, commit)| format!("{url}/-/blob/{commit}")),
        repository_url,
        commit,
    }
}
