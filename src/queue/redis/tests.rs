//! What Redis does and what the simulated world's store does is the same, whatever is asked.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fastrand::Rng;

use crate::model::event::UnixMillis;
use crate::model::id::ShardNumber;
use crate::model::lobby::{Lobby, Priority};
use crate::model::queue::{Closing, Entry};
use crate::queue::lobby::{Answer, Capacity, Guest};
use crate::queue::redis::Redis;
use crate::queue::redis::runs::Runs;
use crate::queue::store::{Op, Reply, Seen};
use crate::queue::trials::shelf::Shelf;
use crate::wire::lobby_v1;

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
    assert!(runs.find("a", &Lobby::default()).await.unwrap().is_none());
    node.publish("plan").await.unwrap();
    let slot = ShardNumber::at(0);
    let cancelled = || Entry::Cancelled { by: "x".to_owned() };
    let before = runs.find("a", &Lobby::default()).await.unwrap().unwrap();
    let entry = Entry::Joined { slot, who: "x".to_owned(), at: UnixMillis(1) };
    assert!(node.call(&0.into(), &Op::Join { slot, entry }).await.unwrap().done);
    let keys = runs.keys().await.unwrap().remove("a").unwrap();
    assert_eq!(keys.len(), 3, "{keys:?}");

    // A node came, gave a sign of life alone, and then an entry came without one.
    assert!(!runs.append(&before, cancelled()).await.unwrap());
    assert_eq!(runs.remove("a", &keys, Some(&before)).await.unwrap(), None);
    let before = runs.find("a", &Lobby::default()).await.unwrap().unwrap();
    let heard = runs.now().await.unwrap();
    while runs.now().await.unwrap() == heard {}
    assert!(node.call(&1.into(), &Op::Beat { slot }).await.unwrap().done);
    assert_eq!(runs.remove("a", &keys, Some(&before)).await.unwrap(), None);

    let before = runs.find("a", &Lobby::default()).await.unwrap().unwrap();
    assert!(runs.append(&before, cancelled()).await.unwrap());
    assert_eq!(runs.remove("a", &keys, Some(&before)).await.unwrap(), None);
    let now = runs.find("a", &Lobby::default()).await.unwrap().unwrap();
    assert_eq!(runs.remove("a", &keys, Some(&now)).await.unwrap(), Some(3));
    assert!(runs.find("a", &Lobby::default()).await.unwrap().is_none());
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

fn guest(run: &str) -> Guest {
    let (run, who) = (run.to_owned(), "x".to_owned());
    Guest { run, who, priority: Priority::Normal, lease: Duration::from_secs(90) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_change_the_lobby_at_once_no_more_runs_run_than_may() {
    const MOST: u32 = 3;
    let server = Server::start();
    server.run("a").await;
    let (at_once, ever) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let full = Arc::new(tokio::sync::Barrier::new(MOST as usize));
    let come = |number: usize| {
        let (at_once, ever, address) = (at_once.clone(), ever.clone(), server.address());
        let full = full.clone();
        tokio::spawn(async move {
            let mut runs = Runs::new(&address).unwrap();
            let guest = guest(&format!("run {number}"));
            let most = Capacity { running: MOST.try_into().ok(), queued: None };
            while !matches!(
                runs.change(|lobby, now| lobby.enter(&guest, most, now)).await.unwrap(),
                Answer::Admitted
            ) {
                tokio::time::sleep(Duration::from_millis(fastrand::u64(..100))).await;
            }
            let running = at_once.fetch_add(1, Ordering::SeqCst) + 1;
            ever.fetch_max(running, Ordering::SeqCst);
            runs.change(|lobby, now| lobby.touch(&guest, now)).await.unwrap();
            // As many as may are there at once.
            full.wait().await;
            at_once.fetch_sub(1, Ordering::SeqCst);
            runs.change(|lobby, now| lobby.leave(&guest, now)).await.unwrap();
        })
    };
    for task in (0..24).map(come).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(ever.load(Ordering::SeqCst), MOST);
    let (lobby, _) = Runs::new(&server.address()).unwrap().lobby().await.unwrap();
    assert_eq!((lobby.bookings.len(), lobby.lasted.len()), (0, 20));
}

#[tokio::test]
async fn a_change_of_the_lobby_is_made_on_what_others_left_and_nobody_takes_it_for_a_run() {
    let server = Server::start();
    server.run("a").await;
    let mut runs = Runs::new(&server.address()).unwrap();
    let mut connection = runs.0.connection().await.unwrap();
    let key = "shardwright:1:lobby";
    // Somebody is faster between the look and the change, twice.
    let mut looked = Vec::new();
    let other = |run: &str| {
        let mut lobby = Lobby::default();
        lobby.touch(&guest(run), UnixMillis(1_700_000_000_000));
        lobby_v1::write(&lobby)
    };
    let client = redis::Client::open(server.address()).unwrap();
    let mut faster = client.get_connection().unwrap();
    let given = runs.change(|lobby, now| {
        if looked.len() < 2 {
            let text = other(&format!("b{}", looked.len()));
            redis::cmd("SET").arg(key).arg(text).exec(&mut faster).unwrap();
        }
        looked.push(lobby.bookings.iter().map(|it| it.run.clone()).collect::<Vec<_>>());
        lobby.lasted.push(Duration::from_secs(1));
        now
    });
    let now = given.await.unwrap();
    assert!(now > UnixMillis(1_700_000_000_000), "the time is the server's");
    assert_eq!(looked, [vec![], vec!["b0".to_owned()], vec!["b1".to_owned()]]);
    let left: i64 = redis::cmd("TTL").arg(key).query_async(&mut connection).await.unwrap();
    assert!((80_000..=86_400).contains(&left), "{left}");
    assert!(runs.keys().await.unwrap().is_empty());

    runs.change(|lobby, _| *lobby = Lobby::default()).await.unwrap();
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut connection).await.unwrap();
    assert!(keys.is_empty(), "an empty one is none: {keys:?}");

    // What is of others stays.
    redis::cmd("SET").arg(key).arg("{}").exec_async(&mut connection).await.unwrap();
    let error = runs.change(|lobby, _| *lobby = Lobby::default()).await.unwrap_err().to_string();
    assert!(error.contains("`shardwright:1:lobby`") && error.contains("--force"), "{error}");
    let text: String = redis::cmd("GET").arg(key).query_async(&mut connection).await.unwrap();
    assert_eq!(text, "{}");
    runs.clear().await.unwrap();
    assert!(runs.lobby().await.unwrap().0.bookings.is_empty());
}
