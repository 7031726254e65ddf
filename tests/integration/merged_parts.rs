//! Parts of a run that do not fit together: each is named, the old report stays.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;

use crate::support::place::{Place, plain};
use crate::support::script::{six, with_result};

/// Two parts of one run below `parts/`.
fn parts() -> Place {
    let place = Place::scripted(&six());
    for part in ["1", "2"] {
        let output = format!("parts/{part}");
        let said = place.play(&["run", "--shard", &format!("{part}/2"), "-q", "-o", &output]);
        assert_eq!(said.code, 0, "{said:?}");
    }
    place
}

#[test]
fn the_parts_make_the_whole() {
    let place = parts();
    assert_eq!(place.play(&["run", "--shards", "2", "-q", "-o", "whole"]).code, 0);
    let said = place.call(&["merge", "parts", "-o", "merged", "-q"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert_eq!(
        plain(&said.stderr),
        "shard tests predicted took start result\n1 3 – [TIME] [TIME] 3 \
         passed\n2 3 – [TIME] [TIME] 3 passed\n6 passed in [TIME]\n"
    );
    assert_eq!(place.read("merged/plan.json"), place.read("whole/plan.json"));
    let tests = |folder: &str| {
        let tests = &place.json(&format!("{folder}/results.json"))["results"]["tests"];
        let tests = tests.as_array().expect("tests").iter();
        tests.map(|test| (test["name"].clone(), test["status"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(tests("merged"), tests("whole"));
}

#[test]
fn a_part_that_is_missing_makes_3_and_its_tests_are_named() {
    let place = parts();
    let said = place.call(&["merge", "parts/1", "-o", "merged", "-q"]);
    assert_eq!((said.code, said.stdout.as_str()), (3, ""));
    assert!(said.stderr.starts_with("shard 2 of 2 has no results\n"), "{}", said.stderr);
    assert_eq!(said.stderr.matches("did not run  ").count(), 3, "{}", said.stderr);
}

#[test]
fn parts_of_different_plans_make_3_and_are_named() {
    let place = parts();
    place.write("suite.json", with_result(six(), "gone", "passed", "").to_string());
    let said = place.play(&["run", "--shard", "2/3", "-q", "-o", "parts/3"]);
    assert_eq!(said.code, 0, "{said:?}");
    let digest = |part: &str| {
        let plan = place.json(&format!("parts/{part}/plan.json"));
        plan["digest"].as_str().expect("a digest").to_owned()
    };
    let (one, other) = (digest("1"), digest("3"));
    assert_ne!(one, other);
    let said = place.call(&["merge", "parts", "-o", "merged", "-q"]);
    assert_eq!((said.code, said.stdout.as_str()), (3, ""), "{}", said.stderr);
    let title = format!("`parts/1` and `parts/3` are of different plans ({one}, {other})");
    let named = format!(
        "{title} the first one has 2 shards, the second one 3 all nodes need the same tests, \
         timings and flags; `run --rerun DIR` runs again what failed"
    );
    assert!(said.flat().replace("│ ", "").contains(&named), "{}", said.stderr);
    // Nothing of either is lost, and every report says it.
    let tests = place.json("merged/results.json")["results"]["tests"].clone();
    assert_eq!(
        tests.as_array().expect("tests").iter().filter(|t| t["rawStatus"] == "passed").count(),
        6
    );
    for report in ["junit.xml", "results.json", "summary.md", "index.html"] {
        let text = place.read(&format!("merged/{report}"));
        assert!(text.contains("are of different plans"), "{report}: {text}");
    }
    // A merge of that does not make them fit.
    assert_eq!(place.call(&["merge", "merged", "-o", "twice", "-q"]).code, 3);
}

#[test]
fn folders_without_results_are_named() {
    let place = Place::new();
    place.write("empty/notes.txt", "mine");
    place.refuses(
        &["merge", "empty", "-o", "merged"],
        5,
        "error: no results in `empty`\nhint: name a folder that holds output folders of `run \
         --shard I/N`, JUnit files or Playwright's HTML or blob reports",
    );
    place.refuses(
        &["merge", "empty", "gone"],
        5,
        "error: no folder `gone`\nhint: name the folder that the results were downloaded to",
    );
}

#[test]
fn a_plan_that_cannot_be_read_is_named() {
    let hint = "\nhint: was that node killed before it had planned? run it again";
    let place = parts();
    let plan = place.read("parts/1/plan.json");
    for (content, reason) in [
        (plan[..100].to_owned(), "line 5, column 2: ends in the middle"),
        (
            plan.replace("\"version\": 1", "\"version\": 7"),
            "was written by a newer shardwright (version 7; this one reads up to 1)",
        ),
        ("{}\n".to_owned(), "is not a `shardwright.plan` file"),
        (String::new(), "is empty"),
    ] {
        place.write("parts/1/plan.json", content);
        let head = "error: cannot use the plan `parts/1/plan.json`: ";
        let stderr = format!("{head}{reason}{hint}");
        place.refuses(&["merge", "parts", "-o", "merged"], 5, &stderr);
    }
}

#[test]
fn a_plan_that_was_changed_by_hand_is_refused() {
    let place = parts();
    let plan = place.read("parts/1/plan.json").replace("\"a1\"", "\"other\"");
    place.write("parts/1/plan.json", plan);
    let said = place.call(&["merge", "parts", "-o", "merged"]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    let head = "error: cannot use the plan `parts/1/plan.json`: was changed after it was made: ";
    assert!(said.stderr.starts_with(head), "{}", said.stderr);
}

#[test]
fn events_that_cannot_be_read_are_named_and_the_old_report_stays() {
    let place = parts();
    assert_eq!(place.call(&["merge", "parts", "-o", "merged", "-q"]).code, 0);
    let file = "parts/2/shards/2/events.ndjson";
    let events = place.read(file);
    for (content, reason) in [
        (
            events.replacen("\"version\":1", "\"version\":9", 1),
            "it was written by a newer shardwright (version 9; this one reads up to 1)",
        ),
        (
            format!("{events}garbage\n"),
            "line 14 is not an event\n  caused by: expected value at line 1 column 1",
        ),
        (String::new(), "line 1 is not the header of a `shardwright.events` file"),
    ] {
        place.write(file, content);
        let stderr = format!("error: cannot use the events `{file}`\n  caused by: {reason}");
        place.refuses(&["merge", "parts", "-o", "merged"], 5, &stderr);
    }
    // A last line that a kill tore is no error: what it would have said did not happen.
    place.write(file, &events[..events.len() - 20]);
    let said = place.call(&["merge", "parts", "-o", "merged", "-q"]);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn a_merge_writes_into_no_foreign_folder() {
    let place = parts();
    place.write("mine/notes.txt", "mine");
    let said = place.call(&["merge", "parts", "-o", "mine"]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    let head = "holds files that are not a report of ours\nhint: empty it, or name another folder";
    assert!(said.stderr.contains(head), "{}", said.stderr);
    assert_eq!(place.read("mine/notes.txt"), "mine");
    // A broken timings file ends it before anything is written.
    place.write("timings.json", "{");
    let stderr = "error: cannot use the timings file `./timings.json`\n  caused by: line 1, column \
                  1: ends in the middle\nhint: mend the file, or remove it to start with no \
                  history; it was left as it is";
    place.refuses(&["merge", "parts", "-o", "merged", "--update-timings"], 5, stderr);
}

#[test]
fn results_of_a_shard_that_the_plan_does_not_have_are_named() {
    let place = parts();
    place.write("parts/1/shards/9/events.ndjson", place.read("parts/1/shards/1/events.ndjson"));
    let stderr = "error: cannot use the events `parts/1/shards/9/events.ndjson`: the plan beside it \
                  has 2 shards\nhint: results of another plan? keep each run's output folder by \
                  itself";
    place.refuses(&["merge", "parts", "-o", "merged"], 5, stderr);
}

#[test]
fn events_of_another_shard_in_a_shards_file_are_named() {
    let place = parts();
    let file = "parts/1/shards/1/events.ndjson";
    let events = place.read(file);
    let lines = events.lines().count();
    let key = json!({"project": "chromium", "file": "b.spec.ts", "titles": ["b2"], "repeat": 0});
    let moved = |shard: u32, from: u32| {
        let event = json!({"event": "tests-moved", "shard": shard, "attempt": 1, "from": from,
            "keys": [key]});
        format!("{events}{event}\n")
    };
    let renumbered = events.replace("\"shard\":1", "\"shard\":2");
    let first = 1 + events.lines().position(|line| line.contains("\"shard\":1")).expect("one");
    let hint = "\nhint: each file holds what its own shard said: take the folder as the run wrote \
                it, or run that shard again";
    for (content, line, reason) in [
        (moved(3, 2), lines + 1, "is of shard 3, and the file is that of 1"),
        (moved(1, 3), lines + 1, "takes tests from shard 3, and its plan has 1 to 2"),
        (renumbered, first, "is of shard 2, and the file is that of 1"),
    ] {
        place.write(file, content);
        let head = format!("error: cannot use the events `{file}`: line {line} ");
        let stderr = format!("{head}{reason}{hint}");
        place.refuses(&["merge", "parts", "-o", "merged"], 5, &stderr);
    }
    place.write(file, events);
    assert_eq!(place.call(&["merge", "parts", "-o", "merged", "-q"]).code, 0);
    // A merge has the shards of several plans; each takes over from those of its own.
    place.write("suite.json", with_result(six(), "b2", "failed", "boom").to_string());
    assert_eq!(place.play(&["run", "-q", "--shards", "2", "-o", "first"]).code, 1);
    place.write("suite.json", six().to_string());
    assert_eq!(place.play(&["run", "-q", "--rerun", "first", "-o", "again"]).code, 0);
    assert_eq!(place.call(&["merge", "first", "again", "-o", "both", "-q"]).code, 0);
    let file = "both/shards/3/events.ndjson";
    let event = json!({"event": "tests-moved", "shard": 3, "attempt": 1, "from": 1, "keys": [key]});
    place.write(file, format!("{}{event}\n", place.read(file)));
    let said = place.call(&["merge", "both", "-o", "merged"]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""), "{}", said.stderr);
    assert!(said.stderr.contains("takes tests from shard 1, and its plan has 3 to 3"));
}

#[test]
fn reports_of_other_tools_beside_our_own_results_are_refused() {
    let place = parts();
    let bad = "<testsuite name='x'><testcase name='y'><failure/></testcase></testsuite>";
    place.write("foreign/bad.xml", bad);
    place.write("page/index.html", "<html></html>");
    place.write("blobs/report-1.jsonl", "{}\n");
    place.write("logs/log.txt", "noise");
    place.write("logs/shot.png", "noise");
    let tail = "no results of `run`, which the other inputs hold\nhint: merge them apart, each kind \
                with an --output of its own: one report cannot count both";
    for (inputs, named) in [
        (&["foreign"][..], "`foreign` holds JUnit files"),
        (&["foreign/bad.xml"], "`foreign/bad.xml` holds JUnit files"),
        (&["page"], "`page` holds HTML or blob reports"),
        (&["blobs", "foreign"], "`blobs` holds HTML or blob reports, `foreign` holds JUnit files"),
    ] {
        let arguments = [&["merge", "parts"], inputs, &["-o", "merged"]].concat();
        place.refuses(&arguments, 5, &format!("error: {named} and {tail}"));
    }
    // What is no report is no reason, and what a CI machine put into one folder is one input.
    place.write("parts/playwright-report/index.html", "<html></html>");
    place.write("parts/junit/results.xml", bad);
    for _ in 0..2 {
        let said = place.call(&["merge", "parts", "logs", "-o", "merged", "-q"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    // Its own old report is none of another tool.
    let said = place.call(&["merge", "parts", "merged", "-o", "merged", "-q"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn results_behind_a_link_are_named_and_make_3() {
    let place = parts();
    place.write("suite.json", with_result(six(), "b2", "failed", "boom").to_string());
    assert_eq!(place.play(&["run", "--shard", "2/2", "-q", "-o", "elsewhere/again"]).code, 1);
    symlink(place.path("elsewhere/again"), place.path("parts/again")).unwrap();
    let named = "`parts/again` was left out it is a link to a folder with results name the folder, \
                 too";
    for inputs in [&["parts"][..], &["parts/1", "parts/2", "parts"]] {
        let said = place.call(&[&["merge"], inputs, &["-o", "merged", "-q"]].concat());
        assert_eq!((said.code, said.stdout.as_str()), (3, ""), "{}", said.stderr);
        assert!(said.flat().replace("│ ", "").contains(named), "{}", said.stderr);
    }
    for report in ["junit.xml", "results.json", "summary.md", "index.html"] {
        let text = place.read(&format!("merged/{report}"));
        assert!(text.contains("was left out"), "{report}: {text}");
    }
    let said = place.play(&["plan", "--rerun", "parts"]);
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.stderr.starts_with("error: `parts/again` was left out\nhint: "), "{said:?}");
    // Who names what the link leads to gets it counted, and once.
    for named in ["parts/again", "elsewhere"] {
        let said = place.call(&["merge", "parts", named, "-o", "merged", "-q"]);
        assert_eq!(said.code, 1, "{}", said.stderr);
        assert!(said.stderr.contains("5 passed, 1 failed"), "{}", said.stderr);
    }
    // A link to what was merged anyway, or to none, is no reason.
    fs::remove_file(place.path("parts/again")).unwrap();
    symlink(place.path("parts/1"), place.path("parts/latest")).unwrap();
    symlink(place.path("elsewhere/again/shards/2/attempt-1"), place.path("parts/logs")).unwrap();
    let said = place.call(&["merge", "parts", "-o", "merged", "-q"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn a_link_to_reports_of_other_tools_beside_our_own_results_is_refused() {
    let place = parts();
    let bad = "<testsuite name='x'><testcase name='y'><failure/></testcase></testsuite>";
    place.write("elsewhere/bad.xml", bad);
    fs::create_dir(place.path("foreign")).unwrap();
    symlink(place.path("elsewhere"), place.path("foreign/link")).unwrap();
    place.refuses(
        &["merge", "parts", "foreign", "-o", "merged"],
        5,
        "error: `foreign` holds links to reports and no results of `run`, which the other inputs \
         hold\nhint: merge them apart, each kind with an --output of its own: one report cannot \
         count both",
    );
}

#[test]
fn results_that_lost_their_plan_are_named() {
    let place = parts();
    fs::remove_file(place.path("parts/2/plan.json")).unwrap();
    place.refuses(
        &["merge", "parts", "-o", "merged"],
        5,
        "error: cannot use the events `parts/2/shards/2/events.ndjson`: no plan.json lies beside \
         them\nhint: take the whole folder that the run wrote",
    );
    // What a test wrote is no folder of results, whatever it looks like, and neither is any
    // folder that is called so.
    fs::remove_dir_all(place.path("parts/2")).unwrap();
    assert_eq!(place.play(&["run", "--shard", "2/2", "-q", "-o", "parts/2"]).code, 0);
    place.write("parts/1/shards/1/attempt-1/out/shards/1/events.ndjson", "written by a test");
    place.write("parts/shards/readme.txt", "mine");
    let said = place.call(&["merge", "parts", "-o", "merged", "-q"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}
