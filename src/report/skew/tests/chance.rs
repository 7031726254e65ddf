//! Any outcome: the parts add up, and a later end makes no shard faster.

use std::time::Duration;

use proptest::prelude::{Strategy, any, prop};
use proptest::{prop_assert, prop_assert_eq, proptest};

use crate::model::event::{Event, Status, TestResult};
use crate::model::id::TestKey;
use crate::model::skew::{Cause, Reason};
use crate::report::sample::{key, result};
use crate::report::skew::tests::made::{Made, group, id, plan, test};
use crate::report::skew::words::{headline, lateness, millis, sentence, sentences};

const TITLES: &[&str] = &["a", "b", "c", "d", "e", "f", "g", "h"];

/// One thing that is said of a shard, in any order and with any time.
#[derive(Debug, Clone)]
enum Said {
    Began(u64),
    Ended(u64, bool),
    Test { title: usize, status: usize, retry: u32, worker: u32, at: u64, took: u64, warm: u64 },
    Setup(u64, u64),
    Open(usize),
    Moved(usize),
}

fn said() -> impl Strategy<Value = (usize, u32, Said)> {
    let time = 0_u64..60_000;
    let any_test = (0..TITLES.len(), 0..4_usize, 0..2_u32, 0..3_u32, time.clone(), 0..9_000_u64);
    let said = proptest::prop_oneof![
        2 => time.clone().prop_map(Said::Began),
        2 => (time.clone(), any::<bool>()).prop_map(|(at, bad)| Said::Ended(at, bad)),
        8 => (any_test, 0..2_000_u64).prop_map(|((title, status, retry, worker, at, took), warm)| {
            Said::Test { title, status, retry, worker, at, took, warm }
        }),
        1 => (time, 0..9_000_u64).prop_map(|(at, took)| Said::Setup(at, took)),
        1 => (0..TITLES.len()).prop_map(Said::Open),
        1 => (0..TITLES.len()).prop_map(Said::Moved),
    ];
    (0..3_usize, 1..4_u32, said)
}

fn happened(made: &mut Made, shard: usize, attempt: u32, said: &Said) {
    let statuses = [Status::Passed, Status::Failed, Status::Interrupted, Status::Skipped];
    match said {
        Said::Began(at) => drop(made.begin(shard, attempt, *at)),
        Said::Ended(at, true) => drop(made.fault(shard, attempt, *at)),
        Said::Ended(at, false) => drop(made.end(shard, attempt, *at)),
        Said::Test { title, status, retry, worker, at, took, warm } => {
            let result = TestResult {
                retry: *retry,
                worker: *worker,
                warmup: Duration::from_millis(*warm),
                ..result(statuses[*status], *at, *took)
            };
            made.ended((shard, attempt), &test(TITLES[*title]), result);
        }
        Said::Setup(at, took) => {
            let sign_in = key("setup", "auth.setup.ts", &["sign in"]);
            made.ran((shard, attempt), &sign_in, (0, *at, *took));
        }
        Said::Open(title) => {
            let (id, key) = (id(shard, attempt), test(TITLES[*title]));
            let at = crate::model::event::UnixMillis(0);
            made.apply(&Event::TestBegan { id, key, retry: 0, at });
        }
        Said::Moved(title) => {
            let from = id((shard + 1) % 3, 1).shard;
            let keys = vec![test(TITLES[*title])];
            made.apply(&Event::TestsMoved { id: id(shard, attempt), from, keys, drawn: false });
        }
    }
}

proptest! {
    #[test]
    fn the_parts_add_up_whatever_is_said(
        all in prop::collection::vec(said(), 0..60),
        estimates in prop::collection::vec(0_u64..9_000, TITLES.len()),
        workers in 1_u32..4,
        known in 0_usize..2,
    ) {
        let tests: Vec<TestKey> = TITLES.iter().map(|title| test(title)).collect();
        let single = |at: usize| group(&tests[at..=at], estimates[at]);
        let shards = vec![
            vec![group(&tests[0..3], estimates[0]), single(3)],
            vec![single(4), single(5)],
            vec![single(6), single(7)],
        ];
        let mut made = Made::of(plan(workers, shards));
        made.plan.known = known;
        for (shard, attempt, said) in &all {
            happened(&mut made, *shard, *attempt, said);
        }
        let skew = made.skew();
        for shard in &skew.shards {
            let took = shard.took.map_or(0, |took| took.as_millis());
            prop_assert_eq!(i128::from(shard.parts.sum()), i128::try_from(took).unwrap());
            for (cause, millis) in shard.parts.all() {
                let signed = [Cause::Order, Cause::Weights, Cause::Contention].contains(&cause);
                prop_assert!(millis >= 0 || signed, "{} {}", cause.name(), millis);
            }
            prop_assert!(shard.reason.is_none() || shard.took.is_some());
        }
        for shard in &skew.shards {
            let Some(Reason { cause, by, also, .. }) = shard.reason else { continue };
            // The first cause explains a twelfth or more, one with the next one less than half.
            let (late, count) = (lateness(shard), i64::try_from(Cause::ALL.len()).unwrap());
            prop_assert!((by + 1) * count >= late, "{} {} of {}", cause.name(), by, late);
            prop_assert!(also.is_some() || by * 2 + 2 * count >= late, "{} of {}", by, late);
            let said = sentence(&skew, shard).unwrap();
            for cause in std::iter::once(cause).chain(also.map(|(cause, _)| cause)) {
                // Of these another figure may be told: the one test's, or what ran alone.
                let other = [Cause::Weights, Cause::Order].contains(&cause);
                let figure = millis(shard.parts.of(cause));
                prop_assert!(other || said.contains(&figure), "{} without {}", said, figure);
            }
        }
        // Whatever is found can be said.
        prop_assert_eq!(headline(&skew).is_some(), skew.slowest().is_some());
        let late = skew.shards.iter().filter(|shard| shard.reason.is_some()).count();
        prop_assert_eq!(sentences(&skew).len(), late);
    }
}
