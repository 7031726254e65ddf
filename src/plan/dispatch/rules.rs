//! A suite and its estimates go in; what holds for each project, which files run in every shard
//! and what starting costs come out.

use std::collections::BTreeMap;

use crate::model::suite::Suite;
use crate::model::timings::{Costs, Estimates};
use crate::plan::dispatch::phases::Phases;
use crate::plan::work::millis;

/// What runs cost besides their tests, in milliseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Overhead {
    /// The start and the end of a shard.
    pub(crate) shard: u64,
    /// A new worker.
    pub(crate) worker: u64,
    /// Another spec file in a worker that is running.
    pub(crate) file: u64,
}

impl Overhead {
    pub(super) fn new(costs: &Costs) -> Self {
        Self {
            shard: millis(costs.start).saturating_add(millis(costs.end)),
            worker: millis(costs.worker),
            file: millis(costs.file),
        }
    }
}

/// The rules of one suite.
pub(super) struct Rules {
    /// How many phases there are.
    pub(super) phases: usize,
    /// In the order of their names.
    pub(super) projects: Vec<ProjectRule>,
    /// Files of set-up and teardown projects; each is worked off by one worker.
    pub(super) shared: Vec<SharedFile>,
}

/// What holds for a project.
pub(super) struct ProjectRule {
    name: String,
    pub(super) phase: usize,
    /// Its place in the line of all projects.
    pub(super) turn: usize,
    /// Positions in `Rules::shared`.
    pub(super) needs: Vec<usize>,
    /// How many workers may run it at once.
    pub(super) limit: Option<usize>,
}

/// A file that runs in every shard that needs its project.
pub(super) struct SharedFile {
    pub(super) phase: usize,
    pub(super) project: usize,
    pub(super) millis: u64,
}

impl Rules {
    pub(super) fn new(suite: &Suite, estimates: &Estimates) -> Self {
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
        let turns = turns(suite, &phases);
        let limit = |name: &str| {
            let project = suite.projects.iter().find(|project| project.name == name);
            project.and_then(|project| project.workers).map(|limit| limit.max(1) as usize)
        };
        let names: Vec<&str> = phases.names().collect();
        let projects = names.iter().map(|&name| ProjectRule {
            name: name.to_owned(),
            phase: phases.of(name),
            turn: turns.get(name).copied().unwrap_or_default(),
            needs: needs(name),
            limit: limit(name),
        });
        let shared = files.iter().map(|((project, _), millis)| SharedFile {
            phase: phases.of(project),
            project: names.binary_search(project).unwrap_or_default(),
            millis: *millis,
        });
        Self { phases: phases.count(), projects: projects.collect(), shared: shared.collect() }
    }

    /// The position of a project that the suite names.
    pub(super) fn position(&self, name: &str) -> usize {
        self.projects.binary_search_by(|rule| rule.name.as_str().cmp(name)).unwrap_or_default()
    }
}

/// The line of all projects: by phase, then as the configuration lists them.
fn turns<'a>(suite: &'a Suite, phases: &Phases<'a>) -> BTreeMap<&'a str, usize> {
    let listed = |name: &str| {
        let position = suite.projects.iter().position(|project| project.name == name);
        position.unwrap_or(suite.projects.len())
    };
    let mut line: Vec<&str> = phases.names().collect();
    line.sort_by_key(|name| (phases.of(name), listed(name)));
    line.into_iter().enumerate().map(|(turn, name)| (name, turn)).collect()
}
