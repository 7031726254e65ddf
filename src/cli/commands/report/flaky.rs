//! `shardwright report flaky`: which tests are flaky, how often, since when.

use crate::cli::args::report::{ReportFormat, RunsArgs};
use crate::cli::commands::report::runs;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::report::console::history_table;
use crate::report::history::flaky::flaky;
use crate::report::history::markdown;
use crate::wire::findings_v1;

pub(super) fn exec(args: &RunsArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    let (history, exit) = runs::read(args, streams)?;
    let findings = flaky(&history, args.most());
    let page = match args.format {
        ReportFormat::Table => history_table::flaky(&findings),
        ReportFormat::Json => findings_v1::flaky(&findings),
        ReportFormat::Markdown => markdown::flaky(&findings),
    };
    streams.data(&page)?;
    Ok(exit)
}
