//! `--strategy exec:PATH`: a question goes to a program's standard input, its answer comes from
//! its standard output.
//!
//! A path with a slash counts from the project folder, a name without one is looked for on
//! `PATH`. There is no shell and there are no arguments. The program runs in the project folder,
//! outside of any sandbox; when it is too slow it is killed with all that it started.

use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use crate::plan::assigned::Unfit;
use crate::platform::{self, Group};
use crate::wire::assignment_v1::AnswerError;

/// A longer answer is none: the names of a million groups fit in.
const LONGEST: u64 = 16 << 20;
/// What is kept of the program's standard error: its end, where the reason stands.
const COMPLAINT: usize = 4 << 10;
/// How often it is looked at whether the program has ended.
const GLANCE: Duration = Duration::from_millis(5);
/// How long a pipe may stay open behind the end of the program.
const PIPES: Duration = Duration::from_millis(200);

/// Why there is no plan of the program's. `program` is as the user named it; `complaint` is what
/// the program wrote to its standard error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExecError {
    #[error("the strategy `exec:{program}` gave no answer")]
    Silent { program: String, source: Silence, complaint: String },
    #[error("the answer of the strategy `exec:{program}` cannot be used")]
    Bad { program: String, source: BadAnswer, complaint: String },
}

/// Why a program gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Silence {
    #[error("there is no such program")]
    NotFound {
        /// Whether the project folder holds a file of that name.
        beside: bool,
    },
    #[error("it cannot be started")]
    Spawn(#[source] std::io::Error),
    #[error("it took longer than {} and was killed", humantime::format_duration(*.0))]
    TooSlow(Duration),
    #[error("it printed more than {} MiB and was killed", LONGEST >> 20)]
    TooMuch,
    #[error("it ended with {}", ending(*.0))]
    Ended(ExitStatus),
}

/// Why an answer is no plan.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadAnswer {
    #[error("is no UTF-8 text")]
    NotText,
    #[error(transparent)]
    Format(#[from] AnswerError),
    #[error(transparent)]
    Unfit(#[from] Unfit),
}

/// What a program said.
pub(crate) struct Answer {
    program: String,
    pub(crate) text: String,
    complaint: String,
}

impl Answer {
    /// The error that this answer cannot be used.
    pub(crate) fn bad(self, source: impl Into<BadAnswer>) -> ExecError {
        let Self { program, complaint, .. } = self;
        ExecError::Bad { program, source: source.into(), complaint }
    }
}

/// Asks the program and waits for its answer, up to `limit`.
pub(crate) fn ask(
    program: &Path,
    project: &Path,
    question: String,
    limit: Duration,
) -> Result<Answer, ExecError> {
    let name = program.display().to_string();
    let silent =
        |source| ExecError::Silent { program: name.clone(), source, complaint: String::new() };
    let mut child = spawn(program, project).map_err(silent)?;
    let deadline = Instant::now() + limit;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read to the end may still know the answer.
        std::thread::spawn(move || input.write_all(question.as_bytes()).ok());
    }
    let printed = reader(child.stdout.take(), |pipe| {
        let mut bytes = Vec::new();
        pipe.take(LONGEST + 1).read_to_end(&mut bytes).ok();
        bytes
    });
    let complained = reader(child.stderr.take(), last_of);
    let ended = supervise(&mut child, &printed, deadline);
    let complaint = complained.recv_timeout(PIPES).unwrap_or_default();
    let complaint = String::from_utf8_lossy(&complaint).trim_end().to_owned();
    match ended {
        Ok((status, _)) if !status.success() => {
            Err(ExecError::Silent { program: name, source: Silence::Ended(status), complaint })
        }
        Ok((_, bytes)) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Answer { program: name, text, complaint }),
            Err(_) => Err(ExecError::Bad { program: name, source: BadAnswer::NotText, complaint }),
        },
        Err(Unanswered::TooSlow) => {
            Err(ExecError::Silent { program: name, source: Silence::TooSlow(limit), complaint })
        }
        Err(Unanswered::TooMuch) => {
            Err(ExecError::Silent { program: name, source: Silence::TooMuch, complaint })
        }
    }
}

