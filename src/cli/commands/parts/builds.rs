//! All runs go in; those of one plan that are of different builds on CI machines come out as what
//! does not fit together.
//!
//! The same suite and timings give the same plan in every build, so the digest alone does not show
//! that a machine which keeps its files handed on what an earlier build left, in the place of a
//! node that never ran. Attempts at one build have one id, re-runs have a plan of their own, and
//! what nobody knows the build of may be of any.

use std::collections::BTreeMap;

use super::found::Found;
use crate::model::event::Event;
use crate::model::id::PlanDigest;
use crate::model::outcome::Contradiction;
use crate::report::text;

/// One for each plan with runs of several builds.
pub(super) fn mixed(found: &Found) -> Vec<Contradiction> {
    let mut plans: BTreeMap<&PlanDigest, BTreeMap<&str, String>> = BTreeMap::new();
    for ((plan, shard), runs) in &found.runs {
        for run in runs {
            for build in run.events.iter().filter_map(Event::build) {
                let builds = plans.entry(plan).or_default();
                let what = || format!("shard {shard} in `{}`", run.folder.display());
                builds.entry(build).or_insert_with(what);
            }
        }
    }
    let several = plans.into_iter().filter(|(_, builds)| builds.len() > 1);
    several.map(|(plan, builds)| contradiction(plan, &builds)).collect()
}

/// One remark for each plan of which some runs name a build and others none: these may be of any.
pub(super) fn nameless(found: &Found) -> Vec<String> {
    let mut plans: BTreeMap<&PlanDigest, (Option<&str>, Option<String>)> = BTreeMap::new();
    for ((plan, shard), runs) in &found.runs {
        for run in runs {
            let (build, nameless) = plans.entry(plan).or_default();
            match run.events.iter().find_map(Event::build) {
                Some(own) => *build = build.or(Some(own)),
                None => {
                    *nameless = nameless
                        .take()
                        .or_else(|| Some(format!("shard {shard} in `{}`", run.folder.display())));
                }
            }
        }
    }
    let mixed = plans.into_values().filter_map(|(build, nameless)| build.zip(nameless));
    mixed
        .map(|(build, what)| {
            format!(
                "{what} names no build on a CI machine, and others are of build {build}: see that \
                 it is of this run"
            )
        })
        .collect()
}

fn contradiction(plan: &PlanDigest, builds: &BTreeMap<&str, String>) -> Contradiction {
    let each = builds.iter().map(|(build, what)| format!("{what} is of build {build}"));
    let each = each.map(|line| text::terminal(&line)).collect::<Vec<_>>();
    Contradiction {
        title: format!(
            "plan {plan} was run in {} builds, and these are results of all",
            builds.len()
        ),
        text: format!(
            "{}\nleave out what an earlier build left on a machine; a node may have died before it \
             ran",
            each.join("\n")
        ),
    }
}
