//! Results in object storage: nodes upload, a merge reads, and it comes to the same as with folders.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::script::{six, with_death, with_result};
use crate::support::storage::{Bucket, CANARY, Way};
use crate::support::{Said, engine};

/// A node of so many runs the scripted suite and keeps its results here, too.
fn node(place: &Place, bucket: &Bucket, url: &str, part: &str, output: &str) -> Said {
    let arguments = ["run", "--fake", "suite.json", "--shard", part, "--artifacts", url];
    let mut command = place.tool(&arguments);
    place.answer(bucket.known_to(command.args(["-o", output])))
}

fn merge(place: &Place, bucket: &Bucket, inputs: &[&str]) -> Said {
    let mut command = place.tool(&[&["merge", "-o", "merged"], inputs].concat());
    place.answer(bucket.known_to(&mut command))
}

/// What a written report says of every test.
fn results(place: &Place, output: &str) -> Value {
    place.json(&format!("{output}/results.json"))["results"].clone()
}

#[test]
fn four_nodes_and_a_merge_are_as_with_folders() {
    let place = Place::scripted(&with_result(six(), "b2", "failed", "boom"));
    let bucket = Bucket::new("nodes-and-merge");
    let folder = format!("file://{}", place.path("a shared folder").display());
    for (number, url) in [bucket.url("run-1"), folder.replace(' ', "%20")].iter().enumerate() {
        let codes = (1..=4).map(|node_number| {
            let (part, output) =
                (format!("{node_number}/4"), format!("nodes-{number}/{node_number}"));
            let said = node(&place, &bucket, url, &part, &output);
            assert!(said.stderr.contains("\nuploaded to "), "{}", said.stderr);
            said.code
        });
        let mut codes: Vec<i32> = codes.collect();
        codes.sort_unstable();
        assert_eq!(codes, [0, 0, 0, 1]);
        let said = merge(&place, &bucket, &[url]);
        assert_eq!((said.code, said.stdout.as_str()), (1, ""), "{}", said.stderr);
        assert!(said.stderr.contains("downloaded 4 uploads from "), "{}", said.stderr);
        assert!(said.stderr.contains("5 passed, 1 failed in"), "{}", said.stderr);
        let said = place.call(&["merge", &format!("nodes-{number}"), "-o", "by-hand"]);
        assert_eq!(said.code, 1, "{}", said.stderr);
        assert_eq!(results(&place, "merged"), results(&place, "by-hand"));
        // Nothing stays behind.
        let cache = place.path("../cache/shardwright");
        let left = fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("arti")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
    assert!(place.path("a shared folder").is_dir());
}

#[test]
fn what_one_node_left_out_is_missing_and_never_a_success() {
    let (place, bucket) = (Place::scripted(&six()), Bucket::new("one-is-missing"));
    let url = bucket.url("run-1");
    for part in ["1/3", "3/3"] {
        assert_eq!(node(&place, &bucket, &url, part, "out").code, 0);
    }
    let said = merge(&place, &bucket, &[&url]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(said.stderr.contains("shard 2 of 3 has no results"), "{}", said.stderr);
    // A node that died before it had any.
    let begun = "run-1/shard-2-of-3-20261122T074915Z-0123456789abcdef/begun.json";
    bucket.put(begun, b"{\"format\":\"shardwright.artifacts\",\"version\":1}");
    // Of others, whose names are like ours.
    bucket.put("run-10/plan.json", b"{}");
    bucket.put("run-1/notes.txt", b"mine");
    bucket.put("run-1/notes/mine.txt", b"mine");
    let said = merge(&place, &bucket, &[&url]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(said.stderr.contains("what began there left none"), "{}", said.stderr);
    assert_eq!(node(&place, &bucket, &url, "2/3", "out").code, 0);
    let said = merge(&place, &bucket, &[&url]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn what_was_uploaded_in_part_is_recognised_until_it_is_there_whole() {
    let (place, bucket) = (Place::scripted(&six()), Bucket::new("half-of-it"));
    let url = bucket.url("run-1");
    for part in ["1/2", "2/2"] {
        assert_eq!(node(&place, &bucket, &url, part, "out").code, 0);
    }
    assert_eq!(merge(&place, &bucket, &[&url]).code, 0);
    let list = bucket.key("shards/2/attempt-1/out/list.json");
    bucket.delete(&list);
    let said = merge(&place, &bucket, &[&url]);
    let flat = said.flat();
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(flat.contains("has only a part of shard 2"), "{}", said.stderr);
    assert!(flat.contains("first `shards/2/attempt-1/out/list.json`"), "{}", said.stderr);
    bucket.delete(&bucket.key("complete/2.json"));
    let said = merge(&place, &bucket, &[&url]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(said.flat().contains("its upload did not come to its end"), "{}", said.stderr);
    // What arrived counts all the same.
    assert!(said.stderr.contains("6 passed"), "{}", said.stderr);
    // Cut off in the middle of its events.
    let events = bucket.key("shards/1/events.ndjson");
    let text = bucket.get(&events);
    bucket.put(&events, &text[..text.len() / 2]);
    let said = merge(&place, &bucket, &[&url]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    bucket.put(&events, &text);
    // The job runs again.
    assert_eq!(node(&place, &bucket, &url, "2/2", "out").code, 0);
    let said = merge(&place, &bucket, &[&url]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("another upload has it whole"), "{}", said.stderr);
}

#[test]
fn a_job_that_ran_again_takes_nothing_from_its_first_run() {
    let (place, bucket) = (Place::new(), Bucket::new("ran-again"));
    let url = bucket.url("run-1");
    let failing = with_result(six(), "b2", "failed", "boom");
    for (script, outputs, code) in [(failing, ["1", "2"], 1), (six(), ["3", "4"], 0)] {
        place.write("suite.json", script.to_string());
        for (output, part) in outputs.iter().zip(["1/2", "2/2"]) {
            node(&place, &bucket, &url, part, &format!("nodes/{output}"));
        }
        let said = merge(&place, &bucket, &[&url]);
        assert_eq!(said.code, code, "{}", said.stderr);
        let said = place.call(&["merge", "nodes", "-o", "by-hand"]);
        assert_eq!(said.code, code, "{}", said.stderr);
        assert_eq!(results(&place, "merged"), results(&place, "by-hand"));
    }
    let counts = results(&place, "merged")["summary"].clone();
    assert_eq!((&counts["tests"], &counts["passed"]), (&json!(6), &json!(6)));
    let starts = bucket.keys().iter().filter(|key| key.ends_with("/begun.json")).count();
    assert_eq!(starts, 4);
}

#[test]
fn shards_of_one_machine_are_there_when_they_end_and_complete_with_their_retries() {
    let mut script = with_death(six(), 1, 1);
    script["deaths"]["1"]["attempts"] = json!(1);
    script["until"]["2"] = json!("go");
    let (place, bucket) = (Place::scripted(&script), Bucket::new("as-it-goes"));
    let arguments = ["run", "--shards", "2", "--fake", "suite.json", "--artifacts"];
    let mut command = place.tool(&arguments);
    let command = bucket.known_to(command.arg(bucket.url("run-1")));
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    let is_there = || bucket.keys().iter().any(|key| key.ends_with("complete/1.json"));
    while !is_there() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(is_there(), "{:?}", bucket.keys());
    assert!(!bucket.keys().iter().any(|key| key.ends_with("complete/2.json")));
    // Both of its attempts.
    bucket.key("shards/1/attempt-2/out/events.ndjson");
    let said = merge(&place, &bucket, &[&bucket.url("run-1")]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(said.stderr.contains("shard 2 of 2 has no results"), "{}", said.stderr);
    assert!(!said.stderr.contains("only a part"), "{}", said.stderr);
}

#[test]
fn a_large_file_goes_in_pieces_and_comes_back_as_it_was() {
    const SIZE: usize = 20 << 20;
    let mut script = six();
    script["until"]["1"] = json!("go");
    let (place, bucket) = (Place::scripted(&script), Bucket::new("large-file"));
    let way = Way::new(|_, _| crate::support::storage::Fate::Pass);
    let mut command = place.tool(&["run", "-q", "--fake", "suite.json", "--artifacts"]);
    let command = way.known_to(command.arg(bucket.url("run-1")));
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let out = place.path("shardwright-report/shards/1/attempt-1/out");
    while !out.is_dir() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let bytes: Vec<u8> = (0..SIZE).map(|at| u8::try_from(at * at % 251).unwrap()).collect();
    fs::write(out.join("a large [one] 100%.bin"), &bytes).unwrap();
    place.write("go", "");
    assert!(child.wait().unwrap().success());
    let pieces = way.requests().iter().filter(|what| what.contains("partNumber=")).count();
    assert_eq!(pieces, 3, "{:?}", way.requests());
    let said = merge(&place, &bucket, &[&bucket.url("run-1")]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let back = fs::read(place.path("merged/shards/1/attempt-1/out/a large [one] 100%.bin"));
    assert!(back.unwrap() == bytes, "it came back changed");
}

#[test]
fn tests_in_a_container_see_no_credential_and_their_files_arrive() {
    engine::needed();
    let spec = "import { test, expect } from '@playwright/test';\n\
                test('a', async ({}, info) => {\n\
                  const names = Object.keys(process.env).filter(name => /AWS|ARTIFACTS/.test(name));\n\
                  expect(names).toEqual([]);\n\
                  expect(JSON.stringify(process.env)).not.toContain('c4naryKey');\n\
                  await info.attach('note', { body: 'kept', contentType: 'text/plain' });\n\
                  require('fs').writeFileSync(info.outputPath('kept.txt'), 'kept, too');\n});\n";
    let config = ("playwright.config.ts", "export default {};\n");
    let place = Place::with_playwright(&[config, ("a.spec.ts", spec)]);
    let bucket = Bucket::new("in-a-container");
    let mut command = place.tool(&["run", "--shard", "1/1"]);
    command.env("SHARDWRIGHT_ARTIFACTS", bucket.url("run-1"));
    let _turn = engine::beside_others();
    let said = place.answer(bucket.known_to(&mut command));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let said = merge(&place, &bucket, &[&bucket.url("run-1")]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(place.path("merged/playwright/index.html").is_file());
    let inner = |output: &str| {
        let shards = place.path(&format!("{output}/shards/1"));
        let files = place.files().into_iter().filter(|(path, _)| {
            let path = place.path("").join(path);
            path.starts_with(&shards) && path.is_file()
        });
        let root = Path::new(output).to_path_buf();
        let files =
            files.map(|(path, bytes)| (path.strip_prefix(&root).unwrap().to_owned(), bytes));
        files.collect::<Vec<_>>()
    };
    let (ours, theirs) = (inner("shardwright-report"), inner("merged"));
    assert!(ours.iter().any(|(path, _)| path.ends_with("kept.txt")), "{ours:?}");
    assert!(ours == theirs, "what came back differs");
    for key in bucket.keys() {
        let text = String::from_utf8_lossy(&bucket.get(&key)).into_owned();
        assert!(!text.contains(CANARY), "{key}");
    }
}
