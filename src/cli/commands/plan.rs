//! `shardwright plan`: who would run what, and how good the plan is.

use std::path::Path;

use anyhow::Context;

use crate::cli::args::{Format, PlanArgs, SharedFlags};
use crate::cli::commands::planning::Planner;
use crate::cli::commands::rerun::{self, Rerun};
use crate::cli::commands::stage::{self, Asked};
use crate::cli::commands::unfit;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::model::plan::Plan;
use crate::report::console::{compare_table, plan_table, what_if_table};
use crate::wire::{comparison_v1, forecast_v1, plan_v1};

pub(crate) fn exec(
    shared: &SharedFlags,
    args: &PlanArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let PlanArgs { suite, plan: flags, sandbox, .. } = args;
    let several = args.compare || args.what_if.is_some();
    if several && args.format == Format::List {
        return Err(no_list().into());
    }
    let rerun = Rerun::read(&flags.rerun, None, streams)?;
    let history = stage::load_timings(shared, &flags.timings)?;
    let asked = Asked { shared, suite, sandbox, workers: flags.workers };
    let project = asked.project();
    let suite = stage::discover_only(&asked, environment, streams)?;
    let suite = match &rerun {
        Some(rerun) => rerun.rest(suite, streams)?,
        None => suite,
    };
    let reruns = rerun::plans(rerun.as_ref(), &args.suite);
    let planner = Planner::new(&suite, flags, &history.timings, &project, reruns)?;
    unfit::tell(&flags.per_test, &suite, &args.suite, rerun.is_some(), streams);
    stage::tell_coverage(&suite, &history, &flags.per_test, streams);
    let page = if let Some(counts) = &args.what_if {
        let forecast = planner.what_if(&counts.0)?;
        match args.format {
            Format::Json => forecast_v1::write(&forecast),
            Format::Table | Format::List => what_if_table::what_if(&forecast),
        }
    } else {
        let plan = planner.plan(streams)?;
        if let Some(file) = &args.plan_file {
            write(&plan, file)?;
        }
        page(&planner, plan, args)
    };
    streams.data(&page)?;
    Ok(Exit::Passed)
}

/// A plan, alone or beside those of the other strategies.
fn page(planner: &Planner<'_>, plan: Plan, args: &PlanArgs) -> String {
    if args.compare {
        let chosen = plan.strategy.clone();
        let plans = planner.side_by_side(plan);
        return match args.format {
            Format::Json => comparison_v1::write(&plans, &chosen),
            Format::Table | Format::List => compare_table::compare(&plans, &chosen),
        };
    }
    match args.format {
        Format::Table => plan_table::plan(&plan, planner.blocker(&plan).as_ref()),
        Format::List => plan_table::plan_list(&plan, planner.blocker(&plan).as_ref()),
        Format::Json => plan_v1::write(&plan),
    }
}

fn write(plan: &Plan, file: &Path) -> anyhow::Result<()> {
    let wrap = || format!("cannot write the plan to `{}`", file.display());
    std::fs::write(file, plan_v1::write(plan)).with_context(wrap)
}

fn no_list() -> Refused {
    Refused {
        message: "plans side by side are a table or JSON: they have no list of tests".to_owned(),
        hint: Some("`--format table` or `--format json`".to_owned()),
        exit: Exit::Usage,
    }
}
