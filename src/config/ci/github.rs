//! GitHub Actions. A workflow has to hand on which node of a matrix a job is: no variable says it,
//! only `strategy.job-index` and `strategy.job-total` in expressions.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>,
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#strategy-context>

use std::path::PathBuf;

use crate::config::ci::{Ci, number, owned};
use crate::config::environment::Environment;
use crate::model::build::Build;

pub(crate) const GITHUB: Ci =
    Ci { name: "GitHub Actions", is_here: is_github, nodes: Err(INSTEAD), build };

const INSTEAD: &str = "\
give the step `env: { SHARDWRIGHT_NODE_INDEX: \"${{ strategy.job-index }}\", SHARDWRIGHT_NODE_TOTAL: \
\"${{ strategy.job-total }}\" }`, or say `--shard` with a value of the matrix";

/// Whether what is printed goes to a log of GitHub Actions, which reads commands in it.
pub(crate) fn is_github(environment: &Environment) -> bool {
    environment.get("GITHUB_ACTIONS") == Some("true")
}

/// The file that GitHub Actions shows on the page of the job, where there is one.
pub(crate) fn step_summary(environment: &Environment) -> Option<PathBuf> {
    github_file(environment, "GITHUB_STEP_SUMMARY")
}

/// The file from which GitHub Actions reads the outputs of the step, where there is one.
pub(crate) fn step_outputs(environment: &Environment) -> Option<PathBuf> {
    github_file(environment, "GITHUB_OUTPUT")
}

fn github_file(environment: &Environment, variable: &str) -> Option<PathBuf> {
    let file = environment.get(variable).filter(|_| is_github(environment));
    file.map(PathBuf::from).filter(|file| file.is_absolute())
}

fn build(environment: &Environment) -> Build {
    let get = |name: &str| owned(environment, name);
    let (id, repository, commit) =
        (get("GITHUB_RUN_ID"), get("GITHUB_REPOSITORY"), get("GITHUB_SHA"));
    let repository_url =
        get("GITHUB_SERVER_URL").zip(repository.clone()).map(|(url, name)| format!("{url}/{name}"));
    let below = |folder: &str, name: &Option<String>| {
        repository_url.clone().zip(name.clone()).map(|(url, name)| format!("{url}/{folder}/{name}"))
    };
    Build {
        url: below("actions/runs", &id),
        files_url: below("blob", &commit),
        id,
        name: get("GITHUB_WORKFLOW"),
        number: number(environment, "GITHUB_RUN_NUMBER"),
        repository,
        // In a pull request the ref is `5/merge`, the branch is another.
        branch: get("GITHUB_HEAD_REF").or_else(|| get("GITHUB_REF_NAME")),
        repository_url,
        commit,
    }
}

#[cfg(test)]
mod tests {
    use super::step_summary;
    use crate::config::ci::build;
    use crate::config::ci::tests::environment;

    #[test]
    fn a_pull_request_is_known_by_its_own_branch() {
        let found = build(&environment(&[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "us/shop"),
            ("GITHUB_RUN_ID", "77"),
            ("GITHUB_RUN_NUMBER", "5"),
            ("GITHUB_SHA", "feed"),
            ("GITHUB_REF_NAME", "3/merge"),
            ("GITHUB_HEAD_REF", "fix"),
        ]));
        assert_eq!(found.url.as_deref(), Some("https://github.com/us/shop/actions/runs/77"));
        assert_eq!(found.files_url.as_deref(), Some("https://github.com/us/shop/blob/feed"));
        assert_eq!((found.branch.as_deref(), found.number), (Some("fix"), Some(5)));
    }

    #[test]
    fn a_summary_elsewhere_is_not_githubs() {
        assert_eq!(step_summary(&environment(&[("GITHUB_STEP_SUMMARY", "/x")])), None);
    }
}
