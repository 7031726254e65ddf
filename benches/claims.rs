//! How fast work is claimed from a queue in Redis: claims and tests a second, and how long one claim
//! takes, with 1, 4 and 16 claimers at once that do nothing else; beside the best peer with its own
//! Redis storage. Each claimer has a connection of its own, all of them are in one process of one
//! thread, there as here. Prints figures; asserts nothing but that each test was claimed once.
#![expect(clippy::print_stdout, reason = "the figures are the product")]

#[path = "support/claimers.rs"]
mod claimers;
#[path = "support/figures.rs"]
mod figures;
#[path = "../src/model/mod.rs"]
#[expect(unused, reason = "a bench uses a part of it")]
mod model;
#[path = "../src/platform/mod.rs"]
#[expect(unused, reason = "a bench uses a part of it")]
mod platform;
#[path = "support/programs.rs"]
mod programs;
#[path = "../src/queue/mod.rs"]
#[expect(unused, reason = "a bench uses a part of it")]
mod queue;
#[path = "support/redis.rs"]
mod redis_server;
#[path = "../src/wire/mod.rs"]
#[expect(unused, reason = "a bench uses a part of it")]
mod wire;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use claimers::{Round, plan};
use figures::{median, spread};
use programs::run;
use redis_server::Redis;
use serde_json::Value;

const CLAIMERS: [usize; 3] = [1, 4, 16];
const ROUNDS: usize = 9;
const PEER: [&str; 2] =
    ["@playwright-orchestrator/core@1.6.0", "@playwright-orchestrator/redis@1.6.0"];
/// Puts a run into the peer's storage with the peer's own code, then lets claimers take all of it.
const PEER_SCRIPT: &str = r"
import 'reflect-metadata';
const [address, claimers, tests, mode] = process.argv.slice(2);
const dist = new URL('node_modules/@playwright-orchestrator/', import.meta.url).href;
const { RedisConnection } = await import(`${dist}redis/dist/redis-connection.js`);
const { RedisShardHandler } = await import(`${dist}redis/dist/redis-shard-handler.js`);
const { RedisTestRunCreator } = await import(`${dist}redis/dist/redis-test-run-creator.js`);
const { AutoBatchHandler } = await import(`${dist}core/dist/batch/auto-batch-handler.js`);
const runId = crypto.randomUUID();
const options = { connectionString: address, namePrefix: 'pw', ttl: 1 };
const connection = new RedisConnection(options);
const items = Array.from({ length: +tests }, (_, at) => ({
  testId: `t${at}`, order: at + 1, ema: 2000, timeout: 30000,
  meta: { title: `t${at}`, file: 'a.spec.ts', position: `${at}:1`, projects: [''], annotations: [] },
}));
const config = { options: { batchMode: 'auto', grouping: 'test', historyWindow: 10 }, projects: [], args: [] };
await new RedisTestRunCreator(options, connection).saveRunData(runId, { config, updated: Date.now() }, items);
const claims = [];
const shards = await Promise.all(Array.from({ length: +claimers }, async (_, at) => {
  const own = new RedisConnection(options);
  const handler = new RedisShardHandler(options, own, { runId, shardId: `s${at}` });
  const batches = Object.assign(new AutoBatchHandler(), { shardHandler: handler });
  const config = await handler.startShard();
  const one = async () => { const test = await handler.getNextTest(config); return test && [test]; };
  return { own, next: mode === 'one' ? one : () => batches.getNextBatch(config) };
}));
await Promise.all(shards.map(async ({ next }) => {
  for (;;) {
    const asked = performance.now();
    const batch = await next();
    if (!batch) return;
    claims.push([asked, performance.now(), batch.length]);
  }
}));
console.log(JSON.stringify(claims));
await Promise.all([connection, ...shards.map(({ own }) => own)].map(one => one.dispose()));
";

fn main() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("claims");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).expect("a folder");
    let has_peer = install(&folder);
    let redis = Redis::start(&folder);
    for (heading, tests, is_single) in
        [("batches as each makes them", 10_000, false), ("one test a claim", 1_000, true)]
    {
        println!("{heading}, {tests} tests:");
        for claimers in CLAIMERS {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            // In turns, so that what else the machine does falls on both.
            for _ in 0..ROUNDS {
                let plan = plan(tests, claimers, is_single);
                ours.push(claimers::race(&redis.address(), &plan, claimers));
                if has_peer {
                    theirs.push(peer(&folder, &redis.address(), claimers, tests, is_single));
                }
            }
            show("shardwright", claimers, tests, &ours);
            show(PEER[1], claimers, tests, &theirs);
        }
    }
}

/// Whether the peer could be had.
fn install(folder: &Path) -> bool {
    fs::write(folder.join("package.json"), "{\"private\":true}\n").expect("a package");
    fs::write(folder.join("claims.mjs"), PEER_SCRIPT).expect("a script");
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund"]).args(PEER).current_dir(folder);
    let done = npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").output();
    let has_peer = done.is_ok_and(|output| output.status.success());
    if !has_peer {
        println!("npm could not install {PEER:?}");
    }
    has_peer
}

/// The peer's claims of one round.
fn peer(folder: &Path, address: &str, claimers: usize, tests: usize, is_single: bool) -> Round {
    let mut node = Command::new("node");
    node.current_dir(folder).arg("claims.mjs").arg(address);
    node.args([claimers.to_string(), tests.to_string()]);
    let said = run(node.arg(if is_single { "one" } else { "auto" }));
    let claims: Vec<Value> = serde_json::from_slice(&said.stdout).expect("JSON");
    let number = |claim: &Value, at: usize| claim[at].as_f64().expect("a number");
    let claims = claims.iter().map(|it| [number(it, 0), number(it, 1), number(it, 2)]);
    Round { claims: claims.collect() }
}

fn show(name: &str, claimers: usize, tests: usize, rounds: &[Round]) {
    let [Round { claims }, ..] = rounds else { return };
    let (each, count) = (claims.len(), rounds.iter().map(|it| it.claims.len()).sum::<usize>());
    let mut latencies: Vec<f64> = rounds.iter().flat_map(Round::latencies).collect();
    for round in rounds {
        assert!((round.tests() - number(tests)).abs() < 0.5, "{name}: {} tests", round.tests());
    }
    let mut a_second: Vec<f64> =
        rounds.iter().map(|it| number(it.claims.len()) / it.seconds()).collect();
    let mut tests: Vec<f64> = rounds.iter().map(|it| it.tests() / it.seconds()).collect();
    let middle = median(&mut latencies);
    println!(
        "  {claimers:>2} claimers, {name}: {each} claims, {} a second, {} tests a second; a claim \
         p50 {middle:.2} ms, p99 {:.2} ms of {count}",
        spread(&mut a_second, 0),
        spread(&mut tests, 0),
        latencies[(count * 99 / 100).min(count - 1)],
    );
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("few"))
}
