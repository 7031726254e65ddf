//! The first two laws under many random scripts: every planned test case is in the results
//! exactly once, and exit code 0 means that all of them are well.

use std::collections::BTreeMap;

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::support::place::Place;
use crate::support::read;
use crate::support::script::{suite, with_death, with_result};

const RUNS: usize = 60;
const STRATEGIES: [&str; 6] = ["balanced", "lpt", "round-robin", "file", "tag", "fail-first"];

/// A run by chance: tests of each file and how each ends, shards, strategy, deaths.
#[derive(Debug, Clone)]
struct Chance {
    files: Vec<Vec<&'static str>>,
    shards: u32,
    strategy: &'static str,
    deaths: Vec<(u32, usize)>,
}

fn chance() -> impl Strategy<Value = Chance> {
    let end = prop_oneof![
        8 => Just("passed"),
        1 => Just("failed"),
        1 => Just("timedOut"),
        1 => Just("skipped"),
        1 => Just("interrupted"),
    ];
    let good = prop_oneof![8 => Just("passed"), 1 => Just("skipped")];
    let files = prop_oneof![
        proptest::collection::vec(proptest::collection::vec(end, 1..6), 1..9),
        proptest::collection::vec(proptest::collection::vec(good, 1..6), 1..9),
    ];
    let deaths = proptest::collection::vec((1_u32..6, 0_usize..9), 0..3);
    let deaths =
        (any::<bool>(), deaths).prop_map(|(any, deaths)| if any { deaths } else { vec![] });
    let strategy = proptest::sample::select(STRATEGIES.to_vec());
    (files, 1_u32..7, strategy, deaths).prop_map(|(files, shards, strategy, deaths)| Chance {
        files,
        shards,
        strategy,
        deaths,
    })
}

impl Chance {
    /// Its script, and how each title ends.
    fn script(&self) -> (Value, BTreeMap<String, &'static str>) {
        let mut ends = BTreeMap::new();
        let named: Vec<(String, Vec<String>)> = self
            .files
            .iter()
            .enumerate()
            .map(|(file, tests)| {
                let titles = (0..tests.len()).map(|test| format!("{file}-{test}")).collect();
                (format!("{file}.spec.ts"), titles)
            })
            .collect();
        let titles: Vec<Vec<&str>> =
            named.iter().map(|(_, titles)| titles.iter().map(String::as_str).collect()).collect();
        let files: Vec<(&str, &[&str])> = named
            .iter()
            .zip(&titles)
            .map(|((file, _), titles)| (file.as_str(), titles.as_slice()))
            .collect();
        let mut script = suite(&files);
        for (titles, file) in titles.iter().zip(&self.files) {
            for (title, end) in titles.iter().zip(file) {
                script = with_result(script, title, end, "by chance");
                ends.insert((*title).to_owned(), *end);
            }
        }
        for (shard, after) in &self.deaths {
            script = with_death(script, *shard, *after);
        }
        (script, ends)
    }
}

#[test]
fn what_is_planned_is_reported_and_0_means_that_all_is_well() {
    let mut chances = TestRunner::deterministic();
    let mut codes: BTreeMap<i32, usize> = BTreeMap::new();
    for _ in 0..RUNS {
        let chance = chance().new_tree(&mut chances).expect("a value").current();
        let code = assert_laws(&chance);
        *codes.entry(code).or_default() += 1;
    }
    // Chance came by everything that there is to see.
    assert_eq!(codes.keys().copied().collect::<Vec<_>>(), [0, 1, 3], "{codes:?}");
}

/// Checks a run and gives its exit code.
fn assert_laws(chance: &Chance) -> i32 {
    let (script, ends) = chance.script();
    let place = Place::scripted(&script);
    let shards = chance.shards.to_string();
    let said = place.play(&["run", "-q", "--shards", &shards, "--strategy", chance.strategy]);
    assert_eq!(said.stdout, "", "{chance:?}");
    let results = &place.json("shardwright-report/results.json")["results"];
    let statuses: BTreeMap<String, String> = results["tests"]
        .as_array()
        .expect("tests")
        .iter()
        // An error outside any test is a line of its own, which no plan holds.
        .filter(|test| test["rawStatus"] != "error")
        .map(|test| (text(&test["name"]), text(&test["status"])))
        .collect();
    let planned: Vec<&String> = ends.keys().collect();
    assert_eq!(statuses.keys().collect::<Vec<_>>(), planned, "{chance:?}");
    let sum: u64 = ["passed", "failed", "skipped", "pending", "other"]
        .map(|name| results["summary"][name].as_u64().unwrap_or_default())
        .iter()
        .sum();
    assert_eq!(sum, results["tests"].as_array().expect("tests").len() as u64, "{chance:?}");
    let well = statuses.values().all(|status| status == "passed" || status == "skipped");
    let died = said.stderr.contains("crash: ");
    assert_eq!(said.code == 0, well && !died, "{chance:?}\n{}", said.stderr);
    // What came to its end is told as it ended, whatever else happened.
    for (title, status) in &statuses {
        let told: &[&str] = match ends[title] {
            "passed" => &["passed", "other"],
            "skipped" => &["skipped", "other"],
            "interrupted" => &["other"],
            _ => &["failed", "other"],
        };
        assert!(told.contains(&status.as_str()), "{title} {status} {chance:?}");
    }
    said.code
}

