//! Buildkite. The index counts from 0; a step without `parallelism` has neither variable.
//!
//! <https://buildkite.com/docs/pipelines/configure/environment-variables>

use crate::config::ci::{Ci, Nodes, number, owned};
use crate::config::environment::Environment;
use crate::model::build::Build;

pub(crate) const BUILDKITE: Ci = Ci {
    name: "Buildkite",
    is_here: |environment| environment.get("BUILDKITE") == Some("true"),
    nodes: Ok(Nodes {
        index: "BUILDKITE_PARALLEL_JOB",
        first: 0,
        total: Some("BUILDKITE_PARALLEL_JOB_COUNT"),
    }),
    build,
};

/// `BUILDKITE_REPO` is what git fetches from, which is no page and may hold a password.
fn build(environment: &Environment) -> Build {
    let get = |name: &str| owned(environment, name);
    Build {
        id: get("BUILDKITE_BUILD_ID"),
        name: get("BUILDKITE_PIPELINE_NAME").or_else(|| get("BUILDKITE_PIPELINE_SLUG")),
        number: number(environment, "BUILDKITE_BUILD_NUMBER"),
        url: get("BUILDKITE_BUILD_URL"),
        branch: get("BUILDKITE_BRANCH"),
        // A build that nobody named a commit for has `HEAD` until the agent has looked.
        commit: get("BUILDKITE_COMMIT").filter(|commit| commit != "HEAD"),
        ..Build::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::config::ci::build;
    use crate::config::ci::tests::environment;

    #[test]
    fn head_is_no_commit() {
        let found = build(&environment(&[
            ("BUILDKITE", "true"),
            ("BUILDKITE_COMMIT", "HEAD"),
            ("BUILDKITE_PIPELINE_SLUG", "shop"),
        ]));
        assert_eq!((found.commit, found.name.as_deref()), (None, Some("shop")));
    }
}
