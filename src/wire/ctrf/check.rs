//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use crate::model::history::History;
use crate::wire::ctrf::read::{claims, read};

/// Reading never panics; every test that is read has a place in a history, once a run.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    claims(text);
    let Ok(record) = read(text, "file.json") else { return };
    assert!(record.tests.keys().all(|key| !key.file.is_empty() || record.digest.is_some()));
    let tests = record.tests.len();
    let history = History::of(vec![record.clone(), record]);
    assert_eq!(history.tests.len(), tests);
    assert!(history.tests.values().all(|runs| runs.len() == 2));
}
