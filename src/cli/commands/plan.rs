//! `shardwright plan`: who would run what, and how good the plan is.

use std::path::Path;

use anyhow::Context;

use crate::cli::args::plan_format::PlanFormat;
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
    if args.compare || args.what_if.is_some() {
        several(args.format)?;
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
    if let Some(counts) = &args.what_if {
        let forecast = planner.what_if(&counts.0)?;
        streams.data(&match args.format {
            PlanFormat::Page(Format::Json) => forecast_v1::write(&forecast),
            PlanFormat::Page(_) | PlanFormat::Matrix(_) => what_if_table::what_if(&forecast),
        })?;
        return Ok(Exit::Passed);
    }
    let plan = planner.plan(streams)?;
    if let Some(file) = &args.plan_file {
        write(&plan, file)?;
    }
    match args.format {
        PlanFormat::Page(format) if args.compare => {
            streams.data(&side_by_side(&planner, plan, format))?;
        }
        PlanFormat::Page(format) => streams.data(&page(&planner, &plan, format))?,
        PlanFormat::Matrix(matrix) => streams.command(&matrix.write(&plan))?,
    }
    Ok(Exit::Passed)
}

/// A plan beside those of the other strategies.
fn side_by_side(planner: &Planner<'_>, plan: Plan, format: Format) -> String {
    let chosen = plan.strategy.clone();
    let plans = planner.side_by_side(plan);
    match format {
        Format::Json => comparison_v1::write(&plans, &chosen),
        Format::Table | Format::List => compare_table::compare(&plans, &chosen),
    }
}

/// A plan alone.
fn page(planner: &Planner<'_>, plan: &Plan, format: Format) -> String {
    match format {
        Format::Table => plan_table::plan(plan, planner.blocker(plan).as_ref()),
        Format::List => plan_table::plan_list(plan, planner.blocker(plan).as_ref()),
        Format::Json => plan_v1::write(plan),
    }
}

fn write(plan: &Plan, file: &Path) -> anyhow::Result<()> {
    let wrap = || format!("cannot write the plan to `{}`", file.display());
    std::fs::write(file, plan_v1::write(plan)).with_context(wrap)
}

/// Refuses formats that show one plan.
fn several(format: PlanFormat) -> Result<(), Refused> {
    let missing = match format {
        PlanFormat::Page(Format::Table | Format::Json) => return Ok(()),
        PlanFormat::Page(Format::List) => "they have no list of tests",
        PlanFormat::Matrix(_) => "no CI system can run several",
    };
    Err(Refused {
        message: format!("plans side by side are a table or JSON: {missing}"),
        hint: Some("`--format table` or `--format json`".to_owned()),
        exit: Exit::Usage,
    })
}
