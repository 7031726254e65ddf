//! A scripted sandbox for tests: a file with a suite and what its tests do goes in, files as
//! Playwright's reporter would write them come out, without any process. How a script is written
//! stands in `fake/script.rs`.

mod play;
mod script;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use play::{named, play};
use script::{Script, Told};

use crate::sandbox::{Ended, Ending, Job, Later, Layout, Sandbox, SandboxError, Say, Wish};

/// How often a selection is looked for.
const LOOK: Duration = Duration::from_millis(1);

/// Plays Playwright by a script.
pub(crate) struct FakeSandbox {
    path: PathBuf,
    /// Read once, however many shards play it.
    script: OnceLock<Script>,
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
        mut wishes: watch::Receiver<Wish>,
        _lines: mpsc::UnboundedSender<String>,
    ) -> Later<'a, Result<Ended, SandboxError>> {
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
            let until = script.until(named(job).0).map(|file| self.path.with_file_name(file));
            if let Some(file) = until.filter(|_| told.mode != "list") {
                tokio::select! {
                    () = there(&file) => {}
                    _ = wishes.wait_for(|wish| *wish > Wish::Run) => {
                        return Ok(Ending::Stopped.into());
                    }
                }
            }
            let ending = play(script, &told, job).map_err(wrap)??;
            if ending == Ending::Stopped {
                wishes.wait_for(|wish| *wish > Wish::Run).await.ok();
            }
            Ok(ending.into())
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
    there(&file).await;
    fs::read(file)
}

/// Waits for a file.
async fn there(file: &Path) {
    while !file.exists() {
        tokio::time::sleep(LOOK).await;
    }
}
