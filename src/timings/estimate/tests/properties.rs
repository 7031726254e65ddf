//! What holds for the estimates of any suite.

use std::time::Duration;

use proptest::prelude::{Just, Strategy, prop, proptest};
use proptest::{prop_assert, prop_assert_eq};

use crate::model::id::TestKey;
use crate::model::suite::{Source, Suite};
use crate::model::timings::{LastResult, Timing, Timings};
use crate::timings::estimate::tests::{estimates, key, suite};

/// A suite with tags and lines, and what is known of some of its tests, in milliseconds.
fn suites() -> impl Strategy<Value = (Suite, Timings)> {
    let test =
        (0..4_usize, 0..3_usize, 0..3_usize, 0..6_u32, 1..200_u32, prop::option::of(0..60_000_u64));
    prop::collection::vec(test, 1..40).prop_map(|tests| {
        let mut timings = Timings::default();
        let mut keys = Vec::new();
        for (folder, file, project, title, _, millis) in &tests {
            let file = format!("{}{file}.ts", ["", "a/", "a/b/", "c/"][*folder]);
            let key = key(&file, ["", "p", "q"][*project], &format!("t {title}"));
            if keys.contains(&key) {
                continue;
            }
            if let Some(millis) = millis {
                let duration = Some(Duration::from_millis(*millis));
                let timing = Timing { duration, last: LastResult::Passed, flaky: 0 };
                timings.tests.insert(key.clone(), timing);
            }
            keys.push(key);
        }
        let mut suite = suite(Source::Playwright, &keys);
        for (group, (_, _, _, title, line, _)) in suite.groups.iter_mut().zip(&tests) {
            group.tests[0].line = *line;
            group.tests[0].tags = (0..*title % 3).map(|n| format!("@t{n}")).collect();
        }
        (suite, timings)
    })
}

fn durations(timings: &Timings) -> impl Iterator<Item = Duration> {
    timings.tests.values().filter_map(|timing| timing.duration)
}

proptest! {
    #[test]
    fn a_guess_lies_between_the_least_and_the_greatest_known((suite, timings) in suites()) {
        let estimates = estimates(&suite, &timings);
        let second = Duration::from_secs(1);
        let least = durations(&timings).min().unwrap_or(second);
        let greatest = durations(&timings).max().unwrap_or(second);
        for test in suite.tests() {
            let duration = estimates.of(&test.key).duration;
            prop_assert!(least <= duration && duration <= greatest, "{} {:?}", test.key, duration);
        }
        prop_assert!(least <= estimates.fallback && estimates.fallback <= greatest);
    }

    #[test]
    fn what_is_known_of_others_never_changes_a_known_test(
        (suite, timings) in suites(),
        millis in 1..100_000_u64,
    ) {
        let before = estimates(&suite, &timings);
        let mut more = timings.clone();
        for test in suite.tests() {
            let timing =
                Timing { duration: Some(Duration::from_millis(millis)), last: LastResult::Failed, flaky: 0 };
            more.tests.entry(test.key.clone()).or_insert(timing);
        }
        let after = estimates(&suite, &more);
        for key in timings.tests.keys() {
            prop_assert_eq!(after.of(key), before.of(key));
            prop_assert_eq!(Some(after.of(key).duration), timings.tests[key].duration);
        }
    }

    #[test]
    fn the_order_of_the_suite_does_not_matter(
        ((suite, timings), order) in suites().prop_flat_map(|(suite, timings)| {
            let order = Just(suite.groups.clone()).prop_shuffle();
            (Just((suite, timings)), order)
        }),
    ) {
        let shuffled = Suite { groups: order, ..suite.clone() };
        prop_assert_eq!(estimates(&suite, &timings), estimates(&shuffled, &timings));
    }

    #[test]
    fn every_test_has_an_estimate_and_known_ones_their_own((suite, timings) in suites()) {
        let estimates = estimates(&suite, &timings);
        prop_assert_eq!(estimates.tests.len(), suite.tests().count());
        let keys: Vec<&TestKey> = suite.tests().map(|test| &test.key).collect();
        for key in keys {
            let known = timings.tests.get(key);
            prop_assert_eq!(estimates.of(key).last, known.map(|timing| timing.last));
        }
    }
}
