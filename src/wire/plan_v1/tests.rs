//! Plans written and read.
