//! Parts of a run go in, what tells whose they are comes out.

use std::collections::BTreeSet;

use super::Parts;
use crate::model::event::Event;
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
            began: self.began(),
        }
    }

    /// When what of them began, attempt by attempt; the same wherever they were merged.
    fn marks(&self) -> BTreeSet<Mark> {
        let Lineage { parts, .. } = &self.plan.lineage;
        let own = |shard: ShardNumber| {
            let part = self.plan.lineage.part_of(shard);
            let before: usize = parts.iter().take(part).map(|part| part.shards).sum();
            let digest = parts.get(part).map_or(&self.plan.digest, |part| &part.digest);
            (digest.clone(), ShardNumber::at(shard.index().saturating_sub(before)))
        };
        let mark = |event: &Event| {
            let Event::AttemptStarted { id, at } = event else { return None };
            let (digest, shard) = own(id.shard);
            Some((digest, shard, *at))
        };
        self.events().filter_map(mark).collect()
    }

    /// The plans of which these hold re-runs and nothing else.
    fn origins(&self) -> BTreeSet<PlanDigest> {
        let Lineage { reruns, parts } = &self.plan.lineage;
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
