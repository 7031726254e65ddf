//! `timings commit`: what runs left becomes a commit of the timings file alone, by a real git and
//! with real remotes; jobs race for a branch, and nothing of the user's is touched.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::support::clones::{Clone, GITHUB, Remote, git, hook};
use crate::support::place::Place;
use crate::support::said;
use crate::support::script::{six, with_result};

#[test]
fn new_tests_are_committed_with_what_moved_and_nothing_else() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    clone.run_with("new one");
    // Somebody is in the middle of something.
    clone.write("notes.txt", "two\n");
    git(&clone.folder, &["add", "notes.txt"]);
    clone.write("notes.txt", "three\n");
    clone.write("left.txt", "over\n");
    hook(&clone.folder.join(".git/hooks"), "pre-commit", "exit 1");
    let before = clone.status();
    assert_eq!(before, "MM notes.txt\n?? left.txt");

    let said = clone.timings_commit(&[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let head = clone.head();
    assert_eq!(said.stdout.trim_end(), head);
    let told = format!("timings.json committed as {}: ", &head[..9]);
    assert!(said.stderr.starts_with(&told) && said.stderr.contains("1 new"), "{}", said.stderr);
    let log = git(&clone.folder, &["log", "--format=%an <%ae>%n%B", "-1"]);
    assert!(
        log.starts_with(
            "shardwright <shardwright@noreply.invalid>\nUpdate test timings [skip ci]\n\nThe \
             slowest of 2 shards: "
        ),
        "{log}"
    );
    assert!(log.contains("\n1 test is new:\n    0.01 s  "), "{log}");
    assert!(log.contains("chromium] › a.spec.ts › new one\n"), "{log}");
    let changed = git(&clone.folder, &["diff-tree", "--no-commit-id", "--name-only", "-r", "HEAD"]);
    assert_eq!(changed, "timings.json");
    // All else is as it was: staged, changed and left over.
    assert_eq!(clone.status(), before);
    assert_eq!(git(&clone.folder, &["show", ":notes.txt"]), "two");
    assert_eq!(clone.read("notes.txt"), "three\n");
    assert!(clone.read("timings.json").contains("new one"));
    assert_eq!(git(&clone.folder, &["branch", "--show-current"]), "main");
    assert_eq!(remote.subjects(), ["the suite"], "nothing was pushed");
}

#[test]
fn what_is_not_worth_a_commit_makes_none_and_says_why() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    let head = clone.head();
    clone.run(&[]);
    let said = clone.timings_commit(&[]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    assert!(said.stderr.starts_with("nothing worth a commit: "), "{}", said.stderr);
    assert_eq!((clone.head(), clone.status()), (head.clone(), String::new()));

    // A test that fails is news, and so is one that is well again.
    let committed = |script: Value| {
        clone.write("suite.json", script.to_string());
        clone.run(&[]);
        git(&clone.folder, &["checkout", "-q", "--", "suite.json"]);
        let before = clone.head();
        let said = clone.timings_commit(&[]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        clone.head() != before
    };
    assert!(committed(with_result(six(), "b1", "failed", "no")));
    let log = git(&clone.folder, &["log", "-1", "--format=%B"]);
    assert!(log.contains("1 test fails now or passes again:\n    passed -> failed  "), "{log}");
    assert!(!committed(with_result(six(), "b1", "failed", "no")));
    assert!(committed(six()));

    // A test that takes much longer makes the plan another.
    let mut slow = six();
    slow["results"]["a1"] = json!({"status": "passed", "duration": 60_000});
    assert!(committed(slow));
    let log = git(&clone.folder, &["log", "-1", "--format=%B"]);
    assert!(log.contains("1 test of 6 moved, the most first:\n    0.01 s -> "), "{log}");

    // The same results teach nothing more, be they called by another name.
    fs::rename(clone.folder.join("shardwright-report"), clone.folder.join("out")).unwrap();
    let said = clone.timings_commit(&["out", "--threshold", "0%"]);
    assert_eq!(said.code, 0);
    assert_eq!(said.stderr, "nothing worth a commit: these results were learnt from before\n");
}

#[test]
fn a_threshold_of_nothing_takes_every_change() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    let mut slow = six();
    // It moves, and it is so small a part that no plan gets better.
    slow["results"]["b1"] = json!({"status": "passed", "duration": 100});
    clone.write("suite.json", slow.to_string());
    clone.run(&[]);
    let said = clone.timings_commit(&["--threshold", "1000%"]);
    assert!(said.stderr.contains("--threshold 1000% takes no less\n"), "{}", said.stderr);
    let said = clone.timings_commit(&["--threshold", "0%", "--dry-run"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert!(said.stdout.starts_with("Update test timings [skip ci]\n\n"), "{}", said.stdout);
    let head = clone.head();
    let subject = ["--subject", "chore: timings", "--ci-skip", ""];
    let said = clone.timings_commit(&[&["--threshold", "0%"][..], &subject].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(
        git(&clone.folder, &["log", "-1", "--format=%s %P"]),
        format!("chore: timings {head}")
    );
}

#[test]
fn what_a_run_wrote_and_what_was_pruned_goes_in_once() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    clone.run_with("new one");
    let said = clone.call(
        &["merge", "shardwright-report", "--output", "out", "--update-timings", "--quiet"],
        &[],
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    let written = clone.read("timings.json");
    assert_eq!(clone.timings_commit(&["out"]).code, 0);
    assert_eq!(clone.read("timings.json"), written, "learnt once");
    // Somebody removed an entry: that goes in as well, with whatever else is learnt.
    clone.write("timings.json", written.replace(r#","new one":10"#, ""));
    assert_ne!(clone.read("timings.json"), written);
    clone.run(&[]);
    assert_eq!(clone.timings_commit(&[]).code, 0);
    let log = git(&clone.folder, &["log", "-1", "--format=%B"]);
    assert!(log.contains("1 test is gone:\n    0.01 s  "), "{log}");
    assert_eq!(clone.status(), "");
}

#[test]
fn two_jobs_that_race_are_both_learnt_from() {
    let remote = Remote::new();
    let (one, two) = (remote.clone("one"), remote.clone("two"));
    one.run_with("of one");
    two.run_with("of two");
    // Nobody's push is taken before both have come: then one is refused, for real.
    remote.hook(
        "pre-receive",
        "touch arrived.$$; n=0\nuntil test $(ls arrived.* | wc -l) -ge 2 || test $n -ge 600; do\n  \
         sleep 0.1; n=$((n + 1))\ndone",
    );
    let start = |clone: &Clone| {
        let mut tool = clone.tool(&["timings", "commit", "--push"], &GITHUB);
        tool.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        tool.spawn().expect("the tool starts")
    };
    let jobs = [start(&one), start(&two)];
    let ends = jobs.map(|job| said(job.wait_with_output().unwrap()));
    for end in &ends {
        assert_eq!(end.code, 0, "{}", end.stderr);
        assert!(end.stderr.contains("timings.json pushed to main of origin as "), "{}", end.stderr);
    }
    let raced = ends.iter().filter(|end| end.stderr.contains("moved meanwhile: once more"));
    assert_eq!(raced.count(), 1, "{ends:?}");
    let timings = remote.show("main:timings.json");
    assert!(timings.contains("of one") && timings.contains("of two"), "{timings}");
    let subject = "Update test timings [skip ci]";
    assert_eq!(remote.subjects(), [subject, subject, "the suite"]);
    assert_eq!(remote.changed(), ["timings.json"]);
    let authors = git(&remote.0.path("origin.git"), &["log", "-2", "--format=%an", "main"]);
    assert_eq!(authors, "github-actions[bot]\ngithub-actions[bot]");
}

#[test]
fn many_jobs_that_race_all_get_their_turn() {
    let remote = Remote::new();
    let jobs: Vec<(Clone, String)> = (0..5)
        .map(|number| (remote.clone(&format!("job-{number}")), format!("job-{number}")))
        .collect();
    for (clone, title) in &jobs {
        clone.run_with(title);
    }
    let running = jobs.iter().map(|(clone, _)| {
        let mut tool = clone.tool(&["timings", "commit", "--push", "--strict"], &GITHUB);
        tool.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        tool.spawn().expect("the tool starts")
    });
    for job in running.collect::<Vec<_>>() {
        let end = said(job.wait_with_output().unwrap());
        assert_eq!(end.code, 0, "{}", end.stderr);
    }
    let timings = remote.show("main:timings.json");
    for (_, title) in &jobs {
        assert!(timings.contains(title.as_str()), "{title}: {timings}");
    }
    assert_eq!(remote.subjects().len(), 6);
}

#[test]
fn a_branch_that_moved_in_other_files_or_was_moved_aside_gets_the_commit_on_top() {
    let remote = Remote::new();
    let (clone, other) = (remote.clone("work"), remote.clone("other"));
    clone.run_with("new one");
    other.write("notes.txt", "of another\n");
    other.commit("other work");
    git(&other.folder, &["push", "-q", "origin", "main"]);
    let (before, head) = (clone.status(), clone.head());
    let said = clone.timings_commit(&["--push"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.ends_with("stays as it is: `git pull` brings the commit\n"), "{said:?}");
    assert_eq!((clone.status(), clone.head()), (before, head), "nothing here was touched");
    assert_eq!(remote.subjects(), ["Update test timings [skip ci]", "other work", "the suite"]);
    assert_eq!(remote.changed(), ["timings.json"]);
    assert_eq!(remote.show("main:notes.txt"), "of another");
    git(&clone.folder, &["pull", "-q", "--ff-only"]);
    assert!(clone.read("timings.json").contains("new one"));

    // Somebody moves the branch aside, with another file and without the commit.
    clone.run_with("newer one");
    git(&other.folder, &["commit", "-q", "--amend", "-m", "amended"]);
    git(&other.folder, &["push", "-q", "--force", "origin", "main"]);
    let said = clone.timings_commit(&["--push"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(remote.subjects(), ["Update test timings [skip ci]", "amended", "the suite"]);
    let timings = remote.show("main:timings.json");
    // What was taken off the branch stays off; what these results teach is there.
    assert!(timings.contains("newer one") && !timings.contains("\"new one"), "{timings}");
}

#[test]
fn a_shallow_checkout_of_a_commit_alone_is_enough() {
    let remote = Remote::new();
    let clone = remote.clone_with("work", &["--depth", "1"]);
    let head = clone.head();
    git(&clone.folder, &["checkout", "-q", "--detach"]);
    clone.run_with("new one");
    let said = clone.timings_commit(&["--push"]);
    let told = "error: no branch is checked out, and the CI machine names none\nhint: name the \
                branch to push to: `--branch main`\n";
    assert_eq!((said.code, said.stderr.as_str()), (2, told));
    // Another job pushes something in between.
    let other = remote.clone("other");
    other.write("notes.txt", "of another\n");
    other.commit("other work");
    git(&other.folder, &["push", "-q", "origin", "main"]);
    // GitHub says which branch it is.
    let said = clone.call(&["timings", "commit", "--push"], &GITHUB);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(remote.subjects(), ["Update test timings [skip ci]", "other work", "the suite"]);
    assert_eq!(remote.changed(), ["timings.json"]);
    assert_eq!(clone.head(), head);
    let said = clone.timings_commit(&["--push", "--branch", "a..b"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    // A branch that is not there yet is made: for a pull request.
    clone.run_with("newer one");
    let said = clone.timings_commit(&["--push", "--branch", "timings"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("pushed to the new branch timings of origin"), "{}", said.stderr);
    assert!(remote.show("timings:timings.json").contains("newer one"));
}

#[test]
fn a_push_that_is_refused_is_a_warning_with_a_remedy() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    clone.run_with("new one");
    remote.hook("pre-receive", "echo 'GH006: Protected branch ::error::x' >&2; exit 1");
    let said = clone.call(&["timings", "commit", "--push"], &GITHUB);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    let head = "warning: the timings are not committed: cannot push to `main` of `origin`\n  │ \
                [remote rejected] (pre-receive hook declined)\n";
    assert!(said.stderr.starts_with(head), "{}", said.stderr);
    assert!(said.stderr.contains("  │ remote: GH006: Protected branch"), "{}", said.stderr);
    let hint = "\nhint: may this job push (on GitHub `permissions: contents: write`)? where the \
                branch is protected, push to another with --branch NAME and open a pull request\n";
    assert!(said.stderr.contains(hint), "{}", said.stderr);
    let commands: Vec<&str> = said.stderr.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(commands.len(), 1, "{}", said.stderr);
    assert!(commands[0].starts_with("::warning title=shardwright::"), "{}", said.stderr);
    assert_eq!((clone.status(), remote.subjects().len()), (String::new(), 1));

    let said = clone.timings_commit(&["--push", "--strict"]);
    assert_eq!((said.code, said.stdout.as_str()), (3, ""));
    assert!(
        said.stderr.starts_with("error: cannot push to `main` of `origin`\n"),
        "{}",
        said.stderr
    );
    assert!(said.stderr.ends_with(&hint[1..]), "{}", said.stderr);
    // So does a remote that cannot be reached.
    let said = clone.timings_commit(&["--push", "--strict", "--remote", "nowhere"]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(said.stderr.contains("cannot push to `main` of `nowhere`"), "{}", said.stderr);
    let url = "http://ann:secret@127.0.0.1:1/a@b.git";
    let said = clone.timings_commit(&["--push", "--strict", "--remote", url]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    let told = "error: cannot push to `main` of `http://127.0.0.1:1/a@b.git`\n";
    assert!(said.stderr.starts_with(told) && !said.stderr.contains("secret"), "{}", said.stderr);
    let said = clone.timings_commit(&["--push", "--strict", "--remote=--upload-pack=touch x"]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(!clone.folder.join("x").exists());
}

#[test]
fn a_build_that_a_commit_of_ours_started_commits_nothing() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    clone.run_with("new one");
    assert_eq!(clone.call(&["timings", "commit", "--push"], &GITHUB).code, 0);
    // CI starts all the same, and its results are of another run.
    let next = remote.clone("next");
    next.run_with("another one");
    let said = next.call(&["timings", "commit", "--push"], &GITHUB);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    let head = next.head();
    let told = format!(
        "nothing is committed: this build is of {}, which brings nothing but timings; what its \
         push started must not push again\n",
        &head[..9]
    );
    assert_eq!(said.stderr, told);
    assert_eq!(remote.subjects().len(), 2);
    // A build by the clock, and a person, may.
    let nightly = [&GITHUB[..2], &[("GITHUB_EVENT_NAME", "schedule")], &GITHUB[3..]].concat();
    let said = next.call(&["timings", "commit", "--push"], &nightly);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(remote.subjects().len(), 3);
    // The job of the nightly build runs again, elsewhere: it is too late for that.
    let late = remote.clone("late");
    fs::rename(next.folder.join("shardwright-report"), late.folder.join("out")).unwrap();
    let said = late.call(&["timings", "commit", "out", "--push"], &nightly);
    assert_eq!(said.stderr, "nothing worth a commit: these results were learnt from before\n");
}

#[test]
fn a_shard_that_ran_again_teaches_without_the_others() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    clone.write("suite.json", with_result(six(), "b1", "failed", "no").to_string());
    let node = |number: u32, output: &str| {
        let shard = format!("{number}/2");
        let run = ["run", "--shard", &shard, "--quiet", "--fake", "suite.json", "--output", output];
        let said = clone.call(&run, &[]);
        assert!([0, 1].contains(&said.code), "{}", said.stderr);
    };
    node(1, "out/1");
    node(2, "out/2");
    assert_eq!(clone.timings_commit(&["out"]).code, 0);
    let first: BTreeSet<String> = results(&clone);
    assert_eq!(first.len(), 2);
    let failing = clone.read("out/1/results.json").contains("b1");
    clone.write("suite.json", six().to_string());
    node(if failing { 1 } else { 2 }, "out/again");
    assert_eq!(clone.timings_commit(&["out"]).code, 0);
    let log = git(&clone.folder, &["log", "-1", "--format=%B"]);
    assert!(log.contains("1 test fails now or passes again:\n    failed -> passed  "), "{log}");
    let second = results(&clone);
    assert!(second.is_superset(&first) && second.len() == 3, "{first:?} {second:?}");
    let said = clone.timings_commit(&["out"]);
    assert_eq!(said.stderr, "nothing worth a commit: these results were learnt from before\n");
}

/// What the last commit says that it learnt from.
fn results(clone: &Clone) -> BTreeSet<String> {
    let format = "--format=%(trailers:key=Shardwright-Results,valueonly)";
    let log = git(&clone.folder, &["log", "-1", format]);
    log.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn pull_requests_commit_nothing_even_where_a_branch_is_named() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    clone.run_with("new one");
    let request = [
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_REF", "refs/pull/5/merge"),
        ("GITHUB_HEAD_REF", "main"),
    ];
    // The job that pushes to a branch beside a protected one runs in every build.
    for branch in [&[][..], &["--branch", "main"], &["--branch", "timings"]] {
        let push = [&["timings", "commit", "--push"], branch].concat();
        let said = clone.call(&push, &request);
        assert_eq!((said.code, said.stdout.as_str()), (0, ""));
        let told = "nothing is committed: this build is of a pull request; the branch that it goes \
                    to learns from its own builds\n";
        assert_eq!(said.stderr, told);
        assert_eq!((remote.subjects().len(), remote.branches().len()), (1, 1));
    }
}

#[test]
fn titles_say_nothing_to_git_and_to_hosts() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    let hostile = "x\n\nCo-authored-by: Eve <eve@evil.example>\nShardwright-Results: 00000000\n\
                   # [skip actions] fixes #5 Closes SHOP-7 @team \u{1b}[2J";
    clone.run_with(hostile);
    let said = clone.timings_commit(&["--ci-skip", ""]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let message = git(&clone.folder, &["log", "-1", "--format=%B"]);
    let trailers = git(&clone.folder, &["log", "-1", "--format=%(trailers:keyonly)"]);
    assert_eq!(trailers.trim(), "Shardwright-Results");
    assert!(!results(&clone).contains("00000000"), "{message}");
    let lines: Vec<&str> = message.lines().filter(|line| line.contains("Eve")).collect();
    assert_eq!(lines.len(), 1, "{message}");
    assert!(lines[0].starts_with("    ") && lines[0].contains("fixes"), "{message}");
    for sign in ["[skip", "#5", "SHOP-7", "@team", "eve@evil", "\u{1b}"] {
        assert!(!message.contains(sign), "{sign}: {message}");
    }
    assert!(
        clone.read("timings.json").contains("fixes #5 Closes SHOP-7 @team"),
        "the history keeps the title"
    );
}

#[test]
fn the_users_name_and_branch_of_their_own_are_taken() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    git(&clone.folder, &["config", "user.name", "Bob"]);
    git(&clone.folder, &["config", "user.email", "bob@example.org"]);
    git(&clone.folder, &["checkout", "-q", "-b", "topic"]);
    clone.run_with("new one");
    let said = clone.call(&["timings", "commit", "--push"], &GITHUB);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let who = git(&remote.0.path("origin.git"), &["log", "-1", "--format=%an %ce", "topic"]);
    assert_eq!(who, "Bob bob@example.org");
    assert_eq!(remote.subjects(), ["the suite"]);
    // What was made here is what is checked out here.
    assert_eq!(clone.status(), "");
    let told = "main of origin";
    assert!(!said.stderr.contains(told), "{}", said.stderr);
    assert_eq!(said.stdout.trim_end(), clone.head());
    // Somebody's own commits, which are not pushed yet, stay theirs.
    clone.write("notes.txt", "mine\n");
    git(&clone.folder, &["commit", "-q", "-a", "-m", "mine"]);
    let head = clone.head();
    clone.run_with("newer one");
    assert_eq!(clone.timings_commit(&["--push"]).code, 0);
    let log = git(&remote.0.path("origin.git"), &["log", "--format=%s", "topic"]);
    assert!(!log.contains("mine") && log.lines().count() == 3, "{log}");
    assert_eq!(clone.head(), head);
}

#[test]
fn where_there_is_no_repository_or_nothing_in_it_that_is_said() {
    let place = Place::scripted(&six());
    assert_eq!(place.play(&["run", "--quiet"]).code, 0);
    let said = place.answer(
        place
            .tool(&["timings", "commit"])
            .env("GIT_CEILING_DIRECTORIES", place.path("..").canonicalize().unwrap()),
    );
    assert_eq!((said.code, said.stdout.as_str()), (5, ""));
    assert!(said.stderr.contains("not a git repository"), "{}", said.stderr);
    git(&place.path("."), &["init", "-q", "-b", "main"]);
    let refuses = |stderr: &str| place.refuses(&["timings", "commit"], 5, stderr);
    refuses(
        "error: the repository has no commit yet\nhint: make the first one: the timings are \
         committed on top of it",
    );
    git(&place.path("."), &["add", "suite.json"]);
    git(&place.path("."), &["commit", "-q", "-m", "first"]);
    // The first history of all.
    assert_eq!(place.call(&["timings", "commit", "-q"]).code, 0);
    assert!(git(&place.path("."), &["show", "HEAD:timings.json"]).contains("c.spec.ts"));
    place.write("timings.json", "{");
    let said = place.call(&["timings", "commit"]);
    assert_eq!((said.code, place.read("timings.json").as_str()), (5, "{"));
    git(&place.path("."), &["checkout", "-q", "--", "timings.json"]);
    fs::remove_dir_all(place.path("shardwright-report")).unwrap();
    place.refuses(
        &["timings", "commit"],
        5,
        "error: no folder `./shardwright-report`\nhint: name the folder that the results were \
         downloaded to",
    );
}

#[test]
fn a_project_in_a_folder_of_a_monorepo_commits_its_own_file() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    fs::create_dir_all(clone.folder.join("apps/web shop")).unwrap();
    clone.write("apps/web shop/suite.json", six().to_string());
    clone.commit("an app");
    git(&clone.folder, &["push", "-q", "origin", "main"]);
    let inside = ["-C", "apps/web shop"];
    let run = ["run", "--shards", "2", "-q", "--fake", "apps/web shop/suite.json"];
    assert_eq!(clone.call(&[&inside[..], &run].concat(), &[]).code, 0);
    let said = clone.call(&[&inside[..], &["timings", "commit", "--push"]].concat(), &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(remote.changed(), ["apps/web shop/timings.json"]);
    assert_eq!(clone.status(), "");
}
