//! What `shardwright.toml` says of the tests of a project or with a tag: it changes the plan alike
//! on every machine, and how often failed tests are tried again.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::script::{six, suite, with_result};

/// The suite of [`six`] with tags, where three tests fail the first time and pass then.
fn failing() -> Value {
    let mut script = six();
    script["list"]["groups"][1]["tests"][1]["tags"] = json!(["@flaky"]);
    script["list"]["groups"][2]["tests"][0]["tags"] = json!(["@flaky", "@very"]);
    for title in ["a1", "b2", "c1"] {
        script = with_result(script, title, "failed", "boom");
        script["results"][format!("{title}@2")] = json!({"status": "passed", "duration": 7});
    }
    // One of them needs one more.
    script["results"]["c1@2"] = json!({"status": "failed", "duration": 7, "error": "boom"});
    script["results"]["c1@3"] = json!({"status": "passed", "duration": 7});
    script
}

/// The exit code of a run of [`failing`] with these settings, and how its failing tests ended.
fn ran(settings: &str, arguments: &[&str]) -> (i32, [String; 3]) {
    let place = Place::scripted(&failing());
    place.write("shardwright.toml", settings);
    let said = place.play(&[&["run", "-q"], arguments].concat());
    let results = place.json("shardwright-report/results.json");
    let tests = results["results"]["tests"].as_array().expect("tests").iter();
    let ends: BTreeMap<String, String> = tests
        .map(|test| {
            let status = test["status"].as_str().unwrap_or_default();
            let is_flaky = test["flaky"] == true;
            let name = test["name"].as_str().unwrap_or_default();
            let name = name.rsplit(' ').next().unwrap_or_default().to_owned();
            (name, if is_flaky { "flaky" } else { status }.to_owned())
        })
        .collect();
    (said.code, ["a1", "b2", "c1"].map(|title| ends[title].clone()))
}

#[test]
fn tests_with_a_tag_and_those_of_a_project_are_tried_again_as_often_as_is_said_of_them() {
    let end = |code, ends: [&str; 3]| (code, ends.map(str::to_owned));
    let (failed, flaky) = ("failed", "flaky");
    assert_eq!(ran("", &[]), end(1, [failed; 3]));
    assert_eq!(ran("per-tag.'@flaky'.retries = 1", &[]), end(1, [failed, flaky, failed]));
    // Of several tags the greatest holds.
    let both = "per-tag.flaky.retries = 1\nper-tag.'@very'.retries = 2\n";
    assert_eq!(ran(both, &[]), end(1, [failed, flaky, flaky]));
    assert_eq!(ran(&format!("{both}per-project.chromium.retries = 1"), &[]), end(0, [flaky; 3]));
    // A tag beats a project, and both beat what holds for all.
    let less = "retries = 2\nper-project.chromium.retries = 0\nper-tag.very.retries = 2\n";
    assert_eq!(ran(less, &[]), end(1, [failed, failed, flaky]));
    assert_eq!(ran("retries = 2\nper-project.other.retries = 0\n", &[]), end(0, [flaky; 3]));
    // A profile says otherwise of the one it names.
    let profile = format!("{both}[profile.ci]\nper-tag.very.retries = 0\n");
    assert_eq!(ran(&profile, &["--profile", "ci"]), end(1, [failed, flaky, failed]));
    // A flag beats the file.
    assert_eq!(ran(both, &["--retries", "0"]), end(1, [failed; 3]));
    // What may still be healed has not failed yet, and what may not has.
    let [one, two] = ["1", "2"].map(|most| ran(both, &["--max-failures", most]).0);
    assert_eq!((one, two), (1, 1));
}

#[test]
fn a_failure_that_is_tried_again_does_not_stop_the_run_and_another_does() {
    let script = with_result(six(), "b1", "failed", "boom");
    let stopped = |settings: &str| {
        let mut script = script.clone();
        script["list"]["groups"][1]["tests"][0]["tags"] = json!(["@flaky"]);
        script["results"]["b1@2"] = json!({"status": "passed", "duration": 7});
        let place = Place::scripted(&script);
        place.write("shardwright.toml", settings);
        place.play(&["run", "-q", "-x"]).code
    };
    assert_eq!(stopped("per-tag.flaky.retries = 1"), 0);
    assert_eq!(stopped("per-tag.other.retries = 1"), 1);
}

