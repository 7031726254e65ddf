//! `timings commit --push --branch`: which branch it goes to, where a new one begins, and what a
//! branch beside the main one gets.

use std::fs;

use serde_json::json;

use crate::support::clones::{Clone, GITHUB, NO_CONFIG, Remote, git};
use crate::support::script::suite;

const PUSH: [&str; 3] = ["timings", "commit", "--push"];
const TO_TIMINGS: [&str; 5] = ["timings", "commit", "--push", "--branch", "timings"];

#[test]
fn a_new_branch_begins_at_what_the_remote_has_never_at_work_of_ones_own() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    clone.write("notes.txt", "mine\n");
    clone.commit("mine, not pushed");
    let head = clone.head();
    clone.run_with("new one");
    let said = clone.call(&TO_TIMINGS, &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("pushed to the new branch timings of origin"), "{}", said.stderr);
    let subject = "Update test timings [skip ci]";
    assert_eq!(remote.subjects_of("timings"), [subject, "the suite"]);
    assert!(remote.show("timings:timings.json").contains("new one"));
    assert_eq!(remote.show("timings:notes.txt"), "one");
    // The same for a branch that is only here.
    git(&clone.folder, &["checkout", "-q", "-b", "topic"]);
    clone.run_with("newer one");
    let said = clone.call(&PUSH, &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(remote.subjects_of("topic"), [subject, "the suite"]);
    assert_eq!((clone.head(), clone.status()), (head, String::new()));
    assert!(said.stderr.ends_with("`git pull` brings the commit\n"), "{}", said.stderr);
}

#[test]
fn a_new_branch_begins_at_what_is_checked_out_where_the_remote_has_that() {
    let remote = Remote::new();
    let (work, other) = (remote.clone("work"), remote.clone("other"));
    // On a branch that is not the main one, and not what the remote's branch is at by now.
    git(&work.folder, &["checkout", "-q", "-b", "release"]);
    work.write("notes.txt", "of the release\n");
    work.commit("of the release");
    git(&work.folder, &["push", "-q", "origin", "release"]);
    let shallow = remote.clone_with("shallow", &["--depth", "1", "--branch", "release"]);
    git(&shallow.folder, &["checkout", "-q", "--detach"]);
    work.write("notes.txt", "later\n");
    work.commit("later");
    git(&work.folder, &["push", "-q", "origin", "release"]);
    shallow.run_with("new one");
    let release = [&GITHUB[..3], &[("GITHUB_REF", "refs/heads/release")]].concat();
    let said = shallow.call(&TO_TIMINGS, &release);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let subject = "Update test timings [skip ci]";
    assert_eq!(remote.subjects_of("timings"), [subject, "of the release", "the suite"]);

    // Where nothing of what is checked out is known there, it begins at the main branch.
    git(&other.folder, &["checkout", "-q", "--orphan", "lone"]);
    other.commit("lone");
    other.run_with("another one");
    let said = other.call(&["timings", "commit", "--push", "--branch", "beside"], &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(remote.subjects_of("beside"), [subject, "the suite"]);
}

#[test]
fn a_remote_with_no_branch_gets_none() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    git(&remote.0.path("."), &["init", "-q", "--bare", "-b", "main", "empty.git"]);
    let url = format!("file://{}", remote.0.path("empty.git").display());
    git(&clone.folder, &["remote", "set-url", "origin", &url]);
    clone.run_with("new one");
    let said = clone.call(&PUSH, &[]);
    let told = "error: `origin` has no branch yet that `main` could begin at\nhint: push your own \
                commits first: `git push origin main`\n";
    assert_eq!((said.code, said.stderr.as_str()), (5, told));
    assert_eq!(git(&remote.0.path("empty.git"), &["for-each-ref"]), "");
}

