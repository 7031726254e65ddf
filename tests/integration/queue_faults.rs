//! What befalls machines that share a run: each is a process with a real Playwright and a real
//! Redis. Every test that was planned is reported once, whatever happens.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::place::Place;
use crate::support::redis::Redis;
use crate::support::storage::Bucket;
use crate::support::{Said, read, within};

/// After so long nothing comes any more.
const PATIENCE: Duration = Duration::from_mins(2);
const TESTS: usize = 20;
/// The four machines: something befalls the first.
const ALL: [&str; 4] = ["a", "b", "c", "d"];
const OTHERS: [&str; 3] = ["b", "c", "d"];

/// Ten files of two tests, each of which takes a moment.
fn project() -> Place {
    let config = "export default { testDir: 'tests', workers: 1, reporter: 'line' };";
    let place = Place::with_playwright(&[("playwright.config.js", config)]);
    for file in 0..TESTS / 2 {
        let tests = ["a", "b"].map(|name| {
            format!("test('{name}{file}', () => new Promise(done => setTimeout(done, 400)));\n")
        });
        let text = format!("import {{ test }} from '@playwright/test';\n{}", tests.concat());
        place.write(&format!("tests/{file}.spec.js"), text);
    }
    place
}

/// A machine that comes to the run `r`.
fn tool(place: &Place, address: &str, name: &str) -> Command {
    let output = format!("nodes/{name}");
    let mut tool = place.tool(&["run", "--queue", address, "--run-id", "r", "--shards", "4"]);
    tool.args(["--isolation", "process", "--output", &output]);
    tool.args(["--heartbeat", "300ms", "--lease", "3s", "--queue-patience", "20s"]);
    tool.stdout(Stdio::piped()).stderr(Stdio::piped());
    tool
}

fn start(place: &Place, address: &str, name: &str) -> Child {
    tool(place, address, name).spawn().expect("the tool starts")
}

fn ended(node: Child) -> Said {
    within(node, PATIENCE)
}

