//! How the runner works off a shard: groups in their order, set-up projects before, teardown
//! projects after; the predicted time comes out.
//!
//! Playwright runs in phases. A phase holds all projects whose dependencies are done, and the
//! next begins, with new workers, when the last test of this one has ended. Within a phase, each
//! worker that becomes free takes the next group. A set-up project runs in every shard that
//! needs it.

mod phases;
mod rules;
mod slots;

use crate::model::suite::Suite;
use crate::model::timings::Estimates;
use crate::plan::work::Item;
use rules::{Rules, SharedFile};
use slots::{Slots, Unit};

pub(crate) use rules::Overhead;

/// The rules of one suite.
pub(crate) struct Dispatch {
    /// At least one, and never more than could have work at once.
    workers: usize,
    overhead: Overhead,
    rules: Rules,
}

/// What a shard holds while groups are added to it one by one. Its time is an estimate: it takes
/// the groups in the order in which they come.
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
        let rules = Rules::new(suite, estimates);
        // More workers than units change nothing but the memory that this needs.
        let useful = suite.groups.len().saturating_add(rules.shared.len()).max(1);
        let workers = usize::try_from(workers).unwrap_or(usize::MAX).clamp(1, useful);
        Self { workers, overhead: Overhead::new(&estimates.costs), rules }
    }

    /// The position of a project that a group of the suite names.
    pub(crate) fn project(&self, name: &str) -> usize {
        self.rules.position(name)
    }

    /// Where a project stands in the line of all: by phase, then as they are configured.
    pub(crate) fn turn(&self, project: usize) -> usize {
        self.rules.projects[project].turn
    }

    /// Workers of one shard.
    pub(crate) fn workers(&self) -> u64 {
        self.workers as u64
    }

    /// Whether a shard's time is the sum of its groups' times and of what a shard, its worker and
    /// each file cost, if it has one worker.
    pub(crate) fn is_plain(&self) -> bool {
        self.rules.phases == 1 && self.rules.shared.is_empty() && self.rules.projects.len() == 1
    }

    /// What every shard, worker and file costs.
    pub(crate) fn overhead(&self) -> &Overhead {
        &self.overhead
    }

    /// The phase in which a project's groups run.
    pub(crate) fn phase(&self, project: usize) -> usize {
        self.rules.projects[project].phase
    }

    /// The least time of each phase that the set-up and teardown of a project take, whatever else
    /// runs; `extra` is a unit of the project itself.
    pub(crate) fn least_phases(&self, project: usize, extra: u64) -> Vec<u64> {
        let rules = &self.rules;
        let own = (self.phase(project), extra);
        let needs = rules.projects[project].needs.iter().map(|&need| &rules.shared[need]);
        let mut sums = vec![0_u64; rules.phases];
        let mut longest: Vec<Option<u64>> = vec![None; rules.phases];
        for (phase, millis) in needs.map(|file| (file.phase, file.millis)).chain([own]) {
            sums[phase] = sums[phase].saturating_add(millis);
            longest[phase] = longest[phase].max(Some(millis));
        }
        let workers = self.workers();
        let least = |(sum, longest): (&u64, Option<u64>)| {
            // Every phase starts its workers anew.
            let busy = longest.map(|longest| longest.max(sum.div_ceil(workers)));
            busy.map_or(0, |busy| busy.saturating_add(self.overhead.worker))
        };
        sums.iter().zip(longest).map(least).collect()
    }

    /// The time of a shard that works off `items` in this order, from its start to its end, in
    /// milliseconds; nothing takes no time.
    pub(crate) fn predict<'i, 'g: 'i>(
        &self,
        items: impl Iterator<Item = &'i Item<'g>> + Clone,
    ) -> u64 {
        let rules = &self.rules;
        let mut needed = vec![false; rules.shared.len()];
        let mut queues: Vec<Vec<Unit>> = vec![Vec::new(); rules.phases];
        for item in items.clone() {
            for &need in &rules.projects[item.project].needs {
                needed[need] = true;
            }
        }
        // Set-up projects stand before the others of their phase in nearly every configuration.
        for (file, _) in rules.shared.iter().zip(needed).filter(|(_, needed)| *needed) {
            queues[file.phase].push(self.shared_unit(file));
        }
        for item in items {
            queues[self.phase(item.project)].push(self.unit(item));
        }
        let mut time = 0_u64;
        for queue in queues.iter().filter(|queue| !queue.is_empty()) {
            time = time.saturating_add(Slots::new(self.workers, &self.overhead).run(queue));
        }
        if queues.iter().all(Vec::is_empty) { 0 } else { time.saturating_add(self.overhead.shard) }
    }

    fn unit(&self, item: &Item<'_>) -> Unit {
        Unit {
            millis: item.millis,
            worker: Some(item.worker),
            file: item.file,
            project: item.project,
            limit: self.rules.projects[item.project].limit,
        }
    }

    fn shared_unit(&self, file: &SharedFile) -> Unit {
        let limit = self.rules.projects[file.project].limit;
        // No group has this number, so that it is a worker and a file of its own.
        Unit { millis: file.millis, worker: None, file: usize::MAX, project: file.project, limit }
    }

    /// A shard without work.
    pub(crate) fn empty(&self) -> Load<'_> {
        Load {
            dispatch: self,
            free: vec![0; self.workers.saturating_mul(self.rules.phases)],
            present: vec![false; self.rules.projects.len()],
            needed: vec![false; self.rules.shared.len()],
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
        let rules = &self.dispatch.rules;
        for &need in &rules.projects[project].needs {
            if !std::mem::replace(&mut self.needed[need], true) {
                let SharedFile { phase, millis, .. } = rules.shared[need];
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
