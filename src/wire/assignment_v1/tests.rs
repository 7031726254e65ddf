//! Questions written and answers read.

use std::time::Duration;

use proptest::prelude::{any, prop};
use proptest::{prop_assert_eq, proptest};

use crate::model::id::TestKey;
use crate::model::plan::PlannedGroup;
use crate::model::suite::{GroupKind, Project, RunnerSettings, Source, Suite, TestCase, TestGroup};
use crate::model::timings::{Costs, Estimate, Estimates, LastResult};
use crate::wire::assignment_v1::{AnswerError, answer, ask, name};
use crate::wire::envelope::EnvelopeError;

const QUESTION: &str = include_str!("../../../fixtures/wire/deal-v1.json");
const ANSWER: &str = include_str!("../../../fixtures/wire/assignment-v1.json");

fn test(file: &str, project: &str, title: &str) -> TestCase {
    let (file, project) = (file.to_owned(), project.to_owned());
    let titles = vec!["cart › \"adds\"".to_owned(), title.to_owned()];
    let key = TestKey { file, project, titles, repeat: 0 };
    TestCase { key, runner_id: None, tags: vec!["@smoke".to_owned()], line: 3, column: 5 }
}

fn project(name: &str, dependencies: &[&str], teardown: Option<&str>) -> Project {
    Project {
        name: name.to_owned(),
        dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
        teardown: teardown.map(str::to_owned),
        workers: None,
    }
}

/// What the golden question tells.
fn golden() -> (Vec<PlannedGroup>, Suite, Estimates) {
    let (cart, web) = ("tests/cart.spec.ts", "chromium");
    let mut again = test(cart, web, "once more ]]> 🎉");
    again.key.repeat = 1;
    again.tags.clear();
    let groups = [
        (cart, GroupKind::File, vec![test(cart, web, "one"), again], 3_000),
        ("tests/made.spec.ts", GroupKind::Opaque, vec![], 2_000),
    ];
    let deck = groups.map(|(file, kind, tests, millis)| PlannedGroup {
        group: TestGroup {
            project: web.to_owned(),
            file: file.to_owned(),
            kind,
            worker: String::new(),
            tests,
        },
        estimate: Duration::from_millis(millis),
    });
    let mut estimates = Estimates { fallback: Duration::from_secs(1), ..Estimates::default() };
    let second = Duration::from_secs(1);
    estimates.costs =
        Costs { start: second, worker: second / 2, file: second / 10, end: second / 5, pace: 200 };
    let known = Estimate { duration: second / 2, last: Some(LastResult::Flaky), flaky: 3 };
    estimates.tests.insert(test(cart, web, "one").key, known);
    let suite = Suite {
        source: Source::Playwright,
        groups: Vec::new(),
        shared: vec![test("tests/auth.setup.ts", "setup", "log in")],
        projects: vec![
            project("setup", &[], Some("clean")),
            Project { workers: Some(2), ..project("chromium", &["setup"], None) },
        ],
        settings: RunnerSettings::default(),
    };
    (deck.to_vec(), suite, estimates)
}

#[test]
fn the_golden_question_of_version_1_is_what_is_asked() {
    let (deck, suite, estimates) = golden();
    assert_eq!(ask(&deck, &suite, &estimates, 3, 2), QUESTION);
}

#[test]
fn the_golden_answer_of_version_1_is_read_for_ever() {
    assert_eq!(answer(ANSWER, 2), Ok(vec![vec![1], vec![], vec![0]]));
}

#[test]
fn an_answer_may_leave_out_what_it_is() {
    assert_eq!(answer("\u{feff} {\"shards\":[[\"g1\"]], \"why\": 1}\n", 1), Ok(vec![vec![0]]));
}

#[test]
fn what_is_no_answer_is_named_with_its_place() {
    for (text, said) in [
        ("", "is empty"),
        (" \n", "is empty"),
        ("hello", "line 1, column 1: is not JSON: expected value"),
        ("{\"shards\": [[\"g1\"", "line 1, column 17: ends in the middle"),
        ("{}", "line 1, column 2: missing field `shards`"),
        ("[[\"g1\"]]", "is no object with `shards` in it"),
        ("[null, null, []]", "is no object with `shards` in it"),
        ("{\"shards\": [[1]]}", "line 1, column 14: invalid type: integer `1`, expected a string"),
        ("{\"shards\": []} done", "line 1, column 16: is not JSON: trailing characters"),
        (
            "{\"format\": \"shardwright.plan\", \"version\": 1, \"shards\": []}",
            "is not a `shardwright.assignment` file but a `shardwright.plan` file",
        ),
        ("{\"version\": 1, \"shards\": []}", "is not a `shardwright.assignment` file"),
        (
            "{\"format\": \"shardwright.assignment\", \"version\": 2, \"shards\": []}",
            "was written by a newer shardwright (version 2; this one reads up to 1)",
        ),
        ("{\"shards\": [[], [\"g3\"]]}", "deals `g3` to shard 2, and no group has that name"),
    ] {
        let error = answer(text, 2).expect_err(text);
        assert_eq!(error.to_string(), said, "{text}");
    }
    assert_eq!(answer("", 0), Err(AnswerError::Envelope(EnvelopeError::Empty)));
    for id in ["g0", "g", "1", "g01", "g+1", "G1", "", "g99999999999999999999999"] {
        let text = format!("{{\"shards\": [[\"{id}\"]]}}");
        assert_eq!(answer(&text, 2), Err(AnswerError::Unknown(id.to_owned(), 1)));
    }
}

#[test]
fn a_name_without_end_is_shown_in_part() {
    let text = format!("{{\"shards\": [[\"{}\"]]}}", "é".repeat(5_000));
    let error = answer(&text, 2).expect_err("no such group");
    assert!(error.to_string().len() < 250, "{error}");
}

proptest! {
    #[test]
    fn every_position_has_a_name_that_leads_back_to_it(hands in prop::collection::vec(prop::collection::vec(0_usize..500, 0..9), 0..9)) {
        let names: Vec<Vec<String>> =
            hands.iter().map(|hand| hand.iter().map(|position| name(*position)).collect()).collect();
        let text = serde_json::json!({ "shards": names }).to_string();
        prop_assert_eq!(answer(&text, 500), Ok(hands));
    }

    #[test]
    fn no_answer_breaks_the_reader(text in any::<String>(), torn in 0_usize..80) {
        answer(&text, 3).ok();
        answer(&ANSWER[..torn.min(ANSWER.len())], 3).ok();
    }
}
