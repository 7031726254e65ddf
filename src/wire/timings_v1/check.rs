//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use crate::model::timings::Timings;
use crate::wire::timings_v1::{read, write};

/// Reading never panics, and whatever can be read is written and read back the same.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(timings) = read(text) else { return };
    check_written(&timings);
}

/// Timings are written so that they are read back the same; titles that lie too deep are joined.
pub(crate) fn check_written(timings: &Timings) {
    let written = write(timings);
    let Ok(again) = read(&written) else { panic!("{:?}: {written}", read(&written)) };
    assert_eq!(write(&again), written);
    if timings.tests.keys().all(|key| key.titles.len() < 50) {
        assert_eq!(&again, timings, "{written}");
    }
}
