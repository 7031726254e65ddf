//! A job of GitHub Actions with one step that uses this repository's action: its own steps are read
//! from `action.yml` and run as the runner does, by bash with the environment that they name.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{read, repository, tool};

/// The repository that the action is taken from.
pub(crate) const REPOSITORY: &str = "us/shardwright";

/// Values by name.
pub(crate) type Values = BTreeMap<String, String>;

/// A job, and what the runner gives it.
pub(crate) struct Job {
    folder: PathBuf,
    /// Where the steps start: the checked-out repository.
    pub(crate) workspace: PathBuf,
    /// Variables of the job, such as `RUNNER_ARCH`.
    pub(crate) environment: Values,
}

/// What came of the action.
#[derive(Debug)]
pub(crate) struct Used {
    pub(crate) code: i32,
    /// Both streams of all steps, as the log of the job has them.
    pub(crate) log: String,
    /// Those of the action, by the names that it declares.
    pub(crate) outputs: Values,
}

impl Job {
    /// A job in `folder`, which is empty and its own; the workspace is another.
    pub(crate) fn new(folder: &Path, workspace: &Path) -> Self {
        let given = [("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64"), ("GITHUB_ACTIONS", "true")];
        let mut environment: Values =
            given.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        for name in ["temp", "tools"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        let mut set = |name: &str, path: PathBuf| {
            environment.insert(name.to_owned(), path.to_str().unwrap().to_owned())
        };
        set("RUNNER_TEMP", folder.join("temp"));
        set("RUNNER_TOOL_CACHE", folder.join("tools"));
        set("GITHUB_PATH", folder.join("path"));
        set("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
        set("GITHUB_ACTION_PATH", repository());
        // No test asks the real one for releases.
        let server = format!("file://{}", folder.join("server").display());
        environment.insert("GITHUB_SERVER_URL".to_owned(), server);
        Self { folder: folder.to_path_buf(), workspace: workspace.to_path_buf(), environment }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// What stands on the page of the job.
    pub(crate) fn summary(&self) -> String {
        fs::read_to_string(self.folder.join("summary.md")).unwrap_or_default()
    }

    /// Folders that later steps look for programs in.
    pub(crate) fn path(&self) -> String {
        fs::read_to_string(self.folder.join("path")).unwrap_or_default()
    }

    /// Uses the action with these inputs, and the tool that was built for the tests.
    pub(crate) fn uses(&self, inputs: &[(&str, &str)]) -> Used {
        self.uses_as(
            [&[("version", env!("CARGO_BIN_EXE_shardwright"))], inputs].concat().as_slice(),
        )
    }

    /// Uses the action with these inputs alone.
    pub(crate) fn uses_as(&self, inputs: &[(&str, &str)]) -> Used {
        let action = metadata();
        let mut known = Values::new();
        for (name, input) in action["inputs"].as_object().unwrap() {
            let given = inputs.iter().find(|(given, _)| given == name).map(|(_, value)| *value);
            let default = input["default"].as_str().unwrap_or_default();
            known.insert(format!("inputs.{name}"), given.unwrap_or(default).to_owned());
        }
        // In the environment of a composite action's steps the runner leaves GITHUB_ACTION_REPOSITORY
        // empty, and in their scripts this context, too; only in `env` it is known (actions/runner#2473).
        known.insert("github.action_repository".to_owned(), REPOSITORY.to_owned());
        known.insert("strategy.job-index".to_owned(), "0".to_owned());
        known.insert("strategy.job-total".to_owned(), "1".to_owned());
        let (mut code, mut log) = (0, String::new());
        for step in read::list(&action["runs"], "steps") {
            let (ended, said, outputs) = self.step(step, &known);
            let id = read::text(step, "id");
            known.extend(
                outputs
                    .into_iter()
                    .map(|(name, value)| (format!("steps.{id}.outputs.{name}"), value)),
            );
            (code, log) = (ended, log + &said);
            if code != 0 {
                break;
            }
        }
        let output = |(name, output): (&String, &Value)| {
            (name.clone(), filled(output["value"].as_str().unwrap(), &known))
        };
        let outputs = action["outputs"].as_object().unwrap().iter().map(output).collect();
        Used { code, log, outputs }
    }

    fn step(&self, step: &Value, known: &Values) -> (i32, String, Values) {
        assert_eq!(step["shell"], "bash");
        let script = self.folder.join("step.sh");
        let outputs = self.folder.join("outputs");
        fs::write(&outputs, "").unwrap();
        fs::write(&script, read::text(step, "run")).unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&script);
        command.current_dir(&self.workspace).env_clear().stdin(Stdio::null());
        let harness = tool(&self.workspace);
        command.envs(harness.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.envs(&self.environment).env("GITHUB_OUTPUT", &outputs);
        command.env("GITHUB_ACTION_REPOSITORY", "");
        for (name, value) in step["env"].as_object().unwrap() {
            command.env(name, filled(value.as_str().unwrap(), known));
        }
        let log = self.folder.join("log");
        let both = File::create(&log).unwrap();
        command.stdout(both.try_clone().unwrap()).stderr(both);
        let code = command.status().unwrap().code().unwrap();
        let text = |file: &Path| fs::read_to_string(file).unwrap();
        (code, text(&log), values(&text(&outputs)))
    }
}

/// What `action.yml` says.
pub(crate) fn metadata() -> Value {
    let text = fs::read_to_string(repository().join("action.yml")).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

/// A text with its `${{ ... }}` filled in; what nobody set is empty.
fn filled(text: &str, known: &Values) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (name, after) = after.split_once("}}").unwrap();
        out = out + before + known.get(name.trim()).map_or("", String::as_str);
        rest = after;
    }
    out + rest
}

/// The values in a file of outputs.
fn values(text: &str) -> Values {
    let mut values = Values::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some((name, mark)) = line.split_once("<<") {
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != mark).collect();
            values.insert(name.to_owned(), value.join("\n"));
        } else {
            let (name, value) = line.split_once('=').expect("NAME=VALUE");
            values.insert(name.to_owned(), value.to_owned());
        }
    }
    values
}
