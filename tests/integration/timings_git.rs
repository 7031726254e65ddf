//! Timings of two branches, merged by a real git: through the driver, and without it.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use crate::support::place::Place;
use crate::support::{Said, repository, said};

/// The two lines of set-up that docs/timings.md has.
const ATTRIBUTE: &str = "timings.json merge=shardwright";
const CONFIG: [&str; 2] = ["merge.shardwright.driver", "shardwright timings merge-driver %O %A %B"];

/// A repository with a history of four files on its branch `main`.
struct Repository(Place);

impl Repository {
    fn new() -> Self {
        let repository = Self(Place::new());
        repository.git(&["init", "-q", "-b", "main"]);
        repository.0.write("timings.json", history(&FOUR));
        repository.commit("main");
        repository
    }

    /// As the README says.
    fn with_driver() -> Self {
        let repository = Self::new();
        repository.0.write(".gitattributes", format!("{ATTRIBUTE}\n"));
        repository.git(&[&["config"][..], &CONFIG].concat());
        repository.commit("attributes");
        repository
    }

    /// Calls git with the tool on its path, and no configuration of this machine.
    fn try_git(&self, arguments: &[&str]) -> Said {
        let tool = Path::new(env!("CARGO_BIN_EXE_shardwright")).parent().unwrap();
        let harness = self.0.tool(&[]);
        let path =
            harness.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, value)| value);
        let path = path.expect("a path").to_string_lossy().into_owned();
        let mut git = Command::new("git");
        git.current_dir(self.0.path(".")).env_clear().args(arguments);
        git.env("PATH", format!("{}:{path}", tool.display()));
        for (name, value) in [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_SYSTEM", "/dev/null"),
            ("GIT_AUTHOR_NAME", "a"),
            ("GIT_AUTHOR_EMAIL", "a@b"),
            ("GIT_COMMITTER_NAME", "a"),
            ("GIT_COMMITTER_EMAIL", "a@b"),
        ] {
            git.env(name, value);
        }
        said(git.output().expect("git is installed"))
    }

    #[track_caller]
    fn git(&self, arguments: &[&str]) -> Said {
        let said = self.try_git(arguments);
        assert_eq!(said.code, 0, "git {arguments:?}: {}{}", said.stdout, said.stderr);
        said
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// Commits this text on a branch that starts at `main`.
    fn branch(&self, name: &str, text: &str) {
        self.git(&["checkout", "-q", "-b", name, "main"]);
        self.0.write("timings.json", text);
        self.commit(name);
    }

    /// Merges `theirs` into `ours`.
    fn merge(&self, ours: &str, theirs: &str) -> Said {
        self.git(&["checkout", "-q", ours]);
        self.try_git(&["merge", "-q", "-m", "merge", theirs])
    }

    fn timings(&self) -> String {
        self.0.read("timings.json")
    }
}

/// Files, each with two tests and their times.
type Files<'a> = [(&'a str, u32, u32)];

const FOUR: [(&str, u32, u32); 4] =
    [("a", 100, 100), ("b", 100, 100), ("c", 100, 100), ("d", 100, 100)];

/// One side moved `a` and the first test of `b`, removed `c`, added `e`.
const OURS: [(&str, u32, u32); 4] =
    [("a", 300, 100), ("b", 500, 100), ("d", 100, 100), ("e", 70, 70)];

/// The other moved the second test of `b` and `d`, added `f`.
const THEIRS: [(&str, u32, u32); 5] =
    [("a", 100, 100), ("b", 100, 700), ("c", 100, 100), ("d", 900, 100), ("f", 80, 80)];

fn history(files: &Files<'_>) -> String {
    let mut text = r#"{"format":"shardwright.timings","version":1,"files":{"#.to_owned();
    for (position, (file, x, y)) in files.iter().enumerate() {
        let comma = if position == 0 { "" } else { "," };
        write!(text, "{comma}\n\"{file}.spec.ts\":{{\"chromium\":{{\"x\":{x},\"y\":{y}}}}}")
            .unwrap();
    }
    text + "\n}}\n"
}

