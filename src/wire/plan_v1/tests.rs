//! Plans written and read.

use std::time::Duration;

use proptest::prelude::{Strategy, any, prop};
use proptest::{prop_assert_eq, proptest};

use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::lineage::{Lineage, Part};
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::suite::{GroupKind, Project, TestCase, TestGroup};
use crate::wire::plan_v1::{PlanFormatError, check, read, write};

const GOLDEN: &str = include_str!("../../../fixtures/wire/plan-v1.json");
const RERUN: &str = include_str!("../../../fixtures/wire/plan-v1-rerun.json");
const JOINED: &str = include_str!("../../../fixtures/wire/plan-v1-joined.json");

fn test(file: &str, project: &str, titles: &[&str]) -> TestCase {
    TestCase {
        key: TestKey {
            file: file.to_owned(),
            project: project.to_owned(),
            titles: titles.iter().map(|title| (*title).to_owned()).collect(),
            repeat: 0,
        },
        runner_id: Some("0a1b2c-3d4e5f".to_owned()),
        tags: vec!["@smoke".to_owned()],
        line: 3,
        column: 5,
    }
}

fn sealed(mut plan: Plan) -> Plan {
    plan.digest = plan.compute_digest();
    plan
}

/// What the golden file says.
fn golden() -> Plan {
    let group = |file: &str, kind, tests| PlannedGroup {
        group: TestGroup {
            project: "chromium".to_owned(),
            file: file.to_owned(),
            kind,
            worker: String::new(),
            tests,
        },
        estimate: Duration::from_millis(1_500),
    };
    let cart = "tests/cart.spec.ts";
    let mut again = test(cart, "chromium", &["cart › \"adds\"", "two ]]> 🎉"]);
    again.key.repeat = 1;
    again.runner_id = None;
    again.tags.clear();
    let groups = vec![
        group(cart, GroupKind::File, vec![test(cart, "chromium", &["cart", "adds"]), again]),
        group("tests/made.spec.ts", GroupKind::Opaque, vec![]),
    ];
    let shards = [groups, vec![]].into_iter().enumerate().map(|(index, groups)| PlannedShard {
        number: ShardNumber::at(index),
        predicted: Duration::from_millis(if index == 0 { 3_000 } else { 0 }),
        groups,
    });
    sealed(Plan {
        digest: PlanDigest(String::new()),
        strategy: "balanced".to_owned(),
        workers: 1,
        shards: shards.collect(),
        shared: vec![test("tests/auth.setup.ts", "setup", &["log in"])],
        projects: vec![
            Project {
                name: "chromium".to_owned(),
                dependencies: vec!["setup".to_owned()],
                teardown: None,
                workers: Some(2),
            },
            Project {
                name: "setup".to_owned(),
                dependencies: vec![],
                teardown: Some("clean".to_owned()),
                workers: None,
            },
        ],
        lower_bound: Duration::from_millis(1_500),
        known: 1,
        lineage: Lineage::default(),
    })
}

/// What the golden file of a first run and its re-run, merged, says.
fn joined() -> Plan {
    let first = golden();
    let mut rerun = golden();
    rerun.shards.truncate(1);
    rerun.shards[0].groups.truncate(1);
    rerun.lineage.reruns = Some(vec![first.digest.clone()]);
    Plan::joined(&[first, sealed(rerun)]).unwrap()
}

/// What the golden file of a re-run says.
fn rerun() -> Plan {
    joined().parts().pop().unwrap().0
}

