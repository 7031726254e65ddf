//! Several files that hold the same tests go in; each test comes out once, with all its attempts.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::{Strategy, prop, proptest};
use proptest::sample::select;

use crate::report::junit::merge::repeats::Repeats;
use crate::report::junit::merge::{Merged, merge};
use crate::report::junit::tests::{cases, files, read};
use crate::wire::junit::Status;

/// What comes of files with these contents, and the text of it.
fn joined(texts: &[&str]) -> (Merged, String) {
    let folder = tempfile::tempdir().unwrap();
    let inputs: Vec<PathBuf> = files(folder.path(), texts);
    let output = folder.path().join("joined.xml");
    let merged = merge(&inputs, &output).unwrap();
    let text = fs::read_to_string(&output).unwrap();
    // Joined again it stays as it is.
    let again = folder.path().join("again.xml");
    let twice = merge(std::slice::from_ref(&output), &again).unwrap();
    assert_eq!((twice.totals, twice.flaky), (merged.totals, merged.flaky), "{text}");
    assert_eq!(fs::read_to_string(&again).unwrap(), text);
    // Only the output is left.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), texts.len() + 2);
    (merged, text)
}

fn suite(head: &str, cases: &str) -> String {
    format!("<testsuites><testsuite name=\"cart\" {head}>\n{cases}\n</testsuite></testsuites>")
}

fn case(inner: &str) -> String {
    format!("<testcase name=\"adds\" classname=\"Cart\" time=\"1\">{inner}</testcase>")
}

const FAILED: &str = "<failure message=\"one &lt; two\" type=\"T\">first &lt;stack&gt;</failure>";
const BROKEN: &str = "<error message=\"gone\"><![CDATA[second <stack>]]></error>";

/// What stands between the tags of the only test case.
fn inner(text: &str) -> &str {
    let (_, rest) = text.split_once("time=\"1\">").unwrap();
    rest.split_once("</testcase>").unwrap().0
}

fn property(words: &str) -> String {
    let property = format!("<property name=\"shardwright.attempts\" value=\"{words}\"/>");
    format!("\n<properties>\n{property}\n</properties>")
}

#[test]
fn a_failure_that_passes_later_is_flaky_and_tells_why() {
    let printed = format!("{FAILED}<system-out>tried</system-out>");
    let (merged, text) = joined(&[&suite("", &case(&printed)), &suite("", &case(""))]);
    let numbers = (merged.totals.tests, merged.totals.failures, merged.flaky, merged.repeats.tests);
    assert_eq!(numbers, (1, 0, 1, 1));
    let expected = format!(
        "{}\n<flakyFailure message=\"one &lt; two\" type=\"T\" time=\"1.000\"><stackTrace>first \
         &lt;stack&gt;</stackTrace>\n<system-out>tried</system-out>\n</flakyFailure>\n",
        property("failed, passed")
    );
    assert_eq!(inner(&text), expected);
    // The suite that the second attempt came from has nothing left in it.
    assert_eq!(text.matches("<testsuite ").count(), 1, "{text}");
}

#[test]
fn what_fails_every_time_has_its_first_failure_and_the_others_as_reruns() {
    let (merged, text) = joined(&[
        &suite("", &case(FAILED)),
        &suite("", &case("<skipped/>")),
        &suite("", &case(BROKEN)),
    ]);
    let totals = merged.totals;
    assert_eq!((totals.tests, totals.failures, totals.errors, totals.skipped), (1, 1, 0, 0));
    let expected = format!(
        "{}{FAILED}\n<rerunError message=\"gone\" time=\"1.000\"><stackTrace><![CDATA[second \
         <stack>]]></stackTrace>\n</rerunError>\n",
        property("failed, skipped, error")
    );
    assert_eq!(inner(&text), expected);
}

