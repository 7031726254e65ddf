//! `shardwright timings merge A B`: two histories -> one.

use std::path::Path;

use crate::cli::args::timings::MergeArgs;
use crate::cli::commands::timings::told;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::model::timings::Timings;
use crate::timings::merge::merge;
use crate::timings::store;
use crate::wire::timings_v1;

pub(super) fn exec(args: &MergeArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    let [ours, theirs] = args.files.as_slice() else { return Err(two_needed().into()) };
    let (ours, theirs) = (existing(ours)?, existing(theirs)?);
    let merged = merge(&Timings::default(), &ours, &theirs);
    match &args.merged {
        Some(file) => {
            store::save(file, &merged)?;
            let (file, entries) = (told::path(file), told::entries(merged.tests.len()));
            streams.say(&format!("timings written to {file}: {entries}"));
        }
        None => streams.data(&timings_v1::write(&merged))?,
    }
    Ok(Exit::Passed)
}

/// The timings in a file that has to be there.
fn existing(path: &Path) -> anyhow::Result<Timings> {
    let missing = || Refused {
        message: format!("no timings file `{}`", path.display()),
        hint: None,
        exit: Exit::BadInput,
    };
    Ok(store::load(path)?.ok_or_else(missing)?)
}

fn two_needed() -> Refused {
    Refused {
        message: "two timings files are needed".to_owned(),
        hint: Some("`shardwright timings merge --conflicted` takes one".to_owned()),
        exit: Exit::Usage,
    }
}
