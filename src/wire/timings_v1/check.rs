//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use crate::wire::timings_v1::{read, write};

/// Reading never panics, and whatever can be read is written and read back the same.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(timings) = read(text) else { return };
    let written = write(&timings);
    assert_eq!(read(&written).as_ref(), Ok(&timings), "{written}");
    assert_eq!(write(&timings), written);
}
