//! The order in which the runner starts a shard's groups, and what it takes for them: small
//! suites that can be worked off by hand.

use std::time::Duration;

use crate::model::plan::Plan;
use crate::model::suite::{GroupKind, Project, Suite, TestGroup};
use crate::model::timings::{Costs, Estimates, LastResult};
use crate::plan::make::{Options, make};
use crate::plan::tests::suites::{group, learn, options, project, suite, timed};
use crate::plan::{Strategy, strategy};

fn named(name: &str) -> &'static dyn Strategy {
    strategy(name).expect("it stands in the table")
}

/// The titles of one shard's tests in their order.
fn titles(plan: &Plan) -> Vec<String> {
    plan.shards[0].tests().map(|test| test.key.titles.join("/")).collect()
}

fn files(plan: &Plan) -> Vec<&str> {
    plan.shards[0].groups.iter().map(|planned| planned.group.file.as_str()).collect()
}

/// A test in a parallel scope, by its path of titles.
fn single(file: &str, project: &str, path: &str) -> TestGroup {
    let mut group = group(file, project, &[]);
    group.kind = GroupKind::Single;
    group.tests[0].key.titles = path.split('/').map(str::to_owned).collect();
    group
}

fn with_times(groups: Vec<(TestGroup, u64)>) -> (Suite, Estimates) {
    let mut estimates = Estimates::default();
    for (group, millis) in &groups {
        learn(&mut estimates, group, *millis, LastResult::Passed);
    }
    (suite(groups.into_iter().map(|(group, _)| group).collect()), estimates)
}

fn costs(start: u64, worker: u64, file: u64, end: u64) -> Costs {
    let [start, worker, file, end] = [start, worker, file, end].map(Duration::from_millis);
    Costs { start, worker, file, end, ..Costs::default() }
}

fn millis(plan: &Plan) -> u128 {
    plan.predicted().as_millis()
}

#[test]
fn a_file_stands_where_its_longest_test_belongs_and_its_describes_stay_together() {
    let (suite, estimates) = with_times(vec![
        (single("a", "", "short"), 10),
        (single("a", "", "inside/long"), 500),
        (single("a", "", "inside/tiny"), 1),
        (single("a", "", "other"), 300),
        (single("b", "", "middle"), 400),
    ]);
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 1));
    assert_eq!(titles(&plan), ["inside/long", "inside/tiny", "other", "short", "middle"]);
}

#[test]
fn what_is_not_parallel_in_a_file_comes_first_and_what_shares_hooks_last() {
    let mut whole = single("a", "", "one by one");
    whole.kind = GroupKind::File;
    let mut hooked = single("a", "", "with hooks");
    hooked.kind = GroupKind::Hooked;
    let (suite, estimates) =
        with_times(vec![(hooked, 900), (single("a", "", "alone"), 500), (whole, 1)]);
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 1));
    assert_eq!(titles(&plan), ["one by one", "alone", "with hooks"]);
}

#[test]
fn projects_run_as_they_are_configured_and_one_kind_of_worker_after_the_other() {
    let of = |project: &str, file: &str, worker: &str| TestGroup {
        worker: worker.to_owned(),
        ..single(file, project, &format!("{project} {file}"))
    };
    let (mut suite, estimates) = with_times(vec![
        (of("web", "a", "w1"), 100),
        (of("web", "b", "w2"), 300),
        (of("web", "c", "w1"), 200),
        (of("api", "a", "x"), 900),
    ]);
    suite.projects = vec![project("web", &[], None), project("api", &[], None)];
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 1));
    assert_eq!(titles(&plan), ["web b", "web c", "web a", "api a"]);
}

#[test]
fn priorities_come_first_and_what_failed_before_them_where_that_is_asked() {
    let groups = [
        group("a", "", &["@smoke"]),
        group("b", "", &[]),
        group("c", "", &["@critical"]),
        group("d", "", &[]),
    ];
    let mut estimates = Estimates::default();
    for (group, (millis, last)) in groups.iter().zip([
        (10, LastResult::Passed),
        (400, LastResult::Passed),
        (20, LastResult::Passed),
        (30, LastResult::Failed),
    ]) {
        learn(&mut estimates, group, millis, last);
    }
    let suite = suite(groups.to_vec());
    let ordered = |name: &str, priorities: &[&str]| {
        let priorities = priorities.iter().map(|tag| (*tag).to_owned()).collect();
        let options = Options { priorities, ..options(named(name), 1, 1) };
        let plan = make(&suite, &estimates, &options);
        files(&plan).concat()
    };
    assert_eq!(ordered("balanced", &[]), "bdca");
    assert_eq!(ordered("balanced", &["@critical", "smoke"]), "cabd");
    assert_eq!(ordered("fail-first", &[]), "dbca");
    assert_eq!(ordered("fail-first", &["@critical", "smoke"]), "dcab");
}

