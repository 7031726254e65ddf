//! Files of this tool and of others are read as what they say, whatever types they say it in.

use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::history::{End, Ran, Record};
use crate::model::outcome::Verdict;
use crate::wire::ctrf::read::{CtrfError, claims, read};

const OURS: &str = include_str!("../../../../fuzz/corpus/ctrf/ours.json");
const PLAYWRIGHT: &str = include_str!("../../../../fuzz/corpus/ctrf/playwright.json");
const LOOSE: &str = include_str!("../../../../fuzz/corpus/ctrf/loose.json");

/// Each test and its verdict.
fn verdicts(record: &Record) -> Vec<(String, Verdict)> {
    record.tests.iter().map(|(key, ran)| (key.to_string(), ran.verdict)).collect()
}

fn one<'a>(record: &'a Record, title: &str) -> &'a Ran {
    let found = record.tests.iter().find(|(key, _)| key.titles.last().is_some_and(|t| t == title));
    found.map(|(_, ran)| ran).unwrap()
}

#[test]
fn our_own_file_says_what_the_run_said() {
    let record = read(OURS, "results.json").unwrap();
    let run = &record.run;
    assert_eq!(run.at, Some(UnixMillis(1_795_154_400_000)));
    assert_eq!((run.commit.as_deref(), run.branch.as_deref()), (Some("0f3c"), Some("main")));
    assert_eq!(record.digest.as_ref().unwrap().0, "sha256:feed");
    // What went wrong outside of all tests is no test.
    let flaky = ("[desk] › cart.spec.ts › cart › adds".to_owned(), Verdict::Flaky);
    let not_run = ("[desk] › cart.spec.ts › cart › never came".to_owned(), Verdict::NotRun);
    assert_eq!(verdicts(&record), [flaky, not_run]);
    let adds = one(&record, "adds");
    let told: Vec<_> = adds.executions.iter().map(|one| (one.end, one.duration)).collect();
    let (first, last) = (Duration::from_millis(600), Duration::from_millis(300));
    assert_eq!(told, [(End::Ill, first), (End::Well, last)]);
    assert_eq!((adds.executions[0].error.as_str(), adds.shards[0].get()), ("Error: first", 1));
}

#[test]
fn the_file_of_playwrights_ctrf_reporter_names_the_same_tests() {
    let record = read(PLAYWRIGHT, "results.json").unwrap();
    // In seconds.
    assert_eq!(record.run.at, Some(UnixMillis(1_795_154_400_000)));
    let name = |title: &str| format!("[desk] › cart.spec.ts › cart › {title}");
    let expected = [
        (name("adds"), Verdict::Passed),
        (name("pays"), Verdict::TimedOut),
        (name("ships"), Verdict::Skipped),
    ];
    assert_eq!(verdicts(&record), expected);
    let pays = one(&record, "pays");
    assert_eq!(pays.ill().count(), 3);
    assert_eq!(pays.executions[2].error, "Test timeout of 5000ms exceeded.");
}

#[test]
fn values_of_other_types_are_read_or_left_out_and_names_told_apart() {
    let record = read(LOOSE, "results.json").unwrap();
    assert_eq!(record.run.at, Some(UnixMillis(1_795_154_400_000)));
    let expected = [
        ("(no file) › one".to_owned(), Verdict::Flaky),
        ("math › one".to_owned(), Verdict::Skipped),
        ("[firefox] › math › add › two".to_owned(), Verdict::NotRun),
    ];
    assert_eq!(verdicts(&record), expected);
    let (first, last) = (&record.tests.values().next().unwrap().executions, one(&record, "two"));
    assert_eq!((first.len(), first[1].duration), (2, Duration::from_millis(13)));
    assert_eq!((last.executions.len(), last.executions[0].error.as_str()), (1, "boom"));
    let twice =
        r#"{"results":{"tests":[{"name":"a","status":"passed"},{"name":"a","status":"failed"}]}}"#;
    let record = read(twice, "x").unwrap();
    let twins = ["(no file) › a", "(no file) › a (repeat 1)"].map(str::to_owned);
    let told: Vec<String> = record.tests.keys().map(ToString::to_string).collect();
    assert_eq!((told, record.run.at), (twins.to_vec(), None));
}

#[test]
fn what_is_no_report_is_told_from_a_broken_one() {
    let foreign = ["{}", "[]", "3", r#"{"results":[]}"#, r#"{"results":{"tests":"none"}}"#];
    for text in foreign {
        assert_eq!(read(text, "x"), Err(CtrfError::Foreign), "{text}");
    }
    let said = |text: &str| read(text, "x").unwrap_err().to_string();
    assert_eq!(said(r#"{"reportFormat":"CTRF"}"#), "is CTRF without `results.tests`");
    assert_eq!(said(" "), "is empty");
    assert_eq!(said(r#"{"results":"#), "line 1, column 11: ends in the middle");
    let nameless =
        "{\"reportFormat\":\"CTRF\",\"results\":{\"tests\":[\n{\"status\":\"passed\"}]}}";
    let missing = "line 2, column 19: missing field `name`";
    assert_eq!(said(nameless), missing);
    assert!(claims(nameless) && claims(LOOSE) && !claims("{\"compilerOptions\":{} // x"));
}
