//! Plans and the runs of their shards go in, stages in the order of time come out: each a plan
//! with the runs that are of it.
//!
//! A plan comes behind those that it re-runs. A shard that was run once more (a CI job that was
//! started again) counts its attempts on. Only where something came between that the order of
//! shards tells, the later run is a stage of its own, with the shards that ran and no others: a
//! re-run had begun, or shards had taken tests over from one another.

use std::collections::BTreeMap;

use super::ShardRun;
use super::family::{Families, began};
use super::found::Found;
use crate::model::event::{Event, UnixMillis};
use crate::model::id::{PlanDigest, ShardNumber};
use crate::model::plan::Plan;

/// A plan and what was run of it.
pub(super) struct Stage {
    pub(super) plan: Plan,
    pub(super) runs: Runs,
    /// From when on it counts.
    at: Option<UnixMillis>,
}

/// By the numbers of the plan's shards.
type Runs = BTreeMap<ShardNumber, Vec<ShardRun>>;

/// The stages, in the order of time.
pub(super) fn stages(found: Found, families: &Families) -> Vec<Stage> {
    let mut plans: Vec<(PlanDigest, Vec<UnixMillis>)> =
        found.plans.keys().map(|plan| (plan.clone(), others(&found, families, plan))).collect();
    plans.sort_by_cached_key(|(plan, _)| {
        (families.ancestors(plan).len(), began(&found, plan), plan.clone())
    });
    let Found { plans: mut known, runs } = found;
    let mut by_plan: BTreeMap<PlanDigest, Vec<(ShardNumber, ShardRun)>> = BTreeMap::new();
    for ((plan, shard), runs) in runs {
        let its = by_plan.entry(plan).or_default();
        its.extend(runs.into_iter().map(|run| (shard, run)));
    }
    let mut first: Vec<Stage> = Vec::new();
    let mut again: Vec<Stage> = Vec::new();
    for (digest, others) in plans {
        let Some((plan, _)) = known.remove(&digest) else { continue };
        let runs = rounds(by_plan.remove(&digest).unwrap_or_default(), &others);
        let mut own = of_rounds(&plan, runs).into_iter();
        first.extend(own.next());
        again.extend(own);
    }
    // A clock that is behind does not bring a re-run before what it re-runs.
    let mut at = None;
    for stage in &mut first {
        at = at.max(stage.at);
        stage.at = at;
    }
    first.extend(again);
    first.sort_by_key(|stage| stage.at);
    first
}

/// When the runs of the other plans of the same suite and its re-runs began.
fn others(found: &Found, families: &Families, plan: &PlanDigest) -> Vec<UnixMillis> {
    let family = families.iter().find(|family| family.contains(plan));
    let is_other =
        |other: &PlanDigest| other != plan && family.is_some_and(|family| family.contains(other));
    let runs = found.runs.iter().filter(|((other, _), _)| is_other(other));
    runs.flat_map(|(_, runs)| runs).filter_map(ShardRun::began).collect()
}

/// The runs of one plan in turns: first those that one stage can hold, then the others.
fn rounds(mut runs: Vec<(ShardNumber, ShardRun)>, others: &[UnixMillis]) -> Vec<Runs> {
    runs.sort_by_key(|(shard, run)| (run.began(), *shard));
    // How much of the others had begun before.
    let epoch = |run: &ShardRun| others.iter().filter(|at| run.began() > Some(**at)).count();
    let mut now = runs.first().map(|(_, run)| epoch(run));
    let mut rounds = vec![Runs::new()];
    for (shard, run) in runs {
        let stands = |round: &Runs| {
            round.contains_key(&shard) && round.values().flatten().any(|run| touches(run, shard))
        };
        if now != Some(epoch(&run)) || rounds.last().is_some_and(stands) {
            rounds.push(Runs::new());
            now = Some(epoch(&run));
        }
        if let Some(round) = rounds.last_mut() {
            round.entry(shard).or_default().push(run);
        }
    }
    rounds
}

/// A stage for each round. What nobody ran stays where it was planned.
fn of_rounds(plan: &Plan, rounds: Vec<Runs>) -> Vec<Stage> {
    let later = |shard| rounds.iter().skip(1).any(|runs| runs.contains_key(&shard));
    let part = |(at, runs): (usize, &Runs)| {
        plan.with_work_in(|shard| runs.contains_key(&shard) || (at == 0 && !later(shard)))
    };
    let plans: Vec<Plan> = rounds.iter().enumerate().map(part).collect();
    let stage = |(plan, runs): (Plan, Runs)| Stage {
        plan,
        at: runs.values().flatten().filter_map(ShardRun::began).min(),
        runs,
    };
    plans.into_iter().zip(rounds).map(stage).collect()
}

/// Whether tests went to this shard or from it in this run.
fn touches(run: &ShardRun, shard: ShardNumber) -> bool {
    run.events.iter().any(|event| {
        matches!(event, Event::TestsMoved { id, from, .. } if id.shard == shard || *from == shard)
    })
}
