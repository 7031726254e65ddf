//! A script and what the reporter is told go in, the files that it would write come out.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::platform;
use crate::sandbox::fake::script::{Death, How, Moment, Script, Told};
use crate::sandbox::{CommandError, Ending, Job, SandboxError};

/// Writes what the reporter would write, and tells how its process would end.
pub(super) fn play(
    script: &Script,
    told: &Told,
    job: &Job,
) -> std::io::Result<Result<Ending, SandboxError>> {
    let out = job.folder.join("out");
    if told.mode == "list" {
        fs::write(out.join("list.json"), script.list.get())?;
        return Ok(Ok(Ending::Exited(0)));
    }
    let (shard, attempt) = named(job);
    let death = script.death(shard, attempt);
    let selected = selected(&serde_json::from_str(script.list.get())?, told);
    let mut lines = Vec::new();
    let failed = tests(script, &selected, attempt, death, &mut lines);
    let moment = death.map(|death| death.moment);
    if moment.is_none_or(|moment| moment == Moment::WhileReporting) {
        let status = if failed { "failed" } else { "passed" };
        lines.push(json!({"event": "end", "status": status}));
    }
    if moment != Some(Moment::BeforeTheFirstEvent) {
        let listed = json!({"event": "listed", "tests": selected}).to_string();
        let own = lines.iter().map(Value::to_string);
        let all: Vec<String> =
            [listed].into_iter().chain(script.forged(shard).iter().cloned()).chain(own).collect();
        fs::write(out.join("events.ndjson"), all.join("\n") + "\n")?;
    }
    Ok(ending(death, failed))
}

/// The shard and the attempt that a job is for.
pub(super) fn named(job: &Job) -> (&str, u32) {
    let mut parts = job.name.split('-');
    let shard = parts.nth(1).unwrap_or_default();
    let attempt = parts.nth(1).and_then(|attempt| attempt.parse().ok());
    (shard, attempt.unwrap_or(1))
}

/// The lines of all tests up to a death; whether a test failed.
fn tests(
    script: &Script,
    selected: &[Value],
    attempt: u32,
    death: Option<&Death>,
    lines: &mut Vec<Value>,
) -> bool {
    let mut failed = false;
    for (number, test) in selected.iter().enumerate() {
        let cut = death.filter(|death| death.after == number).map(|death| death.moment);
        if cut == Some(Moment::BetweenTests) {
            break;
        }
        let title = test["titles"].as_array().and_then(|titles| titles.last()?.as_str());
        let scripted = script.result(title.unwrap_or_default(), attempt);
        let key = json!({"project": test["project"], "file": test["file"],
            "titles": test["titles"], "repeat": test["repeat"]});
        lines.push(json!({"event": "test-begin", "key": key, "retry": 0, "at": 0}));
        if cut == Some(Moment::InATest) {
            break;
        }
        let expected = if scripted.status == "skipped" { "skipped" } else { "passed" };
        failed |= scripted.status != expected;
        let errors: Vec<Value> =
            scripted.error.iter().map(|message| json!({"message": message})).collect();
        lines.push(json!({"event": "test-end", "key": key, "result": {
            "status": scripted.status, "expected": expected, "retry": 0, "started": 0,
            "duration": scripted.duration, "worker": 0, "errors": errors}}));
    }
    failed
}

/// How the process ends.
fn ending(death: Option<&Death>, failed: bool) -> Result<Ending, SandboxError> {
    let Some(death) = death else { return Ok(Ending::Exited(i32::from(failed))) };
    match death.how {
        How::Exit => Ok(Ending::Exited(death.code)),
        How::OutOfMemory => Ok(Ending::OutOfMemory(death.code)),
        How::TimedOut => Ok(Ending::TimedOut),
        // Once it has been ended.
        How::Stalled => Ok(Ending::Stopped),
        How::DiskFull => {
            Err(SandboxError::Write { path: PathBuf::from("out"), source: platform::disk_full() })
        }
        How::EngineGone => Err(SandboxError::Engine(CommandError {
            command: "docker start".to_owned(),
            status: "failed (exit status: 1)".to_owned(),
            tail: "Cannot connect to the Docker daemon".to_owned(),
        })),
    }
}

/// The listed tests that the task names, in the task's order, after all shared ones.
fn selected(list: &Value, told: &Told) -> Vec<Value> {
    let tests_of = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let groups = tests_of(&list["groups"]);
    let tests: Vec<Value> = groups.iter().flat_map(|group| tests_of(&group["tests"])).collect();
    let same = |test: &Value, key: &Value| {
        ["project", "file", "titles", "repeat"].iter().all(|field| test[field] == key[field])
    };
    let named = told.tests.iter().filter_map(|key| tests.iter().find(|test| same(test, key)));
    let is_its = |test: &Value, whole: &Value| {
        ["project", "file"].iter().all(|field| test[field] == whole[field])
    };
    let whole = tests.iter().filter(|test| told.files.iter().any(|whole| is_its(test, whole)));
    tests_of(&list["shared"]).into_iter().chain(named.chain(whole).cloned()).collect()
}
