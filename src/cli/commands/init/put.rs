//! What is to be written goes in; what became of it is said.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::files::{Staged, There, look, seen_from};
use super::ignored;
use crate::cli::args::init::InitArgs;
use crate::cli::streams::Streams;
use crate::report::text;

/// A text and where it goes, absolute.
pub(super) struct Proposal {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) what: What,
}

/// What the text is to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// All of it.
    Whole,
    /// All of a new one; of one that is there a piece, which only a person can put in its place.
    Part,
    /// One more line.
    Line,
}

/// What may be done to files that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// What a person answers.
    Ask,
    Nothing,
    Lines,
    Everything,
}

impl Consent {
    pub(super) fn of(args: &InitArgs, streams: &Streams) -> Self {
        match args {
            InitArgs { force: true, .. } => Self::Everything,
            InitArgs { yes: true, .. } => Self::Lines,
            _ if streams.can_ask() => Self::Ask,
            _ => Self::Nothing,
        }
    }
}

/// Shows what would be written where, and writes nothing.
pub(super) fn show(
    proposal: &Proposal,
    within: &Path,
    here: &Path,
    streams: &mut Streams,
) -> anyhow::Result<()> {
    let Proposal { path, text, what } = proposal;
    let name = name(path, here);
    let there = look(path, within, text).with_context(|| format!("cannot read `{name}`"))?;
    let would = match (&there, what) {
        (There::Nothing, _) => "new".to_owned(),
        (There::Same, _) => "is so already".to_owned(),
        (There::Other(_), What::Line) => "one more line".to_owned(),
        (There::Other(_), What::Whole) => "is there and says something else".to_owned(),
        (There::Other(_), What::Part) => "is there: to be put into it by hand".to_owned(),
        (There::NoFile(kind), _) => format!("is {kind}, and stays"),
        (There::Outside(folder), _) => format!("stays: {}", leads_out(folder)),
    };
    let text = text.trim_end();
    streams.data(&format!("==> {name} ({would})\n{text}\n\n"))?;
    Ok(())
}

/// What is ready to be put in its place.
pub(super) struct Draft<'a> {
    path: &'a Path,
    /// The path as people see it.
    name: String,
    staged: Staged,
    /// What is said when it is there.
    done: String,
}

impl Draft<'_> {
    /// Puts it in its place, says so, and gives its path.
    pub(super) fn put(self, streams: &mut Streams) -> anyhow::Result<PathBuf> {
        let Self { path, name, staged, done } = self;
        staged.put().with_context(|| format!("cannot write `{name}`"))?;
        streams.say(&done);
        Ok(path.to_path_buf())
    }
}

/// Stages it where it may be written; else says why it stays.
pub(super) fn stage<'a>(
    proposal: &'a Proposal,
    within: &Path,
    here: &Path,
    consent: Consent,
    streams: &mut Streams,
) -> anyhow::Result<Option<Draft<'a>>> {
    let Proposal { path, text, what } = proposal;
    let name = name(path, here);
    let cannot_write = || format!("cannot write `{name}`");
    let there = look(path, within, text).with_context(cannot_write)?;
    let old = match there {
        There::Nothing => {
            let text = if *what == What::Line { &ignored::with_line(&[]) } else { text.as_bytes() };
            let staged = Staged::new(path, text).with_context(cannot_write)?;
            let done = format!("wrote {name}");
            return Ok(Some(Draft { path, name, staged, done }));
        }
        There::Same => {
            streams.say(&format!("{name} is as it would be written"));
            return Ok(None);
        }
        There::NoFile(kind) => {
            streams.warn(&format!("warning: {name} is {kind}, and stays as it is"));
            return Ok(None);
        }
        There::Outside(folder) => {
            streams.warn(&format!("warning: {name} is not written: {}", leads_out(&folder)));
            return Ok(None);
        }
        There::Other(old) => old,
    };
    let change = match what {
        What::Part => {
            paste(&name, &old, text, streams)?;
            None
        }
        What::Line => {
            let question = format!("{name}: add the line {text}?");
            let wanted = match consent {
                Consent::Ask => streams.ask(&question),
                Consent::Nothing => false,
                Consent::Lines | Consent::Everything => true,
            };
            if !wanted {
                streams.say(&format!("{name} stays as it is; it lacks the line {text}"));
            }
            wanted.then(|| (ignored::with_line(&old), format!("added {text} to {name}")))
        }
        What::Whole => {
            let wanted = match consent {
                Consent::Ask => streams.ask(&format!("{name} is there already: replace it?")),
                Consent::Nothing | Consent::Lines => false,
                Consent::Everything => true,
            };
            if !wanted {
                streams.say(&format!("{name} stays as it is; --force replaces it"));
            }
            wanted.then(|| (text.clone().into_bytes(), format!("replaced {name}")))
        }
    };
    let Some((text, done)) = change else { return Ok(None) };
    let staged = Staged::replacing(path, &text).with_context(cannot_write)?;
    Ok(Some(Draft { path, name, staged, done }))
}

/// Prints what only a person can put into a file with other jobs.
fn paste(name: &str, old: &[u8], text: &str, streams: &mut Streams) -> anyhow::Result<()> {
    if String::from_utf8_lossy(old).contains("shardwright ") {
        streams.say(&format!("{name} stays as it is: it calls shardwright already"));
        return Ok(());
    }
    streams.say(&format!("{name} stays as it is; what to put into it:"));
    streams.data(text)?;
    Ok(())
}

fn leads_out(folder: &Path) -> String {
    let folder = text::terminal(&folder.display().to_string());
    format!("a link leads out of the project, to `{folder}`")
}

/// A path as people see it from where they stand.
pub(super) fn name(path: &Path, here: &Path) -> String {
    text::terminal(&seen_from(here, path).display().to_string())
}
