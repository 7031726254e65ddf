//! `shardwright timings merge --conflicted`: a file with conflict markers -> the same file, merged.

use std::path::PathBuf;

use anyhow::Context;

use crate::cli::args::SharedFlags;
use crate::cli::args::timings::MergeArgs;
use crate::cli::commands::timings::told;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::model::timings::Timings;
use crate::timings::conflict::{Sides, sides};
use crate::timings::merge::merge;
use crate::timings::store;

pub(super) fn exec(
    shared: &SharedFlags,
    args: &MergeArgs,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let file = file(shared, args)?;
    let missing = || Refused {
        message: format!("no timings file `{}`", file.display()),
        hint: None,
        exit: Exit::BadInput,
    };
    let text = store::text(&file)?.ok_or_else(missing)?;
    let unusable = || format!("cannot resolve the conflicts in `{}`", file.display());
    let Some(Sides { ours, theirs, base }) = sides(&text).with_context(unusable)? else {
        store::parse(&file, &text)?;
        streams.say(&format!("{} has no conflict markers", told::path(&file)));
        return Ok(Exit::Passed);
    };
    let base = base.map_or(Ok(Timings::default()), |base| store::parse(&file, &base))?;
    let merged = merge(&base, &store::parse(&file, &ours)?, &store::parse(&file, &theirs)?);
    store::save_over(&file, &merged)?;
    let (name, entries) = (told::path(&file), told::entries(merged.tests.len()));
    streams.say(&format!("conflicts in {name} resolved: {entries}; now `git add` it"));
    Ok(Exit::Passed)
}

/// The file that was named, else that of the project.
fn file(shared: &SharedFlags, args: &MergeArgs) -> Result<PathBuf, Refused> {
    match args.files.as_slice() {
        [] => Ok(shared.directory.join(&args.file.timings)),
        [file] => Ok(file.clone()),
        _ => Err(Refused {
            message: "--conflicted takes one file".to_owned(),
            hint: None,
            exit: Exit::Usage,
        }),
    }
}
