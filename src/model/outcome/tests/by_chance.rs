//! Re-runs by chance: nothing is lost, and nothing is well that no pass made good.

use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};

use super::reruns::{rerun, run};
use super::{FAILED, PASSED, began, ended_as, fold, key, plan, start};
use crate::model::event::{AttemptEnd, AttemptId, Event, RunnerVerdict, Status, UnixMillis};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::outcome::{Conclusion, Outcome, ShardOutcome, TestOutcome, Verdict};
use crate::model::plan::Plan;

const WELL: [Verdict; 3] = [Verdict::Passed, Verdict::Flaky, Verdict::Skipped];

/// How a test ends, and what it declares.
type End = (Status, Status);

/// How a test ends in a shard; none where it began and was cut off, or never began.
fn any_end() -> impl Strategy<Value = Option<End>> {
    let ends = [
        Some((Status::Passed, Status::Passed)),
        Some((Status::Passed, Status::Passed)),
        Some((Status::Passed, Status::Passed)),
        Some((Status::Failed, Status::Passed)),
        Some((Status::TimedOut, Status::Passed)),
        Some((Status::Skipped, Status::Skipped)),
        Some((Status::Skipped, Status::Passed)),
        None,
    ];
    proptest::sample::select(ends.to_vec())
}

/// What the shards of a plan say, each with an end of its own or without one. Where the set-up
/// failed no test runs.
fn any_events(plan: &Plan, before: usize, ends: &[Option<End>]) -> Vec<Event> {
    let mut ends = ends.iter().cycle().copied();
    let mut events = Vec::new();
    for shard in plan.shards.iter().filter(|shard| !shard.is_empty()) {
        let at = shard.number.index() + before;
        events.push(start(at));
        let mut last = Some(PASSED);
        let mut is_up = true;
        let set_up = key("setup", "log in");
        for key in std::iter::once(&set_up).chain(shard.tests().map(|test| &test.key)) {
            let end = ends.next().flatten();
            let end = if is_up { end } else { Some((Status::Skipped, Status::Passed)) };
            events.extend(began_at(at, key));
            events.extend(end.map(|(is, expected)| ended_as(at, key.clone(), is, expected)));
            let is_bad = end.is_some_and(|(is, expected)| is != expected);
            is_up &= *key != set_up || !is_bad;
            last = match end {
                None => None,
                Some(_) if is_bad => Some(FAILED),
                Some(_) => last,
            };
            if last.is_none() {
                break;
            }
        }
        let id = AttemptId { shard: ShardNumber::at(at), attempt: 1 };
        events.extend(last.map(|end| Event::AttemptEnded { id, end, at: UnixMillis(2) }));
    }
    events
}

fn began_at(shard: usize, key: &TestKey) -> Option<Event> {
    (key.project == "web").then(|| began(shard, &key.title()))
}

/// The tests that are not well, dealt to two shards; none where all is well.
fn left(outcome: &Outcome) -> Option<Plan> {
    let ill = outcome.tests.values().filter(|test| !WELL.contains(&test.verdict()));
    let number = |title: String| title.trim_start_matches('t').parse().ok();
    let ill: Vec<usize> = ill.filter_map(|test| number(test.case.key.title())).collect();
    let (one, other) = ill.split_at(ill.len() / 2);
    (!ill.is_empty()).then(|| rerun(&[one, other]))
}

/// Whether the test passed after it failed for the last time.
fn is_made_good(test: &TestOutcome) -> bool {
    let last = test.runs.iter().rposition(|run| run.result.is_failure());
    let passed = |at| test.runs[at..].iter().any(|run| run.result.status == Status::Passed);
    last.is_none_or(passed)
}

