//! `shardwright timings`: what each of its commands says, writes and leaves alone.

use serde_json::{Value, json};

use crate::support::fixture;
use crate::support::place::{Place, plain};
use crate::support::script::six;

const HEAD: &str = r#"{"format":"shardwright.timings","version":1,"#;
const CONFIG: &str = "export default { testDir: 'tests', projects: [{ name: 'chromium' }] };\n";
const MEND: &str =
    "hint: mend the file, or remove it to start with no history; it was left as it is";

/// The text of a timings file with these lines.
fn timings(lines: &[&str]) -> String {
    format!("{HEAD}\"files\":{{\n{}\n}}}}\n", lines.join(",\n"))
}

/// A project of two spec files, with a history of three.
fn project() -> Place {
    let place = Place::new();
    let import = "import { test } from '@playwright/test';\n";
    place.write("playwright.config.ts", CONFIG);
    place.write(
        "tests/a.spec.ts",
        format!("{import}test('one', () => {{}});\ntest('new', () => {{}});\n"),
    );
    place.write("tests/b.spec.ts", format!("{import}test('two', () => {{}});\n"));
    place.write("tests/left-out.ts", "");
    place.write(
        "timings.json",
        timings(&[
            r#""a.spec.ts":{"chromium":{"gone":[50,"flaky",3],"one":4000}}"#,
            r#""b.spec.ts":{"chromium":{"two":[1500,"failed"]}}"#,
            r#""c.spec.ts":{"chromium":{"three":9000}}"#,
            r#""left-out.ts":{"chromium":{"four":10}}"#,
        ]),
    );
    place
}

