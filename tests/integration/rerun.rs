//! `--rerun DIR`: what is left of an earlier run is run again, and a merge of both is one result in
//! which every test stands once with all its attempts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::place::{Place, plain};
use crate::support::script::{six, suite, with_death, with_result};
use crate::support::{engine, project, read, shardwright};

/// What became of each test, by its title.
fn verdicts(place: &Place, folder: &str) -> BTreeMap<String, String> {
    let verdicts = read::verdicts(&place.path(folder)).into_iter();
    verdicts.map(|(key, verdict)| (key.titles.join(" "), verdict)).collect()
}

fn titles(place: &Place, plan: &str) -> Vec<String> {
    let plan = place.json(plan);
    let groups = read::list(&plan, "shards").iter().flat_map(|shard| read::list(shard, "groups"));
    let tests = groups.flat_map(|group| read::list(group, "tests"));
    tests.map(|test| read::texts(test, "titles").join(" ")).collect()
}

fn digest(place: &Place, folder: &str) -> String {
    read::text(&place.json(&format!("{folder}/plan.json")), "digest")
}

/// The first run of a suite in which a test fails and one times out; then both are mended.
fn half_failed() -> Place {
    let ill = with_result(with_result(six(), "b2", "failed", "boom"), "c3", "timedOut", "slow");
    let place = Place::scripted(&ill);
    assert_eq!(place.play(&["run", "--shards", "2", "-q", "-o", "first"]).code, 1);
    place.write("suite.json", six().to_string());
    place
}

#[track_caller]
fn run(place: &Place, arguments: &[&str], code: i32) -> String {
    let said = place.play(&[&["run", "-q"], arguments].concat());
    assert_eq!((said.code, said.stdout.as_str()), (code, ""), "{arguments:?}: {}", said.stderr);
    said.stderr
}

#[track_caller]
fn merge(place: &Place, arguments: &[&str], code: i32) -> String {
    let said = place.call(&[&["merge"], arguments].concat());
    assert_eq!((said.code, said.stdout.as_str()), (code, ""), "{arguments:?}: {}", said.stderr);
    said.stderr
}

