//! `--strategy exec:PATH`: real programs that deal the suite, well and badly.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::place::{Place, plain};
use crate::support::script::six;
use crate::support::{Said, repository};

const HINT: &str =
    "hint: expected is {\"shards\": [[\"g1\", \"g3\"], [\"g2\"]]}, each group of the question once";

/// A project of three files, `g1` to `g3`, with a program of this text.
fn with_program(name: &str, text: &str) -> Place {
    let place = Place::scripted(&six());
    add_program(&place, name, text);
    place
}

fn add_program(place: &Place, name: &str, text: &str) {
    place.write("program", text);
    // By another process: while a thread of ours starts something, the file would be open for
    // writing there, and nobody could start it.
    let mut install = Command::new("install");
    install.args(["-D", "-m", "755"]).args([place.path("program"), place.path(name)]);
    assert!(install.status().expect("install starts").success());
}

/// A program of the shell.
fn shell(text: &str) -> String {
    format!("#!/bin/sh\n{text}\n")
}

/// The files of every shard of a plan.
fn files(plan: &Value) -> Vec<Vec<&str>> {
    let shards = plan["shards"].as_array().expect("a plan has shards").iter();
    shards
        .map(|shard| {
            let groups = shard["groups"].as_array().expect("a shard has groups").iter();
            groups.map(|group| group["file"].as_str().expect("a group has a file")).collect()
        })
        .collect()
}

fn plan(said: &Said) -> Value {
    assert_eq!(said.code, 0, "{said:?}");
    serde_json::from_str(&said.stdout).expect("a plan is JSON")
}

const JSON: [&str; 8] =
    ["plan", "-q", "--shards", "2", "--format", "json", "--strategy", "exec:./deal.sh"];

#[test]
fn a_program_is_asked_and_its_answer_is_the_plan() {
    let answer =
        r#"{"format": "shardwright.assignment", "version": 1, "shards": [["g3"], ["g2", "g1"]]}"#;
    let place = with_program("deal.sh", &shell(&format!("cat > asked.json\necho '{answer}'")));
    place.write(
        "timings.json",
        r#"{"format":"shardwright.timings","version":1,"files":{"a.spec.ts":{"chromium":{"a1":9000}}}}"#,
    );
    let said = place.play(&JSON);
    let plan = plan(&said);
    assert_eq!(said.stderr, "");
    assert_eq!(files(&plan), [vec!["c.spec.ts"], vec!["b.spec.ts", "a.spec.ts"]]);
    assert_eq!(plan["strategy"], "exec:deal.sh");
    let asked = place.json("asked.json");
    assert_eq!((&asked["format"], &asked["version"]), (&json!("shardwright.deal"), &json!(1)));
    assert_eq!((&asked["shards"], &asked["workers"]), (&json!(2), &json!(1)));
    let group = &asked["groups"][0];
    assert_eq!((&group["id"], &group["file"]), (&json!("g1"), &json!("a.spec.ts")));
    assert_eq!((&group["project"], &group["estimate_ms"]), (&json!("chromium"), &json!(9000)));
    let test = json!({"titles": ["a1"], "tags": [], "estimate_ms": 9000, "last": "passed"});
    assert_eq!(group["tests"], json!([test]));
    assert_eq!(asked["groups"].as_array().map(Vec::len), Some(3));
    assert_eq!(asked["projects"], json!([{"name": "chromium", "dependencies": []}]));
    // The same from elsewhere is the same plan.
    let other = Place::scripted(&six());
    add_program(&other, "deep/er/deal.sh", &shell(&format!("echo '{answer}'")));
    let mut arguments = JSON;
    arguments[7] = "exec:deep/er/deal.sh";
    let same: Value = self::plan(&other.play(&arguments));
    assert_eq!(same["digest"], plan["digest"]);
}

