//! What is written is read back, and foreign files are joined.

mod attempts;
mod clocks;
mod copies;
mod hostile;
mod lost;
mod reruns;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::{any, proptest};

use crate::model::event::{AttemptEnd, AttemptId, Reason, RunnerVerdict, TestError, UnixMillis};
use crate::model::id::ShardNumber;
use crate::model::outcome::{Conclusion, Outcome};
use crate::report::facts;
use crate::report::junit::Junit;
use crate::report::junit::check::merge;
use crate::report::junit::merge::{JunitMergeError, Merged};
use crate::report::junit::totals::JunitTotals;
use crate::report::sample::{START, Sample, calm, key, stormy};
use crate::wire::junit::Status;
use crate::wire::junit::error::JunitError;
use crate::wire::junit::read::{Case, Cases, Item, Suite};

const PLAYWRIGHT: &str = r#"<testsuites id="" name="" tests="9" failures="1" skipped="1" errors="0" time="14.2">
<testsuite name="sub/a.spec.ts" timestamp="2026-01-01T00:00:00.000Z" hostname="alpha" tests="7" failures="0" skipped="1" time="3.1" errors="0">
<testcase name="outer › one ]]&gt; &lt;b&gt;" classname="sub/a.spec.ts" time="0.035">
<system-out>
<![CDATA[hi [[ATTACHMENT|x.png]]
]]>
</system-out>
<failure message="expect(received).toBe(expected)" type="expect.toBe">
<![CDATA[  [alpha] › ]]&gt; text
]]>
</failure>
</testcase>
<testcase name="three" classname="sub/a.spec.ts">
<properties>
<property name="skip" value="">
</property>
</properties>
<skipped>
</skipped>
</testcase>
</testsuite>
</testsuites>"#;

const FOREIGN: &str = r#"<?xml version="1.0"?>
<!-- another tool -->
<testsuite name="outer" tests="99" xmlns:x="urn:x" x:by="me" failures="7">
  <testsuite name="inner"><testcase name="a&#27;b" time="1,000.5"/></testsuite>
  <testcase name="wobbly" time="NaN"><flakyFailure message="x"/><rerunFailure/></testcase>
  <testcase name="broken"><error>
     no &lt;luck&gt; &#128512;
  </error><failure message="later"/><system-out>&amp;<nested><failure/><testsuite tests="5"/></nested></system-out></testcase>
</testsuite>"#;

fn read(path: &Path) -> Result<Vec<Item>, JunitError> {
    Cases::open(path)?.collect()
}

fn read_text(text: &[u8]) -> Result<Vec<Item>, JunitError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    read(file.path())
}

fn cases(items: &[Item]) -> Vec<&Case> {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Case(case) => Some(case),
            Item::Suite(_) | Item::SuiteEnd => None,
        })
        .collect()
}

/// What the reader counts by suite: status by status.
fn counts(items: &[Item]) -> BTreeMap<(String, String), BTreeMap<Status, usize>> {
    let mut counts = BTreeMap::<_, BTreeMap<Status, usize>>::new();
    let mut open: Vec<Suite> = Vec::new();
    for item in items {
        match item {
            Item::Suite(suite) => open.push(suite.clone()),
            Item::Case(case) => {
                let suite = open.last().unwrap();
                let at = (suite.name.clone(), suite.hostname.clone());
                *counts.entry(at).or_default().entry(case.status).or_default() += 1;
            }
            Item::SuiteEnd => {
                open.pop();
            }
        }
    }
    counts
}

fn expected(sample: &Sample) -> BTreeMap<(String, String), BTreeMap<Status, usize>> {
    let mut counts = BTreeMap::<_, BTreeMap<Status, usize>>::new();
    for (key, test) in &sample.outcome.tests {
        let at = (key.file.clone(), key.project.clone());
        *counts.entry(at).or_default().entry(Status::from(test.verdict())).or_default() += 1;
    }
    let problems = facts::problems(&sample.outcome).len();
    if problems > 0 {
        counts.insert(("shardwright".into(), String::new()), [(Status::Error, problems)].into());
    }
    counts
}

#[test]
fn every_file_counts_what_the_outcome_counts() {
    for sample in [calm(), stormy()] {
        let items = read_text(sample.text_of(&Junit).as_bytes()).unwrap();
        assert_eq!(counts(&items), expected(&sample));
    }
}

