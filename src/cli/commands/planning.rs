//! A suite, its history and the flags go in, the plan comes out; for every command that plans.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use crate::cli::args::RunArgs;
use crate::cli::commands::exec_strategy;
use crate::cli::commands::pinned;
use crate::cli::commands::stage;
use crate::cli::streams::Streams;
use crate::config::flags::plan::{PlanFlags, Shards, StrategyChoice};
use crate::model::forecast::Forecast;
use crate::model::id::{PlanDigest, ShardNumber};
use crate::model::plan::{Blocker, Plan};
use crate::model::suite::Suite;
use crate::model::timings::{Estimates, Timings};
use crate::plan::assigned::{assigned, deck};
use crate::plan::blocker::blocker;
use crate::plan::compare::side_by_side;
use crate::plan::make::{Options, make};
use crate::plan::what_if::{Auto, Choice, Why, forecast, least, point};
use crate::report::console::plan_table::blocked;
use crate::report::facts::{number_of, time};
use crate::timings::estimate::estimates;
use crate::wire::assignment_v1;

/// `--shard I/N` says how many shards there are.
pub(crate) fn of_part(flags: &PlanFlags, args: &RunArgs) -> PlanFlags {
    let shards = args.run.part().map_or(flags.shards, |shard| Shards::Count(shard.total));
    PlanFlags { shards, ..flags.clone() }
}

/// One node's part of a plan, or all of it.
pub(crate) fn part_of(plan: Plan, part: Option<ShardNumber>) -> Plan {
    part.and_then(|part| plan.part(part)).unwrap_or(plan)
}

/// Makes plans of one suite.
pub(crate) struct Planner<'a> {
    suite: &'a Suite,
    flags: &'a PlanFlags,
    /// Where a program runs that deals for us.
    project: &'a Path,
    estimates: Estimates,
    workers: u32,
    /// Tests should stay where this has them.
    previous: Option<Plan>,
    /// As in [`Options::reruns`].
    reruns: Option<Vec<PlanDigest>>,
}

impl<'a> Planner<'a> {
    /// Refuses a suite without tests, unless it is what a re-run has left.
    pub(crate) fn new(
        suite: &'a Suite,
        flags: &'a PlanFlags,
        timings: &Timings,
        project: &'a Path,
        reruns: Option<Vec<PlanDigest>>,
    ) -> anyhow::Result<Self> {
        if suite.groups.is_empty() && reruns.is_none() {
            return Err(stage::nothing().into());
        }
        let workers = stage::workers(suite, flags.workers);
        let previous = flags.previous.as_deref().map(pinned::load).transpose()?;
        let estimates = estimates(suite, timings, &flags.per_test);
        Ok(Self { suite, flags, project, estimates, workers, previous, reruns })
    }

    /// The plan of the whole suite. Says why it has so many shards where nobody asked for a
    /// number, and what becomes of the target where somebody did.
    pub(crate) fn plan(&self, streams: &mut Streams) -> anyhow::Result<Plan> {
        let shards = match self.flags.shards {
            Shards::Count(shards) => shards,
            Shards::Auto if self.suite.groups.is_empty() => NonZeroU32::MIN,
            Shards::Auto => return self.auto(streams),
        };
        let plan = self.of(shards)?;
        if let Some(target) = self.flags.target {
            let within = if plan.predicted() <= target { "within" } else { "not within" };
            let (shards, takes) = (number_of(plan.shards.len(), "shard"), time(plan.predicted()));
            streams.say(&format!("{shards}: {within} the target of {} ({takes})", time(target)));
        }
        Ok(plan)
    }

    /// What the plans of these numbers of shards would take.
    pub(crate) fn what_if(&self, counts: &[NonZeroU32]) -> anyhow::Result<Forecast> {
        let plans = counts.iter().map(|shards| Ok(point(&self.of(*shards)?)));
        let forecast = forecast(plans.collect::<anyhow::Result<_>>()?, None);
        let blocker = self.blocker(&self.of(counts[forecast.enough])?);
        Ok(Forecast { blocker, ..forecast })
    }

