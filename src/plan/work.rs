//! What a strategy is given: the groups of a suite with their times, in an order that does not
//! depend on where they stood in the suite.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::suite::{GroupKind, Suite, TestGroup};
use crate::model::timings::{Estimate, Estimates, LastResult};
use crate::plan::dispatch::Dispatch;
use crate::plan::make::Options;
use crate::plan::order::Order;

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
    /// The worst trouble among its tests.
    pub(crate) trouble: Trouble,
    /// How many of its tests have a history.
    pub(crate) known: usize,
    /// The most urgent of the named priorities that one of its tests has; their number for none.
    pub(crate) priority: usize,
    /// The position of its project in `Work::dispatch`.
    pub(crate) project: usize,
    /// Equal for the groups of one file in one project, and for no others.
    pub(crate) file: usize,
    /// Equal for groups that one worker can run after another.
    pub(crate) worker: usize,
}

impl<'a> Work<'a> {
    /// The work of dealing `suite`.
    pub(crate) fn new(suite: &'a Suite, estimates: &Estimates, options: &'a Options) -> Self {
        let dispatch = Dispatch::new(suite, estimates, options.workers);
        let mut groups: Vec<&TestGroup> = suite.groups.iter().collect();
        groups.sort_by(|a, b| compare(a, b));
        let mut files = Numbers::default();
        let mut workers = Numbers::default();
        let items = groups
            .into_iter()
            .map(|group| {
                let TestGroup { file, project, worker, .. } = group;
                Item {
                    priority: priority(group, &options.priorities),
                    project: dispatch.project(project),
                    file: files.of((file, project)),
                    worker: workers.of((project, worker)),
                    ..Item::new(group, estimates)
                }
            })
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
        order.sort_by_key(|&index| Reverse(self.items[index].trouble));
        order
    }

    /// The predicted time of a shard that works off these positions, in milliseconds.
    pub(crate) fn predict(&self, order: &Order, shard: &[usize]) -> u64 {
        self.dispatch.predict(order.arrange(self, shard).iter().map(|&index| &self.items[index]))
    }
}

/// What a test did the last time, then how often it was flaky lately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Trouble {
    /// None where it passed or nothing is known.
    last: Option<LastResult>,
    flaky: u8,
}

impl Trouble {
    fn of(estimate: &Estimate) -> Self {
        let last = estimate.last.filter(|last| *last != LastResult::Passed);
        Self { last, flaky: estimate.flaky }
    }

    /// Whether there was any.
    pub(crate) fn is_some(self) -> bool {
        self != Self::default()
    }
}

/// Numbers for names, in the order in which they are first seen.
#[derive(Default)]
struct Numbers<'a>(BTreeMap<(&'a str, &'a str), usize>);

impl<'a> Numbers<'a> {
    fn of(&mut self, name: (&'a String, &'a String)) -> usize {
        let next = self.0.len();
        *self.0.entry((name.0.as_str(), name.1.as_str())).or_insert(next)
    }
}

impl<'a> Item<'a> {
    fn new(group: &'a TestGroup, estimates: &Estimates) -> Self {
        let mut listed = Duration::ZERO;
        let (mut trouble, mut known) = (Trouble::default(), 0);
        for test in &group.tests {
            let estimate = estimates.of(&test.key);
            listed += estimate.duration;
            trouble = trouble.max(Trouble::of(&estimate));
            known += usize::from(estimate.last.is_some());
        }
        let total = match group.kind {
            GroupKind::File | GroupKind::Sequence | GroupKind::Single | GroupKind::Hooked => listed,
            // Its list of tests is not complete: the history may know more of them.
            GroupKind::Opaque => {
                let file = (group.file.clone(), group.project.clone());
                listed + estimates.unlisted.get(&file).copied().unwrap_or_default()
            }
        };
        let unheard_of = group.tests.is_empty() && total.is_zero();
        let millis = millis(if unheard_of { estimates.fallback } else { total });
        Self { group, millis, trouble, known, priority: 0, project: 0, file: 0, worker: 0 }
    }

    /// The tags of all tests in the group, without their `@`.
    pub(crate) fn tags(&self) -> impl Iterator<Item = &'a str> {
        tags(self.group)
    }
}

fn tags(group: &TestGroup) -> impl Iterator<Item = &str> {
    group.tests.iter().flat_map(|test| &test.tags).map(|tag| tag.trim_start_matches('@'))
}

/// The position of the first of `priorities` that a test of the group has as its tag.
fn priority(group: &TestGroup, priorities: &[String]) -> usize {
    let wanted = |tag: &str| priorities.iter().position(|p| p.trim_start_matches('@') == tag);
    if priorities.is_empty() {
        return 0;
    }
    tags(group).filter_map(wanted).min().unwrap_or(priorities.len())
}

/// A total order of groups. The name alone does not tell apart two groups of one file whose tests
/// are not known.
fn compare(a: &TestGroup, b: &TestGroup) -> Ordering {
    let keys = |group: &'_ TestGroup| -> Vec<TestKey> {
        group.tests.iter().map(|test| test.key.clone()).collect()
    };
    a.name().cmp(&b.name()).then_with(|| a.kind.cmp(&b.kind)).then_with(|| keys(a).cmp(&keys(b)))
}

/// A duration in whole milliseconds, the planner's unit.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
