//! Azure Pipelines. Every job has both variables; `strategy: parallel` and a matrix make them more
//! than one of one. The index counts from 1.
//!
//! <https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables>,
//! <https://learn.microsoft.com/en-us/azure/devops/pipelines/test/parallel-testing-any-test-runner>

use crate::config::ci::{Ci, Nodes, number, owned};
use crate::config::environment::Environment;
use crate::model::build::Build;

pub(crate) const AZURE: Ci = Ci {
    name: "Azure Pipelines",
    is_here: |environment| {
        environment.get("TF_BUILD").is_some_and(|value| value.eq_ignore_ascii_case("true"))
    },
    nodes: Ok(Nodes {
        index: "SYSTEM_JOBPOSITIONINPHASE",
        first: 1,
        total: Some("SYSTEM_TOTALJOBSINPHASE"),
    }),
    build,
};

fn build(environment: &Environment) -> Build {
    let get = |name: &str| owned(environment, name);
    let id = get("BUILD_BUILDID");
    // The project's id, not its name, which may hold blanks.
    let project = get("SYSTEM_COLLECTIONURI").zip(get("SYSTEM_TEAMPROJECTID"));
    let url = project.zip(id.clone()).map(|((server, project), id)| {
        format!("{}/{project}/_build/results?buildId={id}", server.trim_end_matches('/'))
    });
    let branch = get("SYSTEM_PULLREQUEST_SOURCEBRANCH").or_else(|| get("BUILD_SOURCEBRANCH"));
    Build {
        id,
        name: get("BUILD_DEFINITIONNAME"),
        // A pipeline may number its builds `20261121.3`.
        number: number(environment, "BUILD_BUILDNUMBER"),
        url,
        repository: get("BUILD_REPOSITORY_NAME"),
        branch: branch
            .map(|branch| branch.strip_prefix("refs/heads/").unwrap_or(&branch).to_owned()),
        commit: get("BUILD_SOURCEVERSION"),
        ..Build::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::config::ci::build;
    use crate::config::ci::tests::environment;

    #[test]
    fn a_build_has_an_address_and_a_branch_without_its_folder() {
        let found = build(&environment(&[
            ("TF_BUILD", "True"),
            ("SYSTEM_COLLECTIONURI", "https://dev.azure.com/us/"),
            ("SYSTEM_TEAMPROJECTID", "0f0f"),
            ("BUILD_BUILDID", "8"),
            ("BUILD_BUILDNUMBER", "20261121.3"),
            ("BUILD_SOURCEBRANCH", "refs/heads/a/b"),
        ]));
        let url = "https://dev.azure.com/us/0f0f/_build/results?buildId=8";
        assert_eq!((found.url.as_deref(), found.branch.as_deref()), (Some(url), Some("a/b")));
        assert_eq!(found.number, None);
    }
}
