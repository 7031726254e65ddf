//! The engine's command: arguments go in, what it printed comes out.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::process::Command;

use crate::sandbox::CommandError;

/// The last lines of a failed command that an error carries.
const TAIL_LINES: usize = 12;
/// What a call may take: an engine that hangs is an error, too.
const LIMIT: Duration = Duration::from_mins(1);
/// What a call may take that copies a project.
const COPY_LIMIT: Duration = Duration::from_mins(10);
/// What an engine that is well needs at most to say its version.
const ANSWER: Duration = Duration::from_secs(10);

/// `docker`, or whatever the user named in its place.
#[derive(Debug, Clone)]
pub(super) struct Engine {
    pub(super) program: String,
    /// Set for every call, so that `--env NAME` can pass values that no command line shows.
    pub(super) env: Vec<(String, String)>,
}

impl Engine {
    /// Runs a command to its end and gives its standard output, trimmed.
    pub(super) async fn call<A: AsRef<str>>(&self, args: &[A]) -> Result<String, CommandError> {
        self.call_within(LIMIT, args).await
    }

    /// As `call`, with time for a copy of a project.
    pub(super) async fn call_long<A: AsRef<str>>(
        &self,
        args: &[A],
    ) -> Result<String, CommandError> {
        self.call_within(COPY_LIMIT, args).await
    }

    /// Whether it answers at all.
    pub(super) async fn answers(&self) -> bool {
        self.version(ANSWER).await.is_ok()
    }

    /// The engine's own version, not that of its command.
    pub(super) async fn version(&self, limit: Duration) -> Result<String, CommandError> {
        self.call_within(limit, &["version", "--format", "{{.Server.Version}}"]).await
    }

    async fn call_within<A: AsRef<str>>(
        &self,
        limit: Duration,
        args: &[A],
    ) -> Result<String, CommandError> {
        let output = tokio::time::timeout(limit, self.command(args).output()).await;
        let output = output.map_err(|_| self.silent(args, limit))?;
        let output = output.map_err(|source| self.not_started(args, &source))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        Err(self.failed(args, &output))
    }

    /// As `call_long`, with the output in a file.
    pub(super) async fn call_into<A: AsRef<str>>(
        &self,
        args: &[A],
        file: &Path,
    ) -> Result<(), CommandError> {
        let target = std::fs::File::create(file).map_err(|e| self.not_started(args, &e))?;
        let copied = tokio::time::timeout(COPY_LIMIT, self.call_to(args, Stdio::from(target)));
        copied.await.unwrap_or_else(|_| Err(self.silent(args, COPY_LIMIT)))
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
            .envs(self.env.iter().cloned())
            .stdin(Stdio::null())
            // A Ctrl-C is for us to answer, not for the engine's client.
            .process_group(0)
            .kill_on_drop(true);
        command
    }

    fn silent<A: AsRef<str>>(&self, args: &[A], limit: Duration) -> CommandError {
        CommandError {
            command: self.shown(args),
            status: format!("gave no answer for {}", humantime::format_duration(limit)),
            tail: "the engine hangs or has too much to do".to_owned(),
        }
    }

    fn not_started<A: AsRef<str>>(&self, args: &[A], source: &std::io::Error) -> CommandError {
        CommandError {
            command: self.shown(args),
            status: "did not start".to_owned(),
            tail: source.to_string(),
        }
    }

    fn failed<A: AsRef<str>>(&self, args: &[A], output: &Output) -> CommandError {
        let text = String::from_utf8_lossy(&output.stderr);
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
        std::iter::once(self.program.as_str()).chain(words).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Engine;

    #[tokio::test]
    async fn an_engine_that_hangs_is_an_error() {
        let engine = Engine { program: "sleep".to_owned(), env: Vec::new() };
        let error = engine.call_within(Duration::from_millis(50), &["600"]).await.unwrap_err();
        let told = "`sleep 600` gave no answer for 50ms: the engine hangs or has too much to do";
        assert_eq!(error.to_string(), told);
    }
}
