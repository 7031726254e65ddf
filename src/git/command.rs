//! Arguments of git go in, what it printed comes out. Nothing goes through a shell, and git never
//! asks a question at a terminal.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Why git did not do what it was told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("cannot start `git`")]
    Start(#[source] io::Error),
    #[error("`git {command}` failed")]
    Failed { command: String, source: Complaint },
    #[error("cannot use the folder `{}`", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("the path `{}` is no text", path.display())]
    NoText { path: PathBuf },
    #[error("cannot push to `{branch}` of `{remote}`")]
    Push { branch: String, remote: String, source: Complaint },
    #[error("`{path}` is a link or a folder in git, not a file")]
    NoFile { path: String },
}

/// What a program wrote to its standard error; untrusted text of several lines.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Complaint(pub(crate) String);

/// One call of git, to be made.
pub(super) struct Call {
    command: Command,
    /// For messages: `push`.
    name: String,
    input: Vec<u8>,
}

/// How a call ended.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
    name: String,
}

/// A call in this folder. The first argument names git's command.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> Call {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder);
    // What a message says is read by machines, so it must be in no other language.
    command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
    // A name with a `*` or a `:` in it is that name.
    command.env("GIT_LITERAL_PATHSPECS", "1");
    command.args(["-c", "i18n.commitEncoding=UTF-8"]);
    // Hooks are for what the user does: a suite before each push, a check of each message. They
    // stand in the repository, in a folder of the working tree (husky) or in one for all of them.
    command.args(["-c", "core.hooksPath=/dev/null"]).args(arguments);
    let name = arguments.first().copied().unwrap_or_default().to_owned();
    Call { command, name, input: Vec::new() }
}

impl Call {
    pub(super) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What git reads from its standard input.
    pub(super) fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// Runs it to its end, whatever that is.
    pub(super) fn end(self) -> Result<Ended, GitError> {
        let Self { mut command, name, input } = self;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(GitError::Start)?;
        if let Some(mut pipe) = child.stdin.take() {
            // Git may answer before it has read everything.
            std::thread::spawn(move || pipe.write_all(&input).ok());
        }
        let output = child.wait_with_output().map_err(GitError::Start)?;
        let stderr = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
        Ok(Ended { status: output.status, stdout: output.stdout, stderr, name })
    }

    /// What it prints where it ends well.
    pub(super) fn bytes(self) -> Result<Vec<u8>, GitError> {
        let ended = self.end()?;
        if ended.status.success() { Ok(ended.stdout) } else { Err(ended.failed()) }
    }

    /// The same as text, without the line end.
    pub(super) fn text(self) -> Result<String, GitError> {
        let bytes = self.bytes()?;
        Ok(String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned())
    }

    /// The same where git answers a question; none where the answer is no.
    pub(super) fn answer(self) -> Result<Option<String>, GitError> {
        let ended = self.end()?;
        match ended.status.code() {
            Some(0) => Ok(Some(String::from_utf8_lossy(&ended.stdout).trim_end().to_owned())),
            Some(1) => Ok(None),
            _ => Err(ended.failed()),
        }
    }
}

impl Ended {
    /// The error that it did not end well.
    pub(super) fn failed(self) -> GitError {
        let Self { status, stderr, name, .. } = self;
        let said = if stderr.is_empty() { status.to_string() } else { stderr };
        GitError::Failed { command: name, source: Complaint(said) }
    }
}
