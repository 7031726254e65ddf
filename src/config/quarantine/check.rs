//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use std::path::Path;

use crate::config::quarantine::{FILE, QuarantineError, entries};

/// Reading never panics; an entry and a mistake stand in a line that is there.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let lines = 1..=text.matches('\n').count() + 1;
    match entries(Path::new(FILE), text) {
        Ok(entries) => {
            for entry in entries {
                assert!(lines.contains(&entry.line));
                assert!(!entry.reason.trim().is_empty() && !entry.owner.trim().is_empty());
            }
        }
        Err(QuarantineError::Wrong { line, column, .. }) => {
            assert!(lines.contains(&line) && column > 0);
        }
        Err(QuarantineError::Parse { .. } | QuarantineError::Read { .. }) => {}
    }
}
