//! A container that stays: jobs go in one after the other, how each of them ended comes out.
//!
//! Its first process is ours, and starts theirs; see `room.cjs`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Instant;

use serde_json::json;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::model::event::Usage;
use crate::sandbox::docker::arguments::{ROOM_FILE, room_folder};
use crate::sandbox::docker::cgroup::Sought;
use crate::sandbox::docker::container::{self, Cut};
use crate::sandbox::docker::disk;
use crate::sandbox::docker::engine::Engine;
use crate::sandbox::docker::options::Options;
use crate::sandbox::{Ended, Ending, Job, SIGNALLED, SandboxError, Wish, output};

/// What starts the processes.
const SCRIPT: &str = include_str!("room.cjs");

/// A container that waits for a job.
pub(super) struct OpenRoom {
    container: String,
    /// Dropping it, and its input with it, ends the container.
    client: Child,
    input: ChildStdin,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
    began: Instant,
    cgroup: Sought,
    /// All that it has taken before its next job.
    taken: Usage,
    /// What its next order has to hold: tests that ran before can write where orders go in.
    token: String,
}

/// Writes what the first process of a room is told.
pub(super) fn write_script(options: &Options) -> Result<(), SandboxError> {
    let folder = room_folder(options);
    let path = folder.join(ROOM_FILE);
    let written = std::fs::create_dir_all(&folder);
    written
        .and_then(|()| std::fs::write(&path, SCRIPT))
        .map_err(|source| SandboxError::Write { path, source })
}

impl OpenRoom {
    /// Starts a container that was made for it.
    pub(super) fn start(engine: &Engine, container: &str) -> Result<Self, SandboxError> {
        let began = Instant::now();
        let mut command = engine.command(&container::start(container));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let program = engine.program.clone();
        let wrap = |source| SandboxError::Spawn { program: program.clone(), source };
        let mut client = command.spawn().map_err(wrap)?;
        let streams = (client.stdin.take(), client.stdout.take(), client.stderr.take());
        let (Some(input), Some(stdout), Some(stderr)) = streams else {
            return Err(wrap(std::io::ErrorKind::BrokenPipe.into()));
        };
        let (stdout, stderr) = (BufReader::new(stdout), BufReader::new(stderr));
        let (container, taken) = (container.to_owned(), Usage::default());
        Ok(Self {
            container,
            client,
            input,
            stdout,
            stderr,
            began,
            cgroup: Sought::default(),
            taken,
            token: word(),
        })
    }

    /// Whether it has not ended while it waited.
    pub(super) fn is_open(&mut self) -> bool {
        matches!(self.client.try_wait(), Ok(None))
    }

    pub(super) fn container(&self) -> &str {
        &self.container
    }

    /// Ends it.
    pub(super) async fn close(mut self, engine: &Engine) {
        drop(self.input);
        container::end(engine, &self.container, &mut self.client, self.began).await;
        container::remove(engine, &self.container).await;
    }

    /// Runs a job to its end. The room comes back where another job may follow: only after an end
    /// by itself, without a trace of a limit that was hit.
    pub(super) async fn run(
        mut self,
        engine: &Engine,
        (written, most): (Vec<PathBuf>, u64),
        job: &Job,
        mut wishes: watch::Receiver<Wish>,
        lines: mpsc::UnboundedSender<String>,
    ) -> Result<(Ended, Option<Self>), SandboxError> {
        let (mark, next) = (word(), word());
        let [log, second] = [output::open(&job.log).await?, output::open(&job.log).await?];
        let mut prints = tokio::spawn(copy(self.stdout, mark.clone(), log, lines.clone()));
        let mut complains = tokio::spawn(copy(self.stderr, mark.clone(), second, lines));
        let order = order(job, &mark, [&self.token, &next]);
        let name = self.container.as_str();
        let (mut usage, of_end) = (self.taken, wishes.clone());
        let (cut, streams) = tokio::select! {
            // Where nobody reads the order, the container has ended, and that is what is told.
            all = async {
                tokio::join!(self.input.write_all(order.as_bytes()), &mut prints, &mut complains)
            } => match all {
                (_, Ok((stdout, Some(code))), Ok((stderr, Some(_)))) => {
                    (Cut::done(code, &of_end), Some((stdout, stderr)))
                }
                _ => (Cut::none(self.client.wait().await, &of_end), None),
            },
            () = container::stop(engine, name, &mut wishes) => (Cut::Stopped, None),
            () = tokio::time::sleep(job.timeout) => (Cut::TimedOut, None),
            () = disk::overrun(written, most) => (Cut::DiskFull, None),
            never = container::count(engine, name, &mut self.cgroup, &mut usage) => match never {},
        };
        if matches!(cut, Cut::Done(_)) {
            container::count_once(engine, name, &mut self.cgroup, &mut usage).await;
        }
        let own = since(usage, self.taken);
        if let (&Cut::Done(code), Some((stdout, stderr))) = (&cut, streams) {
            let is_well = code < SIGNALLED && own.refused_processes == 0;
            if is_well && self.cgroup.has_killed_nothing() {
                let room = Self { stdout, stderr, taken: usage, token: next, ..self };
                return Ok((Ended { ending: Ending::Exited(code), usage: own }, Some(room)));
            }
        }
        drop(self.input);
        container::end(engine, name, &mut self.client, self.began).await;
        wait(prints).await;
        wait(complains).await;
        Ok((container::judge(engine, name, cut, own).await?, None))
    }
}

/// What nobody guesses.
fn word() -> String {
    format!("shardwright-{:016x}", fastrand::u64(..))
}

/// What the room's first process is told of a job.
fn order(job: &Job, mark: &str, [token, next]: [&str; 2]) -> String {
    let env: BTreeMap<&str, &str> =
        job.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let ahead = job.room.as_ref().map(|room| &room.ahead).filter(|ahead| !ahead.is_empty());
    let order = json!({
        "argv": job.argv, "env": env, "mark": mark, "token": token, "next": next, "ahead": ahead
    });
    let mut line = order.to_string();
    line.push('\n');
    line
}

/// Copies what a job prints, up to its end, and gives its exit code; none where the room ended.
async fn copy<S: AsyncRead + Unpin>(
    mut stream: BufReader<S>,
    mark: String,
    log: File,
    lines: mpsc::UnboundedSender<String>,
) -> (BufReader<S>, Option<i32>) {
    let code = output::pump_until(&mut stream, Some(&mark), log, lines).await;
    (stream, code)
}

/// Waits for a copy that nobody has waited for.
async fn wait<T>(copy: JoinHandle<T>) {
    if !copy.is_finished() {
        copy.await.ok();
    }
}

/// What one job took of all that its room took; of memory that is the most so far.
fn since(all: Usage, before: Usage) -> Usage {
    let cpu = all.cpu.map(|cpu| cpu.saturating_sub(before.cpu.unwrap_or_default()));
    let refused_processes = all.refused_processes.saturating_sub(before.refused_processes);
    Usage { cpu, refused_processes, ..all }
}