#[test]
fn times_beyond_all_measure_leave_room_for_their_sums() {
    let most = format!(r#"_ms": {}"#, u64::MAX);
    let text = GOLDEN.replace(r#"_ms": 1500"#, &most);
    assert!(text.matches(&most).count() >= 2, "{text}");
    let plan = read(&text).expect("times are not part of what must not change");
    let all = plan.shards.iter().flat_map(|shard| &shard.groups).map(|group| group.estimate);
    let times = all.chain(plan.shards.iter().map(|shard| shard.predicted));
    let sum: Option<Duration> = times
        .chain([plan.lower_bound])
        .try_fold(Duration::ZERO, |sum, time| sum.checked_add(time.checked_mul(100_000)?));
    assert!(sum.is_some());
    let written = write(&plan);
    assert_eq!(read(&written).as_ref(), Ok(&plan), "{written}");
}

#[test]
fn the_golden_file_of_version_1_is_read_for_ever() {
    assert_eq!(read(GOLDEN).expect("readable"), golden());
}

#[test]
fn the_golden_file_is_what_is_written() {
    assert_eq!(write(&golden()), GOLDEN);
}

#[test]
fn the_golden_files_of_re_runs_are_read_for_ever_and_written() {
    for (text, plan) in [(RERUN, rerun()), (JOINED, joined())] {
        assert_eq!(write(&plan), text);
        assert_eq!(read(text).expect("readable"), plan);
    }
}

#[test]
fn a_joined_plan_with_more_or_fewer_shards_than_its_parts_is_refused() {
    for (from, to, sum) in
        [("\"shards\": 2", "\"shards\": 7", 8), ("\"shards\": 1", "\"shards\": 0", 2)]
    {
        let error = read(&JOINED.replacen(from, to, 1)).expect_err("changed").to_string();
        assert_eq!(error, format!("its parts have {sum} shards in all, and it has 3"));
    }
}

type Digests = Option<Vec<PlanDigest>>;

fn any_digests() -> impl Strategy<Value = Digests> {
    prop::option::of(prop::collection::vec(any::<String>().prop_map(PlanDigest), 0..3))
}

/// What a plan re-runs, and the digests of its parts with what they re-run.
fn any_lineage() -> impl Strategy<Value = (Digests, Vec<(String, Digests)>)> {
    (any_digests(), prop::collection::vec((any::<String>(), any_digests()), 0..3))
}

fn any_test() -> impl Strategy<Value = TestCase> {
    let key = ("[ab]{1,2}", "[ab]{0,1}", prop::collection::vec(any::<String>(), 0..3), 0_u32..2)
        .prop_map(|(file, project, titles, repeat)| TestKey { file, project, titles, repeat });
    let id = prop::option::of(any::<String>());
    let tags = prop::collection::vec(any::<String>(), 0..2);
    (key, id, tags, any::<u32>(), any::<u32>()).prop_map(|(key, runner_id, tags, line, column)| {
        TestCase { key, runner_id, tags, line, column }
    })
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let kinds = vec![
        GroupKind::File,
        GroupKind::Sequence,
        GroupKind::Single,
        GroupKind::Hooked,
        GroupKind::Opaque,
    ];
    let tests = || prop::collection::vec(any_test(), 0..3);
    let group = ("[ab]{1,2}", "[ab]{0,1}", prop::sample::select(kinds), tests(), any::<u32>())
        .prop_map(|(file, project, kind, tests, millis)| PlannedGroup {
            group: TestGroup { project, file, kind, worker: String::new(), tests },
            estimate: Duration::from_millis(u64::from(millis)),
        });
    let shards = prop::collection::vec(prop::collection::vec(group, 0..4), 1..4);
    let name = || any::<String>();
    let workers = prop::option::of(any::<u32>());
    let project = (name(), prop::collection::vec(name(), 0..2), prop::option::of(name()), workers)
        .prop_map(|(name, dependencies, teardown, workers)| Project {
            name,
            dependencies,
            teardown,
            workers,
        });
    let projects = prop::collection::vec(project, 0..3);
    (shards, tests(), projects, any::<u32>(), any::<u16>(), any_lineage()).prop_map(
        |(shards, shared, projects, workers, number, (reruns, parts))| {
            // The last part has all shards.
            let (count, last) = (shards.len(), parts.len().saturating_sub(1));
            let part = |(at, (digest, reruns))| Part {
                digest: PlanDigest(digest),
                reruns,
                shards: if at == last { count } else { 0 },
            };
            let parts = parts.into_iter().enumerate().map(part).collect();
            let shards = shards.into_iter().enumerate().map(|(index, groups)| PlannedShard {
                number: ShardNumber::at(index),
                groups,
                predicted: Duration::from_millis(u64::from(number)),
            });
            sealed(Plan {
                digest: PlanDigest(String::new()),
                strategy: "lpt".to_owned(),
                workers,
                shards: shards.collect(),
                shared,
                projects,
                lower_bound: Duration::from_millis(u64::from(number) / 2),
                known: usize::from(number),
                lineage: Lineage { reruns, parts, spare: 0 },
            })
        },
    )
}

proptest! {
    #[test]
    fn what_was_written_is_read_back(plan in any_plan()) {
        let text = write(&plan);
        prop_assert_eq!(text.ends_with("}\n"), true);
        prop_assert_eq!(read(&text).expect("readable"), plan);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        drop(read(&text));
    }
}

#[test]
fn a_plan_that_was_changed_is_refused() {
    let error = read(&GOLDEN.replace("\"adds\"", "\"subs\"")).expect_err("changed").to_string();
    assert!(error.starts_with("was changed after it was made: its digest is `"), "{error}");
    let swapped = GOLDEN.replacen("\"number\": 1", "\"number\": 2", 1);
    let error = read(&swapped).expect_err("changed").to_string();
    assert_eq!(error, "has shard 2 where shard 1 should stand");
}

#[test]
fn broken_plans_are_named_with_line_and_column() {
    let said = |text: &str| read(text).expect_err("broken").to_string();
    assert_eq!(said(""), "is empty");
    assert!(said(&GOLDEN[..200]).ends_with("ends in the middle"), "{}", said(&GOLDEN[..200]));
    assert_eq!(said("no plan"), "line 1, column 2: is not JSON: expected ident");
    assert_eq!(
        said("{\"format\":\"shardwright.timings\"}"),
        "is not a `shardwright.plan` file but a `shardwright.timings` file"
    );
    let newer = GOLDEN.replace("\"version\": 1", "\"version\": 2");
    assert_eq!(
        said(&newer),
        "was written by a newer shardwright (version 2; this one reads up to 1)"
    );
    let bad = GOLDEN.replace("\"workers\": 1", "\"workers\": \"one\"");
    assert_eq!(said(&bad), "line 6, column 18: invalid type: string \"one\", expected u32");
}

#[test]
fn a_plan_that_would_fill_the_memory_is_refused() {
    let mut plan: serde_json::Value = serde_json::from_str(GOLDEN).unwrap();
    let group = &mut plan["shards"][0]["groups"][0];
    group["file"] = "f".repeat(1 << 20).into();
    group["tests"] = vec![group["tests"][0].clone(); 300].into();
    assert!(matches!(read(&plan.to_string()), Err(PlanFormatError::Names)));
}

#[test]
fn what_fuzzing_begins_with_holds() {
    for seed in std::fs::read_dir("fuzz/corpus/plan").unwrap() {
        check(&std::fs::read(seed.unwrap().path()).unwrap());
    }
}
