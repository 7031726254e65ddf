//! Batches in real containers: a shard goes on where it was, as long as all is well; nothing that a
//! batch made is lost, nothing that it started is left, and a fault costs no test its result.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::{Said, engine, read, said};

const FILES: std::ops::Range<usize> = 10..22;
/// Two shards, and so many batches that one of them runs more than one.
const RUN: [&str; 5] = ["run", "--shards", "2", "--workers", "1"];
/// What a test of a batch does that never ends.
const WAIT: &str = "if (goesOn) { test.setTimeout(0); await new Promise(() => {}); }";
/// After so long a run that does not get anywhere is given up.
const PATIENCE: Duration = Duration::from_mins(3);

/// A test that says which container and attempt it ran in, sees what others left running, and leaves
/// a program itself. `TROUBLE` comes last.
const SPEC: &str = "
    import { spawn } from 'node:child_process';
    import * as fs from 'node:fs';
    import { hostname } from 'node:os';
    import { expect, test } from '@playwright/test';

    const attempt = Number((/attempt-(\\d+)/.exec(process.execArgv.join(' ')) || [])[1] || 0);
    // A container that was begun by another try has no place for the first one.
    const goesOn = attempt > 1 && fs.existsSync('/shardwright/attempt-1');
    const read = (id: string) => {
      try { return fs.readFileSync(`/proc/${id}/cmdline`, 'utf8'); } catch { return ''; }
    };

    test('says where it is', async ({}, info) => {
      const runs = fs.readdirSync('/proc').filter(id => /^\\d+$/.test(id)).map(read);
      const others = runs.filter(line => line.includes('left-by-') && !line.includes(`left-by-${attempt}.`));
      if (fs.existsSync('/shardwright')) expect(others).toEqual([]);
      const idle = ['-e', 'setTimeout(() => {}, 120_000)', `left-by-${attempt}.`];
      spawn(process.execPath, idle, { detached: true, stdio: 'ignore' }).unref();
      fs.mkdirSync('made', { recursive: true });
      fs.writeFileSync('made/NAME.txt', hostname());
      const path = info.outputPath('host.txt');
      fs.writeFileSync(path, hostname());
      info.attachments.push({ name: 'host', contentType: 'text/plain', path });
      TROUBLE
    });";

/// A project with Playwright of this fixture, whose tests end with this code.
fn project(modules: &str, trouble: &str) -> Place {
    let config = "module.exports = { testDir: './tests', reporter: 'list' };";
    let package = "{\"name\": \"batches\", \"private\": true}";
    let place = Place::with_modules(
        modules,
        &[("playwright.config.js", config), ("package.json", package)],
    );
    let mut files = json!({});
    for name in FILES.map(|file| file.to_string()) {
        let spec = SPEC.replace("NAME", &name).replace("TROUBLE", trouble);
        place.write(&format!("tests/{name}.spec.ts"), spec);
        // So long that no batch is too small to be worth a start.
        files[format!("{name}.spec.ts")] = json!({"": {"says where it is": 600_000}});
    }
    let timings = json!({"format": "shardwright.timings", "version": 1, "files": files});
    place.write("timings.json", timings.to_string());
    place
}

fn run(place: &Place, more: &[&str]) -> Said {
    engine::needed();
    let _turn = engine::beside_others();
    place.call(&[&RUN[..], &["--schedule", "dynamic"], more].concat())
}

/// The host names that the tests of each attempt attached, by shard and attempt.
fn hosts(place: &Place) -> BTreeMap<(u64, u64), BTreeSet<String>> {
    let mut hosts: BTreeMap<(u64, u64), BTreeSet<String>> = BTreeMap::new();
    for event in super::events(place, "test-ended") {
        let found = read::list(&event["result"], "attachments");
        let own = hosts.entry(at(&event)).or_default();
        own.extend(found.iter().map(|attached| {
            place.read(&format!("shardwright-report/{}", read::text(attached, "path")))
        }));
    }
    hosts
}

/// Which shard and attempt an event is of.
fn at(event: &Value) -> (u64, u64) {
    (event["shard"].as_u64().unwrap(), event["attempt"].as_u64().unwrap())
}

/// Each test has this verdict.
fn assert_all(place: &Place, verdict: &str) {
    let verdicts = read::verdicts(&place.path("shardwright-report"));
    assert_eq!(verdicts.len(), FILES.len());
    assert!(verdicts.values().all(|found| found == verdict), "{verdicts:?}");
}

