//! `shardwright plan`: who would run what, and how good the plan is.

use anyhow::Context;

use crate::cli::args::{Format, PlanArgs, SharedFlags};
use crate::cli::commands::planning::planned;
use crate::cli::commands::stage::{self, Asked};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::report::console::tables;
use crate::wire::plan_v1;

pub(crate) fn exec(
    shared: &SharedFlags,
    args: &PlanArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let PlanArgs { suite, plan: flags, sandbox, .. } = args;
    let history = stage::load_timings(shared, &flags.timings)?;
    let asked = Asked { shared, suite, sandbox, workers: flags.workers };
    let suite = stage::discover_only(&asked, environment, streams)?;
    let plan = planned(&suite, flags, &history.timings)?;
    stage::tell_coverage(&suite, &history, streams);
    if let Some(file) = &args.plan_file {
        let wrap = || format!("cannot write the plan to `{}`", file.display());
        std::fs::write(file, plan_v1::write(&plan)).with_context(wrap)?;
    }
    let page = match args.format {
        Format::Table => tables::plan(&plan),
        Format::List => tables::plan_list(&plan),
        Format::Json => plan_v1::write(&plan),
    };
    streams.data(&page)?;
    Ok(Exit::Passed)
}
