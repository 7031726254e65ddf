//! A remote goes in as a name, clones of it come out, each of which runs the same scripted suite: for
//! what the tool does with git. Git is a real one; the configuration of this machine does not count.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::place::Place;
use crate::support::script::{six, suite};
use crate::support::{Said, said};

/// The variables of a build of a push to `main`.
pub(crate) const GITHUB: [(&str, &str); 4] = [
    ("CI", "true"),
    ("GITHUB_ACTIONS", "true"),
    ("GITHUB_EVENT_NAME", "push"),
    ("GITHUB_REF", "refs/heads/main"),
];

pub(crate) const NO_CONFIG: [(&str, &str); 2] =
    [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")];

/// Calls git in a folder; the configuration of this machine does not count.
#[track_caller]
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).env_clear().envs(NO_CONFIG).env("PATH", path());
    git.args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]).args(arguments);
    let said = said(git.output().expect("git is installed"));
    assert_eq!(said.code, 0, "git {arguments:?}: {}{}", said.stdout, said.stderr);
    said.stdout.trim_end().to_owned()
}

fn path() -> String {
    let tool = crate::support::tool(Path::new("."));
    let path = tool.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, value)| value);
    path.expect("a path").to_string_lossy().into_owned()
}

/// A remote `origin.git` and clones of it, each of which runs the same scripted suite.
pub(crate) struct Remote(pub(crate) Place);

impl Remote {
    /// With one commit on `main`, and in it what earlier runs taught of six tests.
    pub(crate) fn new() -> Self {
        let remote = Self(Place::new());
        git(&remote.0.path("."), &["init", "-q", "--bare", "-b", "main", "origin.git"]);
        let first = remote.clone("first");
        first.write("suite.json", six().to_string());
        first.write("notes.txt", "one\n");
        first.write(".gitignore", "shardwright-report\nout*\n");
        first.run(&["--update-timings"]);
        first.commit("the suite");
        git(&first.folder, &["push", "-q", "origin", "main"]);
        remote
    }

    /// A clone of the branch `main`.
    pub(crate) fn clone(&self, name: &str) -> Clone {
        self.clone_with(name, &[])
    }

    pub(crate) fn clone_with(&self, name: &str, flags: &[&str]) -> Clone {
        let url = format!("file://{}", self.0.path("origin.git").display());
        git(&self.0.path("."), &[&["clone", "-q"], flags, &[&url, name]].concat());
        let folder = self.0.path(name);
        if !flags.contains(&"--branch") {
            git(&folder, &["symbolic-ref", "HEAD", "refs/heads/main"]);
        }
        Clone { folder, cache: self.0.path("cache") }
    }

    /// A file of a commit of the remote.
    pub(crate) fn show(&self, of: &str) -> String {
        git(&self.0.path("origin.git"), &["show", of])
    }

    pub(crate) fn subjects(&self) -> Vec<String> {
        self.subjects_of("main")
    }

    /// Of the commits of a branch, the newest first.
    pub(crate) fn subjects_of(&self, branch: &str) -> Vec<String> {
        let log = git(&self.0.path("origin.git"), &["log", "--format=%s", branch, "--"]);
        log.lines().map(str::to_owned).collect()
    }

    /// All branches and tags, with what they are at.
    pub(crate) fn refs(&self) -> Vec<String> {
        let refs = ["for-each-ref", "--format=%(refname) %(objectname)"];
        git(&self.0.path("origin.git"), &refs).lines().map(str::to_owned).collect()
    }

    /// The names of all branches.
    pub(crate) fn branches(&self) -> Vec<String> {
        let refs = self.refs().into_iter();
        refs.filter_map(|line| {
            Some(line.strip_prefix("refs/heads/")?.split(' ').next()?.to_owned())
        })
        .collect()
    }

    /// What the last commit of `main` changed.
    pub(crate) fn changed(&self) -> Vec<String> {
        let diff = ["diff-tree", "--no-commit-id", "--name-only", "-r", "main"];
        let names = git(&self.0.path("origin.git"), &diff);
        names.lines().map(str::to_owned).collect()
    }

    /// Makes the remote refuse, or do otherwise, when it is pushed to.
    pub(crate) fn hook(&self, name: &str, script: &str) {
        hook(&self.0.path("origin.git").join("hooks"), name, script);
    }
}

pub(crate) struct Clone {
    pub(crate) folder: PathBuf,
    cache: PathBuf,
}

impl Clone {
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        fs::write(self.folder.join(path), text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).unwrap()
    }

    pub(crate) fn commit(&self, message: &str) {
        git(&self.folder, &["add", "-A"]);
        git(&self.folder, &["commit", "-q", "-m", message]);
    }

    pub(crate) fn status(&self) -> String {
        git(&self.folder, &["status", "--porcelain"])
    }

    pub(crate) fn head(&self) -> String {
        git(&self.folder, &["rev-parse", "HEAD"])
    }

    pub(crate) fn tool(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut tool = crate::support::tool(&self.folder);
        tool.env("XDG_CACHE_HOME", &self.cache).env("HOME", &self.cache);
        tool.envs(NO_CONFIG).envs(variables.iter().copied()).args(arguments);
        tool
    }

    /// Calls the tool as git knows nobody here.
    pub(crate) fn call(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
        said(self.tool(arguments, variables).output().expect("the tool starts"))
    }

    pub(crate) fn timings_commit(&self, flags: &[&str]) -> Said {
        self.call(&[&["timings", "commit"], flags].concat(), &[])
    }

    /// Runs the suite; how it ends is up to its script.
    pub(crate) fn run(&self, flags: &[&str]) {
        let run = ["run", "--shards", "2", "--quiet", "--fake", "suite.json"];
        let said = self.call(&[&run[..], flags].concat(), &[]);
        assert!([0, 1].contains(&said.code), "{}", said.stderr);
    }

    /// Runs the suite with another test, which is worth a commit, without a change in git.
    pub(crate) fn run_with(&self, title: &str) {
        let titles = ["a1", title];
        let files: [(&str, &[&str]); 3] = [
            ("a.spec.ts", &titles),
            ("b.spec.ts", &["b1", "b2"]),
            ("c.spec.ts", &["c1", "c2", "c3"]),
        ];
        self.write("suite.json", suite(&files).to_string());
        self.run(&[]);
        git(&self.folder, &["checkout", "-q", "--", "suite.json"]);
    }
}

/// Puts a hook of git into a folder.
pub(crate) fn hook(folder: &Path, name: &str, script: &str) {
    fs::create_dir_all(folder).unwrap();
    let hook = folder.join(name);
    fs::write(&hook, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
}
