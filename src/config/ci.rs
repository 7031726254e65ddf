//! The environment goes in, what is known of the CI machine comes out.

use std::path::PathBuf;

use crate::config::environment::Environment;
use crate::model::build::Build;

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

/// The build that this process is part of.
pub(crate) fn build(environment: &Environment) -> Build {
    if is_github(environment) {
        github(environment)
    } else if environment.get("GITLAB_CI").is_some() {
        gitlab(environment)
    } else {
        Build::default()
    }
}

/// <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>
fn github(environment: &Environment) -> Build {
    let get = |name: &str| environment.get(name).map(str::to_owned);
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
        number: environment.get("GITHUB_RUN_NUMBER").and_then(|number| number.parse().ok()),
        repository,
        // In a pull request the ref is `5/merge`, the branch is another.
        branch: get("GITHUB_HEAD_REF").or_else(|| get("GITHUB_REF_NAME")),
        repository_url,
        commit,
    }
}

/// <https://docs.gitlab.com/ci/variables/predefined_variables/>
fn gitlab(environment: &Environment) -> Build {
    let get = |name: &str| environment.get(name).map(str::to_owned);
    let (repository_url, commit) = (get("CI_PROJECT_URL"), get("CI_COMMIT_SHA"));
    let files_url = repository_url.clone().zip(commit.clone());
    Build {
        id: get("CI_PIPELINE_ID"),
        name: get("CI_PIPELINE_NAME"),
        number: environment.get("CI_PIPELINE_IID").and_then(|number| number.parse().ok()),
        url: get("CI_PIPELINE_URL"),
        repository: get("CI_PROJECT_PATH"),
        branch: get("CI_COMMIT_REF_NAME"),
        files_url: files_url.map(|(url, commit)| format!("{url}/-/blob/{commit}")),
        repository_url,
        commit,
    }
}

#[cfg(test)]
mod tests {
    use crate::config::ci::{build, step_summary};
    use crate::config::environment::Environment;
    use crate::model::build::Build;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_person_has_no_build() {
        assert_eq!(build(&environment(&[("GITHUB_SHA", "feed")])), Build::default());
        assert_eq!(step_summary(&environment(&[("GITHUB_STEP_SUMMARY", "/x")])), None);
    }

    #[test]
    fn a_pull_request_on_github_is_known_by_its_own_branch() {
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
    fn what_a_ci_machine_does_not_say_stays_unknown() {
        let found = build(&environment(&[("GITLAB_CI", "true"), ("CI_COMMIT_SHA", "feed")]));
        assert_eq!(found, Build { commit: Some("feed".to_owned()), ..Build::default() });
    }
}
