//! Plans that no strategy made, plans side by side, and numbers of shards.

use std::convert::Infallible;
use std::num::NonZeroU32;
use std::time::Duration;

use proptest::prelude::{ProptestConfig, prop};
use proptest::{prop_assert, prop_assert_eq, prop_assert_ne, proptest};

use crate::model::forecast::Point;
use crate::model::id::PlanDigest;
use crate::model::plan::{Plan, PlannedGroup};
use crate::model::suite::{Suite, TestGroup};
use crate::model::timings::Estimates;
use crate::plan::assigned::{Unfit, assigned, deck};
use crate::plan::blocker::blocker;
use crate::plan::compare::side_by_side;
use crate::plan::make::{Options, make};
use crate::plan::native::native;
use crate::plan::tests::suites::{any_suite, group, options, shuffled_suite, suite, timed};
use crate::plan::what_if::{Auto, Choice, Why, forecast, least};
use crate::plan::{STRATEGIES, strategy};

fn balanced(shards: u32, workers: u32) -> Options {
    options(strategy("balanced").expect("it stands in the table"), shards, workers)
}

/// The files of every shard.
fn files(plan: &Plan) -> Vec<Vec<&str>> {
    let shards = plan.shards.iter();
    shards.map(|s| s.groups.iter().map(|g| g.group.file.as_str()).collect()).collect()
}

/// Files of these names with so many tests, dealt as Playwright does.
fn split(files_of: &[(&str, usize)], shards: u32) -> Vec<Vec<String>> {
    let groups: Vec<TestGroup> = files_of
        .iter()
        .map(|(file, tests)| {
            let mut one = group(file, "", &[]);
            let test = one.tests.remove(0);
            one.tests = vec![test; *tests];
            one
        })
        .collect();
    let plan = native(&suite(groups), &Estimates::default(), &balanced(shards, 1));
    assert_eq!(plan.strategy, "playwright");
    files(&plan).into_iter().map(|s| s.into_iter().map(str::to_owned).collect()).collect()
}

#[test]
fn playwright_gives_a_group_to_the_shard_in_whose_share_it_begins() {
    // 7 tests: shares of 3, 2 and 2.
    let seven = [("g", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 1), ("f", 1), ("a", 1)];
    assert_eq!(split(&seven, 3), [vec!["g", "b", "c"], vec!["d", "e"], vec!["f", "a"]]);
    // The second begins at 2, within the first 4; the third at 6, behind them.
    assert_eq!(split(&[("a", 2), ("b", 4), ("c", 1)], 2), [vec!["a", "b"], vec!["c"]]);
    // The first ends behind the share of the second shard, which gets nothing.
    assert_eq!(split(&[("a", 9), ("b", 1), ("c", 2)], 3), [vec!["a"], vec![], vec!["b", "c"]]);
    assert_eq!(split(&[("a", 1), ("b", 1)], 4), [vec!["a"], vec!["b"], vec![], vec![]]);
    assert_eq!(split(&[], 1), [Vec::<String>::new()]);
    // Nobody knows what is in `a`.
    assert_eq!(split(&[("a", 0), ("b", 1)], 2), [vec!["a"], vec!["b"]]);
}

#[test]
fn every_way_stands_beside_the_chosen_one_once() {
    let (suite, estimates) = timed(&[("a", 9_000), ("b", 2_000), ("c", 1_000)]);
    let mut names: Vec<&str> = STRATEGIES.iter().map(|strategy| strategy.name()).collect();
    let chosen = make(&suite, &estimates, &balanced(2, 1));
    let plans = side_by_side(chosen.clone(), &suite, &estimates, &balanced(2, 1));
    names.push("playwright");
    assert_eq!(plans.iter().map(|plan| plan.strategy.as_str()).collect::<Vec<_>>(), names);
    let foreign = Plan { strategy: "exec:mine".to_owned(), ..chosen };
    let plans = side_by_side(foreign.clone(), &suite, &estimates, &balanced(2, 1));
    names.insert(names.len() - 1, "exec:mine");
    assert_eq!(plans.iter().map(|plan| plan.strategy.as_str()).collect::<Vec<_>>(), names);
    assert!(plans.contains(&foreign));
}

