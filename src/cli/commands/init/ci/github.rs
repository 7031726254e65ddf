//! GitHub Actions: a workflow is a file of its own, which uses the action of this repository.

use super::Ci;
use crate::cli::commands::init::quote;

pub(super) const GITHUB: Ci = Ci {
    name: "github",
    title: "GitHub Actions",
    file: ".github/workflows/e2e.yml",
    is_ours: true,
    marks: &[".github/workflows"],
    host: Some("github.com"),
    special: &[],
    template: include_str!("github.yml"),
    quote: quote::yaml,
};
