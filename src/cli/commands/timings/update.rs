//! `shardwright timings update`: what runs left -> the history.

use crate::cli::args::SharedFlags;
use crate::cli::args::timings::UpdateArgs;
use crate::cli::commands::parts::folders::result_folders;
use crate::cli::commands::parts::{self, Parts};
use crate::cli::commands::stage::{self, History};
use crate::cli::commands::timings::told;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::model::outcome::Contradiction;
use crate::timings::learn::learn;
use crate::timings::store;

pub(super) fn exec(
    shared: &SharedFlags,
    args: &UpdateArgs,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let History { file, timings: before } = stage::load_timings(shared, &args.file.timings)?;
    parts::check_folders(&args.from)?;
    let found = result_folders(&args.from, None)?;
    for Contradiction { title, text } in found.left_out() {
        streams.warn(&format!("warning: {title}: {}", text.replace('\n', ": ")));
    }
    let folders = found.folders;
    if folders.is_empty() {
        return Err(nothing(args).into());
    }
    let mut after = before.clone();
    for parts in Parts::read_each(&folders)? {
        for number in parts.missing() {
            let total = parts.plan.shards.len();
            streams.warn(&format!("shard {number} of {total} has no results"));
        }
        after = learn(&after, &parts.outcome());
    }
    store::save(&file, &after)?;
    streams.say(&told::written(&file, &before, &after));
    Ok(Exit::Passed)
}

fn nothing(args: &UpdateArgs) -> Refused {
    let named: Vec<String> = args.from.iter().map(|from| format!("`{}`", from.display())).collect();
    let hint = "name the output folder of `run`, or a folder that holds those of several nodes; \
                for files of other tools there is `shardwright timings import`";
    Refused {
        message: format!("no results in {}", named.join(", ")),
        hint: Some(hint.to_owned()),
        exit: Exit::BadInput,
    }
}
