//! Plans that can be checked by hand.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::model::plan::Plan;
use crate::model::suite::{GroupKind, Suite};
use crate::model::timings::{Estimates, LastResult};
use crate::plan::make::{Options, make};
use crate::plan::tests::suites::{group, learn, options, project, suite, timed};
use crate::plan::{STRATEGIES, Strategy, strategy};

fn named(name: &str) -> &'static dyn Strategy {
    strategy(name).expect("it stands in the table")
}

fn files(plan: &Plan) -> Vec<Vec<&str>> {
    let files = |shard| -> Vec<&str> {
        let shard: &crate::model::plan::PlannedShard = shard;
        shard.groups.iter().map(|planned| planned.group.file.as_str()).collect()
    };
    plan.shards.iter().map(files).collect()
}

fn millis(plan: &Plan) -> Vec<u128> {
    plan.shards.iter().map(|shard| shard.predicted.as_millis()).collect()
}

#[test]
fn strategies_have_names_of_their_own_and_a_word_of_help() {
    let names: BTreeSet<&str> = STRATEGIES.iter().map(|strategy| strategy.name()).collect();
    let wanted = ["balanced", "fail-first", "file", "lpt", "round-robin", "tag"];
    assert_eq!(names, BTreeSet::from(wanted));
    assert!(STRATEGIES.iter().all(|strategy| !strategy.about().is_empty()));
    assert!(strategy("best").is_none());
}

#[test]
fn an_empty_suite_has_a_plan() {
    for strategy in STRATEGIES {
        let plan = make(&suite(vec![]), &Estimates::default(), &options(*strategy, 3, 1));
        assert_eq!(plan.shards.len(), 3);
        assert_eq!((plan.predicted(), plan.lower_bound), (Duration::ZERO, Duration::ZERO));
        assert!((plan.imbalance() - 1.0).abs() < f64::EPSILON);
    }
}

#[test]
fn groups_of_no_known_time_are_spread_too() {
    let (suite, _) = timed(&[("a", 0), ("b", 0), ("c", 0), ("d", 0)]);
    for name in ["balanced", "lpt", "round-robin", "file", "tag", "fail-first"] {
        let plan = make(&suite, &Estimates::default(), &options(named(name), 4, 1));
        assert!(plan.shards.iter().all(|shard| shard.groups.len() == 1), "{name}");
    }
}

#[test]
fn balanced_mends_what_lpt_cannot() {
    // LPT: 3+2+2 against 3+2; the best is 3+3 against 2+2+2.
    let (suite, estimates) = timed(&[("a", 300), ("b", 300), ("c", 200), ("d", 200), ("e", 200)]);
    let lpt = make(&suite, &estimates, &options(named("lpt"), 2, 1));
    let balanced = make(&suite, &estimates, &options(named("balanced"), 2, 1));
    assert_eq!(lpt.predicted().as_millis(), 700);
    assert_eq!(balanced.predicted().as_millis(), 600);
    assert_eq!(balanced.lower_bound.as_millis(), 600);
    assert!((lpt.imbalance() - 7.0 / 6.0).abs() < 1e-9);
}

#[test]
fn workers_take_groups_in_their_order() {
    let (suite, estimates) = timed(&[("a", 500), ("b", 400), ("c", 300), ("d", 200)]);
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 2));
    assert_eq!(files(&plan), [["a", "b", "c", "d"]]);
    assert_eq!(millis(&plan), [700]);
}

#[test]
fn more_workers_than_groups_are_as_good_as_one_each() {
    let (suite, estimates) = timed(&[("a", 500), ("b", 400)]);
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, u32::MAX));
    assert_eq!(plan.workers, u32::MAX);
    assert_eq!(millis(&plan), [500]);
}

#[test]
fn set_up_runs_before_and_teardown_after_in_every_shard_that_needs_them() {
    let groups = vec![group("a", "web", &[]), group("b", "web", &[]), group("c", "api", &[])];
    let mut estimates = Estimates::default();
    for (group, time) in groups.iter().zip([500, 400, 300]) {
        learn(&mut estimates, group, time, LastResult::Passed);
    }
    let mut suite = suite(groups);
    suite.projects = vec![
        project("api", &[], None),
        project("clean", &[], None),
        project("setup", &[], Some("clean")),
        project("web", &["setup"], None),
    ];
    for (file, project, time) in [("s", "setup", 100), ("t", "clean", 20)] {
        let group = group(file, project, &[]);
        learn(&mut estimates, &group, time, LastResult::Passed);
        suite.shared.extend(group.tests);
    }
    let plan = make(&suite, &estimates, &options(named("round-robin"), 3, 1));
    assert_eq!(millis(&plan), [620, 520, 300]);
    assert_eq!(plan.lower_bound.as_millis(), 620);
    // On one shard with two workers, `c` runs beside the set-up and the others after it.
    let plan = make(&suite, &estimates, &options(named("round-robin"), 1, 2));
    assert_eq!(millis(&plan), [300 + 500 + 20]);
}

