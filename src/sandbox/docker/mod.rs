//! A job as a locked-down container, driven through the `docker` command.
//!
//! The command is used, not the engine's socket, so that contexts, podman and registry log-ins
//! work and `--dry-run` can print what a person can paste.

mod arguments;
mod cgroup;
mod container;
mod disk;
mod engine;
pub(crate) mod examine;
mod image;
mod info;
mod kept;
mod options;
mod pull;
mod reconnect;
mod room;
mod sandbox;
mod state;
mod sweep;
mod view;

pub(crate) use options::{Limits, Network, Options, User};
pub(crate) use sandbox::DockerSandbox;
