//! Plans go in; which of them are of the same suite and its re-runs comes out, and what is missing
//! or foreign among them.

use std::collections::{BTreeMap, BTreeSet};

use super::ShardRun;
use super::found::Found;
use crate::model::event::UnixMillis;
use crate::model::id::{PlanDigest, TestKey};
use crate::model::outcome::Contradiction;
use crate::model::plan::Plan;

/// How the plans belong together.
pub(super) struct Families {
    /// The plans that each plan re-runs, whether they were found or not.
    parents: BTreeMap<PlanDigest, BTreeSet<PlanDigest>>,
    /// Each with the plans that belong together, the earliest run first.
    all: Vec<Vec<PlanDigest>>,
}

impl Families {
    pub(super) fn of(found: &Found) -> Self {
        let parents: BTreeMap<PlanDigest, BTreeSet<PlanDigest>> =
            found.plans.keys().map(|digest| (digest.clone(), parents(found, digest))).collect();
        let mut all: Vec<BTreeSet<PlanDigest>> = Vec::new();
        for (plan, parents) in &parents {
            let mut family: BTreeSet<PlanDigest> = parents.clone();
            family.insert(plan.clone());
            let (its, others) = all.into_iter().partition(|other| !other.is_disjoint(&family));
            all = others;
            let its: Vec<BTreeSet<PlanDigest>> = its;
            family.extend(its.into_iter().flatten());
            all.push(family);
        }
        let here = |family: BTreeSet<PlanDigest>| -> Vec<PlanDigest> {
            family.into_iter().filter(|digest| found.plans.contains_key(digest)).collect()
        };
        let mut all: Vec<Vec<PlanDigest>> = all.into_iter().map(here).collect();
        all.sort_by_key(|plans| plans.iter().filter_map(|plan| began(found, plan)).min());
        Self { parents, all }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Vec<PlanDigest>> {
        self.all.iter()
    }

    /// The plans that this one re-runs, and those that they re-run.
    pub(super) fn ancestors(&self, plan: &PlanDigest) -> BTreeSet<&PlanDigest> {
        let mut all = BTreeSet::new();
        let mut open = vec![plan];
        while let Some(next) = open.pop() {
            for parent in self.parents.get(next).into_iter().flatten() {
                if all.insert(parent) {
                    open.push(parent);
                }
            }
        }
        all
    }

    /// Plans that have nothing to do with each other.
    pub(super) fn strangers(&self, found: &Found) -> Vec<Contradiction> {
        let heads: Vec<&(Plan, _)> =
            self.all.iter().filter_map(|family| found.plans.get(family.first()?)).collect();
        let Some(((first, folder), others)) = heads.split_first() else { return Vec::new() };
        let stranger = |(plan, other): &&(Plan, std::path::PathBuf)| Contradiction {
            title: format!(
                "`{}` and `{}` are of different plans ({}, {})",
                folder.display(),
                other.display(),
                first.digest,
                plan.digest
            ),
            text: format!(
                "{}\nall nodes need the same tests, timings and flags; `run --rerun DIR` runs \
                 again what failed",
                difference(first, plan)
            ),
        };
        others.iter().map(stranger).collect()
    }

    /// Plans whose results are not among the folders although a re-run of them is.
    pub(super) fn gaps(&self, found: &Found) -> Vec<Contradiction> {
        let mut gaps = BTreeMap::new();
        for (plan, parents) in &self.parents {
            for parent in parents.iter().filter(|parent| !found.plans.contains_key(parent)) {
                gaps.entry(parent).or_insert(plan);
            }
        }
        let gap = |(parent, plan): (&PlanDigest, &PlanDigest)| {
            let folder = found.plans.get(plan).map(|(_, folder)| folder.display().to_string());
            Contradiction {
                title: format!(
                    "`{}` is a re-run of plan {parent}, whose results are not here",
                    folder.unwrap_or_default()
                ),
                text: "what passed then is not in this report\nname the folder of that run, too"
                    .to_owned(),
            }
        };
        gaps.into_iter().map(gap).collect()
    }
}

/// When the first run of a plan began.
pub(super) fn began(found: &Found, plan: &PlanDigest) -> Option<UnixMillis> {
    let runs = found.runs.iter().filter(|((digest, _), _)| digest == plan);
    runs.flat_map(|(_, runs)| runs).filter_map(ShardRun::began).min()
}

/// The plans that this one re-runs. Of a re-run that only the runner knew about these are all
/// that began earlier and have one of its tests.
fn parents(found: &Found, digest: &PlanDigest) -> BTreeSet<PlanDigest> {
    let Some((plan, _)) = found.plans.get(digest) else { return BTreeSet::new() };
    match plan.lineage.reruns.as_deref() {
        None => BTreeSet::new(),
        Some([]) => {
            let own = keys(plan);
            let is_before =
                |other: &PlanDigest| other != digest && began(found, other) < began(found, digest);
            let is_parent = |(other, (theirs, _)): &(&PlanDigest, &(Plan, _))| {
                is_before(other) && !keys(theirs).is_disjoint(&own)
            };
            found.plans.iter().filter(is_parent).map(|(other, _)| other.clone()).collect()
        }
        Some(plans) => plans.iter().filter(|parent| *parent != digest).cloned().collect(),
    }
}

fn keys(plan: &Plan) -> BTreeSet<&TestKey> {
    plan.dealt().map(|(_, test)| &test.key).collect()
}

/// What two plans differ in at first.
fn difference(one: &Plan, other: &Plan) -> String {
    let (ours, theirs) = (keys(one), keys(other));
    let only = |a: &BTreeSet<&TestKey>, b: &BTreeSet<&TestKey>, which: &str| {
        let mut only = a.difference(b);
        let first = only.next()?;
        Some(match only.count() {
            0 => format!("only the {which} one has `{first}`"),
            more => format!("only the {which} one has `{first}` and {more} more"),
        })
    };
    let tests: Vec<String> =
        only(&ours, &theirs, "first").into_iter().chain(only(&theirs, &ours, "second")).collect();
    let (a, b) = (one.shards.len(), other.shards.len());
    if !tests.is_empty() {
        tests.join(", ")
    } else if a != b {
        format!("the first one has {a} shards, the second one {b}")
    } else if one.strategy != other.strategy {
        format!(
            "the first one is of strategy {}, the second one of {}",
            one.strategy, other.strategy
        )
    } else if one.workers != other.workers {
        format!(
            "the first one counts on {} workers, the second one on {}",
            one.workers, other.workers
        )
    } else {
        "both have the same tests and deal them otherwise: their timings differed".to_owned()
    }
}
