//! Folders of results go in, their plans and every run of each shard come out. A folder that a
//! merge wrote is taken apart again into what was merged.

use std::collections::BTreeMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{ShardRun, moved_by, refuse};
use crate::cli::commands::output::PLAN;
use crate::cli::failure::Refused;
use crate::model::event::Event;
use crate::model::id::{PlanDigest, ShardNumber};
use crate::model::plan::Plan;
use crate::report::facts::number_of;
use crate::report::record;
use crate::wire::{input, plan_v1};

/// All that some folders hold. Shards have the numbers of their own plan, and the attempts of
/// each run count from 1.
#[derive(Default)]
pub(super) struct Found {
    /// Each plan, and the first folder that has it.
    pub(super) plans: BTreeMap<PlanDigest, (Plan, PathBuf)>,
    /// Each shard's runs, in the order of the folders.
    pub(super) runs: BTreeMap<(PlanDigest, ShardNumber), Vec<ShardRun>>,
}

impl Found {
    pub(super) fn read(folders: &[PathBuf]) -> anyhow::Result<Self> {
        let mut found = Self::default();
        // All plans first: one that cannot be used is named before anything else.
        let plans: Vec<Plan> =
            folders.iter().map(|folder| plan(folder)).collect::<Result<_, _>>()?;
        for (folder, whole) in folders.iter().zip(plans) {
            let mut numbers = shards(folder);
            for (plan, offset) in whole.parts() {
                let rest = numbers.split_off(&ShardNumber::at(offset + plan.shards.len()));
                for number in std::mem::replace(&mut numbers, rest) {
                    let local = ShardNumber::at(number.index() - offset);
                    let own = offset + 1..=offset + plan.shards.len();
                    let runs = runs(folder, number, local, own)?;
                    found.runs.entry((plan.digest.clone(), local)).or_default().extend(runs);
                }
                found.take(plan, folder);
            }
            if let Some(number) = numbers.first() {
                return Err(beyond(folder, *number, &whole).into());
            }
        }
        Ok(found)
    }

    /// These plans and their runs; the others stay.
    pub(super) fn take_out(&mut self, plans: &[PlanDigest]) -> Self {
        let its = |digest: &PlanDigest| plans.contains(digest);
        Self {
            plans: self.plans.extract_if(.., |digest, _| its(digest)).collect(),
            runs: self.runs.extract_if(.., |(digest, _), _| its(digest)).collect(),
        }
    }

    /// What came again in a merge has not all of its plan's shards in one place.
    fn take(&mut self, plan: Plan, folder: &Path) {
        let Some((known, _)) = self.plans.get_mut(&plan.digest) else {
            self.plans.insert(plan.digest.clone(), (plan, folder.to_path_buf()));
            return;
        };
        for (known, shard) in known.shards.iter_mut().zip(plan.shards) {
            if known.is_empty() {
                *known = shard;
            }
        }
    }
}

/// The plan of a folder.
fn plan(folder: &Path) -> Result<Plan, Refused> {
    let file = folder.join(PLAN);
    let text = input::regular_text(&file).map_err(|error| error.to_string());
    let plan = text.and_then(|text| plan_v1::read(&text).map_err(|error| error.to_string()));
    plan.map_err(|reason| {
        let message = format!("cannot use the plan `{}`: {reason}", file.display());
        refuse(message, "was that node killed before it had planned? run it again")
    })
}

/// A shard with results that the plan beside it does not have: somebody mixed two folders.
fn beyond(folder: &Path, number: ShardNumber, plan: &Plan) -> Refused {
    let (file, count) = (record::path(folder, number), plan.shards.len());
    let has = format!("the plan beside it has {}", number_of(count, "shard"));
    let message = format!("cannot use the events `{}`: {has}", file.display());
    refuse(message, "results of another plan? keep each run's output folder by itself")
}

/// The shards that have results in a folder.
fn shards(folder: &Path) -> std::collections::BTreeSet<ShardNumber> {
    let entries = fs::read_dir(folder.join("shards")).into_iter().flatten().flatten();
    let number = |entry: fs::DirEntry| {
        let number = entry.file_name().to_string_lossy().parse().ok();
        number.and_then(std::num::NonZeroU32::new).map(ShardNumber::from)
    };
    entries.filter_map(number).filter(|n| record::path(folder, *n).is_file()).collect()
}

/// The runs that a shard's file holds: one, unless a merge wrote it. `own` are the shards of its
/// plan.
fn runs(
    folder: &Path,
    number: ShardNumber,
    local: ShardNumber,
    own: RangeInclusive<usize>,
) -> anyhow::Result<Vec<ShardRun>> {
    let file = record::path(folder, number);
    let events = record::read(&file)
        .with_context(|| format!("cannot use the events `{}`", file.display()))?;
    if let Some((line, reason)) = foreign(&events, number, &own) {
        let message = format!("cannot use the events `{}`: line {line} {reason}", file.display());
        let hint = "each file holds what its own shard said: take the folder as the run wrote it, \
                    or run that shard again";
        return Err(refuse(message, hint).into());
    }
    let place = file.parent().unwrap_or(folder);
    let down = i64::from(local.get()) - i64::from(number.get());
    Ok(segments(events).into_iter().map(|events| run(events, place, down)).collect())
}

/// The first line of a shard's file that another shard would have said, and what is wrong with it.
fn foreign(
    events: &[Event],
    number: ShardNumber,
    own: &RangeInclusive<usize>,
) -> Option<(usize, String)> {
    // The header is line 1, and each line after it is an event.
    (2..).zip(events).find_map(|(line, event)| {
        let said_by = event.attempt().map(|id| id.shard).filter(|shard| *shard != number);
        let reason = match (said_by, event) {
            (Some(other), _) => format!("is of shard {other}, and the file is that of {number}"),
            (None, Event::TestsMoved { from, .. }) if !own.contains(&(from.index() + 1)) => {
                let (first, last) = (own.start(), own.end());
                format!("takes tests from shard {from}, and its plan has {first} to {last}")
            }
            (None, _) => return None,
        };
        Some((line, reason))
    })
}

/// The events of each run. One that told nothing of the shard is of another shard: merges used to
/// note in every shard's file when each run began.
fn segments(events: Vec<Event>) -> Vec<Vec<Event>> {
    let mut all: Vec<Vec<Event>> = Vec::new();
    for event in events {
        match all.last_mut() {
            Some(last) if !matches!(event, Event::RunStarted { .. }) => last.push(event),
            Some(_) | None => all.push(vec![event]),
        }
    }
    let tells = |events: &Vec<Event>| events.iter().any(|event| event.attempt().is_some());
    if all.iter().any(tells) {
        all.retain(tells);
    } else {
        all.truncate(1);
    }
    if all.is_empty() { vec![Vec::new()] } else { all }
}

fn run(mut events: Vec<Event>, folder: &Path, shards: i64) -> ShardRun {
    let attempts = events.iter().filter_map(|event| Some(event.attempt()?.attempt));
    let first = attempts.min().unwrap_or(1).max(1);
    for event in &mut events {
        moved_by(event, shards, 1 - i64::from(first));
    }
    let started = events.iter().filter(|event| matches!(event, Event::AttemptStarted { .. }));
    let attempts = u32::try_from(started.count()).unwrap_or(u32::MAX);
    ShardRun { events, folder: folder.to_path_buf(), first, attempts, before: 0 }
}
