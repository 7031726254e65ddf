//! `--shard auto`: what the variables of a CI say is what runs.

use crate::support::Said;
use crate::support::place::Place;
use crate::support::script::six;

/// Runs a node with these variables.
fn node(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
    let arguments = [&["run", "--fake", "suite.json", "--shard", "auto"], arguments].concat();
    place.answer(place.tool(&arguments).envs(variables.iter().copied()))
}

const GITLAB: [(&str, &str); 2] = [("GITLAB_CI", "true"), ("CI_NODE_TOTAL", "3")];

#[test]
fn the_nodes_of_a_ci_run_the_whole_suite_between_them() {
    let place = Place::scripted(&six());
    for index in ["1", "2", "3"] {
        let output = format!("all/{index}");
        let variables = [GITLAB[0], GITLAB[1], ("CI_NODE_INDEX", index)];
        let said = node(&place, &["--output", &output], &variables);
        let told = format!("this is shard {index}/3, says GitLab\n");
        assert!(said.code == 0 && said.stderr.starts_with(&told), "{said:?}");
        let typed = place.play(&["run", "--shard", &format!("{index}/3"), "--output", "typed"]);
        assert_eq!(typed.code, 0, "{typed:?}");
        let digest = |folder: &str| place.json(&format!("{folder}/plan.json"))["digest"].clone();
        assert_eq!(digest(&output), digest("typed"));
        let made = format!("shard {index}/3 of plan {}\n", digest("typed").as_str().unwrap());
        assert!(said.stderr.contains(&made) && typed.stderr.contains(&made), "{said:?} {typed:?}");
        assert!(place.path(&format!("{output}/shards/{index}/events.ndjson")).is_file());
    }
    let merged = place.call(&["merge", "all"]);
    assert_eq!(merged.code, 0, "{merged:?}");
    assert!(merged.stderr.contains("6 passed"), "{}", merged.stderr);
}

#[test]
fn a_job_without_other_nodes_runs_all_and_says_so() {
    let place = Place::scripted(&six());
    let said = node(&place, &[], &[("GITLAB_CI", "true"), ("CI_NODE_TOTAL", "1")]);
    let head = "this is shard 1/1, the whole suite: GitLab runs no other node of this job\n";
    assert!(said.code == 0 && said.stderr.starts_with(head), "{said:?}");
    assert!(said.stderr.contains("6 passed"), "{}", said.stderr);
}

#[test]
fn the_shard_of_a_node_can_be_left_to_the_ci_by_file_and_environment() {
    let place = Place::scripted(&six());
    let kubernetes = [("JOB_COMPLETION_INDEX", "0"), ("SHARDWRIGHT_NODE_TOTAL", "2")];
    let run = |more: &[(&str, &str)]| {
        let mut command = place.tool(&["run", "--fake", "suite.json", "--dry-run"]);
        place.answer(command.envs(kubernetes).envs(more.iter().copied()))
    };
    let told = "this is shard 1/2, says Kubernetes\n";
    let said = run(&[("SHARDWRIGHT_SHARD", "auto")]);
    assert!(said.code == 0 && said.stderr.starts_with(told), "{said:?}");
    // How many there are for runs without it.
    place.write("shardwright.toml", "shards = 5\n");
    let said = run(&[("SHARDWRIGHT_SHARD", "auto")]);
    assert!(said.code == 0 && said.stderr.starts_with(told), "{said:?}");
    place.write("shardwright.toml", "shard = 'auto'\n");
    let said = run(&[]);
    assert!(said.code == 0 && said.stderr.starts_with(told), "{said:?}");
    let said = run(&[("SHARDWRIGHT_QUIET", "true")]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let said = run(&[("SHARDWRIGHT_SHARD", "2/2")]);
    assert_eq!((said.code, said.stderr.contains("says")), (0, false), "{said:?}");
}

#[test]
fn a_node_that_nobody_numbered_is_refused_with_what_to_do() {
    let place = Place::scripted(&six());
    for (variables, expected) in [
        (
            &[][..],
            "error: `--shard auto` finds no variable that says which node this is\nhint: looked \
             for CI_NODE_INDEX (GitLab), CIRCLE_NODE_INDEX (CircleCI), BUILDKITE_PARALLEL_JOB \
             (Buildkite), SYSTEM_JOBPOSITIONINPHASE (Azure Pipelines), BITBUCKET_PARALLEL_STEP \
             (Bitbucket), SEMAPHORE_JOB_INDEX (Semaphore), JOB_COMPLETION_INDEX (Kubernetes); name \
             the shard as `--shard 2/4`, or set SHARDWRIGHT_NODE_INDEX (the first node is 0) and \
             SHARDWRIGHT_NODE_TOTAL",
        ),
        (
            &[("GITHUB_ACTIONS", "true")],
            "error: `--shard auto`: GitHub Actions does not tell a process which node of a matrix \
             it is\nhint: give the step `env: { SHARDWRIGHT_NODE_INDEX: \"${{ strategy.job-index \
             }}\", SHARDWRIGHT_NODE_TOTAL: \"${{ strategy.job-total }}\" }`, or say `--shard` with \
             a value of the matrix",
        ),
        (
            &[("JOB_COMPLETION_INDEX", "1")],
            "error: `--shard auto`: `JOB_COMPLETION_INDEX` says which node this is, nothing says \
             of how many\nhint: set SHARDWRIGHT_NODE_TOTAL to the number of nodes; of a Kubernetes \
             Job: `completions`",
        ),
        (
            &[GITLAB[0], GITLAB[1], ("CI_NODE_INDEX", "4")],
            "error: `--shard auto`: `CI_NODE_INDEX` is 4, and 3 nodes count from 1 to 3\nhint: \
             name the shard as `--shard 2/4`, or see what sets the variable",
        ),
        (
            &[GITLAB[0], GITLAB[1], ("CI_NODE_INDEX", "1\u{1b}[31m\u{7}")],
            "error: `--shard auto`: `CI_NODE_INDEX` is `1␇`, and a whole number is \
             expected\nhint: name the shard as `--shard 2/4`, or see what sets the variable",
        ),
    ] {
        let said = node(&place, &[], variables);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{said:?}");
        assert_eq!(said.stderr.trim_end(), expected);
        assert!(!place.path("shardwright-report").exists());
    }
    let said = node(&place, &["--shards", "4"], &[]);
    let head = "error: the argument '--shard <I/N|auto>' cannot be used with '--shards <N>'\n";
    assert!(said.code == 2 && said.stderr.starts_with(head), "{said:?}");
}
