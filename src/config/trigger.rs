//! The environment goes in; what started this build and the branch that it is of come out.

use crate::config::environment::Environment;

/// Why a build runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trigger {
    pub(crate) cause: Cause,
    /// The branch; none where there is none, or nobody says. That of a pull request is not one to
    /// push to: it can be of somebody else's repository.
    pub(crate) branch: Option<String>,
    /// The tag that it is of; such a build is of no branch.
    pub(crate) tag: Option<String>,
}

/// What started a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// This is no CI machine, as far as one can see.
    Person,
    /// A pull request, a merge request or a queue of them.
    PullRequest,
    /// Something that can bring anybody's code or results to a build that may push: a comment, or
    /// another workflow, which may have been that of a pull request.
    Foreign,
    /// A clock, or somebody who asked for this build.
    Asked,
    /// A push, or what may have been one.
    Push,
}

/// How a CI machine says it.
struct Machine {
    /// Where this variable is set, and not to `false`, the rest holds.
    sign: &'static str,
    /// The name of the branch, with or without `refs/heads/`.
    branch: &'static str,
    /// Of these variables, any that begins with one of the values says that it is a pull request;
    /// `*` is any value but `false`.
    pull_request: &'static [(&'static str, &'static [&'static str])],
    /// The same for a build that somebody or a clock asked for.
    asked: &'static [(&'static str, &'static [&'static str])],
    /// Where this is said at all, what is neither of the two nor this is foreign.
    push: &'static [(&'static str, &'static [&'static str])],
    /// Variables with the name of a tag, with or without `refs/tags/`; that of `branch` may be one
    /// of them.
    tag: &'static [&'static str],
}

/// Each documents its variables on its own pages.
const MACHINES: &[Machine] = &[
    // https://docs.github.com/en/actions/reference/workflows-and-actions/variables
    Machine {
        sign: "GITHUB_ACTIONS",
        branch: "GITHUB_REF",
        pull_request: &[("GITHUB_EVENT_NAME", &["pull_request", "merge_group"])],
        asked: &[("GITHUB_EVENT_NAME", &["schedule", "workflow_dispatch", "repository_dispatch"])],
        push: &[("GITHUB_EVENT_NAME", &["push"])],
        tag: &["GITHUB_REF"],
    },
    // https://docs.gitlab.com/ci/variables/predefined_variables/
    Machine {
        sign: "GITLAB_CI",
        branch: "CI_COMMIT_BRANCH",
        pull_request: &[
            ("CI_MERGE_REQUEST_IID", &["*"]),
            ("CI_EXTERNAL_PULL_REQUEST_IID", &["*"]),
            ("CI_PIPELINE_SOURCE", &["merge_request_event", "external_pull_request_event"]),
        ],
        asked: &[("CI_PIPELINE_SOURCE", &["schedule", "web", "api", "trigger", "chat"])],
        push: &[],
        tag: &["CI_COMMIT_TAG"],
    },
    // https://circleci.com/docs/reference/variables/
    Machine {
        sign: "CIRCLECI",
        branch: "CIRCLE_BRANCH",
        pull_request: &[("CIRCLE_PULL_REQUEST", &["*"]), ("CIRCLE_PR_NUMBER", &["*"])],
        asked: &[],
        push: &[],
        tag: &["CIRCLE_TAG"],
    },
    // https://buildkite.com/docs/pipelines/configure/environment-variables
    Machine {
        sign: "BUILDKITE",
        branch: "BUILDKITE_BRANCH",
        pull_request: &[("BUILDKITE_PULL_REQUEST", &["*"])],
        asked: &[("BUILDKITE_SOURCE", &["schedule", "ui", "api"])],
        push: &[],
        tag: &["BUILDKITE_TAG"],
    },
    // https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables
    Machine {
        sign: "TF_BUILD",
        branch: "BUILD_SOURCEBRANCH",
        pull_request: &[
            ("BUILD_REASON", &["PullRequest"]),
            // Somebody can ask for a build of one.
            ("BUILD_SOURCEBRANCH", &["refs/pull/"]),
        ],
        asked: &[("BUILD_REASON", &["Schedule", "Manual"])],
        push: &[],
        tag: &["BUILD_SOURCEBRANCH"],
    },
    // https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
    Machine {
        sign: "BITBUCKET_BUILD_NUMBER",
        branch: "BITBUCKET_BRANCH",
        pull_request: &[("BITBUCKET_PR_ID", &["*"])],
        asked: &[],
        push: &[],
        tag: &["BITBUCKET_TAG"],
    },
    // https://docs.semaphoreci.com/reference/env-vars
    Machine {
        sign: "SEMAPHORE",
        branch: "SEMAPHORE_GIT_BRANCH",
        pull_request: &[("SEMAPHORE_GIT_REF_TYPE", &["pull-request"])],
        asked: &[("SEMAPHORE_WORKFLOW_TRIGGERED_BY_SCHEDULE", &["*"])],
        push: &[],
        tag: &["SEMAPHORE_GIT_TAG_NAME"],
    },
    // https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
    Machine {
        sign: "JENKINS_URL",
        branch: "BRANCH_NAME",
        pull_request: &[("CHANGE_ID", &["*"])],
        asked: &[],
        push: &[],
        tag: &["TAG_NAME"],
    },
];

