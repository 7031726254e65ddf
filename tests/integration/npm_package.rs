//! The packages for npm, made from a release's archives, published to a registry on this machine and
//! installed from there by the real npm: `npx shardwright` is the tool, with its exit code and its end.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::support::registry::Registry;
use crate::support::script::{six, suite, with_result};
use crate::support::{project, read, repository};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const TARGETS: [&str; 5] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
];
/// The package of this machine.
const OURS: &str = "node_modules/@shardwright/cli-linux-x64";

/// A registry with all packages of this version.
struct Release {
    registry: Registry,
    /// Where `pack.cjs` laid them.
    packages: PathBuf,
    home: PathBuf,
}

static RELEASE: LazyLock<Release> = LazyLock::new(|| {
    let folder = project::scratch("npm-release");
    let registry = Registry::start();
    let (tool, other, packages, home) =
        (folder.join("tool"), folder.join("other"), folder.join("packages"), folder.join("home"));
    // The tool of this machine is the one under test; what it says of itself in the debugger is not packed.
    well(Command::new("strip").arg("-o").arg(&tool).arg(env!("CARGO_BIN_EXE_shardwright")));
    fs::write(&other, "#!/bin/sh\necho of another system\n").unwrap();
    for target in TARGETS {
        let binary = if target.starts_with("x86_64-unknown") { &tool } else { &other };
        let mut archive = Command::new("bash");
        archive.arg(repository().join(".github/release.sh")).arg(target).arg(binary);
        well(archive.env("CARGO_TARGET_DIR", &folder).env_remove("GITHUB_REF_TYPE"));
    }
    let mut pack = registry.client("node", &home);
    pack.arg(repository().join("npm/pack.cjs")).arg(folder.join("release-archives"));
    well(pack.arg(&packages));
    let release = Release { registry, packages, home };
    release.publish();
    release
});

impl Release {
    fn publish(&self) -> String {
        let mut publish = self.registry.client("bash", &self.home);
        publish.arg(repository().join("npm/publish.sh")).arg(&self.packages);
        well(&mut publish)
    }

    /// An npm project that installed the tool with these flags, and has a scripted suite.
    fn installed(&self, name: &str, flags: &[&str]) -> Project<'_> {
        let folder = project::scratch(name);
        fs::write(folder.join("package.json"), "{\"private\":true}\n").unwrap();
        let project = Project { folder, release: self };
        well(project.command("npm", &["install", "--save-dev", "shardwright"]).args(flags));
        project
    }
}

/// A project of somebody who uses npm.
struct Project<'a> {
    folder: PathBuf,
    release: &'a Release,
}

