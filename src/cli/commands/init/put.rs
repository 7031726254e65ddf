//! What is to be written goes in; what became of it is said.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::files::{There, look, replace, seen_from, write_new};
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

/// Writes it where it may be written, and says what became of it. Gives whether it was written.
pub(super) fn put(
    proposal: &Proposal,
    within: &Path,
    here: &Path,
    consent: Consent,
    streams: &mut Streams,
) -> anyhow::Result<bool> {
    let Proposal { path, text, what } = proposal;
    let name = name(path, here);
    let cannot_write = || format!("cannot write `{name}`");
    let there = look(path, within, text).with_context(cannot_write)?;
    let old = match there {
        There::Nothing => {
            let text = if *what == What::Line { &ignored::with_line(&[]) } else { text.as_bytes() };
            write_new(path, text).with_context(cannot_write)?;
            streams.say(&format!("wrote {name}"));
            return Ok(true);
        }
        There::Same => {
            streams.say(&format!("{name} is as it would be written"));
            return Ok(false);
        }
        There::NoFile(kind) => {
            streams.warn(&format!("warning: {name} is {kind}, and stays as it is"));
            return Ok(false);
        }
        There::Outside(folder) => {
            streams.warn(&format!("warning: {name} is not written: {}", leads_out(&folder)));
            return Ok(false);
        }
        There::Other(old) => old,
    };
    match what {
        What::Part => {
            paste(&name, &old, text, streams)?;
            Ok(false)
        }
        What::Line => {
            let question = format!("{name}: add the line {text}?");
            let wanted = match consent {
                Consent::Ask => streams.ask(&question),
                Consent::Nothing => false,
                Consent::Lines | Consent::Everything => true,
            };
            if wanted {
                replace(path, &ignored::with_line(&old)).with_context(cannot_write)?;
                streams.say(&format!("added {text} to {name}"));
            } else {
                streams.say(&format!("{name} stays as it is; it lacks the line {text}"));
            }
            Ok(wanted)
        }
        What::Whole => {
            let wanted = match consent {
                Consent::Ask => streams.ask(&format!("{name} is there already: replace it?")),
                Consent::Nothing | Consent::Lines => false,
                Consent::Everything => true,
            };
            if wanted {
                replace(path, text.as_bytes()).with_context(cannot_write)?;
                streams.say(&format!("replaced {name}"));
            } else {
                streams.say(&format!("{name} stays as it is; --force replaces it"));
            }
            Ok(wanted)
        }
    }
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
