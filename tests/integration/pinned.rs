//! `run --plan FILE` and `run --pin FILE`: exactly the plan that was made before is run, and what it and the suite of
//! today do not have in common is named.

use crate::support::place::Place;
use crate::support::read;
use crate::support::script::{six, suite, with_result};

/// So long do the tests of three files take, as earlier runs tell.
fn timings(a: u32, b: u32, c: u32) -> String {
    format!(
        r#"{{"format":"shardwright.timings","version":1,"files":{{
"a.spec.ts":{{"chromium":{{"a1":{a}}}}},
"b.spec.ts":{{"chromium":{{"b1":{b},"b2":{b}}}}},
"c.spec.ts":{{"chromium":{{"c1":{c},"c2":{c},"c3":{c}}}}}
}}}}
"#
    )
}

/// The tests that a node's report has, whatever became of them.
fn ran(place: &Place, folder: &str) -> Vec<String> {
    read::verdicts(&place.path(folder)).into_keys().map(|key| key.titles.join(" ")).collect()
}

/// What CI calls on each node of three.
fn node(place: &Place, number: u32, output: &str, pin: bool) -> crate::support::Said {
    let shard = format!("{number}/3");
    let mut arguments = vec!["run", "--shard", &shard, "--quiet", "--output", output];
    arguments.extend(["--strategy", "lpt"]);
    arguments.extend(["--pin", "ci/plan.json"].into_iter().filter(|_| pin));
    place.play(&arguments)
}