/// Waits until a shard has said so often in the queue that a test has ended.
fn until_ended(redis: &Redis, slot: usize, tests: usize) {
    let key = format!("shardwright:1:{{r}}:lines:{slot}");
    let end = Instant::now() + PATIENCE;
    loop {
        let lines = redis.cli(&["LRANGE", &key, "0", "-1"]);
        if lines.matches("\"test-ended\"").count() >= tests {
            return;
        }
        assert!(Instant::now() < end, "shard {slot} does not get anywhere: {lines}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Starts machines one after the other, so that the first one has shard 1.
fn four(place: &Place, redis: &Redis) -> [Child; 4] {
    let first = start(place, &redis.address(), "a");
    let end = Instant::now() + PATIENCE;
    while !redis.cli(&["LRANGE", "shardwright:1:{r}:log", "0", "-1"]).contains("\"slot\":1") {
        assert!(Instant::now() < end, "the first machine does not come");
        std::thread::sleep(Duration::from_millis(20));
    }
    let [second, third, last] = OTHERS.map(|name| start(place, &redis.address(), name));
    [first, second, third, last]
}

fn signal(node: &Child, signal: Signal) {
    kill(Pid::from_raw(node.id().try_into().expect("a process")), signal).expect("it is there");
}

/// The merge of these machines' folders is whole and well, and has each test once.
fn is_whole(place: &Place, names: &[&str]) -> Said {
    let folders: Vec<String> = names.iter().map(|name| format!("nodes/{name}")).collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    std::fs::remove_dir_all(place.path("merged")).ok();
    let said = place.call(&[&["merge"], &folders[..], &["-o", "merged"]].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_passed(place);
    said
}

/// What was merged has each test once, and all are well.
fn assert_passed(place: &Place) {
    let verdicts = read::verdicts(&place.path("merged"));
    assert_eq!(verdicts.len(), TESTS);
    assert!(verdicts.values().all(|verdict| verdict == "passed"), "{verdicts:?}");
    let results = place.json("merged/results.json");
    assert_eq!(results["results"]["summary"]["tests"], TESTS);
}

#[test]
fn what_a_killed_machine_finished_counts_and_others_run_the_rest() {
    let (place, redis) = (project(), Redis::start());
    let [mut first, others @ ..] = four(&place, &redis);
    until_ended(&redis, 1, 1);
    first.kill().expect("it is there");
    first.wait().expect("it ends");
    for node in others {
        let said = ended(node);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    // The killed machine's own folder may be gone, or not.
    is_whole(&place, &OTHERS);
    let lost = place.read("merged/shards/1/events.ndjson");
    assert!(lost.contains("\"test-ended\"") && lost.contains("node-lost"), "{lost}");
    is_whole(&place, &ALL);
}

#[test]
fn what_a_killed_machine_finished_is_in_the_object_storage_of_the_others() {
    let (place, redis) = (project(), Redis::start());
    let bucket = Bucket::new("queue-artifacts");
    let url = bucket.url("r");
    let start = |name: &str| {
        let mut tool = tool(&place, &redis.address(), name);
        bucket.known_to(tool.args(["--artifacts", &url])).spawn().expect("the tool starts")
    };
    let mut first = start("a");
    until_ended(&redis, 1, 1);
    let others = OTHERS.map(start);
    first.kill().expect("it is there");
    first.wait().expect("it ends");
    for node in others {
        let said = ended(node);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(said.stderr.contains("\nuploaded to "), "{}", said.stderr);
    }
    let mut merge = place.tool(&["merge", &url, "-o", "merged"]);
    let said = place.answer(bucket.known_to(&mut merge));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_passed(&place);
    let lost = place.read("merged/shards/1/events.ndjson");
    assert!(lost.contains("\"test-ended\"") && lost.contains("node-lost"), "{lost}");
}

#[test]
fn a_machine_that_was_thought_dead_and_comes_back_counts_once() {
    let (place, redis) = (project(), Redis::start());
    let [first, others @ ..] = four(&place, &redis);
    until_ended(&redis, 1, 1);
    signal(&first, Signal::SIGSTOP);
    for node in others {
        let said = ended(node);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    signal(&first, Signal::SIGCONT);
    let said = ended(first);
    assert!(said.flat().contains("gave this machine up"), "{}", said.stderr);
    is_whole(&place, &OTHERS);
    is_whole(&place, &ALL);
}

#[test]
fn a_server_that_is_started_again_in_the_middle_is_found_again() {
    let (place, mut redis) = (project(), Redis::start());
    let nodes = four(&place, &redis);
    until_ended(&redis, 1, 1);
    redis.kill();
    std::thread::sleep(Duration::from_millis(1500));
    redis.start_again();
    for node in nodes {
        let said = ended(node);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    is_whole(&place, &ALL);
}

#[test]
fn a_server_that_stays_away_leaves_results_on_disk_and_the_run_incomplete() {
    let (place, mut redis) = (project(), Redis::start());
    let nodes = four(&place, &redis);
    until_ended(&redis, 1, 1);
    redis.kill();
    for node in nodes {
        let said = ended(node);
        assert_eq!(said.code, 3, "{}", said.stderr);
        assert!(said.flat().contains("the queue was lost"), "{}", said.stderr);
    }
    let said = place.call(&["merge", "nodes", "-o", "merged"]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    let verdicts = read::verdicts(&place.path("merged"));
    let passed = verdicts.values().filter(|verdict| *verdict == "passed").count();
    assert!(verdicts.len() == TESTS && passed > 0 && passed < TESTS, "{verdicts:?}");
}

#[test]
fn a_machine_that_the_user_ends_gives_back_what_it_has_not_done() {
    let (place, redis) = (project(), Redis::start());
    let [first, others @ ..] = four(&place, &redis);
    until_ended(&redis, 1, 1);
    signal(&first, Signal::SIGINT);
    let said = ended(first);
    assert_eq!(said.code, 130, "{}", said.stderr);
    for node in others {
        let said = ended(node);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    is_whole(&place, &ALL);
}

/// A network of its own for one machine, with a cable that can be cut.
struct Cable {
    name: String,
}

impl Cable {
    fn lay() -> Self {
        let name = format!("sw{}", std::process::id());
        let cable = Self { name };
        let name = &cable.name;
        for words in [
            format!("netns add {name}"),
            format!("link add {name}h type veth peer name {name}n netns {name}"),
            format!("addr add 10.233.77.1/30 dev {name}h"),
            format!("link set {name}h up"),
            format!("netns exec {name} ip addr add 10.233.77.2/30 dev {name}n"),
            format!("netns exec {name} ip link set {name}n up"),
            format!("netns exec {name} ip link set lo up"),
        ] {
            ip(&words);
        }
        cable
    }

    fn set(&self, state: &str) {
        ip(&format!("link set {}h {state}", self.name));
    }
}

fn ip(words: &str) {
    let status = Command::new("ip").args(words.split(' ')).status().expect("ip starts");
    assert!(status.success(), "ip {words}");
}

impl Drop for Cable {
    fn drop(&mut self) {
        Command::new("ip").args(["link", "delete", &format!("{}h", self.name)]).status().ok();
        Command::new("ip").args(["netns", "delete", &self.name]).status().ok();
    }
}

#[test]
fn a_machine_whose_network_was_cut_is_given_up_and_counts_once() {
    let (place, redis) = (project(), Redis::start());
    let cable = Cable::lay();
    let address = format!("redis://10.233.77.1:{}", redis.port());
    let inner = tool(&place, &address, "a");
    let mut outer = Command::new("ip");
    outer.args(["netns", "exec", &cable.name]).arg(inner.get_program()).args(inner.get_args());
    outer.current_dir(inner.get_current_dir().unwrap_or_else(|| Path::new("."))).env_clear();
    let variables = inner.get_envs().filter_map(|(name, value)| Some((name, value?)));
    outer.envs(variables).stdout(Stdio::piped()).stderr(Stdio::piped());
    let first = outer.spawn().expect("ip starts");
    until_ended(&redis, 1, 1);
    let others = OTHERS.map(|name| start(&place, &redis.address(), name));
    until_ended(&redis, 2, 1);
    cable.set("down");
    for node in others {
        let said = ended(node);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    cable.set("up");
    let said = ended(first);
    assert!(said.flat().contains("the queue does not answer"), "{}", said.stderr);
    is_whole(&place, &OTHERS);
    is_whole(&place, &ALL);
}
