//! Variables of each CI go in; which shard that is, or why nobody knows.

use super::{INDEX, Node, NodeError, TOTAL, node};
use crate::config::ci::CIS;
use crate::config::ci::tests::environment;

/// A variable and its value.
type Variable = (&'static str, &'static str);

/// The name of a CI, what it sets everywhere, its two variables, and what they hold on the second
/// of four nodes. One line for each CI that numbers nodes.
const SECOND_OF_FOUR: [(&str, &str, Variable, Variable); 7] = [
    ("GitLab", "GITLAB_CI=true", ("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")),
    ("CircleCI", "CIRCLECI=true", ("CIRCLE_NODE_INDEX", "1"), ("CIRCLE_NODE_TOTAL", "4")),
    (
        "Buildkite",
        "BUILDKITE=true",
        ("BUILDKITE_PARALLEL_JOB", "1"),
        ("BUILDKITE_PARALLEL_JOB_COUNT", "4"),
    ),
    (
        "Azure Pipelines",
        "TF_BUILD=True",
        ("SYSTEM_JOBPOSITIONINPHASE", "2"),
        ("SYSTEM_TOTALJOBSINPHASE", "4"),
    ),
    (
        "Bitbucket",
        "BITBUCKET_BUILD_NUMBER=9",
        ("BITBUCKET_PARALLEL_STEP", "1"),
        ("BITBUCKET_PARALLEL_STEP_COUNT", "4"),
    ),
    ("Semaphore", "SEMAPHORE=true", ("SEMAPHORE_JOB_INDEX", "2"), ("SEMAPHORE_JOB_COUNT", "4")),
    ("Kubernetes", "HOSTNAME=pod-1", ("JOB_COMPLETION_INDEX", "1"), (TOTAL, "4")),
];

/// What is found with these variables, as `2/4 GitLab` or `1/1 GitLab, alone`.
fn found(variables: &[(&str, &str)]) -> Result<String, NodeError> {
    let Node { part, whose, is_alone } = node(&environment(variables))?;
    let alone = if is_alone { ", alone" } else { "" };
    Ok(format!("{}/{} {whose}{alone}", part.number, part.total))
}

fn refused(variables: &[(&str, &str)]) -> String {
    found(variables).expect_err("no node").to_string()
}

fn mark(text: &'static str) -> Variable {
    text.split_once('=').unwrap()
}

#[test]
fn every_ci_counts_as_its_makers_say() {
    let known = CIS.iter().filter(|ci| ci.nodes.is_ok()).map(|ci| ci.name);
    assert!(known.eq(SECOND_OF_FOUR.iter().map(|row| row.0)), "a line for each CI, in its order");
    for (name, here, (index, second), (total, four)) in SECOND_OF_FOUR {
        let with = |at: &str| found(&[mark(here), (index, at), (total, four)]);
        assert_eq!(with(second), Ok(format!("2/4 {name}")));
        let first: i32 = second.parse::<i32>().unwrap() - 1;
        assert_eq!(with(&first.to_string()), Ok(format!("1/4 {name}")));
        assert_eq!(with(&(first + 3).to_string()), Ok(format!("4/4 {name}")));
        let last = first + 3;
        for outside in [first - 1, last + 1] {
            let said = with(&outside.to_string()).expect_err(name).to_string();
            let expected = match outside {
                -1 => format!("`{index}` is `-1`, and a whole number is expected"),
                _ => format!("`{index}` is {outside}, and 4 nodes count from {first} to {last}"),
            };
            assert_eq!(said, format!("`--shard auto`: {expected}"));
        }
    }
}

#[test]
fn a_job_that_is_not_parallel_is_the_whole() {
    for (name, here, (index, _), (total, _)) in SECOND_OF_FOUR {
        if name == "Kubernetes" {
            continue;
        }
        let alone = Ok(format!("1/1 {name}, alone"));
        assert_eq!(found(&[mark(here)]), alone);
        // As GitLab does it.
        assert_eq!(found(&[mark(here), (total, "1")]), alone);
        assert_eq!(found(&[mark(here), (index, ""), (total, "")]), alone);
        let said = refused(&[mark(here), (total, "4")]);
        assert!(
            said.contains(&format!("`{total}` says how many")) && said.contains(index),
            "{said}"
        );
    }
}

