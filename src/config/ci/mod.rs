//! The environment goes in; what is known of the CI machine comes out: which node of how many this
//! is, and the build that it belongs to. One file for each CI system, one line in [`CIS`].

pub(crate) mod azure;
pub(crate) mod bitbucket;
pub(crate) mod buildkite;
pub(crate) mod circleci;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod jenkins;
pub(crate) mod kubernetes;
pub(crate) mod node;
pub(crate) mod semaphore;

use crate::config::environment::Environment;
use crate::model::build::Build;

/// A CI system. What its variables mean, each file says with the address of its makers' page.
pub(crate) struct Ci {
    /// As its makers write it.
    name: &'static str,
    /// Whether this process runs there.
    is_here: fn(&Environment) -> bool,
    /// How it numbers the nodes of a job; where it does not tell processes, what to do instead.
    nodes: Result<Nodes, &'static str>,
    /// What it says of the build.
    build: fn(&Environment) -> Build,
}

/// The variables in which a node finds its number.
pub(crate) struct Nodes {
    index: &'static str,
    /// What the first node has in `index`.
    first: u32,
    /// How many there are; none where no variable says that.
    total: Option<&'static str>,
}

/// Every CI system that is known. The first that is here counts: Kubernetes is the last, because
/// others let their jobs run on it.
pub(crate) const CIS: [&Ci; 9] = [
    &github::GITHUB,
    &gitlab::GITLAB,
    &circleci::CIRCLECI,
    &buildkite::BUILDKITE,
    &azure::AZURE,
    &bitbucket::BITBUCKET,
    &semaphore::SEMAPHORE,
    &jenkins::JENKINS,
    &kubernetes::KUBERNETES,
];

/// The CI system that this process runs on.
fn here(environment: &Environment) -> Option<&'static Ci> {
    CIS.into_iter().find(|ci| (ci.is_here)(environment))
}

/// The name of the CI system that this process runs on.
pub(crate) fn name(environment: &Environment) -> Option<&'static str> {
    here(environment).map(|ci| ci.name)
}

/// The build that this process is part of.
pub(crate) fn build(environment: &Environment) -> Build {
    here(environment).map_or_else(Build::default, |ci| (ci.build)(environment))
}

/// Which build this is, for CI systems that say nothing of it; beats what the CI says.
const BUILD: &str = "SHARDWRIGHT_BUILD";

/// What tells this build from all others, the same for all its attempts.
pub(crate) fn build_id(environment: &Environment) -> Option<String> {
    owned(environment, BUILD).or_else(|| build(environment).id)
}

/// Where `--shard auto` looks on each CI that numbers its nodes: the CI's name, the variable with
/// the index, what the first node has in it, and the variable with the count.
pub(crate) fn numbering()
-> impl Iterator<Item = (&'static str, &'static str, u32, Option<&'static str>)> {
    let of = |ci: &'static Ci| {
        let Nodes { index, first, total } = ci.nodes.as_ref().ok()?;
        Some((ci.name, *index, *first, *total))
    };
    CIS.into_iter().filter_map(of)
}

/// A variable as a text of one's own.
fn owned(environment: &Environment, name: &str) -> Option<String> {
    environment.get(name).map(str::to_owned)
}

/// A variable as a number, where it is one.
fn number(environment: &Environment, name: &str) -> Option<u64> {
    environment.get(name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::config::ci::{CIS, build};
    use crate::config::environment::Environment;
    use crate::model::build::Build;

    /// An environment of these variables.
    pub(super) fn environment(variables: &[(&str, &str)]) -> Environment {
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_person_has_no_build() {
        assert_eq!(build(&environment(&[("GITHUB_SHA", "feed")])), Build::default());
        assert!(CIS.iter().all(|ci| !(ci.is_here)(&environment(&[]))));
    }

    #[test]
    fn a_build_has_one_id_for_all_its_attempts() {
        let id = |variables: &[(&str, &str)]| super::build_id(&environment(variables));
        let circleci = |workflow| {
            [("CIRCLECI", "true"), ("CIRCLE_PIPELINE_ID", "5"), ("CIRCLE_WORKFLOW_ID", workflow)]
        };
        assert_eq!(id(&circleci("a")).as_deref(), Some("5"));
        assert_eq!(id(&circleci("b")).as_deref(), Some("5"));
        let github = |attempt| {
            [("GITHUB_ACTIONS", "true"), ("GITHUB_RUN_ID", "7"), ("GITHUB_RUN_ATTEMPT", attempt)]
        };
        assert_eq!(id(&github("1")), id(&github("2")));
        assert_eq!(
            id(&[("SHARDWRIGHT_BUILD", "mine"), ("GITLAB_CI", "1"), ("CI_PIPELINE_ID", "3")]),
            Some("mine".to_owned())
        );
        assert_eq!(id(&[]), None);
    }

    #[test]
    fn what_a_ci_machine_does_not_say_stays_unknown() {
        let marks = [
            ("GITHUB_ACTIONS", "true", "GITHUB_SHA"),
            ("GITLAB_CI", "true", "CI_COMMIT_SHA"),
            ("CIRCLECI", "true", "CIRCLE_SHA1"),
            ("BUILDKITE", "true", "BUILDKITE_COMMIT"),
            ("TF_BUILD", "True", "BUILD_SOURCEVERSION"),
            ("SEMAPHORE", "true", "SEMAPHORE_GIT_SHA"),
        ];
        for (mark, value, commit) in marks {
            let found = build(&environment(&[(mark, value), (commit, "feed")]));
            assert_eq!(found, Build { commit: Some("feed".to_owned()), ..Build::default() });
        }
    }
}
