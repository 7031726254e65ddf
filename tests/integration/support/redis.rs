//! A Redis of a test's own, on a free port of the loopback interface; it ends with the test.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// After so long a server does not come any more.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Redis {
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
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made");
        let port = free_port();
        let extra: Vec<String> = extra.iter().map(|it| (*it).to_owned()).collect();
        let process = spawn(port, &extra, &folder);
        let redis = Self { process, port, extra, folder };
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
        self.process = spawn(self.port, &self.extra, &self.folder);
        self.wait();
    }
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is known").port()
}

fn spawn(port: u16, extra: &[String], folder: &TempDir) -> Child {
    Command::new("redis-server")
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