/// Everything that attempts leave is there, and nothing of attempts that there were none of.
fn assert_kept(place: &Place) {
    let used: BTreeSet<(u64, u64)> = super::events(place, "sandbox-used").iter().map(at).collect();
    let started: BTreeSet<(u64, u64)> =
        super::events(place, "attempt-started").iter().map(at).collect();
    assert_eq!(used, started);
    for shard in [1, 2] {
        let of_shard = |name: String| format!("shardwright-report/shards/{shard}/{name}");
        for entry in std::fs::read_dir(place.path(&of_shard(String::new()))).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let number = name.strip_prefix("attempt-").map(|number| number.parse().unwrap());
            assert!(number.is_none_or(|number| started.contains(&(shard, number))), "{name}");
        }
    }
    for event in super::events(place, "test-ended") {
        let (shard, attempt) = at(&event);
        let shard = format!("shardwright-report/shards/{shard}");
        let files = if attempt == 1 { "files".to_owned() } else { format!("files-{attempt}") };
        let name = read::text(&event["key"], "file").replace(".spec.ts", ".txt");
        assert!(place.path(&format!("{shard}/{files}/made/{name}")).is_file(), "{event}");
        let page = format!("{shard}/attempt-{attempt}/out/html/index.html");
        assert!(place.path(&page).is_file(), "{page}");
    }
}

