//! Tests that may fail for a while: what is excused, what is not, and that every report says so.

use serde_json::json;

use crate::support::place::{Place, plain};
use crate::support::script::{six, suite, with_death, with_result};

/// An entry for a test of [`six`].
fn entry(file: &str, title: &str, expires: &str) -> String {
    format!(
        "[[test]]\nfile = \"{file}\"\ntitle = \"{title}\"\nreason = \"slow shop, #12\"\nowner = \
         \"ann\"\nexpires = {expires}\n\n"
    )
}

/// A suite where b2 fails, and this quarantine.
fn failing(quarantine: &str) -> Place {
    let place = Place::scripted(&with_result(six(), "b2", "failed", "expected 1"));
    place.write("quarantine.toml", quarantine);
    place
}

const HELD: &str = "2026-12-31";
const RUN: [&str; 4] = ["run", "-q", "--today", "2026-11-21"];

#[test]
fn a_quarantined_failure_is_told_and_does_not_fail_the_run() {
    let place = failing(&entry("b.spec.ts", "b2", HELD));
    let said = place.play(&RUN);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    assert_eq!(
        plain(&said.stderr),
        "quarantined [chromium] › b.spec.ts:2 › b2\nquarantined until 2026-12-31 (ann): slow shop, \
         #12\n│ expected 1\nshard tests predicted took start result\n1 6 – [TIME] \
         [TIME] 5 passed, 1 failed\n5 passed, 1 failed, 1 of them quarantined in \
         [TIME]\nPassed: 5 of 6 tests passed; 1 failed that is quarantined\n"
    );
}

#[test]
fn a_quarantined_failure_hides_no_shard_that_crashed() {
    let place = failing(&entry("b.spec.ts", "b2", HELD));
    let mut script = with_result(six(), "b2", "failed", "expected 1");
    let crash = json!({"after": 6, "code": 139, "how": "exit", "moment": "after-the-last-test"});
    script["deaths"]["1"] = crash;
    place.write("suite.json", script.to_string());
    let said = place.play(&[&RUN[..], &["--fault-retries", "0"]].concat());
    assert_eq!(said.code, 3, "{}", said.stderr);
    let junit = place.read("shardwright-report/junit.xml");
    assert!(
        junit.contains("errors=\"1\"") && junit.contains("shard 1 did not end well"),
        "{junit}"
    );
    let results = place.json("shardwright-report/results.json");
    assert_eq!(results["results"]["summary"]["failed"], 2, "{results}");
}

#[test]
fn every_report_says_what_the_exit_code_says() {
    let place = failing(&entry("b.spec.ts", "b2", HELD));
    let said =
        place.answer(place.tool(&RUN).args(["--fake", "suite.json"]).env("GITHUB_ACTIONS", "true"));
    let term = "quarantined until 2026-12-31 (ann): slow shop, #12";
    let warning = "title=quarantined%3A [chromium] › b.spec.ts › b2::quarantined until";
    let commands: Vec<&str> = said.stderr.lines().filter(|line| line.starts_with("::")).collect();
    let [command] = commands.as_slice() else { panic!("{}", said.stderr) };
    assert!(command.starts_with("::warning ") && command.contains(warning), "{command}");
    let results = place.json("shardwright-report/results.json");
    let tests = results["results"]["tests"].as_array().unwrap();
    let b2 = tests.iter().find(|test| test["name"] == "b2").unwrap();
    let told = json!({"until": HELD, "owner": "ann", "reason": "slow shop, #12", "excused": true});
    assert_eq!((&b2["status"], &b2["extra"]["shardwright.quarantine"]), (&json!("failed"), &told));
    let conclusion = &results["results"]["extra"]["shardwright.run"]["conclusion"];
    assert_eq!(conclusion, "passed");
    let junit = place.read("shardwright-report/junit.xml");
    assert!(junit.contains("failures=\"0\" skipped=\"1\" errors=\"0\""), "{junit}");
    assert!(junit.contains(&format!("<skipped message=\"{term}\"")), "{junit}");
    assert!(!junit.contains("<failure") && junit.contains("expected 1"), "{junit}");
    assert!(junit.contains("name=\"shardwright.verdict\" value=\"failed\""), "{junit}");
    let summary = place.read("shardwright-report/summary.md");
    let verdict = "✅ Passed: 5 of 6 tests passed; 1 failed that is quarantined";
    assert!(summary.contains(verdict), "{summary}");
    assert!(summary.contains("### Quarantined failures (1)"), "{summary}");
    assert!(summary.contains(term) && !summary.contains("### Failed"), "{summary}");
    let page = place.read("shardwright-report/index.html");
    assert!(page.contains(term), "{page}");
}

