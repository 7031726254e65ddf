//! What a test inside a container must not be able to do, tried by the tests of
//! `fixtures/locked`. Tests are untrusted code.

use std::fs;

use serde_json::Value;

use crate::support::{engine, fixture, project, read};

/// The files of the project that the tests inside try to change, with what they hold.
const FILES: [(&str, &str); 2] = [("kept.txt", "as it was"), ("removed.txt", "still here")];

#[test]
fn a_test_inside_a_container_can_do_nothing_to_the_host_or_to_other_shards() {
    engine::needed();
    let folder = project::copy("locked", "locked");
    for (name, text) in FILES {
        fs::write(folder.join(name), text).unwrap();
    }
    let source = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let before = ["tests/marks.ts", "package.json"].map(source);
    let mode = |name: &str| {
        std::os::unix::fs::PermissionsExt::mode(
            &folder.join(name).metadata().unwrap().permissions(),
        )
    };
    let mode_before = mode("package.json");
    let names = || {
        let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = entries.collect();
        names.sort();
        names
    };
    let mut names_before = names();
    let variables = [("HOST_SECRET", "not to be seen"), ("NAMED", "from the host"), ("CI", "1")];
    let limits = ["--memory", "700m", "--cpus", "1.5", "--pids-limit", "200"];
    // One after another, so that what an earlier shard left would be there for the later one.
    let mut arguments = vec!["run", "--shards", "3", "--jobs", "1", "--env", "NAMED"];
    arguments.extend(["--env", "GIVEN=a = b, c"]);
    arguments.extend(limits);
    let turn = engine::alone();
    let ran = project::run(&folder, &arguments, &variables);
    drop(turn);

    // Every test inside passed: what it tried failed, and what must work worked.
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    let tests = read::ctrf(&ran.output());
    assert_eq!(tests.len(), 9);
    assert!(tests.values().all(|test| test["rawStatus"] == "passed"), "{tests:#?}");
    let shard_of = |file: &str| {
        let test = tests.iter().find(|(key, _)| key.file == file).unwrap().1;
        test["extra"]["shardwright.test"]["shards"].clone()
    };
    assert_ne!(shard_of("first.spec.ts"), shard_of("second.spec.ts"));

    // The limits are those that were asked for.
    let (_, limits) = tests.iter().find(|(key, _)| key.titles == ["limits"]).unwrap();
    let limits: Value = serde_json::from_str(limits["stdout"][0].as_str().unwrap()).unwrap();
    assert_eq!(limits["memory"], (700 * 1024 * 1024).to_string());
    assert_eq!(limits["pids"], "200");
    assert_eq!(limits["quota"], "150000");

    // The host's files are as they were, and there are no others.
    for (name, text) in FILES {
        assert_eq!(source(name), text, "{name}");
    }
    assert_eq!(["tests/marks.ts", "package.json"].map(source), before);
    assert_eq!(mode("package.json"), mode_before);
    names_before.push("shardwright-report".into());
    names_before.sort();
    assert_eq!(names(), names_before);
    assert!(!folder.join("tests/mark-first").exists());
    assert!(!folder.join("node_modules/mark-first").exists());
    assert_eq!(engine::left_behind(ran.process), Vec::<String>::new());
}

#[test]
fn an_engine_that_filters_no_system_calls_is_named() {
    engine::needed();
    let project = project::copy("faults", "unfiltered");
    let before = fixture("unfiltered");
    let path = [before.to_str().unwrap(), &engine::path()].join(":");
    let ran = project::run(&project, &["discover", "tests/calm.spec.ts"], &[("PATH", &path)]);
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    let told = "warning: the container engine filters no system calls (seccomp)";
    assert_eq!(ran.said.stderr.matches(told).count(), 1, "{}", ran.said.stderr);
}

#[test]
fn a_dry_run_shows_no_value_of_a_variable() {
    let project = project::copy("locked", "locked-dry-run");
    for isolation in ["process", "docker"] {
        let arguments = ["run", "--dry-run", "--isolation", isolation, "--env", "TOKEN=s3cret"];
        if isolation == "docker" {
            engine::needed();
        }
        let ran = project::run(&project, &arguments, &[]);
        assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
        assert!(ran.said.stdout.contains("TOKEN"), "{}", ran.said.stdout);
        assert!(!format!("{:?}", ran.said).contains("s3cret"), "{:?}", ran.said);
    }
}
