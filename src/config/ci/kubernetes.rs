//! A Kubernetes Indexed Job. The index counts from 0; no variable says how many there are, so that
//! the Job has to hand on its `completions`.
//!
//! <https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode>

use crate::config::ci::{Ci, Nodes};
use crate::model::build::Build;

pub(crate) const KUBERNETES: Ci = Ci {
    name: "Kubernetes",
    is_here: |environment| environment.get("JOB_COMPLETION_INDEX").is_some(),
    nodes: Ok(Nodes { index: "JOB_COMPLETION_INDEX", first: 0, total: None }),
    build: |_| Build::default(),
};
