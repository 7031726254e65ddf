//! Tests that a shard was never given, because others were free before it.

use super::{PASSED, ended, fold, gone, id, key, plan, set_up, start};
use crate::model::event::{Event, Status};
use crate::model::id::ShardNumber;
use crate::model::outcome::Conclusion;
use crate::model::outcome::tests::end;
use crate::model::plan::Plan;

/// The first shard takes what the plan gives the second one.
fn taken(title: &str, drawn: bool) -> [Event; 4] {
    let keys = vec![key("web", title)];
    let moved = Event::TestsMoved { id: id(0), from: ShardNumber::at(1), keys, drawn };
    [start(0), moved, ended(0, title, Status::Passed), end(0, PASSED)]
}

fn concluded(plan: &Plan, parts: &[&[Event]]) -> Conclusion {
    let there = fold(plan, &parts.concat()).conclusion();
    let back: Vec<&[Event]> = parts.iter().rev().copied().collect();
    assert_eq!(fold(plan, &back.concat()).conclusion(), there, "whatever a merge hears first");
    there
}

#[test]
fn a_bad_end_that_left_no_test_is_healed_by_nobody_who_drew_others() {
    let plan = plan(&[&[0], &[1, 2]]);
    let first = [start(0), set_up(0), ended(0, "t0", Status::Passed), end(0, PASSED)];
    let second = [start(1), set_up(1), ended(1, "t1", Status::Passed), end(1, gone())];
    let drawn = taken("t2", true);
    assert_eq!(
        concluded(&plan, &[&second, &[&first[..], &drawn].concat()]),
        Conclusion::Incomplete
    );
    // What it had, and others took over, says that its end is made good.
    let again = taken("t2", false);
    assert_eq!(concluded(&plan, &[&second, &[&first[..], &again].concat()]), Conclusion::Passed);
}

#[test]
fn a_shard_all_of_whose_tests_others_drew_has_nothing_to_end() {
    let plan = plan(&[&[0], &[1, 2]]);
    let first = [start(0), set_up(0), ended(0, "t0", Status::Passed), end(0, PASSED)];
    let all = [&first[..], &taken("t1", true), &taken("t2", true)].concat();
    assert_eq!(concluded(&plan, &[&all]), Conclusion::Passed);
    let one = [&first[..], &taken("t1", true)].concat();
    assert_eq!(concluded(&plan, &[&one]), Conclusion::Incomplete);
    assert!(fold(&plan, &all).has_given_all(ShardNumber::at(1)));
    assert!(!fold(&plan, &one).has_given_all(ShardNumber::at(1)));
}
