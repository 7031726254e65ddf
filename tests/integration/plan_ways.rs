//! Plans side by side, numbers of shards, and priorities from the settings file.

use serde_json::{Value, json};

use crate::support::Said;
use crate::support::place::Place;
use crate::support::script::suite;

/// Four files of 8, 4, 2 and 2 seconds, in an order that Playwright's split does not like.
fn place() -> Place {
    let place = Place::scripted(&suite(&[
        ("a.spec.ts", &["a"]),
        ("b.spec.ts", &["b"]),
        ("c.spec.ts", &["c"]),
        ("d.spec.ts", &["d1", "d2"]),
    ]));
    place.write(
        "timings.json",
        r#"{"format":"shardwright.timings","version":1,"files":{
"a.spec.ts":{"chromium":{"a":2000}},
"b.spec.ts":{"chromium":{"b":2000}},
"c.spec.ts":{"chromium":{"c":4000}},
"d.spec.ts":{"chromium":{"d1":3000,"d2":5000}}
}}"#,
    );
    place
}

fn told(place: &Place, arguments: &[&str]) -> Said {
    let said = place.play(arguments);
    assert_eq!(said.code, 0, "{said:?}");
    said
}

/// The columns of a line.
fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_plan_says_how_good_it_is_and_what_blocks_a_better_one() {
    let place = place();
    let said = told(&place, &["plan", "--shards", "2"]);
    assert_eq!(said.stderr, "");
    let (_, foot) = said.stdout.split_once("5 tests by").expect("a foot");
    let (foot, _) = foot.split_once("; digest").expect("a digest");
    assert_eq!(
        foot,
        " `balanced`: slowest 8.0 s, mean 8.0 s, imbalance 1.00\nlower bound 8.0 s: optimal, no \
         plan with 2 shards is faster\n`d.spec.ts` (chromium) alone takes 8.0 s, no plan is \
         faster than that:\n  let its tests run in parallel, or split the file\n5 of 5 tests \
         have a history"
    );
    let said = told(&place, &["plan", "--shards", "2", "--strategy", "round-robin"]);
    let (_, foot) = said.stdout.split_once("lower bound").expect("a foot");
    assert!(
        foot.starts_with(" 8.0 s, gap 25.0 %: no plan is faster by more\n5 of 5 tests"),
        "{foot}"
    );
}

#[test]
fn all_strategies_and_playwrights_own_split_stand_side_by_side() {
    let place = place();
    let said = told(&place, &["plan", "--shards", "2", "--compare", "--strategy", "lpt"]);
    assert_eq!(said.stderr, "");
    let lines: Vec<String> = said.stdout.lines().map(words).collect();
    assert_eq!(lines[0], "strategy slowest mean imbalance gap files machines");
    let names: Vec<&str> = lines[1..8].iter().filter_map(|line| line.split(' ').next()).collect();
    let strategies = ["balanced", "lpt", "round-robin", "file", "tag", "fail-first", "playwright"];
    assert_eq!(names, strategies);
    assert_eq!(lines[2], "lpt 8.0 s 8.0 s 1.00 optimal 4 16.0 s ◀");
    assert_eq!(lines[3], "round-robin 10.0 s 8.0 s 1.25 25.0 % 4 16.0 s");
    // 5 tests are cut behind the third: 2, 2 and 4 seconds here, 8 there.
    assert_eq!(lines[7], "playwright 8.0 s 8.0 s 1.00 optimal 4 16.0 s");
    assert_eq!(
        lines[8..],
        [
            "5 tests in 2 shards of 1 worker, lower bound 8.0 s",
            "◀ chosen; playwright: what its own `--shard` does; files: loaded in all shards;",
            "machines: the time of all shards together",
        ]
    );
    assert_eq!(said.stdout.matches('◀').count(), 2, "the mark and what it means");
    assert!(said.stdout.lines().all(|line| line.chars().count() <= 80), "{}", said.stdout);

    let said = told(&place, &["plan", "-n", "3", "--compare", "--format", "json", "-o", "p.json"]);
    let compared: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(compared["format"], "shardwright.comparison");
    assert_eq!(compared["chosen"], "balanced");
    let native = &compared["plans"][6];
    assert_eq!(native["strategy"], "playwright");
    // Shares of 2, 2 and 1 tests; the last file begins in the second.
    assert_eq!(native["shards_ms"], json!([4000, 12000, 0]));
    assert_eq!((&native["slowest_ms"], &native["gap"]), (&json!(12000), &json!(0.5)));
    assert_eq!((&native["file_loads"], &native["optimal"]), (&json!(4), &json!(false)));
    assert_eq!(compared["plans"][0]["digest"], place.json("p.json")["digest"]);
}