#[test]
fn an_expired_entry_excuses_nothing_and_names_its_owner() {
    let place = failing(&entry("b.spec.ts", "b2", "2026-11-20"));
    let said = place.play(&RUN);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let warning = "warning: the quarantine of `b.spec.ts › b2` (line 1) ended on 2026-11-20, and\n  \
                   the failure counts: ann has to mend the test or renew it (slow shop, #12)\n";
    assert!(said.stderr.starts_with(warning), "{}", said.stderr);
    let ended =
        "failed  [chromium] › b.spec.ts:2 › b2\n      its quarantine ended on 2026-11-20 (ann)";
    assert!(said.stderr.contains(ended), "{}", said.stderr);
    assert!(place.read("shardwright-report/junit.xml").contains("<failure"));
    // On its last day it holds.
    let last = ["run", "-q", "--today", "2026-11-20"];
    assert_eq!(place.play(&last).code, 0);
    // A test that passes needs no entry any more.
    place.write("suite.json", six().to_string());
    let said = place.play(&RUN);
    assert_eq!(said.code, 0);
    let warning = "warning: the quarantine of `b.spec.ts › b2` (line 1) ended on 2026-11-20, and\n  \
                   nothing failed: ann can remove it\n";
    assert!(said.stderr.starts_with(warning), "{}", said.stderr);
}

#[test]
fn nothing_but_the_tests_own_failure_is_excused() {
    let all = ["a1", "b1", "b2", "c1", "c2", "c3"]
        .map(|title| entry(&format!("{}.spec.ts", &title[..1]), title, HELD))
        .concat();
    // Another test failed.
    let place = failing(&entry("b.spec.ts", "b1", HELD));
    assert_eq!(place.play(&RUN).code, 1);
    // A shard died: tests that were interrupted or not run are not there.
    let place = Place::scripted(&with_death(with_result(six(), "a1", "failed", "x"), 1, 2));
    place.write("quarantine.toml", &all);
    let said = place.play(&[&RUN[..], &["--fault-retries", "0"]].concat());
    assert_eq!(said.code, 3, "{}", said.stderr);
    // It died after its last test.
    let place = Place::scripted(&with_death(with_result(six(), "a1", "failed", "x"), 1, 6));
    place.write("quarantine.toml", &all);
    let said = place.play(&[&RUN[..], &["--fault-retries", "0"]].concat());
    assert_eq!(said.code, 3, "{}", said.stderr);
    // Something failed outside of all tests.
    let mut script = with_result(six(), "b2", "failed", "x");
    let error = json!({"event": "error", "error": {"message": "teardown broke"}});
    script["forged"]["1"] = json!([error.to_string()]);
    let place = Place::scripted(&script);
    place.write("quarantine.toml", &all);
    assert_eq!(place.play(&RUN).code, 1);
}

#[test]
fn a_part_without_results_is_no_success_whatever_is_quarantined() {
    let place = Place::scripted(&six());
    let said = place.play(&["run", "--shard", "1/2", "-q", "-o", "parts/1"]);
    assert_eq!(said.code, 0, "{said:?}");
    let files = ["a", "b", "c"].map(|file| {
        format!(
            "[[test]]\nfile = \"{file}.spec.ts\"\nreason = \"r\"\nowner = \"o\"\nexpires = {HELD}\n"
        )
    });
    place.write("quarantine.toml", files.concat());
    let said = place.call(&["merge", "parts", "-q", "--today", "2026-11-21"]);
    assert_eq!(said.code, 3, "{}", said.stderr);
}

#[test]
fn a_merge_judges_by_the_file_at_hand() {
    let place = failing("");
    for part in ["1", "2"] {
        let output = format!("parts/{part}");
        place.play(&["run", "--shard", &format!("{part}/2"), "-q", "-o", &output]);
    }
    let merge = ["merge", "parts", "-q", "--today", "2026-11-21"];
    assert_eq!(place.call(&merge).code, 1);
    place.write("quarantine.toml", entry("b.spec.ts", "b2", HELD));
    assert_eq!(place.call(&merge).code, 0);
    place.write("other.toml", entry("b.spec.ts", "b2", "2026-01-01"));
    let named = [&merge[..], &["--quarantine", "other.toml"]].concat();
    assert_eq!(place.call(&named).code, 1);
}

#[test]
fn an_entry_that_fits_no_test_is_named_with_the_nearest() {
    let files: &[(&str, &[&str])] = &[("cart.spec.ts", &["adds a hat", "takes it out"])];
    let place = Place::scripted(&suite(files));
    place.write("quarantine.toml", entry("cart.spec.ts", "add a hat", HELD));
    let said = place.play(&RUN);
    assert_eq!(said.code, 0);
    let warning = "warning: the quarantine of `cart.spec.ts › add a hat` (line 1) fits no test; the\n  \
                   nearest is `cart.spec.ts › adds a hat`\n";
    assert!(said.stderr.starts_with(warning), "{}", said.stderr);
    // Where only some tests were chosen, or one shard runs, others may have it.
    for chosen in [&["--project", "chromium"][..], &["--shard", "1/2"]] {
        let said = place.play(&[&RUN[..], chosen].concat());
        assert!(!said.stderr.contains("warning"), "{}", said.stderr);
    }
}

