//! The flags go in, what the engine knows of the machine comes out.

use std::path::PathBuf;

use crate::config::environment::Environment;
use crate::config::flags::resources::ResourceFlags;
use crate::config::flags::sandbox::{Isolation, SandboxFlags};
use crate::run::resources::Options;
use crate::run::resources::jobs::Need;
use crate::run::resources::line::Share;
use crate::run::resources::machine::Machine;

/// Where an engine listens that may be on another machine.
const FAR: [&str; 3] = ["tcp:", "ssh:", "http"];

/// What the engine knows of the machine, and of what shards may take of it.
pub(crate) fn options(
    flags: &ResourceFlags,
    sandbox: &SandboxFlags,
    environment: &Environment,
) -> Options {
    let need = Need { memory: sandbox.memory_in_bytes(), cpus: sandbox.cpus };
    Options {
        machine: machine(flags, sandbox, environment),
        need,
        pressure: flags.pressure.0,
        share: flags.machine_limit.map(|most| Share {
            folder: environment.cache_folder().join("machine"),
            most,
            run: std::process::id().to_string(),
        }),
    }
}

fn machine(
    flags: &ResourceFlags,
    sandbox: &SandboxFlags,
    environment: &Environment,
) -> Option<Machine> {
    if let Some(root) = &flags.machine {
        return Some(Machine::below(root.clone()));
    }
    let is_here = sandbox.fake.is_none() && !is_far(sandbox, environment);
    is_here.then(|| Machine::below(PathBuf::from("/")))
}

/// Whether the engine may be on another machine.
pub(crate) fn is_far(sandbox: &SandboxFlags, environment: &Environment) -> bool {
    let engine = environment.get("DOCKER_HOST").unwrap_or_default();
    sandbox.isolation == Isolation::Docker && FAR.iter().any(|scheme| engine.starts_with(scheme))
}
