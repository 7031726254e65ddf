//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use crate::wire::plan_v1::{read, write};

/// Reading never panics, and whatever can be read is written and read back the same.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(plan) = read(text) else { return };
    let written = write(&plan);
    assert_eq!(read(&written).ok().as_ref(), Some(&plan), "{written}");
}
