//! `shardwright discover`: what there is to run.

use crate::cli::args::{DiscoverArgs, Format, SharedFlags};
use crate::cli::commands::stage::{self, Asked};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::report::console::tables;
use crate::wire::suite_v1;

pub(crate) fn exec(
    shared: &SharedFlags,
    args: &DiscoverArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let asked = Asked { shared, suite: &args.suite, sandbox: &args.sandbox, workers: None };
    let suite = stage::discover_only(&asked, environment, streams)?;
    let page = match args.format {
        Format::Table => tables::suite(&suite),
        Format::List => tables::suite_list(&suite),
        Format::Json => suite_v1::write(&suite),
    };
    streams.data(&page)?;
    if suite.groups.is_empty() {
        streams.warn("there is nothing to run: no test matches");
        return Ok(Exit::Nothing);
    }
    Ok(Exit::Passed)
}
