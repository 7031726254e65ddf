//! `report flaky|failed|slow`: folders and CTRF files of many runs go in; what they say about single
//! tests is printed, and nothing is silently left out.

use std::fs;

use serde_json::{Value, json};

use crate::support::fixture;
use crate::support::place::{Place, plain};
use crate::support::script::{six, with_result};

/// A day, in milliseconds.
const DAY: u64 = 86_400_000;
/// 2026-11-01.
const FIRST: u64 = 1_793_491_200_000;

/// Runs the suite of `script` once more, in `runs/NAME`.
fn run(place: &Place, name: &str, script: &Value, flags: &[&str]) {
    place.write("suite.json", script.to_string());
    let output = format!("runs/{name}");
    place.play(&[&["run", "-q", "-o", &output], flags].concat());
}

/// A test that fails and passes at its second try.
fn wobbling() -> Value {
    let mut script =
        with_result(six(), "b2", "failed", "\u{1b}[31mtoo late\u{1b}[0m\nat 3 o'clock");
    script["results"]["b2@2"] = json!({"status": "passed", "duration": 4});
    script
}

/// A CTRF file of another tool, a day after the one before: each test as name, status, time, flaky.
fn foreign(place: &Place, day: u64, commit: &str, tests: &[(&str, &str, u64, bool)]) {
    let test = |(name, status, duration, flaky): &(&str, &str, u64, bool)| {
        json!({"name": name, "status": status, "duration": duration, "flaky": flaky,
            "suite": "cart", "message": if *status == "failed" { "boom" } else { "" }})
    };
    let tests: Vec<Value> = tests.iter().map(test).collect();
    let file = json!({"reportFormat": "CTRF", "results": {"tool": {"name": "jest"},
        "summary": {"start": FIRST + day * DAY}, "environment": {"commit": commit},
        "tests": tests}});
    place.write(&format!("ctrf/{day}.json"), file.to_string());
}