#[test]
fn an_own_variable_beats_what_the_ci_says() {
    let own = [(INDEX, "0"), (TOTAL, "3")];
    assert_eq!(found(&own), Ok("1/3 SHARDWRIGHT_NODE_INDEX".to_owned()));
    for (_, here, (index, second), (total, four)) in SECOND_OF_FOUR {
        let all = [own[0], mark(here), (index, second), (total, four), own[1]];
        assert_eq!(found(&all), Ok("1/3 SHARDWRIGHT_NODE_INDEX".to_owned()));
    }
}

#[test]
fn a_ci_beats_the_kubernetes_that_it_runs_on() {
    let pod = [("JOB_COMPLETION_INDEX", "0"), ("GITLAB_CI", "true")];
    let all = [pod[0], pod[1], ("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")];
    assert_eq!(found(&all), Ok("2/4 GitLab".to_owned()));
}

#[test]
fn an_own_count_completes_what_the_ci_says_and_must_not_contradict_it() {
    let gitlab = [("GITLAB_CI", "true"), ("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")];
    assert_eq!(
        found(&[gitlab[0], gitlab[1], gitlab[2], (TOTAL, "4")]),
        Ok("2/4 GitLab".to_owned())
    );
    assert_eq!(found(&[gitlab[0], gitlab[1], (TOTAL, "4")]), Ok("2/4 GitLab".to_owned()));
    assert_eq!(
        refused(&[gitlab[0], gitlab[1], gitlab[2], (TOTAL, "5")]),
        "`--shard auto`: `SHARDWRIGHT_NODE_TOTAL` is 5, and GitLab says 4 in `CI_NODE_TOTAL`"
    );
}

#[test]
fn what_is_missing_or_no_number_is_named() {
    let github = ("GITHUB_ACTIONS", "true");
    for (variables, said) in [
        (&[][..], "finds no variable that says which node this is"),
        (&[(TOTAL, "4")], "finds no variable that says which node this is"),
        (&[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")], "finds no variable that says"),
        (&[github], "GitHub Actions does not tell a process which node of a matrix it is"),
        (&[(INDEX, "0")], "`SHARDWRIGHT_NODE_INDEX` says which node this is, nothing says of how"),
        (&[("JOB_COMPLETION_INDEX", "0")], "`JOB_COMPLETION_INDEX` says which node this is"),
        (&[(INDEX, "x"), (TOTAL, "4")], "`SHARDWRIGHT_NODE_INDEX` is `x`, and a whole number"),
        (&[(INDEX, "0"), (TOTAL, "4.0")], "`SHARDWRIGHT_NODE_TOTAL` is `4.0`, and a whole number"),
        (&[(INDEX, "0"), (TOTAL, "0")], "`SHARDWRIGHT_NODE_TOTAL` is 0: at least 1 shard"),
        (&[(INDEX, "0"), (TOTAL, "10001")], "is 10001: at most 10000 shards are possible"),
        (&[(INDEX, "4"), (TOTAL, "4")], "is 4, and 4 nodes count from 0 to 3"),
    ] {
        let told = refused(variables);
        assert!(told.contains(said), "{variables:?}: {told}");
    }
    assert_eq!(
        found(&[github, (INDEX, " 1 "), (TOTAL, "4")]).as_deref(),
        Ok("2/4 SHARDWRIGHT_NODE_INDEX")
    );
}

#[test]
fn who_is_told_nothing_learns_what_was_looked_for() {
    let hint = NodeError::Nowhere.hint();
    for (name, _, (index, _), _) in SECOND_OF_FOUR {
        assert!(hint.contains(&format!("{index} ({name})")), "{hint}");
    }
}
