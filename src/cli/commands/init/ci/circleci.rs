//! CircleCI: all jobs of a project stand in one file.

use super::Ci;
use crate::cli::commands::init::quote;

pub(super) const CIRCLECI: Ci = Ci {
    name: "circleci",
    title: "CircleCI",
    file: ".circleci/config.yml",
    is_ours: false,
    marks: &[".circleci"],
    host: None,
    special: &[],
    template: include_str!("circleci.yml"),
    quote: quote::yaml,
};
