//! `run --plan FILE`: exactly the plan that was made before is run, and what it and the suite of
//! today do not have in common is named.

use crate::support::place::Place;
use crate::support::read;
use crate::support::script::{six, suite};

fn digest(place: &Place, file: &str) -> String {
    read::text(&place.json(file), "digest")
}

/// Three files in two shards, dealt by another rule than a run would take.
fn planned() -> Place {
    let place = Place::scripted(&six());
    let arguments = ["plan", "--shards", "2", "--strategy", "round-robin", "--workers", "1"];
    let said = place.play(&[&arguments[..], &["--plan-file", "plan.json"]].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    place
}

#[test]
fn a_pinned_plan_is_the_one_that_is_run() {
    let place = planned();
    assert_eq!(place.play(&["run", "--shards", "2", "--quiet"]).code, 0);
    assert_ne!(digest(&place, "shardwright-report/plan.json"), digest(&place, "plan.json"));
    let said = place.play(&["run", "--plan", "plan.json"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    assert!(!said.stderr.contains("no timings yet"), "{}", said.stderr);
    assert_eq!(place.read("shardwright-report/plan.json"), place.read("plan.json"));
    assert_eq!(read::verdicts(&place.path("shardwright-report")).len(), 6);
    // A report's folder holds its plan; its shards can be run on machines of their own.
    for node in ["1/2", "2/2"] {
        let output = format!("parts/{}", &node[..1]);
        let arguments = ["run", "--plan", "shardwright-report", "--shard", node, "-q"];
        let said = place.play(&[&arguments[..], &["--output", &output]].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    assert_eq!(place.call(&["merge", "parts", "--output", "merged", "--quiet"]).code, 0);
    assert_eq!(digest(&place, "merged/plan.json"), digest(&place, "plan.json"));
    assert_eq!(read::verdicts(&place.path("merged")).len(), 6);
}

#[test]
fn what_plan_and_suite_do_not_have_in_common_is_named_and_the_run_is_incomplete() {
    let place = planned();
    let changed = suite(&[
        ("a.spec.ts", &["a1", "new"]),
        ("b.spec.ts", &["b1", "b2"]),
        ("c.spec.ts", &["c1"]),
    ]);
    place.write("suite.json", changed.to_string());
    let said = place.play(&["run", "--plan", "plan.json", "--quiet"]);
    assert_eq!((said.code, said.stdout.as_str()), (3, ""), "{}", said.stderr);
    let named = "warning: 1 test is not in the plan, so that no shard runs it:\n  \
                 [chromium] › a.spec.ts › new\n\
                 warning: 2 tests are in the plan and not in the suite any more:\n  \
                 [chromium] › c.spec.ts › c2\n  [chromium] › c.spec.ts › c3\n";
    assert!(said.stderr.starts_with(named), "{}", said.stderr);
    let verdicts = read::verdicts(&place.path("shardwright-report"));
    let lost: Vec<&str> = verdicts
        .iter()
        .filter(|(_, verdict)| *verdict == "not-run")
        .map(|(key, _)| key.titles[0].as_str())
        .collect();
    assert_eq!((lost, verdicts.len()), (vec!["new", "c2", "c3"], 7));
    // Nodes that all did their part do not make it whole.
    for node in ["1/2", "2/2"] {
        let output = format!("parts/{}", &node[..1]);
        let arguments = ["run", "--plan", "plan.json", "--shard", node, "-q", "--output", &output];
        assert_eq!(place.play(&arguments).code, 3);
    }
    assert_eq!(place.call(&["merge", "parts", "--output", "merged", "--quiet"]).code, 3);
    assert_eq!(read::verdicts(&place.path("merged")), verdicts);
}

#[test]
fn long_lists_of_differences_are_cut() {
    let place = planned();
    let titles: Vec<String> = (10..35).map(|number| format!("new {number}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    place.write("suite.json", suite(&[("n.spec.ts", &titles), ("a.spec.ts", &["a1"])]).to_string());
    let said = place.play(&["run", "--plan", "plan.json", "--quiet"]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    let head = "warning: 25 tests are not in the plan, so that no shard runs them:\n  \
                [chromium] › n.spec.ts › new 10\n";
    assert!(said.stderr.starts_with(head), "{}", said.stderr);
    let cut = "  [chromium] › n.spec.ts › new 19\n  and 15 more\nwarning: 5 tests are in the plan";
    assert!(said.stderr.contains(cut), "{}", said.stderr);
}

#[test]
fn a_plan_that_does_not_fit_is_refused() {
    let place = planned();
    let fake = ["--fake", "suite.json"];
    let refuses = |arguments: &[&str], code: i32, stderr: &str| {
        place.refuses(&[&["run"], arguments, &fake].concat(), code, stderr);
    };
    refuses(
        &["--plan", "plan.json", "--shard", "2/3"],
        2,
        "error: `--shard 2/3` does not fit the plan `plan.json`, which has 2 shards\nhint: say \
         `--shard I/2`, or plan for 3",
    );
    refuses(
        &["--plan", "gone.json"],
        5,
        "error: cannot use the plan `gone.json`: No such file or directory (os error 2)\nhint: \
         `shardwright plan -o FILE` makes one",
    );
    place.write("other.json", place.read("plan.json").replace("b1", "b9"));
    let before = place.files();
    let said = place.play(&["run", "--plan", "other.json"]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    assert!(said.stderr.contains("was changed after it was made"), "{}", said.stderr);
    assert_eq!(place.files(), before);
    let said = place.play(&["run", "--plan", "plan.json", "--shards", "2"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert!(said.stderr.contains("cannot be used with"), "{}", said.stderr);
}
