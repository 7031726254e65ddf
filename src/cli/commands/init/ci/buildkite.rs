//! Buildkite: a pipeline's steps stand in one file; `;` parts the paths of artifacts.

use super::Ci;
use crate::cli::commands::init::quote;

pub(super) const BUILDKITE: Ci = Ci {
    name: "buildkite",
    title: "Buildkite",
    file: ".buildkite/pipeline.yml",
    is_ours: false,
    marks: &[".buildkite"],
    host: None,
    special: &[';'],
    template: include_str!("buildkite.yml"),
    quote: quote::yaml,
};
