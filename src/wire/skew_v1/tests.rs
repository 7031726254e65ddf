//! The golden file of version 1, in which everything that can be said is said.

use std::time::Duration;

use crate::model::event::{FaultKind, Status, UnixMillis};
use crate::model::forecast::{Forecast, Point};
use crate::model::hindsight::{Advice, Hindsight, Split};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::plan::Blocker;
use crate::model::skew::{
    Against, Cause, Misjudged, Opening, Parts, Reason, ShardSkew, Skew, Tail,
};
use crate::model::skew_trend::{Drift, Repeated, SkewRun, SkewTrend};
use crate::wire::comparison_v1::tests::plan;
use crate::wire::skew_v1::write;

const GOLDEN: &str = include_str!("../../../fixtures/wire/skew-v1.json");

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn key() -> TestKey {
    let titles = vec!["checkout".to_owned(), "pays \"all\"".to_owned()];
    TestKey { file: "shop.spec.ts".into(), project: "desk".into(), titles, repeat: 0 }
}

fn shard() -> ShardSkew {
    let mut parts = Parts::default();
    for (at, cause) in (1..).zip(Cause::ALL) {
        parts.add(cause, at);
    }
    parts.add(Cause::Order, -1_000);
    parts.add(Cause::Weights, 61_922);
    let misjudged = Misjudged {
        key: key(),
        tests: 3,
        estimate: seconds(12),
        actual: seconds(61),
        status: Status::TimedOut,
        critical: true,
    };
    ShardSkew {
        number: ShardNumber::at(0),
        part: 0,
        predicted: Some(seconds(12)),
        took: Some(seconds(61)),
        settled: true,
        queued: seconds(2),
        after_prediction: Some(48_000),
        after_mean: Some(0),
        parts,
        opening: Some(Opening { sandbox: seconds(2), loading: seconds(5) }),
        pace: Some(1.23456),
        together: Some(2.0),
        misjudged: vec![misjudged],
        tail: Some(Tail { key: key(), alone: seconds(9), idle: seconds(18) }),
        faults: vec![FaultKind::OutOfMemory],
        retried: 2,
        taken_over: 1,
        reason: Some(Reason {
            cause: Cause::Weights,
            by: 20_927,
            also: Some((Cause::Faults, 9)),
            against: Against::Prediction,
        }),
    }
}

fn hindsight() -> Hindsight {
    let point = |shards, slowest| Point {
        shards,
        predicted: seconds(slowest),
        machine_time: seconds(70),
        optimal: false,
    };
    let group = plan("lpt", &[3]).shards[0].groups[0].clone();
    Hindsight {
        took: seconds(61),
        dealt: seconds(60),
        strategy: "balanced".into(),
        workers: 2,
        replanned: seconds(40),
        lower_bound: seconds(39),
        shards: Forecast { points: vec![point(1, 61), point(2, 40)], enough: 1, blocker: None },
        more_workers: Some((4, seconds(30))),
        split: Some(Split {
            file: "shop.spec.ts".into(),
            project: "desk".into(),
            tests: 3,
            predicted: seconds(33),
        }),
        blocker: Some(Blocker { group, alone: seconds(40) }),
        advice: vec![
            Advice::Learn { saves: seconds(21) },
            Advice::Split { saves: seconds(7) },
            Advice::Shorten { alone: seconds(40) },
            Advice::MoreShards { shards: 4, saves: seconds(5) },
            Advice::MoreWorkers { workers: 4, saves: seconds(10) },
            Advice::FewerShards { shards: 1, slower: seconds(1), machine_time: seconds(9) },
        ],
    }
}

#[test]
fn the_golden_file_of_version_1_is_what_is_written() {
    let never = ShardSkew {
        number: ShardNumber::at(1),
        predicted: None,
        took: None,
        settled: false,
        after_prediction: None,
        after_mean: None,
        parts: Parts::default(),
        opening: None,
        pace: None,
        misjudged: Vec::new(),
        tail: None,
        faults: Vec::new(),
        reason: None,
        ..shard()
    };
    let skew = Skew {
        shards: vec![shard(), never],
        predicted: Some(seconds(12)),
        even: seconds(61),
        pace: None,
    };
    let run = SkewRun {
        from: "runs/1".into(),
        at: Some(UnixMillis(1_700_000_000_000)),
        skew,
        hindsight: Some(hindsight()),
    };
    let trend = SkewTrend {
        runs: vec![run],
        average: vec![(Cause::Start, 800), (Cause::Order, -5)],
        drift: Some(Drift { before: 0.25, now: 0.123_456 }),
        repeated: vec![Repeated {
            key: key(),
            tests: 1,
            runs: 4,
            estimate: seconds(12),
            actual: seconds(60),
        }],
    };
    assert_eq!(write(&trend), GOLDEN);
}
