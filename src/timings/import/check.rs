//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use super::{IMPORTERS, Known, Source, apply, detect, entries};
use crate::model::timings::Timings;
use crate::wire::timings_v1;

/// Guessing the format and reading, by whoever knows it and by all others, never panic; what is
/// read makes a timings file that can be read.
pub(crate) fn check(data: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { panic!("a folder can be made") };
    let path = folder.path().join("file");
    assert!(std::fs::write(&path, data).is_ok());
    let Ok(source) = Source::open(&path) else { return };
    detect(&source).ok();
    for importer in IMPORTERS {
        let Ok(samples) = importer.read(&source) else { continue };
        let entries = entries(samples);
        let all = entries.len();
        let applied = apply(&Timings::default(), entries, Known::Replace);
        assert!(applied.timings.tests.len() <= all);
        timings_v1::check_written(&applied.timings);
    }
}