#[test]
fn what_was_flaky_lately_comes_before_what_always_passes() {
    let (suite, mut estimates) = timed(&[("a", 500), ("b", 10), ("c", 20), ("d", 30)]);
    for (file, flaky) in [("b", 2), ("c", 6)] {
        let group = suite.groups.iter().find(|group| group.file == file).expect("it is there");
        let estimate = estimates.tests.get_mut(&group.tests[0].key).expect("it is known");
        estimate.flaky = flaky;
    }
    let plan = make(&suite, &estimates, &options(named("fail-first"), 1, 1));
    assert_eq!(files(&plan), ["c", "b", "a", "d"]);
}

#[test]
fn a_shard_pays_for_its_start_each_worker_and_each_further_file() {
    let (suite, mut estimates) = timed(&[("a", 500), ("b", 400), ("c", 300)]);
    estimates.costs = costs(2_000, 100, 10, 50);
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 1));
    assert_eq!(millis(&plan), 2_050 + 100 + 500 + 10 + 400 + 10 + 300);
    assert_eq!(plan.lower_bound, plan.predicted());
    // Two workers start at once; the second takes two files.
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 2));
    assert_eq!(millis(&plan), 2_050 + 100 + 400 + 10 + 300);
    // A shard without tests is not started.
    let plan = make(&suite, &estimates, &options(named("lpt"), 4, 1));
    assert_eq!(plan.shards[3].predicted, Duration::ZERO);
}

#[test]
fn tests_that_need_another_worker_make_it_start_anew() {
    let of = |file: &str, worker: &str| TestGroup {
        worker: worker.to_owned(),
        ..single(file, "", file)
    };
    let (suite, mut estimates) =
        with_times(vec![(of("a", "x"), 300), (of("b", "y"), 200), (of("c", "x"), 100)]);
    estimates.costs = costs(0, 50, 5, 0);
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 1));
    // `x` twice, then `y`: two starts, one further file.
    assert_eq!(millis(&plan), 50 + 300 + 5 + 100 + 50 + 200);
}

#[test]
fn a_project_with_one_worker_leaves_the_other_to_the_rest() {
    let (mut suite, estimates) = with_times(vec![
        (group("a", "db", &[]), 100),
        (group("b", "db", &[]), 100),
        (group("c", "web", &[]), 150),
    ]);
    let unlimited = project("db", &[], None);
    suite.projects = vec![unlimited.clone(), project("web", &[], None)];
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 2));
    assert_eq!(millis(&plan), 250);
    suite.projects[0] = Project { workers: Some(1), ..unlimited };
    let plan = make(&suite, &estimates, &options(named("lpt"), 1, 2));
    assert_eq!(millis(&plan), 200);
}

#[test]
fn times_are_told_for_the_last_machine() {
    let (suite, mut estimates) = timed(&[("a", 500), ("b", 400)]);
    let even = make(&suite, &estimates, &options(named("balanced"), 2, 1));
    estimates.costs.pace = 200;
    let slow = make(&suite, &estimates, &options(named("balanced"), 2, 1));
    assert_eq!((millis(&even), millis(&slow)), (500, 1_000));
    assert_eq!(slow.lower_bound, slow.predicted());
    assert_eq!(even.digest, slow.digest);
}

#[test]
fn groups_longer_than_half_of_a_shard_cannot_share_one() {
    // The average is 90 and three of the five longest take 100; but each 60 leaves no room for
    // a 50 below 110.
    let (suite, estimates) = timed(&[("a", 60), ("b", 60), ("c", 50), ("d", 50), ("e", 50)]);
    let plan = make(&suite, &estimates, &options(named("balanced"), 3, 1));
    assert_eq!((millis(&plan), plan.lower_bound.as_millis()), (110, 110));
}

#[test]
fn only_a_file_that_stands_in_the_way_is_taken_apart() {
    let big = (0..8).map(|test| (single("big", "", &format!("t{test}")), 100));
    let small = (0..8).flat_map(|file| {
        (0..5).map(move |test| (single(&format!("s{file}"), "", &format!("t{test}")), 20))
    });
    let (suite, estimates) = with_times(big.chain(small).collect());
    let plan = make(&suite, &estimates, &options(named("balanced"), 4, 1));
    assert_eq!((millis(&plan), plan.lower_bound.as_millis()), (400, 400));
    let shards_of = |file: &str| {
        let has = |shard: &&crate::model::plan::PlannedShard| {
            shard.groups.iter().any(|planned| planned.group.file == file)
        };
        plan.shards.iter().filter(has).count()
    };
    assert!(shards_of("big") > 1);
    assert!((0..8).all(|file| shards_of(&format!("s{file}")) == 1));
}
