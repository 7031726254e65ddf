//! `shardwright timings prune`: the history without what the suite does not have any more.

use crate::cli::args::SharedFlags;
use crate::cli::args::timings::PruneArgs;
use crate::cli::commands::stage::{self, History};
use crate::cli::commands::timings::project::Declared;
use crate::cli::commands::timings::told;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::model::review::Stale;
use crate::report::console::timings_table;
use crate::timings::estimate::mismatch;
use crate::timings::{prune, store};

pub(super) fn exec(
    shared: &SharedFlags,
    args: &PruneArgs,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let History { file, timings: before } = stage::load_timings(shared, &args.file.timings)?;
    let declared = Declared::scan(shared, &args.project, streams)?;
    let stale = declared.stale(&before);
    let gone = stale.iter().filter(|(_, why)| *why == Stale::NoFile).count();
    if gone > 0 && gone == before.tests.len() {
        let mismatch = mismatch(&declared.suite, &before);
        return Err(all_of_them(mismatch.map(|mismatch| stage::told(&mismatch))).into());
    }
    streams.data(&timings_table::stale_list(&stale))?;
    if args.dry_run {
        streams.say(&format!("{} would be removed", told::entries(stale.len())));
        return Ok(Exit::Passed);
    }
    let after = prune::prune(&before, &stale);
    store::save(&file, &after)?;
    let left = told::entries(after.tests.len());
    streams.say(&format!("{} removed, {left} left", told::entries(stale.len())));
    Ok(Exit::Passed)
}

/// A history that fits nothing belongs to another folder more often than to a suite that is gone.
fn all_of_them(mismatch: Option<String>) -> Refused {
    Refused {
        message: mismatch.unwrap_or_else(|| "none of the files in the timings is here".to_owned()),
        hint: Some(
            "nothing was removed; name the project folder with -C DIR, or the configuration with \
             -c FILE"
                .to_owned(),
        ),
        exit: Exit::BadInput,
    }
}
