//! Flags, the build and the repository go in; where the commit goes comes out, or why there is
//! none.

use crate::cli::args::commit::CommitArgs;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::config::trigger::{Cause, Trigger};
use crate::git::{CommitId, Remote, Repository};
use crate::report::commit_message::RESULTS;
use crate::report::text;

/// Where the commit goes.
pub(super) enum Place {
    /// On what is checked out.
    Here,
    /// On a branch elsewhere.
    There(Remote),
}

/// Where the commit goes; a reason where this build makes none.
pub(super) fn place(
    args: &CommitArgs,
    trigger: &Trigger,
    repository: &Repository,
    head: &CommitId,
) -> anyhow::Result<Result<Place, String>> {
    let is_ours = || Ok::<_, anyhow::Error>(!repository.trailers(head, RESULTS)?.is_empty());
    if trigger.cause == Cause::Push && is_ours()? {
        return Ok(Err(format!(
            "this build is of {head}, which is itself a commit of timings; what its push started \
             must not push again"
        )));
    }
    if !args.push {
        return Ok(Ok(Place::Here));
    }
    if trigger.cause == Cause::PullRequest && args.branch.is_none() {
        let reason = "this build is of a pull request; the branch that it goes to learns from its \
                      own builds (--branch NAME pushes to a branch all the same)";
        return Ok(Err(reason.to_owned()));
    }
    let branch = match &args.branch {
        Some(branch) => Some(branch.clone()),
        None => repository.branch()?.or_else(|| trigger.branch.clone()),
    };
    let branch = branch.ok_or_else(no_branch)?;
    if !repository.is_branch_name(&branch)? {
        return Err(bad_branch(&branch).into());
    }
    Ok(Ok(Place::There(Remote { name: args.remote.clone(), branch })))
}

fn no_branch() -> Refused {
    Refused {
        message: "no branch is checked out, and the CI machine names none".to_owned(),
        hint: Some("name the branch to push to: `--branch main`".to_owned()),
        exit: Exit::Usage,
    }
}

fn bad_branch(branch: &str) -> Refused {
    Refused {
        message: format!("`{}` is no name of a branch", text::terminal(branch)),
        hint: Some("name it as git does, without `refs/heads/`: `--branch main`".to_owned()),
        exit: Exit::Usage,
    }
}
