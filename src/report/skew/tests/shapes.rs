//! Shards of all shapes: cut off, empty, never started, on other machines, with phases.

use std::time::Duration;

use crate::model::event::{Event, Judged, Status, TestResult, UnixMillis};
use crate::model::skew::{Cause, ShardSkew};
use crate::model::skew_trend::SkewRun;
use crate::report::sample::{START, key, result, stormy};
use crate::report::skew::skew;
use crate::report::skew::tests::made::{
    AFTER, BEFORE, Made, group, id, passed, plan, singles, test,
};
use crate::report::skew::told::average;
use crate::report::skew::trend::trend;
use crate::report::skew::words::{headline, sentences};

fn nonzero(shard: &ShardSkew) -> Vec<(Cause, i64)> {
    shard.parts.all().filter(|(_, millis)| *millis != 0).collect()
}

#[test]
fn shards_without_a_result_take_no_part_in_the_mean() {
    let mut made =
        Made::of(plan(1, vec![singles(&[("a", 4_000)]), singles(&[("b", 4_000)]), vec![]]));
    made.whole(0, BEFORE, &[("a", 4_000)]);
    let skew = made.skew();
    assert_eq!(skew.even, Duration::from_secs(5));
    let tooks: Vec<Option<Duration>> = skew.shards.iter().map(|shard| shard.took).collect();
    assert_eq!(tooks, [Some(Duration::from_secs(5)), None, None]);
    let predictions: Vec<bool> =
        skew.shards.iter().map(|shard| shard.predicted.is_some()).collect();
    assert_eq!(predictions, [true, true, false]);
    assert_eq!(nonzero(&skew.shards[1]), []);
}

#[test]
fn nothing_at_all_ran() {
    let made = Made::of(plan(2, vec![]));
    let skew = made.skew();
    assert_eq!((headline(&skew), sentences(&skew).len()), (None, 0));
    assert!(skew.slowest().is_none());
}

#[test]
fn a_shard_whose_end_nobody_saw_is_told_up_to_its_last_test() {
    let mut made = Made::of(plan(1, vec![singles(&[("a", 4_000), ("b", 9_000)])]));
    made.begin(0, 1, 0).ran((0, 1), &test("a"), (0, 800, 4_000));
    let skew = made.skew();
    assert_eq!(skew.shards[0].took, Some(Duration::from_millis(4_800)));
    assert_eq!(nonzero(&skew.shards[0]), [(Cause::Start, 800), (Cause::Work, 4_000)]);
    assert!(!skew.shards[0].settled);
}

#[test]
fn a_group_that_was_cut_off_counts_as_far_as_it_came() {
    let tests = ["one", "two", "three", "four"].map(|title| key("", "cart.spec.ts", &[title]));
    let mut made = Made::of(plan(1, vec![vec![group(&tests, 8_000)]]));
    made.begin(0, 1, 0).ran((0, 1), &tests[0], (0, 800, 2_000)).fault(0, 1, 2_900);
    let skew = made.skew();
    let parts = [(Cause::Start, 800), (Cause::Work, 2_000), (Cause::Faults, 100)];
    assert_eq!(nonzero(&skew.shards[0]), parts);
    assert_eq!(skew.shards[0].misjudged, []);
}

#[test]
fn what_a_fault_interrupted_is_lost_and_its_next_execution_is_not() {
    let mut made = Made::of(plan(1, vec![singles(&[("a", 4_000)])]));
    made.begin(0, 1, 0).ended((0, 1), &test("a"), result(Status::Interrupted, 800, 3_000));
    made.fault(0, 1, 4_000).begin(0, 2, 4_000);
    made.ran((0, 2), &test("a"), (0, 4_800, 4_000)).end(0, 2, 9_000);
    let parts = [(Cause::Start, 800), (Cause::Work, 4_000), (Cause::Faults, 3_200 + 800 + 200)];
    assert_eq!(nonzero(&made.skew().shards[0]), parts);
}

#[test]
fn skipped_tests_take_nothing_and_what_follows_a_skip_nobody_asked_for_is_first() {
    let mut made = Made::of(plan(1, vec![singles(&[("a", 0), ("b", 3_000)])]));
    made.begin(0, 1, 0);
    let skip = |at| result(Status::Skipped, at, 0);
    let wanted = TestResult { expected: Status::Skipped, ..skip(800) };
    made.ended((0, 1), &test("a"), wanted).ended((0, 1), &test("b"), skip(800));
    made.end(0, 1, 1_000).begin(0, 2, 1_000);
    made.ran((0, 2), &test("b"), (0, 1_800, 3_000)).end(0, 2, 4_900);
    let shard = &made.skew().shards[0];
    assert_eq!((shard.parts.of(Cause::Work), shard.retried), (3_000, 0));
}

