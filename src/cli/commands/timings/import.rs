//! `shardwright timings import`: what other tools wrote down -> the history.

use crate::cli::args::SharedFlags;
use crate::cli::args::timings::ImportArgs;
use crate::cli::commands::stage::{self, History};
use crate::cli::commands::timings::told;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::timings::import::{Applied, Known, Source, apply, detect, entries};
use crate::timings::store;

pub(super) fn exec(
    shared: &SharedFlags,
    args: &ImportArgs,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let History { file, timings: before } = stage::load_timings(shared, &args.file.timings)?;
    let mut samples = Vec::new();
    for path in &args.files {
        let source = Source::open(path)?;
        let importer = args.input_format.map_or_else(|| detect(&source), Ok)?;
        let found = importer.read(&source)?;
        let (path, tests) = (told::path(path), told::entries(found.len()));
        streams.say(&format!("{path}: {tests} ({})", importer.name()));
        samples.extend(found);
    }
    let known = if args.replace { Known::Replace } else { Known::Keep };
    let Applied { timings, new, replaced, kept } = apply(&before, entries(samples), known);
    store::save(&file, &timings)?;
    let parts = [
        (new, "new"),
        (replaced, "replaced"),
        (kept, "known already and kept (--replace takes the new ones)"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, what)| *count > 0 || *what == "new")
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let said = format!("timings written to {}: {}", told::path(&file), parts.join(", "));
    streams.say(&said);
    Ok(Exit::Passed)
}
