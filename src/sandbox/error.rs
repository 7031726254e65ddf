//! What went wrong in a sandbox, for people.

use std::path::PathBuf;

/// Why a sandbox could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SandboxError {
    #[error("shards cannot be run on this system")]
    NoSystem,
    #[error("no container engine answers to `{engine}`")]
    NoEngine { engine: String, source: CommandError },
    #[error("image `{image}` is not here and cannot be pulled")]
    NoImage { image: String, source: CommandError },
    #[error("cannot give the shards their own view of `{}`", workspace.display())]
    NoView { workspace: PathBuf, source: CommandError },
    #[error("the container engine failed")]
    Engine(#[from] CommandError),
    #[error("cannot start `{program}`")]
    Spawn { program: String, source: std::io::Error },
    #[error("cannot write `{}`", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("what earlier tests left in `{}` cannot be removed", path.display())]
    Left { path: PathBuf, source: std::io::Error },
    #[error("cannot use the scripted suite `{}`: {reason}", path.display())]
    Script { path: PathBuf, reason: String },
}

/// A program that failed: which, how, and what it said last.
#[derive(Debug, Clone, thiserror::Error)]
#[error("`{command}` {status}: {tail}")]
pub(crate) struct CommandError {
    pub(crate) command: String,
    pub(crate) status: String,
    pub(crate) tail: String,
}