#[test]
fn what_if_shows_each_count_and_where_more_stop_paying() {
    let place = place();
    let said = told(&place, &["plan", "--what-if", "1..3"]);
    assert_eq!(said.stderr, "");
    let lines: Vec<String> = said.stdout.lines().map(words).collect();
    assert_eq!(
        lines,
        [
            "shards predicted saves machine time",
            "1 16.0 s 16.0 s ████████████████████████",
            "2 8.0 s 8.0 s 16.0 s ████████████",
            "3 8.0 s 16.0 s ████████████",
            "after 2 shards more machines stop paying: 3 would save nothing of 8.0 s",
            "`d.spec.ts` (chromium) alone takes 8.0 s, no plan is faster than that:",
            "let its tests run in parallel, or split the file",
        ]
    );
    let said = told(&place, &["plan", "--what-if", "2,1"]);
    assert!(said.stdout.contains("\nup to 2 shards each one pays\n"), "{}", said.stdout);
    let said = told(&place, &["plan", "--what-if", "4,1,2", "--format", "json"]);
    let forecast: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(forecast["format"], "shardwright.forecast");
    assert_eq!(forecast["enough"], 2);
    let slowest: Vec<&Value> =
        (0..3).map(|point| &forecast["points"][point]["slowest_ms"]).collect();
    assert_eq!(slowest, [16_000, 8_000, 8_000]);
    assert_eq!(forecast["blocker"]["file"], "d.spec.ts");
    assert_eq!(forecast["blocker"]["titles"], json!([["d1"], ["d2"]]));
}

#[test]
fn what_cannot_be_shown_together_is_a_usage_error() {
    let place = place();
    let said = place.play(&["plan", "--what-if", "1..3", "--compare"]);
    let head = "error: the argument '--what-if <COUNTS>' cannot be used with '--compare'\n";
    assert!(said.code == 2 && said.stderr.starts_with(head), "{said:?}");
    place.refuses(
        &["plan", "--what-if", "3..1"],
        2,
        "error: invalid value '3..1' for '--what-if <COUNTS>': `3..1` counts downwards: \
         `1..3`\n\nFor more information, try '--help'.",
    );
    for several in [["--compare", "--quiet"], ["--what-if", "2"]] {
        let arguments = ["plan", "--fake", "suite.json", "--format", "list"];
        place.refuses(
            &[&arguments[..], &several].concat(),
            2,
            "error: plans side by side are a table or JSON: they have no list of tests\nhint: \
             `--format table` or `--format json`",
        );
    }
}

#[test]
fn auto_takes_the_fewest_shards_that_meet_the_target() {
    let place = place();
    let shards = |said: &Said| said.stdout.lines().filter(|line| line.contains('█')).count();
    for (arguments, count, word) in [
        (vec!["--target", "20s"], 1, "1 shard: the fewest for the target of 20.0 s (16.0 s)\n"),
        (vec!["--target", "10s"], 2, "2 shards: the fewest for the target of 10.0 s (8.0 s)\n"),
        (
            vec!["--target", "7s"],
            2,
            "warning: no plan meets the target of 7.0 s; 2 shards come nearest with 8.0 s; \
             `d.spec.ts` (chromium) alone takes 8.0 s\n",
        ),
        (vec![], 2, "2 shards (8.0 s): each one more would save less than 5 % of that\n"),
    ] {
        let said = told(&place, &[&["plan", "--shards", "auto"], &arguments[..]].concat());
        assert_eq!((shards(&said), said.stderr.as_str()), (count, word), "{arguments:?}");
    }
    place.write("shardwright.toml", "shards = 'auto'\ntarget = '10s'\n");
    assert_eq!(shards(&told(&place, &["plan", "-q"])), 2);
    let said = told(&place, &["plan", "--shards", "1"]);
    assert_eq!(said.stderr, "1 shard: not within the target of 10.0 s (16.0 s)\n");
    let said = told(&place, &["plan", "--shards", "3"]);
    assert_eq!(said.stderr, "3 shards: within the target of 10.0 s (8.0 s)\n");
}