#[test]
fn the_numbers_on_the_root_are_those_of_its_cases() {
    let text = stormy().text_of(&Junit);
    assert!(
        text.contains(r#"tests="9" failures="2" skipped="1" errors="3" time="4.200""#),
        "{text}"
    );
}

#[test]
fn a_run_that_is_no_success_has_a_case_that_says_so() {
    let id = AttemptId { shard: ShardNumber::at(0), attempt: 1 };
    let spoil: [fn(&mut Outcome, AttemptId); 7] = [
        |_, _| {},
        |outcome, id| outcome.errors.push((id, TestError::default())),
        |outcome, _| {
            outcome.unplanned.insert(key("", "a.spec.ts", &["stray"]));
        },
        |outcome, _| outcome.shards[1].attempts.clear(),
        |outcome, _| outcome.shards[1].attempts[0].ended = None,
        |outcome, _| end(outcome, AttemptEnd::Cancelled(Reason::User)),
        |outcome, _| end(outcome, AttemptEnd::Finished(RunnerVerdict::Failed)),
    ];
    for (index, spoil) in spoil.iter().enumerate() {
        let mut sample = calm();
        spoil(&mut sample.outcome, id);
        let items = read_text(sample.text_of(&Junit).as_bytes()).unwrap();
        let bad = cases(&items).iter().any(|case| case.status > Status::Skipped);
        assert_eq!(bad, sample.outcome.conclusion() != Conclusion::Passed, "{index}");
        assert_eq!(bad, index > 0, "{index}");
    }
}

fn end(outcome: &mut Outcome, end: AttemptEnd) {
    outcome.shards[0].attempts[0].ended = Some((UnixMillis(START), end));
}

#[test]
fn names_are_read_back_without_what_xml_forbids_as_playwright_writes_them() {
    let items = read_text(stormy().text_of(&Junit).as_bytes()).unwrap();
    let bad = cases(&items).into_iter().find(|case| case.name.contains("alert")).unwrap();
    assert_eq!(
        bad.name,
        "cart › ]]> <script>alert(1)</script> \"q\" 'a' & | `c` *b* \\ › 🎉 ::error::x [31mred[0m  @team\n# two\t%0A"
    );
    assert_eq!(bad.classname, "shop.spec.ts");
    assert_eq!(bad.time, Duration::from_millis(700));
    assert!(bad.message.starts_with("]]> <script>"), "{}", bad.message);
}

#[test]
fn a_test_without_a_result_says_why_and_is_never_passed_or_skipped() {
    let items = read_text(stormy().text_of(&Junit).as_bytes()).unwrap();
    let named = |name: &str| cases(&items).into_iter().find(|case| case.name == name).unwrap();
    let lost = named("never came");
    assert_eq!(lost.status, Status::Error);
    assert_eq!(lost.message, "did not run: shard 2 ended early: out-of-memory: killed at 2 GB <b>");
    assert_eq!(named("was running").status, Status::Error);
    assert_eq!(named("waits").status, Status::Failed);
    assert_eq!(named("cart › wobbles").status, Status::Passed);
}

#[test]
fn retries_shards_and_flaky_failures_are_told() {
    let text = stormy().text_of(&Junit);
    let wobbles = text.split("<testcase ").find(|case| case.contains("wobbles")).unwrap();
    for part in [
        r#"<property name="shardwright.verdict" value="flaky">"#,
        r#"<property name="shardwright.shard" value="1">"#,
        r#"<property name="shardwright.retries" value="1">"#,
        r#"<flakyFailure message="expect(received).not.toBe(expected)" type="expect.not.toBe" time="0.400">"#,
    ] {
        assert!(wobbles.contains(part), "{part} in {wobbles}");
    }
    assert!(text.contains("[[ATTACHMENT|test-results/a b/shot.png]]"));
    assert!(text.contains(r#"<property name="shardwright.shard" value="1, 2">"#));
}

#[test]
fn a_test_that_failed_every_time_has_its_first_failure_and_the_others_as_reruns() {
    let mut sample = stormy();
    let tests = sample.outcome.tests.values_mut();
    let test = tests.into_iter().find(|test| test.case.key.title().contains("alert")).unwrap();
    for (retry, message) in [(1, "Error: the second"), (2, "Error: the third")] {
        let mut run = test.runs[0].clone();
        (run.result.retry, run.result.errors[0].message) = (retry, message.to_owned());
        test.runs.push(run);
    }
    let written = sample.text_of(&Junit);
    let case = written.split("<testcase ").find(|case| case.contains("alert")).unwrap();
    let (_, failure) = case.split_once("<failure message=\"").unwrap();
    assert!(failure.starts_with("]]&gt; &lt;script&gt;"), "{failure}");
    let reruns: Vec<_> = case.split("<rerunFailure message=\"").skip(1).collect();
    assert_eq!(reruns.len(), 2, "{case}");
    assert!(reruns[0].starts_with("the second\" type=\"Error\" time=\"0.700\">"), "{case}");
    assert!(reruns[1].starts_with("the third\" "), "{case}");
    assert!(!case.contains("<flakyFailure"), "{case}");
    let items = read_text(written.as_bytes()).unwrap();
    assert_eq!(counts(&items), expected(&sample));
}

#[test]
fn playwrights_own_file_is_read() {
    let items = read_text(PLAYWRIGHT.as_bytes()).unwrap();
    let seen: Vec<_> = cases(&items)
        .iter()
        .map(|case| (case.name.as_str(), case.status, case.message.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("outer › one ]]> <b>", Status::Failed, "expect(received).toBe(expected)"),
            ("three", Status::Skipped, ""),
        ]
    );
}

#[test]
fn a_foreign_file_is_read() {
    let items = read_text(FOREIGN.as_bytes()).unwrap();
    let seen: Vec<_> = cases(&items)
        .iter()
        .map(|case| (case.name.as_str(), case.status, case.message.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("a\u{1b}b", Status::Passed, ""),
            ("wobbly", Status::Passed, ""),
            ("broken", Status::Error, "no <luck> 😀"),
        ]
    );
    assert_eq!(cases(&items)[0].time, Duration::from_millis(1_000_500));
}

#[test]
fn what_is_no_junit_file_is_refused() {
    let deep = "<testsuite>".repeat(70);
    let bomb = "<!DOCTYPE a [<!ENTITY b \"c\">]><testsuite><testcase name=\"x\"><error>&b;</error></testcase></testsuite>";
    let refused = [
        ("", "is empty"),
        ("<?xml version=\"1.0\"?>\n<!-- nothing -->\n", "there is no `testsuites`"),
        ("{\"a\": 1}", "there is no `testsuites`"),
        ("<testsuites><testsuite>", "ends in the middle"),
        ("<html></html>", "is not a JUnit file"),
        ("<testsuites></testsuites><html></html>", "is not a JUnit file"),
        ("<testsuites></testsuites></testsuites>", "is not well-formed XML"),
        ("<testsuites></testsuite>", "is not well-formed XML"),
        ("<testsuite><testcase name=\"a\" name=\"b\"/></testsuite>", "is not well-formed XML"),
        (deep.as_str(), "nests elements more than 64 deep"),
        (bomb, "uses the entity `b`"),
    ];
    for (text, message) in refused {
        let failure = read_text(text.as_bytes()).unwrap_err().to_string();
        assert!(failure.contains(message), "{text}: {failure}");
    }
}

fn files(folder: &Path, texts: &[&str]) -> Vec<PathBuf> {
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let path = folder.join(format!("{index}.xml"));
            fs::write(&path, text).unwrap();
            path
        })
        .collect()
}

#[test]
fn joined_files_hold_every_case_and_counted_totals() {
    let folder = tempfile::tempdir().unwrap();
    let ours = stormy().text_of(&Junit);
    let inputs = files(folder.path(), &[PLAYWRIGHT, FOREIGN, &ours]);
    let output = folder.path().join("out/joined.xml");
    let totals = merge(&inputs, &output).unwrap().totals;
    let items = read(&output).unwrap();
    let mut again = JunitTotals::default();
    for case in cases(&items) {
        again.count(case.status, case.time);
    }
    assert_eq!(totals, again);
    assert_eq!((totals.tests, totals.failures, totals.errors, totals.skipped), (14, 3, 4, 2));
    let text = fs::read_to_string(&output).unwrap();
    assert!(
        text.contains(r#"<testsuites tests="14" failures="3" skipped="2" errors="4" "#),
        "{text}"
    );
    assert!(text.contains(r#"<testsuite name="outer" xmlns:x="urn:x" x:by="me" tests="3" failures="0" skipped="0" errors="1" "#), "{text}");
    assert!(text.contains(r#"<nested><failure/><testsuite tests="5"/></nested>"#), "{text}");
    assert!(!text.contains("&#27;"));
    let once = files(folder.path(), &[&text]);
    let twice = folder.path().join("twice.xml");
    assert_eq!(merge(&once, &twice).unwrap().totals, totals);
    assert_eq!(fs::read_to_string(&twice).unwrap(), text);
}

#[test]
fn a_file_cut_anywhere_is_refused_and_the_output_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("joined.xml");
    fs::write(&output, "old").unwrap();
    for (end, _) in PLAYWRIGHT.char_indices() {
        let inputs = files(folder.path(), &[FOREIGN, &PLAYWRIGHT[..end]]);
        let failure = merge(&inputs, &output).unwrap_err();
        assert!(
            matches!(
                failure,
                JunitMergeError::Read(
                    JunitError::Empty { .. }
                        | JunitError::Truncated { .. }
                        | JunitError::Xml { .. }
                )
            ),
            "{failure}"
        );
    }
    assert_eq!(fs::read_to_string(&output).unwrap(), "old");
}

#[test]
fn no_files_give_an_empty_file() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("joined.xml");
    assert_eq!(merge(&[], &output).unwrap(), Merged::default());
    assert_eq!(read(&output).unwrap(), []);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
        let _ = read_text(&bytes);
    }

    #[test]
    fn any_damage_to_a_file_is_read_or_refused(at in 0..FOREIGN.len(), byte in any::<u8>()) {
        let mut bytes = FOREIGN.as_bytes().to_vec();
        bytes[at] = byte;
        let read = read_text(&bytes);
        assert!(read.is_err() || read.unwrap().len() < 20);
    }

    #[test]
    fn any_title_and_message_is_read_back(title in any::<String>(), message in any::<String>()) {
        let mut sample = calm();
        let (key, mut test) = sample.outcome.tests.pop_first().unwrap();
        test.case.key.titles = vec![title.clone()];
        test.runs[0].result.stdout.clone_from(&message);
        sample.outcome.tests.insert(key, test);
        let items = read_text(sample.text_of(&Junit).as_bytes()).unwrap();
        let clean = crate::report::text::xml(&title).into_owned();
        assert!(cases(&items).iter().any(|case| case.name == clean));
    }
}
