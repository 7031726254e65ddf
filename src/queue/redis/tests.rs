//! What Redis does and what the simulated world's store does is the same, whatever is asked.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fastrand::Rng;

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::model::queue::{Closing, Entry};
use crate::queue::redis::Redis;
use crate::queue::redis::runs::Runs;
use crate::queue::store::{Op, Reply, Seen};
use crate::queue::trials::shelf::Shelf;

/// A server of its own on a free port; it ends with the test.
struct Server {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Whoever takes the port before the server does makes the test fail, and no other port.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .arg("--dir")
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is there: fixtures/machine/setup test installs it");
        Self { process, port, _folder: folder }
    }

    fn address(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    async fn run(&self, name: &str) -> Redis {
        for _ in 0..200 {
            let mut redis = Redis::new(&self.address(), name).unwrap();
            if redis.call(&0.into(), &Op::Read).await.is_ok() {
                return redis;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("redis-server does not answer on port {}", self.port);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn any_op(rng: &mut Rng, now: UnixMillis, beats: &[UnixMillis]) -> Op {
    let slot = ShardNumber::at(rng.usize(..3));
    let lines =
        |rng: &mut Rng| (0..rng.usize(..4)).map(|_| format!("é \"{}\"", rng.u8(..))).collect();
    let cancelled = Entry::Cancelled { by: format!("somebody {}", rng.u8(..)) };
    match rng.u32(..8) {
        0 => Op::Read,
        1 => Op::Join { slot, entry: Entry::Joined { slot, who: "x".to_owned(), at: now } },
        2 => Op::Append { slot: None, entry: cancelled },
        3 => Op::Append { slot: Some(slot), entry: Entry::Settled { slot } },
        4 => {
            let (why, left, lines) = (Closing::Lost, Vec::new(), rng.u64(..6));
            let entry = Entry::Closed { slot, why, lines, left, at: now };
            Op::Close { slot, entry, beat: rng.choice(beats).copied(), lines }
        }
        5 => Op::Beat { slot },
        6 => Op::Tell { slot, from: rng.u64(..5), lines: lines(rng) },
        _ => Op::Lines { slot, from: rng.u64(..5) },
    }
}

#[tokio::test]
async fn redis_does_what_the_simulated_store_does() {
    let server = Server::start();
    let (mut done, mut refused) = (0, 0);
    for seed in 0..150 {
        let mut rng = Rng::with_seed(seed);
        let mut redis = server.run(&format!("run {seed}")).await;
        let (mut shelf, mut seen, mut beats) = (Shelf::default(), 0, Vec::new());
        for step in 0..60 {
            let at = beats.last().copied().unwrap_or_default();
            let op = any_op(&mut rng, at, &beats);
            let count = if rng.u32(..5) == 0 { rng.u64(..=seen) } else { seen };
            let entry = |count: u64| shelf.log.get(usize::try_from(count).ok()?.checked_sub(1)?);
            // What whoever asks knows last: that entry, another one, or it is not looked at.
            let last = match rng.u32(..10) {
                0 => entry(rng.u64(..=seen)).cloned(),
                1..5 => None,
                _ => entry(count).cloned(),
            };
            let known = Seen { count, last };
            let reply = redis.call(&known, &op).await.unwrap();
            // The time is the server's.
            let expected = shelf.call(reply.now, &known, &op);
            assert_eq!(reply, expected, "seed {seed}, step {step}: {op:?}");
            let Reply { now, length, .. } = reply;
            (done, refused) = (done + u32::from(reply.done), refused + u32::from(!reply.done));
            seen = if length == 0 { seen } else { length };
            beats.push(now);
        }
    }
    assert!(done > 1000 && refused > 1000, "{done} done, {refused} refused");
}

#[tokio::test]
async fn the_first_plan_stays_and_nothing_stays_for_ever() {
    let server = Server::start();
    let mut redis = server.run("a").await;
    assert_eq!(redis.publish("one").await.unwrap(), "one");
    assert_eq!(redis.publish("two").await.unwrap(), "one");
    assert_eq!(server.run("b").await.publish("two").await.unwrap(), "two");
    let slot = ShardNumber::at(0);
    let entry = Entry::Joined { slot, who: "x".to_owned(), at: UnixMillis(1) };
    assert!(redis.call(&0.into(), &Op::Join { slot, entry }).await.unwrap().done);
    let lines = vec!["line".to_owned()];
    assert!(redis.call(&1.into(), &Op::Tell { slot, from: 0, lines }).await.unwrap().done);
    let mut connection = redis.connection().await.unwrap();
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut connection).await.unwrap();
    assert_eq!(keys.len(), 5, "{keys:?}");
    for key in keys {
        assert!(key.starts_with("shardwright:1:{"), "{key}");
        let left: i64 = redis::cmd("TTL").arg(&key).query_async(&mut connection).await.unwrap();
        assert!((80_000..=86_400).contains(&left), "{key}: {left}");
    }
}

#[tokio::test]
async fn who_looks_after_a_run_changes_nothing_where_a_node_was_faster() {
    let server = Server::start();
    let mut node = server.run("a").await;
    let mut runs = Runs::new(&server.address()).unwrap();
    assert!(runs.find("a").await.unwrap().is_none());
    node.publish("plan").await.unwrap();
    let slot = ShardNumber::at(0);
    let cancelled = || Entry::Cancelled { by: "x".to_owned() };
    let before = runs.find("a").await.unwrap().unwrap();
    let entry = Entry::Joined { slot, who: "x".to_owned(), at: UnixMillis(1) };
    assert!(node.call(&0.into(), &Op::Join { slot, entry }).await.unwrap().done);
    let keys = runs.keys().await.unwrap().remove("a").unwrap();
    assert_eq!(keys.len(), 3, "{keys:?}");

    // A node came, gave a sign of life alone, and then an entry came without one.
    assert!(!runs.append(&before, cancelled()).await.unwrap());
    assert_eq!(runs.remove("a", &keys, Some(&before)).await.unwrap(), None);
    let before = runs.find("a").await.unwrap().unwrap();
    let heard = runs.now().await.unwrap();
    while runs.now().await.unwrap() == heard {}
    assert!(node.call(&1.into(), &Op::Beat { slot }).await.unwrap().done);
    assert_eq!(runs.remove("a", &keys, Some(&before)).await.unwrap(), None);

    let before = runs.find("a").await.unwrap().unwrap();
    assert!(runs.append(&before, cancelled()).await.unwrap());
    assert_eq!(runs.remove("a", &keys, Some(&before)).await.unwrap(), None);
    let now = runs.find("a").await.unwrap().unwrap();
    assert_eq!(runs.remove("a", &keys, Some(&now)).await.unwrap(), Some(3));
    assert!(runs.find("a").await.unwrap().is_none());
    assert!(!node.call(&1.into(), &Op::Beat { slot }).await.unwrap().done, "a dead run stays dead");
    assert!(runs.keys().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_by_its_reason() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut redis = Redis::new(&format!("redis://127.0.0.1:{port}/"), "a").unwrap();
    let error = redis.call(&0.into(), &Op::Read).await.unwrap_err().to_string();
    assert!(error.to_lowercase().contains("refused"), "{error}");
    assert!(Redis::new("redis:/nowhere", "a").is_err());
}
