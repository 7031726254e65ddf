//! The workflows of `examples/` and `docs/ci.md` do not rot: they fit the schemas of their makers, and
//! what they call the tool with is played on four nodes and merged.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::place::Place;
use crate::support::python::checked;
use crate::support::repository;
use crate::support::script::six;

/// A workflow, and what makes four nodes of it.
pub(crate) struct Example {
    /// In `examples/`, or a block of `docs/ci.md` with that name.
    pub(crate) file: &'static str,
    /// What check-jsonschema calls its schema; none where it has none.
    pub(crate) schema: Option<&'static str>,
    /// Reports of nodes are kept as `all-reports/shard-I`; else one over the other, in the folder
    /// that they have on each node.
    has_artifacts: bool,
    /// What the first node has in these variables of the CI, and what all have.
    first: &'static [(&'static str, u32)],
    all: &'static [(&'static str, &'static str)],
}

pub(crate) const EXAMPLES: [Example; 11] = [
    Example {
        file: "github-matrix.yml",
        schema: Some("github-workflows"),
        has_artifacts: true,
        first: &[("matrix.shard", 1)],
        all: &[("strategy.job-total", "4")],
    },
    Example {
        file: "github-plan.yml",
        schema: Some("github-workflows"),
        has_artifacts: true,
        first: &[("matrix.shard", 1)],
        all: &[("matrix.shards", "4")],
    },
    Example {
        file: ".github/workflows/e2e.yml",
        schema: Some("github-workflows"),
        has_artifacts: true,
        // As the job's `env` has it.
        first: &[("SHARDWRIGHT_NODE_INDEX", 0)],
        all: &[("SHARDWRIGHT_NODE_TOTAL", "4")],
    },
    Example {
        file: "gitlab.yml",
        schema: Some("gitlab-ci"),
        has_artifacts: false,
        first: &[("CI_NODE_INDEX", 1)],
        all: &[("GITLAB_CI", "true"), ("CI_NODE_TOTAL", "4")],
    },
    Example {
        file: "circleci.yml",
        schema: Some("circle-ci"),
        has_artifacts: false,
        first: &[("CIRCLE_NODE_INDEX", 0)],
        all: &[("CIRCLECI", "true"), ("CIRCLE_NODE_TOTAL", "4")],
    },
    Example {
        file: "buildkite.yml",
        schema: Some("buildkite"),
        has_artifacts: false,
        first: &[("BUILDKITE_PARALLEL_JOB", 0)],
        all: &[("BUILDKITE", "true"), ("BUILDKITE_PARALLEL_JOB_COUNT", "4")],
    },
    Example {
        file: "azure.yml",
        schema: Some("azure-pipelines"),
        has_artifacts: true,
        first: &[("SYSTEM_JOBPOSITIONINPHASE", 1)],
        all: &[("TF_BUILD", "True"), ("SYSTEM_TOTALJOBSINPHASE", "4")],
    },
    Example {
        file: "bitbucket.yml",
        schema: Some("bitbucket-pipelines"),
        has_artifacts: false,
        first: &[("BITBUCKET_PARALLEL_STEP", 0)],
        all: &[("BITBUCKET_BUILD_NUMBER", "9"), ("BITBUCKET_PARALLEL_STEP_COUNT", "4")],
    },
    Example {
        file: "semaphore.yml",
        schema: None,
        has_artifacts: false,
        first: &[("SEMAPHORE_JOB_INDEX", 1)],
        all: &[("SEMAPHORE", "true"), ("SEMAPHORE_JOB_COUNT", "4")],
    },
    Example {
        file: "Jenkinsfile",
        schema: None,
        has_artifacts: false,
        first: &[("SHARD", 1)],
        all: &[],
    },
    Example {
        file: "kubernetes.yaml",
        schema: None,
        has_artifacts: false,
        first: &[("JOB_COMPLETION_INDEX", 0)],
        // As the container's `env` has it.
        all: &[("SHARDWRIGHT_NODE_TOTAL", "4")],
    },
];

