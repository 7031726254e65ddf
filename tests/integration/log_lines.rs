//! `--log-format json`: every line of standard error is an object, and the decisions of a run are
//! among them.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::script::{six, suite, with_death, with_result};
use crate::support::{Said, repository};

/// The lines of standard error, each of which has to be an object with these three names.
#[track_caller]
fn lines(said: &Said) -> Vec<Value> {
    let line = |line: &str| {
        let value: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let at = value["at"].as_str().expect(line);
        assert!(at.len() == "2026-01-02T03:04:05.678Z".len() && at.ends_with('Z'), "{at}");
        let level = value["level"].as_str().expect(line);
        assert!(["error", "warn", "info", "debug", "trace"].contains(&level), "{level}");
        assert!(value["event"].as_str().expect(line).len() > 3, "{line}");
        value
    };
    let lines: Vec<Value> = said.stderr.lines().map(line).collect();
    let last = lines.last().expect("a last line");
    assert_eq!((&last["event"], &last["exit_code"]), (&json!("summary"), &json!(said.code)));
    lines
}

fn events(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["event"].as_str().unwrap()).collect()
}

fn of<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

/// A shard that falls silent, a test that is tried again, and one that stays bad.
fn eventful() -> Value {
    let mut script = with_result(six(), "b2", "failed", "expected \u{1b}[31m1\u{1b}[0m\ngot 2");
    script["results"]["b2@3"] = json!({"status": "passed", "duration": 7});
    script["results"]["a1"] = json!({"status": "timedOut", "duration": 9, "error": "too slow"});
    script["deaths"]["1"] = json!({"after": 2, "how": "stalled", "attempts": 1});
    script
}

#[test]
fn the_lines_are_those_of_the_golden_file() {
    let place = Place::scripted(&eventful());
    let said = place.play(&[
        "run",
        "--log-format",
        "json",
        "--log-level",
        "run=debug",
        "--strategy",
        "file",
        "--retries",
        "1",
        "--stall-timeout",
        "2s",
    ]);
    assert_eq!((said.code, said.stdout.as_str()), (1, ""), "{}", said.stderr);
    let masked = lines(&said).into_iter().map(|mut line| {
        line["at"] = json!("[AT]");
        if !line["elapsed_ms"].is_null() {
            line["elapsed_ms"] = json!("[MS]");
        }
        line
    });
    let masked: Vec<Value> = masked.collect();
    let golden = repository().join("fixtures/wire/log-v1.ndjson");
    let golden = fs::read_to_string(golden).unwrap();
    let golden: Vec<Value> =
        golden.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (line, golden) in masked.iter().zip(&golden) {
        assert_eq!(line, golden);
    }
    assert_eq!(masked.len(), golden.len(), "{}", said.stderr);
}

#[test]
fn whatever_happens_standard_error_is_json() {
    let death = with_death(six(), 1, 1);
    let failure = with_result(six(), "b2", "failed", "::error::boom");
    let nothing = suite(&[]);
    let cases: Vec<(Value, Vec<&str>, i32, Option<&str>)> = vec![
        (six(), vec!["run"], 0, None),
        (six(), vec!["run", "--progress", "bar", "-v"], 0, None),
        (six(), vec!["run", "--update-timings", "--shards", "3"], 0, None),
        (six(), vec!["run", "--shard", "9/9"], 0, None),
        (six(), vec!["run", "--dry-run"], 0, None),
        (six(), vec!["plan", "--shards", "auto"], 0, None),
        (six(), vec!["discover"], 0, None),
        (failure.clone(), vec!["run"], 1, None),
        (failure, vec!["run", "-q"], 1, None),
        (death, vec!["run", "--fault-retries", "0"], 3, None),
        (nothing.clone(), vec!["run"], 4, Some("there is nothing to run: no test matches")),
        (nothing, vec!["discover"], 4, None),
        (six(), vec!["plan", "--compare", "--format", "list"], 2, Some("plans side by side are")),
        (six(), vec!["run", "--shards", "0"], 2, Some("invalid value '0' for '--shards <N>': at")),
        (six(), vec!["run", "--nope"], 2, Some("unexpected argument '--nope' found")),
        (six(), vec!["run", "--log-level", "loud"], 2, Some("invalid value 'loud' for")),
        (six(), vec!["nope"], 2, Some("unrecognized subcommand 'nope'")),
        (six(), vec!["run", "--settings", "none.toml"], 5, Some("cannot read the settings file")),
        (json!(7), vec!["run"], 6, Some("cannot use the scripted suite `suite.json`")),
    ];
    for (script, arguments, code, message) in cases {
        let place = Place::scripted(&script);
        for early in [true, false] {
            let flag = ["--log-format", "json"];
            let all = if early { [&flag[..], &arguments] } else { [&arguments, &flag[..]] };
            let said = place.play(&all.concat());
            assert_eq!(said.code, code, "{arguments:?} {}", said.stderr);
            let lines = lines(&said);
            let errors = of(&lines, "error");
            assert_eq!(errors.len(), usize::from(message.is_some()), "{arguments:?} {lines:?}");
            if let Some(message) = message {
                assert_eq!(
                    (&errors[0]["exit_code"], &errors[0]["level"]),
                    (&json!(code), &json!("error"))
                );
                let told = errors[0]["message"].as_str().unwrap();
                assert!(told.starts_with(message), "{told}");
            }
        }
    }
}

