//! Plans made of wrong or right guesses, runs that show what was true, and what is learnt of it.

use std::num::NonZeroU32;
use std::time::Duration;

use super::{counts, hindsight};
use crate::model::event::{AttemptEnd, AttemptId, Event, RunnerVerdict, Status, UnixMillis};
use crate::model::hindsight::{Advice, Hindsight};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::outcome::Outcome;
use crate::model::plan::{Plan, PlannedShard};
use crate::model::suite::{GroupKind, Project, RunnerSettings, Source, Suite, TestCase, TestGroup};
use crate::model::timings::Estimates;
use crate::plan::STRATEGIES;
use crate::plan::make::{Options, make};
use crate::report::sample::{START, key, result};
use crate::report::skew::advice::advice;
use crate::report::skew::skew;

/// A file with tests of these names and times in seconds.
type File<'a> = (&'a str, &'a [(&'a str, u64)]);

fn group((file, tests): &File<'_>) -> TestGroup {
    let case = |title: &str| TestCase {
        key: key("", file, &[title]),
        runner_id: None,
        tags: Vec::new(),
        line: 1,
        column: 1,
    };
    TestGroup {
        project: String::new(),
        file: (*file).to_owned(),
        kind: if tests.len() == 1 { GroupKind::Single } else { GroupKind::File },
        worker: String::new(),
        tests: tests.iter().map(|(title, _)| case(title)).collect(),
    }
}