/// Refuses what [`ask`] could not start, without starting anything; `search` are the folders of
/// `PATH`.
pub(crate) fn check(program: &Path, project: &Path, search: Option<&str>) -> Result<(), ExecError> {
    let silent = |source| {
        let program = program.display().to_string();
        Err(ExecError::Silent { program, source, complaint: String::new() })
    };
    let (places, beside): (Vec<PathBuf>, bool) = if has_slash(program) {
        (vec![project.join(program)], false)
    } else {
        let Some(search) = search else { return Ok(()) };
        let folders = std::env::split_paths(search).map(|folder| folder.join(program));
        (folders.collect(), project.join(program).is_file())
    };
    let mut why = Silence::NotFound { beside };
    for place in places {
        match startable(&place) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => why = Silence::Spawn(error),
        }
    }
    silent(why)
}

fn startable(program: &Path) -> std::io::Result<()> {
    if program.metadata()?.is_dir() {
        return Err(ErrorKind::PermissionDenied.into());
    }
    platform::check_startable(program)
}

fn has_slash(program: &Path) -> bool {
    program.as_os_str().as_encoded_bytes().contains(&b'/')
}

fn spawn(program: &Path, project: &Path) -> Result<Child, Silence> {
    let has_slash = has_slash(program);
    let path: PathBuf = if has_slash { project.join(program) } else { program.to_path_buf() };
    let child = platform::in_own_group(&mut Command::new(path))
        .current_dir(project)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    child.map_err(|error| {
        if error.kind() == ErrorKind::NotFound {
            Silence::NotFound { beside: !has_slash && project.join(program).is_file() }
        } else {
            Silence::Spawn(error)
        }
    })
}

/// Why a program was killed.
enum Unanswered {
    TooSlow,
    TooMuch,
}

/// Waits for the answer and for the end of the program; kills it where that takes too long.
fn supervise(
    child: &mut Child,
    printed: &Receiver<Vec<u8>>,
    deadline: Instant,
) -> Result<(ExitStatus, Vec<u8>), Unanswered> {
    let left = || deadline.saturating_duration_since(Instant::now());
    let bytes = printed.recv_timeout(left()).map_err(|_| Unanswered::TooSlow);
    let bytes = bytes.and_then(|bytes| {
        if bytes.len() as u64 > LONGEST { Err(Unanswered::TooMuch) } else { Ok(bytes) }
    });
    let ended = bytes.and_then(|bytes| {
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok((status, bytes)),
                _ if left().is_zero() => return Err(Unanswered::TooSlow),
                _ => std::thread::sleep(GLANCE.min(left())),
            }
        }
    });
    if ended.is_err() {
        // Not waited for yet, so the number is still this group's.
        Group::of(Some(child.id())).kill();
        child.kill().ok();
        child.wait().ok();
    }
    ended
}

/// Reads a pipe on a thread of its own: the other end may stay open for ever.
fn reader<P: Read + Send + 'static>(
    pipe: Option<P>,
    read: impl FnOnce(P) -> Vec<u8> + Send + 'static,
) -> Receiver<Vec<u8>> {
    let (done, receive) = mpsc::channel();
    if let Some(pipe) = pipe {
        std::thread::spawn(move || done.send(read(pipe)).ok());
    }
    receive
}

/// The end of what a pipe holds; all of it is read.
fn last_of(mut pipe: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(read @ 1..) = pipe.read(&mut chunk) {
        kept.extend_from_slice(&chunk[..read]);
        kept.drain(..kept.len().saturating_sub(COMPLAINT));
    }
    kept
}

fn ending(status: ExitStatus) -> String {
    match (status.code(), platform::signal_of(status)) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "neither a code nor a signal".to_owned(),
    }
}
