//! Bitbucket Pipelines. The index counts from 0, over all steps of a `parallel` group, whatever they
//! do; a step outside of one has neither variable.
//!
//! <https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/>,
//! <https://support.atlassian.com/bitbucket-cloud/docs/parallel-step-options/>

use crate::config::ci::{Ci, Nodes, number, owned};
use crate::config::environment::Environment;
use crate::model::build::Build;

pub(crate) const BITBUCKET: Ci = Ci {
    name: "Bitbucket",
    is_here: |environment| environment.get("BITBUCKET_BUILD_NUMBER").is_some(),
    nodes: Ok(Nodes {
        index: "BITBUCKET_PARALLEL_STEP",
        first: 0,
        total: Some("BITBUCKET_PARALLEL_STEP_COUNT"),
    }),
    build,
};

fn build(environment: &Environment) -> Build {
    let get = |name: &str| owned(environment, name);
    let (repository, commit) = (get("BITBUCKET_REPO_FULL_NAME"), get("BITBUCKET_COMMIT"));
    let repository_url = repository.as_ref().map(|name| format!("https://bitbucket.org/{name}"));
    let below = |folder: &str, name: Option<String>| {
        repository_url.clone().zip(name).map(|(url, name)| format!("{url}/{folder}/{name}"))
    };
    Build {
        id: get("BITBUCKET_PIPELINE_UUID"),
        number: number(environment, "BITBUCKET_BUILD_NUMBER"),
        url: below("pipelines/results", get("BITBUCKET_BUILD_NUMBER")),
        files_url: below("src", commit.clone()),
        branch: get("BITBUCKET_BRANCH"),
        name: None,
        repository,
        repository_url,
        commit,
    }
}

#[cfg(test)]
mod tests {
    use crate::config::ci::build;
    use crate::config::ci::tests::environment;

    #[test]
    fn addresses_are_those_of_the_repository() {
        let found = build(&environment(&[
            ("BITBUCKET_BUILD_NUMBER", "5"),
            ("BITBUCKET_REPO_FULL_NAME", "us/shop"),
            ("BITBUCKET_COMMIT", "feed"),
        ]));
        let url = "https://bitbucket.org/us/shop/pipelines/results/5";
        assert_eq!((found.url.as_deref(), found.number), (Some(url), Some(5)));
        assert_eq!(found.files_url.as_deref(), Some("https://bitbucket.org/us/shop/src/feed"));
    }
}