/// The plan of somebody who thinks that every test takes a second.
fn plan(files: &[File<'_>], shards: u32, workers: u32) -> Plan {
    let suite = Suite {
        source: Source::Playwright,
        groups: files.iter().map(group).collect(),
        shared: Vec::new(),
        projects: vec![Project {
            name: String::new(),
            dependencies: Vec::new(),
            teardown: None,
            workers: None,
        }],
        settings: RunnerSettings::default(),
    };
    let estimates = Estimates { fallback: Duration::from_secs(1), ..Estimates::default() };
    let options = Options {
        shards: NonZeroU32::new(shards).unwrap(),
        workers,
        strategy: STRATEGIES[0],
        tags: Vec::new(),
        priorities: Vec::new(),
        previous: None,
        reruns: None,
    };
    make(&suite, &estimates, &options)
}

/// Every shard works off its groups on one worker, after so many seconds.
fn outcome(plan: &Plan, files: &[File<'_>], start: u64) -> Outcome {
    let took = |key: &TestKey| {
        let (_, tests) = files.iter().find(|(file, _)| *file == key.file).unwrap();
        tests.iter().find(|(title, _)| *title == key.titles[0]).unwrap().1 * 1_000
    };
    let mut outcome = Outcome::of(plan);
    for shard in plan.shards.iter().filter(|shard| !shard.is_empty()) {
        let id = AttemptId { shard: shard.number, attempt: 1 };
        outcome.apply(plan, &Event::AttemptStarted { id, at: UnixMillis(START) });
        let mut at = start * 1_000;
        for test in shard.tests() {
            let result = Box::new(result(Status::Passed, at, took(&test.key)));
            at += took(&test.key);
            outcome.apply(plan, &Event::TestEnded { id, key: test.key.clone(), result });
        }
        let end = AttemptEnd::Finished(RunnerVerdict::Passed);
        outcome.apply(plan, &Event::AttemptEnded { id, end, at: UnixMillis(START + at) });
    }
    outcome
}

fn told(files: &[File<'_>], shards: u32, workers: u32, start: u64) -> Hindsight {
    let plan = plan(files, shards, workers);
    let outcome = outcome(&plan, files, start);
    hindsight(&plan, &outcome, &skew(&plan, &outcome)).unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn wrong_guesses_are_worth_to_be_learnt() {
    // Both shards get as many tests: whoever has the long one, has another one with it.
    let files: &[File<'_>] = &[
        ("a.spec.ts", &[("a", 30)]),
        ("b.spec.ts", &[("b", 10)]),
        ("c.spec.ts", &[("c", 10)]),
        ("d.spec.ts", &[("d", 10)]),
    ];
    let found = told(files, 2, 1, 0);
    assert_eq!((found.took, found.replanned, found.lower_bound), {
        (seconds(40), seconds(30), seconds(30))
    });
    let shorten = Advice::Shorten { alone: seconds(30) };
    assert_eq!(found.advice, [Advice::Learn { saves: seconds(10) }, shorten]);
    let expected = [
        "With these durations the plan takes 30.0 s instead of 40.0 s, 10.0 s less: \
         `--update-timings` keeps them.",
        "`a` takes 30.0 s alone: no plan is faster before it is shorter.",
    ];
    assert_eq!(advice(&found), expected);
}

#[test]
fn a_file_that_holds_all_is_to_be_taken_apart() {
    let files: &[File<'_>] = &[
        ("all.spec.ts", &[("a", 10), ("b", 10), ("c", 10), ("d", 10)]),
        ("e.spec.ts", &[("e", 2)]),
    ];
    let found = told(files, 2, 1, 0);
    let split = found.split.clone().unwrap();
    assert_eq!(
        (split.file.as_str(), split.tests, split.predicted),
        ("all.spec.ts", 4, seconds(22))
    );
    assert_eq!(found.advice, [Advice::Split { saves: seconds(18) }]);
    assert!(advice(&found)[0].starts_with("`all.spec.ts` holds 4 tests in one piece"));
}

#[test]
fn a_long_test_makes_more_shards_useless_and_fewer_as_good() {
    let files: &[File<'_>] = &[
        ("long.spec.ts", &[("long", 60)]),
        ("b.spec.ts", &[("b", 10)]),
        ("c.spec.ts", &[("c", 10)]),
        ("d.spec.ts", &[("d", 10)]),
    ];
    let found = told(files, 4, 1, 5);
    let fewer = Advice::FewerShards { shards: 2, slower: seconds(0), machine_time: seconds(10) };
    assert_eq!(found.advice, [Advice::Shorten { alone: seconds(65) }, fewer]);
}

#[test]
fn starts_that_cost_more_than_the_tests_ask_for_fewer_shards() {
    let files: &[File<'_>] = &[
        ("a.spec.ts", &[("a", 1)]),
        ("b.spec.ts", &[("b", 1)]),
        ("c.spec.ts", &[("c", 1)]),
        ("d.spec.ts", &[("d", 1)]),
    ];
    let found = told(files, 4, 1, 60);
    let fewer = Advice::FewerShards { shards: 2, slower: seconds(1), machine_time: seconds(120) };
    assert!(found.advice.contains(&fewer), "{:?}", found.advice);
    let expected = "2 shards take only 1.0 s longer and 2 min 00 s less of the machines.";
    assert_eq!(advice(&found).last().unwrap(), expected);
}

#[test]
fn work_that_can_be_shared_asks_for_more_shards_or_workers() {
    let titles: Vec<String> = (0..16).map(|number| format!("t{number}")).collect();
    let tests: Vec<[(&str, u64); 1]> = titles.iter().map(|title| [(title.as_str(), 10)]).collect();
    let files: Vec<File<'_>> =
        titles.iter().zip(&tests).map(|(title, test)| (title.as_str(), &test[..])).collect();
    let found = told(&files, 2, 1, 0);
    let more = Advice::MoreShards { shards: 4, saves: seconds(40) };
    let wider = Advice::MoreWorkers { workers: 2, saves: seconds(40) };
    assert_eq!((found.took, found.replanned), (seconds(80), seconds(80)));
    assert_eq!(found.advice, [wider, more]);
}

#[test]
fn a_good_plan_is_called_good() {
    let files: &[File<'_>] = &[("a.spec.ts", &[("a", 2)])];
    let found = told(files, 1, 1, 0);
    assert_eq!(found.advice, []);
    assert_eq!(advice(&found), ["The plan was good: with all times known it would be no faster."]);
    let worse = Hindsight { replanned: seconds(3), ..found.clone() };
    assert_eq!(advice(&worse), advice(&found));
    let better = Hindsight { dealt: seconds(3), ..found };
    let expected = "The plan was good: with all times known it would take 2.0 s instead of 3.0 s.";
    assert_eq!(advice(&better), [expected]);
}

#[test]
fn a_shard_that_started_late_teaches_no_better_deal() {
    let files: &[File<'_>] = &[
        ("a.spec.ts", &[("a", 1)]),
        ("b.spec.ts", &[("b", 1)]),
        ("c.spec.ts", &[("c", 1)]),
        ("d.spec.ts", &[("d", 1)]),
    ];
    let plan = plan(files, 2, 1);
    let mut outcome = outcome(&plan, files, 60);
    // The other one was there at once.
    outcome.shards[0].attempts[0].started = UnixMillis(START + 59_000);
    let found = hindsight(&plan, &outcome, &skew(&plan, &outcome)).unwrap();
    assert_eq!((found.took, found.dealt), (seconds(62), found.replanned));
    let learn = |advice: &Advice| matches!(advice, Advice::Learn { .. });
    assert!(!found.advice.iter().any(learn), "{:?}", found.advice);
}

#[test]
fn advice_says_what_it_is_counted_from_and_agrees_with_its_number() {
    let files: &[File<'_>] = &[("a.spec.ts", &[("a", 2)])];
    let found = told(files, 1, 1, 0);
    let fewer = Advice::FewerShards { shards: 1, slower: seconds(1), machine_time: seconds(9) };
    let more = Advice::MoreShards { shards: 4, saves: seconds(5) };
    let found = Hindsight { took: seconds(9), advice: vec![more, fewer], ..found };
    let expected = [
        "4 shards save 5.0 s, if the machine has room for them.",
        "1 shard takes only 1.0 s longer and 9.0 s less of the machines.",
        "What else saves time is counted from the plan with these durations, which takes 2.0 s.",
    ];
    assert_eq!(advice(&found), expected);
}

#[test]
fn a_part_and_a_run_that_is_not_whole_say_nothing() {
    let files: &[File<'_>] = &[("a.spec.ts", &[("a", 2)]), ("b.spec.ts", &[("b", 2)])];
    let whole = plan(files, 2, 1);
    let part = whole.part(ShardNumber::at(0)).unwrap();
    let done = outcome(&part, files, 0);
    assert_eq!(hindsight(&part, &done, &skew(&part, &done)), None);
    let mut doubled = whole.clone();
    doubled.shards[1] = PlannedShard { number: ShardNumber::at(1), ..doubled.shards[0].clone() };
    doubled.digest = doubled.compute_digest();
    let done = outcome(&doubled, files, 0);
    assert_eq!(hindsight(&doubled, &done, &skew(&doubled, &done)), None);
    let cut = Outcome::of(&whole);
    assert_eq!(hindsight(&whole, &cut, &skew(&whole, &cut)), None);
}

#[test]
fn what_a_program_dealt_is_compared_with_the_default() {
    let files: &[File<'_>] = &[("a.spec.ts", &[("a", 2)])];
    for (name, compared) in [("exec:deal.py", "balanced"), ("tag", "balanced"), ("lpt", "lpt")] {
        let mut plan = plan(files, 1, 1);
        name.clone_into(&mut plan.strategy);
        plan.digest = plan.compute_digest();
        let outcome = outcome(&plan, files, 0);
        let found = hindsight(&plan, &outcome, &skew(&plan, &outcome)).unwrap();
        assert_eq!(found.strategy, compared);
    }
}

#[test]
fn numbers_of_shards_around_this_one_are_tried() {
    let counts = |shards, groups| -> Vec<u32> {
        let shards = NonZeroU32::new(shards).unwrap();
        counts(shards, groups).into_iter().map(NonZeroU32::get).collect()
    };
    assert_eq!(counts(4, 100), [2, 3, 4, 5, 8]);
    assert_eq!(counts(1, 100), [1, 2]);
    assert_eq!(counts(4, 3), [2, 3, 4]);
    assert_eq!(counts(u32::MAX, 0), [u32::MAX]);
}
