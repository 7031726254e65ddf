//! A shard's groups go in, the order in which the runner can and should start them comes out.
//!
//! Playwright goes project by project, in a project one kind of worker after the other, there
//! file by file, and in a file `describe` by `describe`. What can be chosen is the order of the
//! files of a project, and of what stands side by side in a file. Whatever holds several groups
//! comes where its most urgent one belongs.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::suite::GroupKind;
use crate::plan::work::{Item, Work};

/// What is urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// The named priorities, then the longest.
    Longest,
    /// What failed the last time, what was flaky then or lately, the named priorities, then the
    /// longest.
    Trouble,
}

/// How urgent each group of some work is.
pub(crate) struct Order {
    /// For each position in `Work::items`, its place in line.
    ranks: Vec<usize>,
    /// Every group is a file of its own and any worker can run it: nothing holds any together.
    free: bool,
}

impl Order {
    /// The order of all groups by urgency; equals go by name.
    pub(crate) fn new(work: &Work<'_>, urgency: Urgency) -> Self {
        let key = |item: &Item<'_>| {
            let last = match urgency {
                Urgency::Longest => None,
                Urgency::Trouble => Some(item.trouble),
            };
            (Reverse(last), item.priority, Reverse(item.millis))
        };
        let mut line: Vec<usize> = (0..work.items.len()).collect();
        line.sort_by_key(|&index| (key(&work.items[index]), index));
        Self::of(work, line)
    }

    /// The order in which every position in `work.items` stands in this line.
    pub(crate) fn of(work: &Work<'_>, line: Vec<usize>) -> Self {
        let mut ranks = vec![0; line.len()];
        for (rank, index) in line.into_iter().enumerate() {
            ranks[index] = rank;
        }
        let same = |of: fn(&Item<'_>) -> usize| {
            let mut numbers = work.items.iter().map(of);
            let first = numbers.next();
            numbers.all(|number| Some(number) == first)
        };
        let files = work.items.iter().map(|item| item.file + 1).max().unwrap_or_default();
        let free = files == work.items.len() && same(|i| i.project) && same(|i| i.worker);
        Self { ranks, free }
    }

    /// Positions in `work.items` as the runner will start them.
    pub(crate) fn arrange(&self, work: &Work<'_>, shard: &[usize]) -> Vec<usize> {
        if self.free {
            let mut order = shard.to_vec();
            order.sort_unstable_by_key(|&index| self.ranks[index]);
            return order;
        }
        // For each file of a project, the most urgent rank and the groups.
        let mut files: BTreeMap<usize, (usize, Vec<usize>)> = BTreeMap::new();
        for &index in shard {
            let rank = self.ranks[index];
            let (best, groups) = files.entry(work.items[index].file).or_insert((rank, Vec::new()));
            *best = rank.min(*best);
            groups.push(index);
        }
        let place = |(best, groups): &(usize, Vec<usize>)| {
            let project = work.items[groups[0]].project;
            (work.dispatch.turn(project), *best)
        };
        let mut files: Vec<(usize, Vec<usize>)> = files.into_values().collect();
        files.sort_by_key(place);
        let inside = files.into_iter().flat_map(|(_, groups)| self.file(work, groups));
        by_worker(work, inside.collect())
    }

    /// The groups of one file: those outside parallel scopes, then the parallel ones as their
    /// `describe`s stand, then those that share hooks.
    fn file(&self, work: &Work<'_>, mut groups: Vec<usize>) -> Vec<usize> {
        if groups.len() > 1 {
            self.describe(work, &mut groups, 0);
            groups.sort_by_key(|&index| match work.items[index].group.kind {
                GroupKind::File | GroupKind::Opaque => 0,
                GroupKind::Sequence | GroupKind::Single => 1,
                GroupKind::Hooked => 2,
            });
        }
        groups
    }

    /// Sorts what stands at one depth of `describe`s, and inside.
    fn describe(&self, work: &Work<'_>, groups: &mut [usize], depth: usize) {
        if groups.len() < 2 {
            return;
        }
        let name = |index: usize| {
            let titles = work.items[index].group.tests.first().map(|test| &test.key.titles);
            // The last title is the test's own.
            titles.filter(|titles| titles.len() > depth + 1).map(|titles| titles[depth].as_str())
        };
        let mut best: BTreeMap<&str, usize> = BTreeMap::new();
        for &index in groups.iter() {
            if let Some(name) = name(index) {
                let rank = best.entry(name).or_insert(usize::MAX);
                *rank = self.ranks[index].min(*rank);
            }
        }
        let place = |index: usize| {
            let rank = self.ranks[index];
            (name(index).map_or(rank, |name| best[name]), rank)
        };
        groups.sort_by_key(|&index| place(index));
        let ends = groups.chunk_by_mut(|&a, &b| name(a).is_some() && name(a) == name(b));
        for inside in ends.filter(|inside| name(inside[0]).is_some()) {
            self.describe(work, inside, depth + 1);
        }
    }
}

/// Brings together what one worker can run, within a project, in the order of first sight.
fn by_worker(work: &Work<'_>, mut order: Vec<usize>) -> Vec<usize> {
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for (position, &index) in order.iter().enumerate() {
        first.entry(work.items[index].worker).or_insert(position);
    }
    let turn = |index: usize| work.dispatch.turn(work.items[index].project);
    order.sort_by_key(|&index| (turn(index), first[&work.items[index].worker]));
    order
}