/// The plan of two shards for three files of which one has a tag, and what was said besides.
fn planned(settings: &str, timings: Option<&str>) -> (Value, String) {
    let mut script = suite(&[("a.spec.ts", &["a"]), ("b.spec.ts", &["b"]), ("c.spec.ts", &["c"])]);
    script["list"]["groups"][2]["tests"][0]["tags"] = json!(["@slow"]);
    let place = Place::scripted(&script);
    place.write("shardwright.toml", settings);
    if let Some(timings) = timings {
        place.write("timings.json", timings);
    }
    let said = place.play(&["plan", "--shards", "2", "--format", "json"]);
    assert_eq!(said.code, 0, "{said:?}");
    (serde_json::from_str(&said.stdout).expect("a plan"), said.stderr)
}

/// The files of each shard, with what each is taken to need.
fn dealt(plan: &Value) -> Vec<Vec<(String, u64)>> {
    let group = |group: &Value| {
        let file = group["file"].as_str().expect("a file").to_owned();
        (file, group["estimate_ms"].as_u64().expect("a time"))
    };
    let groups =
        |shard: &Value| shard["groups"].as_array().expect("groups").iter().map(group).collect();
    plan["shards"].as_array().expect("shards").iter().map(groups).collect()
}

#[test]
fn an_estimate_changes_the_plan_alike_everywhere() {
    let file = |name: &str, time: u64| (name.to_owned(), time);
    let (even, said) = planned("", None);
    assert!(said.contains("every test counts the same"), "{said}");
    assert_eq!(dealt(&even).iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    let settings = "per-tag.'@slow'.estimate = '1m'\nper-project.chromium.estimate = '2s'\n";
    let (plan, said) = planned(settings, None);
    assert_eq!(
        dealt(&plan),
        [vec![file("c.spec.ts", 60_000)], vec![file("a.spec.ts", 2_000), file("b.spec.ts", 2_000)],]
    );
    let told = "no timings yet in `./timings.json`: 3 tests by the settings, every other counts the \
                same\n";
    assert_eq!(said, told);
    assert_eq!(planned(settings, None).0["digest"], plan["digest"]);
    assert_ne!(even["digest"], plan["digest"]);
    // What was recorded is known better.
    let timings = r#"{"format":"shardwright.timings","version":1,"files":{
        "c.spec.ts":{"chromium":{"c":500}}}}"#;
    let (plan, _) = planned(settings, Some(timings));
    let mut all: Vec<(String, u64)> = dealt(&plan).into_iter().flatten().collect();
    all.sort();
    assert_eq!(all, [file("a.spec.ts", 2_000), file("b.spec.ts", 2_000), file("c.spec.ts", 500)]);
}

#[test]
fn a_run_goes_by_the_same_plan() {
    let mut script = suite(&[("a.spec.ts", &["a"]), ("b.spec.ts", &["b"]), ("c.spec.ts", &["c"])]);
    script["list"]["groups"][2]["tests"][0]["tags"] = json!(["@slow"]);
    let place = Place::scripted(&script);
    place.write("shardwright.toml", "per-tag.slow.estimate = '1m'\n");
    let digest = |plan: &Value| plan["digest"].as_str().expect("a digest").to_owned();
    let said = place.play(&["plan", "--shards", "2", "--format", "json", "-q"]);
    let planned: Value = serde_json::from_str(&said.stdout).expect("a plan");
    assert_eq!(place.play(&["run", "-q", "--shard", "1/2"]).code, 0);
    assert_eq!(digest(&place.json("shardwright-report/plan.json")), digest(&planned));
    let dry = place.play(&["run", "-q", "--shards", "2", "--dry-run"]).stdout;
    assert!(dry.contains("slowest 1 min 00 s"), "{dry}");
}

#[test]
fn a_project_or_a_tag_that_no_test_has_is_warned_of() {
    let place = Place::scripted(&failing());
    place.write(
        "shardwright.toml",
        "per-project.chromium.retries = 1\nper-project.webkti.retries = 1\nper-tag.flaky.retries = \
         1\nper-tag.'@slwo'.estimate = '1m'\n",
    );
    let warnings = |arguments: &[&str]| -> Vec<String> {
        let said = place.play(arguments);
        let lines = said.stderr.lines().filter(|line| line.starts_with("warning: the settings"));
        lines.map(str::to_owned).collect()
    };
    let both = [
        "warning: the settings have `per-project` for `webkti`, which no test belongs to",
        "warning: the settings have `per-tag` for `@slwo`, a tag of no test",
    ];
    assert_eq!(warnings(&["plan"]), both);
    assert_eq!(warnings(&["run", "--shard", "1/2"]), both);
    // A part of the suite says nothing of the whole.
    assert_eq!(warnings(&["plan", "--grep", "a1"]), Vec::<String>::new());
}