impl Example {
    pub(crate) fn text(&self) -> String {
        let file = repository().join("examples").join(self.file);
        fs::read_to_string(file).unwrap_or_else(|_| block(self.file))
    }

    /// Every call of the tool in a text like this one.
    fn calls(&self, text: &str) -> Vec<Call> {
        let mut calls = Vec::new();
        if self.file == "Jenkinsfile" {
            let scripts =
                |line: &str| Some(line.trim().strip_prefix("sh '")?.strip_suffix('\'')?.to_owned());
            let scripts = text.lines().filter_map(scripts);
            calls.extend(scripts.filter_map(|script| call("", &script)));
        } else {
            for document in documents(text) {
                collect(&document, "", &mut calls);
            }
        }
        // Bitbucket has a step for each node.
        calls.dedup();
        calls
    }

    /// The variables of a node from 1 to 4.
    fn variables(&self, node: u32) -> Vec<(&'static str, String)> {
        let own = self.first.iter().map(|(name, first)| (*name, (first + node - 1).to_string()));
        own.chain(self.all.iter().map(|(name, value)| (*name, (*value).to_owned()))).collect()
    }
}

/// A call of the tool.
#[derive(Debug, PartialEq, Eq)]
struct Call {
    /// Where it starts, from the top of the repository.
    folder: String,
    /// Its words, without the tool's name.
    words: Vec<String>,
}

/// The block of `docs/ci.md` with this file's name.
fn block(file: &str) -> String {
    let page = fs::read_to_string(repository().join("docs/ci.md")).unwrap();
    let (_, rest) = page.split_once(&format!("```yaml {file}\n")).expect(file);
    rest.split("```").next().unwrap().to_owned()
}

