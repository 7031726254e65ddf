//! GitLab CI/CD: all jobs of a project stand in one file.

use super::Ci;
use crate::cli::commands::init::quote;

pub(super) const GITLAB: Ci = Ci {
    name: "gitlab",
    title: "GitLab",
    file: ".gitlab-ci.yml",
    is_ours: false,
    marks: &[".gitlab-ci.yml"],
    host: Some("gitlab.com"),
    special: &[],
    template: include_str!("gitlab.yml"),
    quote: quote::yaml,
};
