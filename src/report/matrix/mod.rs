//! A plan goes in; what starts its nodes on a CI system comes out, for `plan --format NAME`. There is
//! nothing but numbers and our own words in it: no name of a test, a file or a branch.
//!
//! To add a CI system: one file here and one line in [`MATRICES`].

mod azure;
mod buildkite;
mod circleci;
mod github;
mod gitlab;
mod kubernetes;
#[cfg(test)]
mod tests;

use crate::model::plan::{Plan, PlannedShard};

/// How one CI system is told which nodes to start.
pub(crate) trait Matrix: Sync {
    /// What `--format` calls it.
    fn name(&self) -> &'static str;

    /// What it is, for the help.
    fn about(&self) -> &'static str;

    /// The text for standard output, with its line end. Where nodes have numbers of their own, it
    /// leaves out shards without tests; where the CI counts them, there are as many as shards.
    fn write(&self, plan: &Plan) -> String;
}

/// Every CI system that a plan can be written for.
pub(crate) const MATRICES: &[&dyn Matrix] = &[
    &github::Github,
    &gitlab::Gitlab,
    &circleci::Circleci,
    &buildkite::Buildkite,
    &azure::Azure,
    &kubernetes::Kubernetes,
];

/// The shards that have something to run; `merge` does not miss the others. Where none has, as in
/// a re-run of what is well, the first: no CI takes a matrix without jobs.
fn busy(plan: &Plan) -> impl Iterator<Item = &PlannedShard> {
    let has_work = |shard: &&PlannedShard| !shard.is_empty();
    let idle =
        if plan.shards.iter().any(|shard| has_work(&shard)) { None } else { plan.shards.first() };
    plan.shards.iter().filter(has_work).chain(idle)
}
