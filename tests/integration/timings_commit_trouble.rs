//! `timings commit` where git does not go along: hooks stay silent, nothing is left half done, and
//! each refusal has a remedy that fits.

use std::fs;

use crate::support::clones::{GITHUB, Remote, git, hook};
use crate::support::script::suite;

#[test]
fn no_hook_of_the_user_runs_wherever_it_is_kept() {
    let remote = Remote::new();
    for (name, kept) in [("plain", ".git/hooks"), ("husky", ".husky")] {
        let clone = remote.clone(name);
        let log = remote.0.path(&format!("{name}.log"));
        for hooked in [
            "pre-commit",
            "commit-msg",
            "post-commit",
            "pre-push",
            "reference-transaction",
            "post-index-change",
        ] {
            let script = format!("echo {hooked} >> '{}'; exit 1", log.display());
            hook(&clone.folder.join(kept), hooked, &script);
        }
        if kept != ".git/hooks" {
            git(&clone.folder, &["config", "core.hooksPath", kept]);
        }
        for flags in [&["--push", "--strict"][..], &[]] {
            clone.write(
                "suite.json",
                suite(&[("a.spec.ts", &[name, kept, &flags.concat()])]).to_string(),
            );
            clone.run(&[]);
            let head = clone.head();
            let said = clone.timings_commit(flags);
            assert_eq!(said.code, 0, "{name} {flags:?}: {}", said.stderr);
            assert_ne!(clone.head(), head, "{name} {flags:?}: {}", said.stderr);
            assert!(!log.exists(), "{name} {flags:?}: {}", fs::read_to_string(&log).unwrap());
        }
    }
    assert_eq!(remote.subjects().len(), 3);
}

#[test]
fn a_locked_index_leaves_all_as_it_was() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    clone.run_with("new one");
    let head = clone.head();
    clone.write(".git/index.lock", "");
    let said = clone.timings_commit(&[]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    assert!(said.stderr.contains("index.lock"), "{}", said.stderr);
    let hint = "\nhint: another git is at work in this repository; try again when it has ended, or \
                remove the lock that a killed one left\n";
    assert!(said.stderr.ends_with(hint), "{}", said.stderr);
    fs::remove_file(clone.folder.join(".git/index.lock")).unwrap();
    assert_eq!((clone.head(), clone.status()), (head, String::new()));
    assert_eq!(clone.timings_commit(&[]).code, 0);
    assert_eq!(clone.status(), "");
}

#[test]
fn a_commit_that_cannot_be_signed_is_not_made_and_the_hint_speaks_of_keys() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    clone.run_with("new one");
    let head = clone.head();
    git(&clone.folder, &["config", "commit.gpgSign", "true"]);
    git(&clone.folder, &["config", "gpg.program", "false"]);
    let said = clone.timings_commit(&["--push"]);
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    let hint = "\nhint: this repository signs its commits (`commit.gpgSign`): see that the key is \
                here, or let this clone not sign: `git config commit.gpgSign false`\n";
    assert!(said.stderr.ends_with(hint), "{}", said.stderr);
    assert_eq!((clone.head(), remote.subjects().len()), (head, 1));
}

#[test]
fn a_branch_in_the_way_of_the_name_is_no_race() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    git(&clone.folder, &["push", "-q", "origin", "HEAD:refs/heads/timings/old"]);
    clone.run_with("new one");
    let push = ["timings", "commit", "--push", "--branch", "timings", "--strict"];
    let said = clone.call(&push, &[]);
    assert_eq!((said.code, said.stdout.as_str()), (3, ""));
    assert!(!said.stderr.contains("moved"), "{}", said.stderr);
    assert!(said.stderr.contains("'refs/heads/timings/old' exists"), "{}", said.stderr);
}

#[test]
fn timings_of_a_newer_version_there_ask_for_an_update() {
    let remote = Remote::new();
    let (clone, other) = (remote.clone("work"), remote.clone("other"));
    clone.run_with("new one");
    other.write(
        "timings.json",
        other.read("timings.json").replace("\"version\":1", "\"version\":9"),
    );
    other.commit("a newer tool");
    git(&other.folder, &["push", "-q", "origin", "main"]);
    let said = clone.timings_commit(&["--push"]);
    assert_eq!(said.code, 5, "{}", said.stderr);
    let hint = "\nhint: update shardwright; the file was left as it is\n";
    assert!(said.stderr.ends_with(hint), "{}", said.stderr);
}

#[test]
fn an_author_who_was_named_stays_the_author() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    clone.run_with("new one");
    let author = [("GIT_AUTHOR_NAME", "Bob"), ("GIT_AUTHOR_EMAIL", "bob@example.org")];
    let said = clone.call(&["timings", "commit"], &author);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let who = git(&clone.folder, &["log", "-1", "--format=%an <%ae> %cn"]);
    assert_eq!(who, "Bob <bob@example.org> shardwright");
}

#[test]
fn what_git_was_told_to_overlook_stays_overlooked() {
    let remote = Remote::new();
    for (flag, sign) in [("--skip-worktree", "S"), ("--assume-unchanged", "h")] {
        let clone = remote.clone(sign);
        clone.run_with("new one");
        git(&clone.folder, &["update-index", flag, "timings.json"]);
        assert_eq!(clone.timings_commit(&[]).code, 0);
        let listed = git(&clone.folder, &["ls-files", "-v", "timings.json"]);
        assert_eq!(listed, format!("{sign} timings.json"));
    }
}

#[test]
fn the_folder_that_the_settings_name_for_runs_is_where_results_are_looked_for() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    clone.write("shardwright.toml", "output = \"out-of-runs\"\n");
    clone.run_with("new one");
    assert!(clone.folder.join("out-of-runs/results.json").exists());
    let said = clone.timings_commit(&[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("timings.json committed as "), "{}", said.stderr);
    // A variable beats the file, as for a run.
    let said = clone.call(&["timings", "commit"], &[("SHARDWRIGHT_OUTPUT", "elsewhere")]);
    assert_eq!(said.code, 5, "{}", said.stderr);
    assert!(said.stderr.contains("elsewhere"), "{}", said.stderr);
    let named = clone.call(&["timings", "commit", "out-of-runs"], &GITHUB);
    assert_eq!(named.code, 0, "{}", named.stderr);
}
