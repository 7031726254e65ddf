//! Two histories that went apart and where they came from go in, one history comes out.
//!
//! For every part of an entry (duration, last result, flakiness) and of the costs: the side that
//! changed it wins. Where both did, durations meet in the middle, the worse result and the higher
//! flakiness stay. An entry that one side removed and the other left alone goes. So the result
//! is the same in either direction, and without a common base it is the union.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::timings::{Costs, Timing, Timings};
use crate::timings::learn::quantised;

/// Joins what became of `base` on two sides. An empty `base` gives the union.
pub(crate) fn merge(base: &Timings, ours: &Timings, theirs: &Timings) -> Timings {
    let keys: BTreeSet<&TestKey> = ours.tests.keys().chain(theirs.tests.keys()).collect();
    let of = |key: &TestKey| {
        let [base, ours, theirs] = [base, ours, theirs].map(|side| side.tests.get(key).copied());
        Some((key.clone(), entry(base, ours, theirs)?))
    };
    Timings {
        tests: keys.into_iter().filter_map(of).collect(),
        costs: costs(&base.costs, &ours.costs, &theirs.costs),
    }
}

/// One entry; none where it goes.
fn entry(base: Option<Timing>, ours: Option<Timing>, theirs: Option<Timing>) -> Option<Timing> {
    let (Some(one), Some(other)) = (ours, theirs) else {
        // What one side removed is gone, unless the other has something new to say.
        return ours.or(theirs).filter(|left| Some(*left) != base);
    };
    let middle = |one: Option<Duration>, other: Option<Duration>| match (one, other) {
        (Some(one), Some(other)) => Some(quantised((one + other) / 2)),
        (one, other) => one.or(other),
    };
    Some(Timing {
        duration: three(base.map(|base| base.duration), one.duration, other.duration, middle),
        last: three(base.map(|base| base.last), one.last, other.last, Ord::max),
        flaky: three(base.map(|base| base.flaky), one.flaky, other.flaky, Ord::max),
    })
}

fn costs(base: &Costs, ours: &Costs, theirs: &Costs) -> Costs {
    let cost = |of: fn(&Costs) -> Duration| {
        three(Some(of(base)), of(ours), of(theirs), |one, other| quantised((one + other) / 2))
    };
    Costs {
        start: cost(|costs| costs.start),
        worker: cost(|costs| costs.worker),
        file: cost(|costs| costs.file),
        end: cost(|costs| costs.end),
        pace: three(Some(base.pace), ours.pace, theirs.pace, u32::midpoint),
    }
}

