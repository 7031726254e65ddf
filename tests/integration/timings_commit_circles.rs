//! `timings commit` in a build that timings alone started commits nothing, however they came to the
//! branch; a commit that brings more is a build like any other.

use crate::support::clones::{GITHUB, Remote, git};

const TOLD: &str = "which brings nothing but timings; what its push started must not push again\n";

#[test]
fn timings_that_come_by_a_pull_request_start_no_circle() {
    for merge in [&["--no-ff", "-m", "Merge timings (#9)"][..], &["--squash"]] {
        let remote = Remote::new();
        let clone = remote.clone("work");
        clone.run_with("new one");
        let to_timings = ["timings", "commit", "--push", "--branch", "timings"];
        assert_eq!(clone.call(&to_timings, &[]).code, 0);
        clone.write("notes.txt", "main went on\n");
        clone.commit("main went on");
        git(&clone.folder, &["fetch", "-q", "origin", "timings"]);
        git(&clone.folder, &[&["merge", "-q"], merge, &["FETCH_HEAD"]].concat());
        if merge == ["--squash"] {
            git(&clone.folder, &["commit", "-q", "-m", "Timings (#9)"]);
        }
        git(&clone.folder, &["push", "-q", "origin", "main"]);
        // Its parents are not there in a shallow clone.
        for flags in [&[][..], &["--depth", "1"]] {
            let build = remote.clone_with(&format!("build{}", flags.len()), flags);
            build.run_with("newer one");
            let refs = remote.refs();
            let push = [&to_timings[..], &["--threshold", "0%"]].concat();
            let said = build.call(&push, &GITHUB);
            assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{merge:?} {flags:?}");
            assert!(said.stderr.ends_with(TOLD), "{merge:?} {flags:?} {}", said.stderr);
            assert_eq!(remote.refs(), refs, "{merge:?} {flags:?}");
        }
    }
}

#[test]
fn a_commit_that_brings_more_than_timings_teaches_whatever_its_message_says() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    git(&clone.folder, &["checkout", "-q", "-b", "topic"]);
    clone.write("notes.txt", "a feature\n");
    clone.commit("a feature");
    clone.run_with("new one");
    assert_eq!(clone.timings_commit(&[]).code, 0);
    let results = git(&clone.folder, &["log", "-1", "--format=%(trailers)"]);
    git(&clone.folder, &["checkout", "-q", "main"]);
    git(&clone.folder, &["merge", "-q", "--squash", "topic"]);
    let message = format!("A feature (#5)\n\n* a feature\n\n{results}");
    git(&clone.folder, &["commit", "-q", "-m", &message]);
    git(&clone.folder, &["push", "-q", "origin", "main"]);
    for flags in [&[][..], &["--depth", "1"]] {
        let build = remote.clone_with(&format!("build{}", flags.len()), flags);
        build.run_with(&format!("newer {}", flags.len()));
        let said = build.call(&["timings", "commit"], &GITHUB);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(said.stderr.contains("timings.json committed as "), "{}", said.stderr);
    }
    // An empty commit is how people start a build.
    let build = remote.clone("again");
    git(&build.folder, &["commit", "-q", "--allow-empty", "-m", "once more"]);
    build.run_with("newest");
    let said = build.call(&["timings", "commit"], &GITHUB);
    assert!(said.stderr.contains("timings.json committed as "), "{}", said.stderr);
}