#[test]
fn a_merge_of_a_re_run_alone_does_not_know_what_fits_no_test() {
    let place = failing(&entry("a.spec.ts", "gone", HELD));
    assert_eq!(place.play(&["run", "-q", "-o", "first"]).code, 1);
    assert_eq!(place.play(&["run", "-q", "--rerun", "first", "-o", "again"]).code, 1);
    for (inputs, is_told) in [(&["again"][..], false), (&["first", "again"], true)] {
        let merge = [&["merge", "-q", "-o", "merged", "--today", "2026-11-21"], inputs].concat();
        let said = place.call(&merge);
        assert_eq!(said.stderr.contains("fits no test"), is_told, "{}", said.stderr);
    }
}

#[test]
fn a_quarantined_failure_does_not_count_for_max_failures() {
    let script = with_result(with_result(six(), "a1", "failed", "x"), "b1", "failed", "y");
    let place = Place::scripted(&script);
    place
        .write("quarantine.toml", entry("a.spec.ts", "a1", HELD) + &entry("b.spec.ts", "b1", HELD));
    let said = place.play(&[&RUN[..], &["-x"]].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn retries_are_as_ever_and_a_pass_is_flaky() {
    let mut script = with_result(six(), "b2", "failed", "x");
    script["results"]["b2@2"] = json!({"status": "passed"});
    let place = Place::scripted(&script);
    place.write("quarantine.toml", entry("b.spec.ts", "b2", HELD));
    let retried = [&RUN[..], &["--retries", "1"]].concat();
    let said = place.play(&retried);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("5 passed, 1 flaky in"), "{}", said.stderr);
    // Whoever wants no flaky test gets none: only a failure is excused.
    assert_eq!(place.play(&[&retried[..], &["--fail-on-flaky"]].concat()).code, 1);
}

#[test]
fn a_flaky_test_that_fails_the_run_fails_it_in_every_report() {
    let mut script = with_result(six(), "b2", "failed", "x");
    script["results"]["b2@2"] = json!({"status": "passed"});
    let place = Place::scripted(&script);
    let flags = ["run", "--retries", "1", "--fail-on-flaky", "--log-format", "json"];
    let said = place.play(&flags);
    let last: serde_json::Value =
        serde_json::from_str(said.stderr.lines().last().unwrap()).unwrap();
    assert_eq!((said.code, &last["exit_code"]), (1, &json!(1)));
    assert_eq!((&last["conclusion"], &last["flaky"]), (&json!("failed"), &json!(1)));
    let results = place.json("shardwright-report/results.json");
    assert_eq!(results["results"]["extra"]["shardwright.run"]["conclusion"], "failed");
    let problem = "1 flaky test, and --fail-on-flaky allows none";
    for report in ["junit.xml", "summary.md", "index.html", "results.json"] {
        assert!(place.read(&format!("shardwright-report/{report}")).contains(problem), "{report}");
    }
}

#[test]
fn a_quarantined_test_that_passes_again_is_told() {
    let place = Place::scripted(&six());
    place.write("quarantine.toml", entry("b.spec.ts", "b2", HELD));
    for run in ["1", "2", "3", "4", "5"] {
        assert_eq!(place.play(&["run", "-q", "-o", &format!("runs/{run}")]).code, 0);
    }
    let said = place.call(&["report", "flaky", "runs"]);
    let healed = "the quarantine of `b.spec.ts › b2` (ann) may go: it passed the last 5 runs\n";
    assert!(said.stdout.ends_with(&format!("no test was flaky\n{healed}")), "{}", said.stdout);
}

#[test]
fn a_broken_file_is_named_before_anything_runs() {
    let place = failing("[[test]]\nfile = \"b.spec.ts\"\nreason = \"r\"\nonwer = \"ann\"\n");
    let said = "error: `./quarantine.toml`, line 4, column 1: `onwer` is no key here; is `owner` \
                meant?\n";
    for command in [&["run", "--fake", "suite.json"][..], &["merge", "."]] {
        place.refuses(command, 5, said);
    }
    place.refuses(
        &["run", "--fake", "suite.json", "--quarantine", "none.toml"],
        5,
        "error: cannot read the quarantine file `./none.toml`\n  caused by: No such file or \
         directory (os error 2)",
    );
}
