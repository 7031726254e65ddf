//! A plan and a number of claimers go in; when each claim was asked and answered, and how many tests
//! it got, come out. What they do is what a node does: its member, its way to Redis, and an engine
//! that has done a batch as soon as it has it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Barrier, mpsc, oneshot};

use crate::model::id::{PlanDigest, ShardNumber, TestKey};
use crate::model::lineage::Lineage;
use crate::model::plan::{Plan, PlannedGroup, PlannedShard};
use crate::model::suite::{GroupKind, TestCase, TestGroup};
use crate::queue::board::Board;
use crate::queue::client::{Want, drive};
use crate::queue::lease::Lease;
use crate::queue::member::{Member, News, Options};
use crate::queue::redis::Redis;
use crate::queue::work::Work;

/// As the flags have them where nobody sets them.
const LEASE: Lease = Lease { heartbeat: Duration::from_secs(30), expiry: Duration::from_secs(90) };
const PATIENCE: Duration = Duration::from_mins(5);
/// What a test is taken to need.
const ESTIMATE: Duration = Duration::from_secs(2);

/// All claims of a run: when it was asked and answered, in milliseconds, and how many tests came.
pub(crate) struct Round {
    pub(crate) claims: Vec<[f64; 3]>,
}

impl Round {
    /// From the first question to the last answer.
    pub(crate) fn seconds(&self) -> f64 {
        let first = self.claims.iter().map(|claim| claim[0]).fold(f64::INFINITY, f64::min);
        let last = self.claims.iter().map(|claim| claim[1]).fold(0.0, f64::max);
        (last - first) / 1_000.0
    }

    pub(crate) fn tests(&self) -> f64 {
        self.claims.iter().map(|claim| claim[2]).sum()
    }

    /// In milliseconds.
    pub(crate) fn latencies(&self) -> impl Iterator<Item = f64> {
        self.claims.iter().map(|claim| claim[1] - claim[0])
    }
}

/// A plan of so many tests for so many machines; or for as many as there are tests, so that each
/// claim gets one.
pub(crate) fn plan(tests: usize, claimers: usize, is_single: bool) -> Plan {
    let count = if is_single { tests } else { claimers };
    let shard = |at| PlannedShard {
        number: ShardNumber::at(at),
        groups: (at..tests).step_by(count).map(group).collect(),
        predicted: Duration::ZERO,
    };
    Plan {
        digest: PlanDigest(String::new()),
        strategy: String::new(),
        workers: 1,
        shards: (0..count).map(shard).collect(),
        shared: Vec::new(),
        projects: Vec::new(),
        lower_bound: Duration::ZERO,
        known: 0,
        lineage: Lineage::default(),
    }
}

fn group(at: usize) -> PlannedGroup {
    let file = "a.spec.ts".to_owned();
    let titles = vec![format!("t{at}")];
    let key = TestKey { file: file.clone(), project: String::new(), titles, repeat: 0 };
    let test = TestCase { key, runner_id: None, tags: Vec::new(), line: 1, column: 1 };
    let (project, worker) = (String::new(), String::new());
    let group = TestGroup { project, file, kind: GroupKind::Single, worker, tests: vec![test] };
    PlannedGroup { group, estimate: ESTIMATE }
}

/// Lets so many claimers take all of a plan, as a run of its own.
pub(crate) fn race(address: &str, plan: &Plan, claimers: usize) -> Round {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let (work, ready) = (Arc::new(Work::of(plan)), Arc::new(Barrier::new(claimers)));
        let (run, began) = (format!("{:016x}", fastrand::u64(..)), Instant::now());
        let tasks: Vec<_> = (0..claimers)
            .map(|_| {
                let redis = Redis::new(address, &run).expect("an address");
                tokio::spawn(claims(redis, work.clone(), ready.clone(), began))
            })
            .collect();
        let mut claims = Vec::new();
        for task in tasks {
            claims.extend(task.await.expect("a claimer ends"));
        }
        Round { claims }
    })
}

/// What one claimer gets until there is nothing more.
async fn claims(
    mut redis: Redis,
    work: Arc<Work>,
    ready: Arc<Barrier>,
    began: Instant,
) -> Vec<[f64; 3]> {
    let who = format!("{:016x}", fastrand::u64(..));
    let options = Options { lease: LEASE, patience: PATIENCE, who };
    let member = Member::new(Board::new(work), options, Box::new(|_, _| Vec::new()));
    let (wants, of_wants) = mpsc::unbounded_channel();
    let (coming, mut comes) = mpsc::unbounded_channel();
    let task = tokio::spawn(async move {
        let tell = move |news: News| {
            coming.send(news).ok();
        };
        drive(member, &mut redis, of_wants, tell).await
    });
    let joined = comes.recv().await;
    assert!(matches!(joined, Some(News::Joined(_))), "{joined:?}");
    ready.wait().await;
    let now = || began.elapsed().as_secs_f64() * 1_000.0;
    let mut claims = Vec::new();
    loop {
        let (answer, answered) = oneshot::channel();
        let asked = now();
        wants.send(Want::Work { least: Duration::ZERO, answer }).expect("it is there");
        let batch = answered.await.unwrap_or_default();
        if batch.is_empty() {
            break;
        }
        let tests = u32::try_from(batch.len()).expect("few");
        claims.push([asked, now(), f64::from(tests)]);
    }
    drop(wants);
    task.await.expect("it ends");
    claims
}
