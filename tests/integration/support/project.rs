//! Private copies of the fixtures, so that no test writes into the repository, and runs of the
//! tool in them.

use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use walkdir::WalkDir;

use crate::support::{Said, fixture, said, tool};

/// What is never copied: what a person's own runs left in the fixture.
const LEFT: [&str; 6] =
    ["node_modules", "shardwright-report", "test-results", "reports", ".auth", "server.log"];

/// A fresh copy of a fixture with the shop's `node_modules`; the one of an earlier run goes.
pub(crate) fn copy(fixture_name: &str, name: &str) -> PathBuf {
    let place = scratch(name);
    let from = fixture(fixture_name);
    let own = |name: &OsStr| !LEFT.iter().any(|left| name == *left);
    let entries = WalkDir::new(&from).min_depth(1).into_iter();
    for entry in entries.filter_entry(|entry| own(entry.file_name())) {
        let entry = entry.unwrap();
        let target = place.join(entry.path().strip_prefix(&from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir(&target).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
    link_modules(&place);
    place
}

/// An empty folder of this name, for this test alone.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects").join(name);
    if place.exists() {
        fs::remove_dir_all(&place).unwrap();
    }
    fs::create_dir_all(&place).unwrap();
    place
}

/// Gives a project the shop's `node_modules`. Nothing writes to them, so links are enough; the
/// links that point elsewhere stay as they are.
pub(crate) fn link_modules(project: &Path) {
    let from = fixture("shop").join("node_modules");
    assert!(from.is_dir(), "fixtures/shop has no node_modules: run `make test`");
    for entry in WalkDir::new(&from) {
        let entry = entry.unwrap();
        let target = project.join("node_modules").join(entry.path().strip_prefix(&from).unwrap());
        let kind = entry.file_type();
        if kind.is_dir() {
            fs::create_dir(&target).unwrap();
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path()).unwrap(), &target).unwrap();
        } else {
            fs::hard_link(entry.path(), &target).unwrap();
        }
    }
}

/// A port of this machine that nobody uses now.
pub(crate) fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port().to_string()
}

/// A call of the tool and what it left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) said: Said,
    /// The number that the tool's process had.
    pub(crate) process: u32,
    pub(crate) project: PathBuf,
}

impl Ran {
    /// The usual output folder.
    pub(crate) fn output(&self) -> PathBuf {
        self.project.join("shardwright-report")
    }
}

/// Calls the tool in a project, to its end.
pub(crate) fn run(project: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    ended(project, start(project, arguments, variables))
}

/// Calls the tool in a project.
pub(crate) fn start(project: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Child {
    let mut command = tool(project);
    command.args(arguments).envs(variables.iter().copied());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the tool starts")
}

/// Waits for the end of a call.
pub(crate) fn ended(project: &Path, child: Child) -> Ran {
    let process = child.id();
    let output = child.wait_with_output().expect("the tool ends");
    Ran { said: said(output), process, project: project.to_path_buf() }
}
