//! The engine's command: arguments go in, what it printed comes out.

use std::path::Path;
use std::process::{Output, Stdio};

use tokio::process::Command;

use crate::sandbox::CommandError;
use crate::sandbox::secrets::Secrets;

/// The last lines of a failed command that an error carries.
const TAIL_LINES: usize = 12;

/// `docker`, or whatever the user named in its place.
#[derive(Debug, Clone)]
pub(super) struct Engine {
    pub(super) program: String,
    /// Set for `create` alone, where `--env NAME` passes values that no command line shows.
    pub(super) env: Vec<(String, String)>,
    /// What no message may hold.
    pub(super) secrets: Secrets,
}

impl Engine {
    /// Runs a command to its end and gives its standard output, trimmed.
    pub(super) async fn call<A: AsRef<str>>(&self, args: &[A]) -> Result<String, CommandError> {
        self.finish(self.command(args), args).await
    }

    /// As `call`, for the one command that is told the values of variables.
    pub(super) async fn create<A: AsRef<str>>(&self, args: &[A]) -> Result<String, CommandError> {
        let mut command = self.command(args);
        command.envs(self.env.iter().cloned());
        self.finish(command, args).await
    }

    async fn finish<A: AsRef<str>>(
        &self,
        mut command: Command,
        args: &[A],
    ) -> Result<String, CommandError> {
        let output = command.output().await;
        let output = output.map_err(|source| self.not_started(args, &source))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        Err(self.failed(args, &output))
    }

    /// As `call`, with the output in a file.
    pub(super) async fn call_into<A: AsRef<str>>(
        &self,
        args: &[A],
        file: &Path,
    ) -> Result<(), CommandError> {
        let target = std::fs::File::create(file).map_err(|e| self.not_started(args, &e))?;
        self.call_to(args, Stdio::from(target)).await
    }

    /// As `call`, with the output on our own standard error: for progress that a person sees.
    pub(super) async fn call_shown<A: AsRef<str>>(&self, args: &[A]) -> Result<(), CommandError> {
        use std::os::fd::AsFd;
        let shown = std::io::stderr().as_fd().try_clone_to_owned();
        let shown = shown.map_err(|source| self.not_started(args, &source))?;
        self.call_to(args, Stdio::from(shown)).await
    }

    async fn call_to<A: AsRef<str>>(&self, args: &[A], out: Stdio) -> Result<(), CommandError> {
        let mut command = self.command(args);
        command.stdout(out).stderr(Stdio::piped());
        let child = command.spawn().map_err(|source| self.not_started(args, &source))?;
        let output = child.wait_with_output().await;
        let output = output.map_err(|source| self.not_started(args, &source))?;
        if output.status.success() { Ok(()) } else { Err(self.failed(args, &output)) }
    }

    /// The command, not started.
    pub(super) fn command<A: AsRef<str>>(&self, args: &[A]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(args.iter().map(AsRef::as_ref))
            .stdin(Stdio::null())
            // A Ctrl-C is for us to answer, not for the engine's client.
            .process_group(0)
            .kill_on_drop(true);
        command
    }

    fn not_started<A: AsRef<str>>(&self, args: &[A], source: &std::io::Error) -> CommandError {
        CommandError {
            command: self.shown(args),
            status: "did not start".to_owned(),
            tail: source.to_string(),
        }
    }

    fn failed<A: AsRef<str>>(&self, args: &[A], output: &Output) -> CommandError {
        let text = self.secrets.hide(&String::from_utf8_lossy(&output.stderr));
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let tail = lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n");
        CommandError {
            command: self.shown(args),
            status: format!("failed ({})", output.status),
            tail,
        }
    }

    /// The first two words are enough to know which command it was.
    fn shown<A: AsRef<str>>(&self, args: &[A]) -> String {
        let words = args.iter().map(AsRef::as_ref).take(2);
        let words: Vec<&str> = std::iter::once(self.program.as_str()).chain(words).collect();
        self.secrets.hide(&words.join(" "))
    }
}