/// What the summary broke at 80 columns, as one line.
fn flat(said: &str) -> String {
    said.replace('│', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn only_what_failed_is_run_again_and_the_merge_is_flaky_and_green() {
    let place = half_failed();
    let again = ["run", "--rerun", "first", "--shards", "2", "-o", "again", "--progress", "none"];
    let said = place.play(&again);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    let told = "again 2 of 6 tests: 1 failed, 1 timed out\n";
    assert!(said.stderr.contains(told), "{}", said.stderr);
    // Both shards have one of them.
    let plan = place.json("again/plan.json");
    assert_eq!(plan["reruns"], json!([digest(&place, "first")]));
    let groups = read::list(&plan, "shards").iter().map(|shard| read::list(shard, "groups").len());
    assert_eq!(groups.collect::<Vec<_>>(), [1, 1]);

    let said = merge(&place, &["first", "again", "-o", "merged"], 0);
    let (first, again) = (digest(&place, "first"), digest(&place, "again"));
    let parts = format!("shards 1 to 2 are of plan {first}\nshards 3 to 4 are of re-run {again}\n");
    assert!(said.starts_with(&parts), "{said}");
    let expected = [
        ("a1", "passed"),
        ("b1", "passed"),
        ("b2", "flaky"),
        ("c1", "passed"),
        ("c2", "passed"),
        ("c3", "flaky"),
    ];
    let expected = expected.map(|(title, verdict)| (title.to_owned(), verdict.to_owned()));
    assert_eq!(verdicts(&place, "merged"), BTreeMap::from(expected));
    merge(&place, &["first", "again", "-o", "strict", "--fail-on-flaky"], 1);

    // All reports show both attempts.
    let of = |title: &str| {
        let tests = place.json("merged/results.json")["results"]["tests"].clone();
        let tests = tests.as_array().expect("tests").clone();
        tests.into_iter().find(|test| test["name"] == title).expect("a test")
    };
    let b2 = of("b2");
    assert_eq!((&b2["retries"], &b2["flaky"]), (&json!(1), &json!(true)));
    assert_eq!(b2["retryAttempts"][0]["message"], "boom");
    let junit = place.read("merged/junit.xml");
    assert_eq!(junit.matches("<flakyFailure").count(), 2, "{junit}");
    assert_eq!(junit.matches("<testcase ").count(), 6, "{junit}");
    for page in ["index.html", "summary.md"] {
        let page = place.read(&format!("merged/{page}"));
        assert!(page.contains("boom") && page.contains("flaky"), "{page}");
    }
    for shard in 1..=4 {
        assert!(place.path(&format!("merged/shards/{shard}/attempt-1")).is_dir(), "{shard}");
    }
}

#[test]
fn a_skip_in_a_re_run_or_a_retry_makes_no_failure_good() {
    let ill = with_result(six(), "b2", "failed", "boom");
    let place = Place::scripted(&ill);
    run(&place, &["-o", "first"], 1);
    place.write("suite.json", with_result(six(), "b2", "skipped", "").to_string());
    run(&place, &["--rerun", "first", "-o", "again"], 0);
    merge(&place, &["first", "again", "-o", "merged"], 1);
    assert_eq!(verdicts(&place, "merged")["b2"], "failed");
    let mut retried = ill;
    retried["results"]["b2@2"] = json!({"status": "skipped"});
    place.write("suite.json", retried.to_string());
    run(&place, &["--retries", "1", "-o", "retried"], 1);
    assert_eq!(verdicts(&place, "retried")["b2"], "failed");
    // A pass after that does.
    place.write("suite.json", six().to_string());
    run(&place, &["--rerun", "merged", "-o", "well"], 0);
    merge(&place, &["merged", "well", "-o", "whole"], 0);
    assert_eq!(verdicts(&place, "whole")["b2"], "flaky");
}

#[test]
fn a_merge_of_merges_says_what_the_first_one_said() {
    let place = half_failed();
    run(&place, &["--rerun", "first", "-o", "again"], 0);
    merge(&place, &["first", "again", "-o", "merged", "-q"], 0);
    let all: [&[&str]; 4] =
        [&["merged"], &["again", "merged"], &["merged", "first", "again"], &["again", "first"]];
    for inputs in all {
        let said = merge(&place, &[inputs, &["-o", "twice"]].concat(), 0);
        assert_eq!(said.contains("counted once"), inputs.len() > 1 && inputs.contains(&"merged"));
        assert_eq!(verdicts(&place, "twice"), verdicts(&place, "merged"), "{inputs:?}");
        assert_eq!(place.read("twice/plan.json"), place.read("merged/plan.json"), "{inputs:?}");
        let junit = |folder: &str| plain(&place.read(&format!("{folder}/junit.xml")));
        assert_eq!(junit("twice"), junit("merged"), "{inputs:?}");
        for shard in 1..=3 {
            let file = format!("shards/{shard}/events.ndjson");
            let (ours, theirs) = (format!("twice/{file}"), format!("merged/{file}"));
            assert_eq!(place.read(&ours), place.read(&theirs), "{inputs:?}");
        }
    }
    // Timings are learned of the whole: a test that was flaky is known as such.
    let update = |from: &[&str], file: &str| {
        let from: Vec<&str> = from.iter().flat_map(|from| ["--from", from]).collect();
        let said = place.call(&[&["timings", "update", "--timings", file], &from[..]].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        place.read(file)
    };
    let parts = update(&["first", "again"], "parts.json");
    assert_eq!(parts, update(&["merged"], "whole.json"));
    assert!(parts.contains("flaky"), "{parts}");
}

#[test]
fn a_chain_of_re_runs_heals_step_by_step() {
    let ill = with_result(with_result(six(), "b2", "failed", "boom"), "c3", "failed", "bang");
    let place = Place::scripted(&ill);
    run(&place, &["--shards", "3", "-o", "first"], 1);
    place.write("suite.json", with_result(six(), "c3", "failed", "bang").to_string());
    run(&place, &["--rerun", "first", "--shards", "2", "-o", "second"], 1);
    place.write("suite.json", six().to_string());
    // Named one by one, or joined: the same is left.
    merge(&place, &["first", "second", "-o", "joined", "-q"], 1);
    run(&place, &["--rerun", "joined", "-o", "third"], 0);
    run(&place, &["--rerun", "first", "--rerun", "second", "-o", "other"], 0);
    assert_eq!(place.read("third/plan.json"), place.read("other/plan.json"));
    assert_eq!(titles(&place, "third/plan.json"), ["c3"]);
    for inputs in [["joined", "third", "joined"], ["third", "second", "first"]] {
        merge(&place, &[&inputs[..], &["-o", "merged", "-q"]].concat(), 0);
        let flaky: Vec<String> = verdicts(&place, "merged")
            .into_iter()
            .filter_map(|(title, verdict)| (verdict == "flaky").then_some(title))
            .collect();
        assert_eq!(flaky, ["b2", "c3"]);
    }
    // Without the link between them something may be missing, and that is said.
    let said = merge(&place, &["first", "third", "-o", "merged", "-q"], 3);
    let named = format!("re-run of plan {}, whose results are not here", digest(&place, "second"));
    assert!(flat(&said).contains(&named), "{said}");
}

#[test]
fn nodes_of_a_matrix_make_the_same_plan_of_what_is_left() {
    let place = half_failed();
    let plan = ["plan", "--rerun", "first", "--shards", "2", "--plan-file", "plan.json", "-q"];
    assert_eq!(place.play(&plan).code, 0);
    for node in ["1", "2"] {
        let (shard, output) = (format!("{node}/2"), format!("nodes/{node}"));
        run(&place, &["--rerun", "first", "--shard", &shard, "-o", &output], 0);
        assert_eq!(place.read(&format!("{output}/plan.json")), place.read("plan.json"));
    }
    // The plan of a re-run can be pinned, too: that it leaves tests out is no loss.
    run(&place, &["--plan", "plan.json", "-o", "pinned"], 0);
    merge(&place, &["first", "nodes", "-o", "merged", "-q"], 0);
    assert_eq!(verdicts(&place, "merged").len(), 6);
    // A node of the re-run that is missing: what it should have run again has still failed.
    let said = merge(&place, &["first", "nodes/1", "-o", "merged", "-q"], 3);
    assert!(said.contains("shard 4 of 4 has no results\n"), "{said}");
    for report in ["junit.xml", "results.json", "summary.md", "index.html"] {
        let text = place.read(&format!("merged/{report}"));
        assert!(text.contains("shard 4 did not end well: no result"), "{report}: {text}");
    }
    // And the first run alone is missing.
    let said = merge(&place, &["nodes", "-o", "merged", "-q"], 3);
    let named = format!(
        "`nodes/1` is a re-run of plan {}, whose results are not here",
        digest(&place, "first")
    );
    assert!(flat(&said).contains(&named), "{said}");
}

#[test]
fn what_a_death_left_is_run_again_and_heals_the_run() {
    let place = Place::scripted(&with_death(six(), 1, 1));
    run(&place, &["--shards", "2", "--fault-retries", "0", "-o", "first"], 3);
    let before = verdicts(&place, "first");
    let left = before.values().filter(|verdict| *verdict != "passed").count();
    assert!((1..6).contains(&left), "{before:?}");
    place.write("suite.json", six().to_string());
    run(&place, &["--rerun", "first", "--shards", "3", "-o", "again"], 0);
    assert_eq!(titles(&place, "again/plan.json").len(), left);
    merge(&place, &["first", "again", "-o", "merged", "-q"], 0);
    let after = verdicts(&place, "merged");
    assert_eq!((after.len(), after.values().all(|verdict| verdict == "passed")), (6, true));
}

#[test]
fn a_shard_that_died_after_its_last_test_is_run_again_whole() {
    let place = Place::scripted(&with_death(six(), 1, 6));
    run(&place, &["--fault-retries", "0", "-o", "first"], 3);
    place.write("suite.json", six().to_string());
    run(&place, &["--rerun", "first", "-o", "again"], 0);
    assert_eq!(titles(&place, "again/plan.json").len(), 6);
    merge(&place, &["first", "again", "-o", "merged", "-q"], 0);
}

#[test]
fn new_tests_are_run_and_tests_that_are_gone_are_named() {
    let place = half_failed();
    let files: &[(&str, &[&str])] = &[("a.spec.ts", &["a1", "new"]), ("c.spec.ts", &["c1", "c3"])];
    place.write("suite.json", suite(files).to_string());
    let said = place.play(&["run", "--rerun", "first", "-o", "again", "--progress", "none"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let named = "warning: 1 test is not well in the earlier result and not in the suite of now:\n  \
                 [chromium] › b.spec.ts › b2\nagain 2 of 4 tests: 1 timed out, 1 new\n";
    assert!(said.stderr.contains(named), "{}", said.stderr);
    // What nobody can run again has failed for good.
    merge(&place, &["first", "again", "-o", "merged", "-q"], 1);
    let all = verdicts(&place, "merged");
    assert_eq!((all.len(), all["new"].as_str(), all["b2"].as_str()), (7, "passed", "failed"));
}

#[test]
fn nothing_to_run_again_ends_as_the_earlier_run_did() {
    let place = Place::scripted(&six());
    run(&place, &["--shards", "2", "-o", "first"], 0);
    for strategy in ["balanced", "lpt", "round-robin", "file", "tag", "fail-first", "exec:gone"] {
        let flags = ["--rerun", "first", "--shards", "2", "--strategy", strategy, "-o", "again"];
        let said = run(&place, &flags, 0);
        assert!(
            said.starts_with("nothing to run again: 6 passed in the earlier result\n"),
            "{said}"
        );
        merge(&place, &["first", "again", "-o", "merged", "-q"], 0);
        assert_eq!(verdicts(&place, "merged").len(), 6);
    }
    run(&place, &["--rerun", "first", "--shard", "1/2", "-o", "node"], 0);
    run(&place, &["--rerun", "first", "--shards", "auto", "-o", "again"], 0);
    for arguments in
        [&["--shards", "auto"][..], &["--what-if", "1..4"], &["--compare"], &["--format=list"]]
    {
        let said = place.play(&[&["plan", "--rerun", "first"], arguments].concat());
        assert_eq!(said.code, 0, "{arguments:?}: {}", said.stderr);
    }
    let said = place.play(&["run", "--rerun", "first", "--dry-run", "-o", "again"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    // What failed is not there any more: that is no success.
    let place = half_failed();
    place.write("suite.json", suite(&[("a.spec.ts", &["a1"])]).to_string());
    run(&place, &["--rerun", "first", "-o", "again"], 1);
}

#[test]
fn a_serial_block_is_run_again_whole() {
    let mut script = six();
    for test in script["list"]["groups"][2]["tests"].as_array_mut().expect("tests") {
        test["serial"] = json!(0);
    }
    let ill = with_result(with_result(script.clone(), "c2", "failed", "boom"), "b1", "failed", "");
    let place = Place::scripted(&ill);
    run(&place, &["--shards", "2", "-o", "first"], 1);
    place.write("suite.json", script.to_string());
    let said = place.play(&["run", "--rerun", "first", "--shards", "2", "-o", "again"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let told = "again 4 of 6 tests: 2 failed, 2 that go with them\n";
    assert!(said.stderr.contains(told), "{}", said.stderr);
    let mut chosen = titles(&place, "again/plan.json");
    chosen.sort();
    assert_eq!(chosen, ["b1", "c1", "c2", "c3"]);
    // A test that passed and then failed with its block has failed.
    place.write("suite.json", with_result(script, "c1", "failed", "now this").to_string());
    run(&place, &["--rerun", "first", "-o", "worse"], 1);
    merge(&place, &["first", "worse", "-o", "merged", "-q"], 1);
    assert_eq!(verdicts(&place, "merged")["c1"], "failed");
}

#[test]
fn a_job_that_ran_again_counts_after_the_first_one() {
    let place = half_failed();
    let part = |ends: Value, output: &str, code: i32| {
        place.write("suite.json", ends.to_string());
        run(&place, &["--shard", "2/2", "--fault-retries", "0", "-o", output], code);
    };
    run(&place, &["--shard", "1/2", "-o", "nodes/1"], 0);
    let second = titles_of(&place, "nodes/1", 2);
    let (one, other) = (second[0].clone(), second[1].clone());
    part(with_result(six(), &one, "failed", "boom"), "nodes/2", 1);
    part(six(), "nodes/2-again", 0);
    merge(&place, &["nodes", "-o", "merged", "-q"], 0);
    let merged = verdicts(&place, "merged");
    assert_eq!((merged.len(), merged[&one].as_str()), (6, "flaky"));
    // Both left their files.
    for attempt in ["attempt-1", "attempt-2"] {
        assert!(place.path(&format!("merged/shards/2/{attempt}")).is_dir(), "{attempt}");
    }
    // In the end it fails, or another one that had passed.
    part(with_result(six(), &other, "failed", "boom"), "nodes/2-third", 1);
    merge(&place, &["nodes", "-o", "merged", "-q"], 1);
    let merged = verdicts(&place, "merged");
    assert_eq!((merged[&one].as_str(), merged[&other].as_str()), ("flaky", "failed"));
    // A run that was killed takes nothing away and makes nothing whole.
    fs::remove_dir_all(place.path("nodes/2-third")).unwrap();
    part(with_death(six(), 2, 1), "nodes/2-killed", 3);
    let said = merge(&place, &["nodes", "-o", "merged", "-q"], 3);
    let merged = verdicts(&place, "merged");
    assert_eq!(
        (merged.len(), merged[&one].as_str(), merged[&other].as_str()),
        (6, "flaky", "passed")
    );
    assert!(said.contains("shard 2 did not end well: crash"), "{said}");
    // What it had to say is run again like any other.
    place.write("suite.json", six().to_string());
    run(&place, &["--rerun", "nodes", "-o", "again"], 0);
    merge(&place, &["nodes", "again", "-o", "merged", "-q"], 0);
}

/// What a shard of a plan runs.
fn titles_of(place: &Place, folder: &str, shard: usize) -> Vec<String> {
    let plan = place.json(&format!("{folder}/plan.json"));
    let groups = read::list(&read::list(&plan, "shards")[shard - 1], "groups").iter();
    let tests = groups.flat_map(|group| read::list(group, "tests"));
    tests.map(|test| read::texts(test, "titles").join(" ")).collect()
}

#[test]
fn a_job_of_the_first_run_that_ran_after_the_re_run_has_the_last_word() {
    let place = half_failed();
    run(&place, &["--rerun", "first", "-o", "again"], 0);
    let shard = (1..=2)
        .find(|shard| titles_of(&place, "first", *shard).contains(&"b2".to_owned()))
        .expect("a shard");
    place.write("suite.json", with_result(six(), "b2", "failed", "boom").to_string());
    run(&place, &["--shard", &format!("{shard}/2"), "-o", "late"], 1);
    assert_eq!(digest(&place, "late"), digest(&place, "first"));
    for inputs in [["first", "again", "late"], ["late", "again", "first"]] {
        merge(&place, &[&inputs[..], &["-o", "merged", "-q"]].concat(), 1);
        let merged = verdicts(&place, "merged");
        assert_eq!(
            (merged.len(), merged["b2"].as_str(), merged["c3"].as_str()),
            (6, "failed", "flaky")
        );
    }
    merge(&place, &["merged", "-o", "twice", "-q"], 1);
    assert_eq!(place.read("twice/plan.json"), place.read("merged/plan.json"));
    place.write("suite.json", six().to_string());
    run(&place, &["--rerun", "merged", "-o", "last"], 0);
    assert_eq!(titles(&place, "last/plan.json"), ["b2"]);
    merge(&place, &["merged", "last", "-o", "healed", "-q"], 0);
    assert_eq!(verdicts(&place, "healed").len(), 6);
}

#[test]
fn what_playwright_itself_runs_again_loses_nothing_of_the_first_run() {
    let place = half_failed();
    // As Playwright lists it with `--last-failed`.
    let files: &[(&str, &[&str])] = &[("b.spec.ts", &["b2"]), ("c.spec.ts", &["c3"])];
    place.write("suite.json", suite(files).to_string());
    let said =
        place.play(&["run", "-q", "-o", "again", "--fake", "suite.json", "--", "--last-failed"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(place.json("again/plan.json")["reruns"], json!([]));
    assert!(said.stderr.contains("warning: `--last-failed` goes by what Playwright"), "{said:?}");
    merge(&place, &["first", "again", "-o", "merged", "-q"], 0);
    let merged = verdicts(&place, "merged");
    assert_eq!((merged.len(), merged["b2"].as_str()), (6, "flaky"));
    merge(&place, &["again", "-o", "alone", "-q"], 0);
}

#[test]
fn a_runner_that_was_not_content_is_named_although_its_tests_pass_in_a_rerun() {
    let place = half_failed();
    // Its run ran into Playwright's `globalTimeout`, say.
    for shard in 1..=2 {
        let file = format!("first/shards/{shard}/events.ndjson");
        place.write(
            &file,
            place.read(&file).replace(r#""verdict":"failed""#, r#""verdict":"timedout""#),
        );
    }
    let files: &[(&str, &[&str])] = &[("b.spec.ts", &["b2"]), ("c.spec.ts", &["c3"])];
    place.write("suite.json", suite(files).to_string());
    let said =
        place.play(&["run", "-q", "-o", "again", "--fake", "suite.json", "--", "--last-failed"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let said = merge(&place, &["first", "again", "-o", "merged"], 1);
    assert!(said.contains("did not end well"), "{said}");
    for report in ["junit.xml", "summary.md", "index.html", "results.json"] {
        let text = place.read(&format!("merged/{report}"));
        assert!(text.contains("did not end well: timed out"), "{report}: {text}");
    }
}

#[test]
fn a_copy_counts_once_and_a_cut_one_gives_way_to_the_whole() {
    let place = half_failed();
    let copy = |to: &str| {
        for (path, content) in place.files() {
            if let Ok(inner) = path.strip_prefix("first") {
                let path = place.path(to).join(inner);
                if content.is_empty() && place.path("first").join(inner).is_dir() {
                    fs::create_dir_all(path).unwrap();
                } else {
                    fs::write(path, content).unwrap();
                }
            }
        }
    };
    copy("copy");
    let said = merge(&place, &["first", "copy", "first", "-o", "merged"], 1);
    for shard in 1..=2 {
        let told = format!(
            "`first/shards/{shard}` and `copy/shards/{shard}` are the same: counted once\n"
        );
        assert_eq!(said.matches(&told).count(), 1, "{said}");
    }
    assert_eq!(place.read("merged/plan.json"), place.read("first/plan.json"));
    assert_eq!(verdicts(&place, "merged"), verdicts(&place, "first"));
    // An upload that was cut off, in either order.
    let file = "copy/shards/1/events.ndjson";
    let events = place.read(file);
    place.write(file, &events[..events.len() * 2 / 3]);
    for inputs in [["first", "copy"], ["copy", "first"]] {
        let said = merge(&place, &[&inputs[..], &["-o", "merged"]].concat(), 1);
        let told = "`copy/shards/1` is cut off: taken from `first/shards/1`, which has the same \
                    run whole\n";
        assert!(said.contains(told), "{said}");
        assert_eq!(verdicts(&place, "merged"), verdicts(&place, "first"));
    }
}

#[test]
fn a_shard_that_is_there_twice_with_other_results_makes_3_and_is_named() {
    let place = Place::scripted(&with_result(six(), "b2", "failed", "boom"));
    run(&place, &["-o", "first"], 1);
    place.write("forged/plan.json", place.read("first/plan.json"));
    let events = place.read("first/shards/1/events.ndjson");
    let good =
        events.replace("\"status\":\"failed\",\"expected\"", "\"status\":\"passed\",\"expected\"");
    assert_ne!(good, events);
    place.write("forged/shards/1/events.ndjson", good);
    for inputs in [["first", "forged"], ["forged", "first"]] {
        let said = merge(&place, &[&inputs[..], &["-o", "merged", "-q"]].concat(), 3);
        let [one, other] = inputs;
        let title = format!("`{one}/shards/1` and `{other}/shards/1` contradict each other");
        assert!(flat(&said).contains(&title), "{said}");
        assert!(flat(&said).contains("`[chromium] › b.spec.ts › b2` failed"), "{said}");
        assert_eq!(verdicts(&place, "merged").len(), 6);
        for report in ["junit.xml", "results.json", "summary.md", "index.html"] {
            let text = place.read(&format!("merged/{report}"));
            assert!(text.contains("contradict each other"), "{report}: {text}");
        }
        // What is merged once more still does not fit together.
        merge(&place, &["merged", "-o", "twice", "-q"], 3);
    }
    // Nobody knows what of it is to be run again.
    let before = place.files();
    let said = place.play(&["run", "--rerun", "first", "--rerun", "forged", "-o", "again"]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    let named = "error: `first/shards/1` and `forged/shards/1` contradict each other\nhint: both are \
                 the run of shard 1 that began at the same moment, and first differ in event ";
    assert!(said.stderr.starts_with(named), "{}", said.stderr);
    assert_eq!(place.files(), before);
}

#[test]
fn results_beside_the_plan_of_another_run_are_named() {
    let place = half_failed();
    run(&place, &["--shards", "2", "--strategy", "round-robin", "-o", "other"], 0);
    place.write("first/plan.json", place.read("other/plan.json"));
    let said = merge(&place, &["first", "-o", "merged", "-q"], 3);
    assert!(said.contains("`first/shards/1` is not of the plan beside it"), "{said}");
}

#[test]
fn folders_that_cannot_be_run_again_are_refused() {
    let place = half_failed();
    let refuses = |arguments: &[&str], code: i32, stderr: &str| {
        let fake = ["--fake", "suite.json"];
        place.refuses(&[&["run"], arguments, &fake[..]].concat(), code, stderr);
    };
    refuses(
        &["--rerun", "first", "-o", "first"],
        2,
        "error: `first` holds the results to re-run and is the output folder, too\nhint: name \
         another output folder with --output DIR; `merge` joins the two",
    );
    refuses(
        &["--rerun", "gone"],
        5,
        "error: no folder `gone`\nhint: name the folder that the results were downloaded to",
    );
    fs::create_dir(place.path("empty")).unwrap();
    refuses(
        &["--rerun", "empty"],
        5,
        "error: no results in `empty`\nhint: name the output folder of `run` or `merge`, or a \
         folder that holds those of several nodes",
    );
    let said = place.play(&["run", "--rerun", "first", "--plan", "first/plan.json"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert!(said.stderr.contains("cannot be used with"), "{}", said.stderr);
    place.write("a.spec.ts", "import { test } from '@playwright/test';\ntest('a1', () => {});\n");
    place.refuses(
        &["plan", "--rerun", "first", "--discover", "scan", "-q"],
        5,
        "error: a re-run needs the tests as Playwright lists them, and they were scanned\nhint: \
         leave `--discover scan` out, and install Playwright in the project",
    );
}

#[test]
fn a_real_test_that_failed_and_passes_in_the_re_run_is_flaky_with_all_that_it_left() {
    engine::needed();
    let shop = project::copy("shop", "rerun");
    let call = |arguments: &[&str]| {
        let files = ["tests/home/banner.spec.ts", "tests/api/cart.spec.ts"];
        project::run(&shop, &[&["run"], arguments, &files].concat(), &[])
    };
    let (first, again) = {
        let _turn = engine::alone();
        let first = call(&["--shards", "2", "--env", "SHOP_FAIL=1", "-o", "first"]);
        (first, call(&["--shards", "2", "--rerun", "first", "-o", "again"]))
    };
    assert_eq!((first.said.code, again.said.code), (1, 0), "{first:?} {again:?}");
    assert!(again.said.stderr.contains(": 1 failed\n"), "{}", again.said.stderr);
    // The test, and the log-in that it needs.
    assert_eq!(read::verdicts(&shop.join("again")).len(), 2);
    let said = shardwright(&shop, &["merge", "first", "again", "-o", "merged"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let merged = shop.join("merged");
    let (before, after) = (read::verdicts(&shop.join("first")), read::verdicts(&merged));
    assert_eq!(before.len(), after.len());
    let changed: Vec<_> = after.iter().filter(|(key, is)| before[*key] != **is).collect();
    let [(key, verdict)] = changed[..] else { panic!("{changed:?}") };
    assert_eq!((before[key].as_str(), verdict.as_str()), ("failed", "flaky"));
    // What the attempt that failed attached is where the reports say.
    let attached = |output: &Path| {
        let test = &read::ctrf(output)[key];
        let [failed] = read::list(test, "retryAttempts") else { panic!("one attempt: {test}") };
        let attached = read::list(failed, "attachments");
        assert!(attached.len() >= 2, "{test}");
        for file in attached {
            let path = read::text(file, "path");
            assert!(output.join(&path).is_file(), "nothing at {path}");
        }
    };
    attached(&merged);
    let files = read::html(&merged);
    assert_eq!(files["report.json"]["stats"]["flaky"], 1);
    assert_eq!(files["report.json"]["stats"]["unexpected"], 0);
    let tests = files.values().flat_map(|file| read::list(file, "tests"));
    let [flaky] = tests.filter(|test| test["outcome"] == "flaky").collect::<Vec<_>>()[..] else {
        panic!("one test is flaky")
    };
    let statuses = read::list(flaky, "results").iter().map(|result| &result["status"]);
    assert_eq!(statuses.collect::<Vec<_>>(), ["failed", "passed"]);
    // And once more: nothing moves to where it cannot be found.
    let said = shardwright(&shop, &["merge", "merged", "again", "-o", "twice"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    attached(&shop.join("twice"));
}
