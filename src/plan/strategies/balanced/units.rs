//! What is dealt as one: whole files, or the single groups of some of them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::plan::work::{Item, Work};

/// Groups that go to one shard together.
#[derive(Clone)]
pub(super) struct Units {
    /// Positions in `work.items`, unit by unit; those with the most groups' time first.
    pub(super) groups: Vec<Vec<usize>>,
    /// What each takes on one worker, in milliseconds, its file's loading included.
    pub(super) weights: Vec<u64>,
    /// What loading a file takes.
    load: u64,
    times: Vec<u64>,
}

impl Units {
    /// The files of each project, without the groups whose time is a guess: these are units of
    /// their own. The new tests of one file are mostly all longer or all shorter than was
    /// guessed, so that the shard which gets them all is the one that is late. On the series in
    /// `fixtures/durations` the excess is 20 % less for it, and 26 % more files are loaded (8 %
    /// without it). Where most is a guess there is nothing to protect.
    pub(super) fn of_files(work: &Work<'_>) -> Self {
        let guessed = |item: &Item<'_>| item.known < item.group.tests.len();
        let few = work.items.iter().filter(|item| guessed(item)).count() * 2 <= work.items.len();
        let mut files: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (index, item) in work.items.iter().enumerate() {
            let alone = if few && guessed(item) { index + 1 } else { 0 };
            files.entry((item.file, alone)).or_default().push(index);
        }
        // What takes no time weighs something, or one shard would get all of it.
        let times = work.items.iter().map(|item| item.millis.max(1)).collect();
        let load = work.dispatch.overhead().file;
        Self::new(files.into_values().collect(), times, load)
    }

    fn new(mut groups: Vec<Vec<usize>>, times: Vec<u64>, load: u64) -> Self {
        let sum = |unit: &Vec<usize>| {
            unit.iter().fold(load, |sum: u64, &index| sum.saturating_add(times[index]))
        };
        groups.sort_by_key(|unit| (Reverse(sum(unit)), unit[0]));
        let weights = groups.iter().map(sum).collect();
        Self { groups, weights, load, times }
    }

    /// How many units hold more than one group.
    pub(super) fn splittable(&self) -> usize {
        self.groups.iter().filter(|unit| unit.len() > 1).count()
    }

    /// The same with the heaviest `files` that hold several groups taken apart.
    pub(super) fn split(&self, files: usize) -> Self {
        let mut left = files;
        let mut groups = Vec::with_capacity(self.groups.len());
        for unit in &self.groups {
            if unit.len() > 1 && left > 0 {
                left -= 1;
                groups.extend(unit.iter().map(|&index| vec![index]));
            } else {
                groups.push(unit.clone());
            }
        }
        Self::new(groups, self.times.clone(), self.load)
    }
}
