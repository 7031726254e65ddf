//! Jenkins: a declarative pipeline in Groovy; its patterns of files end at a blank or a comma.

use super::Ci;
use crate::cli::commands::init::quote;

pub(super) const JENKINS: Ci = Ci {
    name: "jenkins",
    title: "Jenkins",
    file: "Jenkinsfile",
    is_ours: false,
    marks: &["Jenkinsfile"],
    host: None,
    special: &[' '],
    template: include_str!("Jenkinsfile"),
    quote: quote::groovy,
};
