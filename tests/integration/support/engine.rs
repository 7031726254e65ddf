//! The real container engine: whether it is there, and what a run of the tool left in it.

use std::process::Command;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// What the tool labels everything of its own with.
const LABEL: &str = "shardwright.run";

/// Fails the test that needs containers where none can run, with the reason.
#[expect(clippy::disallowed_methods, reason = "the set-up of the tests hands over what it found")]
pub(crate) fn needed() {
    if let Ok(trouble) = std::env::var("SHARDWRIGHT_TEST_ENGINE_TROUBLE") {
        panic!("this test needs containers: {trouble}");
    }
    assert!(
        std::env::var_os("SHARDWRIGHT_IMAGE").is_some_and(|image| !image.is_empty()),
        "this test needs the image of the shop's Playwright in SHARDWRIGHT_IMAGE: run `make test`",
    );
}

/// The image of the machine's tests.
#[expect(clippy::disallowed_methods, reason = "the set-up of the tests hands over what it found")]
pub(crate) fn image() -> String {
    std::env::var("SHARDWRIGHT_IMAGE").expect("see `needed`")
}

/// Where programs are looked for.
#[expect(clippy::disallowed_methods, reason = "a test puts a folder before it")]
pub(crate) fn path() -> String {
    std::env::var("PATH").expect("programs are looked for somewhere")
}

/// Whose turn it is to run a suite.
static TURN: RwLock<()> = RwLock::new(());

/// Held by whoever runs a suite that keeps all cores busy: a machine with few cores that runs
/// several at once is so slow that the suites' own time limits count.
pub(crate) fn alone() -> RwLockWriteGuard<'static, ()> {
    // The test that failed while it held the lock says so itself.
    TURN.write().unwrap_or_else(PoisonError::into_inner)
}

/// Held by whoever runs a few tests that wait most of their time: several of them at once are no
/// trouble, one beside a suite that is [`alone`] is.
pub(crate) fn beside_others() -> RwLockReadGuard<'static, ()> {
    TURN.read().unwrap_or_else(PoisonError::into_inner)
}

/// What `docker` prints.
pub(crate) fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().expect("docker starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "docker {arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The containers of the tool that runs or ran as `process`, stopped ones included.
pub(crate) fn containers(process: u32) -> Vec<String> {
    of_run(process, &["ps", "--all"], "{{.Names}}")
}

/// Those of them that run.
pub(crate) fn running(process: u32) -> Vec<String> {
    of_run(process, &["ps"], "{{.Names}}")
}

/// All that is left in the engine of the tool that ran as `process`.
pub(crate) fn left_behind(process: u32) -> Vec<String> {
    let volumes = of_run(process, &["volume", "ls"], "{{.Name}}");
    containers(process).into_iter().chain(volumes).collect()
}

fn of_run(process: u32, list: &[&str], name: &str) -> Vec<String> {
    let filter = format!("--filter=label={LABEL}");
    // A run's label begins with the process number, in hexadecimal digits.
    let format = format!("--format={{{{.Label \"{LABEL}\"}}}} {name}");
    let listed = docker(&[list, &[filter.as_str(), format.as_str()]].concat());
    let begin = format!("{process:x}-");
    let named = listed.lines().filter_map(|line| line.split_once(' '));
    named.filter(|(run, _)| run.starts_with(&begin)).map(|(_, name)| name.to_owned()).collect()
}
