//! One strategy a file.

pub(super) mod balanced;
pub(super) mod fail_first;
pub(super) mod file;
pub(super) mod lpt;
pub(super) mod round_robin;
pub(super) mod tag;