#[test]
fn an_assignment_is_a_plan_only_with_every_group_once() {
    let (suite, estimates) = timed(&[("b", 2_000), ("a", 9_000), ("c", 1_000)]);
    let options = balanced(2, 1);
    let with = |hands: &[Vec<usize>]| assigned(&suite, &estimates, &options, "mine", hands);
    let plan = with(&[vec![2, 0], vec![1]]).expect("every group is in it");
    assert_eq!(files(&plan), [vec!["c", "a"], vec!["b"]]);
    assert_eq!((plan.strategy.as_str(), plan.predicted()), ("mine", Duration::from_secs(10)));
    assert_eq!(plan.digest, plan.compute_digest());
    assert_eq!(with(&[vec![0, 1, 2]]), Err(Unfit::Shards { found: 1, expected: 2 }));
    assert_eq!(with(&[vec![3], vec![]]), Err(Unfit::Unknown { position: 3, groups: 3 }));
    let twice = with(&[vec![0, 1], vec![2, 1]]).expect_err("b is there twice");
    assert_eq!(twice.to_string(), "deals `b › test of b` twice, to shard 1 and to shard 2");
    let missing = with(&[vec![1], vec![]]).expect_err("two are missing");
    assert_eq!(missing.to_string(), "leaves out `a › test of a` and 1 other group");
}

#[test]
fn a_group_that_takes_as_long_as_the_slowest_shard_blocks_a_better_plan() {
    let blocks = |files: &[(&str, u64)], shards| {
        let (suite, estimates) = timed(files);
        let plan = make(&suite, &estimates, &balanced(shards, 1));
        let found = blocker(&plan, &suite, &estimates, &balanced(shards, 1));
        found.map(|found| (found.group.group.file, found.alone.as_millis()))
    };
    let long = [("a", 9_000), ("b", 2_000), ("c", 1_000)];
    assert_eq!(blocks(&long, 2), Some(("a".to_owned(), 9_000)));
    assert_eq!(blocks(&long, 1), None);
    assert_eq!(blocks(&[("a", 9_000), ("b", 9_100)], 1), None);
    // Near enough: 9.9 s of 10 s.
    assert_eq!(blocks(&[("a", 9_900), ("b", 6_000), ("c", 4_000)], 2).unwrap().1, 9_900);
    assert_eq!(blocks(&[], 2), None);
}

fn points(seconds: &[u64]) -> Vec<Point> {
    let point = |(shards, seconds): (u32, &u64)| Point {
        shards,
        predicted: Duration::from_secs(*seconds),
        machine_time: Duration::from_secs(*seconds),
        optimal: true,
    };
    (1..).zip(seconds).map(point).collect()
}

#[test]
fn shards_pay_for_as_long_as_each_saves_a_twentieth() {
    let enough = |seconds: &[u64]| forecast(points(seconds), None).enough + 1;
    assert_eq!(enough(&[100, 50, 34, 34, 34]), 3);
    assert_eq!(enough(&[100, 95, 91]), 2);
    assert_eq!(enough(&[100, 96]), 1);
    // Nothing for three shards, then half of it: 12.5 % for each of four.
    assert_eq!(enough(&[80, 40, 30, 20, 20, 20, 20, 10]), 8);
    assert_eq!(enough(&[0, 0, 0]), 1);
    assert_eq!(enough(&[100]), 1);
    // More shards may even be slower.
    assert_eq!(enough(&[100, 50, 60]), 2);
}

/// What `--shards auto` makes of a suite.
fn auto(suite: &Suite, estimates: &Estimates, most: u32, target: Option<u64>) -> Choice {
    let of = |shards: NonZeroU32| balanced(shards.get(), 1);
    let mut auto = Auto {
        most: NonZeroU32::new(most).expect("a test asks for shards"),
        plan: |shards| Ok::<Plan, Infallible>(make(suite, estimates, &of(shards))),
        least: |shards| least(suite, estimates, &of(shards)),
    };
    let choice = match target {
        Some(target) => auto.within(Duration::from_millis(target)),
        None => auto.paying(),
    };
    choice.unwrap_or_else(|never| match never {})
}

