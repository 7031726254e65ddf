//! A suite, its history and the flags go in, the plan comes out; for every command that plans.

use crate::cli::args::RunArgs;
use crate::cli::commands::stage;
use crate::cli::failure::Refused;
use crate::config::flags::plan::PlanFlags;
use crate::model::id::ShardNumber;
use crate::model::plan::Plan;
use crate::model::suite::Suite;
use crate::model::timings::Timings;
use crate::plan::make::make;
use crate::timings::estimate::estimates;

/// `--shard I/N` says how many shards there are.
pub(crate) fn of_part(flags: &PlanFlags, args: &RunArgs) -> PlanFlags {
    let shards = args.run.shard.map_or(flags.shards, |shard| shard.total);
    PlanFlags { shards, ..flags.clone() }
}

/// The plan of the whole suite.
pub(crate) fn planned(
    suite: &Suite,
    flags: &PlanFlags,
    timings: &Timings,
) -> Result<Plan, Refused> {
    if suite.groups.is_empty() {
        return Err(stage::nothing());
    }
    let workers = stage::workers(suite, flags.workers);
    Ok(make(suite, &estimates(suite, timings), &flags.options(workers)))
}

/// One node's part of a plan, or all of it.
pub(crate) fn part_of(plan: Plan, part: Option<ShardNumber>) -> Plan {
    part.and_then(|part| plan.part(part)).unwrap_or(plan)
}