    /// This plan beside those of all other strategies.
    pub(crate) fn side_by_side(&self, chosen: Plan) -> Vec<Plan> {
        let shards = u32::try_from(chosen.shards.len()).ok().and_then(NonZeroU32::new);
        let options = self.options(shards.unwrap_or(NonZeroU32::MIN));
        side_by_side(chosen, self.suite, &self.estimates, &options)
    }

    /// The group that keeps a plan from being faster.
    pub(crate) fn blocker(&self, plan: &Plan) -> Option<Blocker> {
        blocker(plan, self.suite, &self.estimates, &self.options(NonZeroU32::MIN))
    }

    fn options(&self, shards: NonZeroU32) -> Options {
        let (previous, reruns) = (self.previous.clone(), self.reruns.clone());
        Options { previous, reruns, ..self.flags.options(shards, self.workers) }
    }

    fn of(&self, shards: NonZeroU32) -> anyhow::Result<Plan> {
        match &self.flags.strategy {
            StrategyChoice::Known(_) => {
                Ok(make(self.suite, &self.estimates, &self.options(shards)))
            }
            // Nobody has to be asked who gets nothing.
            StrategyChoice::Program(_) if self.suite.groups.is_empty() => {
                Ok(make(self.suite, &self.estimates, &self.options(shards)))
            }
            StrategyChoice::Program(program) => self.ask(program, shards),
        }
    }

    fn ask(&self, program: &Path, shards: NonZeroU32) -> anyhow::Result<Plan> {
        let Self { suite, estimates, .. } = self;
        let options = self.options(shards);
        let deck = deck(suite, estimates, &options);
        let question = assignment_v1::ask(&deck, suite, estimates, shards.get(), self.workers);
        let limit = self.flags.strategy_timeout;
        let answer = exec_strategy::ask(program, self.project, question, limit)?;
        let hands = match assignment_v1::answer(&answer.text, deck.len()) {
            Ok(hands) => hands,
            Err(error) => return Err(answer.bad(error).into()),
        };
        // Not the path, which may differ between machines that make the same plan.
        let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
        let plan = assigned(suite, estimates, &options, &format!("exec:{name}"), &hands);
        plan.map_err(|error| answer.bad(error).into())
    }

    fn auto(&self, streams: &mut Streams) -> anyhow::Result<Plan> {
        let groups = u32::try_from(self.suite.groups.len()).ok().and_then(NonZeroU32::new);
        let most = groups.map_or(Shards::MOST_AUTO, |groups| groups.min(Shards::MOST_AUTO));
        let mut auto = Auto {
            most,
            plan: |shards| self.of(shards),
            least: |shards| least(self.suite, &self.estimates, &self.options(shards)),
        };
        let Choice { plan, why } = match self.flags.target {
            Some(target) => auto.within(target)?,
            None => auto.paying()?,
        };
        self.tell(&plan, &why, streams);
        Ok(plan)
    }

    fn tell(&self, plan: &Plan, why: &Why, streams: &mut Streams) {
        let shards = number_of(plan.shards.len(), "shard");
        let (takes, target) = (time(plan.predicted()), self.flags.target.unwrap_or(Duration::MAX));
        match why {
            Why::Meets => {
                let target = time(target);
                streams.say(&format!("{shards}: the fewest for the target of {target} ({takes})"));
            }
            Why::Pays => streams.say(&format!(
                "{shards} ({takes}): each one more would save less than 5 % of that"
            )),
            Why::Nearest => {
                let target = time(target);
                let reason = self.blocker(plan).map(|blocker| format!("; {}", blocked(&blocker)));
                streams.tell(&format!(
                    "warning: no plan meets the target of {target}; {shards} come nearest with \
                     {takes}{}",
                    reason.unwrap_or_default()
                ));
            }
        }
    }
}
