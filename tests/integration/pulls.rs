//! An image that is not here: pulled from a registry on loopback (`fixtures/registry`), which does
//! not always answer as it should.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::{engine, fixture, own_engine, project, read};

/// More often than anybody asks.
const ALWAYS: u32 = 1000;

/// A registry with one image, that of [`own_engine`].
struct Registry {
    server: Child,
    answers: BufReader<ChildStdout>,
    image: String,
}

impl Registry {
    /// Starts one that refuses the first pulls with this status.
    fn start(status: u16, refusals: u32) -> Self {
        engine::needed();
        let mut command = Command::new("node");
        command.arg(fixture("registry/registry.cjs")).arg(own_engine::image());
        command.args([status.to_string(), refusals.to_string()]);
        let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut answers = BufReader::new(server.stdout.take().unwrap());
        let mut port = String::new();
        answers.read_line(&mut port).unwrap();
        let image = format!("127.0.0.1:{}/image:tag", port.trim());
        Self { server, answers, image }
    }

    /// Ends it; how often the image was asked for with this answer.
    fn pulls(&mut self, status: u16) -> usize {
        drop(self.server.stdin.take());
        let mut said = String::new();
        self.answers.read_to_string(&mut said).unwrap();
        let pull = format!("{status} GET /v2/image/manifests/tag");
        said.lines().filter(|line| **line == pull).count()
    }

    fn run(&self, project: &Path) -> Child {
        let variables = [("SHARDWRIGHT_IMAGE", self.image.as_str())];
        project::start(project, &["run", "tests/calm.spec.ts"], &variables)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        self.server.wait().ok();
        Command::new("docker").args(["rmi", "--force", &self.image]).output().ok();
    }
}

#[test]
fn a_registry_that_is_not_well_for_a_while_is_asked_again() {
    let mut registry = Registry::start(503, 2);
    let project = project::copy("faults", "registry-not-well");
    let turn = engine::beside_others();
    let ran = project::ended(&project, registry.run(&project));
    drop(turn);
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    assert_eq!(read::verdicts(&ran.output()).len(), 2);
    assert_eq!((registry.pulls(503), ran.said.stderr.matches("trying again in").count()), (2, 2));
    let reason = "received unexpected HTTP status: 503 Service Unavailable): trying again in 1 s";
    for told in [reason, "trying again in 2 s", "tag: Pulling from image"] {
        assert!(ran.said.stderr.contains(told), "no `{told}` in {}", ran.said.stderr);
    }
}

#[test]
fn a_registry_without_the_image_is_asked_once() {
    let mut registry = Registry::start(404, ALWAYS);
    let project = project::copy("faults", "registry-without");
    let ran = project::ended(&project, registry.run(&project));
    assert_eq!(ran.said.code, 6, "{}", ran.said.stderr);
    assert_eq!(registry.pulls(404), 1);
    for told in ["is not here and cannot be pulled", "manifest unknown", "hint: see that the"] {
        assert!(ran.said.stderr.contains(told), "no `{told}` in {}", ran.said.stderr);
    }
}

#[test]
fn a_registry_that_never_gets_well_is_given_up() {
    let mut registry = Registry::start(500, ALWAYS);
    let project = project::copy("faults", "registry-never-well");
    let ran = project::ended(&project, registry.run(&project));
    assert_eq!(ran.said.code, 6, "{}", ran.said.stderr);
    assert_eq!(registry.pulls(500), 4);
}

#[test]
fn waiting_for_a_registry_can_be_interrupted() {
    let mut registry = Registry::start(503, ALWAYS);
    let project = project::copy("faults", "registry-interrupted");
    let mut tool = registry.run(&project);
    let mut said = BufReader::new(tool.stderr.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap().contains("trying again in 4 s")));
    kill(Pid::from_raw(tool.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    assert_eq!(tool.wait().unwrap().code(), Some(130));
    assert_eq!(registry.pulls(503), 3);
}
