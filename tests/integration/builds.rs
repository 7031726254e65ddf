//! Results of an earlier build on a CI machine never stand in for a node of this one.

use std::fs;

use crate::support::Said;
use crate::support::place::Place;
use crate::support::script::six;

/// A node of a pipeline of GitLab with this id; a person's own run where it is empty.
fn node(place: &Place, pipeline: &str, shard: &str, output: &str) {
    let mut tool =
        place.tool(&["run", "--fake", "suite.json", "--shard", shard, "-q", "-o", output]);
    if !pipeline.is_empty() {
        tool.envs([("GITLAB_CI", "true"), ("CI_PIPELINE_ID", pipeline)]);
    }
    let said = place.answer(&mut tool);
    assert_eq!(said.code, 0, "{said:?}");
}

fn merged(place: &Place) -> Said {
    place.call(&["merge", "all", "-o", "merged", "-q"])
}

#[test]
fn a_shard_of_an_earlier_build_makes_3_and_is_named() {
    let place = Place::scripted(&six());
    node(&place, "41", "1/2", "all/1");
    node(&place, "42", "2/2", "all/2");
    let said = merged(&place);
    assert_eq!(said.code, 3, "{said:?}");
    let flat = said.flat().replace("│ ", "");
    for told in [
        "was run in 2 builds, and these are results of all",
        "shard 1 in `all/1/shards/1` is of build 41 shard 2 in `all/2/shards/2` is of build 42 leave \
         out what an earlier build left on a machine",
    ] {
        assert!(flat.contains(told), "{}", said.stderr);
    }
    assert!(place.read("merged/junit.xml").contains("was run in 2 builds"));
    // A merge keeps it.
    let again = place.call(&["merge", "merged", "-o", "again", "-q"]);
    assert_eq!(again.code, 3, "{again:?}");
    // Nor does a re-run take the old one for this build's.
    let rerun = place.play(&["run", "--rerun", "all", "-q", "-o", "new"]);
    assert_eq!(rerun.code, 5, "{rerun:?}");
}

#[test]
fn nodes_of_one_build_and_those_of_which_nobody_knows_it_fit() {
    for (first, second) in [("41", "41"), ("", ""), ("", "42")] {
        let place = Place::scripted(&six());
        node(&place, first, "1/2", "all/1");
        node(&place, second, "2/2", "all/2");
        // The job ran again, as another attempt at the same build.
        node(&place, second, "2/2", "all/2-again");
        let said = merged(&place);
        assert_eq!(said.code, 0, "{first} {second}: {said:?}");
        assert!(!place.read("merged/summary.md").contains("builds"));
        // But nobody need find that out by himself.
        let told = "shard 1 in `all/1/shards/1` names no build on a CI machine, and others are of \
                    build 42: see that it is of this run";
        let said = place.call(&["merge", "all", "-o", "merged"]);
        assert_eq!(said.flat().contains(told), first != second, "{said:?}");
    }
}

#[test]
fn every_build_of_jenkins_is_one_of_its_own() {
    let place = Place::scripted(&six());
    for (build, shard) in [("12", "1/2"), ("12", "2/2"), ("13", "1/2")] {
        let mut tool = place.tool(&["run", "--fake", "suite.json", "--shard", shard, "-o", "all"]);
        tool.env("BUILD_TAG", format!("jenkins-shop-{build}"));
        assert_eq!(place.answer(&mut tool).code, 0);
    }
    let said = merged(&place);
    assert_eq!(
        (said.code, said.stderr.contains("shard 2 of 2 has no results")),
        (3, true),
        "{said:?}"
    );
}

#[test]
fn results_that_do_not_say_what_they_are_of_are_no_success() {
    let place = Place::scripted(&six());
    node(&place, "41", "1/2", "all/1");
    node(&place, "41", "2/2", "all/2");
    let file = "all/2/shards/2/events.ndjson";
    let events = place.read(file);
    let (header, rest) = events.split_once('\n').unwrap();
    let (first, rest) = rest.split_once('\n').unwrap();
    assert!(first.contains("run-started"), "{first}");
    place.write(file, format!("{header}\n{rest}"));
    let said = merged(&place);
    assert_eq!(said.code, 3, "{said:?}");
    let told = "`all/2/shards/2` does not begin with the begin of a run";
    assert!(said.flat().contains(told), "{said:?}");
}

#[test]
fn a_rerun_in_another_build_joins_the_first() {
    let place = Place::scripted(&six());
    node(&place, "41", "1/2", "all/1");
    let mut tool =
        place.tool(&["run", "--fake", "suite.json", "--rerun", "all", "-q", "-o", "new"]);
    let said = place.answer(tool.envs([("GITLAB_CI", "true"), ("CI_PIPELINE_ID", "42")]));
    assert_eq!(said.code, 0, "{said:?}");
    fs::rename(place.path("new"), place.path("all/new")).unwrap();
    let said = merged(&place);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn a_folder_that_stays_between_builds_loses_the_parts_of_others_alone() {
    let place = Place::scripted(&six());
    let has = |shard: u32| place.path(&format!("all/shards/{shard}")).exists();
    node(&place, "41", "1/2", "all");
    node(&place, "41", "2/2", "all");
    assert_eq!((has(1), merged(&place).code), (true, 0));
    // A person goes on where a build was.
    node(&place, "", "2/2", "all");
    assert_eq!((has(1), merged(&place).code), (true, 0));
    node(&place, "42", "2/2", "all");
    assert_eq!((has(1), has(2)), (false, true));
    let said = merged(&place);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.stderr.contains("shard 1 of 2 has no results"), "{said:?}");
}
