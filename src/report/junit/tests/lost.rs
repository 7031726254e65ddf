//! Failures where no dialect puts them go in; that something is missing comes out.

use crate::report::junit::tests::reruns::{joined, numbers};

#[test]
fn a_failure_where_none_is_looked_for_is_told() {
    for body in [
        "<testcase name=\"t\"><steps><testcase name=\"u\"><failure/></testcase></steps></testcase>",
        "<testcase name=\"t\"><results><failure message=\"x\"/></results></testcase>",
        "<testcase name=\"t\"/><wrapper><error/></wrapper>",
        "<testcase name=\"t\"/><setup><failure/></setup>",
        "<testcase name=\"t\"/><test-case name=\"u\" result=\"Failed\"/>",
        "<testcase name=\"t\"><test-case name=\"u\" result=\"Failed\"/></testcase>",
    ] {
        for text in [
            format!("<testsuite name=\"s\">{body}</testsuite>"),
            format!("<testsuites><testsuite name=\"s\">{body}</testsuite></testsuites>"),
        ] {
            assert_eq!(joined(&[&text], &[0]).0.doubtful.len(), 1, "{text}");
        }
    }
    let text = "<testsuites><testsuite><testcase name=\"t\"/></testsuite>\
                <wrapper><error/></wrapper></testsuites>";
    assert_eq!(joined(&[text], &[0]).0.doubtful.len(), 1);
    // What is understood is no doubt, and neither is what stands inside of it.
    for inner in [
        "<flakyFailure status=\"failed\"><stackTrace/></flakyFailure>",
        "<properties><property name=\"status\" status=\"failed\"/></properties>",
        "<system-out>status</system-out>",
    ] {
        let text = format!("<testsuite><testcase name=\"t\">{inner}</testcase></testsuite>");
        assert!(joined(&[&text], &[0]).0.doubtful.is_empty(), "{text}");
    }
}

#[test]
fn numbers_of_failures_are_read_however_they_are_written() {
    for number in ["1", "1,000", "1.0", "1.000", " 2 ", "many", "NaN", "5000000000"] {
        let text = format!(
            "<testsuite name=\"s\" tests=\"1\" failures=\"{number}\"><testcase name=\"t\"/></testsuite>"
        );
        assert_eq!(joined(&[&text], &[0]).0.doubtful.len(), 1, "{number}");
    }
    for number in ["0", "", "0.0", " 0 "] {
        let text = format!(
            "<testsuite name=\"s\" tests=\"1\" failures=\"{number}\"><testcase name=\"t\"/></testsuite>"
        );
        assert!(joined(&[&text], &[0]).0.doubtful.is_empty(), "{number}");
    }
}

#[test]
fn what_did_not_end_well_is_no_pass() {
    for inner in ["<rerunFailure message=\"x\"/>", "<rerunError/>", "<rerunFailure/><rerunError/>"]
    {
        let text = format!("<testsuite><testcase name=\"t\">{inner}</testcase></testsuite>");
        assert_eq!(numbers(&joined(&[&text], &[0]).0), [1, 1, 0], "{inner}");
    }
    let text = "<testsuite><testcase name=\"t\" result=\"Inconclusive\"/></testsuite>";
    assert_eq!(joined(&[text], &[0]).0.totals.skipped, 1);
    for word in [
        "timedOut",
        "timeout",
        "timed out",
        "aborted",
        "crashed",
        "interrupted",
        "blocked",
        "ko",
        "canceled",
        "cancelled",
        "incomplete",
        "false",
    ] {
        for name in ["status", "result"] {
            let text = format!("<testsuite><testcase name=\"t\" {name}=\"{word}\"/></testsuite>");
            assert_eq!(numbers(&joined(&[&text], &[0]).0), [1, 1, 0], "{word}");
        }
    }
}
