//! `shardwright timings update`: what runs left -> the history.

use crate::cli::args::SharedFlags;
use crate::cli::args::timings::UpdateArgs;
use crate::cli::commands::stage::{self, History};
use crate::cli::commands::timings::lessons::Lessons;
use crate::cli::commands::timings::told;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::timings::store;

pub(super) fn exec(
    shared: &SharedFlags,
    args: &UpdateArgs,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let History { file, timings: before } = stage::load_timings(shared, &args.file.timings)?;
    let lessons = Lessons::read(&args.from, streams)?;
    let after = lessons.learn(&before, |_| false);
    store::save(&file, &after)?;
    streams.say(&told::written(&file, &before, &after));
    Ok(Exit::Passed)
}