#[test]
fn a_run_takes_as_many_shards_as_auto_says() {
    let place = place();
    let said = told(&place, &["run", "--shards", "auto", "--progress", "none"]);
    assert_eq!(said.stdout, "");
    let head = "2 shards (8.0 s): each one more would save less than 5 % of that\n";
    assert!(said.stderr.starts_with(head), "{}", said.stderr);
    assert!(said.stderr.contains("\n5 passed in "), "{}", said.stderr);
    let plan = place.json("shardwright-report/plan.json");
    assert_eq!(plan["shards"].as_array().map(Vec::len), Some(2));
    let said = told(&place, &["run", "--shards", "auto", "--target", "10s", "--dry-run", "-q"]);
    assert_eq!(said.stdout.matches('█').count() / 24, 2, "{}", said.stdout);
}

#[test]
fn priorities_can_be_tables_of_the_settings_file() {
    let mut script = suite(&[("a.spec.ts", &["a"]), ("b.spec.ts", &["b"]), ("c.spec.ts", &["c"])]);
    for (file, tag) in [(1, "@smoke"), (2, "@critical")] {
        script["list"]["groups"][file]["tests"][0]["tags"] = json!([tag]);
    }
    let place = Place::scripted(&script);
    let order = |arguments: &[&str]| -> Vec<String> {
        let said = told(&place, &[&["plan", "-q", "--format", "list"], arguments].concat());
        let lines = said.stdout.lines().filter_map(|line| line.split(" › ").last());
        lines.filter(|title| title.len() == 1).map(str::to_owned).collect()
    };
    assert_eq!(order(&[]), ["a", "b", "c"]);
    let flags = ["--priority", "@critical", "--priority", "@smoke"];
    assert_eq!(order(&flags), ["c", "b", "a"]);
    for text in [
        "[[priority]]\ntag = '@critical'\n\n[[priority]]\ntag = '@smoke'\n",
        "priority = ['@critical', '@smoke']\n",
        "priority = [{ tag = '@critical' }, { tag = '@smoke' }]\n",
    ] {
        place.write("shardwright.toml", text);
        assert_eq!(order(&[]), ["c", "b", "a"], "{text}");
        assert_eq!(order(&["--priority", "@smoke"]), ["b", "a", "c"], "a flag beats {text}");
    }
}

#[test]
fn a_table_of_priorities_that_is_wrong_is_named() {
    let place = place();
    let expected = "what is expected is `tag = \"...\"`";
    for (text, place_of, problem) in [
        ("[[priority]]\nname = '@a'", (1, 1), "sets `name`"),
        ("[[priority]]\ntag = '@a'\nweight = 3", (1, 1), "sets `weight`"),
        ("[[priority]]\ntag = 3", (1, 1), "sets `tag` to a number"),
        ("[[priority]]\ntag = ['@a']", (1, 1), "sets `tag` to a list"),
        ("[[priority]]", (1, 1), "does not set `tag`"),
        ("[priority]\ntag = '@a'", (1, 1), "is a single table: it needs two brackets"),
        ("priority = [{ tag = '@a' }, '@b']", (1, 29), "is a text and no table"),
    ] {
        place.write("shardwright.toml", text);
        let (line, column) = place_of;
        let stderr = format!(
            "error: `./shardwright.toml`, line {line}, column {column}: a `[[priority]]` \
             {problem}; {expected}"
        );
        place.refuses(&["plan", "--fake", "suite.json"], 5, &stderr);
    }
    place.write("shardwright.toml", "[[grep]]\ntag = '@a'");
    place.refuses(
        &["plan", "--fake", "suite.json"],
        5,
        "error: `./shardwright.toml`, line 1, column 1: `grep` takes one value, not a list",
    );
}

