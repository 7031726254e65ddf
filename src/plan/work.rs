//! What a strategy is given: the groups of a suite with their times, in an order that does not
//! depend on where they stood in the suite.

use std::cmp::{Ordering, Reverse};
use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::suite::{GroupKind, Suite, TestGroup};
use crate::model::timings::{Estimates, LastResult};
use crate::plan::dispatch::Dispatch;
use crate::plan::make::Options;

/// Everything that a strategy may look at.
pub(crate) struct Work<'a> {
    /// In the order of their names.
    pub(crate) items: Vec<Item<'a>>,
    /// At least one.
    pub(crate) shards: usize,
    /// Tags whose groups should be spread over the shards.
    pub(crate) spread: &'a [String],
    /// How the runner will work off a shard.
    pub(crate) dispatch: Dispatch,
}

/// A group to deal.
pub(crate) struct Item<'a> {
    pub(crate) group: &'a TestGroup,
    /// What it is taken to need on one worker, in milliseconds.
    pub(crate) millis: u64,
    /// The worst last result among its tests; `Passed` where nothing is known.
    pub(crate) last: LastResult,
    /// How many of its tests have a history.
    pub(crate) known: usize,
    /// The position of its project in `Work::dispatch`.
    pub(crate) project: usize,
}

impl<'a> Work<'a> {
    /// The work of dealing `suite`.
    pub(crate) fn new(suite: &'a Suite, estimates: &Estimates, options: &'a Options) -> Self {
        let dispatch = Dispatch::new(suite, estimates, options.workers);
        let mut groups: Vec<&TestGroup> = suite.groups.iter().collect();
        groups.sort_by(|a, b| compare(a, b));
        let items = groups
            .into_iter()
            .map(|group| Item::new(group, estimates, dispatch.project(&group.project)))
            .collect();
        Self { items, shards: options.shards.get() as usize, spread: &options.tags, dispatch }
    }

    /// All positions, the longest group first.
    pub(crate) fn longest_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        order.sort_by_key(|&index| (Reverse(self.items[index].millis), index));
        order
    }

    /// All positions: what failed the last time first, then what was flaky, then the rest; within
    /// each, the longest group first.
    pub(crate) fn troubled_first(&self) -> Vec<usize> {
        let mut order = self.longest_first();
        order.sort_by_key(|&index| Reverse(self.items[index].last));
        order
    }

    /// The predicted time of a shard that works off these positions in this order, in
    /// milliseconds.
    pub(crate) fn predict(&self, shard: &[usize]) -> u64 {
        self.dispatch.predict(shard.iter().map(|&index| &self.items[index]))
    }
}

impl<'a> Item<'a> {
    fn new(group: &'a TestGroup, estimates: &Estimates, project: usize) -> Self {
        let mut listed = Duration::ZERO;
        let (mut last, mut known) = (LastResult::Passed, 0);
        for test in &group.tests {
            let estimate = estimates.of(&test.key);
            listed += estimate.duration;
            last = last.max(estimate.last.unwrap_or(LastResult::Passed));
            known += usize::from(estimate.last.is_some());
        }
        let total = match group.kind {
            GroupKind::File | GroupKind::Sequence | GroupKind::Single | GroupKind::Hooked => listed,
            // Its list of tests is not complete: the history may know more of them.
            GroupKind::Opaque => listed.max(recorded(group, estimates)),
        };
        let unheard_of = group.tests.is_empty() && total.is_zero();
        let millis = millis(if unheard_of { estimates.fallback } else { total });
        Self { group, millis, last, known, project }
    }
}

/// A total order of groups. The name alone does not tell apart two groups of one file whose tests
/// are not known.
fn compare(a: &TestGroup, b: &TestGroup) -> Ordering {
    let keys = |group: &'_ TestGroup| -> Vec<TestKey> {
        group.tests.iter().map(|test| test.key.clone()).collect()
    };
    a.name().cmp(&b.name()).then_with(|| a.kind.cmp(&b.kind)).then_with(|| keys(a).cmp(&keys(b)))
}

/// The sum of all estimates for a group's file and project.
fn recorded(group: &TestGroup, estimates: &Estimates) -> Duration {
    let first = TestKey {
        file: group.file.clone(),
        project: group.project.clone(),
        titles: Vec::new(),
        repeat: 0,
    };
    estimates
        .tests
        .range(first..)
        .take_while(|(key, _)| key.file == group.file && key.project == group.project)
        .map(|(_, estimate)| estimate.duration)
        .sum()
}

/// A duration in whole milliseconds, the planner's unit.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
