//! A scripted sandbox for tests: a file with a suite and what its tests do goes in, files as
//! Playwright's reporter would write them come out, without any process.
//!
//! The script: `{"list": {...as list.json...}, "results": {"TITLE": {"status": "failed",
//! "duration": 5, "error": "..."}}, "deaths": {"SHARD": {"after": 2, "code": 137}},
//! "forged": {"SHARD": ["LINE"]}}`. A test
//! that is not named passes after 10 ms of its own time; a shard that is named dies after so
//! many tests, in the middle of the next.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use crate::sandbox::{Ending, Job, Later, Layout, Sandbox, SandboxError, Say, Wish};

/// How often a selection is looked for.
const LOOK: Duration = Duration::from_millis(1);

/// Plays Playwright by a script.
pub(crate) struct FakeSandbox {
    path: PathBuf,
    /// Read once, however many shards play it.
    script: OnceLock<Script>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    list: Box<RawValue>,
    #[serde(default)]
    results: BTreeMap<String, Scripted>,
    #[serde(default)]
    deaths: BTreeMap<String, Death>,
    /// Lines that the tests of a shard write to the reporter's file before their own.
    #[serde(default)]
    forged: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scripted {
    status: String,
    #[serde(default)]
    duration: u64,
    #[serde(default)]
    error: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Death {
    after: usize,
    code: i32,
}

#[derive(Debug, Deserialize)]
struct Told {
    #[serde(default)]
    mode: String,
    tests: Vec<Value>,
    files: Vec<String>,
}

impl Sandbox for FakeSandbox {
    fn prepare(&self, _views: usize, _say: Say) -> Later<'_, Result<(), SandboxError>> {
        Box::pin(async { self.script().map(drop) })
    }

    fn layout(&self, folder: &Path) -> Layout {
        Layout {
            node: "node".to_owned(),
            workspace: PathBuf::from("/workspace"),
            input: folder.join("in"),
            output: folder.join("out"),
            cpus: None,
            shares_ports: false,
            private_workspace: true,
        }
    }

    fn run<'a>(
        &'a self,
        job: &'a Job,
        _wishes: watch::Receiver<Wish>,
        _lines: mpsc::UnboundedSender<String>,
    ) -> Later<'a, Result<Ending, SandboxError>> {
        Box::pin(async move {
            let script = self.script()?;
            let wrap = |source| SandboxError::Write { path: job.folder.clone(), source };
            let told = fs::read(job.folder.join("in/task.json")).map_err(wrap)?;
            let mut told: Told = serde_json::from_slice(&told).map_err(|e| self.broken(&e))?;
            if told.mode == "node" {
                hand_out(script, job).map_err(wrap)?;
                let chosen = chosen(job).await.map_err(wrap)?;
                told = Told {
                    mode: told.mode,
                    ..serde_json::from_slice(&chosen).map_err(|e| self.broken(&e))?
                };
            }
            play(script, &told, job).map_err(wrap)
        })
    }

    fn collect<'a>(&'a self, _: usize, _: &'a Path) -> Later<'a, Result<(), SandboxError>> {
        Box::pin(async { Ok(()) })
    }

    fn close(&self) -> Later<'_, ()> {
        Box::pin(async {})
    }

    fn commands(&self, jobs: &[Job]) -> Vec<Vec<String>> {
        jobs.iter().map(|job| job.argv.clone()).collect()
    }
}

impl FakeSandbox {
    /// Plays the script at `path`.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, script: OnceLock::new() }
    }

    fn script(&self) -> Result<&Script, SandboxError> {
        if let Some(script) = self.script.get() {
            return Ok(script);
        }
        let text = fs::read(&self.path).map_err(|error| self.broken(&error))?;
        let script = serde_json::from_slice(&text).map_err(|error| self.broken(&error))?;
        Ok(self.script.get_or_init(|| script))
    }

    fn broken(&self, reason: &dyn std::fmt::Display) -> SandboxError {
        SandboxError::Script { path: self.path.clone(), reason: reason.to_string() }
    }
}

/// Writes the suite where a waiting tool sees all of it at once.
fn hand_out(script: &Script, job: &Job) -> std::io::Result<()> {
    let part = job.folder.join("out/list.json.part");
    fs::write(&part, script.list.to_string())?;
    fs::rename(part, job.folder.join("out/list.json"))
}

/// Waits for what the tool chooses.
async fn chosen(job: &Job) -> std::io::Result<Vec<u8>> {
    let file = job.folder.join("in/selection.json");
    while !file.exists() {
        tokio::time::sleep(LOOK).await;
    }
    fs::read(file)
}

/// Writes what the reporter would write.
fn play(script: &Script, told: &Told, job: &Job) -> std::io::Result<Ending> {
    let out = job.folder.join("out");
    if told.mode == "list" {
        fs::write(out.join("list.json"), script.list.get())?;
        return Ok(Ending::Exited(0));
    }
    let selected = selected(&serde_json::from_str(script.list.get())?, told);
    let shard = job.name.split('-').nth(1).unwrap_or_default();
    let death = script.deaths.get(shard);
    let mut lines = vec![json!({"event": "listed", "tests": selected})];
    let mut failed = false;
    for (number, test) in selected.iter().enumerate() {
        let title = test["titles"].as_array().and_then(|titles| titles.last()?.as_str());
        let scripted = title.and_then(|title| script.results.get(title)).cloned();
        let scripted =
            scripted.unwrap_or(Scripted { status: "passed".into(), duration: 10, error: None });
        let key = json!({"project": test["project"], "file": test["file"],
            "titles": test["titles"], "repeat": test["repeat"]});
        lines.push(json!({"event": "test-begin", "key": key, "retry": 0, "at": 0}));
        if death.is_some_and(|death| death.after == number) {
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
    if death.is_none() {
        let status = if failed { "failed" } else { "passed" };
        lines.push(json!({"event": "end", "status": status}));
    }
    let mut lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    lines.splice(1..1, script.forged.get(shard).into_iter().flatten().cloned());
    fs::write(out.join("events.ndjson"), lines.join("\n") + "\n")?;
    Ok(Ending::Exited(death.map_or(i32::from(failed), |death| death.code)))
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
    let whole = tests.iter().filter(|test| {
        test["file"].as_str().is_some_and(|file| told.files.iter().any(|told| told == file))
    });
    tests_of(&list["shared"]).into_iter().chain(named.chain(whole).cloned()).collect()
}
