//! Flags, the build and the repository go in; where the commit goes comes out, or why there is
//! none.

use std::fmt;

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
    There(Target),
}

/// A branch elsewhere and how what is checked out stands to it.
pub(super) struct Target {
    pub(super) remote: Remote,
    pub(super) line: Line,
    /// The branch that is checked out, or that this build is of.
    pub(super) near: Option<String>,
}

/// How what is checked out stands to the branch that the commit goes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// It is that branch, perhaps with more on it.
    Same,
    /// A CI machine says so, of a commit.
    Said,
    /// It is another one, as where the main branch is protected.
    Other,
}

/// Where the commit goes; a reason where this build makes none.
pub(super) fn place(
    args: &CommitArgs,
    trigger: &Trigger,
    repository: &Repository,
    head: &CommitId,
) -> anyhow::Result<Result<Place, String>> {
    if trigger.cause == Cause::Push && is_ours(args, repository, head)? {
        return Ok(Err(format!(
            "this build is of {head}, which brings nothing but timings; what its push started \
             must not push again"
        )));
    }
    if !args.push {
        return Ok(Ok(Place::Here));
    }
    if let Some(reason) = unfit(args, trigger) {
        return Ok(Err(reason));
    }
    let checked_out = repository.branch()?;
    let said = trigger.branch.clone();
    let (branch, line) = match (&args.branch, &checked_out, &said) {
        (Some(named), ..) => {
            let branch = named.strip_prefix("refs/heads/").unwrap_or(named);
            let own = checked_out.as_deref().or(said.as_deref());
            (branch, if own == Some(branch) { Line::Same } else { Line::Other })
        }
        (None, Some(branch), _) => (branch.as_str(), Line::Same),
        (None, None, Some(branch)) => (branch.as_str(), Line::Said),
        (None, None, None) => return Err(no_branch().into()),
    };
    if !repository.is_branch_name(branch)? {
        return Err(bad_branch(args.branch.as_deref().unwrap_or(branch)).into());
    }
    let remote = Remote { name: args.remote.clone(), branch: branch.to_owned() };
    Ok(Ok(Place::There(Target { remote, line, near: checked_out.or(said) })))
}

/// Whether a commit brought nothing but timings, be it one of ours, a squash or a merge of some.
fn is_ours(args: &CommitArgs, repository: &Repository, head: &CommitId) -> anyhow::Result<bool> {
    Ok(match repository.brings_only_the_file(head, &args.remote)? {
        Some(is_ours) => is_ours,
        None => !repository.trailers(head, RESULTS)?.is_empty(),
    })
}

/// Why no build of this kind pushes; none where it may.
fn unfit(args: &CommitArgs, trigger: &Trigger) -> Option<String> {
    // Jobs say `--branch timings` in every build: that is no wish to have those of a fork there.
    match trigger.cause {
        Cause::PullRequest => {
            let reason = "this build is of a pull request; the branch that it goes to learns from \
                          its own builds";
            return Some(reason.to_owned());
        }
        Cause::Foreign => {
            let reason = "what started this build can be of anybody's code or results; branches \
                          learn from what is pushed to them and from what a clock or a person starts";
            return Some(reason.to_owned());
        }
        Cause::Person | Cause::Asked | Cause::Push => {}
    }
    let tag = trigger.tag.as_deref()?;
    // CI machines say its name where that of a branch would be.
    let named = args.branch.as_deref().map(|name| name.strip_prefix("refs/tags/").unwrap_or(name));
    let is_it = named.is_none_or(|named| named == tag);
    is_it.then(|| format!("this build is of the tag {}; {ALL_THE_SAME}", text::terminal(tag)))
}

const ALL_THE_SAME: &str = "--branch NAME pushes to a branch all the same";

/// Why a commit teaches a branch nothing: it is not on it.
pub(super) fn astray(head: &CommitId, place: &impl fmt::Display) -> String {
    format!("this build is of {head}, which is not on {place}, or no longer; {ALL_THE_SAME}")
}

/// Where nothing can begin.
pub(super) fn no_beginning(branch: &str, remote: &str) -> Refused {
    Refused {
        message: format!("`{remote}` has no branch yet that `{branch}` could begin at"),
        hint: Some(format!("push your own commits first: `git push {remote} {branch}`")),
        exit: Exit::BadInput,
    }
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
        hint: Some("name it as git does: `--branch main`".to_owned()),
        exit: Exit::Usage,
    }
}
