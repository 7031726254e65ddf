//! `shardwright report slow`: the slowest tests and files, and which of them got slower.

use crate::cli::args::report::{ReportFormat, RunsArgs};
use crate::cli::commands::report::runs;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::report::console::history_table;
use crate::report::history::markdown;
use crate::report::history::slow::slow;
use crate::wire::findings_v1;

pub(super) fn exec(args: &RunsArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    let (history, exit) = runs::read(args, streams)?;
    let findings = slow(&history, args.most());
    let page = match args.format {
        ReportFormat::Table => history_table::slow(&findings),
        ReportFormat::Json => findings_v1::slow(&findings),
        ReportFormat::Markdown => markdown::slow(&findings),
    };
    streams.data(&page)?;
    Ok(exit)
}