#[test]
fn git_merges_two_branches_through_the_driver_without_a_conflict() {
    let repository = Repository::with_driver();
    repository.branch("ours", &history(&OURS));
    repository.branch("theirs", &history(&THEIRS));
    let said = repository.merge("ours", "theirs");
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    let merged =
        history(&[("a", 300, 100), ("b", 500, 700), ("d", 900, 100), ("e", 70, 70), ("f", 80, 80)]);
    assert_eq!(repository.timings(), merged);
    assert_eq!(repository.git(&["status", "--porcelain"]).stdout, "");

    // The other direction gives the same.
    repository.git(&["checkout", "-q", "-b", "back", "ours~1"]);
    let said = repository.merge("theirs", "ours");
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert_eq!(repository.timings(), merged);
}

#[test]
fn both_branches_may_move_the_same_test_or_begin_a_history() {
    let repository = Repository::with_driver();
    repository.branch("ours", &history(&[("a", 300, 100)]));
    repository.branch("theirs", &history(&[("a", 700, 100)]));
    assert_eq!(repository.merge("ours", "theirs").code, 0);
    assert_eq!(repository.timings(), history(&[("a", 500, 100)]));

    let repository = Repository::with_driver();
    repository.git(&["rm", "-q", "timings.json"]);
    repository.commit("none");
    repository.branch("ours", &history(&[("a", 300, 100)]));
    repository.branch("theirs", &history(&[("b", 700, 100)]));
    let said = repository.merge("ours", "theirs");
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert_eq!(repository.timings(), history(&[("a", 300, 100), ("b", 700, 100)]));
}

#[test]
fn without_the_driver_the_same_branches_collide_and_can_be_resolved() {
    for style in ["merge", "diff3", "zdiff3"] {
        let repository = Repository::new();
        repository.git(&["config", "merge.conflictStyle", style]);
        repository.branch("ours", &history(&OURS));
        repository.branch("theirs", &history(&THEIRS));
        let said = repository.merge("ours", "theirs");
        assert_eq!(said.code, 1, "{}{}", said.stdout, said.stderr);
        let line = repository.timings().lines().position(|line| line.starts_with("<<<<<<<"));
        let line = line.expect("a conflict") + 1;
        let said = repository.0.call(&["timings", "show"]);
        assert_eq!((said.code, said.stdout.as_str()), (5, ""));
        let caused = format!("caused by: line {line}: has merge conflict markers\n");
        assert!(said.stderr.contains(&caused), "{}", said.stderr);

        let said = repository.0.call(&["timings", "merge", "--conflicted"]);
        assert_eq!(said.code, 0, "{style}: {}", said.stderr);
        let resolved = repository.timings();
        if style == "merge" {
            // Without the base, nobody knows which side moved and which side removed.
            assert!(
                resolved.contains(r#""b.spec.ts":{"chromium":{"x":300,"y":400}}"#),
                "{resolved}"
            );
        } else {
            assert!(
                resolved.contains(r#""b.spec.ts":{"chromium":{"x":500,"y":700}}"#),
                "{resolved}"
            );
            assert!(!resolved.contains("c.spec.ts"), "{resolved}");
        }
        assert!(resolved.contains("e.spec.ts") && resolved.contains("f.spec.ts"), "{resolved}");
        repository.git(&["add", "timings.json"]);
        repository.git(&["commit", "-q", "--no-edit"]);
    }
}

#[test]
fn what_is_no_timings_file_is_left_to_people() {
    let repository = Repository::with_driver();
    let broken = history(&THEIRS).replace("700", "-7");
    repository.branch("ours", &history(&OURS));
    repository.branch("theirs", &broken);
    let said = repository.merge("ours", "theirs");
    assert_eq!(said.code, 1, "{}{}", said.stdout, said.stderr);
    assert!(
        said.stderr.contains("line 3, column 39: a duration cannot be negative"),
        "{}",
        said.stderr
    );
    assert_eq!(repository.git(&["status", "--porcelain"]).stdout, "UU timings.json\n");
    assert_eq!(repository.timings(), history(&OURS));
}

#[test]
fn the_docs_have_the_two_lines_of_set_up() {
    let docs = std::fs::read_to_string(repository().join("docs/timings.md")).unwrap();
    let [name, driver] = CONFIG;
    for line in
        [format!("echo '{ATTRIBUTE}' >> .gitattributes"), format!("git config {name} '{driver}'")]
    {
        assert!(docs.lines().any(|said| said == line), "{line}");
    }
}
