//! Results of runs go in, folders or files; each run comes out once, with all that is of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::model::history::{Mark, Record, Roots};
use crate::model::id::PlanDigest;

/// Results that know whose they are.
pub(super) trait Kin {
    /// The folder or file that they were read from.
    fn from(&self) -> &Path;

    /// What tells which others are of the same run.
    fn roots(&self) -> &Roots;

    /// What lies beside those of the other nodes of a CI matrix: their folder, or a file that was
    /// taken out of it.
    fn place(&self) -> &Path {
        let from = self.from();
        match from.parent() {
            Some(folder) if from.ends_with("results.json") => folder,
            Some(_) | None => from,
        }
    }
}

impl Kin for Record {
    fn from(&self) -> &Path {
        Path::new(&self.run.from)
    }

    fn roots(&self) -> &Roots {
        &self.roots
    }
}

/// Leaves out what another one holds, too.
pub(super) fn once<T: Kin>(whole: Vec<T>, again: &mut Vec<(PathBuf, PathBuf)>) -> Vec<T> {
    let holder = |at: usize, marks: &BTreeSet<Mark>| {
        whole.iter().enumerate().find(|(other_at, other)| {
            let theirs = &other.roots().marks;
            let more = theirs.len() > marks.len() || *other_at < at;
            *other_at != at && more && !marks.is_empty() && marks.is_subset(theirs)
        })
    };
    let held: Vec<Option<PathBuf>> = whole
        .iter()
        .enumerate()
        .map(|(at, one)| holder(at, &one.roots().marks).map(|(_, other)| other.from().into()))
        .collect();
    let mut kept = Vec::new();
    for (one, by) in whole.into_iter().zip(held) {
        match by {
            Some(by) => again.push((one.from().into(), by)),
            None => kept.push(one),
        }
    }
    kept
}

/// What is of each run.
pub(super) fn together<T: Kin>(mut all: Vec<T>) -> Vec<Vec<T>> {
    all.sort_by(|one, other| {
        (one.roots().began, one.from()).cmp(&(other.roots().began, other.from()))
    });
    let mut runs: Vec<Vec<T>> = Vec::new();
    for one in all {
        let origins = origins(&one, &runs);
        let mut own = Vec::new();
        let mut others = Vec::new();
        for (at, run) in runs.into_iter().enumerate() {
            let is_own = origins.contains(&at) || run.iter().any(|other| is_beside(other, &one));
            if is_own { own.extend(run) } else { others.push(run) }
        }
        own.push(one);
        others.push(own);
        runs = others;
    }
    runs
}

/// Whether they are two nodes of a CI matrix, or hold some of the same.
fn is_beside<T: Kin>(one: &T, other: &T) -> bool {
    let (ours, theirs) = (one.roots(), other.roots());
    // The same suite and timings give the same plan in every build.
    let is_nameless = ours.builds.is_empty() || theirs.builds.is_empty();
    let may_be_one = is_nameless || !ours.builds.is_disjoint(&theirs.builds);
    let is_mate =
        may_be_one && ours.plans == theirs.plans && one.place().parent() == other.place().parent();
    (ours.is_node && theirs.is_node && is_mate) || !ours.marks.is_disjoint(&theirs.marks)
}

/// The positions of the runs that it holds re-runs of: of several runs of one plan the last one
/// before it.
fn origins<T: Kin>(one: &T, runs: &[Vec<T>]) -> BTreeSet<usize> {
    let last_of = |digest: &PlanDigest| {
        let began = |run: &Vec<T>| {
            let its = run.iter().filter(|other| other.roots().plans.contains(digest));
            its.map(|other| other.roots().began).max()
        };
        let all = runs.iter().enumerate().filter_map(|(at, run)| Some((began(run)?, at)));
        all.max().map(|(_, at)| at)
    };
    one.roots().origins.iter().filter_map(last_of).collect()
}
