//! `shardwright init`: looks at a project -> settings, a CI workflow and a line in `.gitignore` to
//! start from, as texts; written where nothing stands yet, or where it is wished for.
//!
//! | | there already, on a terminal | without one | `--yes` | `--force` |
//! |---|---|---|---|---|
//! | settings, workflow of GitHub | asks | stays | stays | replaced |
//! | `.gitignore` without our line | asks | stays | gets it | gets it |
//! | a CI's file with all its jobs | stays, ours are printed | stays | stays | stays |

pub(crate) mod ci;
mod files;
mod ignored;
mod put;
mod quote;
mod settings;
mod survey;
mod template;
mod told;
mod workflow;

use std::path::{Path, PathBuf};

use crate::cli::args::SharedFlags;
use crate::cli::args::init::{Choice, InitArgs};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::settings::FILE;
use crate::runner::playwright::install::real;
use ci::Ci;
use put::{Consent, Proposal, What};
use survey::Project;

pub(crate) fn exec(
    shared: &SharedFlags,
    args: &InitArgs,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let project = survey::look(&shared.directory, args.config.as_deref())?;
    let shown = survey::cis(&project);
    let chosen = match args.ci {
        Some(Choice::Ci(ci)) => Some(ci),
        Some(Choice::None) => None,
        None => shown.first().copied(),
    };
    let shards = workflow::shards(project.size);
    // Whatever cannot be made is known before anything is written.
    let proposals = proposals(&project, chosen, shards)?;
    let here = real(Path::new("."));
    streams.say(&told::found(&project, chosen, &here));
    if args.ci.is_none() {
        for line in told::choices(&shown) {
            streams.say(&line);
        }
    }
    if args.dry_run {
        for proposal in &proposals {
            put::show(proposal, &project.top, &here, streams)?;
        }
        return Ok(Exit::Passed);
    }
    let consent = Consent::of(args, streams);
    // Whatever cannot be written is known before anything is in its place.
    let mut drafts = Vec::new();
    for proposal in &proposals {
        drafts.extend(put::stage(proposal, &project.top, &here, consent, streams)?);
    }
    let mut written: Vec<PathBuf> = Vec::new();
    for draft in drafts {
        written.push(draft.put(streams)?);
    }
    streams.say(&told::next(&project, &written, &here));
    Ok(Exit::Passed)
}

/// What is to be written, in the order in which it is.
fn proposals(
    project: &Project,
    ci: Option<&'static Ci>,
    shards: usize,
) -> anyhow::Result<Vec<Proposal>> {
    let settings = Proposal {
        path: project.folder.join(FILE),
        text: settings::text(project, shards),
        what: What::Whole,
    };
    let mut proposals = vec![settings];
    if let Some(ci) = ci {
        proposals.push(Proposal {
            path: project.top.join(ci.file),
            text: workflow::text(project, ci, shards)?,
            what: if ci.is_ours { What::Whole } else { What::Part },
        });
    }
    if let Some(path) = ignored::lacking(project) {
        proposals.push(Proposal { path, text: ignored::line(), what: What::Line });
    }
    Ok(proposals)
}