#[test]
fn a_target_takes_the_fewest_shards_that_meet_it() {
    let (suite, estimates) = timed(&[("a", 9_000), ("b", 8_000), ("c", 7_000), ("d", 6_000)]);
    let chosen = |most, target| {
        let Choice { plan, why } = auto(&suite, &estimates, most, target);
        (plan.shards.len(), matches!(why, Why::Meets), matches!(why, Why::Nearest))
    };
    assert_eq!(chosen(64, Some(30_000)), (1, true, false));
    assert_eq!(chosen(64, Some(15_000)), (2, true, false));
    assert_eq!(chosen(64, Some(9_000)), (4, true, false));
    // `a` alone takes longer.
    assert_eq!(chosen(64, Some(8_999)), (4, false, true));
    assert_eq!(chosen(2, Some(9_000)), (2, false, true));
    assert_eq!(chosen(64, None), (4, false, false));
    assert_eq!(chosen(3, None), (3, false, false));
}

proptest! {
    #[test]
    fn an_assignment_in_the_numbers_of_the_deck_is_what_a_strategy_dealt(
        (suite, other, estimates) in shuffled_suite(),
        hands in prop::collection::vec(0_usize..3, 40),
    ) {
        let options = balanced(3, 2);
        let groups = deck(&suite, &estimates, &options);
        prop_assert_eq!(&groups, &deck(&other, &estimates, &options));
        let mut dealt = vec![Vec::new(); 3];
        for (position, hand) in (0..groups.len()).zip(hands) {
            dealt[hand].push(position);
        }
        let plan = assigned(&suite, &estimates, &options, "mine", &dealt).expect("a plan");
        for (shard, hand) in plan.shards.iter().zip(&dealt) {
            let place = |planned: &PlannedGroup| groups.iter().position(|known| known == planned);
            let mut given: Vec<_> = shard.groups.iter().map(place).collect();
            given.sort_unstable();
            let wanted: Vec<_> =
                hand.iter().map(|&position| place(&groups[position])).collect();
            prop_assert_eq!(given, wanted);
        }
        prop_assert_ne!(&plan.digest, &PlanDigest(String::new()));
        prop_assert!(plan.predicted() >= plan.lower_bound);
        let same = assigned(&other, &estimates, &options, "mine", &dealt).expect("a plan");
        prop_assert_eq!(plan, same);
    }

    #[test]
    fn playwrights_own_split_holds_every_group_once_in_its_order(
        (suite, estimates) in any_suite(), shards in 1_u32..9,
    ) {
        let plan = native(&suite, &estimates, &balanced(shards, 2));
        prop_assert_eq!(plan.shards.len(), shards as usize);
        let dealt = plan.shards.iter().flat_map(|shard| &shard.groups);
        let dealt: Vec<TestGroup> = dealt.map(|planned| planned.group.clone()).collect();
        prop_assert_eq!(dealt, suite.groups);
    }
}

proptest! {
    // Each case makes some forty plans.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn auto_chooses_what_looking_at_every_count_would(
        (suite, estimates) in any_suite(), target in 1_u64..60_000,
    ) {
        let all: Vec<Plan> =
            (1..=12).map(|shards| make(&suite, &estimates, &balanced(shards, 1))).collect();
        let best = all.iter().map(Plan::predicted).min().unwrap_or_default();
        let limit = Duration::from_millis(target);
        let first = all.iter().find(|plan| plan.predicted() <= limit);
        let Choice { plan, why } = auto(&suite, &estimates, 12, Some(target));
        match why {
            Why::Meets => prop_assert_eq!(Some(&plan), first),
            Why::Nearest => {
                prop_assert!(first.is_none());
                prop_assert!(plan.predicted() <= best + best / 10);
            }
            Why::Pays => prop_assert!(false),
        }
        let plan = auto(&suite, &estimates, 12, None).plan;
        let points = all.iter().map(crate::plan::what_if::point).collect();
        prop_assert_eq!(plan.shards.len(), forecast(points, None).enough + 1);
    }
}
