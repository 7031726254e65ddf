//! Slow machines, crowded shards and plain noise rewrite next to nothing.

use std::time::Duration;

use crate::model::event::Status;
use crate::model::id::TestKey;
use crate::model::timings::{LastResult, Timings};
use crate::timings::learn::entry::quantised;
use crate::timings::learn::learn;
use crate::timings::learn::tests::{Execution, ended, key, known, passed, run, timing};

/// A suite of 150 tests that take from 150 ms to 30 s.
fn suite() -> Vec<(TestKey, u64)> {
    (0..150_u64).map(|n| (key(&format!("t{n}")), 150 + n * n * n / 111)).collect()
}

/// Each test in one of `shards` shards, taking what `millis` makes of its time.
fn runs(shards: usize, mut millis: impl FnMut(usize, u64) -> u64) -> Vec<Execution> {
    let tests = suite().into_iter().enumerate();
    let one = |(n, (key, time)): (usize, (TestKey, u64))| {
        passed(n % shards, &key, millis(n % shards, time))
    };
    tests.map(one).collect()
}

/// How many entries are not the same.
fn rewritten(before: &Timings, after: &Timings) -> usize {
    assert_eq!(before.tests.len(), after.tests.len());
    before.tests.iter().filter(|(key, timing)| after.tests.get(*key) != Some(timing)).count()
}

/// Evenly spread numbers, the same every time.
struct Random(u64);

impl Random {
    /// From 0 to 9999.
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % 10_000
    }

    /// `time` with normal noise of so many thousandths.
    fn noisy(&mut self, time: u64, noise: u64) -> u64 {
        // Twelve even ones make a normal one with a deviation of 10000.
        let sum: u64 = (0..12).map(|_| self.next()).sum();
        (time * 10_000_000 + time * noise * sum).saturating_sub(time * noise * 60_000) / 10_000_000
    }
}

#[test]
fn a_machine_twice_as_slow_rewrites_its_pace_alone() {
    let before = known(&suite());
    let mut after = learn(&before, &run(&runs(4, |_, time| time * 2)));
    assert_eq!(after.tests, before.tests);
    assert_eq!(after.costs.pace, 200);
    // And again, and on a machine that is hardly slower: nothing more.
    for tenths in [20, 22] {
        let again = learn(&after, &run(&runs(4, |_, time| time * tenths / 10)));
        assert_eq!((again.tests.clone(), again.costs.pace), (before.tests.clone(), 200));
        after = again;
    }
    // A test that is new there is written down as if it were none.
    let mut executions = runs(4, |_, time| time * 2);
    executions.push(passed(1, &key("new"), 4_000));
    let learned = learn(&after, &run(&executions));
    assert_eq!(learned.tests[&key("new")].duration, Some(Duration::from_secs(2)));
}

#[test]
fn a_new_test_alone_is_taken_at_the_pace_of_the_last_machine() {
    let mut before = known(&suite());
    before.costs.pace = 200;
    let learned = learn(&before, &run(&[passed(0, &key("new"), 4_000)]));
    assert_eq!(learned.tests[&key("new")].duration, Some(Duration::from_secs(2)));
    assert_eq!(learned.costs.pace, 200);
}

#[test]
fn one_crowded_shard_rewrites_nothing() {
    let before = known(&suite());
    let after =
        learn(&before, &run(&runs(4, |shard, time| if shard == 2 { time * 5 / 2 } else { time })));
    assert_eq!(after.tests, before.tests);
    assert_eq!(after.costs.pace, 100);
}

#[test]
fn one_giant_that_changed_is_not_the_machine() {
    let giant = key("giant");
    let mut before = known(&suite());
    before.tests.insert(giant.clone(), timing(Some(600_000), LastResult::Passed));
    let mut executions = runs(1, |_, time| time);
    executions.push(passed(0, &giant, 300_000));
    let after = learn(&before, &run(&executions));
    assert_eq!((rewritten(&before, &after), after.costs.pace), (1, 100));
    assert_eq!(after.tests[&giant].duration, Some(Duration::from_secs(400)));
}

#[test]
fn ten_runs_with_noise_leave_nearly_all_entries() {
    let mut random = Random(7);
    let first = learn(&Timings::default(), &run(&runs(4, |_, time| random.noisy(time, 80))));
    let mut timings = first.clone();
    let mut lines = 0;
    for _ in 0..10 {
        let next = learn(&timings, &run(&runs(4, |_, time| random.noisy(time, 80))));
        lines += rewritten(&timings, &next);
        timings = next;
    }
    assert!(lines <= 15, "{lines} of 1500");
    assert_eq!(timings.costs.pace, 100);
}

/// Tests of 1 to 2 s vary by 25 %, the long ones by 5 %.
fn noisy_by_length(random: &mut Random, time: u64) -> u64 {
    let noise = if time < 10_000 { 250 } else { 50 };
    random.noisy(time, noise).max(time / 10)
}

#[test]
fn where_all_tests_vary_much_only_what_varies_more_is_rewritten() {
    let mut random = Random(11);
    let mut next =
        |timings: &Timings| learn(timings, &run(&runs(2, |_, t| noisy_by_length(&mut random, t))));
    let mut timings = next(&Timings::default());
    let mut lines = 0;
    for _ in 0..10 {
        let after = next(&timings);
        lines += rewritten(&timings, &after);
        timings = after;
    }
    assert!(lines <= 60, "{lines} of 1500");
}

#[test]
fn a_change_of_a_long_test_is_seen_beside_short_ones_that_vary_much() {
    let mut random = Random(13);
    let before = known(&suite());
    let (longest, millis) = suite().pop().expect("a test");
    let mut executions = runs(2, |_, time| noisy_by_length(&mut random, time));
    for execution in executions.iter_mut().filter(|execution| execution.key == longest) {
        execution.result.duration = Duration::from_millis(millis * 3 / 2);
    }
    let after = learn(&before, &run(&executions));
    assert_eq!(
        after.tests[&longest].duration,
        Some(quantised(Duration::from_millis(millis * 4 / 3)))
    );
}

#[test]
fn failed_and_retried_tests_say_nothing_of_the_machine() {
    let before = known(&suite());
    let mut executions = runs(4, |_, time| time);
    for execution in executions.iter_mut().take(100) {
        let failed =
            ended(execution.shard, &execution.key, (Status::TimedOut, Status::Passed), 30_000);
        *execution = failed;
    }
    let after = learn(&before, &run(&executions));
    let durations = |timings: &Timings| -> Vec<_> {
        timings.tests.values().map(|timing| timing.duration).collect()
    };
    assert_eq!(durations(&after), durations(&before));
    assert_eq!(after.costs.pace, 100);
}
