//! Semaphore: the first pipeline of a project stands in one file.

use super::Ci;
use crate::cli::commands::init::quote;

pub(super) const SEMAPHORE: Ci = Ci {
    name: "semaphore",
    title: "Semaphore",
    file: ".semaphore/semaphore.yml",
    is_ours: false,
    marks: &[".semaphore"],
    host: None,
    special: &[],
    template: include_str!("semaphore.yml"),
    quote: quote::yaml,
};
