//! Does the container engine answer?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::sandbox::SandboxError;

pub(super) const ENGINE: Check = Check { name: "engine", look };

/// The system's number of the error that a file is not there, on each of them.
const NO_FILE: i32 = 2;

fn look(subject: &Subject<'_>) -> Found {
    let Some(engine) = &subject.engine else { return none(subject) };
    let program = &engine.program;
    match &engine.version {
        Ok(version) => Found::ok(format!("`{program}` answers, version {version}")),
        Err(error) => refused(error),
    }
}

/// As a run would say it.
fn refused(error: &SandboxError) -> Found {
    let SandboxError::NoEngine { engine, source } = error else {
        return Found::unseen("the engine was not asked");
    };
    let (engine, source) = (engine.clone(), source.clone());
    Found::refused(&SandboxError::NoEngine { engine, source }.into())
}

/// Where no container is used.
fn none(subject: &Subject<'_>) -> Found {
    if subject.is_played() {
        return Found::ok("not needed: a script plays the suite");
    }
    let path = subject.environment.get("PATH").unwrap_or_default();
    if !std::env::split_paths(path).any(|folder| folder.join("node").is_file()) {
        // As the system says it.
        let source = std::io::Error::from_raw_os_error(NO_FILE);
        let error = SandboxError::Spawn { program: "node".to_owned(), source };
        return Found::refused(&error.into());
    }
    Found::note("shards are processes of this machine, without the locks of containers")
        .with_advice("leave `--isolation process` out where there is a container engine")
}
