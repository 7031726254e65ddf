//! A commit goes to a branch elsewhere: made on top of what is there by then, and made anew where
//! somebody else was faster. Only that commit is pushed, nothing of what is checked out here.

use std::time::Duration;

use anyhow::Context;

use super::Task;
use super::place::{Line, Target, astray, no_beginning};
use crate::cli::args::commit::CommitArgs;
use crate::cli::commands::timings::told;
use crate::cli::exit::Exit;
use crate::cli::failure::git_hint;
use crate::cli::streams::Streams;
use crate::git::{CommitId, Complaint, GitError, Pushed, Remote};
use crate::report::{github, text};
use crate::run::backoff::Backoff;

/// How often it is tried: of so many jobs that push at once, each gets its turn.
const TRIES: usize = 10;

/// Another push takes about a second: waits are spread over some of them.
const WAITS: Backoff = Backoff {
    least: Duration::from_millis(100),
    most: Duration::from_secs(8),
    factor: 2.0,
    jitter: 0.9,
};

impl Task<'_> {
    /// Commits on top of the branch elsewhere and pushes. That it cannot be pushed is a warning,
    /// or the tests' job would be red for something that says nothing about the tests.
    pub(super) fn publish(
        &self,
        args: &CommitArgs,
        target: &Target,
        is_github: bool,
        streams: &mut Streams,
    ) -> anyhow::Result<Exit> {
        let error = match self.tried(args, target, streams) {
            Ok(()) => return Ok(Exit::Passed),
            Err(error) => error,
        };
        let is_push = |error: &GitError| matches!(error, GitError::Push { .. });
        let Some(push) = error.downcast_ref::<GitError>().filter(|error| is_push(error)) else {
            return Err(error);
        };
        if args.strict {
            return Err(error);
        }
        let why = error.chain().nth(1).map(ToString::to_string).unwrap_or_default();
        let hint = git_hint(push);
        let warning = format!("warning: the timings are not committed: {push}");
        streams.warn(&format!("{warning}\n{}\nhint: {hint}", text::barred(&why)));
        if is_github && !streams.log().is_json() {
            streams.annotate(&github::warning(&format!("{warning}\n{why}\n{hint}")));
        }
        Ok(Exit::Passed)
    }

    fn tried(
        &self,
        args: &CommitArgs,
        target: &Target,
        streams: &mut Streams,
    ) -> anyhow::Result<()> {
        let remote = &target.remote;
        let unpushed = |source: Complaint| {
            let (branch, remote) = names(remote);
            GitError::Push { branch, remote, source }
        };
        let unreached = |error: GitError| {
            let (branch, remote) = names(remote);
            error.in_push(branch, remote)
        };
        for wait in WAITS.delays(fastrand::u64(..)).take(TRIES) {
            let tip = self.repository.tip(remote).map_err(unreached)?;
            let is_new = tip.is_none();
            if target.line == Line::Said && !self.is_on(tip.as_ref())? {
                let reason = astray(self.head, &place(remote, false));
                streams.say(&format!("nothing is committed: {reason}"));
                return Ok(());
            }
            let parent = match tip {
                Some(tip) => tip,
                None => self.beginning(target).map_err(unreached)?.ok_or_else(|| {
                    let (branch, remote) = names(remote);
                    no_beginning(&branch, &remote)
                })?,
            };
            let base = match target.line {
                Line::Same | Line::Said => None,
                Line::Other => self.repository.parted(self.head, &parent, remote)?,
            };
            let proposal = self.sides.proposal(&parent, base.as_ref())?;
            let Some(message) = Self::worth(&proposal, args, streams)? else { return Ok(()) };
            let commit = self.make(&parent, &proposal, message)?;
            match self.repository.push(&commit, remote)? {
                Pushed::Done => {
                    let file = told::path(self.file);
                    let place = place(remote, is_new);
                    let changes = &proposal.changes;
                    streams.say(&format!("{file} pushed to {place} as {commit}: {changes}"));
                    streams.data(&format!("{}\n", commit.whole()))?;
                    return self.follow(&parent, &commit, remote, &proposal, streams);
                }
                Pushed::Raced => {
                    streams.say(&format!("{} moved meanwhile: once more", place(remote, false)));
                    std::thread::sleep(wait);
                }
                Pushed::Refused(complaint) => return Err(unpushed(complaint).into()),
            }
        }
        let source = Complaint(format!("the branch moved {TRIES} times before it could be pushed"));
        Err(unpushed(source).into())
    }

    fn is_on(&self, tip: Option<&CommitId>) -> Result<bool, GitError> {
        tip.map_or(Ok(false), |tip| self.repository.is_within(self.head, tip))
    }

    /// Where a branch begins that is not there yet.
    fn beginning(&self, target: &Target) -> Result<Option<CommitId>, GitError> {
        self.repository.beginning(self.head, target.near.as_deref(), &target.remote.name)
    }

    /// Where what is checked out is what the commit was made on, it becomes the one here as well.
    fn follow(
        &self,
        parent: &CommitId,
        commit: &CommitId,
        remote: &Remote,
        proposal: &super::Proposal,
        streams: &mut Streams,
    ) -> anyhow::Result<()> {
        let branch = self.repository.branch()?;
        let is_same = parent == self.head && branch.is_none_or(|branch| branch == remote.branch);
        if !is_same {
            streams.say("what is checked out here stays as it is: `git pull` brings the commit");
            return Ok(());
        }
        self.take_over(commit, proposal).context("the timings are pushed")
    }
}

/// As in `main of origin`.
fn place(remote: &Remote, is_new: bool) -> String {
    let new = if is_new { "the new branch " } else { "" };
    let (branch, remote) = names(remote);
    format!("{new}{branch} of {remote}")
}

/// The branch and the remote as they can be shown: a URL may hold a password.
fn names(Remote { name, branch }: &Remote) -> (String, String) {
    let name = match name.split_once("://") {
        Some((scheme, rest)) => {
            let authority = rest.split('/').next().unwrap_or(rest);
            let shown = authority.rfind('@').map_or(rest, |end| &rest[end + 1..]);
            format!("{scheme}://{shown}")
        }
        None => name.clone(),
    };
    (text::terminal(branch), text::terminal(&name))
}
