//! What a release lays down: its archive as `.github/release.sh` makes it, what every system is held to, and the
//! action that takes it, for Linux and for Windows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::job::Job;
use crate::support::place::Place;
use crate::support::script::six;
use crate::support::{project, repository};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn script(name: &str, folder: &Path) -> Command {
    let mut script = Command::new("bash");
    script.arg(repository().join(".github").join(name)).env_remove("GITHUB_REF_TYPE");
    script.env("CARGO_TARGET_DIR", folder);
    script
}

#[track_caller]
fn well(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The archive of the tool under test for a target.
fn archive(folder: &Path, target: &str) -> PathBuf {
    // What it says of itself in the debugger is not packed.
    let tool = folder.join("tool");
    well(Command::new("strip").arg("-o").arg(&tool).arg(env!("CARGO_BIN_EXE_shardwright")));
    well(script("release.sh", folder).arg(target).arg(&tool));
    folder.join(format!("release-archives/shardwright-{VERSION}-{target}.tar.gz"))
}

#[test]
fn its_tool_plans_the_shop_as_on_every_system() {
    let folder = project::scratch("release-plan");
    let archive = archive(&folder, "x86_64-pc-windows-msvc");
    well(script("same-everywhere.sh", &folder).arg(&archive));
    let plan = fs::read_to_string(format!("{}.plan", archive.display())).unwrap();
    let mut own = Command::new(env!("CARGO_BIN_EXE_shardwright"));
    own.args(["plan", "--discover", "scan", "--shards", "3"]);
    let own = well(own.current_dir(repository().join("fixtures/shop")));
    assert!(plan.starts_with(&*String::from_utf8_lossy(&own.stdout)), "{plan}");
    assert!(plan.contains("; digest ") && plan.contains("\nshard 3, "), "{plan}");
}

#[test]
fn the_action_takes_what_the_release_made() {
    for (system, target, tool) in [
        ("Linux", "x86_64-unknown-linux-musl", "shardwright"),
        ("Windows", "x86_64-pc-windows-msvc", "shardwright.exe"),
    ] {
        let folder = project::scratch(&format!("release-of-{system}"));
        let archive = archive(&folder, target);
        let release = folder.join(format!("v{VERSION}"));
        fs::rename(archive.parent().unwrap(), &release).unwrap();
        let place = Place::scripted(&six());
        let mut job =
            Job::new(&project::scratch(&format!("release-job-{system}")), &place.path("."));
        job.set("SHARDWRIGHT_RELEASES", &format!("file://{}", folder.display()));
        job.set("RUNNER_OS", system);
        let used = job.uses_as(&[
            ("version", VERSION),
            ("command", "plan"),
            ("args", "--fake suite.json"),
        ]);
        assert_eq!(used.code, 0, "{}", used.log);
        assert!(used.log.starts_with(&format!("shardwright {VERSION}\n")), "{}", used.log);
        let own = format!("/shardwright/{VERSION}/{target}");
        let kept = job.path().lines().find(|line| line.ends_with(&own)).map(PathBuf::from).unwrap();
        assert!(kept.join(tool).is_file(), "{}", kept.display());
    }
}