#[test]
fn the_last_attempt_that_was_not_skipped_decides() {
    for (attempts, status, flaky) in [
        (&["", FAILED][..], Status::Failed, 0),
        (&[FAILED, "<skipped/>"], Status::Failed, 0),
        (&["<skipped/>", "<skipped/>"], Status::Skipped, 0),
        (&["<skipped/>", ""], Status::Passed, 0),
        (&["", "<skipped/>"], Status::Passed, 0),
        (&["", "", ""], Status::Passed, 0),
        (&[FAILED, BROKEN, ""], Status::Passed, 1),
        (&[BROKEN, "", FAILED], Status::Error, 0),
        (&["<flakyFailure/>", ""], Status::Passed, 1),
    ] {
        let texts: Vec<String> = attempts
            .iter()
            .enumerate()
            .map(|(number, inner)| suite(&format!("id=\"{number}\""), &case(inner)))
            .collect();
        let (merged, text) = joined(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let mut expected = crate::report::junit::totals::JunitTotals::default();
        expected.count(status, std::time::Duration::from_secs(1));
        assert_eq!((merged.totals, merged.flaky), (expected, flaky), "{attempts:?}: {text}");
    }
}

#[test]
fn files_that_were_joined_before_keep_all_attempts() {
    let (_, two) = joined(&[&suite("", &case(FAILED)), &suite("", &case(BROKEN))]);
    let (merged, text) = joined(&[&two, &suite("", &case(""))]);
    assert_eq!((merged.totals.tests, merged.flaky), (1, 1));
    assert!(inner(&text).starts_with(&property("failed, error, passed")), "{text}");
    assert_eq!(text.matches("<flakyFailure ").count(), 1, "{text}");
    assert_eq!(text.matches("<flakyError ").count(), 1, "{text}");
    let (merged, text) = joined(&[&text, &suite("", &case(FAILED))]);
    assert_eq!((merged.totals.failures, merged.flaky), (1, 0));
    assert!(inner(&text).starts_with(&property("failed, error, passed, failed")), "{text}");
    assert_eq!(text.matches("<rerun").count(), 2, "{text}");
    assert_eq!(text.matches("shardwright.attempts").count(), 1, "{text}");
}

#[test]
fn timestamps_tell_the_order_where_all_have_one_of_a_kind() {
    let early = suite("timestamp=\"2026-01-01T09:30:00+09:00\"", &case(FAILED));
    let late = suite("timestamp=\"2026-01-01T01:00:00Z\"", &case(""));
    let local = suite("timestamp=\"2026-01-01T00:00:00\"", &case(""));
    for (texts, flaky) in
        [([&late, &early], 1), ([&early, &late], 1), ([&local, &early], 0), ([&early, &local], 1)]
    {
        let (merged, text) = joined(&texts.map(String::as_str));
        assert_eq!((merged.totals.tests, merged.flaky), (1, flaky), "{text}");
        assert_eq!(merged.totals.failures, 1 - flaky, "{text}");
    }
}

#[test]
fn other_projects_classes_files_suites_and_machines_are_other_tests() {
    let plain = suite("", &case(FAILED));
    for other in [
        suite("hostname=\"firefox\"", &case("")),
        suite("file=\"b.js\"", &case("")),
        suite("", &case("").replace("Cart", "Till")),
        suite("", &case("").replace("adds", "adds twice")),
        suite("", &case("").replace("classname", "file=\"b.js\" classname")),
        suite("", &format!("<testsuite name=\"inner\">{}</testsuite>", case(""))),
        // Names that would be the same, were they only put together.
        suite("", &case("").replace("name=\"adds\" classname=\"Cart\"", "name=\"Cartadds\"")),
    ] {
        let (merged, text) = joined(&[&plain, &other]);
        assert_eq!((merged.totals.tests, merged.totals.failures), (2, 1), "{text}");
        assert_eq!(merged.repeats, Repeats::default(), "{text}");
    }
    // The root is no suite: other tools wrap the same in another one.
    let bare = plain.replace("<testsuites>", "").replace("</testsuites>", "");
    let (merged, _) = joined(&[&plain, &bare.replace(FAILED, "")]);
    assert_eq!((merged.totals.tests, merged.flaky), (1, 1));
}

#[test]
fn a_name_that_stands_twice_in_a_file_is_two_tests() {
    let both = case(FAILED) + &case("");
    let (merged, _) = joined(&[&suite("", &both)]);
    assert_eq!((merged.totals.tests, merged.totals.failures), (2, 1));
    // The first is the first, the second the second.
    let (merged, _) = joined(&[&suite("", &both), &suite("id=\"2\"", &(case("") + &case(FAILED)))]);
    assert_eq!((merged.totals.tests, merged.totals.failures, merged.flaky), (2, 1, 1));
    // Which one ran again, nobody knows: the failure stays.
    let (merged, text) = joined(&[&suite("", &both), &suite("id=\"2\"", &case(""))]);
    assert_eq!((merged.totals.tests, merged.totals.failures, merged.flaky), (3, 1, 0), "{text}");
    assert_eq!(merged.repeats, Repeats { tests: 0, unclear: 1 });
}

#[test]
fn the_same_file_twice_counts_once() {
    let text = suite("", &(case(FAILED) + &case("")));
    let (merged, joined) = joined(&[&text, &text.replace("Cart", "Till"), &text]);
    assert_eq!((merged.totals.tests, merged.repeats.tests), (4, 0), "{joined}");
    let names = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let twins: Vec<_> = merged.twins.iter().map(|(twin, of)| (names(twin), names(of))).collect();
    assert_eq!(twins, [("2.xml".to_owned(), "0.xml".to_owned())]);
}

#[test]
fn what_else_a_suite_holds_stays_when_its_tests_went_to_where_they_stood_before() {
    let first = suite("", &case(FAILED));
    let printed = "<system-out>started again</system-out>";
    let inner = format!("<testsuite name=\"inner\"/>{}{printed}", case(""));
    let (merged, text) = joined(&[&first, &suite("id=\"2\"", &inner)]);
    assert_eq!(merged.totals.tests, 1);
    assert!(text.contains(printed), "{text}");
    assert_eq!(text.matches("<testsuite ").count(), 3, "{text}");
}

#[test]
fn properties_of_a_test_stay_beside_the_attempts() {
    let own = "<properties><property name=\"owner\" value=\"ada\"/></properties>";
    let (_, text) =
        joined(&[&suite("", &case(FAILED)), &suite("id=\"2\"", &case(own).replace("1\"", "2\""))]);
    let (_, case) = text.split_once("time=\"2\">").unwrap();
    let expected = "<properties><property name=\"owner\" value=\"ada\"/>\n<property \
                    name=\"shardwright.attempts\" value=\"failed, passed\"/>\n</properties>";
    assert!(case.starts_with(expected), "{text}");
}

/// A test of a few names, and what became of it.
fn any_case() -> impl Strategy<Value = (&'static str, Status)> {
    let statuses = vec![Status::Passed, Status::Skipped, Status::Failed, Status::Error];
    (select(vec!["a", "b", "c", "d"]), select(statuses))
}

/// Passed, failed or broken, skipped, flaky.
type Counts = [u64; 4];

/// What the files should come to, said in the plainest way.
fn model(files: &[Vec<(&'static str, Status)>]) -> Counts {
    let mut by_name = BTreeMap::<&str, BTreeMap<usize, Vec<Status>>>::new();
    for (file, cases) in files.iter().enumerate() {
        for (name, status) in cases {
            by_name.entry(name).or_default().entry(file).or_default().push(*status);
        }
    }
    let mut counts = Counts::default();
    for files in by_name.values() {
        let times: Vec<usize> = files.values().map(Vec::len).collect();
        if times.iter().any(|count| *count != times[0]) {
            files.values().flatten().for_each(|status| counts[place(&[*status])] += 1);
            continue;
        }
        for number in 0..times[0] {
            let attempts: Vec<Status> = files.values().map(|file| file[number]).collect();
            let at = place(&attempts);
            counts[at] += 1;
            let bad = attempts.iter().any(|status| *status > Status::Skipped);
            counts[3] += u64::from(at == 0 && bad);
        }
    }
    counts
}

fn place(attempts: &[Status]) -> usize {
    match attempts.iter().rfind(|status| **status != Status::Skipped) {
        Some(Status::Passed) => 0,
        Some(_) => 1,
        None => 2,
    }
}

proptest! {
    #[test]
    fn no_test_is_lost_and_none_is_counted_twice(
        contents in prop::collection::vec(prop::collection::vec(any_case(), 0..6), 1..5),
    ) {
        let texts: Vec<String> = contents
            .iter()
            .enumerate()
            .map(|(number, cases)| {
                let cases: Vec<String> = cases
                    .iter()
                    .map(|(name, status)| {
                        let inner = match status {
                            Status::Passed => "",
                            Status::Skipped => "<skipped/>",
                            Status::Failed => FAILED,
                            Status::Error => BROKEN,
                        };
                        case(inner).replace("adds", name)
                    })
                    .collect();
                suite(&format!("id=\"{number}\""), &cases.join("\n"))
            })
            .collect();
        let (merged, text) = joined(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let totals = merged.totals;
        let bad = totals.failures + totals.errors;
        let counts = [totals.tests - bad - totals.skipped, bad, totals.skipped, merged.flaky];
        assert_eq!(counts, model(&contents), "{text}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("joined.xml");
        fs::write(&path, &text).unwrap();
        assert_eq!(cases(&read(&path).unwrap()).len() as u64, totals.tests);
    }
}