#[test]
fn playwrights_own_split_is_foretold_as_it_really_is() {
    let place = Place::with_playwright(&[
        (
            "playwright.config.ts",
            "export default { testDir: 'tests', projects: [{ name: 'setup', testMatch: \
             /setup/ }, { name: 'one', dependencies: ['setup'] }, { name: 'two', grep: /@both/ }] \
             };",
        ),
        ("tests/setup.ts", "import { test } from '@playwright/test';\ntest('log in', () => {});"),
        (
            "tests/a.spec.ts",
            "import { test } from '@playwright/test';\ntest.describe.configure({ mode: 'parallel' \
             });\ntest('p1 @both', () => {});\ntest('p2', () => {});\ntest.describe('s', () => {\n  \
             test.describe.configure({ mode: 'serial' });\n  test('s1', () => {});\n  test('s2', \
             () => {});\n});\ntest('p3 @both', () => {});",
        ),
        (
            "tests/b.spec.ts",
            "import { test } from '@playwright/test';\ntest('b1', () => {});\ntest('b2 @both', () \
             => {});\ntest('b3', () => {});",
        ),
        ("tests/c.spec.ts", "import { test } from '@playwright/test';\ntest('c1', () => {});"),
    ]);
    // Each test has a time that no sum of the others has: the time of a shard tells its tests.
    let titles = ["p1 @both", "p2", "s › s1", "s › s2", "p3 @both", "b1", "b2 @both", "b3", "c1"];
    let all: Vec<String> = titles
        .iter()
        .map(|title| format!("one › {title}"))
        .chain(["p1 @both", "p3 @both", "b2 @both"].map(|title| format!("two › {title}")))
        .collect();
    let millis = |name: &str| -> u64 {
        let position = all.iter().position(|known| known == name);
        10 << position.unwrap_or_else(|| panic!("nobody knows `{name}`"))
    };
    let of = |project: &str, title: &str| millis(&format!("{project} › {title}"));
    let timings = json!({"format": "shardwright.timings", "version": 1, "files": {
        "a.spec.ts": {
            "one": {"p1 @both": of("one", "p1 @both"), "p2": of("one", "p2"),
                "p3 @both": of("one", "p3 @both"),
                "s": {"s1": of("one", "s › s1"), "s2": of("one", "s › s2")}},
            "two": {"p1 @both": of("two", "p1 @both"), "p3 @both": of("two", "p3 @both")}},
        "b.spec.ts": {
            "one": {"b1": of("one", "b1"), "b2 @both": of("one", "b2 @both"), "b3": of("one", "b3")},
            "two": {"b2 @both": of("two", "b2 @both")}},
        "c.spec.ts": {"one": {"c1": of("one", "c1")}},
        "setup.ts": {"setup": {"log in": 0}},
    }});
    place.write("timings.json", timings.to_string());
    for shards in [3_u32, 5] {
        let count = shards.to_string();
        let arguments = ["plan", "-q", "--isolation", "process", "--workers", "1", "--compare"];
        let said = place.call(&[&arguments[..], &["--format", "json", "-n", &count]].concat());
        assert_eq!(said.code, 0, "{said:?}");
        let compared: Value = serde_json::from_str(&said.stdout).expect("JSON");
        let foretold =
            &compared["plans"].as_array().expect("plans").last().expect("one")["shards_ms"];
        let real: Vec<u64> = (1..=shards)
            .map(|shard| {
                let listed = listed(&place, &format!("--shard={shard}/{shards}"));
                listed.iter().map(|test| millis(test)).sum()
            })
            .collect();
        assert_eq!(foretold, &json!(real), "{shards} shards");
    }
}

/// What Playwright itself lists, as `project › titles`, without set-up.
fn listed(place: &Place, argument: &str) -> Vec<String> {
    let mut node = std::process::Command::new("node");
    node.arg(place.path("node_modules/@playwright/test/cli.js"));
    node.args(["test", "--list", argument]).current_dir(place.path(""));
    let output = node.output().expect("node starts");
    let text = String::from_utf8(output.stdout).expect("text");
    let line = |line: &str| {
        let (project, rest) = line.trim().strip_prefix('[')?.split_once("] › ")?;
        let (_, titles) = rest.split_once(" › ")?;
        Some(format!("{project} › {titles}"))
    };
    text.lines().filter_map(line).filter(|test| !test.starts_with("setup")).collect()
}
