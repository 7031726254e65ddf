//! The CI systems that a workflow can be written for. One file and one template for each, one line
//! in [`CIS`]. A template is the example of that CI in `examples/`, with places to be filled.

mod azure;
mod bitbucket;
mod buildkite;
mod circleci;
mod github;
mod gitlab;
mod jenkins;
mod semaphore;

/// A CI system as its users' repositories show it.
pub(crate) struct Ci {
    /// What `--ci` calls it.
    pub(crate) name: &'static str,
    /// As its makers write it.
    pub(crate) title: &'static str,
    /// The file that our jobs stand in, from the top of the repository.
    pub(crate) file: &'static str,
    /// Whether that file is for our jobs alone; else it holds whatever the project builds.
    pub(crate) is_ours: bool,
    /// Files and folders that say that a repository uses it.
    pub(crate) marks: &'static [&'static str],
    /// The host that builds with it whatever lies there; none where no host does.
    pub(crate) host: Option<&'static str>,
    /// Characters which mean something in a path there, besides those that do so everywhere.
    pub(crate) special: &'static [char],
    pub(crate) template: &'static str,
    /// A text as a value in that file, in quotes where it needs them.
    pub(crate) quote: fn(&str) -> String,
}

/// Every CI system that a workflow can be written for; of several that a repository shows, the
/// first one counts.
pub(crate) const CIS: [&Ci; 8] = [
    &github::GITHUB,
    &gitlab::GITLAB,
    &circleci::CIRCLECI,
    &buildkite::BUILDKITE,
    &azure::AZURE,
    &bitbucket::BITBUCKET,
    &semaphore::SEMAPHORE,
    &jenkins::JENKINS,
];
