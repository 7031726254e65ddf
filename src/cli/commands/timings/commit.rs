//! `shardwright timings commit [DIR...]`: what runs left -> a commit of the timings file alone,
//! where it is worth one, here or on top of a branch elsewhere.
//!
//! It goes round no circle: its commits tell CI to leave them alone, they name the results that
//! they learnt from, which teach nothing more, and a build that one of them started commits
//! nothing, whatever its results.

mod place;
mod proposal;
mod publish;

use anyhow::Context;

use crate::cli::args::SharedFlags;
use crate::cli::args::commit::CommitArgs;
use crate::cli::commands::timings::lessons::Lessons;
use crate::cli::commands::timings::told;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::config::ci;
use crate::config::environment::Environment;
use crate::config::trigger::trigger;
use crate::git::{Author, CommitId, Draft, Repository};
use crate::timings::store;
use place::Place;
use proposal::{Proposal, Sides};

/// Where git knows nobody. GitHub shows its own robot; elsewhere the address is nobody's (RFC 2606).
const ROBOT: Author = Author {
    name: "github-actions[bot]",
    email: "41898282+github-actions[bot]@users.noreply.github.com",
};
const NOBODY: Author = Author { name: "shardwright", email: "shardwright@noreply.invalid" };

pub(super) fn exec(
    shared: &SharedFlags,
    args: &CommitArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let file = shared.directory.join(&args.file.timings);
    let here = store::load(&file)?;
    let repository = Repository::of(&file)?;
    let head = repository.head()?.ok_or_else(no_commit)?;
    let place = match place::place(args, &trigger(environment), &repository, &head)? {
        Ok(place) => place,
        Err(reason) => {
            streams.say(&format!("nothing is committed: {reason}"));
            return Ok(Exit::Passed);
        }
    };
    let default = [shared.directory.join(&args.output)];
    let from = if args.from.is_empty() { &default[..] } else { &args.from };
    let lessons = Lessons::read(from, streams)?;
    let is_github = ci::github::is_github(environment);
    let author = if is_github { ROBOT } else { NOBODY };
    let sides = Sides { repository: &repository, head: &head, here, lessons: &lessons, args };
    let task = Task { file: &file, repository: &repository, head: &head, author, sides };
    match place {
        Place::Here => task.commit(args, streams),
        Place::There(target) => task.publish(args, &target, is_github, streams),
    }
}

/// What is to be done, wherever the commit goes.
struct Task<'a> {
    file: &'a std::path::Path,
    repository: &'a Repository,
    head: &'a CommitId,
    author: Author,
    sides: Sides<'a>,
}

impl Task<'_> {
    /// Commits on what is checked out.
    fn commit(&self, args: &CommitArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
        let proposal = self.sides.proposal(self.head, None)?;
        let Some(message) = Self::worth(&proposal, args, streams)? else { return Ok(Exit::Passed) };
        let commit = self.make(self.head, &proposal, message)?;
        self.take_over(&commit, &proposal)?;
        let changes = &proposal.changes;
        streams.say(&format!("{} committed as {commit}: {changes}", told::path(self.file)));
        streams.data(&format!("{}\n", commit.whole()))?;
        Ok(Exit::Passed)
    }

    /// The message of a commit that is worth it and wanted; else says why there is none.
    fn worth<'p>(
        proposal: &'p Proposal,
        args: &CommitArgs,
        streams: &mut Streams,
    ) -> anyhow::Result<Option<&'p str>> {
        match &proposal.message {
            Ok(message) if args.dry_run => {
                streams.data(message)?;
                Ok(None)
            }
            Ok(message) => Ok(Some(message)),
            Err(reason) => {
                streams.say(&format!("nothing worth a commit: {reason}"));
                Ok(None)
            }
        }
    }

    fn make(
        &self,
        parent: &CommitId,
        proposal: &Proposal,
        message: &str,
    ) -> anyhow::Result<CommitId> {
        let draft = Draft { text: &proposal.text, message, author: self.author };
        Ok(self.repository.commit(parent, &draft)?)
    }

    /// Makes a commit on what is checked out the one that is checked out.
    fn take_over(&self, commit: &CommitId, proposal: &Proposal) -> anyhow::Result<()> {
        self.repository.move_on(self.head, commit)?;
        let wrap = || format!("the commit {commit} is made, but not in the working tree");
        store::save_over(self.file, &proposal.timings).with_context(wrap)?;
        Ok(())
    }
}

fn no_commit() -> Refused {
    Refused {
        message: "the repository has no commit yet".to_owned(),
        hint: Some("make the first one: the timings are committed on top of it".to_owned()),
        exit: Exit::BadInput,
    }
}
