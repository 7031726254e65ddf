//! The first process of a container that stays, in a real one: orders go in as shardwright gives
//! them, and what a test does to the next one comes to nothing or ends the container.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::support::engine;

/// Where the scripts lie that containers get.
const SCRIPTS: [&str; 2] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/src/sandbox/docker/room.cjs"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/src/runner/playwright/inside/standby.cjs"),
];
/// After so long a room that says nothing is given up.
const PATIENCE: Duration = Duration::from_mins(1);
/// What orders have at hand.
const JOB: &str = "
    const fs = require('fs');
    const later = time => new Promise(resolve => setTimeout(resolve, time));
    const line = id => {
      try { return fs.readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\\0').join(' ').trim(); } catch { return ''; }
    };
    const find = text => fs.readdirSync('/proc').filter(Number).find(id => line(id).startsWith(text));
    const room = () => find('node /room/room.cjs');
    // What waits, once it has had time to come to its own code.
    const waiting = async () => {
      for (;;) {
        const id = find('node /room/standby.cjs');
        if (id) return later(1000).then(() => Number(id));
        await later(20);
      }
    };
    const isOpen = () => new Promise(resolve => {
      const socket = require('net').connect(9229, '127.0.0.1');
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    });
    const tell = text => fs.writeSync(fs.openSync(`/proc/${room()}/fd/0`, 'w'), text);
    eval(`(async () => { ${process.env.JOB} })()`).then(() => process.exit());";
/// A whole order of somebody else's.
const FORGED: &str = r#"{"argv":["node","-e","0"],"env":{},"mark":"x","token":"x","next":"x"}"#;

/// A container whose first process is that of a room.
struct Room {
    client: Child,
    input: ChildStdin,
    lines: Receiver<String>,
    orders: u32,
    _scripts: TempDir,
}

impl Room {
    /// One that a shell starts as this says, where it is not started at once.
    fn begin(entry: Option<&str>) -> Self {
        engine::needed();
        let scripts = tempfile::tempdir().unwrap();
        let job = scripts.path().join("job.cjs");
        std::fs::write(&job, JOB).unwrap();
        let mut docker = Command::new("docker");
        docker.args(["run", "--rm", "--interactive", "--init", "--network=none", "--user=1000"]);
        for path in SCRIPTS.map(str::to_owned).into_iter().chain([job.display().to_string()]) {
            let name = path.rsplit('/').next().unwrap();
            docker.arg(format!("--mount=type=bind,source={path},target=/room/{name},readonly"));
        }
        docker.args(entry.map(|_| "--entrypoint=sh")).arg(engine::image());
        docker.args(entry.iter().flat_map(|script| ["-c", script, "sh"]));
        docker.args(["node", "/room/room.cjs"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut client = docker.stderr(Stdio::null()).spawn().unwrap();
        let input = client.stdin.take().unwrap();
        let output = BufReader::new(client.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)).ok();
        });
        Self { client, input, lines, orders: 0, _scripts: scripts }
    }

    /// Gives an order; gives what it printed and its exit code, or that of the room where that ended.
    fn runs(&mut self, script: &str) -> (String, Result<i32, i32>) {
        self.give(script, &format!("token-{}", self.orders))
    }

    fn give(&mut self, script: &str, token: &str) -> (String, Result<i32, i32>) {
        self.orders += 1;
        let next = format!("token-{}", self.orders);
        let mark = format!("mark-{}", self.orders);
        let argv = ["node", "--require", "fs", "/room/job.cjs"];
        let ahead = ["node", "/room/standby.cjs", "/nowhere"];
        let order = json!({"argv": argv, "env": {"JOB": script}, "mark": mark, "token": token,
            "next": next, "ahead": ahead});
        self.input.write_all(format!("{order}\n").as_bytes()).unwrap();
        let mut printed = Vec::new();
        loop {
            let line = match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => panic!("nothing came of it"),
                Err(RecvTimeoutError::Disconnected) => {
                    let ended = self.client.wait().unwrap();
                    return (printed.join("\n"), Err(ended.code().unwrap()));
                }
            };
            if let Some(code) = line.strip_prefix(&mark) {
                return (printed.join("\n"), Ok(code.trim().parse().unwrap()));
            }
            printed.push(line);
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // A room ends with whoever began it.
        self.client.kill().ok();
        self.client.wait().ok();
    }
}

#[test]
fn what_waits_becomes_the_next_order_and_ends_before_the_one_after_it() {
    let mut room = Room::begin(None);
    assert_eq!(room.runs("console.log(1); await waiting()"), ("1\n".to_owned(), Ok(0)));
    let (told, code) = room.runs("console.log(line(process.pid)); process.exit(7)");
    assert_eq!((told.trim(), code), ("node /room/standby.cjs /nowhere", Ok(7)));
    let (told, code) = room.runs("process.stdout.write(line(process.pid))");
    assert_eq!((told.trim(), code), ("node --require fs /room/job.cjs", Ok(0)));
}

#[test]
fn an_order_of_a_test_ends_the_container() {
    for forged in [
        format!("tell('{FORGED}\\n'); await later(60_000)"),
        format!("tell('{FORGED}\\n')"),
        "tell('{')".to_owned(),
        "tell(Buffer.from([0xc3]))".to_owned(),
    ] {
        let mut room = Room::begin(None);
        assert_eq!(room.runs("0").1, Ok(0));
        assert_eq!(room.runs(&forged).1, Err(137), "{forged}");
    }
    let mut room = Room::begin(None);
    assert_eq!(room.runs("0").1, Ok(0));
    assert_eq!(room.give("0", "token-0"), (String::new(), Err(137)), "an old token");
}

#[test]
fn no_signal_of_a_test_opens_a_debugger_in_what_runs_later_batches() {
    let mut room = Room::begin(None);
    let signal = "const ids = [Number(room()), await waiting()];
        for (const id of ids) process.kill(id, 'SIGUSR1');
        await later(1000);
        console.log(await isOpen(), ids.map(id => line(id) !== ''))";
    let (told, code) = room.runs(signal);
    assert_eq!((told.trim(), code), ("false [ true, true ]", Ok(0)));
    let count = "console.log(line(process.pid), process.listenerCount('SIGUSR1'))";
    let (told, code) = room.runs(count);
    assert_eq!((told.trim(), code), ("node /room/standby.cjs /nowhere 0", Ok(0)));
}

#[test]
fn what_waits_goes_on_where_a_test_stopped_it() {
    let mut room = Room::begin(None);
    assert_eq!(room.runs("process.kill(await waiting(), 'SIGSTOP')").1, Ok(0));
    let (told, code) = room.runs("console.log(line(process.pid))");
    assert_eq!((told.trim(), code), ("node /room/standby.cjs /nowhere", Ok(0)));
}

#[test]
fn what_the_image_starts_itself_stays_and_what_a_test_starts_does_not() {
    for entry in ["sleep 1111 & exec \"$@\"", "sleep 1111 & \"$@\"; exit $?"] {
        let mut room = Room::begin(Some(entry));
        let leave = "const { spawn } = require('child_process');
            spawn('sleep', ['2222'], { detached: true, stdio: 'ignore' }).unref();
            await later(100)";
        assert_eq!(room.runs(leave).1, Ok(0), "{entry}");
        let (told, code) = room.runs("console.log(!!find('sleep 1111'), !!find('sleep 2222'))");
        assert_eq!((told.trim(), code), ("true false", Ok(0)), "{entry}");
    }
}
