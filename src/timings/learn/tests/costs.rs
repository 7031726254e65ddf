//! What a run teaches about the time besides its tests.

use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::timings::{Costs, Timings};
use crate::timings::learn::learn;
use crate::timings::learn::tests::{Execution, key_in, passed, run};

fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

/// A test on a worker slot and process from one moment to another.
fn on(slot: (u32, u32), file: &str, from: u64, to: u64) -> Execution {
    let mut execution = passed(0, &key_in(file, &format!("at {from}")), to - from);
    execution.result.started = UnixMillis(from);
    (execution.result.worker, execution.result.process) = (slot.0, Some(slot.1));
    execution
}

fn costs(previous: Costs, executions: &[Execution]) -> Costs {
    learn(&Timings { costs: previous, ..Timings::default() }, &run(executions)).costs
}

#[test]
fn the_gaps_of_a_run_are_its_costs() {
    let mut new_worker = on((0, 2), "b", 6_700, 7_500);
    new_worker.result.warmup = millis(300);
    let learned = costs(
        Costs::default(),
        &[
            on((0, 0), "a", 3_020, 4_000),
            on((0, 0), "a", 4_003, 5_000),
            on((0, 0), "b", 5_090, 6_000),
            new_worker,
            on((1, 1), "c", 3_100, 3_900),
            on((1, 1), "d", 4_010, 8_000),
        ],
    );
    let wanted = Costs {
        start: millis(2_000),
        worker: millis(1_000),
        file: millis(100),
        end: millis(700),
        pace: 100,
    };
    assert_eq!(learned, wanted);
}

#[test]
fn where_no_worker_was_replaced_its_browser_alone_is_seen() {
    let mut first = on((0, 0), "a", 3_000, 4_000);
    first.result.warmup = millis(412);
    let learned = costs(Costs::default(), &[first, on((0, 0), "a", 4_001, 5_000)]);
    assert_eq!((learned.worker, learned.file), (millis(400), Duration::ZERO));
}

#[test]
fn what_a_run_does_not_show_stays() {
    let before = Costs {
        start: millis(2_000),
        worker: millis(600),
        file: millis(50),
        end: millis(700),
        pace: 130,
    };
    let learned = costs(before, &[on((0, 0), "a", 3_000, 4_000)]);
    assert_eq!(learned, Costs { start: learned.start, end: learned.end, ..before });
    assert_eq!(costs(before, &[]), before);
}

#[test]
fn a_cost_is_rewritten_only_where_it_really_moved() {
    let before = Costs { start: millis(2_000), end: millis(650), ..Costs::default() };
    let started = |at| costs(before, &[on((0, 0), "a", at, at + 1_000)]);
    assert_eq!(started(3_650), before);
    assert_eq!(started(3_690), Costs { start: millis(2_700), ..before });
    assert_eq!(started(2_320), Costs { start: millis(1_300), ..before });
}

#[test]
fn costs_are_written_down_at_the_pace_of_the_history() {
    let tests: Vec<_> =
        (0..9_u64).map(|n| on((0, 0), "a", 5_000 + n * 1_000, 5_000 + n * 1_000 + 1_000)).collect();
    let known: Vec<_> = tests.iter().map(|test| (test.key.clone(), 500)).collect();
    let learned = learn(&super::known(&known), &run(&tests));
    assert_eq!((learned.costs.pace, learned.costs.start), (200, millis(2_000)));
}
