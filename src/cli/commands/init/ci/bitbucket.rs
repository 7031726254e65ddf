//! Bitbucket Pipelines: all pipelines of a repository stand in one file.

use super::Ci;
use crate::cli::commands::init::quote;

pub(super) const BITBUCKET: Ci = Ci {
    name: "bitbucket",
    title: "Bitbucket",
    file: "bitbucket-pipelines.yml",
    is_ours: false,
    marks: &["bitbucket-pipelines.yml"],
    host: Some("bitbucket.org"),
    special: &[],
    template: include_str!("bitbucket.yml"),
    quote: quote::yaml,
};