#[test]
fn a_job_that_runs_again_has_the_tests_that_it_had_though_the_timings_moved() {
    let failing = with_result(six(), "b1", "failed", "no");
    let place = Place::scripted(&failing);
    place.write("timings.json", timings(9_000, 2_000, 1_000));
    for number in 1..=3 {
        let said = node(&place, number, &format!("first/{number}"), true);
        let files = ran(&place, &format!("first/{number}"));
        let is_failing = files.contains(&"b1".to_owned());
        assert_eq!((said.code, is_failing), (i32::from(is_failing), number == 2), "{said:?}");
    }
    assert_eq!(ran(&place, "first/2"), ["b1", "b2"]);
    let pinned = digest(&place, "ci/plan.json");

    // A day later: the test is mended from outside, and the timings are others.
    place.write("suite.json", six().to_string());
    place.write("timings.json", timings(100, 9_000, 500));
    assert_eq!(node(&place, 2, "loose", false).code, 0);
    assert_ne!(digest(&place, "loose/plan.json"), pinned, "the timings make another plan");
    assert_ne!(ran(&place, "loose"), ran(&place, "first/2"));

    let said = node(&place, 2, "again/2", true);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    assert_eq!(digest(&place, "again/2/plan.json"), pinned);
    assert_eq!(ran(&place, "again/2"), ["b1", "b2"]);

    // What CI keeps of both attempts is one run: complete and green.
    let merge = |folders: &[&str]| {
        place.call(&[&["merge"][..], folders, &["--output", "all", "--quiet"]].concat())
    };
    let said = merge(&["first/1", "again/2", "first/3"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(digest(&place, "all/plan.json"), pinned);
    let verdicts = read::verdicts(&place.path("all"));
    assert_eq!(verdicts.len(), 6);
    assert!(verdicts.values().all(|verdict| verdict == "passed"), "{verdicts:?}");
    // With the failed attempt it is flaky, and green all the same.
    assert_eq!(merge(&["first", "again"]).code, 0);
    let verdicts = read::verdicts(&place.path("all"));
    let flaky: Vec<_> = verdicts.iter().filter(|(_, verdict)| *verdict == "flaky").collect();
    assert_eq!((verdicts.len(), flaky.len()), (6, 1), "{verdicts:?}");
    // Without the pin it would not have been.
    assert_eq!(merge(&["first/1", "loose", "first/3"]).code, 3);
}

#[test]
fn a_plan_of_a_scan_is_run_whole_in_every_project() {
    let config = "export default { projects: [{ name: 'desktop' }, { name: 'phone' }] };\n";
    // Nobody knows these titles without running it.
    let spec = "import { test } from '@playwright/test';\nimport fs from 'fs';\n\
                for (const name of Object.keys(fs.constants).slice(0, 4)) test(name, () => {});\n";
    let simple = "import { test } from '@playwright/test';\ntest('plain', () => {});\n";
    let files =
        [("playwright.config.ts", config), ("made.spec.ts", spec), ("plain.spec.ts", simple)];
    let place = Place::with_playwright(&files);
    let said =
        place.call(&["plan", "--shards", "2", "--discover", "scan", "-o", "plan.json", "-q"]);
    assert_eq!(said.code, 0, "{said:?}");
    let plan = place.read("plan.json");
    assert_eq!(plan.matches("\"opaque\"").count(), 2, "{plan}");
    for shard in ["1/2", "2/2"] {
        let output = format!("all/{}", &shard[..1]);
        let process = ["--isolation", "process", "-q", "-o", &output];
        let run = ["run", "--plan", "plan.json", "--shard", shard];
        let said = place.call(&[&run[..], &process].concat());
        assert_eq!(said.code, 0, "{said:?}");
    }
    let said = place.call(&["merge", "all", "-o", "merged", "-q"]);
    assert_eq!(said.code, 0, "{said:?}");
    let verdicts = read::verdicts(&place.path("merged"));
    assert_eq!(verdicts.len(), 10, "{verdicts:?}");
    // And in one process both.
    let run = ["run", "--plan", "plan.json", "--isolation", "process", "-q"];
    let said = place.call(&run);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn who_comes_first_pins_the_plan_and_says_so() {
    let place = Place::scripted(&six());
    let pinned = ["run", "--shards", "2", "--pin", "deep/plan.json"];
    let said = place.play(&[&pinned[..], &["--dry-run"]].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(!place.path("deep").exists(), "nothing is run, and nothing pinned");
    let said = place.play(&pinned);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let plan = digest(&place, "deep/plan.json");
    let told = format!("plan {plan} is pinned by deep/plan.json from now on\n");
    assert!(said.stderr.contains(&told), "{}", said.stderr);
    let before = place.read("deep/plan.json");
    let said = place.play(&pinned);
    let told = format!("plan {plan} is pinned by deep/plan.json\n");
    assert!(said.code == 0 && said.stderr.contains(&told), "{}", said.stderr);
    assert_eq!(place.read("deep/plan.json"), before);
}

#[test]
fn of_two_nodes_that_plan_at_once_the_faster_one_pins() {
    let place = planned();
    // While this node still plans, another one has pinned its plan.
    let program = "#!/bin/sh\ncat > /dev/null\ncp plan.json pin.json\n\
                   echo '{\"shards\": [[\"g1\", \"g2\", \"g3\"], []]}'\n";
    place.write("program", program);
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(place.path("program"), executable).unwrap();
    let run = ["run", "--shards", "2", "--pin", "pin.json", "--strategy", "exec:./program"];
    let said = place.play(&run);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(place.read("shardwright-report/plan.json"), place.read("plan.json"));
    assert_eq!(place.read("pin.json"), place.read("plan.json"));
    let told = format!("plan {} is pinned by pin.json\n", digest(&place, "plan.json"));
    assert!(said.stderr.contains(&told), "{}", said.stderr);
}

#[test]
fn a_pinned_plan_of_another_suite_or_matrix_says_what_to_do() {
    let place = Place::scripted(&six());
    assert_eq!(place.play(&["run", "--shards", "2", "--pin", "plan.json", "-q"]).code, 0);
    let changed = suite(&[("a.spec.ts", &["a1", "new"]), ("b.spec.ts", &["b1", "b2"])]);
    place.write("suite.json", changed.to_string());
    let said = place.play(&["run", "--shards", "2", "--pin", "plan.json", "-q"]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    let told = "the suite is another than that of the plan: remove `plan.json`, and the next run \
                plans anew\n";
    assert!(said.stderr.contains(told), "{}", said.stderr);
    assert!(said.stderr.contains("1 test is not in the plan"), "{}", said.stderr);

    let hint = "\nhint: remove `plan.json`, and the next run plans anew";
    for (flag, value) in [("--shard", "1/3"), ("--shards", "4")] {
        let stderr = format!(
            "error: `{flag} {value}` does not fit the plan `plan.json`, which has 2 shards{hint}"
        );
        let arguments = ["run", flag, value, "--pin", "plan.json", "--fake", "suite.json"];
        place.refuses(&arguments, 2, &stderr);
    }
    place.write("plan.json", "{}");
    let said = place.play(&["run", "--shards", "2", "--pin", "plan.json"]);
    assert!(said.code == 5 && said.stderr.ends_with(&format!("{hint}\n")), "{}", said.stderr);
    for other in ["--plan", "--rerun"] {
        let said = place.play(&["run", "--pin", "plan.json", other, "x"]);
        assert!(said.code == 2 && said.stderr.contains("cannot be used with"), "{}", said.stderr);
    }
}

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

#[test]
fn a_re_run_with_a_pin_in_the_settings_pins_nothing() {
    let place = Place::scripted(&with_result(six(), "b1", "failed", "no"));
    assert_eq!(place.play(&["run", "--output", "first", "--quiet"]).code, 1);
    place.write("shardwright.toml", "pin = 'plan.json'\n");
    place.write("suite.json", six().to_string());
    let said = place.play(&["run", "--rerun", "first", "--output", "again"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(!said.stderr.contains("pinned"), "{}", said.stderr);
    assert!(!place.path("plan.json").exists());
    assert_eq!(place.play(&["run", "--quiet"]).code, 0);
    assert_eq!(ran(&place, "shardwright-report").len(), 6);
}

#[test]
fn the_plan_of_a_re_run_cannot_be_pinned() {
    let place = Place::scripted(&with_result(six(), "b1", "failed", "no"));
    assert_eq!(place.play(&["run", "--output", "first", "--quiet"]).code, 1);
    assert_eq!(place.play(&["plan", "--rerun", "first", "-o", "again.json"]).code, 0);
    let said = place.play(&["run", "--pin", "again.json"]);
    assert_eq!(said.code, 5);
    assert_eq!(
        said.stderr.trim_end(),
        "error: the plan in `again.json` is that of a re-run, and only what a whole suite needs can be pinned\n\
         hint: remove `again.json`, and the next run plans anew"
    );
    // Run once it may be; what it leaves out is said, new tests among it.
    place.write("suite.json", six().to_string());
    let said = place.play(&["run", "--plan", "again.json", "--output", "again"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.flat().contains(
            "5 tests are not in this plan of a re-run: well in what it re-runs, or new since"
        ),
        "{}",
        said.stderr
    );
}

#[test]
fn a_pin_where_no_file_stays_is_refused() {
    let place = Place::scripted(&six());
    let said = place.play(&["run", "--pin", "out/plan.json", "--output", "out"]);
    assert_eq!(said.code, 2);
    assert_eq!(
        said.stderr.trim_end(),
        "error: `--pin out/plan.json` is in the output folder, which each run makes anew\n\
         hint: name a file beside it, as `--pin plan.json`"
    );
    std::os::unix::fs::symlink("nowhere.json", place.path("plan.json")).unwrap();
    let said = place.play(&["run", "--pin", "plan.json"]);
    assert_eq!(said.code, 5);
    assert!(said.stderr.contains("cannot use the plan `plan.json`"), "{}", said.stderr);
}
