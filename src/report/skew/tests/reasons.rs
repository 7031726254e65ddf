//! One thing goes wrong in each outcome: exactly that one is named.

use crate::model::event::{Event, TestResult, UnixMillis};
use crate::model::skew::{Against, Cause, Reason, Skew};
use crate::report::sample::key;
use crate::report::skew::tests::made::{
    AFTER, BEFORE, Made, failed, group, id, passed, plan, singles, test,
};
use crate::report::skew::words::{headline, sentences};

const ONE: &[(&str, u64)] = &[("a", 9_000), ("b", 7_000), ("c", 6_000), ("d", 4_000)];
const TWO: &[(&str, u64)] = &[("e", 8_000), ("f", 8_000), ("g", 5_000), ("h", 5_000)];

fn two(workers: u32) -> Made {
    Made::of(plan(workers, vec![singles(ONE), singles(TWO)]))
}

/// The reason of each shard that has one.
fn reasons(skew: &Skew) -> Vec<(u32, Cause, i64)> {
    let reason = |shard: &crate::model::skew::ShardSkew| {
        let Reason { cause, by, .. } = shard.reason?;
        Some((shard.number.get(), cause, by))
    };
    skew.shards.iter().filter_map(reason).collect()
}

fn with(tests: &[(&'static str, u64)], title: &str, took: u64) -> Vec<(&'static str, u64)> {
    tests.iter().map(|(name, old)| (*name, if *name == title { took } else { *old })).collect()
}

fn slower(tests: &[(&'static str, u64)], percent: u64) -> Vec<(&'static str, u64)> {
    tests.iter().map(|(name, took)| (*name, took * percent / 100)).collect()
}

#[test]
fn what_goes_as_planned_has_no_reason() {
    for workers in [1, 2, 3] {
        let mut made = two(workers);
        made.whole(0, BEFORE, ONE).whole(1, BEFORE, TWO);
        let skew = made.skew();
        assert_eq!(reasons(&skew), [], "{workers} workers");
        assert_eq!(sentences(&skew), Vec::<String>::new());
        for shard in &skew.shards {
            assert_eq!(shard.after_prediction, Some(0));
            assert_eq!(shard.parts.of(Cause::Weights), 0);
            assert_eq!(shard.misjudged, []);
        }
    }
}

#[test]
fn a_slow_test_is_named() {
    let mut made = two(2);
    made.whole(0, BEFORE, ONE).whole(1, BEFORE, &with(TWO, "h", 45_000));
    let skew = made.skew();
    assert_eq!(reasons(&skew), [(2, Cause::Weights, 40_000)]);
    let expected = "Shard 2 ended 40.0 s later than predicted: `h` took 45.0 s instead of 5.0 s.";
    assert_eq!(sentences(&skew), [expected]);
    let expected = "The slowest shard took 54.0 s (14.0 s were predicted); perfectly even shards \
                    would have taken 34.0 s.";
    assert_eq!(headline(&skew).unwrap(), expected);
    let tail = skew.shards[1].tail.clone().unwrap();
    assert_eq!((tail.key, tail.alone.as_secs(), tail.idle.as_secs()), (test("h"), 40, 40));
}

#[test]
fn a_slow_file_is_named_as_a_file() {
    let tests = ["one", "two", "three"].map(|title| key("", "cart.spec.ts", &[title]));
    let mut made = Made::of(plan(1, vec![vec![group(&tests, 9_000)], singles(TWO)]));
    made.begin(0, 1, 0);
    for (test, at, took) in [(0, 800, 3_000), (1, 3_800, 63_000), (2, 66_800, 3_000)] {
        made.ran((0, 1), &tests[test], (0, at, took));
    }
    made.end(0, 1, 69_800 + AFTER).whole(1, BEFORE, TWO);
    let skew = made.skew();
    assert_eq!(reasons(&skew), [(1, Cause::Weights, 60_000)]);
    let expected = "Shard 1 ended 1 min 00 s later than predicted: `cart.spec.ts` (3 tests) took \
                    1 min 09 s instead of 9.0 s.";
    assert_eq!(sentences(&skew), [expected]);
    assert_eq!(skew.shards[0].misjudged[0].key, tests[1]);
}

#[test]
fn a_bad_order_is_named_with_what_ran_alone() {
    let long = &[("long", 30_000), ("a", 10_000), ("b", 10_000), ("c", 10_000)];
    let mut made = Made::of(plan(2, vec![singles(long)]));
    // An older runner takes files as they stand in the folder.
    let taken = &[("a", 10_000), ("b", 10_000), ("c", 10_000), ("long", 30_000)];
    made.whole(0, BEFORE, taken);
    let skew = made.skew();
    assert_eq!(reasons(&skew), [(1, Cause::Order, 10_000)]);
    let expected = "Shard 1 ended 10.0 s later than predicted: `long` ended 20.0 s after all \
                    else; workers had nothing to do for 20.0 s.";
    assert_eq!(sentences(&skew), [expected]);
}

#[test]
fn a_slow_start_is_named_beside_that_of_the_others() {
    let mut made = two(2);
    made.whole(0, 41_000, ONE).whole(1, 1_000, TWO);
    let skew = made.skew();
    assert_eq!(reasons(&skew), [(1, Cause::Start, 40_200 * 41_000 / 41_200)]);
    let expected = "Shard 1 ended 40.2 s later than predicted: it took 41.0 s to its first test, \
                    in the other shards 1.0 s.";
    assert_eq!(sentences(&skew), [expected]);
}

#[test]
fn where_all_started_slowly_that_is_named_and_nothing_small() {
    let mut made = two(1);
    made.whole(0, 60_000, ONE).whole(1, 60_000, TWO).end(1, 1, 60_000 + 26_000 + 1_600);
    let skew = made.skew();
    let why = "it took 1 min 00 s to its first test.";
    let expected = [
        format!("Shard 2 ended 1 min 01 s later than predicted: {why}"),
        format!("Shard 1 ended 59.2 s later than predicted: {why}"),
    ];
    assert_eq!(sentences(&skew), expected);
    assert_eq!(skew.shards[1].parts.of(Cause::Start), 60_000);
    assert!(headline(&skew).unwrap().contains("took 1 min 28 s ("));
}

#[test]
fn a_slow_start_comes_before_a_small_miss() {
    let mut made = two(1);
    made.whole(0, 60_000, &with(ONE, "d", 6_000)).whole(1, BEFORE, TWO);
    let skew = made.skew();
    assert_eq!(skew.shards[0].after_prediction, Some(59_200 + 2_000));
    assert_eq!(skew.shards[0].reason.unwrap().cause, Cause::Start);
    assert_eq!(skew.shards[0].reason.unwrap().against, Against::Prediction);
}

#[test]
fn two_causes_are_named_where_the_first_explains_less_than_half() {
    let mut made = two(1);
    made.whole(1, BEFORE, TWO).begin(0, 1, 0);
    made.ran((0, 1), &key("setup", "auth.setup.ts", &["sign in"]), (0, 700, 4_000));
    let mut at = 4_700;
    for (title, took) in ONE {
        made.ran((0, 1), &test(title), (0, at, took + 2_500));
        at += took + 2_500 + 2_000;
    }
    made.end(0, 1, at - 2_000 + AFTER);
    let skew = made.skew();
    let reason = skew.shards[0].reason.unwrap();
    assert_eq!((reason.cause, reason.by), (Cause::Weights, 10_000));
    assert_eq!(reason.also, None, "10 of 20 s are half");
    let mut made = two(1);
    made.whole(1, BEFORE, TWO).begin(0, 1, 0);
    made.ran((0, 1), &key("setup", "auth.setup.ts", &["sign in"]), (0, 700, 9_000));
    let mut at = 9_700;
    for (title, took) in ONE {
        made.ran((0, 1), &test(title), (0, at, took + 2_500));
        at += took + 2_500 + 2_000;
    }
    made.end(0, 1, at - 2_000 + AFTER);
    let skew = made.skew();
    assert_eq!(skew.shards[0].reason.unwrap().also, Some((Cause::SetUp, 14_900 * 9_000 / 15_900)));
    let expected = "Shard 1 ended 24.9 s later than predicted: its tests took 10.0 s longer than \
                    estimated; besides, its set-up and teardown tests took 9.0 s.";
    assert_eq!(sentences(&skew), [expected]);
}

#[test]
fn what_most_of_a_slow_start_went_to_is_named() {
    let told = |up, listed| {
        let mut made = two(2);
        made.whole(0, 41_000, ONE).whole(1, 1_000, TWO);
        let attempt = &mut made.outcome.shards[0].attempts[0];
        let at = |after| Some(UnixMillis(attempt.started.0 + after));
        (attempt.up, attempt.listed) = (at(up), at(listed));
        sentences(&made.skew()).remove(0)
    };
    let container = told(30_000, 35_000);
    assert!(container.ends_with("shards 1.0 s (30.0 s for the container)."), "{container}");
    let loading = told(1_000, 31_000);
    let expected = "shards 1.0 s (30.0 s for loading, servers and global set-up).";
    assert!(loading.ends_with(expected), "{loading}");
    assert!(told(1_000, 2_000).ends_with("in the other shards 1.0 s."));
}

#[test]
fn retries_by_the_runner_are_named() {
    let mut made = two(1);
    made.whole(1, BEFORE, TWO).begin(0, 1, 0);
    made.ran((0, 1), &test("a"), (0, 800, 9_000));
    made.ended((0, 1), &test("b"), failed(9_800, 7_000, true));
    // Its worker is replaced first.
    made.ended((0, 1), &test("b"), TestResult { retry: 1, ..passed(18_300, 7_000) });
    made.ran((0, 1), &test("c"), (0, 25_300, 6_000));
    made.ran((0, 1), &test("d"), (0, 31_300, 4_000)).end(0, 1, 35_500);
    let skew = made.skew();
    assert_eq!(reasons(&skew), [(1, Cause::Retries, 8_500)]);
    let expected = "Shard 1 ended 8.5 s later than predicted: trying 1 test again took 8.5 s.";
    assert_eq!(sentences(&skew), [expected]);
}

#[test]
fn a_retry_in_a_fresh_sandbox_is_a_retry_with_its_start() {
    let mut made = two(1);
    made.whole(1, BEFORE, TWO).begin(0, 1, 0);
    for (title, at, took) in [("a", 800, 9_000), ("c", 16_800, 6_000), ("d", 22_800, 4_000)] {
        made.ran((0, 1), &test(title), (0, at, took));
    }
    made.ended((0, 1), &test("b"), failed(9_800, 7_000, false)).end(0, 1, 27_000);
    made.begin(0, 2, 27_000).ran((0, 2), &test("b"), (0, 28_000, 7_000)).end(0, 2, 35_300);
    assert_eq!(reasons(&made.skew()), [(1, Cause::Retries, 8_300)]);
}

#[test]
fn a_fault_is_named_with_its_kind_and_the_wait_after_it_is_not_it() {
    let mut made = two(1);
    made.whole(1, BEFORE, TWO).begin(0, 1, 0);
    made.ran((0, 1), &test("a"), (0, 800, 9_000));
    let (key, at) = (test("b"), UnixMillis(0));
    made.apply(&Event::TestBegan { id: id(0, 1), key, retry: 0, at });
    made.fault(0, 1, 16_000).begin(0, 2, 19_000);
    for (title, at, took) in [("b", 20_000, 7_000), ("c", 27_000, 6_000), ("d", 33_000, 4_000)] {
        made.ran((0, 2), &test(title), (0, at, took));
    }
    made.end(0, 2, 37_200);
    let skew = made.skew();
    // What was lost of `b`, a second start and a second end.
    assert_eq!(reasons(&skew), [(1, Cause::Faults, 6_200 + 1_000 + 200)]);
    assert_eq!(skew.shards[0].parts.of(Cause::Waits), 3_000);
    assert_eq!(skew.shards[0].parts.of(Cause::Weights), 0);
    let expected = "Shard 1 ended 10.2 s later than predicted: what it lost to faults \
                    (out-of-memory) cost 7.4 s.";
    assert_eq!(sentences(&skew), [expected]);
}

#[test]
fn a_long_wait_between_attempts_is_named() {
    let mut made = two(1);
    made.whole(1, BEFORE, TWO).begin(0, 1, 0).fault(0, 1, 500).begin(0, 2, 60_500);
    let mut at = 61_300;
    for (title, took) in ONE {
        made.ran((0, 2), &test(title), (0, at, *took));
        at += took;
    }
    made.end(0, 2, at + AFTER);
    assert_eq!(reasons(&made.skew()), [(1, Cause::Waits, 60_000)]);
}

const MANY: &[(&str, u64)] =
    &[("a", 3_000), ("b", 2_500), ("c", 2_200), ("d", 2_000), ("e", 1_700), ("f", 1_500)];
const OTHERS: &[(&str, u64)] =
    &[("u", 3_000), ("v", 2_600), ("w", 2_100), ("x", 2_000), ("y", 1_700), ("z", 1_500)];

#[test]
fn a_slow_machine_is_contention_and_no_test_is_blamed() {
    let made = || Made::of(plan(1, vec![singles(MANY), singles(OTHERS)]));
    let mut one = made();
    one.whole(0, BEFORE, &slower(MANY, 160)).whole(1, BEFORE, OTHERS);
    let skew = one.skew();
    assert_eq!(reasons(&skew), [(1, Cause::Contention, 7_740)]);
    assert_eq!((skew.shards[0].pace, skew.shards[1].pace), (Some(1.6), Some(1.0)));
    assert_eq!(skew.shards[0].misjudged, []);
    let said = sentences(&skew);
    let expected = "a slower machine, or too much at once on it, cost 7.7 s: most of its tests took \
                    at least 1.6 times as long as estimated, all together 1.6 times, unlike the \
                    other shards.";
    assert!(said[0].contains(expected), "{said:?}");
    let mut all = made();
    all.whole(0, BEFORE, &slower(MANY, 160)).whole(1, BEFORE, &slower(OTHERS, 160));
    let skew = all.skew();
    assert_eq!(reasons(&skew).len(), 2);
    assert!(reasons(&skew).iter().all(|(_, cause, _)| *cause == Cause::Contention));
    assert!(sentences(&skew)[0].contains("as in the whole run"));
}

#[test]
fn what_is_said_of_most_tests_is_true_of_most() {
    let mut made = Made::of(plan(1, vec![singles(MANY), singles(OTHERS)]));
    let wide: Vec<(&str, u64)> = MANY
        .iter()
        .zip([110, 240, 370, 480, 650, 910])
        .map(|((title, took), percent)| (*title, took * percent / 100))
        .collect();
    made.whole(0, BEFORE, &wide).whole(1, BEFORE, OTHERS);
    let shard = &made.skew().shards[0];
    let pace = shard.pace.unwrap();
    let seconds = |millis: u64| std::time::Duration::from_millis(millis).as_secs_f64();
    let own = MANY.iter().zip(&wide).map(|((_, old), (_, new))| seconds(*new) / seconds(*old));
    let slower = own.filter(|ratio| *ratio >= pace).count();
    assert!(slower * 2 > MANY.len() && pace > 1.1, "{slower} at {pace}");
    let (old, new) = (MANY, &wide);
    let sum = |tests: &[(&str, u64)]| tests.iter().map(|(_, took)| seconds(*took)).sum::<f64>();
    assert!((shard.together.unwrap() - sum(new) / sum(old)).abs() < 0.001);
}

#[test]
fn a_shard_of_few_tests_has_the_pace_of_the_run() {
    let few = &[("m", 3_000), ("n", 2_000)];
    let made = || Made::of(plan(1, vec![singles(MANY), singles(few)]));
    let mut slow = made();
    slow.whole(0, BEFORE, &slower(MANY, 200)).whole(1, BEFORE, &slower(few, 300));
    assert_eq!(slow.skew().shards[1].pace, Some(2.0));
    let mut other = made();
    other.whole(0, BEFORE, &slower(MANY, 200)).whole(1, BEFORE, few);
    assert_eq!(other.skew().shards[1].pace, None);
}

#[test]
fn estimates_that_are_wrong_in_both_directions_are_no_slow_machine() {
    let mut made = Made::of(plan(1, vec![singles(MANY)]));
    let wrong: Vec<(&str, u64)> = MANY
        .iter()
        .zip([40, 500, 45, 400, 350, 60])
        .map(|((title, took), percent)| (*title, took * percent / 100))
        .collect();
    made.whole(0, BEFORE, &wrong);
    let skew = made.skew();
    assert_eq!(skew.shards[0].pace, Some(1.0));
    assert_eq!(skew.shards[0].reason.unwrap().cause, Cause::Weights);
}

#[test]
fn a_slow_test_on_a_slow_machine_is_judged_by_the_machine() {
    let mut made = Made::of(plan(1, vec![singles(MANY)]));
    made.whole(0, BEFORE, &with(&slower(MANY, 200), "f", 60_000));
    let skew = made.skew();
    assert_eq!(skew.shards[0].parts.of(Cause::Contention), 12_900);
    assert_eq!(reasons(&skew), [(1, Cause::Weights, 57_000)]);
}

#[test]
fn setup_tests_that_take_long_are_named() {
    let mut made = two(1);
    made.whole(1, BEFORE, TWO).begin(0, 1, 0);
    let sign_in = key("setup", "auth.setup.ts", &["sign in"]);
    made.ran((0, 1), &sign_in, (0, 700, 20_000));
    let mut at = 20_700;
    for (title, took) in ONE {
        made.ran((0, 1), &test(title), (0, at, *took));
        at += took;
    }
    made.end(0, 1, at + AFTER);
    assert_eq!(reasons(&made.skew()), [(1, Cause::SetUp, 19_900 * 20_000 / 20_900)]);
}

#[test]
fn new_workers_between_tests_are_named() {
    let mut made = two(1);
    made.whole(1, BEFORE, TWO).begin(0, 1, 0);
    let mut at = BEFORE;
    for (title, took) in ONE {
        made.ran((0, 1), &test(title), (0, at, *took));
        at += took + 5_000;
    }
    made.end(0, 1, at - 5_000 + AFTER);
    assert_eq!(reasons(&made.skew()), [(1, Cause::Between, 15_000 * 15_000 / 16_000)]);
}

#[test]
fn one_more_batch_is_nothing_that_was_lost() {
    let mut made = two(1);
    made.whole(1, BEFORE, TWO);
    let mut at = BEFORE;
    for (attempt, (title, took)) in (1..).zip(ONE) {
        made.begin(0, attempt, at - BEFORE).ran((0, attempt), &test(title), (0, at, *took));
        at += took + AFTER;
        made.end(0, attempt, at);
        at += BEFORE;
    }
    let parts = made.skew().shards[0].parts;
    assert_eq!((parts.of(Cause::Faults), parts.of(Cause::Retries)), (0, 0));
    assert!(parts.of(Cause::Between) > 0, "{parts:?}");
}

#[test]
fn a_long_end_is_named() {
    let mut made = two(1);
    made.whole(0, BEFORE, ONE).whole(1, BEFORE, TWO);
    made.end(0, 1, BEFORE + 26_000 + 30_000);
    // Of 30.8 s around the tests 29.8 s were not planned; the end has its part of them.
    assert_eq!(reasons(&made.skew()), [(1, Cause::End, 29_800 * 30_000 / 30_800)]);
}

#[test]
fn tests_taken_over_are_named() {
    let mut made = two(1);
    made.whole(0, BEFORE, ONE).begin(1, 1, 0);
    made.ran((1, 1), &test("e"), (0, 800, 8_000)).fault(1, 1, 9_000);
    let keys = ["f", "g", "h"].map(test);
    let (from, moved) = (id(1, 1).shard, keys.to_vec());
    made.begin(0, 2, 28_000);
    made.apply(&Event::TestsMoved { id: id(0, 2), from, keys: moved, drawn: false });
    for (key, at) in keys.iter().zip([29_000, 37_000, 42_000]) {
        made.ran((0, 2), key, (0, at, 5_000));
    }
    made.end(0, 2, 47_200);
    let skew = made.skew();
    assert_eq!(reasons(&skew), [(1, Cause::TakenOver, 20_200)]);
    assert_eq!((skew.shards[0].taken_over, skew.shards[1].settled), (3, true));
}

#[test]
fn an_uneven_plan_is_measured_against_the_mean() {
    let giant = &[("giant", 60_000)];
    let mut made = Made::of(plan(1, vec![singles(giant), singles(ONE)]));
    made.whole(0, BEFORE, giant).whole(1, BEFORE, ONE);
    let skew = made.skew();
    assert_eq!(reasons(&skew), [(1, Cause::Work, 17_000)]);
    assert_eq!(skew.shards[0].reason.unwrap().against, Against::Mean);
    let expected = "Shard 1 took 17.0 s longer than the mean of all shards: the plan gave it \
                    more, tests for 1 min 00 s.";
    assert_eq!(sentences(&skew), [expected]);
}

#[test]
fn a_run_without_timings_has_no_prediction_to_miss() {
    let mut made = two(1);
    made.plan.known = 0;
    made.whole(0, BEFORE, &with(ONE, "a", 50_000)).whole(1, BEFORE, TWO);
    let skew = made.skew();
    assert_eq!((skew.predicted, skew.shards[0].after_prediction), (None, None));
    assert_eq!(reasons(&skew), [(1, Cause::Work, 20_500)]);
    assert!(sentences(&skew)[0].ends_with("it had tests for 1 min 07 s, and no timings said so."));
}

#[test]
fn what_is_measured_against_the_mean_is_said_so() {
    let mut made = Made::of(plan(1, vec![singles(&[("a", 24_000)]), singles(&[("b", 33_000)])]));
    made.whole(0, BEFORE, &[("a", 23_000)]).whole(1, BEFORE, &[("b", 10_000)]);
    let mut skew = made.skew();
    assert_eq!(reasons(&skew), [(1, Cause::Weights, 11_000)]);
    let head = "Shard 1 took 6.5 s longer than the mean of all shards: ";
    let weights = "measured by the estimates, its tests took 11.0 s longer than on average.";
    assert_eq!(sentences(&skew), [format!("{head}{weights}")]);
    // Each of these may be below zero, and others more so.
    let order = "its work was spread less evenly over its workers than on average, by 3.0 s.";
    let pace = "its tests were not as much faster alike as on average, by 3.0 s.";
    for (cause, told) in [(Cause::Order, order), (Cause::Contention, pace)] {
        let (also, against) = (None, Against::Mean);
        skew.shards[0].parts.add(cause, -1_000);
        skew.shards[0].reason = Some(Reason { cause, by: 3_000, also, against });
        assert_eq!(sentences(&skew), [format!("{head}{told}")]);
    }
    skew.shards[0].parts.add(Cause::Contention, 9_000);
    assert!(sentences(&skew)[0].contains("cost 3.0 s more than on average: "));
}
