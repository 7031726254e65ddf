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
    /// By the numbers of that plan's shards.
    pub(super) runs: BTreeMap<ShardNumber, Vec<ShardRun>>,
    /// From when on it counts.
    at: Option<UnixMillis>,
}

/// The stages, in the order of time.
pub(super) fn stages(found: &Found, families: &Families) -> Vec<Stage> {
    let mut plans: Vec<&PlanDigest> = found.plans.keys().collect();
    plans.sort_by_key(|plan| (families.ancestors(plan).len(), began(found, plan), *plan));
    let mut first: Vec<Stage> = Vec::new();
    let mut again: Vec<Stage> = Vec::new();
    for digest in plans {
        let Some((plan, _)) = found.plans.get(digest) else { continue };
        let mut own = rounds(found, digest, plan, &others(found, families, digest)).into_iter();
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

/// The runs of one plan: first those that one stage can hold, then the others.
fn rounds(found: &Found, digest: &PlanDigest, plan: &Plan, others: &[UnixMillis]) -> Vec<Stage> {
    let its = found.runs.iter().filter(|((plan, _), _)| plan == digest);
    let mut runs: Vec<(ShardNumber, &ShardRun)> =
        its.flat_map(|((_, shard), runs)| runs.iter().map(move |run| (*shard, run))).collect();
    runs.sort_by_key(|(shard, run)| (run.began(), *shard));
    // How much of the others had begun before.
    let epoch = |run: &ShardRun| others.iter().filter(|at| run.began() > Some(**at)).count();
    let mut rounds: Vec<BTreeMap<ShardNumber, Vec<ShardRun>>> = vec![BTreeMap::new()];
    let mut now = runs.first().map(|(_, run)| epoch(run));
    for (shard, run) in runs {
        let stands = |round: &BTreeMap<ShardNumber, Vec<ShardRun>>| {
            round.contains_key(&shard) && round.values().flatten().any(|run| touches(run, shard))
        };
        if now != Some(epoch(run)) || rounds.last().is_some_and(stands) {
            rounds.push(BTreeMap::new());
            now = Some(epoch(run));
        }
        if let Some(round) = rounds.last_mut() {
            round.entry(shard).or_default().push(run.clone());
        }
    }
    let is_in = |at: usize, shard| rounds[at..].iter().any(|runs| runs.contains_key(&shard));
    let stage = |at: usize| Stage {
        // What nobody ran stays where it was planned.
        plan: plan
            .with_work_in(|shard| rounds[at].contains_key(&shard) || (at == 0 && !is_in(1, shard))),
        at: rounds[at].values().flatten().filter_map(ShardRun::began).min(),
        runs: rounds[at].clone(),
    };
    (0..rounds.len()).map(stage).collect()
}

/// Whether tests went to this shard or from it in this run.
fn touches(run: &ShardRun, shard: ShardNumber) -> bool {
    run.events.iter().any(|event| {
        matches!(event, Event::TestsMoved { id, from, .. } if id.shard == shard || *from == shard)
    })
}
