//! `shardwright report failed`: which tests fail, how often, since when.

use crate::cli::args::report::{ReportFormat, RunsArgs};
use crate::cli::commands::report::runs;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::report::console::history_table;
use crate::report::history::failed::failed;
use crate::report::history::markdown;
use crate::wire::findings_v1;

pub(super) fn exec(args: &RunsArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    let (history, exit) = runs::read(args, streams)?;
    let findings = failed(&history, args.most());
    let page = match args.format {
        ReportFormat::Table => history_table::failed(&findings),
        ReportFormat::Json => findings_v1::failed(&findings),
        ReportFormat::Markdown => markdown::failed(&findings),
    };
    streams.data(&page)?;
    Ok(exit)
}
