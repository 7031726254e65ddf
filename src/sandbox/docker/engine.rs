//! The engine's command: arguments go in, what it printed comes out.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use tokio::process::Command;

use crate::platform;
use crate::sandbox::CommandError;
use crate::sandbox::secrets::Secrets;

/// The last lines of a failed command that an error carries.
const TAIL_LINES: usize = 12;
/// What a call may take: an engine that hangs is an error, too.
const LIMIT: Duration = Duration::from_mins(1);
/// What a call may take that copies a project.
const COPY_LIMIT: Duration = Duration::from_mins(10);
/// What an engine that is well needs at most to say its version.
pub(super) const ANSWER: Duration = Duration::from_secs(10);

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
        self.call_within(LIMIT, args).await
    }

    /// As `call`, with time for a copy of a project.
    pub(super) async fn call_long<A: AsRef<str>>(
        &self,
        args: &[A],
    ) -> Result<String, CommandError> {
        self.call_within(COPY_LIMIT, args).await
    }

    /// As `call`, of an engine that may hang.
    pub(super) async fn ask<A: AsRef<str>>(&self, args: &[A]) -> Result<String, CommandError> {
        self.call_within(ANSWER, args).await
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
        self.finish(self.command(args), args, limit).await
    }

    /// As `call`, for the one command that is told the values of variables.
    pub(super) async fn create<A: AsRef<str>>(&self, args: &[A]) -> Result<String, CommandError> {
        let mut command = self.command(args);
        command.envs(self.env.iter().cloned());
        self.finish(command, args, LIMIT).await
    }

    async fn finish<A: AsRef<str>>(
        &self,
        command: Command,
        args: &[A],
        limit: Duration,
    ) -> Result<String, CommandError> {
        let output = self.output(command, args, Stdio::piped(), Some(limit)).await?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs a command to its good end, which has to come within the limit.
    async fn output<A: AsRef<str>>(
        &self,
        mut command: Command,
        args: &[A],
        out: Stdio,
        limit: Option<Duration>,
    ) -> Result<Output, CommandError> {
        let began = Instant::now();
        command.stdout(out).stderr(Stdio::piped());
        let child = command.spawn().map_err(|source| self.not_started(args, &source))?;
        let ended = match limit {
            Some(limit) => tokio::time::timeout(limit, child.wait_with_output())
                .await
                .map_err(|_| self.silent(args, limit))?,
            None => child.wait_with_output().await,
        };
        let output = ended.map_err(|source| self.not_started(args, &source))?;
        self.trace(args, began, &output);
        if output.status.success() { Ok(output) } else { Err(self.failed(args, &output)) }
    }

    /// Says what was done, for whoever looks for a mistake.
    fn trace<A: AsRef<str>>(&self, args: &[A], began: Instant, output: &Output) {
        self.told(args, began, &output.status.to_string());
        for (stream, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                let text = self.secrets.hide(&String::from_utf8_lossy(bytes));
                tracing::trace!(target: "sandbox", event = "engine-said", stream, text);
            }
        }
    }

    /// Says which command was given, what it took and how it ended.
    pub(super) fn told<A: AsRef<str>>(&self, args: &[A], began: Instant, status: &str) {
        let words = args.iter().map(AsRef::as_ref);
        let words: Vec<&str> = std::iter::once(self.program.as_str()).chain(words).collect();
        let (command, took) = (self.secrets.hide(&words.join(" ")), began.elapsed());
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(target: "sandbox", event = "engine-command", command, took_ms, status);
    }

    /// As `call_long`, with the output in a file.
    pub(super) async fn call_into<A: AsRef<str>>(
        &self,
        args: &[A],
        file: &Path,
    ) -> Result<(), CommandError> {
        let target = std::fs::File::create(file).map_err(|e| self.not_started(args, &e))?;
        self.output(self.command(args), args, Stdio::from(target), Some(COPY_LIMIT)).await.map(drop)
    }

    /// As `call`, with the output on our own standard error: for progress that a person sees.
    pub(super) async fn call_shown<A: AsRef<str>>(&self, args: &[A]) -> Result<(), CommandError> {
        let shown = Stdio::from(std::io::stderr());
        self.output(self.command(args), args, shown, None).await.map(drop)
    }

    /// As `call_shown`, where nobody sees the progress.
    pub(super) async fn call_unbounded<A: AsRef<str>>(
        &self,
        args: &[A],
    ) -> Result<(), CommandError> {
        self.output(self.command(args), args, Stdio::piped(), None).await.map(drop)
    }

    /// The command, not started.
    pub(super) fn command<A: AsRef<str>>(&self, args: &[A]) -> Command {
        let mut command = Command::new(&self.program);
        // A Ctrl-C is for us to answer, not for the engine's client.
        platform::in_own_group(command.as_std_mut());
        command.args(args.iter().map(AsRef::as_ref)).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    fn silent<A: AsRef<str>>(&self, args: &[A], limit: Duration) -> CommandError {
        self.told(args, Instant::now(), "gave no answer");
        CommandError {
            command: self.shown(args),
            status: format!("gave no answer for {}", humantime::format_duration(limit)),
            tail: "the engine hangs or has too much to do".to_owned(),
        }
    }

    fn not_started<A: AsRef<str>>(&self, args: &[A], source: &std::io::Error) -> CommandError {
        self.told(args, Instant::now(), "did not start");
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Engine;
    use crate::sandbox::secrets::Secrets;

    #[tokio::test]
    async fn an_engine_that_hangs_is_an_error() {
        let engine =
            Engine { program: "sleep".to_owned(), env: Vec::new(), secrets: Secrets::default() };
        let error = engine.call_within(Duration::from_millis(50), &["600"]).await.unwrap_err();
        let told = "`sleep 600` gave no answer for 50ms: the engine hangs or has too much to do";
        assert_eq!(error.to_string(), told);
    }
}
