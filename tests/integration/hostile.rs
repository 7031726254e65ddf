//! Tests that attack the machine, other shards and their own results, in real containers: nothing
//! outside of their own folders changes, the other shards finish, and the outcome says what
//! happened. What they try stands in `fixtures/hostile`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{engine, project, read};

/// A log keeps no more than this of an attempt.
const LOG: u64 = (64 << 20) + (1 << 20);

/// Every file below a folder that is not of a run, with its size.
fn files(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let walk = walkdir::WalkDir::new(folder).into_iter();
    let own = walk.filter_entry(|entry| {
        entry.file_name() != "node_modules" && entry.file_name() != "shardwright-report"
    });
    own.flatten().map(|entry| (entry.path().to_owned(), entry.metadata().unwrap().len())).collect()
}

#[test]
fn hostile_tests_hurt_nobody_but_themselves() {
    engine::needed();
    let folder = project::copy("hostile", "hostile");
    let (before, passwd) = (files(&folder), fs::read("/etc/passwd").unwrap());
    let arguments =
        ["run", "--shards", "9", "--jobs", "2", "--strategy", "file", "--memory", "700m"];
    let limits = [
        "--disk",
        "200m",
        "--pids-limit",
        "150",
        "--shard-timeout",
        "40s",
        "--backoff",
        "1ms..1ms",
    ];
    let turn = engine::alone();
    let ran = project::run(&folder, &[&arguments[..], &limits].concat(), &[]);
    drop(turn);
    let said = &ran.said.stderr;

    // Nothing outside changed.
    assert_eq!(files(&folder), before, "{said}");
    assert_eq!(fs::read("/etc/passwd").unwrap(), passwd);
    assert_eq!(engine::left_behind(ran.process), Vec::<String>::new());

    // Each test is there once, and none gained a better word by what it did.
    let verdicts: BTreeMap<String, String> = read::verdicts(&ran.output())
        .into_iter()
        .map(|(key, verdict)| (key.titles.join(" "), verdict))
        .collect();
    assert_eq!(verdicts.len(), 17, "{verdicts:#?}");
    assert_ne!(ran.said.code, 0, "{said}");
    for calm in ["calm one", "calm two"] {
        assert_eq!(verdicts[calm], "passed", "{said}");
    }
    for title in ["reaches nothing of the kernel", "reaches no engine and no other process"] {
        assert_eq!(verdicts[title], "passed", "{said}");
    }
    assert_eq!(verdicts["fails whatever is written"], "failed", "{said}");
    assert_eq!(verdicts["hears no signal and never ends"], "timed-out", "{said}");

    for title in ["fills the project", "fills its results"] {
        assert_eq!(verdicts[title], "interrupted", "{said}");
    }
    assert!(said.contains("disk-full: it wrote more to disk than it may (--disk)"), "{said}");
    let left = walkdir::WalkDir::new(ran.output()).into_iter().flatten();
    let left: u64 = left.map(|entry| entry.metadata().unwrap().len()).sum();
    assert!((1 << 20..3 << 30).contains(&left), "{left}");

    // What it left is bounded, and holds no file of the host.
    for entry in walkdir::WalkDir::new(ran.output()) {
        let entry = entry.unwrap();
        let (path, meta) = (entry.path(), entry.metadata().unwrap());
        if path.ends_with("log.txt") {
            let folders = fs::read_dir(path.parent().unwrap()).unwrap().flatten();
            let is_attempt = |name: &str| name.starts_with("attempt-");
            let attempts = folders
                .filter(|entry| entry.file_name().to_str().is_some_and(is_attempt))
                .count() as u64;
            assert!(meta.len() <= LOG * attempts, "{} {}", path.display(), meta.len());
        }
        let is_ours = path.strip_prefix(ran.output().join("shards")).is_err();
        assert!(!(is_ours && meta.file_type().is_symlink()), "{} is a link", path.display());
        if meta.is_file() && meta.len() == passwd.len() as u64 {
            assert_ne!(fs::read(path).unwrap(), passwd, "{}", path.display());
        }
    }
    assert!(!said.contains("\u{1b}[2J"), "{said}");
}