#[test]
fn batches_of_a_shard_run_in_its_container_and_end_as_when_all_is_dealt_before() {
    let place = project("shop", "");
    let said = run(&place, &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_all(&place, "passed");
    let hosts = hosts(&place);
    let of = |shard: u64| -> BTreeSet<&String> {
        hosts.iter().filter(|(at, _)| at.0 == shard).flat_map(|(_, hosts)| hosts).collect()
    };
    assert!(hosts.len() > 3, "two shards, and more than one batch: {hosts:?}");
    assert_eq!((of(1).len(), of(2).len()), (1, 1), "{hosts:?}");
    assert_ne!(of(1), of(2));
    assert_kept(&place);
    let dynamic = read::verdicts(&place.path("shardwright-report"));
    let turn = engine::beside_others();
    let fixed = place.call(&[&RUN[..], &["-o", "fixed"]].concat());
    drop(turn);
    assert_eq!(fixed.code, 0, "{}", fixed.stderr);
    assert_eq!(read::verdicts(&place.path("fixed")), dynamic);
}

#[test]
fn a_runner_that_is_killed_in_a_batch_is_followed_by_one_in_a_fresh_container() {
    let place = project("shop", "if (goesOn) process.kill(process.ppid, 'SIGKILL');");
    let said = run(&place, &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("in a fresh sandbox"), "{}", said.stderr);
    assert_all(&place, "passed");
    let hosts = hosts(&place);
    let all: BTreeSet<&String> = hosts.values().flatten().collect();
    assert!(all.len() > 2, "{hosts:?}");
    assert!(hosts.values().all(|hosts| hosts.len() == 1), "{hosts:?}");
    assert_kept(&place);
}

#[test]
fn what_a_batch_writes_to_the_place_of_a_later_one_is_no_result_of_it() {
    let trouble = "for (const name of fs.readdirSync('/shardwright')) {
        const later = Number(name.replace('attempt-', ''));
        const out = `/shardwright/${name}/out`;
        if (!(later > attempt)) continue;
        fs.writeFileSync(`${out}/events.ndjson`, 'forged\\n');
        fs.mkdirSync(`${out}/results`, { recursive: true });
        if (!fs.existsSync(`${out}/html`)) fs.symlinkSync('/workspace', `${out}/html`);
      }";
    let place = project("shop", trouble);
    let said = run(&place, &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_all(&place, "passed");
    let all: BTreeSet<(u64, u64)> = hosts(&place).into_keys().collect();
    assert!(all.len() > 3, "two shards, and more than one batch: {all:?}");
    assert_kept(&place);
    for (shard, attempt) in all {
        let out = format!("shardwright-report/shards/{shard}/attempt-{attempt}/out");
        let html = std::fs::symlink_metadata(place.path(&format!("{out}/html"))).unwrap();
        assert!(html.is_dir(), "{out}");
        assert!(!place.read(&format!("{out}/events.ndjson")).contains("forged"), "{out}");
    }
}

#[test]
fn a_batch_in_which_memory_ran_out_is_the_last_one_of_its_container() {
    // Only a program of the test is killed: the batch itself comes to a good end.
    let fill = "const script = 'const all = []; for (;;) all.push(Buffer.alloc(64 << 20, 1))';
        const { spawnSync } = await import('node:child_process');
        if (attempt === 2) expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGKILL');";
    let place = project("shop", fill);
    let said = run(&place, &["--memory", "1g"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_all(&place, "passed");
    let used = super::events(&place, "sandbox-used");
    let short: Vec<u64> =
        used.iter().filter(|event| event["outOfMemory"] == true).map(|event| at(event).1).collect();
    assert!(!short.is_empty() && short.iter().all(|attempt| *attempt == 2), "{used:?}");
    let hosts = hosts(&place);
    let later = hosts.iter().filter(|((_, attempt), _)| *attempt > 2);
    let moved = later.filter(|((shard, _), found)| **found != hosts[&(*shard, 1)]).count();
    assert!(moved > 0, "{hosts:?}");
}

/// A run in the middle of a batch that does not come to its end.
fn in_a_batch(place: &Place) -> Child {
    let mut tool = place.tool(&[&RUN[..], &["--schedule", "dynamic"]].concat());
    let mut child = tool.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let end = Instant::now() + PATIENCE;
    let is_there = || {
        let folder = place.path("shardwright-report/shards");
        let events = (1..=2).map(|shard| folder.join(format!("{shard}/events.ndjson")));
        let text: String = events.filter_map(|file| std::fs::read_to_string(file).ok()).collect();
        text.lines().any(|line| line.contains("test-began") && line.contains("\"attempt\":2"))
    };
    while !is_there() {
        let gone = child.try_wait().unwrap();
        if gone.is_some() || Instant::now() > end {
            child.kill().ok();
            let said = said(child.wait_with_output().unwrap());
            panic!("no batch began ({gone:?}): {}", said.stderr);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child
}

#[test]
fn a_tool_that_is_killed_in_a_batch_leaves_no_container_running_and_loses_no_result() {
    engine::needed();
    // A run beside it would take away what this one leaves.
    let _turn = engine::alone();
    let place = project("shop", WAIT);
    let mut child = in_a_batch(&place);
    child.kill().unwrap();
    child.wait().unwrap();
    let end = Instant::now() + PATIENCE;
    while !engine::running(child.id()).is_empty() {
        assert!(Instant::now() < end, "its containers still run");
        std::thread::sleep(Duration::from_millis(100));
    }
    let merged = place.call(&["merge", "shardwright-report", "-o", "merged", "-q"]);
    assert_eq!(merged.code, 3, "{}", merged.stderr);
    let verdicts = read::verdicts(&place.path("merged"));
    let passed = verdicts.values().filter(|verdict| *verdict == "passed").count();
    assert!(verdicts.len() == FILES.len() && passed >= 4, "{verdicts:?}");
}

#[test]
fn an_interrupt_in_a_batch_ends_it_in_order_and_leaves_nothing_behind() {
    engine::needed();
    let _turn = engine::beside_others();
    let place = project("shop", WAIT);
    let child = in_a_batch(&place);
    let process = child.id();
    kill(Pid::from_raw(process.try_into().unwrap()), Signal::SIGINT).unwrap();
    let said = said(child.wait_with_output().unwrap());
    assert_eq!(said.code, 130, "{}", said.stderr);
    let verdicts = read::verdicts(&place.path("shardwright-report"));
    let count = |word: &str| verdicts.values().filter(|verdict| *verdict == word).count();
    assert_eq!(verdicts.len(), FILES.len());
    assert!(count("interrupted") > 0 && count("passed") >= 4, "{verdicts:?}");
    assert_eq!(count("interrupted") + count("passed") + count("not-run"), FILES.len());
    assert_eq!(engine::left_behind(process), Vec::<String>::new());
}

#[test]
fn a_playwright_that_chooses_by_what_failed_last_goes_on_in_its_container_too() {
    let place = project("older/1.50", "");
    let said = run(&place, &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_all(&place, "passed");
    let hosts = hosts(&place);
    let all: BTreeSet<&String> = hosts.values().flatten().collect();
    assert!(hosts.len() > 3 && all.len() == 2, "{hosts:?}");
    assert_kept(&place);
}

#[test]
fn without_containers_a_batch_is_one_more_process() {
    let place = project("shop", "");
    let _turn = engine::beside_others();
    let said =
        place.call(&[&RUN[..], &["--schedule", "dynamic", "--isolation", "process"]].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_all(&place, "passed");
    assert!(super::events(&place, "attempt-started").len() > 3);
}
