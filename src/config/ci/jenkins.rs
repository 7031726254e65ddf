//! Jenkins. Stages side by side are told apart by the values of their matrix alone.
//!
//! <https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables>,
//! <https://plugins.jenkins.io/git/#plugin-content-environment-variables>

use crate::config::ci::{Ci, number, owned};
use crate::config::environment::Environment;
use crate::model::build::Build;

pub(crate) const JENKINS: Ci = Ci {
    name: "Jenkins",
    // Its address is set only where somebody configured it; the tag of the build always is.
    is_here: |environment| {
        environment.get("BUILD_TAG").is_some_and(|tag| tag.starts_with("jenkins-"))
    },
    nodes: Err("say `--shard` with a value of the matrix: `--shard $SHARD/4`"),
    build,
};

fn build(environment: &Environment) -> Build {
    let get = |name: &str| owned(environment, name);
    Build {
        // The job's name and the number of the build; all stages of a pipeline have one.
        id: get("BUILD_TAG"),
        name: get("JOB_NAME"),
        number: number(environment, "BUILD_NUMBER"),
        url: get("BUILD_URL"),
        // In a pull request `BRANCH_NAME` is `PR-5`.
        branch: get("CHANGE_BRANCH").or_else(|| get("BRANCH_NAME")),
        commit: get("GIT_COMMIT"),
        ..Build::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::config::ci::tests::environment;
    use crate::config::ci::{build, build_id};

    #[test]
    fn a_build_is_known_by_its_tag() {
        let found = environment(&[
            ("BUILD_TAG", "jenkins-shop-main-12"),
            ("JOB_NAME", "shop/main"),
            ("BUILD_NUMBER", "12"),
            ("BRANCH_NAME", "PR-5"),
            ("CHANGE_BRANCH", "faster"),
        ]);
        assert_eq!(build_id(&found).as_deref(), Some("jenkins-shop-main-12"));
        let found = build(&found);
        assert_eq!((found.number, found.branch.as_deref()), (Some(12), Some("faster")));
        assert_eq!(build_id(&environment(&[("BUILD_TAG", "v1")])), None);
    }
}
