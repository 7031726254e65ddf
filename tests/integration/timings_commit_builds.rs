//! `timings commit --push` in builds of all kinds: what anybody may have sent, and what is of no
//! branch, reaches no branch.

use crate::support::clones::{Clone, GITHUB, Remote, git};

/// The variables of a build, as in `A=1 B=2`.
fn pairs(text: &str) -> Vec<(&str, &str)> {
    text.split_whitespace().filter_map(|pair| pair.split_once('=')).collect()
}

/// A commit alone is checked out, and it is nobody's but this clone's.
fn detached(clone: &Clone) {
    git(&clone.folder, &["checkout", "-q", "--detach"]);
    clone.write("evil.js", "//\n");
    clone.commit("of a fork");
}

#[test]
fn builds_of_what_anybody_may_have_sent_commit_nothing() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    let refs = remote.refs();
    detached(&clone);
    clone.run_with("new one");
    let github = |event: &str| {
        format!("GITHUB_ACTIONS=true GITHUB_EVENT_NAME={event} GITHUB_REF=refs/heads/main")
    };
    let event = "nothing is committed: what started this build can be of anybody's code or results";
    let request = "nothing is committed: this build is of a pull request; ";
    let builds = [
        (github("workflow_run"), event),
        (github("issue_comment"), event),
        (github("deployment_status"), event),
        (github("pull_request_target"), request),
        (github("merge_group"), request),
        (
            "GITLAB_CI=true CI_PIPELINE_SOURCE=external_pull_request_event CI_COMMIT_BRANCH=feat \
             CI_EXTERNAL_PULL_REQUEST_IID=5"
                .to_owned(),
            request,
        ),
        (
            "TF_BUILD=True BUILD_REASON=Manual BUILD_SOURCEBRANCH=refs/pull/5/merge".to_owned(),
            request,
        ),
    ];
    for (variables, told) in &builds {
        for flags in [&["--push"][..], &["--push", "--branch", "timings"]] {
            let said = clone.call(&[&["timings", "commit"], flags].concat(), &pairs(variables));
            assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{variables} {flags:?}");
            assert!(said.stderr.starts_with(told), "{variables} {flags:?}: {}", said.stderr);
            assert_eq!(remote.refs(), refs, "{variables} {flags:?}");
        }
    }
}

#[test]
fn a_commit_that_is_not_on_the_branch_that_ci_names_teaches_it_nothing() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    let refs = remote.refs();
    detached(&clone);
    clone.run_with("new one");
    let head = clone.head();
    let said = clone.call(&["timings", "commit", "--push"], &GITHUB);
    let told = format!(
        "nothing is committed: this build is of {}, which is not on main of origin, or no longer; \
         --branch NAME pushes to a branch all the same\n",
        &head[..9]
    );
    assert_eq!((said.code, said.stderr.as_str()), (0, told.as_str()));
    // Nor on one that is not there.
    let gone = pairs("GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=gone");
    let said = clone.call(&["timings", "commit", "--push"], &gone);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("which is not on gone of origin"), "{}", said.stderr);
    assert_eq!(remote.refs(), refs);
}

#[test]
fn builds_of_a_tag_make_no_branch_of_its_name() {
    let remote = Remote::new();
    let clone = remote.clone("work");
    git(&clone.folder, &["tag", "v1"]);
    git(&clone.folder, &["push", "-q", "origin", "v1"]);
    git(&clone.folder, &["checkout", "-q", "v1"]);
    let refs = remote.refs();
    clone.run_with("new one");
    for variables in [
        "JENKINS_URL=http://x BRANCH_NAME=v1 TAG_NAME=v1",
        "BUILDKITE=true BUILDKITE_BRANCH=v1 BUILDKITE_TAG=v1 BUILDKITE_PULL_REQUEST=false \
         BUILDKITE_SOURCE=webhook",
        "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/tags/v1",
        "GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_TAG=v1",
        "TF_BUILD=True BUILD_REASON=IndividualCI BUILD_SOURCEBRANCH=refs/tags/v1",
    ] {
        // The last two are what variables of CI machines hold.
        for branch in [&[][..], &["--branch", "v1"], &["--branch", "refs/tags/v1"]] {
            let push = [&["timings", "commit", "--push"], branch].concat();
            let said = clone.call(&push, &pairs(variables));
            let told = "nothing is committed: this build is of the tag v1; --branch NAME pushes to \
                        a branch all the same\n";
            assert_eq!((said.code, said.stderr.as_str()), (0, told), "{variables} {branch:?}");
            assert_eq!(remote.refs(), refs, "{variables} {branch:?}");
        }
    }
    let tag = pairs("GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/tags/v1");
    let said = clone.call(&["timings", "commit", "--push", "--branch", "main"], &tag);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(remote.subjects().len(), 2);
}
