//! Azure Pipelines: a pipeline stands in one file.

use super::Ci;
use crate::cli::commands::init::quote;

pub(super) const AZURE: Ci = Ci {
    name: "azure",
    title: "Azure Pipelines",
    file: "azure-pipelines.yml",
    is_ours: false,
    marks: &["azure-pipelines.yml"],
    host: None,
    special: &[],
    template: include_str!("azure.yml"),
    quote: quote::yaml,
};