/// What started this build.
pub(crate) fn trigger(environment: &Environment) -> Trigger {
    let is_set = |name: &str| environment.get(name).is_some_and(|value| value != "false");
    let Some(machine) = MACHINES.iter().find(|machine| is_set(machine.sign)) else {
        let cause = if environment.is_ci() { Cause::Push } else { Cause::Person };
        return Trigger { cause, branch: None, tag: None };
    };
    let says = |signs: &[(&str, &[&str])]| {
        signs.iter().any(|(name, values)| {
            let value = environment.get(name).filter(|value| *value != "false");
            let fits =
                |wanted: &&str| *wanted == "*" || value.is_some_and(|v| v.starts_with(wanted));
            value.is_some() && values.iter().any(fits)
        })
    };
    let cause = if says(machine.pull_request) {
        Cause::PullRequest
    } else if says(machine.asked) {
        Cause::Asked
    } else if machine.push.is_empty() || says(machine.push) {
        Cause::Push
    } else {
        Cause::Foreign
    };
    let tag = machine.tag.iter().find_map(|name| {
        let value = environment.get(name)?;
        let plain = (*name != machine.branch && !value.starts_with("refs/")).then_some(value);
        value.strip_prefix("refs/tags/").or(plain).map(str::to_owned)
    });
    // Some say the tag's name here as well.
    let of_a_branch = tag.is_none() && !matches!(cause, Cause::PullRequest | Cause::Foreign);
    let branch = environment.get(machine.branch).filter(|_| of_a_branch);
    let name = |branch: &str| match branch.strip_prefix("refs/") {
        Some(rest) => rest.strip_prefix("heads/").map(str::to_owned),
        None => Some(branch.to_owned()),
    };
    Trigger { cause, branch: branch.and_then(name), tag }
}

#[cfg(test)]
mod tests {
    use super::{Cause, Trigger, trigger};
    use crate::config::environment::Environment;

