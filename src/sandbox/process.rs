//! A job as a process group of this machine: no container, no hardening, the user's environment.

mod standby;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{mpsc, watch};

use crate::platform::{self, Group};
use crate::sandbox::secrets::HIDDEN;
use crate::sandbox::{
    Ended, Ending, HELD, Job, Later, Layout, Room, SIGNALLED, Sandbox, SandboxError, Say, Wish,
    output,
};
use standby::Standbys;

/// How long an interrupted job may take to write its reports.
const GRACE: Duration = Duration::from_secs(10);
/// How long output is awaited after the job's end.
const PIPES: Duration = Duration::from_secs(3);

/// Runs jobs in the user's own folder.
pub(crate) struct ProcessSandbox {
    /// Where jobs start.
    pub(crate) project: PathBuf,
    /// The smallest folder that holds all that jobs need.
    pub(crate) workspace: PathBuf,
    /// Set on top of the user's environment.
    pub(crate) env: Vec<(String, String)>,
    standbys: Standbys,
}

impl Sandbox for ProcessSandbox {
    fn prepare(&self, _views: usize, _say: Say) -> Later<'_, Result<(), SandboxError>> {
        Box::pin(async { if platform::RUNS { Ok(()) } else { Err(SandboxError::NoSystem) } })
    }

    fn layout(&self, folder: &Path) -> Layout {
        Layout {
            node: "node".to_owned(),
            workspace: self.workspace.clone(),
            input: folder.join("in"),
            output: folder.join("out"),
            cpus: None,
            shares_ports: true,
            private_workspace: false,
        }
    }

    fn run<'a>(
        &'a self,
        job: &'a Job,
        wishes: watch::Receiver<Wish>,
        lines: mpsc::UnboundedSender<String>,
    ) -> Later<'a, Result<Ended, SandboxError>> {
        Box::pin(async move { Ok(self.run_group(job, wishes, lines).await?.into()) })
    }

    fn prepare_next(&self, job: &Job) {
        if let Some(room) = &job.room {
            self.standbys.prepare(room, |program| self.command(program));
        }
    }

    fn leave<'a>(&'a self, room: &'a Room) -> Later<'a, ()> {
        self.standbys.leave(&room.name);
        Box::pin(async {})
    }

    fn collect<'a>(
        &'a self,
        _view: usize,
        _folder: &'a Path,
    ) -> Later<'a, Result<(), SandboxError>> {
        Box::pin(async { Ok(()) })
    }

    fn close(&self) -> Later<'_, ()> {
        self.standbys.close();
        Box::pin(async {})
    }

    fn commands(&self, jobs: &[Job]) -> Vec<Vec<String>> {
        let with_env = |job: &Job| {
            let ours = job.env.iter().map(|(name, value)| format!("{name}={value}"));
            // What the user gave a value may be a secret.
            let set = ours.chain(self.env.iter().map(|(name, _)| format!("{name}={HIDDEN}")));
            let chdir = format!("--chdir={}", self.project.display());
            let start = ["env".to_owned(), chdir];
            start.into_iter().chain(set).chain(job.argv.iter().cloned()).collect()
        };
        jobs.iter().map(with_env).collect()
    }
}

impl ProcessSandbox {
    /// Jobs see `env` on top of the user's environment.
    pub(crate) fn new(project: PathBuf, workspace: PathBuf, env: Vec<(String, String)>) -> Self {
        Self { project, workspace, env, standbys: Standbys::default() }
    }

    async fn run_group(
        &self,
        job: &Job,
        mut wishes: watch::Receiver<Wish>,
        lines: mpsc::UnboundedSender<String>,
    ) -> Result<Ending, SandboxError> {
        let log = output::open(&job.log).await?;
        let second = output::open(&job.log).await?;
        let mut held = match self.standbys.told(job, &self.env).await {
            Some(waiting) => waiting,
            None => self.start(job)?,
        };
        let prints = tokio::spawn(output::pump(held.child.stdout.take(), log, lines.clone()));
        let complains = tokio::spawn(output::pump(held.child.stderr.take(), second, lines));
        let command = self.commands(std::slice::from_ref(job)).concat().join(" ");
        tracing::debug!(target: "sandbox", event = "job-started", job = job.name, command);
        let ending = held.supervise(&mut wishes, job.timeout).await;
        // A web server that outlived its runner would hold its port and our pipes.
        held.end().await;
        if let Some(room) = job.room.as_ref().filter(|_| !is_good(&ending)) {
            self.standbys.leave(&room.name);
        }
        tracing::debug!(target: "sandbox", event = "job-ended", job = job.name, ending = ?ending);
        // A program that left the group may hold the pipes for ever, and who listens would wait.
        for mut pipe in [prints, complains] {
            if tokio::time::timeout(PIPES, &mut pipe).await.is_err() {
                pipe.abort();
            }
        }
        Ok(ending)
    }

