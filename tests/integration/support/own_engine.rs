//! A container engine of a test's own, which it may kill and start again. It lives in namespaces of its own, because a second engine in the
//! machine's network would take the first one's bridge away.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid};
use tempfile::TempDir;

use crate::support::engine;

/// The image that it holds: what Playwright needs where no test needs a browser.
const IMAGE: &str = "shardwright/own:test";
/// The first number that an engine gives to users of containers, where it remaps them.
pub(crate) const REMAPPED: u32 = 1_200_000;
/// After so long an engine that does not start or end is given up.
const PATIENCE: Duration = Duration::from_secs(90);

/// Prints the archive of that image, in a container of the image of the machine's tests.
const FILES: &str = "\
files=; for program in node sh sleep mount unshare; do
  file=$(command -v $program) || exit 1
  files=\"$files $file $(ldd $file | grep -oE '/[^ :)]+' | sort -u)\"
done; files=$(printf '%s\n' $files | sort -u)
tar --create --dereference --hard-dereference --directory / $files etc/passwd etc/group";

/// An engine; it goes with all of its containers when the test ends, however that ends.
pub(crate) struct OwnEngine {
    folder: TempDir,
    flags: &'static [&'static str],
    /// Whoever holds the namespaces; ends when its input does, so at the latest with the test.
    holder: Child,
    daemon: Child,
}

impl OwnEngine {
    /// Starts one that has the image.
    pub(crate) fn start() -> Self {
        Self::started(&[])
    }

    /// Starts one in which root is [`REMAPPED`] on this machine.
    pub(crate) fn start_remapped() -> Self {
        Self::started(&["--userns-remap=daemon:daemon"])
    }

    fn started(flags: &'static [&str]) -> Self {
        engine::needed();
        assert!(Uid::effective().is_root(), "an engine of a test's own can only be had as root");
        let mut unshare = Command::new("unshare");
        unshare.args(["--net", "--mount", "cat"]).stdin(Stdio::piped()).stdout(Stdio::null());
        let holder = unshare.spawn().expect("unshare starts");
        // In the usual place for such: paths of sockets are short.
        let folder = TempDir::new().unwrap();
        wait("the namespaces", || namespace(holder.id()) != namespace(std::process::id()));
        remap(&holder, folder.path());
        give_room(&holder, folder.path());
        let daemon = daemon(&holder, folder.path(), flags);
        let mut own = Self { folder, flags, holder, daemon };
        own.ready();
        let archive = File::open(image()).unwrap();
        let mut import = own.command(&["import", "-", IMAGE]);
        let output = import.stdin(archive).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        own
    }

