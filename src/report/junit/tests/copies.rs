//! Files with the same bytes go in; which of them are copies, and which attempts, comes out.

use crate::report::junit::tests::reruns::{joined, numbers};

#[test]
fn files_with_the_same_bytes_in_different_turns_are_attempts() {
    let (failed, passed) = (
        "<testsuite name=\"s\"><testcase name=\"t\"><failure/></testcase></testsuite>",
        "<testsuite name=\"s\"><testcase name=\"t\"/></testsuite>",
    );
    let (merged, _) = joined(&[failed, passed, failed], &[0, 1, 2]);
    assert_eq!((numbers(&merged), merged.twins.len()), ([1, 1, 0], 0));
    let (merged, _) = joined(&[passed, failed, passed], &[0, 1, 2]);
    assert_eq!((numbers(&merged), merged.twins.len()), ([1, 0, 1], 0));
    // In one turn a copy is a copy, and so it is wherever it says when it ran.
    let (merged, _) = joined(&[failed, passed, failed], &[0, 1, 0]);
    assert_eq!((numbers(&merged), merged.twins.len()), ([1, 0, 1], 1));
    let stamped = "<testsuite name=\"s\" timestamp=\"2026-01-01T10:00:00.1Z\" time=\"1\"><testcase name=\"t\" \
                   time=\"1\"><failure/></testcase></testsuite>";
    let (merged, _) = joined(&[stamped, stamped], &[0, 1]);
    assert_eq!((numbers(&merged), merged.twins.len()), ([1, 1, 0], 1));
}
