//! What the user may choose about containers.

use std::path::PathBuf;

use crate::sandbox::secrets::Secrets;

/// Everything that the containers of one run have in common.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The engine's command: `docker` or `podman`.
    pub(crate) engine: String,
    pub(crate) image: String,
    pub(crate) limits: Limits,
    pub(crate) network: Network,
    /// Variables that were named: with a value, or to be taken from our own environment.
    pub(crate) env: Vec<(String, Option<String>)>,
    /// What is not shown: the values of these variables, and a log-in in front of the image.
    pub(crate) secrets: Secrets,
    pub(crate) user: User,
    /// The folder of the host that containers see as their workspace.
    pub(crate) workspace: PathBuf,
    /// Where jobs start; inside the workspace.
    pub(crate) project: PathBuf,
    /// Folders inside the workspace that containers see empty: other shards' results.
    pub(crate) hidden: Vec<PathBuf>,
    /// Folders inside the workspace that may be written where the engine allows no private view.
    pub(crate) writable: Vec<PathBuf>,
    /// A folder of the host for what containers are told before any job runs.
    pub(crate) scratch: PathBuf,
    /// A file that this run holds a lock on for as long as it lives.
    pub(crate) lock: PathBuf,
    /// Names and labels of everything that this run leaves in the engine.
    pub(crate) run: String,
}

/// What one container may use.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Limits {
    /// As docker reads it: `2g`.
    pub(crate) memory: String,
    /// What a job may count on: a plan must not depend on the machine.
    pub(crate) cpus: f64,
    /// What it is given: an engine refuses more than it has.
    pub(crate) granted_cpus: f64,
    /// Processes and threads; Chromium needs about 100 a worker.
    pub(crate) pids: u32,
    /// Size of `/tmp`, as docker reads it.
    pub(crate) tmp: String,
    /// What it may write to disks, in bytes.
    pub(crate) disk: u64,
}

/// What a container can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    Bridge,
    None,
    Host,
}

impl Network {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::None => "none",
            Self::Host => "host",
        }
    }
}

/// Whom a container runs as, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}
