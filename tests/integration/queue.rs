//! `run --queue`: machines that share a run take work while there is any; here they are processes
//! on one machine with scripted sandboxes. What befalls real ones is in `queue_faults`.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::support::expected::Verdicts;
use crate::support::place::Place;
use crate::support::redis::Redis;
use crate::support::script::{twelve, with_result};
use crate::support::{Said, read, within};

/// After so long nothing comes any more.
const PATIENCE: Duration = Duration::from_mins(1);

/// A machine that comes to a run.
fn node(place: &Place, redis: &Redis, run: &str, name: &str, arguments: &[&str]) -> Child {
    let output = format!("nodes/{name}");
    let mut tool = place.tool(&["run", "--queue", &redis.address(), "--run-id", run]);
    tool.args(["--output", &output, "--fake", "suite.json"]).args(arguments);
    tool.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the tool starts")
}

fn ended(node: Child) -> Said {
    within(node, PATIENCE)
}

/// Waits until the log of the run `r` holds this.
fn until_logged(redis: &Redis, text: &str) {
    let end = Instant::now() + PATIENCE;
    while !redis.cli(&["LRANGE", "shardwright:1:{r}:log", "0", "-1"]).contains(text) {
        assert!(Instant::now() < end, "nobody says {text}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The first machine that comes does not go on with its tests before `go` is there.
fn hold_one_test(place: &Place) {
    let mut script = twelve();
    script["until"] = json!({"1": "go"});
    place.write("suite.json", script.to_string());
}

/// Two machines are expected, and one that is lost is soon given up.
const SOON: [&str; 6] = ["--shards", "2", "--heartbeat", "1s", "--lease", "6s"];

/// Two machines: the first holds a test until `go` is there, the second has run all else and waits.
fn one_works_and_one_waits(place: &Place, redis: &Redis, more: &[&str]) -> [Child; 2] {
    hold_one_test(place);
    let first = node(place, redis, "r", "a", &SOON);
    until_logged(redis, "claimed");
    let second = node(place, redis, "r", "b", &[&SOON, more].concat());
    until_logged(redis, "{\"entry\":\"settled\",\"slot\":2}");
    [first, second]
}

fn merged(place: &Place, folders: &[&str]) -> (Said, std::path::PathBuf) {
    let said = place.call(&[&["merge"], folders, &["-o", "merged"]].concat());
    (said, place.path("merged"))
}

/// Lets four machines run all, and gives what became of each test.
fn four(place: &Place, redis: &Redis) -> Verdicts {
    let names = ["a", "b", "c", "d"];
    let nodes = names.map(|name| node(place, redis, "r", name, &["--shards", "4"]));
    for (name, node) in names.iter().zip(nodes) {
        let said = ended(node);
        assert_eq!(said.code, 0, "{name}: {}", said.stderr);
        assert!(said.stderr.contains("of the run `r`, plan "), "{}", said.stderr);
    }
    all_passed(place, &["nodes"])
}

/// What a merge of these folders says of each test, all of which passed.
fn all_passed(place: &Place, folders: &[&str]) -> Verdicts {
    let (said, merged) = merged(place, folders);
    assert_eq!(said.code, 0, "{folders:?}: {}", said.stderr);
    assert!(!said.stderr.contains("has no results"), "{folders:?}: {}", said.stderr);
    let verdicts = read::verdicts(&merged);
    assert!(verdicts.len() == 24 && verdicts.values().all(|verdict| verdict == "passed"));
    verdicts
}

#[test]
fn the_oldest_redis_and_a_valkey_hold_a_run_and_outlive_a_machine() {
    for redis in Redis::others() {
        four(&Place::scripted(&twelve()), &redis);
        let place = Place::scripted(&twelve());
        redis.cli(&["FLUSHALL"]);
        let [mut first, second] =
            one_works_and_one_waits(&place, &redis, &["--running-capacity=1"]);
        first.kill().unwrap();
        first.wait().unwrap();
        let said = ended(second);
        assert_eq!(said.code, 0, "{}", said.stderr);
        all_passed(&place, &["nodes"]);
    }
}

#[test]
fn four_machines_do_together_what_one_does_alone() {
    let (place, redis) = (Place::scripted(&twelve()), Redis::start());
    let verdicts = four(&place, &redis);
    let alone = place.play(&["run", "--shards", "4", "-q"]);
    assert_eq!(alone.code, 0, "{}", alone.stderr);
    assert_eq!(read::verdicts(&place.path("shardwright-report")), verdicts);
    // What a merge wrote can be merged again.
    let again = place.call(&["merge", "merged", "-o", "again", "-q"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(read::verdicts(&place.path("again")), verdicts);
}

#[test]
fn how_many_come_and_when_need_not_be_known() {
    let (place, redis) = (Place::scripted(&twelve()), Redis::start());
    // One is expected, and waits in its tests until others have come.
    hold_one_test(&place);
    let first = node(&place, &redis, "r", "a", &["--shards", "1"]);
    until_logged(&redis, "claimed");
    let others = ["b", "c"].map(|name| node(&place, &redis, "r", name, &["--shards", "1"]));
    until_logged(&redis, "\"slot\":3");
    place.write("go", "");
    for node in others.into_iter().chain([first]) {
        let said = ended(node);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    let late = ended(node(&place, &redis, "r", "d", &["--shards", "1"]));
    assert_eq!(late.code, 0, "{}", late.stderr);
    let (said, merged) = merged(&place, &["nodes"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(read::verdicts(&merged).len(), 24);
    // Two ran what the plan gave to one.
    assert!(place.path("merged/shards/2/events.ndjson").is_file());
}

#[test]
fn a_failing_test_fails_its_machine_and_the_merge_and_no_other_machine() {
    let script = with_result(twelve(), "15a", "failed", "expected 1");
    let (place, redis) = (Place::scripted(&script), Redis::start());
    let nodes = ["a", "b"].map(|name| node(&place, &redis, "r", name, &["--shards", "2"]));
    let mut codes: Vec<i32> = nodes.map(|node| ended(node).code).to_vec();
    codes.sort_unstable();
    assert_eq!(codes, [0, 1]);
    let (said, merged) = merged(&place, &["nodes"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let verdicts = read::verdicts(&merged);
    let bad = verdicts.values().filter(|verdict| *verdict == "failed").count();
    assert_eq!((verdicts.len(), bad), (24, 1));
}

#[test]
fn too_many_failures_end_the_run_for_all() {
    let script = with_result(twelve(), "10a", "failed", "expected 1");
    let (place, redis) = (Place::scripted(&script), Redis::start());
    let said = ended(node(&place, &redis, "r", "a", &["--shards", "3", "-x"]));
    assert_eq!(said.code, 1, "{}", said.stderr);
    // Whoever comes later has nothing to do.
    let said = ended(node(&place, &redis, "r", "b", &["--shards", "3", "-x"]));
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert!(said.stderr.contains("was cancelled: too many tests failed"), "{}", said.stderr);
    let (said, _) = merged(&place, &["nodes/a"]);
    assert_ne!(said.code, 0, "{}", said.stderr);
}

#[test]
fn who_is_interrupted_while_it_waits_for_others_is_no_success() {
    let (place, redis) = (Place::scripted(&twelve()), Redis::start());
    let [first, second] = one_works_and_one_waits(&place, &redis, &[]);
    kill(Pid::from_raw(second.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    let said = ended(second);
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert!(said.stderr.contains("other machines have not run all of it yet"), "{}", said.stderr);
    place.write("go", "");
    let said = ended(first);
    assert_eq!(said.code, 0, "{}", said.stderr);
    // What it ran is well, and others ran the rest.
    let (said, merged) = merged(&place, &["nodes"]);
    assert_eq!((said.code, read::verdicts(&merged).len()), (0, 24), "{}", said.stderr);
}

#[test]
fn who_runs_out_of_time_while_it_waits_for_others_is_no_success() {
    let (place, redis) = (Place::scripted(&twelve()), Redis::start());
    let [first, second] = one_works_and_one_waits(&place, &redis, &["--timeout", "6s"]);
    let said = ended(second);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(said.stderr.contains("its time was over"), "{}", said.stderr);
    place.write("go", "");
    assert_ne!(ended(first).code, 0);
}

#[test]
fn a_queue_that_forgets_a_part_of_a_run_ends_it_as_incomplete() {
    let lines = "shardwright:1:{r}:lines:1";
    let log = "shardwright:1:{r}:log";
    let other = "{\"entry\":\"cancelled\",\"by\":\"x\"}";
    let others = format!(
        "for at = 0, redis.call('LLEN', KEYS[1]) - 1 do redis.call('LSET', KEYS[1], at, '{other}') end"
    );
    for forgotten in [
        // What a machine told, or when it was heard of.
        &["DEL", lines][..],
        &["DEL", "shardwright:1:{r}:beats"],
        // It came back with what it had before, and others came since.
        &["EVAL", &others, "1", log],
    ] {
        let (place, redis) = (Place::scripted(&twelve()), Redis::start());
        let [first, second] = one_works_and_one_waits(&place, &redis, &[]);
        redis.cli(forgotten);
        place.write("go", "");
        let said = ended(first);
        assert_eq!(said.code, 3, "{forgotten:?}: {}", said.stderr);
        let flat = said.flat();
        assert!(flat.contains("the queue has lost what was in it"), "{forgotten:?}: {flat}");
        assert_ne!(ended(second).code, 1);
    }
}

#[test]
fn a_machine_that_dies_when_it_has_done_all_is_not_missed() {
    let (place, redis) = (Place::scripted(&twelve()), Redis::start());
    let [first, mut second] = one_works_and_one_waits(&place, &redis, &[]);
    second.kill().unwrap();
    second.wait().unwrap();
    place.write("go", "");
    let said = ended(first);
    assert_eq!(said.code, 0, "{}", said.stderr);
    for folders in [&["nodes/a"][..], &["nodes/a", "nodes/b"], &["nodes/b", "nodes/a"]] {
        all_passed(&place, folders);
    }
}

#[test]
fn two_machines_do_not_share_an_output_folder() {
    let (place, redis) = (Place::scripted(&twelve()), Redis::start());
    hold_one_test(&place);
    let first = node(&place, &redis, "r", "a", &["--shards", "2"]);
    until_logged(&redis, "claimed");
    let said = ended(node(&place, &redis, "r", "a", &["--shards", "2"]));
    assert_eq!(said.code, 5, "{}", said.stderr);
    assert!(said.flat().contains("another run writes to the output folder"), "{}", said.stderr);
    place.write("go", "");
    assert_eq!(ended(first).code, 0);
}

#[test]
fn machines_with_different_plans_do_not_mix() {
    let (place, redis) = (Place::scripted(&twelve()), Redis::start());
    let said = ended(node(&place, &redis, "r", "a", &["--shards", "2", "-q"]));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let said = ended(node(&place, &redis, "r", "b", &["--shards", "3"]));
    assert_eq!(said.code, 5, "{}", said.stderr);
    assert!(said.stderr.contains("the run `r` is of plan "), "{}", said.stderr);
    assert!(said.stderr.contains("all machines of a run need the same"), "{}", said.stderr);
}

#[test]
fn a_queue_that_is_not_there_or_not_meant_is_named() {
    let place = Place::scripted(&twelve());
    let gone = {
        let redis = Redis::start();
        redis.address()
    };
    let call = |arguments: &[&str]| place.play(&[&["run"], arguments].concat());
    let said = call(&["--queue", &gone, "--run-id", "r"]);
    assert_eq!(said.code, 6, "{}", said.stderr);
    assert!(said.flat().contains(&format!("cannot use the queue `{gone}`: ")), "{}", said.stderr);
    for (arguments, text) in [
        (&["--queue", "http://a", "--run-id", "r"][..], "redis://HOST"),
        (&["--queue", "redis://a"], "--run-id"),
        (&["--run-id", "r"], "--queue"),
        (&["--queue", "redis://a", "--run-id", "a b"], "without spaces"),
        (&["--queue", "redis://a", "--run-id", "r", "--shard", "1/2"], "--shard"),
        (&["--queue", "redis://a", "--run-id", "r", "--lease", "80s"], "--lease 1m 20s"),
        (&["--queue", "redis://a", "--run-id", "r", "--update-timings"], "--update-timings"),
    ] {
        let said = call(arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.stderr);
        assert!(said.stderr.contains(text), "{arguments:?}: {}", said.stderr);
    }
}

#[test]
fn a_password_opens_the_queue_and_is_shown_nowhere() {
    let redis = Redis::with(&["--requirepass", "hunter2-secret"]);
    let place = Place::scripted(&twelve());
    let (address, call) = (redis.address(), |password: &str, address: &str| {
        let mut tool = place.tool(&["run", "--queue", address, "--run-id", "r", "--shards", "1"]);
        tool.args(["--fake", "suite.json", "--log-level", "trace"]);
        place.answer(tool.env("SHARDWRIGHT_QUEUE_PASSWORD", password))
    });
    let said = call("wrong-secret", &address);
    assert_eq!(said.code, 6, "{}", said.stderr);
    let inline = address.replace("redis://", "redis://:hunter2-secret@");
    let refused = call("", &inline);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("SHARDWRIGHT_QUEUE_PASSWORD"), "{}", refused.stderr);
    let good = call("hunter2-secret", &address);
    assert_eq!(good.code, 0, "{}", good.stderr);
    for said in [&said, &refused, &good] {
        assert!(!said.stderr.contains("secret") && !said.stdout.contains("secret"), "{said:?}");
    }
    for (path, content) in place.files() {
        let text = String::from_utf8_lossy(&content);
        assert!(!text.contains("hunter2-secret"), "{}", path.display());
    }
}