#[test]
fn a_suite_that_a_program_dealt_is_run() {
    let text = shell("echo '{\"shards\": [[\"g1\", \"g2\"], [], [\"g3\"]]}'");
    let place = with_program("deal.sh", &text);
    let said = place.play(&["run", "-q", "--shards", "3", "--strategy", "exec:./deal.sh"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{said:?}");
    assert_eq!(
        plain(&said.stderr),
        "shard tests predicted took start result\n1 3 – [TIME] [TIME] 3 \
         passed\n2 0 – – – nothing to run\n3 3 – [TIME] [TIME] 3 passed\n6 passed in [TIME]\n"
    );
}

#[test]
fn a_program_in_javascript_deals_by_the_estimates() {
    let place = with_program(
        "deal.mjs",
        "#!/usr/bin/env node\nimport { readFileSync } from 'node:fs';\nconst deal = \
         JSON.parse(readFileSync(0, 'utf8'));\nconst shards = Array.from({ length: deal.shards \
         }, () => []);\ndeal.groups.sort((a, b) => b.tests.length - \
         a.tests.length).forEach((group, n) => shards[n % \
         shards.length].push(group.id));\nconsole.log(JSON.stringify({ shards }));\n",
    );
    let mut arguments = JSON;
    arguments[7] = "exec:./deal.mjs";
    let plan = plan(&place.play(&arguments));
    assert_eq!(files(&plan), [vec!["c.spec.ts", "a.spec.ts"], vec!["b.spec.ts"]]);
}

#[test]
fn a_name_without_a_slash_is_looked_for_on_path() {
    let place = with_program("bin/deal", &shell("echo '{\"shards\": [[\"g1\", \"g2\", \"g3\"]]}'"));
    place.write("deal", "not this");
    let arguments = ["plan", "-q", "--fake", "suite.json", "--strategy", "exec:deal"];
    let folder = place.path("bin").into_os_string().into_string().expect("text");
    let path = format!("{folder}:/usr/bin:/bin");
    let said = place.answer(place.tool(&arguments).env("PATH", path));
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stdout.contains("6 tests by `exec:deal`"), "{}", said.stdout);
    let head = "error: the strategy `exec:deal` gave no answer\n  caused by: there is no such \
                program\nhint: ";
    place.refuses(
        &arguments,
        5,
        &format!(
            "{head}a name without a slash is looked for on PATH; the file in the project folder \
             is `exec:./deal`"
        ),
    );
    fs::remove_file(place.path("deal")).expect("it was there");
    let rule = "a path with a slash counts from the project folder, a name is looked for on PATH";
    place.refuses(&arguments, 5, &format!("{head}{rule}"));
}

#[test]
fn a_bad_answer_is_named_for_what_it_is() {
    let place = Place::scripted(&six());
    let a = "`[chromium] › a.spec.ts › a1`";
    let c = "`[chromium] › c.spec.ts › c1` (and 2 more in its group)";
    for (answer, reason) in [
        (r#"{"shards": [["g1"], ["g2"]]}"#, format!("leaves out {c}")),
        (r#"{"shards": [[], ["g3"]]}"#, format!("leaves out {a} and 1 other group")),
        (
            r#"{"shards": [["g1", "g2"], ["g1", "g3"]]}"#,
            format!("deals {a} twice, to shard 1 and to shard 2"),
        ),
        (
            r#"{"shards": [["g1", "g2"], ["g4", "g3"]]}"#,
            "deals `g4` to shard 2, and no group has that name".to_owned(),
        ),
        (r#"{"shards": [["g1", "g2", "g3"]]}"#, "holds 1 shard where 2 were asked for".to_owned()),
        (
            r#"{"shards": [["g1", "g2", "g3"], [], []]}"#,
            "holds 3 shards where 2 were asked for".to_owned(),
        ),
        ("", "is empty".to_owned()),
        ("shards: g1", "line 1, column 1: is not JSON: expected value".to_owned()),
        (r#"{"shards": [["g1""#, "line 2, column 0: ends in the middle".to_owned()),
        (r#"["g1"]"#, "is no object with `shards` in it".to_owned()),
        (r#"{"plan": []}"#, "line 1, column 12: missing field `shards`".to_owned()),
        (
            r#"{"format": "shardwright.assignment", "version": 9, "shards": []}"#,
            "was written by a newer shardwright (version 9; this one reads up to 1)".to_owned(),
        ),
    ] {
        add_program(&place, "deal.sh", &shell(&format!("cat > /dev/null\ncat <<'E'\n{answer}\nE")));
        let stderr = format!(
            "error: the answer of the strategy `exec:./deal.sh` cannot be used\n  caused by: \
             {reason}\n{HINT}"
        );
        let arguments = ["plan", "--fake", "suite.json", "-q", "--shards", "2", "--strategy"];
        place.refuses(&[&arguments[..], &["exec:./deal.sh"]].concat(), 5, &stderr);
    }
}

#[test]
fn a_program_that_fails_is_shown_with_what_it_complained_about() {
    let good = "echo '{\"shards\": [[\"g1\", \"g2\", \"g3\"]]}'";
    let arguments = ["plan", "--fake", "suite.json", "-q", "--strategy", "exec:./deal.sh"];
    let head = "error: the strategy `exec:./deal.sh` gave no answer\n  caused by: ";
    for (text, reason) in [
        (format!("{good}; exit 3"), "it ended with exit code 3"),
        ("kill -9 $$".to_owned(), "it ended with signal 9"),
        (
            "printf 'no \\033[31mway\\n::error::x\\n' >&2; exit 1".to_owned(),
            "it ended with exit code 1\n  │ no way\n  │ ::error::x",
        ),
        // Only the end of a long complaint.
        (
            "yes long | head -c 99999 >&2; echo >&2; echo last >&2; exec false".to_owned(),
            "it ended with exit code 1",
        ),
        ("yes".to_owned(), "it printed more than 16 MiB and was killed"),
    ] {
        let place = with_program("deal.sh", &shell(&text));
        if text.contains("long") {
            let said = place.call(&arguments);
            assert!(said.stderr.starts_with(&format!("{head}{reason}\n")), "{}", said.stderr);
            assert!(said.stderr.ends_with("  │ last\n"), "{}", said.stderr);
            assert!(said.stderr.len() < 10_000, "{}", said.stderr.len());
        } else {
            place.refuses(&arguments, 5, &format!("{head}{reason}"));
        }
    }
    let place = Place::scripted(&six());
    place.write("deal.sh", shell(good));
    let hint = "hint: is it executable, and does a script begin with `#!`?";
    let reason = "it cannot be started\n  caused by: Permission denied (os error 13)";
    place.refuses(&arguments, 5, &format!("{head}{reason}\n{hint}"));
}

#[test]
fn a_program_that_is_too_slow_is_killed_with_what_it_started() {
    let slow = "echo $$ > first\nsleep 1000 &\necho $! > second\necho thinking >&2\n";
    // The second says its answer and does not end; the third leaves the pipe to somebody else.
    let good = "echo '{\"shards\": [[\"g1\", \"g2\", \"g3\"]]}'";
    for end in ["wait".to_owned(), format!("{good}; exec >&-; wait"), good.to_owned()] {
        let place = with_program("deal.sh", &shell(&format!("{slow}{end}")));
        let arguments = ["plan", "--fake", "suite.json", "-q", "--strategy", "exec:./deal.sh"];
        place.refuses(
            &[&arguments[..], &["--strategy-timeout", "5s"]].concat(),
            5,
            "error: the strategy `exec:./deal.sh` gave no answer\n  caused by: it took longer \
             than 5s and was killed\n  │ thinking",
        );
        for file in ["first", "second"] {
            let process = place.read(file);
            assert!(is_gone(process.trim()), "{file} lives on after `{end}`");
        }
    }
}

/// Whether a process has ended; one that nobody has asked for its end counts as well.
fn is_gone(process: &str) -> bool {
    for _ in 0..500 {
        match fs::read_to_string(format!("/proc/{process}/stat")) {
            Err(_) => return true,
            Ok(stat) if stat.rsplit(')').next().is_some_and(|s| s.starts_with(" Z")) => {
                return true;
            }
            Ok(_) => std::thread::sleep(std::time::Duration::from_millis(10)),
        }
    }
    false
}

#[test]
fn a_hostile_answer_stays_in_its_line() {
    let arguments = ["plan", "--fake", "suite.json", "-q", "--strategy", "exec:./deal.sh"];
    let head = "error: the answer of the strategy `exec:./deal.sh` cannot be used\n  caused by: ";
    let nested = format!("{{\"shards\": {}", "[".repeat(100_000));
    for (answer, reason) in [
        (
            r#"{"shards": [["\u001b[2J\u0007\u202e"]]}"#,
            "deals `␇\u{fffd}` to shard 1, and no group has that name",
        ),
        (
            r#"{"shards": [["x\n::error::y"]]}"#,
            "deals `x\n  │ ::error::y` to shard 1, and no group has that name",
        ),
        (&nested, "line 1, column 13: invalid type: sequence, expected a string"),
    ] {
        let place = Place::scripted(&six());
        place.write("answer", answer);
        add_program(&place, "deal.sh", &shell("cat answer"));
        place.refuses(&arguments, 5, &format!("{head}{reason}\n{HINT}"));
    }
    let place = with_program("deal.sh", &shell("printf '{\"shards\": \\377'"));
    place.refuses(&arguments, 5, &format!("{head}is no UTF-8 text\n{HINT}"));
}

#[test]
fn the_strategy_of_the_docs_deals() {
    let docs = fs::read_to_string(repository().join("docs/strategies.md")).expect("a page");
    let (_, program) = docs.split_once("```python deal.py\n").expect("it shows a strategy");
    let (program, _) = program.split_once("```").expect("the block ends");
    let place = with_program("deal.py", program);
    let mut arguments = JSON;
    arguments[7] = "exec:./deal.py";
    let plan = plan(&place.play(&arguments));
    assert_eq!(files(&plan), [vec!["c.spec.ts"], vec!["b.spec.ts", "a.spec.ts"]]);
}
