//! An engine that takes users of containers for others than those of this machine.

use std::fs;
use std::os::unix::fs::MetadataExt;

use crate::support::own_engine::{OwnEngine, REMAPPED};
use crate::support::project::{self, Ran};
use crate::support::{engine, read};

/// Tells whom this machine takes a test for.
const WHO: &str = "
import { readFileSync } from 'node:fs';
import { test } from '@playwright/test';

test('who am I', () => {
  console.log(readFileSync('/proc/self/uid_map', 'utf8'), readFileSync('/proc/self/status', 'utf8'));
});
";
fn run(own: &OwnEngine) -> Ran {
    let project = project::copy("faults", "remapped");
    fs::write(project.join("tests/who.spec.ts"), WHO).unwrap();
    let variables = own.variables();
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, &**value)).collect();
    let arguments = ["run", "--shards", "2", "tests/calm.spec.ts", "tests/who.spec.ts"];
    let _turn = engine::beside_others();
    project::run(&project, &arguments, &variables)
}

/// What the test said of itself.
fn said(ran: &Ran) -> String {
    let tests = read::ctrf(&ran.output());
    let (_, test) = tests.iter().find(|(key, _)| key.titles == ["who am I"]).unwrap();
    let said = test["stdout"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_suite_runs_where_the_engine_remaps_users() {
    let own = OwnEngine::start_remapped();
    let ran = run(&own);
    assert_eq!(ran.said.code, 0, "{}", ran.said.stderr);
    assert_eq!(read::verdicts(&ran.output()).len(), 3);
    let said = said(&ran);
    let map: Vec<&str> = said.split_whitespace().take(3).collect();
    assert_eq!(map, ["0", &REMAPPED.to_string(), "65536"], "{said}");
    // Views are as private as elsewhere, and what was written belongs to nobody of this machine.
    assert!(!ran.said.stderr.contains("cannot give each shard a private view"), "{:?}", ran.said);
    assert!(!ran.said.stderr.contains("warning"), "{}", ran.said.stderr);
    let out = ran.output().join("shards/1/attempt-1/out");
    assert!(out.metadata().unwrap().uid() > REMAPPED, "{}", out.display());
    assert_eq!(own.holds(), Vec::<String>::new());
}
