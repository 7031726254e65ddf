//! A plan is a function of the suite and its timings alone: two clones at different paths print
//! the same digest.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::{engine, project, read, shardwright};

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=Robin", "-c", "user.email=robin@localhost"]);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.args(arguments).output().expect("git starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A clone of the shop below a folder, ready to be listed.
fn cloned(origin: &Path, folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    git(folder, &["clone", "--quiet", origin.to_str().unwrap(), "clone"]);
    let clone = folder.join("clone");
    project::link_modules(&clone);
    clone
}

fn digest(project: &Path, more: &[&str]) -> String {
    let arguments =
        [&["plan", "--shards", "4", "--workers", "2", "--format", "json"], more].concat();
    let said = shardwright(project, &arguments);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let plan: Value = serde_json::from_str(&said.stdout).unwrap();
    assert!(plan["known"].as_u64().unwrap() > 0, "the timings were not used");
    read::text(&plan, "digest")
}

#[test]
fn two_clones_at_different_paths_have_the_same_plan() {
    engine::needed();
    let _turn = engine::alone();
    let origin = project::copy("shop", "origin");
    std::fs::remove_dir_all(origin.join("node_modules")).unwrap();
    git(&origin, &["init", "--quiet"]);
    git(&origin, &["add", "--all"]);
    git(&origin, &["commit", "--quiet", "--message", "The shop"]);
    let place = project::scratch("clones");
    let here = cloned(&origin, &place.join("here"));
    let there = cloned(&origin, &place.join("some where/else, perhaps"));
    let process = ["--isolation", "process"];
    let scan = ["--discover", "scan"];
    let listed = digest(&here, &[]);
    assert_eq!(digest(&there, &[]), listed, "listed in containers");
    assert_eq!(digest(&there, &process), listed, "listed on this machine");
    let scanned = digest(&here, &scan);
    assert_eq!(digest(&there, &scan), scanned, "scanned");
    let more = "import { test } from '@playwright/test';\ntest('one more', () => {});\n";
    std::fs::write(there.join("tests/more.spec.ts"), more).unwrap();
    assert_ne!(digest(&there, &process), listed, "one more test");
    assert_ne!(digest(&there, &scan), scanned, "one more test, scanned");
}