/// The side that changed; what `both` says where both did.
fn three<T: PartialEq + Copy>(base: Option<T>, ours: T, theirs: T, both: impl Fn(T, T) -> T) -> T {
    if ours == theirs || base == Some(theirs) {
        ours
    } else if base == Some(ours) {
        theirs
    } else {
        both(ours, theirs)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use proptest::prelude::{Strategy, any, prop_oneof, proptest};
    use proptest::{collection, option};

    use super::merge;
    use crate::model::id::TestKey;
    use crate::model::timings::{Costs, LastResult, Timing, Timings};

    fn key(title: &str) -> TestKey {
        let file = "a.spec.ts".to_owned();
        TestKey { file, project: String::new(), titles: vec![title.to_owned()], repeat: 0 }
    }

    fn passed(millis: u64) -> Timing {
        let duration = Some(Duration::from_millis(millis));
        Timing { duration, last: LastResult::Passed, flaky: 0 }
    }

    fn timings(entries: &[(&str, Timing)]) -> Timings {
        let tests = entries.iter().map(|(title, timing)| (key(title), *timing)).collect();
        Timings { tests, costs: Costs::default() }
    }

    #[test]
    fn the_side_that_changed_wins() {
        let base = timings(&[("a", passed(100)), ("b", passed(100)), ("c", passed(100))]);
        let ours = timings(&[("a", passed(200)), ("b", passed(100)), ("n", passed(10))]);
        let theirs = timings(&[("a", passed(100)), ("b", passed(300)), ("c", passed(100))]);
        let merged = timings(&[("a", passed(200)), ("b", passed(300)), ("n", passed(10))]);
        assert_eq!(merge(&base, &ours, &theirs), merged);
    }

    #[test]
    fn the_parts_of_one_entry_are_told_apart() {
        let base = timings(&[("a", passed(100))]);
        let slower = timings(&[("a", passed(900))]);
        let failed = timings(&[("a", Timing { last: LastResult::Failed, ..passed(100) })]);
        let both = timings(&[("a", Timing { last: LastResult::Failed, ..passed(900) })]);
        assert_eq!(merge(&base, &slower, &failed), both);
    }

    #[test]
    fn two_changes_meet_in_the_middle_and_the_worse_result_stays() {
        let base = timings(&[("a", passed(100))]);
        let ours = timings(&[("a", Timing { last: LastResult::Flaky, flaky: 3, ..passed(200) })]);
        let theirs = timings(&[("a", Timing { last: LastResult::Failed, ..passed(410) })]);
        let merged =
            timings(&[("a", Timing { last: LastResult::Failed, flaky: 3, ..passed(310) })]);
        assert_eq!(merge(&base, &ours, &theirs), merged);
        let never =
            timings(&[("a", Timing { duration: None, last: LastResult::Failed, flaky: 0 })]);
        assert_eq!(merge(&Timings::default(), &never, &slow(70)).tests[&key("a")].duration, {
            Some(Duration::from_millis(70))
        });
    }

    fn slow(millis: u64) -> Timings {
        timings(&[("a", passed(millis))])
    }

    #[test]
    fn what_was_removed_on_one_side_and_changed_on_the_other_stays() {
        let (base, none) = (slow(100), Timings::default());
        assert_eq!(merge(&base, &none, &slow(200)), slow(200));
        assert_eq!(merge(&base, &none, &base), none);
    }

    #[test]
    fn costs_are_merged_one_by_one() {
        let costs = |start: u64, pace| Timings {
            tests: BTreeMap::new(),
            costs: Costs { start: Duration::from_millis(start), pace, ..Costs::default() },
        };
        let merged = merge(&costs(1000, 100), &costs(1200, 100), &costs(1000, 140));
        assert_eq!(merged, costs(1200, 140));
        let union = merge(&Timings::default(), &costs(1000, 110), &costs(2000, 130));
        assert_eq!(union, costs(1500, 120));
    }

    fn histories() -> impl Strategy<Value = Timings> {
        let last = prop_oneof![
            proptest::strategy::Just(LastResult::Passed),
            proptest::strategy::Just(LastResult::Flaky),
            proptest::strategy::Just(LastResult::Failed),
        ];
        let entry = (option::of(0..4_u64), last, 0..3_u8).prop_map(|(seconds, last, flaky)| {
            Timing { duration: seconds.map(Duration::from_secs), last, flaky }
        });
        let costs = (0..3_u64, 0..3_u64, 99..102_u32).prop_map(|(start, file, pace)| Costs {
            start: Duration::from_secs(start),
            file: Duration::from_secs(file),
            pace,
            ..Costs::default()
        });
        let title = any::<u8>().prop_map(|number| key(&(number % 6).to_string()));
        (collection::btree_map(title, entry, 0..6), costs)
            .prop_map(|(tests, costs)| Timings { tests, costs })
    }

    proptest! {
        #[test]
        fn either_direction_gives_the_same(base in histories(), one in histories(), other in histories()) {
            assert_eq!(merge(&base, &one, &other), merge(&base, &other, &one));
        }

        #[test]
        fn a_side_without_changes_changes_nothing(base in histories(), one in histories()) {
            assert_eq!(merge(&base, &one, &base), one.clone());
            assert_eq!(merge(&base, &one, &one), one);
        }

        #[test]
        fn nothing_that_somebody_changed_is_lost(base in histories(), one in histories(), other in histories()) {
            let merged = merge(&base, &one, &other);
            for (key, timing) in one.tests.iter().chain(&other.tests) {
                assert!(merged.tests.contains_key(key) || base.tests.get(key) == Some(timing));
            }
            for key in merged.tests.keys() {
                assert!(one.tests.contains_key(key) || other.tests.contains_key(key));
            }
        }
    }
}
