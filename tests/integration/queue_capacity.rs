//! How many runs a queue has at once: real processes and a real Redis. Runs that are to last wait in
//! a test for a file.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::redis::Redis;
use crate::support::script::six;
use crate::support::{Said, within};

/// After so long nothing comes any more.
const PATIENCE: Duration = Duration::from_mins(1);

/// A queue on which at most one run runs and, where it is said, so many wait.
struct Queue {
    redis: Redis,
    queued: Option<&'static str>,
}

/// A machine at work or waiting; it ends with the test.
struct Machine(Option<Child>);

impl Machine {
    fn end(mut self) -> Said {
        within(self.0.take().expect("it is there"), PATIENCE)
    }

    fn signal(&self, signal: Signal) {
        let child = self.0.as_ref().expect("it is there");
        kill(Pid::from_raw(child.id().try_into().expect("a process")), signal).expect("it runs");
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

impl Queue {
    fn start(queued: Option<&'static str>) -> Self {
        Self { redis: Redis::start(), queued }
    }

    fn come(&self, place: &Place, run: &str, name: &str, arguments: &[&str]) -> Machine {
        let (address, output) = (self.redis.address(), format!("nodes/{name}"));
        let mut tool = place.tool(&["run", "--queue", &address, "--run-id", run]);
        tool.args(["--running-capacity", "1", "--heartbeat", "300ms", "--lease", "6s"]);
        tool.args(self.queued.into_iter().flat_map(|most| ["--queued-capacity", most]));
        tool.args(["--output", &output, "--fake", "suite.json"]).args(arguments);
        let child = tool.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        Machine(Some(child.expect("the tool starts")))
    }

    fn ask(&self, place: &Place, arguments: &[&str]) -> Said {
        let mut command = place.tool(&[&["queue"], arguments].concat());
        command.args(["--queue", &self.redis.address()]);
        place.answer(command.env("USER", "ann").env("HOSTNAME", "box"))
    }

    /// A run as programs see it.
    fn run(&self, place: &Place, run: &str) -> Option<Value> {
        let said = self.ask(place, &["status", "--format", "json"]);
        let value: Value = serde_json::from_str(&said.stdout).expect("JSON");
        value["runs"].as_array().expect("runs").iter().find(|it| it["run"] == run).cloned()
    }

    /// Waits until a run is as it should be.
    fn until(&self, place: &Place, run: &str, is: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let found = self.run(place, run);
            match &found {
                Some(value) if is(value) => return value.clone(),
                _ => assert!(Instant::now() < end, "`{run}` stays {found:?}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn until_waiting(&self, place: &Place, run: &str, nodes: usize) -> Value {
        self.until(place, run, |it| it["state"] == "waiting" && it["place"]["nodes"] == nodes)
    }

    /// A run that has work and does not end before there is the file `go` of its place.
    fn hold(&self, place: &Place, run: &str) -> Machine {
        let machine = self.come(place, run, run, &[]);
        self.until(place, run, |it| it["in_work"].as_u64() > Some(0));
        machine
    }

    fn is_empty(&self) {
        let lobby = self.redis.cli(&["GET", "shardwright:1:lobby"]);
        assert!(lobby.contains("\"bookings\":[]"), "{lobby}");
    }
}

/// Plays at once.
fn quick() -> Place {
    Place::scripted(&six())
}

/// Waits in its first test for the file `go`.
fn held() -> Place {
    let mut script = six();
    script["until"] = json!({"1": "go"});
    Place::scripted(&script)
}

fn passed(machine: Machine) -> Said {
    let said = machine.end();
    assert_eq!(said.code, 0, "{}", said.stderr);
    said
}

#[test]
fn one_runs_one_waits_and_one_is_turned_away() {
    let (queue, slow, place) = (Queue::start(Some("1")), held(), quick());
    let first = queue.hold(&slow, "first");
    let second = queue.come(&place, "second", "b", &[]);
    let state = queue.until_waiting(&place, "second", 1);
    assert_eq!(
        (&state["place"]["ahead"], &state["place"]["priority"]),
        (&json!(0), &json!("normal"))
    );
    assert_eq!(queue.run(&place, "first").expect("it runs")["place"]["ahead"], Value::Null);
    assert!(!queue.redis.cli(&["KEYS", "*"]).contains("{second}"), "nothing of it is kept");

    let third = queue.come(&place, "third", "c", &[]).end();
    assert_eq!((third.code, third.stdout.as_str()), (6, ""), "{}", third.stderr);
    let told = "error: capacity exceeded: 1 run runs and 1 waits on this queue; try again in about \
                1 min 00 s\n";
    assert!(third.stderr.contains(told), "{}", third.stderr);
    assert!(queue.run(&place, "third").is_none());

    slow.write("go", "");
    passed(first);
    let said = passed(second);
    let told = "waiting for a place on the queue: 1 run runs, 0 wait before this one\n";
    assert_eq!(said.stderr.matches(told).count(), 1, "{}", said.stderr);
    queue.is_empty();
    // There is a place again.
    passed(queue.come(&place, "third", "c", &[]));
}

#[test]
fn the_higher_priority_overtakes() {
    let (queue, slow) = (Queue::start(None), held());
    let first = queue.hold(&slow, "first");
    // Each of them holds its place until it is let go.
    let (low, high) = (held(), held());
    let low_machine = queue.come(&low, "low", "a", &["--queue-priority", "low"]);
    queue.until_waiting(&slow, "low", 1);
    let high_machine = queue.come(&high, "high", "b", &["--queue-priority", "critical"]);
    queue.until_waiting(&slow, "high", 1);
    queue.until(&slow, "low", |it| it["place"]["ahead"] == 1);
    let page = queue.ask(&slow, &["status"]);
    let line = "  - low: waiting: 1 of those that wait is before it; priority low, 1 node\n";
    assert!(page.stdout.contains(line), "{}", page.stdout);
    let page = queue.ask(&slow, &["status", "--run-id", "high"]);
    let line = "run high: waiting: 0 of those that wait are before it; priority critical, 1 node\n";
    assert!(page.stdout.starts_with(line), "{}", page.stdout);

    slow.write("go", "");
    passed(first);
    queue.until(&slow, "high", |it| it["in_work"].as_u64() > Some(0));
    assert_eq!(queue.run(&slow, "low").expect("it is there")["state"], "waiting");
    high.write("go", "");
    passed(high_machine);
    low.write("go", "");
    passed(low_machine);
}

#[test]
fn one_that_is_killed_while_it_waits_keeps_nobody_out_for_ever() {
    let (queue, slow, place) = (Queue::start(Some("1")), held(), quick());
    let first = queue.hold(&slow, "first");
    let mut second = queue.come(&place, "second", "b", &[]);
    queue.until_waiting(&place, "second", 1);
    let refused = queue.come(&place, "third", "c", &[]).end();
    assert_eq!(refused.code, 6, "{}", refused.stderr);
    second.0.as_mut().expect("it is there").kill().expect("it runs");
    let end = Instant::now() + PATIENCE;
    while queue.run(&place, "second").is_some() {
        assert!(Instant::now() < end, "it is still waited for");
    }
    let third = queue.come(&place, "third", "c", &[]);
    queue.until_waiting(&place, "third", 1);
    slow.write("go", "");
    passed(first);
    passed(third);
}

#[test]
fn one_that_is_killed_at_work_leaves_its_place_to_others() {
    let (queue, slow, place) = (Queue::start(None), held(), quick());
    let mut first = queue.hold(&slow, "first");
    let second = queue.come(&place, "second", "b", &[]);
    queue.until_waiting(&place, "second", 1);
    first.0.as_mut().expect("it is there").kill().expect("it runs");
    passed(second);
}

#[test]
fn the_user_can_end_one_that_waits() {
    let (queue, slow, place) = (Queue::start(Some("1")), held(), quick());
    let first = queue.hold(&slow, "first");
    let second = queue.come(&place, "second", "b", &[]);
    queue.until_waiting(&place, "second", 1);
    second.signal(Signal::SIGINT);
    let said = second.end();
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert!(said.stderr.contains("interrupted while the run waited"), "{}", said.stderr);
    assert!(queue.run(&place, "second").is_none(), "it has left at once");
    slow.write("go", "");
    passed(first);
    queue.is_empty();
}

#[test]
fn one_that_waits_is_cancelled_from_anywhere_and_for_who_comes_later() {
    let (queue, slow, place) = (Queue::start(None), held(), quick());
    let first = queue.hold(&slow, "first");
    let machines = ["b", "c"].map(|name| queue.come(&place, "second", name, &["--shards", "2"]));
    queue.until_waiting(&place, "second", 2);
    let said = queue.ask(&place, &["cancel", "--run-id", "second"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(said.stderr, "the run `second` is cancelled: 2 nodes are told to stop\n");
    for machine in machines {
        let said = machine.end();
        assert_eq!(said.code, 130, "{}", said.stderr);
        let told = "error: the run `second` was cancelled: ann@box\n";
        assert!(said.stderr.contains(told), "{}", said.stderr);
    }
    let late = queue.come(&place, "second", "d", &["--shards", "2"]).end();
    assert_eq!(late.code, 130, "{}", late.stderr);
    assert!(late.stderr.contains("was cancelled: ann@box"), "{}", late.stderr);
    let state = queue.run(&place, "second").expect("that it was cancelled is kept");
    assert_eq!((&state["state"], &state["reason"]), (&json!("cancelled"), &json!("ann@box")));
    let again = queue.ask(&place, &["cancel", "--run-id", "second"]);
    assert_eq!(again.code, 5, "{}", again.stderr);
    let clean = queue.ask(&place, &["clean"]);
    assert!(clean.stderr.contains("removed the run `second`, which was cancelled"), "{clean:?}");
    slow.write("go", "");
    passed(first);
}

#[test]
fn both_machines_of_a_run_have_one_place() {
    let (queue, slow, place) = (Queue::start(Some("1")), held(), quick());
    let first = queue.hold(&slow, "first");
    let a = queue.come(&place, "second", "a", &["--shards", "2"]);
    let b = queue.come(&place, "second", "b", &["--shards", "2"]);
    queue.until_waiting(&place, "second", 2);
    let third = queue.come(&place, "third", "c", &[]).end();
    assert_eq!(third.code, 6, "{}", third.stderr);
    slow.write("go", "");
    passed(first);
    for machine in [a, b] {
        passed(machine);
    }
    let said = place.call(&["merge", "nodes/a", "nodes/b", "-o", "merged"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    queue.is_empty();
    // A machine that comes when all is done needs no place: somebody has the only one.
    let (slow, own) = (held(), Queue { queued: Some("0"), ..queue });
    let _fourth = own.hold(&slow, "fourth");
    let late = passed(own.come(&place, "second", "d", &["--shards", "2"]));
    assert!(late.stderr.contains("of the run `second`"), "{}", late.stderr);
}

#[test]
fn one_that_waits_is_not_cleaned_away() {
    let (queue, slow, place) = (Queue::start(None), held(), quick());
    let first = queue.hold(&slow, "first");
    let second = queue.come(&place, "second", "b", &[]);
    queue.until_waiting(&place, "second", 1);
    let refused = queue.ask(&place, &["clean", "--run-id", "second"]);
    assert_eq!(refused.code, 5, "{}", refused.stderr);
    let why = "the run `second` may be at work, and nothing is removed: it waits for its turn with \
               1 node";
    assert!(refused.stderr.contains(why), "{}", refused.stderr);
    let left = queue.ask(&place, &["clean"]);
    assert!(left.stderr.contains("left the run `second`, which waits for its turn"), "{left:?}");
    slow.write("go", "");
    passed(first);
    passed(second);
}

#[test]
fn who_names_no_capacity_counts_and_does_not_wait() {
    let (queue, slow, place) = (Queue::start(None), held(), quick());
    let first = queue.hold(&slow, "first");
    let free = place.play(&["run", "--queue", &queue.redis.address(), "--run-id", "free"]);
    assert_eq!(free.code, 0, "{}", free.stderr);
    let last = held();
    let mut tool = last.tool(&["run", "--queue", &queue.redis.address(), "--run-id", "last"]);
    tool.args(["--fake", "suite.json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let machine = Machine(Some(tool.spawn().expect("the tool starts")));
    queue.until(&place, "last", |it| it["in_work"].as_u64() > Some(0));
    slow.write("go", "");
    passed(first);
    let waits = queue.come(&place, "waits", "w", &[]);
    queue.until_waiting(&place, "waits", 1);
    last.write("go", "");
    passed(machine);
    passed(waits);
}

#[test]
fn a_run_that_fails_on_its_way_leaves_its_place() {
    let (queue, place) = (Queue::start(Some("0")), quick());
    passed(queue.come(&place, "r", "a", &[]));
    // Another plan under the same name, when the first has work left.
    let slow = held();
    let first = queue.hold(&slow, "s");
    let other = queue.come(&place, "s", "b", &["--shards", "3"]).end();
    assert_eq!(other.code, 5, "{}", other.stderr);
    slow.write("go", "");
    passed(first);
    queue.is_empty();
}

#[test]
fn a_server_that_is_away_for_a_while_is_waited_for() {
    let (mut queue, slow, place) = (Queue::start(None), held(), quick());
    let first = queue.hold(&slow, "first");
    let second = queue.come(&place, "second", "b", &[]);
    queue.until_waiting(&place, "second", 1);
    queue.redis.kill();
    slow.write("go", "");
    std::thread::sleep(Duration::from_millis(1500));
    queue.redis.start_again();
    passed(first);
    let said = passed(second);
    assert!(said.stderr.contains("the queue does not answer"), "{}", said.stderr);
    assert!(said.stderr.contains("the queue answers again"), "{}", said.stderr);
}

#[test]
fn a_lobby_that_cannot_be_read_is_named_and_goes_by_force() {
    let (queue, place) = (Queue::start(None), quick());
    let hostile = r#"{"format":"\u001b[31m\n::error::"}"#;
    queue.redis.cli(&["SET", "shardwright:1:lobby", hostile]);
    let said = queue.come(&place, "r", "a", &[]).end();
    assert_eq!(said.code, 6, "{}", said.stderr);
    let told = "what is kept under `shardwright:1:lobby` cannot be used: it ";
    assert!(said.stderr.contains(told) && !said.stderr.contains('\u{1b}'), "{}", said.stderr);
    assert!(!said.stderr.lines().any(|line| line.trim_start().starts_with("::")), "{said:?}");
    let said = queue.ask(&place, &["status"]);
    assert!(said.code == 6 && said.stderr.contains(told), "{}", said.stderr);
    let said = queue.ask(&place, &["clean", "--all", "--force"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    passed(queue.come(&place, "r", "a", &[]));
}

#[test]
fn capacities_that_make_no_sense_are_refused() {
    let place = quick();
    let call = |arguments: &[&str]| place.play(&[&["run"], arguments].concat());
    let queue = ["--queue", "redis://a", "--run-id", "r"];
    for (arguments, text) in [
        (&["--running-capacity", "1"][..], "--queue"),
        (&["--queue-priority", "high"], "--queue"),
        (&[&queue[..], &["--running-capacity", "0"]].concat(), "a whole number of at least 1"),
        (&[&queue[..], &["--queued-capacity", "1"]].concat(), "--running-capacity"),
        (&[&queue[..], &["--queue-priority", "best"]].concat(), "critical, high, normal, low"),
        (
            &[&queue[..], &["--running-capacity", "1", "--queued-capacity", "x"]].concat(),
            "0 where nobody is to wait",
        ),
    ] {
        let said = call(arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.stderr);
        assert!(said.stderr.contains(text), "{arguments:?}: {}", said.stderr);
    }
    place.write("shardwright.toml", "queued-capacity = 1\n");
    let said = call(&queue);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("nothing says how many may run"), "{}", said.stderr);
    // Settings of a queue do no harm to a run without one.
    place.write("shardwright.toml", "running-capacity = 1\nqueue-priority = 'high'\n");
    assert_eq!(call(&[]).code, 0);
}
