//! A plan goes in; its groups come out as units that nodes can name to each other, and where each
//! waits at the begin. The same on every node that has the same plan.

use std::collections::BTreeMap;

use crate::model::batch::Item;
use crate::model::id::{ShardNumber, TestKey};
use crate::model::plan::{Plan, PlannedGroup};
use crate::model::queue::Portion;
use crate::model::suite::{GroupKind, TestGroup};
use crate::queue::split::{Split, split};

/// All groups of a plan.
#[derive(Debug)]
pub(crate) struct Work {
    /// Workers of a shard: a second is so many seconds of tests.
    pub(super) workers: u32,
    /// Shard by shard, in the plan's order.
    units: Vec<Item>,
    tests: BTreeMap<TestKey, (u32, u32)>,
    /// Files whose tests nobody has listed: by project and file.
    files: BTreeMap<(String, String), u32>,
    /// What each shard of the plan begins with.
    pub(super) heads: Vec<Vec<u32>>,
    /// What is dealt while the run goes on, the longest first.
    pub(super) rest: Vec<u32>,
}

impl Work {
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut work = Self {
            workers: plan.workers,
            units: Vec::new(),
            tests: BTreeMap::new(),
            files: BTreeMap::new(),
            heads: Vec::new(),
            rest: Vec::new(),
        };
        for shard in &plan.shards {
            for planned in &shard.groups {
                work.add(shard.number, planned);
            }
        }
        let Split { first, rest } = split(&plan.shards);
        let unit = |planned: &PlannedGroup| work.unit(&planned.group);
        let heads = first.iter().map(|shard| shard.groups.iter().filter_map(unit).collect());
        let heads = heads.collect();
        let rest = rest.iter().filter_map(|item| unit(&item.planned)).collect();
        Self { heads, rest, ..work }
    }

    fn add(&mut self, from: ShardNumber, planned: &PlannedGroup) {
        let unit = count(self.units.len());
        let group = &planned.group;
        for (place, test) in group.tests.iter().enumerate() {
            self.tests.insert(test.key.clone(), (unit, count(place)));
        }
        if group.kind == GroupKind::Opaque {
            self.files.insert((group.project.clone(), group.file.clone()), unit);
        }
        self.units.push(Item { from, again: false, planned: planned.clone() });
    }

    fn unit(&self, group: &TestGroup) -> Option<u32> {
        let listed = group.tests.first().and_then(|test| self.tests.get(&test.key));
        let file = || self.files.get(&(group.project.clone(), group.file.clone())).copied();
        listed.map(|(unit, _)| *unit).or_else(file)
    }

    /// The unit, as the plan has it.
    pub(super) fn planned(&self, unit: u32) -> Option<&Item> {
        self.units.get(unit as usize)
    }

    /// A group of the plan, or what is left of one, as it is named to others. A file whose tests
    /// the plan does not know is named whole.
    pub(crate) fn portion(&self, group: &TestGroup) -> Option<Portion> {
        let unit = self.unit(group)?;
        let all = &self.planned(unit)?.planned.group.tests;
        if all.is_empty() || all.len() == group.tests.len() {
            return Some(Portion { unit, tests: None });
        }
        let place = |key| self.tests.get(key).filter(|(its, _)| *its == unit).map(|(_, at)| *at);
        let tests = group.tests.iter().filter_map(|test| place(&test.key)).collect();
        Some(Portion { unit, tests: Some(tests) })
    }

    /// What others named; none for what the plan does not have.
    pub(super) fn group(&self, portion: &Portion) -> Option<PlannedGroup> {
        let Item { planned, .. } = self.planned(portion.unit)?;
        let mut planned = planned.clone();
        if let Some(places) = &portion.tests {
            let all = count(planned.group.tests.len()).max(1);
            let tests = &planned.group.tests;
            let chosen: Option<Vec<_>> =
                places.iter().map(|place| tests.get(*place as usize).cloned()).collect();
            planned.group.tests = chosen?;
            planned.estimate = planned.estimate * count(places.len()) / all;
        }
        Some(planned)
    }
}

pub(super) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
