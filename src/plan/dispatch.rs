//! How the runner works off a shard: groups in their order, set-up projects before, teardown
//! projects after; the predicted time comes out.
//!
//! Playwright runs in phases. A phase holds all projects whose dependencies are done, and the
//! next begins when the last test of this one has ended. Within a phase, each worker that becomes
//! free takes the next group. A set-up project runs in every shard that needs it.

mod phases;

use std::collections::BTreeMap;

use crate::model::suite::Suite;
use crate::model::timings::Estimates;
use crate::plan::work::{Item, millis};
use phases::Phases;

/// The rules of one suite.
pub(crate) struct Dispatch {
    /// At least one, and never more than could have work at once.
    workers: usize,
    /// How many phases there are.
    phases: usize,
    /// In the order of their names.
    projects: Vec<ProjectRule>,
    /// Files of set-up and teardown projects; each is worked off by one worker.
    shared: Vec<SharedFile>,
}

struct ProjectRule {
    name: String,
    phase: usize,
    /// Positions in `Dispatch::shared`.
    needs: Vec<usize>,
}

struct SharedFile {
    phase: usize,
    millis: u64,
}

/// What a shard holds while groups are added to it one by one.
#[derive(Clone)]
pub(crate) struct Load<'a> {
    dispatch: &'a Dispatch,
    /// When each worker becomes free, phase by phase, each by itself.
    free: Vec<u64>,
    /// Which projects have groups here.
    present: Vec<bool>,
    /// Which shared files run here.
    needed: Vec<bool>,
    /// The sum of the groups' times.
    pub(crate) millis: u64,
    /// How many test cases were dealt to it.
    pub(crate) tests: usize,
}

impl Dispatch {
    /// The rules for `suite` with `workers` workers in each shard.
    pub(crate) fn new(suite: &Suite, estimates: &Estimates, workers: u32) -> Self {
        let phases = Phases::new(suite);
        let mut files: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for test in &suite.shared {
            let time = files.entry((&test.key.project, &test.key.file)).or_default();
            *time = time.saturating_add(millis(estimates.of(&test.key).duration));
        }
        let needs = |name: &str| {
            let needed = phases.needed_by(name);
            let positions = files.keys().enumerate();
            positions
                .filter(|(_, (project, _))| needed.contains(project))
                .map(|(position, _)| position)
                .collect()
        };
        let projects = phases
            .names()
            .map(|name| ProjectRule {
                name: name.to_owned(),
                phase: phases.of(name),
                needs: needs(name),
            })
            .collect();
        let shared: Vec<SharedFile> = files
            .iter()
            .map(|((project, _), millis)| SharedFile { phase: phases.of(project), millis: *millis })
            .collect();
        // More workers than units change nothing but the memory that this needs.
        let useful = suite.groups.len().saturating_add(shared.len()).max(1);
        let workers = usize::try_from(workers).unwrap_or(usize::MAX).clamp(1, useful);
        Self { workers, phases: phases.count(), projects, shared }
    }

    /// The position of a project that a group of the suite names.
    pub(crate) fn project(&self, name: &str) -> usize {
        self.projects.binary_search_by(|rule| rule.name.as_str().cmp(name)).unwrap_or_default()
    }

    /// Workers of one shard.
    pub(crate) fn workers(&self) -> u64 {
        self.workers as u64
    }

    /// The phase in which a project's groups run.
    pub(crate) fn phase(&self, project: usize) -> usize {
        self.projects[project].phase
    }

    /// The least time of each phase that the set-up and teardown of a project take, whatever else
    /// runs; `extra` is a unit of the project itself.
    pub(crate) fn least_phases(&self, project: usize, extra: u64) -> Vec<u64> {
        let own = SharedFile { phase: self.phase(project), millis: extra };
        let needs = self.projects[project].needs.iter().map(|&need| &self.shared[need]);
        let mut sums = vec![0_u64; self.phases];
        let mut longest = vec![0_u64; self.phases];
        for unit in needs.chain([&own]) {
            sums[unit.phase] = sums[unit.phase].saturating_add(unit.millis);
            longest[unit.phase] = longest[unit.phase].max(unit.millis);
        }
        let workers = self.workers();
        sums.iter().zip(longest).map(|(sum, longest)| longest.max(sum.div_ceil(workers))).collect()
    }

    /// The time of a shard that works off `items` in this order, in milliseconds.
    pub(crate) fn predict<'i, 'g: 'i>(
        &self,
        items: impl Iterator<Item = &'i Item<'g>> + Clone,
    ) -> u64 {
        let mut load = self.empty();
        // Set-up projects stand before the others of their phase in nearly every configuration.
        for item in items.clone() {
            load.need(item.project);
        }
        for item in items {
            load.add(item);
        }
        load.span()
    }

    /// A shard without work.
    pub(crate) fn empty(&self) -> Load<'_> {
        Load {
            dispatch: self,
            free: vec![0; self.workers.saturating_mul(self.phases)],
            present: vec![false; self.projects.len()],
            needed: vec![false; self.shared.len()],
            millis: 0,
            tests: 0,
        }
    }
}

impl Load<'_> {
    /// Adds what a project needs before and after it, once.
    fn need(&mut self, project: usize) {
        if std::mem::replace(&mut self.present[project], true) {
            return;
        }
        for &need in &self.dispatch.projects[project].needs {
            if !std::mem::replace(&mut self.needed[need], true) {
                let SharedFile { phase, millis } = self.dispatch.shared[need];
                self.start(phase, millis);
            }
        }
    }

    /// Adds a group behind the others.
    pub(crate) fn add(&mut self, item: &Item<'_>) {
        self.need(item.project);
        self.start(self.dispatch.phase(item.project), item.millis);
        self.millis = self.millis.saturating_add(item.millis);
        self.tests += item.group.tests.len();
    }

    /// The worker that is free first takes a unit.
    fn start(&mut self, phase: usize, millis: u64) {
        let begin = phase * self.dispatch.workers;
        let workers = &mut self.free[begin..begin + self.dispatch.workers];
        if let Some(earliest) = workers.iter_mut().min() {
            *earliest = earliest.saturating_add(millis);
        }
    }

    /// When a group would end here if nothing came after it, all other phases included.
    pub(crate) fn end_of(&self, item: &Item<'_>) -> u64 {
        if !self.present[item.project] {
            let mut with = self.clone();
            with.need(item.project);
            return with.end_of(item);
        }
        let own = self.dispatch.phase(item.project);
        let earliest = self.phases().nth(own).and_then(|free| free.iter().min().copied());
        let others = self.phases().enumerate().filter(|(phase, _)| *phase != own);
        let others = others.fold(0, |sum: u64, (_, free)| sum.saturating_add(latest(free)));
        others.saturating_add(earliest.unwrap_or_default()).saturating_add(item.millis)
    }

    /// From the first test's begin to the last one's end.
    pub(crate) fn span(&self) -> u64 {
        self.phases().fold(0, |sum: u64, free| sum.saturating_add(latest(free)))
    }

    /// When each worker becomes free, for each phase.
    fn phases(&self) -> impl Iterator<Item = &[u64]> {
        self.free.chunks_exact(self.dispatch.workers)
    }
}

fn latest(free: &[u64]) -> u64 {
    free.iter().max().copied().unwrap_or_default()
}
