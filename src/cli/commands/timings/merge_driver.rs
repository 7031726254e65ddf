//! `shardwright timings merge-driver %O %A %B`: what git calls to merge three versions of a file.
//!
//! Whatever cannot be read ends with an exit code that is not 0 and leaves the file of our side as
//! it is: git then takes the file for conflicted.

use std::path::Path;

use crate::cli::args::timings::MergeDriverArgs;
use crate::cli::exit::Exit;
use crate::model::timings::Timings;
use crate::timings::merge::merge;
use crate::timings::store::{self, StoreError};

pub(super) fn exec(args: &MergeDriverArgs) -> anyhow::Result<Exit> {
    let base = of_git(&args.base)?;
    let (ours, theirs) = (of_git(&args.ours)?, of_git(&args.theirs)?);
    store::save_over(&args.ours, &merge(&base, &ours, &theirs))?;
    Ok(Exit::Passed)
}

/// The timings in a file of git's; it is empty where a side has none.
fn of_git(path: &Path) -> Result<Timings, StoreError> {
    match store::text(path)? {
        Some(text) if !text.is_empty() => store::parse(path, &text),
        Some(_) | None => Ok(Timings::default()),
    }
}