fn is_bad(end: &str) -> bool {
    matches!(end, "failed" | "timedOut")
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// Runs of one suite by chance, each of what the ones before it left, and of a shard once more.
fn rounds() -> impl Strategy<Value = Vec<(Chance, bool)>> {
    proptest::collection::vec((chance(), any::<bool>()), 2..5)
}

#[test]
fn however_often_it_is_run_again_the_merge_has_every_test_once_and_0_means_that_all_is_well() {
    let mut chances = TestRunner::deterministic();
    let mut codes: BTreeMap<i32, usize> = BTreeMap::new();
    let mut skips = 0;
    for _ in 0..RUNS / 3 {
        let rounds = rounds().new_tree(&mut chances).expect("a value").current();
        for code in assert_laws_of(&rounds, &mut skips) {
            *codes.entry(code).or_default() += 1;
        }
    }
    assert_eq!(codes.keys().copied().collect::<Vec<_>>(), [0, 1, 3], "{codes:?}");
    assert!(skips > 0, "no test was skipped after it had failed");
}

/// Checks a run, its re-runs and their merges, and gives the exit codes of those. All rounds have the
/// suite of the first one; how its tests end is each round's own, but half of what failed last is
/// skipped then, and the last one is kind. `skips` counts the tests that ended with such a skip.
fn assert_laws_of(rounds: &[(Chance, bool)], skips: &mut usize) -> Vec<i32> {
    let files = &rounds[0].0.files;
    let place = Place::new();
    // How each test ended, round by round.
    let mut ends: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    let mut codes = Vec::new();
    for (round, (chance, by_rerun)) in rounds.iter().enumerate() {
        let kind = round + 1 == rounds.len();
        let end = |file: usize, test: usize| {
            let tests = &chance.files[file % chance.files.len()];
            let last = ends.get(&format!("{file}-{test}")).and_then(|ends| ends.last());
            let is_skipped = last.is_some_and(|end| is_bad(end)) && test.is_multiple_of(2);
            match (kind, is_skipped) {
                (true, _) => "passed",
                (false, true) => "skipped",
                (false, false) => tests[test % tests.len()],
            }
        };
        let file =
            |(at, tests): (usize, &Vec<&str>)| (0..tests.len()).map(|test| end(at, test)).collect();
        let deaths = if kind { Vec::new() } else { chance.deaths.clone() };
        let files = files.iter().enumerate().map(file).collect();
        let (script, ended) = Chance { files, deaths, ..chance.clone() }.script();
        place.write("suite.json", script.to_string());
        let (shards, output) = (chance.shards.to_string(), format!("runs/{round}"));
        let mut arguments = vec!["run", "-q", "-o", &output, "--strategy", chance.strategy];
        let first = &rounds[0].0;
        let again = format!("1/{}", first.shards);
        // A run of what is left, or the first shard of the first run once more.
        if round > 0 && (*by_rerun || kind) {
            arguments.extend(["--rerun", "runs", "--shards", &shards]);
        } else if round > 0 {
            arguments.truncate(4);
            arguments.extend(["--shard", &again, "--strategy", first.strategy]);
        } else {
            arguments.extend(["--shards", &shards]);
        }
        let said = place.play(&arguments);
        assert_eq!(said.stdout, "", "{rounds:?}");
        assert!([0, 1, 3].contains(&said.code), "{rounds:?}\n{}", said.stderr);
        // The last run of a test that failed or passed decides, if it came to its end there.
        let ran = read::verdicts(&place.path(&output));
        for (key, verdict) in ran {
            let title = key.titles.concat();
            if !["not-run", "interrupted"].contains(&verdict.as_str()) {
                ends.entry(title.clone()).or_default().push(ended[&title]);
            }
        }
        let merged = place.call(&["merge", "runs", "-q", "-o", "merged"]);
        codes.push(merged.code);
        let verdicts = read::verdicts(&place.path("merged"));
        let all: usize = rounds[0].0.files.iter().map(Vec::len).sum();
        assert_eq!(verdicts.len(), all, "{rounds:?}");
        for (key, verdict) in &verdicts {
            let its = ends.get(&key.titles.concat()).map_or(&[][..], Vec::as_slice);
            let decisive = its.iter().rfind(|end| is_bad(end) || **end == "passed");
            let told: &[&str] = match decisive {
                Some(&"passed") if its.iter().any(|end| is_bad(end)) => &["flaky"],
                Some(&"passed") => &["passed"],
                Some(_) => &["failed", "timed-out"],
                None if its.contains(&"skipped") => &["skipped"],
                None => &["not-run", "interrupted"],
            };
            let is_skip = its.last() == Some(&"skipped");
            *skips += usize::from(is_skip && decisive.is_some_and(|end| is_bad(end)));
            assert!(told.contains(&verdict.as_str()), "{key:?} {verdict} {rounds:?}");
        }
        let well = verdicts.values().all(|v| ["passed", "flaky", "skipped"].contains(&v.as_str()));
        assert!(merged.code != 0 || well, "{rounds:?}\n{}", merged.stderr);
        assert!(!kind || merged.code == 0, "{rounds:?}\n{}", merged.stderr);
        let twice = place.call(&["merge", "merged", "runs", "-q", "-o", "twice"]);
        assert_eq!(twice.code, merged.code, "{rounds:?}\n{}", twice.stderr);
        assert_eq!(read::verdicts(&place.path("twice")), verdicts, "{rounds:?}");
    }
    codes
}
