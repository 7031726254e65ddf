//! How near a dynamic schedule comes to what could be reached by who knew all times before, in
//! virtual time. All figures of it: `benches/dynamic.rs`.

use std::time::Duration;

use crate::queue::simulation::{Machines, Schedule, bound, run};
use crate::queue::suites::{Group, Source, Wrong, seconds, suite};

const MACHINES: [usize; 5] = [4, 8, 16, 32, 64];
const FIRST: Duration = Duration::from_secs(3);
/// Seconds; as tests in a browser take them.
const MEAN: f64 = 2.0;

/// Seconds of work a machine, what one more start costs, and how many suites are tried.
const CASES: [(u64, Duration, u64); 3] = [
    (60, Duration::from_millis(200), 6),
    (300, Duration::from_secs(1), 1),
    (300, Duration::from_secs(3), 3),
];

/// Suites of so many seconds of work in which no group takes more than this part of the bound.
fn suites(work: u64, wrong: Wrong, most: u64, longest: f64) -> Vec<(Vec<Group>, usize)> {
    let history = seconds(include_str!("../../fixtures/durations/onegov.2026-08-17.json"));
    assert!(history.len() > 3_000);
    let sources = [
        Source::LogNormal { mean: MEAN, sigma: 1.0 },
        Source::History { seconds: &history, mean: MEAN },
    ];
    let mut suites = Vec::new();
    for (source, count) in sources.into_iter().flat_map(|source| MACHINES.map(|n| (source, n))) {
        let all = Duration::from_secs(work * count as u64);
        let tried = (0..most).map(|seed| suite(all, source, wrong, seed));
        let fit = |groups: &Vec<Group>| bound(groups, &machines(count)).longest <= longest;
        suites.extend(tried.filter(fit).map(|groups| (groups, count)));
    }
    suites
}

fn machines(count: usize) -> Machines {
    Machines { slowness: vec![1.0; count], first: FIRST, again: FIRST }
}

/// The promise: the slowest machine takes at most 1.05 times the bound, in every suite, where
///
/// - groups take 2 s in the mean and are log-normal, or as a real history's tests;
/// - 4 to 64 machines of one speed work, each on one test at a time;
/// - estimates are off by x0.5 to x2, each group for itself or ten at a time, or one file in ten
///   takes twice as long;
/// - the first start takes 3 s, and there is work for at least 100 more starts a machine, as 300 s
///   at 3 s a start: a machine comes back three to six times, and its share of the last wait is up
///   to two starts;
/// - no group takes more than a quarter of the bound: with up to a half, one that was dealt late
///   made 1.053 of one suite in some hundred.
///
/// It cannot hold where a start is a larger part of the work. With 60 s a machine and 3 s a start
/// the bound has one start, and 1.05 leaves 3 s for all others: a second one alone takes them. 1.12
/// to 1.15 is what comes out in the mean; with 60 s and 1 s a start it is 1.05 to 1.06. With
/// giants, as in other histories (1 % of conda's tests take 32 % of the time), the mean is the
/// same, but single suites have up to 1.13: a giant that was dealt late took twice its time.
/// Nor does it hold where one machine is slow: see below.
#[test]
fn dynamic_is_within_a_twentieth_of_perfect_knowledge() {
    let mut judged = 0;
    for (work, again, most) in CASES {
        for wrong in [Wrong::Groups, Wrong::Files, Wrong::Doubled] {
            for (groups, count) in suites(work, wrong, most, 0.25) {
                let machines = Machines { again, ..machines(count) };
                let bound = bound(&groups, &machines).time;
                let ran = run(&groups, &machines, Schedule::Dynamic);
                let ratio = ran.slowest.div_duration_f64(bound);
                let case = format!("{wrong:?}, {work} s, {again:?} a start, {count} machines");
                assert!(ran.slowest >= bound, "faster than can be: {case}: {ratio:.4}");
                assert!(ratio <= 1.05, "{case}: {ratio:.4}");
                assert!(ran.starts as usize <= 8 * count, "{case}: {}", ran.starts);
                judged += 1;
            }
        }
    }
    assert!(judged >= 50, "only {judged} suites");
}

/// A machine at half speed that nobody knew of: what it begins with takes it about as long as
/// the others need for everything, and what it is given then takes it twice as long as it should.
#[test]
fn a_slow_machine_costs_less_than_with_a_plan_alone() {
    for (groups, count) in suites(300, Wrong::Groups, 1, 0.5) {
        let mut machines = Machines { again: Duration::from_secs(1), ..machines(count) };
        machines.slowness[count / 2] = 2.0;
        let planned = run(&groups, &machines, Schedule::Static).slowest;
        let dealt = run(&groups, &machines, Schedule::Dynamic).slowest;
        assert!(dealt.mul_f64(1.25) < planned, "{count} machines: {dealt:?}, {planned:?}");
    }
}

/// New tests are guessed, and one in a hundred of them is a giant that nobody foresaw: no schedule
/// of whole batches is near the bound then, but none is worse off than with the plan alone.
#[test]
fn guessed_tests_cost_no_more_than_with_a_plan_alone() {
    let (mut planned, mut dealt) = (0.0, 0.0);
    for (groups, count) in suites(300, Wrong::New, 4, 1.0) {
        let machines = Machines { again: Duration::from_secs(1), ..machines(count) };
        let bound = bound(&groups, &machines).time;
        let ratio = |schedule| run(&groups, &machines, schedule).slowest.div_duration_f64(bound);
        planned += ratio(Schedule::Static);
        dealt += ratio(Schedule::Dynamic);
    }
    assert!(dealt < planned, "{dealt:.2} against {planned:.2}");
}
