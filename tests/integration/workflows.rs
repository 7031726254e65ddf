//! The action's metadata and the project's own workflows: they fit their makers' schemas, have no known
//! hole, and say the same versions.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::support::place::Place;
use crate::support::python::{checked, program};
use crate::support::{Said, repository, said};

fn workflows() -> Vec<PathBuf> {
    let folder = fs::read_dir(repository().join(".github/workflows")).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 1, "{files:?}");
    files
}

#[test]
fn action_and_workflows_fit_the_schemas_of_github() {
    let action = fs::read_to_string(repository().join("action.yml")).unwrap();
    assert_eq!(checked("github-actions", &action), Ok(()));
    assert!(checked("github-actions", &action.replace("using:", "usin:")).is_err());
    for file in workflows() {
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(checked("github-workflows", &text), Ok(()), "{}", file.display());
        assert!(checked("github-workflows", &text.replace("runs-on:", "runs:")).is_err());
    }
}

/// What zizmor says of the folder of a repository, from medium on.
fn audit(folder: &std::path::Path) -> Said {
    let mut zizmor = program("zizmor");
    zizmor.args(["--offline", "--no-progress", "--color", "never", "--min-severity", "medium"]);
    said(zizmor.arg(folder).output().unwrap())
}

/// The actions of others that a text uses.
fn used(text: &str) -> BTreeSet<String> {
    let uses = text.lines().filter_map(|line| line.split_once("uses: ").map(|(_, used)| used));
    let others = uses.filter(|used| used.contains('@') && !used.starts_with("shardwright/"));
    others.map(|used| used.trim().trim_matches('"').to_owned()).collect()
}

#[test]
fn actions_of_others_are_pinned_alike_in_workflows_examples_and_templates() {
    let own: BTreeSet<String> =
        workflows().iter().flat_map(|file| used(&fs::read_to_string(file).unwrap())).collect();
    let pin = regress::Regex::new("^[a-z-]+/[a-z-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+$").unwrap();
    let source = |path: &str| fs::read_to_string(repository().join(path)).unwrap();
    for path in [
        "examples/github-matrix.yml",
        "examples/github-plan.yml",
        "src/cli/commands/init/ci/github.yml",
    ] {
        let used = used(&source(path));
        assert!(used.len() > 2 && used.is_subset(&own), "{path}: {used:?}, ours are {own:?}");
        assert!(used.iter().all(|action| pin.find(action).is_some()), "{path}: {used:?}");
    }
    let step = source("src/cli/commands/manager.rs");
    let step = step.lines().find_map(|line| line.split_once("\"uses: ")).unwrap().1;
    let step = step.split('"').next().unwrap();
    assert!(pin.find(step).is_some(), "{step}");
}

#[test]
fn no_hole_is_known_in_action_and_workflows() {
    let place = Place::new();
    let action = fs::read_to_string(repository().join("action.yml")).unwrap();
    place.write("action.yml", &action);
    for file in workflows() {
        let name = file.file_name().unwrap().to_str().unwrap();
        place.write(&format!(".github/workflows/{name}"), fs::read(&file).unwrap());
    }
    let found = audit(&place.path(""));
    assert_eq!(found.code, 0, "{}{}", found.stdout, found.stderr);
    // It sees a text of an input in a script.
    let open = action.replace(
        "run: bash \"$GITHUB_ACTION_PATH/action/call.sh\"",
        "run: echo ${{ inputs.args }}",
    );
    assert_ne!(open, action);
    place.write("action.yml", open);
    let found = audit(&place.path(""));
    assert!(found.code != 0 && found.stdout.contains("template-injection"), "{}", found.stdout);
}