#[test]
fn the_start_of_a_browser_is_no_part_of_its_test() {
    let mut made = Made::of(plan(1, vec![singles(&[("a", 4_000), ("b", 3_000)])]));
    let warm = |result| TestResult { warmup: Duration::from_millis(500), ..result };
    made.begin(0, 1, 0).ended((0, 1), &test("a"), warm(passed(800, 4_500)));
    made.ended((0, 1), &test("b"), warm(passed(5_300, 3_500))).end(0, 1, 9_000);
    let parts =
        [(Cause::Start, 800), (Cause::Work, 7_000), (Cause::Between, 1_000), (Cause::End, 200)];
    assert_eq!(nonzero(&made.skew().shards[0]), parts);
}

#[test]
fn the_path_goes_through_the_setup_that_another_worker_ran() {
    let mut made = Made::of(plan(2, vec![singles(&[("a", 4_000), ("b", 3_000)])]));
    let sign_in = key("setup", "auth.setup.ts", &["sign in"]);
    made.begin(0, 1, 0).ran((0, 1), &sign_in, (0, 800, 2_000));
    // The second worker is the one that ends last.
    made.ran((0, 1), &test("b"), (0, 2_900, 3_000)).ran((0, 1), &test("a"), (1, 3_000, 4_000));
    made.end(0, 1, 7_200);
    let parts = [
        (Cause::Start, 800),
        (Cause::SetUp, 2_000),
        (Cause::Work, 3_500),
        (Cause::Order, 500),
        (Cause::Between, 200),
        (Cause::End, 200),
    ];
    assert_eq!(nonzero(&made.skew().shards[0]), parts);
}

#[test]
fn machines_whose_clocks_differ_say_the_same() {
    let tests: &[(&str, u64)] = &[("b", 9_000)];
    let told = |behind: u64| {
        let mut made = Made::of(plan(1, vec![singles(&[("a", 4_000)]), singles(&[("b", 4_000)])]));
        made.whole(0, BEFORE, &[("a", 4_000)]);
        made.begin(1, 1, behind).ran((1, 1), &test("b"), (0, behind + BEFORE, tests[0].1));
        made.end(1, 1, behind + BEFORE + tests[0].1 + AFTER);
        let skew = made.skew();
        (sentences(&skew), headline(&skew), skew.shards[1].parts)
    };
    assert_eq!(told(0), told(3_600_000));
}

#[test]
fn a_clock_that_goes_back_takes_nothing_away() {
    let mut made = Made::of(plan(1, vec![singles(&[("a", 4_000)])]));
    made.begin(0, 1, 60_000);
    let early = TestResult { started: UnixMillis(START), ..passed(0, 4_000) };
    made.ended((0, 1), &test("a"), early).fault(0, 1, 64_000).begin(0, 2, 1_000).end(0, 2, 2_000);
    let shard = &made.skew().shards[0];
    assert_eq!(shard.took, Some(Duration::from_secs(4)));
    assert!(shard.parts.all().all(|(cause, millis)| millis >= 0 || cause == Cause::Weights));
}

#[test]
fn a_run_and_its_rerun_are_each_measured_by_their_own_shards() {
    let mut made = Made::of(plan(1, vec![singles(&[("a", 9_000)]), singles(&[("b", 9_000)])]));
    made.outcome.shards[1].part = 1;
    made.whole(0, BEFORE, &[("a", 9_000)]).whole(1, BEFORE, &[("b", 1_000)]);
    let skew = made.skew();
    assert_eq!(skew.even, Duration::from_secs(10));
    let after: Vec<Option<i64>> = skew.shards.iter().map(|shard| shard.after_mean).collect();
    assert_eq!(after, [Some(0), Some(0)]);
    assert!(!headline(&skew).unwrap().contains("even shards"));
}

#[test]
fn a_worker_that_begins_later_is_no_slower_start() {
    let mut made = Made::of(plan(2, vec![singles(&[("a", 4_000), ("b", 3_000)])]));
    made.begin(0, 1, 0).ran((0, 1), &test("b"), (0, 800, 3_000));
    // The worker whose test ends last begins later.
    made.ran((0, 1), &test("a"), (1, 1_300, 4_000)).end(0, 1, 9_000);
    let shard = &made.skew().shards[0];
    assert_eq!(shard.took, Some(Duration::from_secs(9)));
    assert_eq!((shard.parts.of(Cause::Start), shard.parts.of(Cause::Between)), (800, 500));
}

