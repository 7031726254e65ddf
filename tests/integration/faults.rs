//! Every fault at every moment: no test is lost, what could be healed is, and 0 means that all
//! passed. The sandbox is scripted, so that a whole table takes seconds.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::Said;
use crate::support::place::Place;
use crate::support::script::{six, with_result};

const REPORT: &str = "shardwright-report";

/// When a shard dies, with the tests that have ended by then.
const MOMENTS: [(&str, usize); 5] = [
    ("before-the-first-event", 0),
    ("in-a-test", 2),
    ("between-tests", 2),
    ("after-the-last-test", 6),
    ("while-reporting", 6),
];

/// How a shard dies; the exit codes of a run in which its first attempt does, at each moment; and
/// those where all its attempts do.
struct Row {
    how: &'static str,
    code: i32,
    once: [i32; 5],
    always: [i32; 5],
}

const ROWS: [Row; 8] = [
    // A test that is over keeps its result, so there is nothing to try again after the last; what
    // was lost is the runner's own end.
    Row { how: "exit", code: 137, once: [0, 0, 0, 3, 3], always: [3, 3, 3, 3, 3] },
    Row { how: "exit", code: 0, once: [0, 0, 0, 3, 0], always: [3, 3, 3, 3, 0] },
    // Before the first event the configuration is at fault, which no second try mends; after its
    // last word the runner was content and something in its process was not.
    Row { how: "exit", code: 1, once: [3, 0, 0, 3, 1], always: [3, 3, 3, 3, 1] },
    Row { how: "out-of-memory", code: 137, once: [0, 0, 0, 3, 3], always: [3, 3, 3, 3, 3] },
    Row { how: "disk-full", code: 1, once: [0, 0, 0, 3, 3], always: [3, 3, 3, 3, 3] },
    Row { how: "timed-out", code: 137, once: [3, 3, 3, 3, 3], always: [3, 3, 3, 3, 3] },
    Row { how: "stalled", code: 0, once: [0, 0, 0, 3, 3], always: [3, 3, 3, 3, 3] },
    Row { how: "engine-gone", code: 137, once: [0, 0, 0, 3, 3], always: [3, 3, 3, 3, 3] },
];

/// Six tests in one shard that dies like this, for so many attempts.
fn dying(row: &Row, (moment, after): (&str, usize), attempts: Option<u32>) -> Place {
    let mut script = six();
    script["deaths"]["1"] = json!({"moment": moment, "after": after, "how": row.how,
        "code": row.code, "attempts": attempts});
    Place::scripted(&script)
}

/// How each test ended in the `results.json` of a folder.
fn statuses(place: &Place, folder: &str) -> BTreeMap<String, String> {
    let results = &place.json(&format!("{folder}/results.json"))["results"];
    let tests = results["tests"].as_array().expect("tests").iter();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let own = tests.filter(|test| test["rawStatus"] != "error");
    own.map(|test| (text(&test["name"]), text(&test["rawStatus"]))).collect()
}

#[test]
fn every_fault_at_every_moment_loses_no_test() {
    for row in ROWS {
        for (column, moment) in MOMENTS.into_iter().enumerate() {
            for (attempts, codes) in [(Some(1), row.once), (None, row.always)] {
                let case = format!("{} {} {} {attempts:?}", row.how, row.code, moment.0);
                let place = dying(&row, moment, attempts);
                let said = place.play(&["run", "-q", "--stall-timeout", "100ms"]);
                assert_eq!(said.code, codes[column], "{case}\n{}", said.stderr);
                let statuses = statuses(&place, REPORT);
                assert_eq!(statuses.len(), 6, "{case} {statuses:?}");
                // What had ended before the fault is told as it ended.
                let passed = statuses.values().filter(|status| *status == "passed").count();
                assert!(passed >= moment.1, "{case} {statuses:?}");
                assert!(passed == 6 || said.code != 0, "{case} {statuses:?}");
            }
        }
    }
}

/// The names of the tests in the order in which an attempt began them.
fn began(place: &Place, attempt: u32) -> Vec<String> {
    let events = place.read("shardwright-report/shards/1/events.ndjson");
    let events = events.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    events
        .filter(|event| event["event"] == "test-began" && event["attempt"] == attempt)
        .map(|event| event["key"]["titles"][0].as_str().expect("a title").to_owned())
        .collect()
}