    /// An environment, as in `A=1 B=2`.
    fn of(variables: &str) -> Environment {
        let pairs = variables.split_whitespace().filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn every_machine_says_why_it_runs_and_on_which_branch() {
        use Cause::{Asked, Person, PullRequest, Push};
        for (variables, cause, branch) in [
            ("", Person, None),
            ("CI=false", Person, None),
            ("CI=true", Push, None),
            (
                "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/a/b",
                Push,
                Some("a/b"),
            ),
            ("GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/tags/v1", Push, None),
            (
                "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_REF=refs/pull/5/merge",
                PullRequest,
                None,
            ),
            (
                "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request_target GITHUB_REF=refs/heads/main",
                PullRequest,
                None,
            ),
            (
                "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=schedule GITHUB_REF=refs/heads/main",
                Asked,
                Some("main"),
            ),
            ("GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=main", Push, Some("main")),
            ("GITLAB_CI=true CI_MERGE_REQUEST_IID=3", PullRequest, None),
            ("GITLAB_CI=true CI_PIPELINE_SOURCE=schedule CI_COMMIT_BRANCH=x", Asked, Some("x")),
            ("CIRCLECI=true CIRCLE_BRANCH=main", Push, Some("main")),
            ("CIRCLECI=true CIRCLE_BRANCH=pull/5 CIRCLE_PR_NUMBER=5", PullRequest, None),
            (
                "BUILDKITE=true BUILDKITE_BRANCH=main BUILDKITE_PULL_REQUEST=false \
                 BUILDKITE_SOURCE=webhook",
                Push,
                Some("main"),
            ),
            ("BUILDKITE=true BUILDKITE_BRANCH=x BUILDKITE_PULL_REQUEST=5", PullRequest, None),
            ("BUILDKITE=true BUILDKITE_BRANCH=x BUILDKITE_SOURCE=schedule", Asked, Some("x")),
            (
                "TF_BUILD=True BUILD_REASON=IndividualCI BUILD_SOURCEBRANCH=refs/heads/main",
                Push,
                Some("main"),
            ),
            (
                "TF_BUILD=True BUILD_REASON=PullRequest BUILD_SOURCEBRANCH=refs/pull/1/merge",
                PullRequest,
                None,
            ),
            ("BITBUCKET_BUILD_NUMBER=3 BITBUCKET_BRANCH=main", Push, Some("main")),
            ("BITBUCKET_BUILD_NUMBER=3 BITBUCKET_BRANCH=x BITBUCKET_PR_ID=1", PullRequest, None),
            (
                "SEMAPHORE=true SEMAPHORE_GIT_REF_TYPE=branch SEMAPHORE_GIT_BRANCH=m",
                Push,
                Some("m"),
            ),
            ("SEMAPHORE=true SEMAPHORE_GIT_REF_TYPE=pull-request", PullRequest, None),
            ("JENKINS_URL=http://x BRANCH_NAME=main", Push, Some("main")),
            ("JENKINS_URL=http://x BRANCH_NAME=PR-5 CHANGE_ID=5", PullRequest, None),
        ] {
            let branch = branch.map(str::to_owned);
            let found = trigger(&of(variables));
            assert_eq!((found.cause, found.branch), (cause, branch), "{variables}");
        }
    }

    #[test]
    fn what_anybody_can_have_sent_is_no_push() {
        use Cause::{Asked, Foreign, PullRequest};
        for (variables, cause, branch) in [
            (
                "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=workflow_dispatch GITHUB_REF=refs/heads/main",
                Asked,
                Some("main"),
            ),
            (
                "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=merge_group \
                 GITHUB_REF=refs/heads/gh-readonly-queue/main/pr-5",
                PullRequest,
                None,
            ),
            (
                "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=workflow_run GITHUB_REF=refs/heads/main",
                Foreign,
                None,
            ),
            (
                "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=issue_comment GITHUB_REF=refs/heads/main",
                Foreign,
                None,
            ),
            (
                "GITLAB_CI=true CI_EXTERNAL_PULL_REQUEST_IID=5 CI_COMMIT_BRANCH=feat",
                PullRequest,
                None,
            ),
            (
                "GITLAB_CI=true CI_PIPELINE_SOURCE=external_pull_request_event CI_COMMIT_BRANCH=x",
                PullRequest,
                None,
            ),
            (
                "TF_BUILD=True BUILD_REASON=Manual BUILD_SOURCEBRANCH=refs/pull/1/merge",
                PullRequest,
                None,
            ),
        ] {
            let branch = branch.map(str::to_owned);
            let found = trigger(&of(variables));
            assert_eq!((found.cause, found.branch), (cause, branch), "{variables}");
        }
    }

    #[test]
    fn a_build_of_a_tag_is_of_no_branch() {
        for (variables, tag) in [
            ("GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/tags/v/1", Some("v/1")),
            ("GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/v1", None),
            ("GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_TAG=v1", Some("v1")),
            ("CIRCLECI=true CIRCLE_TAG=v1", Some("v1")),
            ("BUILDKITE=true BUILDKITE_BRANCH=v1 BUILDKITE_TAG=v1", Some("v1")),
            ("BUILDKITE=true BUILDKITE_BRANCH=v1 BUILDKITE_TAG=", None),
            ("TF_BUILD=True BUILD_REASON=Manual BUILD_SOURCEBRANCH=refs/tags/v1", Some("v1")),
            ("BITBUCKET_BUILD_NUMBER=3 BITBUCKET_TAG=v1", Some("v1")),
            (
                "SEMAPHORE=true SEMAPHORE_GIT_BRANCH=v1 SEMAPHORE_GIT_TAG_NAME=v1 \
                 SEMAPHORE_GIT_REF_TYPE=tag",
                Some("v1"),
            ),
            ("JENKINS_URL=http://x BRANCH_NAME=v1 TAG_NAME=v1", Some("v1")),
        ] {
            let Trigger { branch, tag: found, .. } = trigger(&of(variables));
            assert_eq!(found.as_deref(), tag, "{variables}");
            assert_eq!(branch.is_some(), tag.is_none(), "{variables}");
        }
    }
}
