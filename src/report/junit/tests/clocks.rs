//! What files say of their times goes in; which of them are taken for re-runs comes out.

use crate::report::junit::tests::reruns::{counted, joined, numbers};

const FAILED: &str = "<failure message=\"x\"/>";

/// A file with one test.
fn file(stamp: &str, rest: &str, case: &str, inner: &str) -> String {
    let stamp = if stamp.is_empty() { String::new() } else { format!("timestamp=\"{stamp}\"") };
    format!(
        "<testsuite name=\"s\" {stamp} {rest}><testcase name=\"t\" {case}>{inner}</testcase>\
         </testsuite>"
    )
}

fn lasting(stamp: &str, inner: &str) -> String {
    file(stamp, "time=\"0.9\"", "time=\"0.9\"", inner)
}

#[test]
fn a_stamp_in_whole_seconds_may_be_a_second_late() {
    let red = lasting("2026-01-01T10:00:00Z", FAILED);
    assert_eq!(counted(&[&red, &lasting("2026-01-01T10:00:01Z", "")]), [2, 1, 0]);
    assert_eq!(counted(&[&red, &lasting("2026-01-01T10:00:02Z", "")]), [1, 0, 1]);
    // With fractions they say more.
    let red = lasting("2026-01-01T10:00:00.000Z", FAILED);
    assert_eq!(counted(&[&red, &lasting("2026-01-01T10:00:01.000Z", "")]), [1, 0, 1]);
    // In whole minutes they say less.
    let red = lasting("2026-01-01T10:00Z", FAILED);
    assert_eq!(counted(&[&red, &lasting("2026-01-01T10:00:59Z", "")]), [2, 1, 0]);
}

#[test]
fn files_that_do_not_say_how_long_they_ran_say_no_time() {
    for (rest, case) in [
        ("", ""),
        ("duration=\"300\"", "duration=\"300\""),
        ("", "time=\"00:05:00.000\""),
        ("time=\"5 min\"", "time=\"0.1\""),
        ("time=\"0\"", "time=\"0.000\""),
    ] {
        let red = file("2026-01-01T10:00:00.5Z", rest, case, FAILED);
        let green = file("2026-01-01T10:00:01.5Z", rest, case, "");
        assert_eq!(counted(&[&red, &green]), [2, 1, 0], "{rest} {case}");
        // Whoever says the order knows it.
        assert_eq!(numbers(&joined(&[&red, &green], &[0, 1]).0), [1, 0, 1], "{rest} {case}");
    }
    // One suite of which nobody knows when it ended is enough.
    let red = file("2026-01-01T10:00:00.5Z", "time=\"1\"", "time=\"1\"", FAILED);
    let open = file("2026-01-01T10:00:00.6Z", "name2=\"\"", "", "").replace("\"t\"", "\"u\"");
    let both = format!("<testsuites>{red}{open}</testsuites>");
    let green = lasting("2026-01-01T10:10:01.5Z", "");
    assert_eq!(counted(&[&both, &green])[1], 1);
}

#[test]
fn local_clocks_may_be_those_of_two_zones() {
    let red = lasting("2026-01-01T10:00:00.5", FAILED);
    let green = lasting("2026-01-01T12:00:01.3", "");
    assert_eq!(counted(&[&red, &green]), [2, 1, 0]);
    // Said to be in order, and nothing speaks against it.
    assert_eq!(numbers(&joined(&[&red, &green], &[0, 1]).0), [1, 0, 1]);
    assert_eq!(numbers(&joined(&[&green, &red], &[0, 1]).0), [2, 1, 0]);
}

#[test]
fn a_joined_file_says_when_the_last_of_its_attempts_ended() {
    let (early, late) =
        (lasting("2026-01-01T10:00:00.000Z", ""), lasting("2026-01-01T12:00:00.000Z", FAILED));
    let between = lasting("2026-01-01T11:00:00.000Z", "");
    let (merged, text) = joined(&[&early, &late], &[0, 0]);
    assert_eq!(numbers(&merged), [1, 1, 0]);
    assert_eq!(counted(&[&text, &between]), [2, 1, 0], "{text}");
    assert_eq!(counted(&[&text, &lasting("2026-01-01T13:00:00.000Z", "")]), [1, 0, 1], "{text}");
    // Of an attempt without a time nobody knows when it ended.
    let silent = file("", "", "", FAILED);
    let (merged, text) = joined(&[&early, &silent], &[0, 1]);
    assert_eq!(numbers(&merged), [1, 1, 0]);
    assert_eq!(counted(&[&text, &between]), [2, 1, 0], "{text}");
    // Joined twice it still says so.
    let (_, text) = joined(&[&early, &late], &[0, 0]);
    let last = lasting("2026-01-01T13:00:00.000Z", FAILED);
    let (_, text) = joined(&[&text, &last], &[0, 0]);
    assert_eq!(text.matches("shardwright.ended").count(), 1, "{text}");
    let green = lasting("2026-01-01T12:30:00.000Z", "");
    assert_eq!(counted(&[&text, &green]), [2, 1, 0], "{text}");
}
