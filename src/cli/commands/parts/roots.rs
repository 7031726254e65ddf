//! Parts of a run go in, what tells whose they are comes out.

use std::collections::BTreeSet;

use super::{Parts, moved_by};
use crate::model::event::{AttemptId, Event};
use crate::model::history::{Mark, Roots};
use crate::model::id::{PlanDigest, ShardNumber};
use crate::model::lineage::Lineage;

impl Parts {
    /// What tells which other results are of the same run.
    pub(crate) fn roots(&self) -> Roots {
        Roots {
            marks: self.marks(),
            plans: self.digests(),
            origins: self.origins(),
            is_node: self.is_node(),
            builds: self.events().filter_map(Event::build).map(str::to_owned).collect(),
            began: self.began(),
        }
    }

    /// When what of them began, attempt by attempt; the same wherever they were merged.
    pub(crate) fn marks(&self) -> BTreeSet<Mark> {
        self.events().filter_map(|event| self.mark(event)).collect()
    }

    fn mark(&self, event: &Event) -> Option<Mark> {
        let Event::AttemptStarted { id: AttemptId { shard, .. }, at } = event else { return None };
        let Lineage { parts, .. } = &self.plan.lineage;
        let part = self.plan.lineage.part_of(*shard);
        let before: usize = parts.iter().take(part).map(|part| part.shards).sum();
        let digest = parts.get(part).map_or(&self.plan.digest, |part| &part.digest);
        Some((digest.clone(), ShardNumber::at(shard.index().saturating_sub(before)), *at))
    }

    /// Only the runs of which something is not known yet. The attempts of a shard count from 1.
    pub(crate) fn unknown(mut self, is_known: impl Fn(&Mark) -> bool) -> Self {
        let mut shards = std::mem::take(&mut self.shards);
        for runs in shards.values_mut() {
            let is_new = |event: &Event| self.mark(event).is_some_and(|mark| !is_known(&mark));
            runs.retain(|run| run.events.iter().any(is_new));
            let mut gone = None;
            for run in runs {
                let gone = *gone.get_or_insert(run.before);
                run.before -= gone;
                run.events.iter_mut().for_each(|event| moved_by(event, 0, -i64::from(gone)));
            }
        }
        shards.retain(|_, runs| !runs.is_empty());
        self.shards = shards;
        self
    }

    /// The plans of which these hold re-runs and nothing else.
    fn origins(&self) -> BTreeSet<PlanDigest> {
        let Lineage { reruns, parts, .. } = &self.plan.lineage;
        let all = parts.iter().map(|part| &part.reruns).chain([reruns]).flatten().flatten();
        let own = self.digests();
        all.filter(|digest| !own.contains(digest)).cloned().collect()
    }

    /// Whether it holds one shard of several, as one node of a CI matrix leaves it.
    fn is_node(&self) -> bool {
        let planned = self.plan.shards.iter().filter(|shard| !shard.is_empty()).count();
        planned > 1 && self.shards.len() <= 1
    }
}