#[test]
fn a_person_sees_the_slowest_first_and_what_is_wrong() {
    let said = project().call(&["timings", "show", "--files", "3"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let expected = "\
5 tests in 4 files, [TIME] in all
2 of 3 tests of the suite have a known time, 2 entries are stale

took tests slowest files
[TIME] 1 c.spec.ts ████████████████████████
[TIME] 2 a.spec.ts ██████████
[TIME] 1 b.spec.ts ████
and 1 more

took slowest tests
[TIME] [chromium] › c.spec.ts › three ████████████████████████
[TIME] [chromium] › a.spec.ts › one ██████████
[TIME] [chromium] › b.spec.ts › two ████
and 2 more

took failed the last time
[TIME] [chromium] › b.spec.ts › two

took flaky lately, the flakiest first
[TIME] [chromium] › a.spec.ts › gone

stale: not in the suite any more
- no such test in the file: [chromium] › a.spec.ts › gone
- no such file: [chromium] › c.spec.ts › three

unknown: no entry of its own
- [chromium] › a.spec.ts › new
";
    assert_eq!(plain(&said.stdout), expected);
}

#[test]
fn what_suite_and_history_do_not_share_can_be_seen_alone_and_by_programs() {
    let place = project();
    let said = place.call(&["timings", "show", "--stale"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(lines[0], "2 of 3 tests of the suite have a known time, 2 entries are stale");
    assert_eq!(lines.len(), 8, "{}", said.stdout);

    let said = place.call(&["timings", "show", "--format", "json"]);
    let review: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(review["format"], "shardwright.timings-review");
    assert_eq!(review["files"][0], json!({"file": "c.spec.ts", "tests": 1, "duration": 9000}));
    assert_eq!(
        review["tests"][4],
        json!({"file": "left-out.ts", "project": "chromium", "titles": ["four"], "duration": 10,
            "last": "passed", "flaky": 0})
    );
    assert_eq!(review["suite"]["tests"], 3);
    assert_eq!(review["suite"]["stale"][1]["reason"], "no-file");
    assert_eq!(review["suite"]["unknown"][0]["titles"], json!(["new"]));

    let said = place.call(&["timings", "show", "--format", "list"]);
    assert_eq!(said.stdout.lines().count(), 5);
    assert!(said.stdout.ends_with("0.01 s  passed  [chromium] › left-out.ts › four\n"));
}

#[test]
fn a_history_can_be_looked_at_without_its_project() {
    let place = Place::new();
    place.write("timings.json", timings(&[r#""a.spec.ts":{"":{"one":40}}"#]));
    let said = place.call(&["timings", "show"]);
    assert_eq!(
        (said.code, said.stderr.as_str()),
        (0, "not compared with the suite: no spec file was found here\n",)
    );
    assert!(said.stdout.starts_with("1 test in 1 file, 0.04 s in all\n\n"), "{}", said.stdout);

    place.write("playwright.config.ts", CONFIG);
    place.write("tests/b.spec.ts", "import { test } from '@playwright/test';\ntest(");
    let said = place.call(&["timings", "show"]);
    assert_eq!(said.code, 0);
    assert!(said.stderr.starts_with("not compared with the suite: "), "{}", said.stderr);
    let said = place.call(&["timings", "show", "--stale"]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
}

#[test]
fn an_empty_or_a_strange_history_is_told_apart() {
    let place = project();
    place.write("timings.json", timings(&[r#""tests/a.spec.ts":{"chromium":{"one":40}}"#]));
    let said = place.call(&["timings", "show"]);
    let warning =
        "warning: 0 of 2 files match the timings: `a.spec.ts` here, `tests/a.spec.ts` there\n";
    assert_eq!((said.code, said.stderr.as_str()), (0, warning));
    let said = place.call(&["timings", "show", "--timings", "none.json"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, "no timings yet in `./none.json`\n"));
    assert!(said.stdout.starts_with("0 tests in 0 files, 0.00 s in all\n0 of 3 tests"));
    place.refuses(&["timings", "show", "--files", "0"], 2, "error: invalid value '0' for '--files <N>': number would be zero for non-zero type\n\nFor more information, try '--help'.");
}

#[test]
fn what_is_gone_is_pruned_and_what_may_come_back_is_not() {
    let place = project();
    let before = place.read("timings.json");
    let gone = "no such test in the file: [chromium] › a.spec.ts › gone\nno such file: [chromium] › c.spec.ts › three\n";
    let said = place.call(&["timings", "prune", "--dry-run"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, gone));
    assert_eq!(said.stderr, "2 entries would be removed\n");
    assert_eq!(place.read("timings.json"), before);

    let said = place.call(&["timings", "prune"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, gone));
    assert_eq!(said.stderr, "2 entries removed, 3 entries left\n");
    let left = timings(&[
        r#""a.spec.ts":{"chromium":{"one":4000}}"#,
        r#""b.spec.ts":{"chromium":{"two":[1500,"failed"]}}"#,
        r#""left-out.ts":{"chromium":{"four":10}}"#,
    ]);
    assert_eq!(place.read("timings.json"), left);
    let said = place.call(&["timings", "prune"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert_eq!(said.stderr, "0 entries removed, 3 entries left\n");
}

#[test]
fn what_only_a_run_leaves_out_is_not_pruned() {
    let place = project();
    let import = "import { test } from '@playwright/test';\n";
    place.write(
        "tests/a.spec.ts",
        format!("{import}test.only('one', () => {{}});\ntest('gone', () => {{}});\n"),
    );
    place.write(
        "tests/c.spec.ts",
        format!("{import}for (const n of f()) test(`n${{n}}`, () => {{}});\n"),
    );
    place
        .write("playwright.config.ts", "export default { testDir: 'tests', grepInvert: /two/ };\n");
    let before = place.read("timings.json");
    let said = place.call(&["timings", "prune"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    assert_eq!(place.read("timings.json"), before);
}

#[test]
fn a_history_that_fits_nothing_is_never_pruned_away() {
    let place = project();
    place.write("timings.json", timings(&[r#""tests/a.spec.ts":{"chromium":{"one":40}}"#]));
    let hint = "hint: nothing was removed; name the project folder with -C DIR, or the configuration with -c FILE";
    let stderr = format!(
        "error: 0 of 2 files match the timings: `a.spec.ts` here, `tests/a.spec.ts` there\n{hint}"
    );
    place.refuses(&["timings", "prune"], 5, &stderr);
    place.write("tests/a.spec.ts", "");
    place.write("tests/b.spec.ts", "");
    let said = place.call(&["timings", "prune", "--dry-run"]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""), "{}", said.stderr);
}

#[test]
fn a_run_teaches_and_a_part_of_it_teaches_its_part() {
    let place = Place::scripted(&six());
    assert_eq!(place.play(&["run", "-q", "--shard", "1/2", "--output", "all/one"]).code, 0);
    let said = place.call(&["timings", "update", "--from", "all"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    let half = place.read("timings.json");
    let learned = half.matches("spec.ts").count();
    assert!((1..3).contains(&learned), "{half}");
    let lines: Vec<&str> = said.stderr.lines().collect();
    assert_eq!(lines[0], "shard 2 of 2 has no results");
    assert!(lines[1].starts_with("timings written to timings.json: 0 of "), "{lines:?}");

    assert_eq!(
        place
            .play(&["run", "-q", "--shard", "2/2", "--output", "all/two", "--timings", "no.json"])
            .code,
        0
    );
    let said = place.call(&["timings", "update", "--from", "all/one", "all/two"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let whole = place.read("timings.json");
    assert_eq!(whole.matches("spec.ts").count(), 3, "{whole}");
    let said = place.call(&["timings", "update", "--from", "all"]);
    let same = "timings written to timings.json: 0 of 6 entries changed, 0 new, 0 removed\n";
    assert_eq!((said.code, said.stderr.as_str()), (0, same));
    assert_eq!(place.read("timings.json"), whole);
}

#[test]
fn runs_of_different_plans_teach_one_after_the_other() {
    let place = Place::scripted(&six());
    for (shards, output) in [("2", "runs/a"), ("3", "runs/b")] {
        assert_eq!(place.play(&["run", "-q", "--shards", shards, "--output", output]).code, 0);
    }
    let said = place.call(&["timings", "update", "--from", "runs"]);
    let new = "timings written to timings.json: 0 of 6 entries changed, 6 new, 0 removed\n";
    assert_eq!((said.code, said.stderr.as_str()), (0, new));
}

#[test]
fn nothing_to_learn_from_is_an_error() {
    let place = Place::scripted(&six());
    place.write("empty/notes.txt", "no results");
    place.refuses(
        &["timings", "update", "--from", "empty"],
        5,
        "error: no results in `empty`\nhint: name the output folder of `run`, or a folder that holds those of several nodes; for files of other tools there is `shardwright timings import`",
    );
    place.refuses(
        &["timings", "update", "--from", "gone"],
        5,
        "error: no folder `gone`\nhint: name the folder that the results were downloaded to",
    );
    let said = place.call(&["timings", "update"]);
    assert_eq!(said.code, 2);
    place.write("all/plan.json", "{}");
    place.write("all/shards/1/events.ndjson", "");
    let said = place.call(&["timings", "update", "--from", "all"]);
    assert_eq!(said.code, 5);
    assert!(said.stderr.starts_with("error: cannot use the plan `all/plan.json`: "), "{said:?}");
    assert!(!place.path("timings.json").exists());
}

#[test]
fn a_history_comes_from_other_tools_and_what_is_known_stays() {
    let place = Place::new();
    let file = |name: &str| fixture("import").join(name).to_string_lossy().into_owned();
    let (json, junit) = (file("results.json"), file("junit.xml"));
    let said = place.call(&["timings", "import", &json]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert_eq!(
        said.stderr,
        format!("{json}: 6 entries (playwright-json)\ntimings written to timings.json: 6 new\n")
    );
    let expected = timings(&[
        r#""b.spec.ts":{"alpha":{"bad @tag":[null,"failed"],"hostile \u001b[31m ]]> \"q\"":10}}"#,
        r#""sub/a.spec.ts":{"alpha":{"expected fail":10,"flaky":[10,"flaky",3],"outer":{"anon":10,"one › x":120}}}"#,
    ]);
    assert_eq!(
        place.read("timings.json").replace("\"files\":{", "\n\"files\":{").replacen(
            "\n\"files\"",
            "\"files\"",
            1
        ),
        expected
    );

    // JUnit joins titles and drops characters: what is the same test is known all the same.
    let said = place.call(&["timings", "import", "-q", &junit, "--input-format", "junit"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert!(
        place.read("timings.json").contains(r#""+hostile ":{"\u001b[31m ]]> \"q\"":10,"[31m "#)
    );
    assert_eq!(place.read("timings.json").matches("one").count(), 1);

    place.write("cypress.json", r#"{"durations":[{"spec":"e2e/a.cy.js","duration":9000}]}"#);
    place.write(".test_durations", r#"{"t/test_a.py::test_x": 1.5}"#);
    let said =
        place.call(&["timings", "import", "cypress.json", ".test_durations", &json, "--replace"]);
    assert_eq!(said.code, 0);
    assert!(
        said.stderr.ends_with("timings written to timings.json: 2 new, 6 replaced\n"),
        "{said:?}"
    );
    assert!(place.read("timings.json").contains("\n\"e2e/a.cy.js\":{\"\":9000},\n"));
    let said = place.call(&["timings", "import", "cypress.json"]);
    let kept = "timings written to timings.json: 0 new, 1 known already and kept (--replace takes the new ones)\n";
    assert!(said.stderr.ends_with(kept), "{said:?}");
    let said = place.call(&["timings", "show"]);
    assert!(plain(&said.stdout).contains("[TIME] all e2e/a.cy.js █"), "{}", said.stdout);
}

#[test]
fn input_that_cannot_be_imported_is_named_and_nothing_is_written() {
    let place = Place::new();
    place.write("good.json", r#"{"durations":[{"spec":"a.cy.js","duration":9000}]}"#);
    place.write("bad.json", "{\"durations\":[\n{\"spec\":\"a.cy.js\",\"duration\":}]}");
    place.write("notes.txt", "no");
    place.write("torn.zip", b"PK\x03\x04");
    let formats = "playwright-json, blob, junit, cypress-split, pytest-split";
    for (arguments, stderr) in [
        (
            ["good.json", "bad.json"],
            "error: cannot import `bad.json`: line 2, column 30: expected value".to_owned(),
        ),
        (
            ["good.json", "notes.txt"],
            format!(
                "error: `notes.txt` is in no format that can be imported\nhint: known are {formats}; --input-format NAME names one"
            ),
        ),
        (
            ["good.json", "gone.json"],
            "error: cannot read `gone.json`\n  caused by: No such file or directory (os error 2)"
                .to_owned(),
        ),
        (
            ["good.json", "--input-format=junit"],
            "error: `good.json` is not a JUnit file: there is no `testsuites` and no `testsuite` in it"
                .to_owned(),
        ),
    ] {
        let said = place.call(&[&["timings", "import", "-q"], &arguments[..]].concat());
        assert_eq!((said.code, said.stdout.as_str()), (5, ""), "{said:?}");
        assert!(said.stderr.starts_with(&stderr), "{stderr}\n{}", said.stderr);
        assert!(!place.path("timings.json").exists());
    }
    let said = place.call(&["timings", "import", "torn.zip"]);
    assert!(
        said.code == 5
            && said.stderr.starts_with("error: cannot import `torn.zip`: is no whole zip file\n"),
        "{said:?}"
    );
    place.write("timings.json", "[]");
    place.refuses(
        &["timings", "import", "good.json"],
        5,
        &format!("error: cannot use the timings file `./timings.json`\n  caused by: is not a `shardwright.timings` file\n{MEND}"),
    );
}

#[test]
fn two_files_are_joined_the_same_in_either_direction() {
    let place = Place::new();
    place.write("a.json", timings(&[r#""a":{"":{"x":100,"y":50}}"#]));
    place.write("b.json", timings(&[r#""a":{"":{"x":[300,"failed"]}}"#, r#""b":{"":{"z":10}}"#]));
    let merged = timings(&[r#""a":{"":{"x":[200,"failed"],"y":50}}"#, r#""b":{"":{"z":10}}"#]);
    for pair in [["a.json", "b.json"], ["b.json", "a.json"]] {
        let said = place.call(&[&["timings", "merge"], &pair[..]].concat());
        assert_eq!(
            (said.code, said.stdout.as_str(), said.stderr.as_str()),
            (0, merged.as_str(), "")
        );
    }
    let said = place.call(&["timings", "merge", "a.json", "b.json", "-o", "c.json"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert_eq!(said.stderr, "timings written to c.json: 3 entries\n");
    assert_eq!(place.read("c.json"), merged);

    place.write("mine.txt", "mine");
    let stderr = format!(
        "error: cannot use the timings file `mine.txt`\n  caused by: line 1, column 1: is not JSON: expected value\n{MEND}"
    );
    place.refuses(&["timings", "merge", "a.json", "b.json", "-o", "mine.txt"], 5, &stderr);
    place.refuses(&["timings", "merge", "a.json", "mine.txt"], 5, &stderr);
    place.refuses(
        &["timings", "merge", "a.json", "gone.json"],
        5,
        "error: no timings file `gone.json`",
    );
    place.refuses(
        &["timings", "merge", "a.json"],
        2,
        "error: two timings files are needed\nhint: `shardwright timings merge --conflicted` takes one",
    );
    place.refuses(
        &["timings", "merge", "--conflicted", "a.json", "b.json"],
        2,
        "error: --conflicted takes one file",
    );
}

#[test]
fn conflict_markers_are_resolved() {
    let place = Place::new();
    let conflict = |base: &str| {
        timings(&[&format!(
            "\"a\":{{\"\":{{\"x\":10}}}},\n<<<<<<< HEAD\n\"b\":{{\"\":{{\"x\":100,\"y\":100}}}},\n{base}=======\n\"b\":{{\"\":{{\"x\":500}}}},\n>>>>>>> other branch\n\"c\":{{\"\":{{\"x\":10}}}}"
        )])
    };
    let whole = |line: &str| timings(&[r#""a":{"":{"x":10}}"#, line, r#""c":{"":{"x":10}}"#]);
    for (base, line) in [
        ("", r#""b":{"":{"x":300,"y":100}}"#),
        ("||||||| 1234567\n\"b\":{\"\":{\"x\":100,\"y\":100}},\n", r#""b":{"":{"x":500}}"#),
    ] {
        place.write("timings.json", conflict(base));
        let hint = "hint: `shardwright timings merge --conflicted` resolves them; the file was left as it is";
        let stderr = format!(
            "error: cannot use the timings file `./timings.json`\n  caused by: line 3: has merge conflict markers\n{hint}"
        );
        place.refuses(&["timings", "show"], 5, &stderr);
        let said = place.call(&["timings", "merge", "--conflicted"]);
        assert_eq!((said.code, said.stdout.as_str()), (0, ""));
        let entries = if base.is_empty() { 4 } else { 3 };
        assert_eq!(
            said.stderr,
            format!("conflicts in timings.json resolved: {entries} entries; now `git add` it\n")
        );
        assert_eq!(place.read("timings.json"), whole(line));
    }
    let said = place.call(&["timings", "merge", "--conflicted", "timings.json"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, "timings.json has no conflict markers\n"));

    place.write("timings.json", conflict("").replace(">>>>>>>", ""));
    place.refuses(
        &["timings", "merge", "--conflicted"],
        5,
        "error: cannot resolve the conflicts in `./timings.json`\n  caused by: line 3: this conflict has no end",
    );
    place.write("timings.json", conflict("").replace(r#""x":500"#, r#""x":-1"#));
    let said = place.call(&["timings", "merge", "--conflicted"]);
    let stderr = "error: cannot use the timings file `./timings.json`\n  caused by: line 6, column 15: a duration cannot be negative (-1 ms), at `b ›  › x`\n";
    assert!(said.code == 5 && said.stderr.starts_with(stderr), "{said:?}");
    place.refuses(
        &["timings", "merge", "--conflicted", "gone.json"],
        5,
        "error: no timings file `gone.json`",
    );
}

#[test]
fn hostile_names_stay_in_their_place() {
    let hostile = "::error::\u{1b}[31mred\n::set-output name=x::y\u{202e}";
    let place = project();
    let file = json!({"format": "shardwright.timings", "version": 1, "files": {
        hostile: {hostile: {hostile: [10, "failed", 2]}, "": {hostile: 5, "": [null, "flaky"]}},
        "::warning::x": {"": 70},
    }});
    place.write("timings.json", file.to_string());
    place.write("other.json", file.to_string());
    place.write("junit.xml", "<testsuite name='::error::a' hostname='&#10;::error::'><testcase name='&#10;::error::x' classname='::error::a' time='1'/></testsuite>");
    for arguments in [
        &["show"][..],
        &["show", "--stale"],
        &["show", "--format", "list"],
        &["prune", "--dry-run", "-C", "."],
        &["import", "junit.xml", "--timings", "new.json"],
        &["show", "--timings", "new.json"],
    ] {
        let said = place.call(&[&["timings"], arguments].concat());
        let text = said.stdout + &said.stderr;
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{arguments:?}: {text:?}");
        assert!(
            !text.lines().any(|line| line.trim_start().starts_with("::")),
            "{arguments:?}: {text}"
        );
    }
    let said = place.call(&["timings", "merge", "timings.json", "other.json"]);
    let again: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(again["files"][hostile][hostile][hostile], json!([10, "failed", 2]));
}

#[test]
fn settings_of_other_commands_do_not_disturb() {
    let place = project();
    place.write(
        "shardwright.toml",
        "shards = 4\noutput = 'out'\nformat = 'json'\ntimings = 'kept.json'\n",
    );
    place.write("kept.json", timings(&[r#""a.spec.ts":{"chromium":{"one":40}}"#]));
    let said = place.call(&["timings", "show"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let review: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(review["tests"].as_array().map(Vec::len), Some(1));
    let mut command = place.tool(&["timings", "show"]);
    let said = place.answer(command.env("SHARDWRIGHT_FORMAT", "").env("SHARDWRIGHT_TIMINGS", ""));
    assert_eq!(said.code, 0, "{}", said.stderr);
}