pub(crate) fn documents(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The calls in every script, every step with the action and every container of a document.
fn collect(value: &Value, folder: &str, calls: &mut Vec<Call>) {
    match value {
        Value::String(script) => calls.extend(script.lines().filter_map(|line| call(folder, line))),
        Value::Array(values) => {
            let words: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            if words.len() > 1 && words[0] == "shardwright" {
                let words = words[1..].iter().map(|word| (*word).to_owned()).collect();
                calls.push(Call { folder: folder.to_owned(), words });
            }
            for value in values {
                collect(value, folder, calls);
            }
        }
        Value::Object(fields) => {
            let folder = fields.get(FOLDER).and_then(Value::as_str).unwrap_or(folder);
            let uses = fields.get("uses").and_then(Value::as_str).unwrap_or_default();
            if uses.starts_with("shardwright/shardwright@") {
                calls.push(inputs(&fields["with"]));
            }
            for value in fields.values() {
                collect(value, folder, calls);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Where a step of GitHub Actions starts.
const FOLDER: &str = "working-directory";

/// The call that the action makes of its inputs.
fn inputs(with: &Value) -> Call {
    let with = with.as_object().unwrap();
    let text = |name: &str| with.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut words = vec![text("command").to_owned()];
    for name in with.keys().filter(|name| !["command", "args", FOLDER].contains(&name.as_str())) {
        words.extend([format!("--{name}"), text(name).to_owned()]);
    }
    words.extend(text("args").split_whitespace().map(str::to_owned));
    Call { folder: text(FOLDER).to_owned(), words }
}

/// What a line that calls the tool calls it with.
fn call(folder: &str, line: &str) -> Option<Call> {
    let line = line.trim();
    let line = line.strip_prefix("tools/bin/").unwrap_or(line).strip_prefix("shardwright ")?;
    let words = line.split_whitespace().take_while(|word| !["||", "|", "&&", ">"].contains(word));
    Some(Call { folder: folder.to_owned(), words: words.map(str::to_owned).collect() })
}

/// A word in which the variables have been replaced, however the CI writes them.
fn filled(word: &str, place: &Place, variables: &[(&str, String)]) -> String {
    let mut word = word.replace("/results", &place.path("results").to_string_lossy());
    for (name, value) in variables {
        for written in [format!("${{{{ {name} }}}}"), format!("$({name})"), format!("${name}")] {
            word = word.replace(&written, value);
        }
    }
    assert!(!word.contains('$'), "{word}");
    word
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let status = Command::new("cp").arg("-r").arg(from.join(".")).arg(to).status().unwrap();
    assert!(status.success());
}

/// Runs every node of a text like an example, each in a fresh copy of its output folder, then the
/// rest. The project is in `folder` of the repository.
pub(crate) fn play(example: &Example, text: &str, folder: &str) {
    let place = Place::scripted(&six());
    let name = example.file;
    fs::create_dir_all(place.path(folder)).unwrap();
    let report = place.path(folder).join("shardwright-report");
    let calls = example.calls(text);
    let of = |command: &'static str| calls.iter().filter(move |call| call.words[0] == command);
    let counts = ["plan", "run", "merge", "timings"].map(|each| of(each).count());
    assert_eq!(counts.iter().sum::<usize>(), calls.len(), "{name}: {calls:?}");
    assert!(counts[1] == 1 && counts[2] > 0, "{name}: {calls:?}");
    if counts[3] > 0 {
        publish(&place);
    }
    let suite = place.path("suite.json");
    let answer = |call: &Call, variables: &[(&'static str, String)], is_played: bool| {
        let words: Vec<String> =
            call.words.iter().map(|word| filled(word, &place, variables)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let environment = variables.iter().filter(|(name, _)| !name.contains('.'));
        let mut tool = place.tool(&words);
        tool.envs(environment.cloned()).current_dir(place.path(&call.folder));
        if is_played {
            tool.arg("--fake").arg(&suite);
        }
        let said = place.answer(&mut tool);
        assert_eq!(said.code, 0, "{name}: {words:?}: {said:?}");
        said
    };
    for call in of("plan") {
        answer(call, &[], true);
    }
    let merge = of("merge").next().unwrap();
    let input = place.path(&merge.folder).join(filled(&merge.words[1], &place, &[]));
    for node in 1..=4 {
        let run = of("run").next().unwrap();
        let said = answer(run, &example.variables(node), true);
        let told = said.stderr.starts_with(&format!("this is shard {node}/4, says "));
        assert_eq!(told, run.words.contains(&"auto".to_owned()), "{name}: {said:?}");
        let kept = if example.has_artifacts {
            input.join(format!("shard-{node}"))
        } else {
            place.path("kept")
        };
        if report.exists() {
            copy(&report, &kept);
            fs::remove_dir_all(&report).unwrap();
        }
    }
    if place.path("kept").exists() {
        fs::rename(place.path("kept"), &input).unwrap();
    } else if !input.exists() {
        // What one job hands on under a name, the other gets at its top.
        fs::rename(place.path(folder).join("all-reports"), &input).unwrap();
    }
    for call in of("merge") {
        let said = answer(call, &[], false);
        assert!(said.stderr.contains("6 passed"), "{name}: {}", said.stderr);
    }
    for call in of("timings") {
        let said = answer(call, &[], false);
        assert!(said.stderr.contains("timings.json pushed to main of origin"), "{said:?}");
    }
}

/// Makes the place a repository whose one commit its remote has, too.
fn publish(place: &Place) {
    let script = "git init -q -b main . && git config user.name a && git config user.email a@b.c \
                  && git add -A && git commit -q -m first && git init -q --bare -b main ../origin \
                  && git remote add origin ../origin && git push -q origin main";
    let status = Command::new("sh").args(["-c", script]).current_dir(place.path("")).status();
    assert!(status.unwrap().success());
}

#[test]
fn every_example_runs_and_merges_four_nodes() {
    let files = fs::read_dir(repository().join("examples")).unwrap();
    for file in files {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(EXAMPLES.iter().any(|example| example.file == name), "no line for {name}");
    }
    let page = fs::read_to_string(repository().join("docs/ci.md")).unwrap();
    for block in page.split("```yaml ").skip(1) {
        let name = block.lines().next().unwrap();
        assert!(EXAMPLES.iter().any(|example| example.file == name), "no line for {name}");
    }
    for example in &EXAMPLES {
        play(example, &example.text(), "");
    }
}

#[test]
fn every_example_fits_the_schema_of_its_makers() {
    for example in &EXAMPLES {
        let Some(schema) = example.schema else { continue };
        let text = example.text();
        assert_eq!(checked(schema, &text), Ok(()), "{}", example.file);
        // The checker sees a mistake.
        let wrong = text.replace("steps:", "stepps:").replace("script:", "scripd:");
        let wrong = wrong.replace("- parallel:", "- paralel:");
        assert!(checked(schema, &wrong).is_err(), "{}", example.file);
    }
}

#[test]
fn what_plan_prints_for_a_ci_fits_the_schema_of_its_makers() {
    let place = Place::scripted(&six());
    let printed = |format: &str| {
        let said = place.play(&["plan", "--shards", "3", "--format", format]);
        assert_eq!(said.code, 0, "{said:?}");
        said.stdout
    };
    assert_eq!(checked("gitlab-ci", &printed("gitlab")), Ok(()));
    assert_eq!(checked("buildkite", &printed("buildkite")), Ok(()));
    let github: Value = serde_json::from_str(&printed("github")).unwrap();
    assert_eq!(github["include"].as_array().unwrap().len(), 3);
    assert!(printed("azure").starts_with("##vso[task.setvariable variable=matrix;isOutput=true]{"));
    let job = &documents(&printed("kubernetes"))[0];
    assert_eq!(job["spec"]["completions"], 3);
    place.refuses(
        &["plan", "--fake", "suite.json", "--compare", "--format", "github"],
        2,
        "error: plans side by side are a table or JSON: no CI system can run several\nhint: \
         `--format table` or `--format json`",
    );
}

#[test]
fn the_page_names_the_variables_that_the_code_reads() {
    let page = fs::read_to_string(repository().join("docs/ci.md")).unwrap();
    let mut rows = 0;
    for entry in fs::read_dir(repository().join("src/config/ci")).unwrap() {
        let path = entry.unwrap().path();
        let source = if path.is_file() { fs::read_to_string(path).unwrap() } else { continue };
        // `index: "A", first: 1, total: Some("B")`, on one line or on three.
        let Some((_, nodes)) = source.split_once("index: \"") else { continue };
        let (index, nodes) = nodes.split_once('"').unwrap();
        let first = nodes.split_once("first: ").unwrap().1.split(',').next().unwrap();
        let total = nodes.split_once("total: Some(\"").and_then(|(_, rest)| rest.split('"').next());
        let total = total.unwrap_or("SHARDWRIGHT_NODE_TOTAL");
        let row = format!("| `{index}` | {first} | `{total}` |");
        assert!(page.contains(&row), "docs/ci.md has no {row}");
        rows += 1;
    }
    assert_eq!(rows, 7);
}

#[test]
fn the_job_for_kubernetes_tells_its_nodes_how_many_they_are() {
    let text = fs::read_to_string(repository().join("examples/kubernetes.yaml")).unwrap();
    let documents = documents(&text);
    let [nodes, report] = &documents[..] else { panic!("{} documents", documents.len()) };
    let (spec, pod) = (&nodes["spec"], &nodes["spec"]["template"]["spec"]);
    assert_eq!((&nodes["kind"], &spec["completionMode"]), (&"Job".into(), &"Indexed".into()));
    assert_eq!((&spec["completions"], &spec["parallelism"]), (&4.into(), &4.into()));
    let total = &pod["containers"][0]["env"][0];
    assert_eq!((&total["name"], &total["value"]), (&"SHARDWRIGHT_NODE_TOTAL".into(), &"4".into()));
    assert_eq!((&report["kind"], &report["spec"]["suspend"]), (&"Job".into(), &true.into()));
    // What `plan --format kubernetes` patches.
    assert_eq!(pod["containers"][0]["name"], "shardwright");
    assert_eq!(nodes["metadata"]["name"], "shardwright");
}