impl Project<'_> {
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.release.registry.client(program, &self.release.home);
        command.current_dir(&self.folder).args(arguments).stdin(Stdio::null());
        command
    }

    fn npx(&self, arguments: &[&str]) -> Output {
        let all = [&["shardwright"], arguments].concat();
        self.command("npx", &all).output().unwrap()
    }

    /// The launcher alone, as scripts of package.json start it.
    fn launcher(&self, arguments: &[&str]) -> Command {
        self.command("node_modules/.bin/shardwright", arguments)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        fs::write(self.folder.join(path), text).unwrap();
    }

    /// Another program instead of the tool.
    fn replace_tool(&self, script: &str) {
        let tool = self.folder.join(OURS).join("bin/shardwright");
        fs::remove_file(&tool).unwrap();
        fs::write(&tool, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// The launcher ends as where the tool cannot run, and says exactly this.
#[track_caller]
fn refuses(command: &mut Command, said: &str) {
    let output = command.output().unwrap();
    assert_eq!(text(&output.stderr), said);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(6), String::new()));
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a program prints that must succeed.
#[track_caller]
fn well(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    text(&output.stdout)
}

fn manifest(package: &Path) -> Value {
    let mut tar = Command::new("tar");
    let all = tar.arg("-xzOf").arg(package).arg("package/package.json");
    serde_json::from_str(&well(all)).unwrap()
}

#[test]
fn npx_is_the_tool_with_its_output_and_its_exit_code() {
    let project = RELEASE.installed("npm-npx", &[]);
    let packages: Vec<_> = fs::read_dir(project.folder.join("node_modules/@shardwright"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(packages, ["cli-linux-x64"], "only that of this machine");
    let said = project.npx(&["--version"]);
    assert_eq!(
        (said.status.code(), text(&said.stdout), text(&said.stderr)),
        (Some(0), format!("shardwright {VERSION}\n"), String::new())
    );
    project.write("suite.json", with_result(six(), "b2", "failed", "boom").to_string());
    project.write("empty.json", suite(&[]).to_string());
    for (arguments, code) in [
        (&["run", "--fake", "suite.json", "--quiet"][..], 1),
        (&["run", "--shards", "none"], 2),
        (&["run", "--fake", "empty.json"], 4),
        (&["merge", "nowhere"], 5),
    ] {
        let said = project.npx(arguments);
        assert_eq!(said.status.code(), Some(code), "{arguments:?}: {}", text(&said.stderr));
    }
}

#[test]
fn arguments_arrive_as_they_are_typed() {
    let project = RELEASE.installed("npm-arguments", &[]);
    project.replace_tool("for word in \"$@\"; do printf '[%s]\\n' \"$word\"; done");
    let odd = [
        "two words",
        "",
        "$(touch pwned)",
        "`x`",
        "'",
        "\"",
        "\\",
        "*",
        "a\nb",
        "--",
        "-x",
        "ü €",
        "%PATH%",
        ";",
        "&",
        "#",
    ];
    let expected = format!("[{}]\n", odd.join("]\n["));
    let said = project.launcher(&odd).output().unwrap();
    assert_eq!(text(&said.stdout), expected);
    // npx takes what stands before the first name for itself.
    let said = project.npx(&[&["word"], odd.as_slice()].concat());
    assert_eq!(text(&said.stdout), format!("[word]\n{expected}"));
    assert!(!project.folder.join("pwned").exists());
}

/// Waits until a file is there.
fn until(file: &Path) {
    let end = Instant::now() + Duration::from_mins(1);
    while !file.exists() {
        assert!(Instant::now() < end, "`{}` does not come", file.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn ctrl_c_ends_a_run_in_order_although_everybody_passes_it_on() {
    let project = RELEASE.installed("npm-interrupt", &[]);
    let mut script = six();
    script["deaths"] = json!({"1": {"after": 2, "how": "stalled"}});
    project.write("suite.json", script.to_string());
    let arguments = ["shardwright", "run", "--fake", "suite.json", "--shards", "1"];
    // As in a terminal: npx, its shell, the launcher and the tool are one group, and all of them hear it.
    let mut npx = project.command("npx", &arguments);
    npx.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    let npx = npx.spawn().unwrap();
    let group = Pid::from_raw(npx.id().cast_signed());
    let events = project.folder.join("shardwright-report/shards/1/events.ndjson");
    until(&events);
    // The third never ends.
    let end = Instant::now() + Duration::from_mins(1);
    while fs::read_to_string(&events).unwrap().matches("\"test-ended\"").count() < 2 {
        assert!(Instant::now() < end, "two tests do not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    killpg(group, Signal::SIGINT).unwrap();
    let said = npx.wait_with_output().unwrap();
    // npm may die of it itself.
    let ended = (said.status.code(), said.status.signal());
    assert!([(Some(130), None), (None, Some(2))].contains(&ended), "{ended:?}");
    let verdicts = read::verdicts(&project.folder.join("shardwright-report"));
    assert_eq!(verdicts.len(), 6, "{verdicts:?}");
    assert_eq!(verdicts.values().filter(|verdict| *verdict == "passed").count(), 2, "{verdicts:?}");
}

#[test]
fn a_signal_for_the_launcher_alone_reaches_the_tool() {
    let project = RELEASE.installed("npm-signal", &[]);
    project.replace_tool(
        "trap 'echo heard; exit 7' INT TERM HUP QUIT; : > ready; while :; do sleep 0.1; done",
    );
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT] {
        let launcher = project.launcher(&[]).stdout(Stdio::piped()).spawn().unwrap();
        let ready = project.folder.join("ready");
        until(&ready);
        fs::remove_file(&ready).unwrap();
        kill(Pid::from_raw(launcher.id().cast_signed()), signal).unwrap();
        let said = launcher.wait_with_output().unwrap();
        assert_eq!(
            (said.status.code(), text(&said.stdout).as_str()),
            (Some(7), "heard\n"),
            "{signal}"
        );
    }
}

#[test]
fn the_launcher_ends_as_the_tool_ends() {
    let project = RELEASE.installed("npm-end", &[]);
    let end = |script: &str| {
        project.replace_tool(script);
        let status = project.launcher(&[]).stderr(Stdio::null()).status().unwrap();
        (status.code(), status.signal())
    };
    for code in [0, 1, 3, 6, 77, 130, 255] {
        assert_eq!(end(&format!("exit {code}")), (Some(code), None));
    }
    for signal in [Signal::SIGKILL, Signal::SIGTERM, Signal::SIGINT, Signal::SIGSEGV] {
        assert_eq!(end(&format!("kill -{} $$", signal as i32)), (None, Some(signal as i32)));
    }
    // Node does not die of this one.
    assert_eq!(end("kill -PIPE $$"), (Some(128 + 13), None));
}

#[test]
fn a_machine_without_its_binary_is_told_what_to_do() {
    let project = RELEASE.installed("npm-omitted", &["--omit=optional"]);
    refuses(
        &mut project.launcher(&["--version"]),
        "error: the package `@shardwright/cli-linux-x64` with the binary for this machine is not installed\n\n\
         hint: it is an optional dependency: install without --no-optional and --omit=optional; where the \
         lock file was made on another system and has no line of it, remove node_modules and the lock file \
         and install anew\n",
    );
    let project = RELEASE.installed("npm-elsewhere", &["--os=darwin", "--cpu=arm64"]);
    refuses(
        &mut project.launcher(&["--version"]),
        "error: the package `@shardwright/cli-linux-x64` with the binary for this machine is not installed\n\n\
         hint: `@shardwright/cli-darwin-arm64` is: node_modules comes from another system; install on this one\n",
    );
    let project = RELEASE.installed("npm-unknown", &[]);
    project.write("sunos.cjs", "Object.defineProperty(process, 'platform', { value: 'sunos' });\n");
    refuses(
        project.launcher(&["--version"]).env("NODE_OPTIONS", "--require ./sunos.cjs"),
        "error: there is no binary of shardwright for sunos-x64, only for linux-x64, linux-arm64, darwin-x64, \
         darwin-arm64, win32-x64\n\nhint: build it: cargo install --locked shardwright\n",
    );
    let described = project.folder.join(OURS).join("package.json");
    let other = fs::read_to_string(&described).unwrap().replace(VERSION, "99.0.0");
    fs::write(&described, other).unwrap();
    refuses(
        &mut project.launcher(&["--version"]),
        &format!(
            "error: `shardwright` is {VERSION}, but `@shardwright/cli-linux-x64` is 99.0.0\n\n\
             hint: install both in the same version\n"
        ),
    );
}

#[test]
fn a_binary_that_cannot_be_started_is_no_failed_test() {
    let project = RELEASE.installed("npm-broken", &[]);
    let tool = project.folder.join(OURS).join("bin/shardwright");
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o644)).unwrap();
    let said = project.launcher(&["--version"]).output().unwrap();
    let stderr = text(&said.stderr);
    assert_eq!(said.status.code(), Some(6), "{stderr}");
    assert!(
        stderr.contains("bin/shardwright` cannot be started: ") && stderr.contains("EACCES"),
        "{stderr}"
    );
}

#[test]
fn packages_hold_what_they_should_and_run_nothing_when_they_are_installed() {
    let names = |package: &Path| -> BTreeSet<String> {
        let listed = well(Command::new("tar").arg("-tzf").arg(package));
        listed.lines().map(|line| line.trim_start_matches("package/").to_owned()).collect()
    };
    let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
    let both = ["LICENSE-APACHE", "LICENSE-MIT", "package.json"];
    let mut systems = Vec::new();
    for entry in fs::read_dir(&RELEASE.packages).unwrap() {
        let package = entry.unwrap().path();
        let manifest = manifest(&package);
        assert_eq!(manifest["version"], VERSION);
        assert_eq!(manifest["license"], env!("CARGO_PKG_LICENSE"));
        assert_eq!(manifest["scripts"], Value::Null);
        assert_eq!(manifest["dependencies"], Value::Null);
        let own = if manifest["name"] == "shardwright" {
            let wanted = manifest["optionalDependencies"].as_object().unwrap();
            assert_eq!(wanted.len(), TARGETS.len());
            assert!(wanted.values().all(|version| version == VERSION), "{manifest}");
            assert_eq!(manifest["description"], env!("CARGO_PKG_DESCRIPTION"));
            &["bin/shardwright.cjs", "README.md"][..]
        } else {
            let system =
                format!("{}-{}", text_of(&manifest["os"][0]), text_of(&manifest["cpu"][0]));
            assert_eq!(manifest["name"], format!("@shardwright/cli-{system}"));
            systems.push(system);
            if manifest["os"][0] == "win32" {
                &["bin/shardwright.exe"]
            } else {
                &["bin/shardwright"]
            }
        };
        assert_eq!(names(&package), set(&[&both, own].concat()), "{}", package.display());
    }
    systems.sort();
    assert_eq!(systems, ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"]);
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn what_is_published_already_stays_and_the_package_that_needs_the_others_comes_last() {
    let first = RELEASE.registry.order();
    assert_eq!(first.len(), TARGETS.len() + 1);
    assert_eq!(first.last().unwrap(), "shardwright");
    let said = RELEASE.publish();
    assert_eq!(
        said.lines().filter(|line| line.ends_with("is published already")).count(),
        first.len(),
        "{said}"
    );
    assert_eq!(RELEASE.registry.order(), first);
}
