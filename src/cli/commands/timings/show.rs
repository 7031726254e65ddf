//! `shardwright timings show`: what the history says, and what the suite makes of it.

use crate::cli::args::timings::ShowArgs;
use crate::cli::args::{Format, SharedFlags};
use crate::cli::commands::stage::{self, History};
use crate::cli::commands::timings::project::Declared;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::model::review::SuiteReview;
use crate::report::console::timings_table;
use crate::report::text;
use crate::timings::estimate::{Coverage, known};
use crate::timings::prune::unknown;
use crate::timings::review::review;
use crate::wire::review_v1;

pub(super) fn exec(
    shared: &SharedFlags,
    args: &ShowArgs,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let history = stage::load_timings(shared, &args.file.timings)?;
    let suite = compared(shared, args, &history, streams)?;
    let review = review(&history.timings, suite);
    let page = match args.format {
        Format::Table if args.stale => timings_table::differences(&review),
        Format::Table => timings_table::overview(&review, args.files.get()),
        Format::List => timings_table::list(&review),
        Format::Json => review_v1::write(&review),
    };
    streams.data(&page)?;
    Ok(Exit::Passed)
}

/// The suite beside the history. A history can be looked at without its project, unless that is
/// what was asked for.
fn compared(
    shared: &SharedFlags,
    args: &ShowArgs,
    History { file, timings }: &History,
    streams: &mut Streams,
) -> anyhow::Result<Option<SuiteReview>> {
    let declared = match Declared::scan(shared, &args.project, streams) {
        Ok(declared) => declared,
        Err(error) if args.stale || args.project.config.is_some() => return Err(error),
        Err(error) => {
            let error = text::terminal(&format!("{error:#}"));
            streams.say(&format!("not compared with the suite: {error}"));
            return Ok(None);
        }
    };
    if declared.suite.tests().next().is_none() && declared.suite.groups.is_empty() {
        streams.say("not compared with the suite: no spec file was found here");
        return Ok(None);
    }
    if timings.tests.is_empty() {
        streams.say(&format!("no timings yet in `{}`", file.display()));
    }
    let Coverage { known, total: tests, mismatch } = known(&declared.suite, timings);
    if let Some(mismatch) = mismatch {
        streams.tell(&format!("warning: {}", stage::told(&mismatch)));
    }
    let (stale, unknown) = (declared.stale(timings), unknown(&declared.suite, timings));
    Ok(Some(SuiteReview { tests, known, stale, unknown }))
}
