//! `shardwright report skew`: which shards were late and why, and how the plan could be better.

use std::path::Path;

use crate::cli::args::report::{ReportFormat, SkewArgs};
use crate::cli::commands::hindsight::hindsight;
use crate::cli::commands::report::folders::{self, ReadRun, ReadRuns};
use crate::cli::commands::report::runs;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::model::outcome::Outcome;
use crate::model::skew_trend::SkewRun;
use crate::report::console::skew_table;
use crate::report::skew::trend::trend;
use crate::report::skew::{markdown, skew};
use crate::wire::skew_v1;

/// There are results, and they do not say enough.
fn no_folder(file: &Path) -> Refused {
    Refused {
        message: format!("`{}` alone does not say when shards started", file.display()),
        hint: Some("name the output folder of `run` or `merge`, with its shards/".to_owned()),
        exit: Exit::Nothing,
    }
}

pub(super) fn exec(args: &SkewArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    let args = &args.runs();
    runs::check(&args.inputs)?;
    // Other tools' results know neither shards nor what was predicted.
    let below = folders::below(&args.inputs)?;
    let ReadRuns { runs, again, bad } = folders::read(&below.folders);
    runs::tell(&again, &bad, streams);
    if runs.is_empty()
        && bad.is_empty()
        && let Some(file) = below.files.first()
    {
        return Err(no_folder(file).into());
    }
    let all = runs.len();
    let since = args.since.map(|since| since.from(runs::now()));
    let mut young: Vec<(ReadRun, Outcome)> = runs
        .into_iter()
        .map(|run| {
            let outcome = run.parts.outcome();
            (run, outcome)
        })
        .filter(|(_, outcome)| since.is_none() || outcome.started >= since)
        .collect();
    if young.is_empty() && bad.is_empty() {
        return Err(runs::nothing(args, all).into());
    }
    young.sort_by(|(one, a), (other, b)| (a.started, &one.from).cmp(&(b.started, &other.from)));
    let last = young.len().saturating_sub(1);
    let told = young.iter().enumerate().map(|(at, (run, outcome))| {
        let plan = &run.parts.plan;
        let skew = skew(plan, outcome);
        SkewRun {
            from: run.from.display().to_string(),
            at: outcome.started,
            // It would be of no use for a run that others followed.
            hindsight: (at == last).then(|| hindsight(plan, outcome, &skew)).flatten(),
            skew,
        }
    });
    let trend = trend(told.collect());
    let page = match args.format {
        ReportFormat::Table => skew_table::trend(&trend, args.most()),
        ReportFormat::Json => skew_v1::write(&trend),
        ReportFormat::Markdown => markdown::trend(&trend, args.most()),
    };
    streams.data(&page)?;
    Ok(if bad.is_empty() { Exit::Passed } else { Exit::BadInput })
}