proptest! {
    #[test]
    fn however_often_it_is_run_again_nothing_is_lost_and_green_means_well(
        rounds in proptest::collection::vec(proptest::collection::vec(any_end(), 1..12), 1..5),
    ) {
        let mut plans = vec![plan(&[&[0, 1, 2], &[3], &[4, 5]])];
        let mut events: Vec<Event> = Vec::new();
        let mut last = None;
        for ends in &rounds {
            let whole = Plan::joined(&plans).unwrap();
            let newest = plans.last().unwrap();
            let before = whole.shards.len() - newest.shards.len();
            let said = any_events(newest, before, ends);
            events.extend(said);
            let outcome = fold(&whole, &events);
            prop_assert_eq!(outcome.counts().total(), 7);
            let next = left(&outcome);
            if outcome.conclusion() == Conclusion::Passed {
                prop_assert!(next.is_none());
                prop_assert!(outcome.shards.iter().all(|s| !s.has_work || s.is_settled()));
            }
            for test in outcome.tests.values().filter(|test| WELL.contains(&test.verdict())) {
                prop_assert!(is_made_good(test), "{:?}", test);
            }
            let was = last.replace(outcome);
            // What was well stays well: it is not run again, but for a set-up.
            if let (Some(was), Some(is)) = (was, &last) {
                for (key, test) in was.tests.iter().filter(|(_, test)| test.shard.is_some()) {
                    if matches!(test.verdict(), Verdict::Passed | Verdict::Skipped) {
                        prop_assert_eq!(is.tests[key].verdict(), test.verdict());
                    }
                }
            }
            match next {
                Some(next) => plans.push(next),
                None => break,
            }
        }
    }

    /// Of a test, and of a set-up that each shard runs before it.
    #[test]
    fn the_last_word_on_a_test_is_that_of_its_last_failure_or_pass(
        ends in proptest::collection::vec(proptest::sample::select(vec![
            Status::Passed, Status::Failed, Status::TimedOut, Status::Skipped, Status::Interrupted,
        ]), 1..6),
        is_shared in any::<bool>(),
    ) {
        let first = plan(&[&[0]]);
        let again = std::iter::repeat_with(|| rerun(&[&[0]])).take(ends.len() - 1);
        let plans: Vec<Plan> = std::iter::once(first).chain(again).collect();
        let whole = Plan::joined(&plans).unwrap();
        let is_bad = |end: &Status| matches!(end, Status::Failed | Status::TimedOut);
        // A set-up that was interrupted in one shard is not made good by another one.
        let ends: Vec<Status> = ends
            .into_iter()
            .map(|end| if is_shared && end == Status::Interrupted { Status::Skipped } else { end })
            .collect();
        let said = ends.iter().enumerate().flat_map(|(shard, end)| {
            let last = if is_bad(end) { FAILED } else { PASSED };
            let asked = if *end == Status::Skipped { Status::Skipped } else { Status::Passed };
            let set_up = key("setup", "log in");
            let (its, other) = if is_shared { (set_up, key("web", "t0")) } else { (key("web", "t0"), set_up) };
            let mut events = run(shard, &[], last);
            let end = events.pop();
            events.retain(|event| !matches!(event, Event::TestEnded { .. }));
            let tests = [
                ended_as(shard, other, Status::Passed, Status::Passed),
                ended_as(shard, its, ends[shard], asked),
            ];
            events.into_iter().chain(tests).chain(end)
        });
        let outcome = fold(&whole, &said.collect::<Vec<_>>());
        let (project, title) = if is_shared { ("setup", "log in") } else { ("web", "t0") };
        let verdict = outcome.tests[&key(project, title)].verdict();
        let decisive = ends.iter().rfind(|end| is_bad(end) || **end == Status::Passed);
        let expected: &[Verdict] = match (decisive, ends.iter().any(is_bad)) {
            (Some(Status::Passed), true) => &[Verdict::Flaky],
            // Of a set-up both are told by the one that says less.
            (Some(Status::Passed), false) if is_shared => &[Verdict::Passed, Verdict::Skipped],
            (Some(Status::Passed), false) => &[Verdict::Passed],
            (Some(_), _) => &[Verdict::TimedOut, Verdict::Failed],
            (None, _) if ends.contains(&Status::Skipped) => &[Verdict::Skipped],
            (None, _) => &[Verdict::Interrupted],
        };
        prop_assert!(expected.contains(&verdict), "{:?}", verdict);
        prop_assert_eq!(outcome.conclusion() == Conclusion::Passed, WELL.contains(&verdict));
        prop_assert!(outcome.shards.iter().all(ShardOutcome::is_settled));
        prop_assert!(matches!(
            outcome.shards.last().unwrap().last_end(),
            Some(AttemptEnd::Finished(RunnerVerdict::Passed | RunnerVerdict::Failed))
        ));
    }

    /// No file can lead the fold in a circle.
    #[test]
    fn whatever_is_said_to_have_moved_there_is_a_verdict(
        moves in proptest::collection::vec((0..6_usize, 0..6_usize, 0..4_usize), 0..12),
        bad in proptest::collection::vec(any::<bool>(), 6),
    ) {
        let whole =
            Plan::joined(&[plan(&[&[0, 1], &[2]]), rerun(&[&[1], &[2]]), rerun(&[&[2], &[1]])]);
        let whole = whole.unwrap();
        let set_up = |(shard, is_bad): (usize, &bool)| {
            let status = if *is_bad { Status::Failed } else { Status::Passed };
            ended_as(shard, key("setup", "log in"), status, Status::Passed)
        };
        let set_ups: Vec<Event> = bad.iter().enumerate().map(set_up).collect();
        let moved = moves.iter().map(|(to, from, test)| Event::TestsMoved {
            id: super::id(*to),
            from: ShardNumber::at(*from),
            keys: vec![key("web", &format!("t{test}"))],
            drawn: false,
        });
        let events: Vec<Event> = set_ups.into_iter().chain(moved).collect();
        let outcome = fold(&whole, &events);
        prop_assert_eq!(outcome.counts().total(), 4);
        let log_in = &outcome.tests[&key("setup", "log in")];
        prop_assert!(is_made_good(log_in) || log_in.verdict().is_failure());
    }
}
