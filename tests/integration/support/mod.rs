//! What the tests of the whole tool have in common.

pub(crate) mod browser;
pub(crate) mod clones;
pub(crate) mod engine;
pub(crate) mod expected;
pub(crate) mod job;
pub(crate) mod made;
pub(crate) mod own_engine;
pub(crate) mod place;
pub(crate) mod project;
pub(crate) mod python;
pub(crate) mod read;
pub(crate) mod redis;
pub(crate) mod registry;
pub(crate) mod report_page;
pub(crate) mod script;
pub(crate) mod shop;
pub(crate) mod terminal;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What a call of the tool gave.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Said {
    /// Standard error with blanks and line ends as one: the summary breaks its lines at 80 columns.
    pub(crate) fn flat(&self) -> String {
        self.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The repository's own folder.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder below `fixtures/`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    repository().join("fixtures").join(name)
}

/// The tool, to be started in `folder`, with an environment that the machine does not change:
/// only what finds programs, the engine, the image and the browser is let through.
#[expect(clippy::disallowed_methods, reason = "what the set-up found is told by variables")]
pub(crate) fn tool(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shardwright"));
    command.current_dir(folder).env_clear().stdin(Stdio::null());
    for name in ["PATH", "HOME", "DOCKER_HOST", "SHARDWRIGHT_IMAGE", "PLAYWRIGHT_BROWSERS_PATH"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// Calls the tool to its end.
pub(crate) fn shardwright(folder: &Path, arguments: &[&str]) -> Said {
    said(tool(folder).args(arguments).output().expect("the tool starts"))
}

/// What a finished process gave.
pub(crate) fn said(output: Output) -> Said {
    Said {
        stdout: String::from_utf8(output.stdout).expect("standard output is text"),
        stderr: String::from_utf8(output.stderr).expect("standard error is text"),
        code: output.status.code().expect("no signal ended the tool"),
    }
}
