//! Spec files -> suite, without running anything.
