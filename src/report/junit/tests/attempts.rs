//! Several files that hold the same tests go in; each test comes out once, with all its attempts.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::{Strategy, prop, proptest};
use proptest::sample::select;

use crate::report::junit::check::merge;
use crate::report::junit::merge::repeats::Repeats;
use crate::report::junit::merge::{Input, Merged, merge as merge_files};
use crate::report::junit::tests::{cases, files, read};
use crate::wire::junit::Status;

/// What comes of files with these contents that are named one by one, and the text of it.
fn joined(texts: &[&str]) -> (Merged, String) {
    joined_in(texts, &(0..texts.len()).collect::<Vec<_>>())
}

/// The same, of files that come from these arguments.
fn joined_in(texts: &[&str], turns: &[usize]) -> (Merged, String) {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = files(folder.path(), texts);
    let input = |(path, turn): (PathBuf, &usize)| Input { path, turn: *turn };
    let inputs: Vec<Input> = paths.into_iter().zip(turns).map(input).collect();
    let output = folder.path().join("joined.xml");
    let merged = merge_files(&inputs, &output).unwrap();
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
fn what_ran_side_by_side_heals_nothing_and_stays_side_by_side() {
    let at = |stamp: &str, inner: &str| {
        suite(&format!("timestamp=\"2026-01-01T{stamp}\" time=\"600\""), &case(inner))
    };
    for (one, other) in [
        // Two legs of a matrix, or of a monorepo: one second apart, or none.
        (at("10:00:00", FAILED), at("10:00:01", "")),
        (at("10:00:00", FAILED), at("10:00:00", "")),
        (at("10:00:00Z", FAILED), at("10:10:00Z", "")),
        (at("10:00:00Z", BROKEN), at("10:09:59Z", "<skipped/>")),
    ] {
        for texts in [[&one, &other], [&other, &one]] {
            let (merged, text) = joined(&texts.map(String::as_str));
            let totals = merged.totals;
            assert_eq!((totals.tests, totals.failures + totals.errors, merged.flaky), (2, 1, 0));
            assert_eq!(merged.repeats, Repeats { beside: 1, ..Repeats::default() });
            assert_eq!(text.matches("<testcase ").count(), 2, "{text}");
        }
    }
    let again = at("10:10:01Z", "");
    let (merged, _) = joined(&[&again, &at("10:00:00Z", FAILED)]);
    assert_eq!((merged.totals.tests, merged.totals.failures, merged.flaky), (1, 0, 1));
    assert_eq!(merged.repeats, Repeats { tests: 1, ..Repeats::default() });
}

#[test]
fn files_that_say_no_time_are_in_order_where_they_were_named_and_not_where_they_were_found() {
    let (failed, passed) = (suite("id=\"1\"", &case(FAILED)), suite("id=\"2\"", &case("")));
    for texts in [[&failed, &passed], [&passed, &failed]] {
        let (merged, _) = joined_in(&texts.map(String::as_str), &[0, 0]);
        assert_eq!((merged.totals.tests, merged.totals.failures, merged.flaky), (2, 1, 0));
        assert_eq!(merged.repeats.beside, 1);
    }
    let (merged, _) = joined_in(&[&failed, &passed], &[0, 1]);
    assert_eq!((merged.totals.tests, merged.flaky), (1, 1));
    assert_eq!(merged.repeats, Repeats { tests: 1, named: 1, ..Repeats::default() });
    // A clock without a time zone and one with cannot be compared.
    let local = suite("timestamp=\"2026-01-01T09:00:00\"", &case(FAILED));
    let universal = suite("timestamp=\"2026-01-01T10:00:00Z\"", &case(""));
    let (merged, _) = joined_in(&[&local, &universal], &[0, 0]);
    assert_eq!((merged.totals.failures, merged.flaky), (1, 0));
}

#[test]
fn a_file_with_a_test_that_no_file_before_it_holds_is_no_rerun() {
    let other = case("").replace("adds", "new");
    let first = suite("timestamp=\"2026-01-01T10:00:00Z\"", &case(FAILED));
    let later = "timestamp=\"2026-01-01T11:00:00Z\"";
    let (merged, text) = joined(&[&first, &suite(later, &(case("") + &other))]);
    assert_eq!((merged.totals.tests, merged.totals.failures, merged.flaky), (3, 1, 0), "{text}");
    // The tests of a re-run may stand in several files before it.
    let second = suite("timestamp=\"2026-01-01T10:00:00Z\"", &other);
    let (merged, _) = joined(&[&first, &second, &suite(later, &(case("") + &other))]);
    assert_eq!((merged.totals.tests, merged.flaky, merged.repeats.tests), (2, 1, 2));
}

#[test]
fn a_rerun_goes_on_with_the_worst_of_those_whose_tests_it_holds() {
    let own = |name: &str| case("").replace("adds", name);
    let at = |stamp: &str, inner: &str, rest: &str| {
        let head = format!("timestamp=\"2026-01-01T{stamp}Z\" time=\"60\"");
        suite(&head, &(case(inner) + rest))
    };
    let one = |inner| at("10:00:00", inner, &own("one"));
    let two = |inner| at("10:00:01", inner, &own("two"));
    let again = at("11:00:00", "", &(own("one") + &own("two")));
    let (merged, text) = joined(&[&one(""), &two(FAILED), &again]);
    assert_eq!((merged.totals.tests, merged.totals.failures, merged.flaky), (4, 0, 1), "{text}");
    assert_eq!(merged.repeats, Repeats { tests: 2, beside: 1, ..Repeats::default() });
    // Two failed, and one ran again.
    let (merged, _) = joined(&[&one(FAILED), &two(FAILED), &again]);
    assert_eq!((merged.totals.tests, merged.totals.failures, merged.flaky), (4, 1, 1));
}

#[test]
fn shards_of_playwright_with_a_set_up_in_each_are_as_red_as_the_worst() {
    let shard = |stamp: &str, login: &str, rest: &str| {
        let head = |name: &str, project: &str| {
            format!(
                "<testsuite name=\"{name}\" timestamp=\"2026-11-21T10:00:00.{stamp}Z\" \
                 hostname=\"{project}\" time=\"5\">"
            )
        };
        let (setup, chromium) = (head("auth.setup.ts", "setup"), head(rest, "chromium"));
        let skipped = if login.is_empty() { "" } else { "<skipped></skipped>" };
        format!(
            "<testsuites id=\"\" time=\"5.1\">{setup}<testcase name=\"log in\" time=\"5\">{login}\
             </testcase></testsuite>{chromium}<testcase name=\"one\">{skipped}</testcase>\
             </testsuite></testsuites>"
        )
    };
    let shards = [shard("100", FAILED, "a.spec.ts"), shard("900", "", "b.spec.ts")];
    let (merged, text) = joined(&shards.each_ref().map(String::as_str));
    let totals = merged.totals;
    let counts = (totals.tests, totals.failures, totals.skipped, merged.flaky);
    assert_eq!(counts, (4, 1, 1, 0), "{text}");
}

#[test]
fn the_time_on_the_wall_tells_when_a_run_ended_and_not_the_sum_over_workers() {
    // Four workers: the tests took 40 seconds, the run ten.
    let run = |second: u8, inner: &str| {
        let stamp = format!("timestamp=\"2026-01-01T00:00:{second}Z\"");
        let suite = suite(&format!("{stamp} time=\"40\""), &case(inner));
        suite.replace("<testsuites>", "<testsuites time=\"10\">")
    };
    let (merged, _) = joined(&[&run(10, FAILED), &run(21, "")]);
    assert_eq!((merged.totals.tests, merged.flaky), (1, 1));
    let (merged, _) = joined(&[&run(10, FAILED), &run(20, "")]);
    assert_eq!((merged.totals.tests, merged.totals.failures, merged.flaky), (2, 1, 0));
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
    assert_eq!(merged.repeats, Repeats { unclear: 1, ..Repeats::default() });
}

#[test]
fn the_same_file_twice_counts_once() {
    let text = suite("", &(case(FAILED) + &case("")));
    let (merged, joined) = joined_in(&[&text, &text.replace("Cart", "Till"), &text], &[0; 3]);
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

/// A file: when it ran (from one second to another), from which argument it came, what is in it.
type File = (Option<(u8, u8)>, usize, Vec<(&'static str, Status)>);

/// Files in the order in which they are found.
fn any_files() -> impl Strategy<Value = Vec<File>> {
    let span =
        prop::option::of((0_u8..30, 1_u8..15).prop_map(|(begin, long)| (begin, begin + long)));
    let file = (span, 0_usize..3, prop::collection::vec(any_case(), 0..6));
    prop::collection::vec(file, 1..6).prop_map(|mut files| {
        files.sort_by_key(|(_, turn, _)| *turn);
        files
    })
}

/// Passed, failed or broken, skipped, flaky.
type Counts = [u64; 4];

fn is_before((one, turn, _): &File, (other, later, _): &File) -> bool {
    match (one, other) {
        (Some((_, end)), Some((begin, _))) => end < begin,
        _ => turn < later,
    }
}

/// Whether each test of a file stands in one before it.
fn is_again(files: &[File], file: &File) -> bool {
    let holds = |(_, _, cases): &File, name| cases.iter().any(|(known, _)| *known == name);
    let before = |name| files.iter().any(|other| is_before(other, file) && holds(other, name));
    file.2.iter().all(|(name, _)| before(*name))
}

/// The files that hold a test of this one and are the only ones to do so but for re-runs.
fn homes(files: &[File], file: &File) -> Vec<usize> {
    let holds = |(_, _, cases): &File, name| cases.iter().any(|(known, _)| *known == name);
    let home = |name| {
        let holding = (0..files.len()).filter(|number| holds(&files[*number], name));
        let first: Vec<usize> =
            holding.filter(|number| !is_again(files, &files[*number])).collect();
        <[usize; 1]>::try_from(first).ok()
    };
    file.2.iter().filter_map(|(name, _)| home(*name)).flatten().collect()
}

/// The attempts of a test, by file, in those that ran one after the other.
fn in_lanes(files: &[File], mut attempts: Vec<(usize, Status)>) -> Vec<Vec<(usize, Status)>> {
    if attempts.iter().all(|(file, _)| files[*file].0.is_some()) {
        attempts.sort_by_key(|(file, _)| files[*file].0.map(|(begin, _)| begin));
    }
    let mut lanes: Vec<Vec<(usize, Status)>> = Vec::new();
    for (file, status) in attempts {
        let fits = |lane: &[(usize, Status)]| {
            is_again(files, &files[file])
                && homes(files, &files[file]).contains(&lane[0].0)
                && lane.iter().all(|(before, _)| is_before(&files[*before], &files[file]))
        };
        let status_of = |lane: &[(usize, Status)]| last(lane.iter().map(|(_, status)| *status));
        let worst = lanes.iter().filter(|lane| fits(lane)).map(|lane| status_of(lane)).max();
        match lanes.iter_mut().find(|lane| fits(lane) && Some(status_of(lane)) == worst) {
            Some(lane) => lane.push((file, status)),
            None => lanes.push(vec![(file, status)]),
        }
    }
    lanes
}

/// What the files should come to, said in the plainest way.
fn model(files: &[File]) -> Counts {
    let mut by_name = BTreeMap::<&str, BTreeMap<usize, Vec<Status>>>::new();
    for (file, (_, _, cases)) in files.iter().enumerate() {
        for (name, status) in cases {
            by_name.entry(name).or_default().entry(file).or_default().push(*status);
        }
    }
    let mut counts = Counts::default();
    for places in by_name.values() {
        let times: Vec<usize> = places.values().map(Vec::len).collect();
        if times.iter().any(|count| *count != times[0]) {
            places.values().flatten().for_each(|status| counts[place(&[*status])] += 1);
            continue;
        }
        for number in 0..times[0] {
            let attempts = places.iter().map(|(file, all)| (*file, all[number])).collect();
            for lane in in_lanes(files, attempts) {
                let statuses: Vec<Status> = lane.into_iter().map(|(_, status)| status).collect();
                let at = place(&statuses);
                counts[at] += 1;
                let bad = statuses.iter().any(|status| *status > Status::Skipped);
                counts[3] += u64::from(at == 0 && bad);
            }
        }
    }
    counts
}

/// The last status that is not skipped.
fn last(statuses: impl DoubleEndedIterator<Item = Status>) -> Option<Status> {
    statuses.rev().find(|status| *status != Status::Skipped)
}

fn place(attempts: &[Status]) -> usize {
    match last(attempts.iter().copied()) {
        Some(Status::Passed) => 0,
        Some(_) => 1,
        None => 2,
    }
}

proptest! {
    #[test]
    fn no_test_is_lost_and_none_is_counted_twice(contents in any_files()) {
        let texts: Vec<String> = contents
            .iter()
            .enumerate()
            .map(|(number, (span, _, cases))| {
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
                let when = span.map(|(begin, end)| {
                    let long = end - begin;
                    format!("timestamp=\"2026-01-01T00:00:{begin:02}Z\" time=\"{long}\"")
                });
                let when = when.unwrap_or_default();
                suite(&format!("id=\"{number}\" {when}"), &cases.join("\n"))
            })
            .collect();
        let turns: Vec<usize> = contents.iter().map(|(_, turn, _)| *turn).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (merged, text) = joined_in(&texts, &turns);
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
