//! The projects of a suite go in, the phase of each and what each needs come out.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::suite::{Project, Suite};

/// Which project runs in which phase.
pub(super) struct Phases<'a> {
    known: BTreeMap<&'a str, &'a Project>,
    /// Every project that has groups or is known.
    phase: BTreeMap<&'a str, usize>,
}

impl<'a> Phases<'a> {
    pub(super) fn new(suite: &'a Suite) -> Self {
        let known: BTreeMap<&str, &Project> =
            suite.projects.iter().map(|project| (project.name.as_str(), project)).collect();
        let dealt = suite.groups.iter().map(|group| group.project.as_str());
        let shared = suite.shared.iter().map(|test| test.key.project.as_str());
        let names = known.keys().copied().chain(dealt).chain(shared);
        let mut phase: BTreeMap<&str, usize> = names.map(|name| (name, 0)).collect();
        let after = waits(&known);
        // A chain is no longer than there are projects; a circle, which Playwright refuses, ends
        // here as well.
        for _ in 0..phase.len() {
            for (name, firsts) in &after {
                let earliest = firsts
                    .iter()
                    .filter_map(|first| phase.get(first))
                    .max()
                    .map_or(0, |last| last + 1);
                if let Some(phase) = phase.get_mut(name) {
                    *phase = earliest;
                }
            }
        }
        Self { known, phase }
    }

    /// All projects in the order of their names.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.phase.keys().copied()
    }

    /// The phase of a project, from 0.
    pub(super) fn of(&self, project: &str) -> usize {
        self.phase.get(project).copied().unwrap_or_default()
    }

    /// How many phases there are.
    pub(super) fn count(&self) -> usize {
        self.phase.values().max().map_or(1, |last| last + 1)
    }

    /// The set-up and teardown projects that a project brings with it.
    pub(super) fn needed_by(&self, project: &str) -> BTreeSet<&'a str> {
        let mut needed = BTreeSet::new();
        let mut open: Vec<&Project> = self.known.get(project).copied().into_iter().collect();
        while let Some(project) = open.pop() {
            for next in project.dependencies.iter().chain(&project.teardown) {
                if needed.insert(next.as_str()) {
                    open.extend(self.known.get(next.as_str()));
                }
            }
        }
        needed
    }
}

/// For each project, those that must have ended before it begins: its dependencies; for a
/// teardown also the project that it cleans up after, with all that depend on that one.
fn waits<'a>(known: &BTreeMap<&'a str, &'a Project>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut waits: BTreeMap<&str, BTreeSet<&str>> = known
        .values()
        .map(|project| {
            (project.name.as_str(), project.dependencies.iter().map(String::as_str).collect())
        })
        .collect();
    let direct = waits.clone();
    for project in known.values() {
        let Some(teardown) = project.teardown.as_deref() else { continue };
        let mut users = BTreeSet::from([project.name.as_str()]);
        let mut open = vec![project.name.as_str()];
        while let Some(used) = open.pop() {
            let dependents = direct.iter().filter(|(_, firsts)| firsts.contains(used));
            for (dependent, _) in dependents {
                if *dependent != teardown && users.insert(dependent) {
                    open.push(dependent);
                }
            }
        }
        waits.entry(teardown).or_default().extend(users);
    }
    waits
}