#[test]
fn projects_that_wait_for_each_other_in_a_circle_do_not_hang_the_planner() {
    let (mut suite, estimates) = timed(&[("a", 500)]);
    suite.projects = vec![project("", &["x"], Some("")), project("x", &[""], Some("y"))];
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 1));
    assert_eq!(millis(&plan), [500]);
}

#[test]
fn file_keeps_folders_together_where_that_costs_little() {
    let (suite, estimates) = timed(&[
        ("cart/a", 100),
        ("cart/b", 100),
        ("cart/c", 100),
        ("pay/a", 150),
        ("pay/b", 140),
        ("pay/c", 10),
    ]);
    let plan = make(&suite, &estimates, &options(named("file"), 2, 1));
    assert_eq!(files(&plan), [["cart/a", "cart/b", "cart/c"], ["pay/a", "pay/b", "pay/c"]]);
}

#[test]
fn file_cuts_a_folder_that_is_too_long_for_a_shard() {
    let (suite, estimates) =
        timed(&[("cart/a", 300), ("cart/b", 300), ("cart/c", 300), ("pay/a", 100)]);
    let plan = make(&suite, &estimates, &options(named("file"), 2, 1));
    assert_eq!(files(&plan), [vec!["cart/a", "cart/b"], vec!["cart/c", "pay/a"]]);
}

#[test]
fn tag_keeps_groups_of_the_same_tags_together() {
    let groups = vec![
        group("a", "", &["@slow"]),
        group("b", "", &["@slow"]),
        group("c", "", &["@smoke"]),
        group("d", "", &["@smoke"]),
        group("e", "", &[]),
        group("f", "", &["@smoke", "@slow"]),
    ];
    let plan = make(&suite(groups), &Estimates::default(), &options(named("tag"), 3, 1));
    let dealt = files(&plan);
    let home = |file: &str| dealt.iter().position(|shard| shard.contains(&file));
    assert_eq!(home("a"), home("b"));
    assert_eq!(home("c"), home("d"));
    assert_ne!(home("a"), home("c"));
}

#[test]
fn tag_spreads_the_tags_that_are_named() {
    let mut estimates = Estimates::default();
    let groups: Vec<_> = ["a", "b", "c", "d", "e", "f"]
        .iter()
        .zip([["@slow"]; 3].into_iter().chain([["@smoke"]; 3]))
        .map(|(file, tags)| group(file, "", &tags))
        .collect();
    for (group, time) in groups.iter().zip([1, 1, 1, 900, 900, 900]) {
        learn(&mut estimates, group, time, LastResult::Passed);
    }
    let suite = suite(groups);
    let tags = vec!["@slow".to_owned()];
    let plan = make(&suite, &estimates, &Options { tags, ..options(named("tag"), 3, 1) });
    for shard in files(&plan) {
        assert_eq!(shard.iter().filter(|file| ["a", "b", "c"].contains(file)).count(), 1);
    }
}

#[test]
fn a_file_of_unknown_tests_takes_what_its_history_says() {
    let mut opaque = group("a", "", &[]);
    opaque.kind = GroupKind::Opaque;
    opaque.tests.clear();
    let mut estimates = Estimates { fallback: Duration::from_millis(700), ..Estimates::default() };
    let suite = suite(vec![opaque]);
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 1));
    assert_eq!(millis(&plan), [700]);
    let file = ("a".to_owned(), String::new());
    estimates.unlisted.insert(file, Duration::from_millis(80));
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 1));
    assert_eq!(millis(&plan), [80]);
}

/// The digest is a promise between machines: this one was made on another.
#[test]
fn the_digest_of_a_plan_is_the_same_everywhere() {
    let (suite, estimates) = timed(&[("a", 300), ("b/ü › 🎉", 300), ("c", 200)]);
    let plan = make(&suite, &estimates, &options(named("lpt"), 2, 2));
    assert_eq!(plan.digest.0, "0453fd6c2b9731faba0094c389229538");
}

#[test]
fn the_digest_tells_apart_what_differs_and_nothing_else() {
    let (suite, mut estimates) = timed(&[("a", 300), ("b", 300), ("c", 200)]);
    let digest = |suite: &Suite, estimates: &Estimates, name, shards, workers| {
        make(suite, estimates, &options(named(name), shards, workers)).digest
    };
    let first = digest(&suite, &estimates, "lpt", 2, 1);
    assert_ne!(first, digest(&suite, &estimates, "balanced", 2, 1));
    assert_ne!(first, digest(&suite, &estimates, "lpt", 3, 1));
    assert_ne!(first, digest(&suite, &estimates, "lpt", 2, 2));
    let mut renamed = suite.clone();
    renamed.groups[0].tests[0].key.titles = vec!["test of".to_owned(), "a".to_owned()];
    assert_ne!(first, digest(&renamed, &estimates, "lpt", 2, 1));
    let mut moved = suite.clone();
    moved.groups[0].tests[0].runner_id = Some("from another version".to_owned());
    moved.groups[0].tests[0].line = 99;
    estimates.fallback = Duration::from_secs(9);
    assert_eq!(first, digest(&moved, &estimates, "lpt", 2, 1));
}