#[test]
fn what_nobody_planned_is_work_without_an_estimate() {
    let mut made = Made::of(plan(1, vec![singles(&[("a", 4_000)])]));
    made.begin(0, 1, 0);
    let listed = crate::model::event::ListedTest {
        key: test("new"),
        runner_id: String::new(),
        tags: Vec::new(),
        line: 1,
        column: 1,
        shared: false,
        serial: None,
    };
    made.apply(&Event::TestsListed { id: id(0, 1), tests: vec![listed], up: None, at: None });
    made.ran((0, 1), &test("a"), (0, 800, 4_000)).ran((0, 1), &test("new"), (0, 4_800, 30_000));
    made.end(0, 1, 35_000);
    let skew = made.skew();
    let expected = "Shard 1 ended 30.0 s later than predicted: it ran more tests than planned, \
                    for 34.0 s.";
    assert_eq!(sentences(&skew), [expected]);
}

#[test]
fn a_test_that_two_shards_have_by_plan_is_work_in_both() {
    // As in a re-run: it is one test, dealt again.
    let mut made = Made::of(plan(1, vec![singles(&[("a", 4_000)]), singles(&[("a", 6_000)])]));
    for (shard, took) in [(0, 4_000), (1, 9_000)] {
        made.begin(shard, 1, 0).ran((shard, 1), &test("a"), (0, 800, took));
        made.end(shard, 1, 800 + took);
    }
    let skew = made.skew();
    assert_eq!(nonzero(&skew.shards[0]), [(Cause::Start, 800), (Cause::Work, 4_000)]);
    let parts = [(Cause::Start, 800), (Cause::Work, 6_000), (Cause::Weights, 3_000)];
    assert_eq!(nonzero(&skew.shards[1]), parts);
}

#[test]
fn hostile_names_stay_on_their_line() {
    let sample = stormy();
    let skew = skew(&sample.plan, &sample.outcome);
    for sentence in sentences(&skew) {
        assert!(!sentence.contains(['\n', '\u{1b}', '\0']), "{sentence}");
    }
}

#[test]
fn a_run_is_off_by_what_its_slowest_shard_is() {
    let mut made = Made::of(plan(1, vec![singles(&[("a", 24_000)]), singles(&[("b", 33_000)])]));
    made.whole(0, 9_000, &[("a", 24_000)]).whole(1, BEFORE, &[("b", 28_000)]);
    let skew = made.skew();
    let slowest = skew.slowest().unwrap();
    assert_eq!((slowest.number.get(), slowest.predicted), (1, Some(Duration::from_secs(25))));
    assert_eq!(skew.predicted, slowest.predicted);
    let (from, at, hindsight) = (String::new(), None, None);
    let run = SkewRun { from, at, skew, hindsight };
    assert!((run.error().unwrap() - (33.2 / 25.0 - 1.0)).abs() < 0.001, "{:?}", run.error());
    // And what took less than estimated is said to have done so.
    let trend = trend(vec![run]);
    assert!(average(&trend).contains("weights −2.5 s (tests took less than estimated)"));
}

#[test]
fn what_lies_before_a_job_that_ran_again_is_no_time_of_the_shard() {
    let mut made = Made::of(plan(1, vec![singles(&[("a", 9_000)])]));
    made.whole(0, BEFORE, &[("a", 9_000)]);
    let (digest, at) = (made.plan.digest.clone(), UnixMillis(START + 3_600_000));
    let wait = |made: &Made| made.skew().shards[0].parts.of(Cause::Waits);
    let mut tried = Made { plan: made.plan.clone(), outcome: made.outcome.clone() };
    made.apply(&Event::RunStarted {
        digest,
        at,
        sources: None,
        build: None,
        judged: Judged::default(),
    });
    for made in [&mut made, &mut tried] {
        made.begin(0, 2, 3_600_000).ran((0, 2), &test("a"), (0, 3_601_000, 9_000));
        made.end(0, 2, 3_611_000);
    }
    assert_eq!((wait(&made), wait(&tried)), (0, 3_590_000));
    assert_eq!(made.skew().shards[0].took, Some(Duration::from_secs(21)));
    assert_eq!(made.outcome.shards[0].elapsed(), Some(Duration::from_secs(21)));
    assert_eq!(made.outcome.elapsed(), Duration::from_secs(21));
}