#[test]
fn the_variable_and_the_file_choose_the_format_too() {
    let place = Place::scripted(&six());
    let by_variable = |arguments: &[&str]| {
        let mut command = place.tool(arguments);
        command.args(["--fake", "suite.json"]).env("SHARDWRIGHT_LOG_FORMAT", "json");
        lines(&place.answer(&mut command))
    };
    assert!(events(&by_variable(&["run"])).contains(&"run-started"));
    assert!(events(&by_variable(&["run", "--shards", "0"])).contains(&"error"));
    for text in ["log-format = 'json'\nshards = 0", "log-format = 'json'"] {
        place.write("shardwright.toml", text);
        let said = place.play(&["run", "--shards", "x"]);
        assert_eq!((said.code, of(&lines(&said), "error").len()), (2, 1));
    }
    assert!(!place.play(&["run", "--log-format", "text"]).stderr.contains('{'));
    place.write("shardwright.toml", "log-format = 'json'\nlog-level = 'warn'");
    let said = place.play(&["run"]);
    assert_eq!(events(&lines(&said)), ["summary"], "{}", said.stderr);
    place.write("shardwright.toml", "log-format = 'json'\nshards = [");
    let said = place.play(&["run", "--log-format=json"]);
    assert_eq!((said.code, of(&lines(&said), "error").len()), (5, 1));
}

#[test]
fn without_an_engine_the_error_has_its_hint() {
    let config = ("playwright.config.ts", "export default {};\n");
    let place = Place::with_playwright(&[config]);
    let mut command = place.tool(&["run", "--log-format", "json"]);
    let said = place.answer(command.env("PATH", place.path("nothing")));
    assert_eq!(said.code, 6, "{}", said.stderr);
    let lines = lines(&said);
    let error = of(&lines, "error")[0];
    assert_eq!(error["message"], "no container engine answers to `docker`");
    assert!(error["caused_by"][0].as_str().unwrap().contains("did not start"), "{error}");
    assert!(error["hint"].as_str().unwrap().contains("--isolation process"), "{error}");
}

#[test]
fn whoever_stops_a_run_is_named() {
    let failing = Place::scripted(&with_result(six(), "a1", "failed", "boom"));
    let said = failing.play(&["run", "--log-format", "json", "--shards", "3", "--jobs", "1", "-x"]);
    let stopping = |said: &Said| {
        let lines = lines(said);
        let found = of(&lines, "run-stopping").into_iter();
        found.map(|line| (line["reason"].clone(), line["now"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(stopping(&said), [(json!("too-many-failures"), json!(false))]);
    let mut script = six();
    script["deaths"]["1"] = json!({"after": 1, "how": "stalled"});
    let silent = Place::scripted(&script);
    let said = silent.play(&["run", "--log-format", "json", "--timeout", "200ms"]);
    assert_eq!(stopping(&said), [(json!("run-timed-out"), json!(false))]);
    let silent = Place::scripted(&script);
    let arguments = ["run", "--log-format", "json", "--fake", "suite.json"];
    let child = silent.tool(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.unwrap();
    let events_file = silent.path("shardwright-report/shards/1/events.ndjson");
    let began = || fs::read_to_string(&events_file).is_ok_and(|text| text.contains("test-began"));
    while !began() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let said = crate::support::said(child.wait_with_output().unwrap());
    assert_eq!(stopping(&said), [(json!("user"), json!(false))]);
    assert_eq!(said.code, 130);
}
