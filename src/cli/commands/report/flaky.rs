//! `shardwright report flaky`: which tests are flaky, how often, since when.

use crate::cli::args::SharedFlags;
use crate::cli::args::report::{FlakyArgs, ReportFormat};
use crate::cli::commands::report::runs;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::quarantine;
use crate::report::console::history_table;
use crate::report::history::flaky::flaky;
use crate::report::history::markdown;
use crate::wire::findings_v1;

pub(super) fn exec(
    shared: &SharedFlags,
    args: &FlakyArgs,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let quarantine = quarantine::load(&shared.directory, &args.quarantine)?;
    let args = &args.runs;
    let (history, exit) = runs::read(args, streams)?;
    let findings = flaky(&history, &quarantine, args.most());
    let page = match args.format {
        ReportFormat::Table => history_table::flaky(&findings),
        ReportFormat::Json => findings_v1::flaky(&findings),
        ReportFormat::Markdown => markdown::flaky(&findings),
    };
    streams.data(&page)?;
    Ok(exit)
}
