//! What holds for every strategy, whatever the suite.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::{any, prop};
use proptest::{prop_assert, prop_assert_eq, proptest};

use crate::model::id::TestKey;
use crate::model::plan::PlannedGroup;
use crate::model::timings::LastResult;
use crate::plan::bound::lower_bound;
use crate::plan::make::{Options, make};
use crate::plan::order::{Order, Urgency};
use crate::plan::tests::suites::{any_suite, options, shuffled_suite};
use crate::plan::work::Work;
use crate::plan::{STRATEGIES, strategy};

/// Project and file.
type FileName<'a> = (&'a str, &'a str);
/// What the most urgent group of a file has.
type Best = (LastResult, Duration);

proptest! {
    #[test]
    fn every_group_is_dealt_exactly_once((suite, estimates) in any_suite(), shards in 1_u32..9) {
        for strategy in STRATEGIES {
            for tags in [vec![], vec!["@smoke".to_owned(), "slow".to_owned()]] {
                let options = Options { tags, ..options(*strategy, shards, 2) };
                let plan = make(&suite, &estimates, &options);
                prop_assert_eq!(plan.shards.len(), shards as usize);
                let groups = plan.shards.iter().flat_map(|shard| &shard.groups);
                let mut dealt: Vec<&TestKey> =
                    groups.map(|planned| &planned.group.tests[0].key).collect();
                let mut wanted: Vec<&TestKey> =
                    suite.groups.iter().map(|group| &group.tests[0].key).collect();
                dealt.sort();
                wanted.sort();
                prop_assert_eq!(dealt, wanted, "{}", strategy.name());
            }
        }
    }

    #[test]
    fn the_order_of_the_suite_does_not_matter(
        (suite, other, estimates) in shuffled_suite(), shards in 1_u32..9, workers in 1_u32..4,
    ) {
        for strategy in STRATEGIES {
            let options = options(*strategy, shards, workers);
            let (plan, same) = (make(&suite, &estimates, &options), make(&other, &estimates, &options));
            prop_assert_eq!(plan, same, "{}", strategy.name());
        }
    }

    #[test]
    fn no_plan_is_faster_than_the_lower_bound(
        (suite, estimates) in any_suite(), shards in 1_u32..9, workers in 1_u32..4,
    ) {
        for strategy in STRATEGIES {
            let plan = make(&suite, &estimates, &options(*strategy, shards, workers));
            prop_assert!(plan.predicted() >= plan.lower_bound, "{}", strategy.name());
            prop_assert!(plan.imbalance() >= 1.0 - 1e-9, "{}", strategy.name());
        }
    }

    /// Dealt blindly and worked off in any order: what no strategy would do may be lucky.
    #[test]
    fn no_accident_is_faster_than_the_lower_bound(
        (suite, estimates) in any_suite(),
        hands in prop::collection::vec(any::<prop::sample::Index>(), 40),
        shards in 1_u32..5,
        workers in 1_u32..4,
    ) {
        let options = options(STRATEGIES[0], shards, workers);
        let work = Work::new(&suite, &estimates, &options);
        let order = Order::new(&work, Urgency::Longest);
        let mut dealt = vec![Vec::new(); work.shards];
        for (index, hand) in (0..work.items.len()).zip(&hands) {
            dealt[hand.index(work.shards)].push(index);
        }
        let slowest = dealt.iter().map(|hand| work.predict(&order, hand)).max().unwrap_or_default();
        prop_assert!(slowest >= lower_bound(&work));
    }

    #[test]
    fn balanced_is_never_worse_than_lpt(
        (suite, estimates) in any_suite(), shards in 1_u32..9, workers in 1_u32..4,
    ) {
        let with = |name| {
            let strategy = strategy(name).expect("it stands in the table");
            make(&suite, &estimates, &options(strategy, shards, workers)).predicted()
        };
        prop_assert!(with("balanced") <= with("lpt"));
    }

    #[test]
    fn more_shards_than_groups_leave_shards_empty((suite, estimates) in any_suite()) {
        for strategy in STRATEGIES {
            let shards = u32::try_from(suite.groups.len()).expect("few groups") + 3;
            let plan = make(&suite, &estimates, &options(*strategy, shards, 2));
            let empty = plan.shards.iter().filter(|shard| shard.is_empty());
            prop_assert!(empty.count() >= 3);
            prop_assert!(plan.shards.iter().all(|s| !s.is_empty() || s.predicted.is_zero()));
        }
    }

    #[test]
    fn groups_stand_as_the_runner_will_start_them(
        (suite, estimates) in any_suite(), shards in 1_u32..5,
    ) {
        for strategy in STRATEGIES {
            let plan = make(&suite, &estimates, &options(*strategy, shards, 2));
            for shard in &plan.shards {
                // A project, and in it a file, is never left and come back to.
                let projects = shard.groups.iter().map(|planned| &planned.group.project);
                let projects: Vec<_> = projects.collect();
                let mut blocks = projects.clone();
                blocks.dedup();
                prop_assert_eq!(blocks.len(), projects.iter().collect::<BTreeSet<_>>().len());
                let files: Vec<_> =
                    shard.groups.iter().map(|p| (&p.group.project, &p.group.file)).collect();
                let mut blocks = files.clone();
                blocks.dedup();
                prop_assert_eq!(blocks.len(), files.iter().collect::<BTreeSet<_>>().len());
            }
        }
    }

    #[test]
    fn files_stand_longest_first_or_troubled_first(
        (suite, estimates) in any_suite(), shards in 1_u32..5,
    ) {
        for strategy in STRATEGIES {
            let plan = make(&suite, &estimates, &options(*strategy, shards, 2));
            let troubled = matches!(strategy.name(), "fail-first" | "round-robin");
            for shard in &plan.shards {
                let mut files: Vec<(FileName<'_>, Best)> = Vec::new();
                for PlannedGroup { group, estimate } in &shard.groups {
                    let tests = group.tests.iter();
                    let last = tests.filter_map(|t| estimates.of(&t.key).last).max();
                    let last = last.filter(|_| troubled).unwrap_or(LastResult::Passed);
                    let file = (group.project.as_str(), group.file.as_str());
                    match files.last_mut() {
                        Some((name, best)) if *name == file => *best = (last, *estimate).max(*best),
                        _ => files.push((file, (last, *estimate))),
                    }
                }
                for project in files.chunk_by(|a, b| a.0.0 == b.0.0) {
                    prop_assert!(project.is_sorted_by_key(|(_, best)| Reverse(*best)));
                }
            }
        }
    }

    #[test]
    fn file_never_splits_a_file((suite, estimates) in any_suite(), shards in 1_u32..9) {
        let file = strategy("file").expect("it stands in the table");
        let plan = make(&suite, &estimates, &options(file, shards, 2));
        let mut homes: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for (shard, test) in plan.dealt() {
            homes.entry(&test.key.file).or_default().insert(shard.number.get());
        }
        prop_assert!(homes.values().all(|shards| shards.len() == 1));
    }

    #[test]
    fn fail_first_deals_what_failed_evenly((suite, estimates) in any_suite(), shards in 1_u32..9) {
        let fail_first = strategy("fail-first").expect("it stands in the table");
        let plan = make(&suite, &estimates, &options(fail_first, shards, 2));
        let failed: Vec<usize> = plan.shards.iter().map(|shard| {
            let troubled = |last| matches!(last, Some(LastResult::Failed | LastResult::Flaky));
            let groups = shard.groups.iter().map(|planned| &planned.group);
            groups.filter(|g| g.tests.iter().any(|t| troubled(estimates.of(&t.key).last))).count()
        }).collect();
        let (most, least) = (failed.iter().max(), failed.iter().min());
        prop_assert!(most.unwrap_or(&0) - least.unwrap_or(&0) <= 1);
    }
}