    fn start(&self, job: &Job) -> Result<Held, SandboxError> {
        let program = job.argv.first().cloned().unwrap_or_default();
        let mut command = self.command(&program);
        // What the user wants has the last word.
        let env = job.env.iter().chain(&self.env).cloned();
        command.args(job.argv.iter().skip(1)).envs(env);
        let held = Held::start(command.env(HELD, "group"));
        held.map_err(|source| SandboxError::Spawn { program, source })
    }

    /// A program in the project's folder and the user's environment.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.env.iter().cloned()).current_dir(&self.project);
        command
    }
}

/// A process group; killed when it goes out of scope, so that nothing is left behind.
struct Held {
    child: Child,
    /// Where it is let go the process is to end itself: nobody else would.
    leash: Option<ChildStdin>,
    group: Option<Group>,
}

impl Held {
    fn start(command: &mut Command) -> io::Result<Self> {
        platform::in_own_group(command.as_std_mut());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        Ok(Self { leash: child.stdin.take(), group: Some(Group::of(child.id())), child })
    }

    /// Whether it has not ended by itself.
    fn is_alive(&mut self) -> bool {
        let is_alive = matches!(self.child.try_wait(), Ok(None));
        if !is_alive {
            self.forget();
        }
        is_alive
    }

    /// Waits for the end, by itself, by wish or by time. Playwright is always asked first: its web
    /// servers and browsers have groups of their own, and only it can end them.
    async fn supervise(&mut self, wishes: &mut watch::Receiver<Wish>, timeout: Duration) -> Ending {
        let ending = tokio::select! {
            status = self.child.wait() => return exited(status),
            _ = wishes.wait_for(|wish| *wish >= Wish::Stop) => Ending::Stopped,
            () = tokio::time::sleep(timeout) => Ending::TimedOut,
        };
        if let Some(group) = self.group {
            group.interrupt();
        }
        tokio::select! {
            _ = self.child.wait() => {}
            _ = wishes.wait_for(|wish| *wish >= Wish::Kill) => {}
            () = tokio::time::sleep(GRACE) => {}
        }
        ending
    }

    fn resume(&self) {
        if let Some(group) = self.group {
            group.resume();
        }
    }

    /// Kills what is left of it.
    async fn end(&mut self) {
        self.kill();
        self.child.wait().await.ok();
        self.forget();
    }

    fn kill(&self) {
        if let Some(group) = self.group {
            group.kill();
        }
    }

    /// The number may be somebody else's from now on.
    fn forget(&mut self) {
        self.group = None;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.kill();
    }
}

fn exited(status: io::Result<ExitStatus>) -> Ending {
    let signalled = |status| platform::signal_of(status).map(|number| SIGNALLED + number);
    let code = status.ok().and_then(|status| status.code().or_else(|| signalled(status)));
    Ending::Exited(code.unwrap_or(-1))
}

/// Whether a job ended by itself and no signal ended it, so that another may come after it.
fn is_good(ending: &Ending) -> bool {
    matches!(ending, Ending::Exited(0..SIGNALLED))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    use tokio::sync::{mpsc, watch};

    use super::ProcessSandbox;
    use crate::sandbox::{Ending, Job, Sandbox, Wish};

    #[tokio::test]
    async fn nobody_waits_for_what_a_program_prints_that_left_the_group() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_path_buf();
        let sandbox = ProcessSandbox::new(path.clone(), path.clone(), Vec::new());
        let script = "const { spawn } = require('child_process');
            const later = `setTimeout(() => require('fs').writeFileSync('later', ''), 30_000)`;
            const options = { detached: true, stdio: 'inherit' };
            const left = spawn(process.execPath, ['-e', later], options);
            console.log(left.pid);
            left.unref();";
        let job = Job {
            name: "leaves".to_owned(),
            view: 0,
            argv: ["node", "-e", script].map(str::to_owned).to_vec(),
            env: Vec::new(),
            log: path.join("log.txt"),
            folder: path.clone(),
            timeout: Duration::from_mins(1),
            room: None,
        };
        let (_sender, wishes) = watch::channel(Wish::Run);
        let (lines, mut printed) = mpsc::unbounded_channel();
        let ended = sandbox.run(&job, wishes, lines).await.unwrap();
        assert_eq!(ended.ending, Ending::Exited(0));
        let left = printed.recv().await.unwrap().parse().unwrap();
        assert_eq!(printed.recv().await, None);
        let has_ended = path.join("later").exists();
        kill(Pid::from_raw(left), Signal::SIGKILL).ok();
        assert!(!has_ended);
    }
}
