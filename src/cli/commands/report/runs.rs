//! What people named goes in, the history of all runs in it comes out, and whether all of it could
//! be read.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cli::args::report::RunsArgs;
use crate::cli::commands::report::files::{self, ReadFiles};
use crate::cli::commands::report::folders::{self, ReadRuns};
use crate::cli::commands::report::kin::{once, together};
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::model::event::UnixMillis;
use crate::model::history::{History, Record};
use crate::report::facts::number_of;
use crate::report::history::{join, read};
use crate::report::text;

/// Reads all runs. What cannot be read is named and makes the exit code that of a bad file; all
/// others count.
pub(super) fn read(args: &RunsArgs, streams: &mut Streams) -> anyhow::Result<(History, Exit)> {
    check(&args.inputs)?;
    let below = folders::below(&args.inputs)?;
    let ReadRuns { runs, mut again, mut bad } = folders::read(&below.folders);
    let records = runs.iter();
    let mut records: Vec<Record> = records
        .map(|run| {
            let from = run.from.display().to_string();
            let revision = files::revision_beside(&run.from);
            read::record(&run.parts.outcome(), from, revision, run.parts.roots())
        })
        .collect();
    let ReadFiles { records: told, others, bad: broken } = files::read(&below.files, &args.inputs);
    bad.extend(broken);
    // Files of ours say of which run they are, those of other tools may be copies at most.
    let (own, foreign): (Vec<Record>, Vec<Record>) =
        told.into_iter().partition(|record| !record.roots.marks.is_empty());
    records.extend(own);
    let groups = together(once(records, &mut again));
    let mut records: Vec<Record> = groups.into_iter().filter_map(join::joined).collect();
    for record in foreign {
        match records.iter().find(|known| files::is_same(known, &record)) {
            Some(known) => again.push((record.run.from.into(), known.run.from.clone().into())),
            None => records.push(record),
        }
    }
    if others > 0 {
        streams.say(&format!("{}: no results", number_of(others, "other JSON file")));
    }
    tell(&again, &bad, streams);
    let all = records.len();
    let records = since(args, records, streams);
    if records.is_empty() && bad.is_empty() {
        return Err(nothing(args, all).into());
    }
    Ok((History::of(records), if bad.is_empty() { Exit::Passed } else { Exit::BadInput }))
}

/// Says what was counted once and what could not be read.
pub(super) fn tell(again: &[(PathBuf, PathBuf)], bad: &[anyhow::Error], streams: &mut Streams) {
    for (again, by) in again {
        let (again, by) = (again.display(), by.display());
        let told = format!("`{again}` tells of a run that `{by}` tells of, too: counted once");
        streams.say(&text::terminal(&told));
    }
    for error in bad {
        streams.warn(&format!("warning: left out: {}", text::hanging(&format!("{error:#}"))));
    }
}

/// The runs that are young enough.
fn since(args: &RunsArgs, records: Vec<Record>, streams: &mut Streams) -> Vec<Record> {
    let Some(since) = args.since else { return records };
    let since = since.from(now());
    let (dated, undated): (Vec<Record>, Vec<Record>) =
        records.into_iter().partition(|record| record.run.at.is_some());
    for record in &undated {
        let from = text::terminal(&record.run.from);
        streams.tell(&format!("warning: left out by --since: `{from}` does not say when it was"));
    }
    dated.into_iter().filter(|record| record.run.at >= Some(since)).collect()
}

pub(super) fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Refuses what is not there.
pub(super) fn check(inputs: &[PathBuf]) -> Result<(), Refused> {
    match inputs.iter().find(|input| !input.exists()) {
        Some(missing) => Err(Refused {
            message: format!("no file or folder `{}`", missing.display()),
            hint: Some("name the folder that the results were downloaded to".to_owned()),
            exit: Exit::BadInput,
        }),
        None => Ok(()),
    }
}

/// There is no run to look at.
pub(super) fn nothing(args: &RunsArgs, all: usize) -> Refused {
    let named: Vec<String> =
        args.inputs.iter().map(|input| format!("`{}`", input.display())).collect();
    let named = named.join(", ");
    let (message, hint) = if all == 0 {
        let hint = "name output folders of `run` or `merge`, folders that hold such, or CTRF files";
        (format!("no results in {named}"), hint)
    } else {
        let message = match all {
            1 => format!("the only run in {named} is not young enough"),
            many => format!("none of {many} runs in {named} is young enough"),
        };
        (message, "see --since")
    };
    Refused { message, hint: Some(hint.to_owned()), exit: Exit::Nothing }
}
