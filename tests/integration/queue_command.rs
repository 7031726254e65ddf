//! `shardwright queue`: what people see and do of the runs that machines share, on a real server.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::redis::{Redis, free_port};
use crate::support::script::six;
use crate::support::{Said, said};

/// Calls the tool with this queue behind the arguments.
fn ask(place: &Place, redis: &Redis, arguments: &[&str]) -> Said {
    let mut command = place.tool(arguments);
    command.args(["--queue", &redis.address()]).env("USER", "ann").env("HOSTNAME", "box");
    place.answer(&mut command)
}

/// Plays a run to its end.
fn played(place: &Place, redis: &Redis, run: &str) {
    let said = place.play(&["run", "-q", "--queue", &redis.address(), "--run-id", run]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

/// The queue as programs see it.
fn status(place: &Place, redis: &Redis) -> Value {
    let said = ask(place, redis, &["queue", "status", "--format", "json"]);
    let value: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!((&value["format"], &value["version"]), (&json!("shardwright.queue"), &json!(1)));
    value
}

/// The names and states of all runs.
fn runs(place: &Place, redis: &Redis) -> Vec<(String, String)> {
    let value = status(place, redis);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = value["runs"].as_array().unwrap();
    all.iter().map(|run| (text(&run["run"]), text(&run["state"]))).collect()
}

/// A node that has come and runs no test before there is the file `go`.
struct Waiting(Option<Child>);

impl Waiting {
    fn start(place: &Place, redis: &Redis, run: &str) -> Self {
        let mut command = place.tool(&["run", "--queue", &redis.address(), "--run-id", run]);
        command.args(["--fake", "suite.json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let node = Self(Some(command.spawn().expect("the tool starts")));
        for _ in 0..600 {
            let value = status(place, redis);
            let mut all = value["runs"].as_array().unwrap().iter();
            let held = all.find(|state| state["run"] == run).map(|state| &state["in_work"]);
            if held.is_some_and(|held| held.as_u64() > Some(0)) {
                return node;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("no node has taken work of {run}");
    }

    fn end(mut self) -> Said {
        said(self.0.take().unwrap().wait_with_output().expect("it ends"))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

fn held() -> Place {
    let mut script = six();
    script["until"] = json!({"1": "go"});
    Place::scripted(&script)
}

#[test]
fn the_runs_of_a_queue_are_listed_with_their_nodes() {
    let (place, redis) = (Place::scripted(&six()), Redis::start());
    let empty = ask(&place, &redis, &["queue", "status"]);
    assert_eq!((empty.code, empty.stdout.as_str()), (4, ""));
    assert_eq!(empty.stderr, format!("the queue `{}` holds no run\n", redis.address()));

    played(&place, &redis, "ci-1");
    played(&place, &redis, "a*[b]\\");
    // What is of others, or of other versions, is no run.
    for key in ["mine", "shardwright:2:{x}:plan", "shardwright:1:{x", "shardwright:1:{\u{e9}"] {
        redis.cli(&["SET", key, "x"]);
    }
    let listed = ask(&place, &redis, &["queue", "status"]);
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = listed.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", listed.stdout);
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(lines[1])[..7], ["over", "0", "1", "0", "0", "0", "0"]);
    assert!(lines[1].trim_end().ends_with(" a*[b]\\") && lines[2].trim_end().ends_with(" ci-1"));

    let one = ask(&place, &redis, &["queue", "status", "--run-id", "ci-1"]);
    assert_eq!((one.code, one.stderr.as_str()), (0, ""));
    let head = "run ci-1: over; 0 groups not done: 0 waiting, 0 in work, 0 given up\n";
    assert!(one.stdout.starts_with(head), "{}", one.stdout);
    let line = one.stdout.lines().nth(3).unwrap();
    assert_eq!(words(line)[..3], ["1", "left", "0"], "{}", one.stdout);

    let none = ask(&place, &redis, &["queue", "status", "--run-id", "ci-2"]);
    assert_eq!((none.code, none.stdout.as_str()), (4, ""));
    assert!(none.stderr.ends_with(" holds no run `ci-2`\n"), "{}", none.stderr);
    let value = status(&place, &redis);
    assert_eq!(value["runs"][1]["nodes"].as_array().unwrap().len(), 1, "{value}");
}

#[test]
fn a_run_that_is_cancelled_stops_on_its_node_and_nobody_joins_it() {
    let (place, redis) = (held(), Redis::start());
    let node = Waiting::start(&place, &redis, "ci-1");
    let state = &status(&place, &redis)["runs"][0];
    assert_eq!((&state["state"], &state["here"]), (&json!("running"), &json!(1)), "{state}");

    let said = ask(&place, &redis, &["queue", "cancel", "--run-id", "ci-1"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    assert_eq!(said.stderr, "the run `ci-1` is cancelled: 1 node is told to stop\n");
    let ended = node.end();
    assert_eq!(ended.code, 130, "{}", ended.stderr);
    assert!(ended.stderr.contains("the run was cancelled: ann@box"), "{}", ended.stderr);

    let state = &status(&place, &redis)["runs"][0];
    assert_eq!((&state["state"], &state["here"]), (&json!("cancelled"), &json!(0)), "{state}");
    assert_eq!(state["reason"], "ann@box");
    let again = ask(&place, &redis, &["queue", "cancel", "--run-id", "ci-1"]);
    assert_eq!(again.code, 5);
    assert_eq!(again.stderr, "error: the run `ci-1` was cancelled before: ann@box\n");
    let late = place.play(&["run", "-q", "--queue", &redis.address(), "--run-id", "ci-1"]);
    assert_eq!(late.code, 130, "{}", late.stderr);
}

#[test]
fn what_is_over_or_not_there_cannot_be_cancelled() {
    let (place, redis) = (Place::scripted(&six()), Redis::start());
    played(&place, &redis, "ci-1");
    let over = ask(&place, &redis, &["queue", "cancel", "--run-id", "ci-1"]);
    assert_eq!((over.code, over.stderr.as_str()), (5, "error: the run `ci-1` is over\n"));
    let missing = ask(&place, &redis, &["queue", "cancel", "--run-id", "ci-2"]);
    assert_eq!(missing.code, 5);
    assert_eq!(
        missing.stderr,
        format!(
            "error: the queue `{}` holds no run `ci-2`\nhint: `shardwright queue status` lists \
             those that it holds\n",
            redis.address()
        )
    );
    assert_eq!(runs(&place, &redis), [("ci-1".to_owned(), "over".to_owned())]);
    let unnamed = ask(&place, &redis, &["queue", "cancel"]);
    assert_eq!(unnamed.code, 2, "{}", unnamed.stderr);
    assert!(unnamed.stderr.contains("`--run-id ID` is expected"), "{}", unnamed.stderr);
}

#[test]
fn cleaning_leaves_a_run_at_work_and_what_is_of_others() {
    let (place, redis) = (held(), Redis::start());
    let other = Place::scripted(&six());
    played(&other, &redis, "over");
    played(&other, &redis, "over-2");
    redis.cli(&["SET", "mine", "x"]);
    let node = Waiting::start(&place, &redis, "alive");

    let refused = ask(&place, &redis, &["queue", "clean", "--all"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (5, ""));
    let why = "the run `alive` may be at work, and nothing is removed: it has work left and 1 node";
    assert!(refused.stderr.starts_with(&format!("error: {why}")), "{}", refused.stderr);
    let refused = ask(&place, &redis, &["queue", "clean", "--run-id", "alive"]);
    assert!(refused.code == 5 && refused.stderr.contains(why), "{}", refused.stderr);
    assert_eq!(runs(&place, &redis).len(), 3);

    let one = ask(&place, &redis, &["queue", "clean", "--run-id", "over-2"]);
    assert_eq!(one.code, 0, "{}", one.stderr);
    assert!(one.stderr.starts_with("removed the run `over-2`, which is over: "), "{}", one.stderr);
    let all = ask(&place, &redis, &["queue", "clean"]);
    assert_eq!(all.code, 0, "{}", all.stderr);
    assert!(all.stderr.contains("left the run `alive`, which has work left and 1 node\n"));
    assert!(all.stderr.contains("removed the run `over`, which is over: "), "{}", all.stderr);
    assert_eq!(runs(&place, &redis), [("alive".to_owned(), "running".to_owned())]);
    assert_eq!(redis.cli(&["EXISTS", "mine"]).trim(), "1");
    assert!(!redis.cli(&["KEYS", "*over*"]).contains("over"));

    // The node goes on as if nothing had been.
    fs::write(place.path("go"), "").unwrap();
    let ended = node.end();
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[test]
fn a_run_whose_node_was_killed_is_removed_after_its_lease() {
    let (place, redis) = (held(), Redis::start());
    drop(Waiting::start(&place, &redis, "dead"));
    let young = ask(&place, &redis, &["queue", "clean"]);
    assert_eq!(young.code, 0, "{}", young.stderr);
    assert!(young.stderr.contains("left the run `dead`"), "{}", young.stderr);
    assert!(young.stderr.ends_with("nothing was removed\n"), "{}", young.stderr);
    sleep(Duration::from_millis(20));
    let old = ask(&place, &redis, &["queue", "clean", "--lease", "10ms"]);
    assert_eq!(old.code, 0, "{}", old.stderr);
    let told = "removed the run `dead`, which has work left and 1 node: ";
    assert!(old.stderr.starts_with(told), "{}", old.stderr);
    assert!(!redis.cli(&["KEYS", "*"]).contains("shardwright"));
}

#[test]
fn force_removes_a_run_at_work_and_its_node_says_what_it_did() {
    let (place, redis) = (held(), Redis::start());
    let node = Waiting::start(&place, &redis, "ci-1");
    let unnamed = ask(&place, &redis, &["queue", "clean", "--force"]);
    assert_eq!(unnamed.code, 2, "{}", unnamed.stderr);
    let said = ask(&place, &redis, &["queue", "clean", "--run-id", "ci-1", "--force"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(ask(&place, &redis, &["queue", "status"]).code, 4);
    fs::write(place.path("go"), "").unwrap();
    let ended = node.end();
    assert_ne!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("has lost what was in it"), "{}", ended.stderr);
}

#[test]
fn what_cannot_be_read_is_shown_stays_and_goes_by_force() {
    let (place, redis) = (Place::scripted(&six()), Redis::start());
    let hostile = "::error::\u{1b}[31m\u{202e}";
    redis.cli(&["SET", &format!("shardwright:1:{{{hostile}}}:plan"), "{}"]);
    redis.cli(&["SET", "shardwright:1:{type}:log", "x"]);
    redis.cli(&["RPUSH", "shardwright:1:{line}:log", "\u{1b}[2J::error::"]);
    redis.cli(&["HSET", "shardwright:1:{beat}:beats", "x", "y"]);
    redis.cli(&["RPUSH", "shardwright:1:{rest}:lines:1", "x"]);
    let listed = ask(&place, &redis, &["queue", "status"]);
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""), "{}", listed.stdout);
    assert!(!listed.stdout.contains(['\u{1b}', '\u{202e}']), "{:?}", listed.stdout);
    assert!(!listed.stdout.lines().any(|line| line.trim_start().starts_with("::")));
    let states = runs(&place, &redis);
    let names: Vec<&str> = states.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, [hostile, "beat", "line", "type"]);
    assert!(states.iter().all(|(_, state)| state == "damaged"), "{states:?}");

    let cancel = ask(&place, &redis, &["queue", "cancel", "--run-id", "type"]);
    assert_eq!(cancel.code, 5);
    assert!(cancel.stderr.contains("cannot be read: "), "{}", cancel.stderr);
    // Nothing is kept of the fifth that anybody could miss.
    let clean = ask(&place, &redis, &["queue", "clean"]);
    assert!(clean.stderr.ends_with("removed the run `rest`, which has no plan: 1 key\n"));
    assert_eq!(runs(&place, &redis).len(), 4);
    let forced = ask(&place, &redis, &["queue", "clean", "--all", "--force"]);
    assert_eq!(forced.code, 0, "{}", forced.stderr);
    assert!(!forced.stderr.contains('\u{1b}'), "{:?}", forced.stderr);
    assert!(!redis.cli(&["KEYS", "*"]).contains("shardwright"));
}

#[test]
fn a_server_that_is_away_or_not_named_is_told_so() {
    let place = Place::new();
    let address = format!("redis://127.0.0.1:{}", free_port());
    for words in [&["status"][..], &["cancel", "--run-id", "x"], &["clean"]] {
        let said = place.call(&[&["queue"], words, &["--queue", &address]].concat());
        assert_eq!((said.code, said.stdout.as_str()), (6, ""), "{words:?}");
        let head = format!("error: cannot use the queue `{address}`: ");
        assert!(said.stderr.starts_with(&head), "{}", said.stderr);
        assert!(said.stderr.contains("SHARDWRIGHT_QUEUE_PASSWORD holds its password"));
        let said = place.call(&[&["queue"], words].concat());
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{words:?}");
        assert!(said.stderr.contains("`--queue redis://HOST` is expected"), "{}", said.stderr);
    }
}

#[test]
fn the_queue_the_run_and_the_password_can_come_from_elsewhere() {
    let (place, redis) = (Place::scripted(&six()), Redis::start());
    played(&place, &redis, "ci-1");
    redis.cli(&["CONFIG", "SET", "requirepass", "hunter2"]);
    place.write("shardwright.toml", format!("queue = '{}'\n", redis.address()));
    let refused = place.call(&["queue", "status"]);
    assert_eq!(refused.code, 6, "{}", refused.stderr);
    let mut command: Command = place.tool(&["queue", "status"]);
    command.env("SHARDWRIGHT_QUEUE_PASSWORD", "hunter2").env("SHARDWRIGHT_RUN_ID", "ci-1");
    let said = place.answer(&mut command);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.starts_with("run ci-1: over; "), "{}", said.stdout);
    // A flag beats the variable that it does not fit.
    let mut command = place.tool(&["queue", "clean", "--all"]);
    command.env("SHARDWRIGHT_QUEUE_PASSWORD", "hunter2").env("SHARDWRIGHT_RUN_ID", "none");
    let said = place.answer(&mut command);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("removed the run `ci-1`"), "{}", said.stderr);
}