#[test]
fn another_try_runs_what_has_no_result_and_then_what_ran_when_it_ended() {
    let mut script = six();
    script["deaths"]["1"] = json!({"after": 2, "code": 137, "attempts": 1});
    let place = Place::scripted(&script);
    let said = place.play(&["run", "--strategy", "file"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let [first, mut others, suspects] = [1, 2, 3].map(|attempt| began(&place, attempt));
    assert_eq!((first.len(), others.len()), (3, 3), "{first:?} {others:?}");
    assert_eq!(suspects, first[2..]);
    others.extend(first.iter().cloned());
    others.sort();
    assert_eq!(others, ["a1", "b1", "b2", "c1", "c2", "c3"]);
    let told = format!(
        "shard 1: 3 tests again, in a fresh sandbox; what ran when it ended comes after them: \
         `[chromium] › {}.spec.ts › {}`",
        &first[2][..1],
        first[2]
    );
    assert!(said.stderr.contains(&told), "no `{told}` in {}", said.stderr);
}

#[test]
fn a_test_that_fails_and_then_passes_in_a_fresh_sandbox_is_flaky() {
    let mut script = with_result(six(), "b2", "failed", "boom");
    script["results"]["b2@2"] = json!({"status": "passed", "duration": 7});
    let place = Place::scripted(&script);
    assert_eq!(place.play(&["run", "-q"]).code, 1);
    let said = place.play(&["run", "-q", "--retries", "2"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(began(&place, 2), ["b2"]);
    assert!(began(&place, 3).is_empty());
    assert_eq!(statuses(&place, REPORT)["b2"], "flaky");
    assert_eq!(place.play(&["run", "-q", "--retries", "2", "--fail-on-flaky"]).code, 1);
}

#[test]
fn a_fault_gives_a_failed_test_no_second_chance() {
    let mut script = with_result(six(), "c1", "failed", "boom");
    script["results"]["c1@2"] = json!({"status": "passed", "duration": 7});
    script["deaths"]["1"] = json!({"after": 3, "code": 137, "attempts": 1});
    let place = Place::scripted(&script);
    let said = place.play(&["run", "-q", "--strategy", "file"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert_eq!(statuses(&place, REPORT)["c1"], "failed");
    // Asked for both, each does its own.
    let said = place.play(&["run", "-q", "--strategy", "file", "--retries", "1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(statuses(&place, REPORT)["c1"], "flaky");
    assert_eq!(began(&place, 4), ["c1"]);
}

#[test]
fn a_fault_takes_no_failed_test_its_other_try() {
    let mut script =
        with_result(with_result(six(), "b1", "failed", "boom"), "b2", "failed", "boom");
    script["results"]["b1@2"] = json!({"status": "passed", "duration": 7});
    script["results"]["b2@2"] = json!({"status": "passed", "duration": 7});
    for (how, moment) in [
        ("out-of-memory", "in-a-test"),
        ("engine-gone", "between-tests"),
        ("engine-gone", "before-the-first-event"),
    ] {
        script["deaths"]["1"] = json!({"after": 0, "moment": moment, "how": how, "code": 137,
            "from": 2, "attempts": 2});
        let place = Place::scripted(&script);
        let said = place.play(&["run", "-q", "--retries", "1"]);
        assert_eq!(said.code, 0, "{how} {moment}\n{}", said.stderr);
        let found = statuses(&place, REPORT);
        assert_eq!([&found["b1"], &found["b2"]], ["flaky", "flaky"], "{how} {moment}");
        // Where no other try helps, they have failed, and the shard is lost.
        let said = place.play(&["run", "-q", "--retries", "1", "--fault-retries", "0"]);
        assert_eq!(said.code, 3, "{how} {moment}\n{}", said.stderr);
        assert_eq!(statuses(&place, REPORT)["b2"], "failed");
    }
}

#[test]
fn a_test_whose_worker_or_browser_dies_gets_two_more_tries() {
    for text in ["Error: worker process exited unexpectedly (code=null)", "page.goto: Page crashed"]
    {
        let mut script = with_result(six(), "b2", "failed", text);
        let place = Place::scripted(&script);
        assert_eq!(place.play(&["run", "-q"]).code, 1);
        let tries = [1, 2, 3, 4].map(|attempt| began(&place, attempt).len());
        assert_eq!(tries, [6, 1, 1, 0]);
        assert_eq!(place.play(&["run", "-q", "--fault-retries", "0"]).code, 1);
        assert!(began(&place, 2).is_empty());
        script["results"]["b2@3"] = json!({"status": "passed", "duration": 7});
        let place = Place::scripted(&script);
        assert_eq!(place.play(&["run", "-q"]).code, 0);
        assert_eq!(statuses(&place, REPORT)["b2"], "flaky");
    }
}

#[test]
fn after_as_many_failures_as_are_allowed_no_shard_is_started() {
    let script = with_result(with_result(six(), "c1", "failed", "boom"), "b1", "failed", "boom");
    let place = Place::scripted(&script);
    let run = |arguments: &[&str]| {
        let all = [&["run", "-q", "--shards", "3", "--jobs", "1"], arguments].concat();
        let said = place.play(&all);
        assert_eq!(said.code, 1, "{}", said.stderr);
        let statuses = statuses(&place, REPORT);
        assert_eq!(statuses.len(), 6);
        statuses.values().filter(|status| *status == "not-run").count()
    };
    assert_eq!(run(&[]), 0);
    assert_eq!(run(&["-x"]), 3);
    assert_eq!(run(&["--max-failures", "1"]), 3);
    assert_eq!(run(&["--max-failures", "2"]), 1);
    assert_eq!(run(&["--max-failures", "3"]), 0);
    // What may still be healed has not failed yet.
    assert_eq!(run(&["-x", "--retries", "1"]), 3);
    let events = place.read("shardwright-report/shards/1/events.ndjson");
    assert_eq!(events.matches("attempt-started").count(), 2, "{events}");
}

#[test]
fn a_test_whose_browser_died_has_not_failed_before_its_last_try() {
    let mut script = with_result(six(), "b1", "failed", "page.goto: Page crashed");
    script["results"]["b1@2"] = json!({"status": "passed", "duration": 7});
    let place = Place::scripted(&script);
    let run = |arguments: &[&str]| {
        let all = [&["run", "-q", "-x", "--shards", "3", "--jobs", "1"], arguments].concat();
        let said = place.play(&all);
        let found = statuses(&place, REPORT);
        (said.code, found["b1"].clone(), found.values().filter(|end| *end == "not-run").count())
    };
    assert_eq!(run(&[]), (0, "flaky".to_owned(), 0));
    // Where nothing is tried again, it has.
    assert_eq!(run(&["--fault-retries", "0"]), (1, "failed".to_owned(), 1));
    assert_eq!(run(&["--retry-budget", "0"]), (1, "failed".to_owned(), 1));
    assert_eq!(run(&["--retry-budget", "0", "--retries", "1"]), (1, "failed".to_owned(), 1));
}

#[test]
fn a_dying_suite_comes_to_an_end() {
    let mut script = six();
    for shard in 1..=3 {
        script["deaths"][shard.to_string()] = json!({"how": "engine-gone"});
    }
    let place = Place::scripted(&script);
    let attempts = |arguments: &[&str]| {
        let said = place.play(&[&["run", "-q", "--shards", "3"], arguments].concat());
        assert_eq!(said.code, 3, "{}", said.stderr);
        let count = |shard| {
            let events = place.read(&format!("shardwright-report/shards/{shard}/events.ndjson"));
            events.matches("attempt-started").count()
        };
        (1..=3).map(count).sum::<usize>()
    };
    assert_eq!(attempts(&["--fault-retries", "0"]), 3);
    assert_eq!(attempts(&[]), 3 * 4);
    assert_eq!(attempts(&["--fault-retries", "1"]), 3 * 2);
    assert_eq!(attempts(&["--retry-budget", "4"]), 3 + 4);
}

#[test]
fn what_a_shard_cannot_finish_goes_to_those_that_can_still_run() {
    let mut script = six();
    script["deaths"]["2"] = json!({"after": 0, "moment": "between-tests", "how": "engine-gone"});
    let place = Place::scripted(&script);
    let run = |arguments: &[&str]| {
        place.play(&[&["run", "--shards", "3", "--strategy", "round-robin"], arguments].concat())
    };
    let said = run(&[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(statuses(&place, REPORT).values().all(|status| status == "passed"));
    assert!(said.stderr.contains("takes over 2 tests of shard 2"), "{}", said.stderr);
    let told = "engine-gone, 2 tests dealt again to other shards";
    assert!(said.flat().contains(told), "{}", said.stderr);
    for report in ["index.html", "summary.md"] {
        let text = place.read(&format!("shardwright-report/{report}"));
        assert!(text.contains(told), "no `{told}` in {report}: {text}");
    }
    // The same from the files that the run left.
    let merged = place.call(&["merge", "shardwright-report", "-o", "merged"]);
    assert_eq!(merged.code, 0, "{}", merged.stderr);
    // Where nobody may try again, nobody takes anything over.
    assert_eq!(run(&["--fault-retries", "0"]).code, 3);
    assert_eq!(run(&["--retry-budget", "3"]).code, 3);
    assert_eq!(statuses(&place, REPORT).len(), 6);
}

#[test]
fn a_limit_of_time_is_not_evaded_in_another_shard() {
    let mut script = six();
    script["deaths"]["2"] = json!({"after": 0, "moment": "between-tests", "how": "timed-out"});
    let place = Place::scripted(&script);
    let said = place.play(&["run", "--shards", "3", "--strategy", "round-robin"]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(!said.stderr.contains("takes over"), "{}", said.stderr);
}

/// A run by chance: how the shards die, what their tests write among the runner's events, and what
/// is tried again.
#[derive(Debug, Clone)]
struct Chance {
    ends: Vec<&'static str>,
    shards: u32,
    jobs: u32,
    deaths: Vec<(u32, Value)>,
    forged: Vec<(u32, Vec<String>)>,
    fault_retries: u32,
    retries: u32,
    budget: u32,
}

const TITLES: [&str; 6] = ["a1", "b1", "b2", "c1", "c2", "c3"];

/// A line that says nothing good of any test.
fn forged() -> impl Strategy<Value = String> {
    let key = select(TITLES.to_vec()).prop_map(|title| {
        json!({"project": "chromium", "file": format!("{}.spec.ts", &title[..1]),
            "titles": [title], "repeat": 0})
    });
    let kinds = ["test-begin", "test-end", "interrupted", "moved", "ended", "end", "nothing"];
    (key, select(kinds.to_vec()), 1_u32..5).prop_map(|(key, kind, shard)| {
        let result = |status: &str| {
            json!({"event": "test-end", "key": key, "result": {"status": status, "retry": 0,
                "expected": "passed", "started": 0, "duration": 1, "worker": 0, "errors": []}})
        };
        let line = match kind {
            "test-begin" => json!({"event": "test-begin", "key": key, "retry": 0, "at": 0}),
            "test-end" => result("failed"),
            "interrupted" => result("interrupted"),
            "moved" => json!({"event": "tests-moved", "shard": 1, "attempt": 1, "from": shard,
                "keys": [key]}),
            "ended" => json!({"event": "attempt-ended", "shard": shard, "attempt": 1, "at": 1,
                "end": {"finished": "passed"}}),
            "end" => json!({"event": "end", "status": "passed"}),
            _ => json!("nothing"),
        };
        line.to_string()
    })
}

fn chance() -> impl Strategy<Value = Chance> {
    let ends = prop_oneof![
        6 => Just(vec!["passed"; 6]),
        4 => vec(select(vec!["passed", "passed", "failed", "skipped", "timedOut"]), 6),
    ];
    let moments = select(MOMENTS.map(|(moment, _)| moment).to_vec());
    let how = select(vec![
        "exit",
        "out-of-memory",
        "timed-out",
        "engine-gone",
        "engine-gone",
        "disk-full",
        "stalled",
    ]);
    let attempts = prop_oneof![3 => (1_u32..4).prop_map(Some), 1 => Just(None)];
    let code = select(vec![0, 1, 137]);
    let death = (1_u32..5, 0_usize..4, moments, how, code, attempts).prop_map(
        |(shard, after, moment, how, code, attempts)| {
            let death = json!({"after": after, "moment": moment, "how": how, "code": code,
                "attempts": attempts});
            (shard, death)
        },
    );
    let lines = prop_oneof![
        3 => Just(Vec::new()),
        1 => vec((1_u32..5, vec(forged(), 1..4)), 1..3),
    ];
    let shards = (1_u32..5, 1_u32..4);
    let tries = (0_u32..4, 0_u32..3, select(vec![0, 1, 2, 4, 10, 10, 10]));
    (ends, shards, vec(death, 0..4), lines, tries).prop_map(
        |(ends, (shards, jobs), deaths, forged, (fault_retries, retries, budget))| Chance {
            ends,
            shards,
            jobs,
            deaths,
            forged,
            fault_retries,
            retries,
            budget,
        },
    )
}

impl Chance {
    fn place(&self) -> Place {
        let mut script = six();
        for (title, end) in TITLES.iter().zip(&self.ends) {
            script = with_result(script, title, end, "by chance");
        }
        for (shard, death) in &self.deaths {
            script["deaths"][shard.to_string()] = death.clone();
        }
        for (shard, lines) in &self.forged {
            script["forged"][shard.to_string()] = json!(lines);
        }
        Place::scripted(&script)
    }

    fn run(&self, place: &Place, schedule: &str) -> Said {
        let numbers = [
            ("--shards", self.shards),
            ("--jobs", self.jobs),
            ("--fault-retries", self.fault_retries),
            ("--retries", self.retries),
            ("--retry-budget", self.budget),
        ];
        let numbers = numbers.map(|(flag, number)| format!("{flag}={number}"));
        let mut arguments = vec!["run", "-q", "--stall-timeout", "100ms", "--schedule", schedule];
        arguments.extend(numbers.iter().map(String::as_str));
        place.play(&arguments)
    }
}

#[test]
fn two_hundred_runs_of_each_schedule_by_chance_report_as_many_tests_as_they_plan() {
    const RUNS: usize = 200;
    let mut chances = TestRunner::deterministic();
    let (mut planned, mut reported, mut healed, mut moved) = (0, 0, 0, 0);
    for run in 0..2 * RUNS {
        let chance = chance().new_tree(&mut chances).expect("a value").current();
        let place = chance.place();
        // What is dealt while shards run is lost as little.
        let is_dynamic = run >= RUNS;
        let said = chance.run(&place, if is_dynamic { "dynamic" } else { "static" });
        let found = statuses(&place, REPORT);
        planned += TITLES.len();
        reported += found.len();
        assert!(found.keys().eq(TITLES), "{chance:?} {found:?}");
        // 0 needs a good word on every test.
        let well = |status: &String| ["passed", "flaky", "skipped"].contains(&status.as_str());
        let all_well = found.values().all(well);
        assert!(said.code != 0 || all_well, "{chance:?} {found:?}");
        // What ends badly each time does not pass by being tried again.
        let bad = |end: &&str| ["failed", "timedOut"].contains(end);
        for (title, _) in TITLES.iter().zip(&chance.ends).filter(|(_, end)| bad(end)) {
            assert!(!well(&found[*title]), "{title} {chance:?} {found:?}");
        }
        // The files that the run left say the same.
        let merged = place.call(&["merge", "-q", "shardwright-report", "-o", "merged"]);
        assert_eq!(merged.code, said.code, "{chance:?} {found:?}\n{}", merged.stderr);
        assert_eq!(statuses(&place, "merged"), found, "{chance:?}");
        if is_dynamic {
            continue;
        }
        healed += usize::from(said.code == 0 && !chance.deaths.is_empty());
        let takes_over = |shard: u32| {
            let events = place.path(&format!("shardwright-report/shards/{shard}/events.ndjson"));
            std::fs::read_to_string(events).is_ok_and(|text| text.contains("tests-moved"))
        };
        moved += usize::from((1..=chance.shards).any(takes_over));
    }
    println!(
        "{RUNS} runs each: {planned} tests planned = {reported} reported; {healed} static ones healed; in {moved} a \
         shard took over what another one left"
    );
    assert_eq!(planned, reported);
    assert!(healed > 10 && moved > 5, "{healed} {moved}");
}
