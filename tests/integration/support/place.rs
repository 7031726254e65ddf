//! A folder of a test's own, and what the tool says in it without what changes from run to run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{Said, fixture, said, tool};

/// A folder of a test's own; it goes when the test ends.
pub(crate) struct Place {
    folder: TempDir,
    project: PathBuf,
}

impl Place {
    /// An empty project folder.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made");
        let project = folder.path().join("project");
        fs::create_dir(&project).expect("a folder can be made");
        Self { folder, project }
    }

    /// A project folder with this scripted suite, in `suite.json`.
    pub(crate) fn scripted(script: &Value) -> Self {
        let place = Self::new();
        place.write("suite.json", script.to_string());
        place
    }

    /// A project folder with a real Playwright and these files.
    pub(crate) fn with_playwright(files: &[(&str, &str)]) -> Self {
        Self::with_modules("shop", files)
    }

    /// The same with the packages of another fixture.
    pub(crate) fn with_modules(of: &str, files: &[(&str, &str)]) -> Self {
        let place = Self::new();
        let modules = fixture(&format!("{of}/node_modules"));
        assert!(
            modules.join("@playwright/test/package.json").is_file(),
            "no Playwright in `{}`: run fixtures/machine/setup test",
            modules.display()
        );
        let status = Command::new("cp").arg("-rl").args([&modules, &place.project]).status();
        assert!(status.expect("cp starts").success(), "Playwright cannot be linked here");
        for (path, text) in files {
            place.write(path, text);
        }
        place
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("it lies in the project")).expect("a folder");
        fs::write(path, text).expect("a file can be written");
    }

    /// The text of a file of the project.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("`{path}`: {error}"))
    }

    /// A file of the project as JSON.
    pub(crate) fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.read(path)).unwrap_or_else(|error| panic!("`{path}`: {error}"))
    }

    /// Where a file of the project lies.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.project.join(path)
    }

    /// The tool, to be started in the project folder; its cache is the place's own.
    pub(crate) fn tool(&self, arguments: &[&str]) -> Command {
        let mut command = tool(&self.project);
        // Nobody waits for another try here.
        command.env("SHARDWRIGHT_BACKOFF", "0s..0s");
        command.env("XDG_CACHE_HOME", self.folder.path().join("cache")).args(arguments);
        command
    }

    /// Calls the tool; what it says has the folder as `[DIR]`.
    pub(crate) fn call(&self, arguments: &[&str]) -> Said {
        self.answer(&mut self.tool(arguments))
    }

    /// Calls the tool on the scripted suite.
    pub(crate) fn play(&self, arguments: &[&str]) -> Said {
        self.answer(self.tool(arguments).args(["--fake", "suite.json"]))
    }

    /// The answer of a command that [`Self::tool`] made.
    pub(crate) fn answer(&self, command: &mut Command) -> Said {
        let said = said(command.output().expect("the tool starts"));
        let folder = self.project.to_string_lossy();
        let stderr = said.stderr.replace(&*folder, "[DIR]");
        Said { stderr, ..said }
    }

    /// Every file of the project that is not Playwright's, with its content.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let walk = walkdir::WalkDir::new(&self.project).into_iter();
        for entry in walk.filter_entry(|entry| entry.file_name() != "node_modules") {
            let entry = entry.expect("the folder can be read");
            let path = entry.path().strip_prefix(&self.project).expect("it lies in it");
            let content = if entry.file_type().is_file() {
                fs::read(entry.path()).expect("the file can be read")
            } else {
                Vec::new()
            };
            files.insert(path.to_path_buf(), content);
        }
        files
    }

    /// The tool ends with this code, says exactly this on standard error and nothing on standard
    /// output, and leaves every file as it was.
    #[track_caller]
    pub(crate) fn refuses(&self, arguments: &[&str], code: i32, stderr: &str) {
        self.refuses_as(&mut self.tool(arguments), code, stderr);
    }

    /// As [`Self::refuses`], for a command that [`Self::tool`] made.
    #[track_caller]
    pub(crate) fn refuses_as(&self, command: &mut Command, code: i32, stderr: &str) {
        let before = self.files();
        let said = self.answer(command);
        assert_eq!((said.code, said.stderr.trim_end()), (code, stderr.trim_end()), "{command:?}");
        assert_eq!(said.stdout, "", "{command:?}");
        let after = self.files();
        let changed: Vec<&Path> = before
            .iter()
            .filter(|(path, content)| after.get(*path) != Some(content))
            .map(|(path, _)| path.as_path())
            .collect();
        assert!(changed.is_empty(), "{command:?} changed {changed:?}");
    }
}

/// A text without times, with single spaces and without those at line ends: how tables read.
pub(crate) fn plain(text: &str) -> String {
    let time = regress::Regex::new(r"\d+\.\d+ s").expect("an expression");
    let spaces = regress::Regex::new(" +").expect("an expression");
    let line = |line: &str| {
        let line = time.replace_all(line, "[TIME]");
        spaces.replace_all(&line, " ").trim().to_owned() + "\n"
    };
    text.lines().map(line).collect()
}