    /// What tells the tool of it.
    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        [("DOCKER_HOST", self.host()), ("SHARDWRIGHT_IMAGE", IMAGE.to_owned())]
    }

    /// What `docker` prints.
    pub(crate) fn docker(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "docker {arguments:?}: {complaint}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Every container and volume of the tool in it.
    pub(crate) fn holds(&self) -> Vec<String> {
        let filter = "--filter=label=shardwright.run";
        let containers = self.docker(&["ps", "--all", filter, "--format={{.Names}}"]);
        let volumes = self.docker(&["volume", "ls", filter, "--format={{.Name}}"]);
        containers.lines().chain(volumes.lines()).map(str::to_owned).collect()
    }

    /// Ends it without a word, as a crash does; its containers run on.
    pub(crate) fn kill(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
    }

    /// Ends it and all that it runs, as a power cut does.
    pub(crate) fn kill_all(&mut self) {
        self.kill();
        for process in of_namespace(namespace(self.holder.id())) {
            if process != self.holder.id() {
                kill(pid(process), Signal::SIGKILL).ok();
            }
        }
    }

    /// Starts it after its end, with all that it held.
    pub(crate) fn start_again(&mut self) {
        // Of a part of it that died with it, and that it takes for alive as long as nobody reaps it.
        fs::remove_file(self.folder.path().join("exec/containerd/containerd.pid")).ok();
        self.daemon = daemon(&self.holder, self.folder.path(), self.flags);
        self.ready();
    }

    fn ready(&mut self) {
        let version = ["version", "--format={{.Server.Version}}"];
        wait("the test's own engine", || {
            let ended = self.daemon.try_wait().unwrap();
            assert!(ended.is_none(), "the test's own engine ended: {}", self.log());
            self.command(&version).output().unwrap().status.success()
        });
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn host(&self) -> String {
        format!("unix://{}", self.folder.path().join("socket").display())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command.args(arguments).env("DOCKER_HOST", self.host());
        command
    }
}

impl Drop for OwnEngine {
    fn drop(&mut self) {
        if self.daemon.try_wait().is_ok_and(|ended| ended.is_none()) {
            kill(pid(self.daemon.id()), Signal::SIGTERM).ok();
        }
        let end = Instant::now() + PATIENCE;
        while self.daemon.try_wait().is_ok_and(|ended| ended.is_none()) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
        // What a killed engine left, and an engine that did not end.
        for process in of_namespace(namespace(self.holder.id())) {
            kill(pid(process), Signal::SIGKILL).ok();
        }
        self.daemon.wait().ok();
        self.holder.wait().ok();
    }
}

/// The engine's process, which ends with the thread that started it.
fn daemon(holder: &Child, folder: &Path, flags: &[&str]) -> Child {
    let log = File::options().create(true).append(true).open(folder.join("log")).unwrap();
    let mut command = Command::new("nsenter");
    command.args(["--net", "--mount", "--target", &holder.id().to_string()]);
    command.args(["setpriv", "--pdeathsig", "KILL", "dockerd"]);
    for (flag, name) in [
        ("--host=unix://", "socket"),
        ("--data-root=", "data"),
        ("--exec-root=", "exec"),
        ("--pidfile=", "pid"),
    ] {
        command.arg(format!("{flag}{}", folder.join(name).display()));
    }
    command.args(["--iptables=false", "--ip6tables=false"]).args(flags);
    command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
    command.spawn().expect("nsenter starts")
}

/// Lets the namespaces see other lists of subordinate users than the machine's own.
fn remap(holder: &Child, folder: &Path) {
    let list = folder.join("subordinate");
    fs::write(&list, format!("daemon:{REMAPPED}:65536\n")).unwrap();
    for place in ["/etc/subuid", "/etc/subgid"] {
        let mut command = Command::new("nsenter");
        command.args(["--mount", "--target", &holder.id().to_string(), "mount", "--bind"]);
        let status = command.arg(&list).arg(place).status().expect("nsenter starts");
        assert!(status.success(), "{place} cannot be replaced in a namespace");
    }
}

/// Gives it what a container would keep from it, if we are in one: a file system for its data on which
/// it can put layers, and a whole `/proc` and `/sys` in sight, without which the kernel lets nobody
/// mount either for a container with users of its own.
fn give_room(holder: &Child, folder: &Path) {
    for (kind, name) in [("tmpfs", "data"), ("proc", "proc"), ("sysfs", "sys")] {
        let place = folder.join(name);
        fs::create_dir(&place).unwrap();
        let mut command = Command::new("nsenter");
        command.args(["--net", "--mount", "--target", &holder.id().to_string()]);
        let mount = command.args(["mount", "-t", kind, kind]).arg(&place).status();
        assert!(mount.expect("nsenter starts").success(), "no {kind} for the test's own engine");
    }
}

/// The archive of the image, made once.
pub(crate) fn image() -> &'static Path {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    ARCHIVE.get_or_init(|| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("own-engine-image.tar");
        let mut command = Command::new("docker");
        command.args(["run", "--rm", "--network=none", "--entrypoint=sh"]);
        let output =
            command.args([&engine::image(), "-c", FILES]).stdout(File::create(&path).unwrap());
        let output = output.stderr(Stdio::piped()).output().expect("docker starts");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "no image for an engine of its own: {complaint}");
        path
    })
}

fn pid(process: u32) -> Pid {
    Pid::from_raw(process.try_into().unwrap())
}

/// Which view of mounts a process has.
fn namespace(process: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{process}/ns/mnt")).ok()
}

/// Every process that has this view of mounts, and all that those have started.
fn of_namespace(of: Option<PathBuf>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let Some(of) = of else { return found };
    let processes: Vec<u32> = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    loop {
        let before = found.len();
        for &process in &processes {
            let is_child = || parent(process).is_some_and(|parent| found.contains(&parent));
            if namespace(process).as_ref() == Some(&of) || is_child() {
                found.insert(process);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

fn parent(process: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}

fn wait(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "{what} took too long");
        std::thread::sleep(Duration::from_millis(50));
    }
}