#[test]
fn a_branch_has_one_name_however_it_is_written() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    // As `${{ github.ref }}` and `$(Build.SourceBranch)` say it.
    clone.run_with("new one");
    let said = clone.call(&[&PUSH[..], &["--branch", "refs/heads/main"]].concat(), &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!((remote.subjects().len(), remote.branches()), (2, vec!["main".to_owned()]));
    assert_eq!(clone.status(), "", "it is the branch that is checked out");
    for bad in ["HEAD", "refs/tags/v1", "refs/pull/5/merge", "refs/heads/HEAD", "a b", "-d", ""] {
        let said = clone.call(&[&PUSH[..], &[&format!("--branch={bad}")]].concat(), &[]);
        let told = format!(
            "error: `{bad}` is no name of a branch\nhint: name it as git does: `--branch main`\n"
        );
        assert_eq!((said.code, said.stderr), (2, told));
    }
    // A tag of the same name makes the short one ambiguous to git.
    git(&clone.folder, &["tag", "main"]);
    clone.run_with("newer one");
    let said = clone.call(&PUSH, &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("pushed to main of origin"), "{}", said.stderr);
    assert_eq!(remote.branches(), ["main"]);
}

/// Runs the suite without `b1`, with a slow `c1` and with a new test.
fn run_again(clone: &Clone) {
    let files: [(&str, &[&str]); 3] = [
        ("a.spec.ts", &["a1", "newer one"]),
        ("b.spec.ts", &["b2"]),
        ("c.spec.ts", &["c1", "c2", "c3"]),
    ];
    let mut script = suite(&files);
    script["results"]["c1"] = json!({"status": "passed", "duration": 90_000});
    clone.write("suite.json", script.to_string());
    clone.run(&[]);
    git(&clone.folder, &["checkout", "-q", "--", "suite.json"]);
}

/// A branch `timings` that was merged, and a main branch that went on: `b1` is gone there, and
/// `c1` takes long.
fn main_went_on() -> Remote {
    let remote = Remote::new();
    let clone = remote.clone("before");
    clone.run_with("new one");
    assert_eq!(clone.call(&TO_TIMINGS, &[]).code, 0);
    git(&clone.folder, &["fetch", "-q", "origin", "timings"]);
    git(&clone.folder, &["merge", "-q", "--no-ff", "-m", "timings (#9)", "FETCH_HEAD"]);
    let text = clone.read("timings.json");
    let went_on = text.replace("\"b1\":10,", "").replace("\"c1\":10", "\"c1\":90000");
    assert!(!went_on.contains("b1") && went_on.contains("90000"), "{text}");
    clone.write("timings.json", went_on);
    clone.write("notes.txt", "b1 is gone\n");
    clone.commit("main goes on");
    git(&clone.folder, &["push", "-q", "origin", "main"]);
    remote
}

#[test]
fn a_branch_that_was_merged_brings_nothing_back_when_it_is_used_again() {
    for flags in [&[][..], &["--depth", "1"]] {
        let remote = main_went_on();
        let work = remote.clone_with("work", flags);
        run_again(&work);
        let said = work.call(&TO_TIMINGS, &GITHUB);
        assert_eq!(said.code, 0, "{flags:?} {}", said.stderr);
        let timings = remote.show("timings:timings.json");
        assert!(timings.contains("newer one") && timings.contains("\"new one"), "{timings}");
        assert!(!timings.contains("b1"), "{flags:?} it was removed: {timings}");
        assert!(timings.contains("\"c1\":90000"), "{flags:?} it was known: {timings}");
        assert_eq!(remote.subjects_of("timings").len(), 3, "on top of what it had");
    }
}

#[test]
fn a_branch_with_no_past_in_common_keeps_what_it_has() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    // Somebody keeps the timings apart, on a branch of their own.
    git(&clone.folder, &["checkout", "-q", "--orphan", "timings"]);
    git(&clone.folder, &["rm", "-rqf", "--cached", "."]);
    git(&clone.folder, &["add", "timings.json"]);
    git(&clone.folder, &["commit", "-q", "-m", "apart"]);
    git(&clone.folder, &["push", "-q", "origin", "timings"]);
    git(&clone.folder, &["checkout", "-qf", "main"]);
    fs::remove_file(clone.folder.join("timings.json")).unwrap();
    clone.write("notes.txt", "kept apart\n");
    clone.commit("no timings here");
    git(&clone.folder, &["push", "-q", "origin", "main"]);
    let shallow = remote.clone_with("shallow", &["--depth", "1"]);
    shallow.run_with("new one");
    let said = shallow.call(&TO_TIMINGS, &[GITHUB.as_slice(), &NO_CONFIG].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    let timings = remote.show("timings:timings.json");
    assert!(timings.contains("new one") && timings.contains("b1"), "{timings}");
    assert_eq!(remote.subjects_of("timings").len(), 2);
}