/// What `report` prints as JSON.
fn rows(place: &Place, arguments: &[&str]) -> Value {
    let said = place.call(&[&["report"], arguments, &["--format", "json"]].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    serde_json::from_str(&said.stdout).unwrap()
}

#[test]
fn a_flaky_test_is_told_with_its_rate_its_attempts_and_its_error() {
    let place = Place::scripted(&six());
    run(&place, "1", &six(), &[]);
    run(&place, "2", &wobbling(), &["--retries", "1"]);
    let found = rows(&place, &["flaky", "runs"]);
    assert_eq!((&found["format"], &found["runs"]), (&json!("shardwright.flaky"), &json!(2)));
    let [row] = found["rows"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!((&row["titles"], &row["project"]), (&json!(["b2"]), &json!("chromium")));
    assert_eq!(
        (&row["flaky_runs"], &row["runs"], &row["shards"]),
        (&json!(1), &json!(2), &json!([1]))
    );
    assert_eq!((&row["executions"], &row["failures"]), (&json!(3), &json!(1)));
    assert_eq!(row["last_error"], "too late");
    let said = place.call(&["report", "flaky", "runs"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let line = "1 of 2 50 % ";
    assert!(plain(&said.stdout).contains(line), "{}", said.stdout);
    assert!(said.stdout.lines().all(|line| line.chars().count() <= 80), "{}", said.stdout);
}

#[test]
fn two_runs_of_one_commit_that_differ_are_flaky() {
    let place = Place::scripted(&six());
    let runs = [("1", "c1", six()), ("2", "c1", with_result(six(), "b2", "failed", "boom"))];
    for (name, commit, script) in runs {
        place.write("suite.json", script.to_string());
        let output = format!("runs/{name}");
        let mut tool = place.tool(&["run", "-q", "--fake", "suite.json", "-o", &output]);
        place.answer(tool.env("GITHUB_ACTIONS", "true").env("GITHUB_SHA", commit));
    }
    let found = rows(&place, &["flaky", "runs"]);
    assert_eq!((&found["flaky"], &found["rows"][0]["titles"]), (&json!(1), &json!(["b2"])));
}

#[test]
fn a_run_that_is_there_twice_counts_once() {
    let place = Place::scripted(&six());
    for part in ["1", "2"] {
        run(&place, part, &six(), &["--shard", &format!("{part}/2")]);
    }
    // Two nodes are one run.
    assert_eq!(rows(&place, &["slow", "runs"])["runs"], 1);
    let said = place.call(&["merge", "runs", "-q", "-o", "runs/merged"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    fs::copy(place.path("runs/merged/results.json"), place.path("runs/copy.json")).unwrap();
    fs::copy(place.path("runs/merged/results.json"), place.path("runs/copied again.json")).unwrap();
    let said = place.call(&["report", "slow", "runs", "runs", "--format", "json"]);
    let found: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((&found["runs"], &found["timed"]), (&json!(1), &json!(6)), "{}", said.stderr);
    for copy in ["runs/1", "runs/copy.json"] {
        let told =
            format!("`{copy}` tells of a run that `runs/merged` tells of, too: counted once\n");
        assert!(said.stderr.contains(&told), "{}", said.stderr);
    }
    // And a run more is a run more, whatever plan it had.
    run(&place, "later", &six(), &["--shards", "2"]);
    assert_eq!(rows(&place, &["slow", "runs"])["runs"], 2);
}

#[test]
fn nodes_of_two_builds_are_two_runs_wherever_they_lie() {
    let place = Place::scripted(&six());
    for build in ["7", "8"] {
        for part in ["1", "2"] {
            let (shard, name) = (format!("{part}/2"), format!("{build}-{part}"));
            let output = format!("runs/{name}");
            let arguments = ["run", "--fake", "suite.json", "-q", "--shard", &shard, "-o", &output];
            let said = place.answer(place.tool(&arguments).env("SHARDWRIGHT_BUILD", build));
            assert_eq!(said.code, 0, "{}", said.stderr);
            let results = place.read(&format!("runs/{name}/results.json"));
            place.write(&format!("files/{name}.json"), results);
        }
    }
    for inputs in ["runs", "files"] {
        let found = rows(&place, &["slow", inputs]);
        assert_eq!((&found["runs"], &found["timed"]), (&json!(2), &json!(6)), "{inputs}: {found}");
    }
}

#[test]
fn a_run_and_its_re_runs_are_one_run_merged_or_not() {
    let ill = with_result(six(), "b2", "failed", "boom");
    let place = Place::scripted(&ill);
    let night = |night: &str| {
        let (first, again) = (format!("{night}-first"), format!("{night}-again"));
        run(&place, &first, &ill, &["--shards", "2"]);
        run(&place, &again, &six(), &["--rerun", &format!("runs/{first}")]);
    };
    night("1");
    let merge = ["merge", "runs/1-first", "runs/1-again", "-q", "-o", "runs/merged"];
    assert_eq!(place.call(&merge).code, 0);
    let told = |inputs: &[&str]| {
        let found = rows(&place, &[&["flaky"], inputs].concat());
        let row = &found["rows"][0];
        [&found["runs"], &row["flaky_runs"], &row["executions"], &row["failures"]]
            .map(|number| number.as_u64().expect("a number"))
    };
    let (first, again, merged) = ("runs/1-first", "runs/1-again", "runs/merged");
    for inputs in [&[merged][..], &[first, again], &[again, merged], &[first, again, merged]] {
        assert_eq!(told(inputs), [1, 1, 2, 1], "{inputs:?}");
    }
    let said = place.call(&["report", "slow", "runs"]);
    for folder in [first, again] {
        let once = format!("`{folder}` tells of a run that `{merged}` tells of, too: counted once");
        assert!(said.stderr.contains(&once), "{}", said.stderr);
    }
    // The next night is another run, with a re-run of its own.
    night("2");
    assert_eq!(told(&["runs"]), [2, 2, 4, 2]);
}

#[test]
fn what_fails_is_told_with_its_streak_and_other_tools_are_read() {
    let place = Place::new();
    let states = [("passed", "passed"), ("failed", "failed"), ("failed", "passed")];
    for (day, (adds, pays)) in (0..).zip(states) {
        foreign(
            &place,
            day,
            &format!("c{day}"),
            &[("adds", adds, 9, false), ("pays", pays, 9, false)],
        );
    }
    let found = rows(&place, &["failed", "ctrf"]);
    let told: Vec<_> = found["rows"].as_array().unwrap().iter().collect();
    let since = json!(FIRST + DAY);
    assert_eq!((&told[0]["titles"], &told[0]["failed_in_a_row"]), (&json!(["adds"]), &json!(2)));
    assert_eq!((&told[0]["failing_since"], &told[0]["last_passed"]), (&since, &json!(FIRST)));
    assert_eq!((&told[1]["titles"], &told[1]["failed_in_a_row"]), (&json!(["pays"]), &json!(0)));
    // Of different commits, none of it proves that anything is flaky.
    assert_eq!(rows(&place, &["flaky", "ctrf"])["flaky"], 0);
    foreign(&place, 3, "c2", &[("adds", "passed", 9, false)]);
    let found = rows(&place, &["flaky", "ctrf"]);
    assert_eq!(
        (&found["rows"][0]["flaky_runs"], &found["rows"][0]["runs"]),
        (&json!(1), &json!(4))
    );
}

#[test]
fn what_failed_only_in_the_last_run_is_said_so() {
    let place = Place::new();
    for (day, status) in (0..).zip(["passed", "failed"]) {
        foreign(&place, day, "c", &[("adds", status, 9, false)]);
    }
    let said = place.call(&["report", "failed", "ctrf"]);
    assert_eq!(
        said.stdout,
        "2 runs from 2026-11-01 to 2026-11-02, 1 test

 failed in  now                     since       passed last  test
    1 of 2  failed in the last run  2026-11-02  2026-11-01   cart › adds
                                                             │ boom
"
    );
}

#[test]
fn what_got_slower_is_told_with_the_day() {
    let place = Place::new();
    for (day, took) in (0..).zip([1_000, 1_100, 1_000, 2_000, 2_100, 2_000]) {
        foreign(
            &place,
            day,
            "c",
            &[("adds", "passed", took, false), ("pays", "passed", 50, false)],
        );
    }
    let said = place.call(&["report", "slow", "ctrf", "--limit", "1"]);
    assert_eq!(
        said.stdout,
        "6 runs from 2026-11-01 to 2026-11-06, 2 tests

 median    p95  latest  runs  slowest tests
  1.6 s  2.1 s   2.0 s     6  cart › adds
                              │ slower: 1.0 s → 2.0 s since 2026-11-04
  and 1 more, see --limit

 median    p95  latest  runs  slowest files
  1.6 s  2.1 s   2.0 s     6  cart (2 tests)
                              │ slower: 1.1 s → 2.0 s since 2026-11-04
"
    );
}

#[test]
fn a_bad_file_is_named_and_all_others_count() {
    let place = Place::new();
    foreign(&place, 0, "c", &[("adds", "passed", 9, true)]);
    place.write("ctrf/torn.json", "{\"reportFormat\":\"CTRF\",\"results\":{\"tests\":[{\"na");
    place.write("ctrf/package.json", "{\"name\":\"shop\"}");
    place.write("ctrf/tsconfig.json", "{ // no JSON\n}");
    place.write("ctrf/old/plan.json", "{}");
    fs::create_dir(place.path("ctrf/old/shards")).unwrap();
    let said = place.call(&["report", "flaky", "ctrf", "--format", "json"]);
    assert_eq!(said.code, 5, "{}", said.stderr);
    let found: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((&found["runs"], &found["flaky"]), (&json!(1), &json!(1)));
    assert_eq!(
        said.stderr,
        "2 other JSON files: no results
warning: left out: cannot use the plan `ctrf/old/plan.json`: is not a `shardwright.plan` file
warning: left out: `ctrf/torn.json` line 1, column 47: ends in the middle
"
    );
    // Who names a file means it.
    let said = place.call(&["report", "flaky", "ctrf/package.json", "ctrf/0.json"]);
    assert_eq!(said.code, 5);
    assert_eq!(said.stderr, "warning: left out: `ctrf/package.json` holds no CTRF report\n");
}

#[test]
fn no_run_is_said_and_is_no_success() {
    let place = Place::new();
    fs::create_dir(place.path("empty")).unwrap();
    place.refuses(
        &["report", "flaky", "empty"],
        4,
        "error: no results in `empty`\nhint: name output folders of `run` or `merge`, folders that \
         hold such, or CTRF files",
    );
    place.refuses(
        &["report", "slow", "nowhere"],
        5,
        "error: no file or folder `nowhere`\nhint: name the folder that the results were \
         downloaded to",
    );
    foreign(&place, 0, "c", &[("adds", "passed", 9, false)]);
    place.refuses(
        &["report", "failed", "ctrf", "--since", "2026-12-01"],
        4,
        "error: the only run in `ctrf` is not young enough\nhint: see --since",
    );
    foreign(&place, 2, "c", &[("adds", "passed", 9, false)]);
    place.refuses(
        &["report", "failed", "ctrf", "--since", "2026-12-01"],
        4,
        "error: none of 2 runs in `ctrf` is young enough\nhint: see --since",
    );
    assert_eq!(rows(&place, &["failed", "ctrf", "--since", "2026-11-02"])["runs"], 1);
    let said = place.call(&["report", "failed", "ctrf"]);
    assert_eq!(said.stdout, "2 runs from 2026-11-01 to 2026-11-03, 1 test: no test failed\n");
    place.write("ctrf/undated.json", "{\"results\":{\"tests\":[]}}");
    let said = place.call(&["report", "failed", "ctrf", "--since", "2026-11-02"]);
    let warning = "warning: left out by --since: `ctrf/undated.json` does not say when it was\n";
    assert_eq!((said.code, said.stderr.as_str()), (0, warning));
}

#[test]
fn a_hostile_title_stays_text_in_every_format() {
    let place = Place::new();
    let title = "a|b `c` <img src=x> @team\n::error::x \u{1b}[31m";
    foreign(&place, 0, "c", &[(title, "failed", 9, false), (title, "passed", 9, true)]);
    for command in ["flaky", "failed", "slow"] {
        let table = place.call(&["report", command, "ctrf"]).stdout;
        assert!(!table.contains('\u{1b}'), "{table}");
        assert!(table.lines().all(|line| !line.trim_start().starts_with("::")), "{table}");
        let said = place.call(&["report", command, "ctrf", "--format", "markdown"]).stdout;
        assert!(said.contains("a&#124;b &#96;c&#96; &lt;img src=x&gt; @team␊::error::x"), "{said}");
    }
}

#[test]
fn markdown_is_a_table_for_a_job_summary() {
    let place = Place::new();
    foreign(&place, 0, "c", &[("adds", "passed", 1_000, true)]);
    let said = place.call(&["report", "flaky", "ctrf", "--format", "markdown"]);
    assert_eq!(
        said.stdout,
        "### Flaky tests

1 run of 2026-11-01, 1 test

| flaky in | rate | first | last | failures | test |
|---:|---:|---|---|---:|---|
| 1 of 1 | 100 % | 2026-11-01 | 2026-11-01 | 1 of 2 | <code>cart › adds</code> |
"
    );
}

#[test]
fn the_json_is_that_of_the_golden_files() {
    let place = Place::new();
    for (day, took) in (0..).zip([1_000, 1_000, 1_000, 2_000, 2_000, 2_000]) {
        let pays = if day % 2 == 0 { "failed" } else { "passed" };
        let tests = [("adds", "passed", took, day == 4), ("pays", pays, 50, false)];
        foreign(&place, day, &format!("c{}", day / 2), &tests);
    }
    for command in ["flaky", "failed", "slow"] {
        let said = place.call(&["report", command, "ctrf", "--format", "json"]);
        let golden = fixture(&format!("wire/{command}-v1.json"));
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(said.stdout, expected, "{}", golden.display());
    }
}

#[test]
fn files_alone_say_the_same_as_their_folders() {
    let ill = with_result(six(), "b2", "failed", "boom");
    let place = Place::scripted(&ill);
    run(&place, "first", &ill, &["--shards", "2"]);
    run(&place, "again", &six(), &["--rerun", "runs/first"]);
    let merge = ["merge", "runs/first", "runs/again", "-q", "-o", "runs/merged"];
    assert_eq!(place.call(&merge).code, 0);
    for name in ["first", "again", "merged"] {
        place.write(&format!("f/{name}.json"), place.read(&format!("runs/{name}/results.json")));
    }
    let (first, again, merged) = ("f/first.json", "f/again.json", "f/merged.json");
    for inputs in [
        &["runs"][..],
        &["f"],
        &["runs", "f"],
        &[first, again],
        &[again, merged],
        &["runs/merged", first],
        &["runs/first", again],
        &[first, "runs/again"],
    ] {
        let found = rows(&place, &[&["flaky"], inputs].concat());
        let row = &found["rows"][0];
        let told = [&found["runs"], &row["flaky_runs"], &row["executions"], &row["failures"]];
        assert_eq!(told, [1, 1, 2, 1], "{inputs:?}: {found}");
    }
}

#[test]
fn files_of_a_matrix_are_one_run_and_none_of_them_is_lost() {
    let ill = with_result(six(), "b2", "failed", "boom");
    let place = Place::scripted(&ill);
    for part in ["1", "2"] {
        run(&place, part, &ill, &["--shard", &format!("{part}/2")]);
        place.write(&format!("f/{part}.json"), place.read(&format!("runs/{part}/results.json")));
        let artifact = format!("artifacts/node-{part}/results.json");
        place.write(&artifact, place.read(&format!("runs/{part}/results.json")));
    }
    assert_eq!(place.call(&["merge", "runs", "-q", "-o", "merged"]).code, 1);
    place.write("g/merged.json", place.read("merged/results.json"));
    for inputs in [&["f"][..], &["artifacts"], &["f", "g"], &["f", "merged"], &["g", "runs"]] {
        let found = rows(&place, &[&["failed"], inputs].concat());
        let row = &found["rows"][0];
        let told = [&found["runs"], &found["tests"], &row["failed_runs"], &row["runs"]];
        assert_eq!(told, [1, 6, 1, 1], "{inputs:?}: {found}");
    }
    // Both began in the same millisecond, and an older shardwright said nothing of its shards.
    for part in ["1", "2"] {
        let mut file = place.json(&format!("f/{part}.json"));
        file["results"]["summary"]["start"] = json!(FIRST);
        file["results"]["extra"]["shardwright.run"]["plans"].take();
        place.write(&format!("f/{part}.json"), file.to_string());
    }
    assert_eq!(rows(&place, &["failed", "f"])["rows"][0]["titles"], json!(["b2"]));
}
