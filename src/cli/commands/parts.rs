//! Folders that `run` and `run --shard I/N` wrote go in, their plan and what each shard said come
//! out.
//!
//! Folders may be of a first run and of re-runs of it, of a job that ran twice, and of a merge of
//! such (`folders`). What they hold is taken apart into runs of single shards (`found`), copies count once
//! (`copies`), and what belongs together (`family`) is put in the order of time (`order`).

mod builds;
mod copies;
mod family;
pub(super) mod folders;
mod found;
mod order;
pub(super) mod places;
mod roots;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;

use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::model::event::{AttemptEnd, AttemptId, Event, FaultKind, UnixMillis};
use crate::model::id::{PlanDigest, ShardNumber};
use crate::model::lineage::Lineage;
use crate::model::outcome::{Contradiction, Outcome};
use crate::model::plan::Plan;
use family::Families;
use found::Found;

/// What several nodes left of one plan and its re-runs; some shards may be missing.
#[derive(Clone)]
pub(crate) struct Parts {
    /// The one plan, or all of them joined.
    pub(crate) plan: Plan,
    /// Each shard's runs by time, one for each node that ran it.
    pub(crate) shards: BTreeMap<ShardNumber, Vec<ShardRun>>,
    /// What a person may want to know of the folders.
    pub(crate) notes: Vec<String>,
    /// What does not fit together among them.
    pub(crate) contradictions: Vec<Contradiction>,
}

/// What one node said about a shard. Its attempts count on from those of earlier nodes.
#[derive(Debug, Clone)]
pub(crate) struct ShardRun {
    pub(crate) events: Vec<Event>,
    /// Where its files are.
    pub(crate) folder: PathBuf,
    /// The number of its first attempt in that folder.
    pub(crate) first: u32,
    /// How many attempts it made.
    pub(crate) attempts: u32,
    /// How many attempts of this shard earlier nodes made.
    pub(crate) before: u32,
}

impl ShardRun {
    /// When its first attempt began; before there is one, when the run did.
    fn began(&self) -> Option<UnixMillis> {
        let attempt = |event: &Event| {
            if let Event::AttemptStarted { at, .. } = event { Some(*at) } else { None }
        };
        self.events.iter().find_map(attempt).or_else(|| self.events.iter().find_map(started))
    }
}

impl ShardRun {
    /// When the queue gave its machine up, where it is what others saved of one.
    fn given_up(&self) -> Option<UnixMillis> {
        let Some(Event::AttemptEnded { end: AttemptEnd::Faulted(fault), at, .. }) =
            self.events.last()
        else {
            return None;
        };
        (fault.kind == FaultKind::NodeLost).then_some(*at)
    }
}

impl Parts {
    /// What the folders hold, all in one.
    pub(crate) fn read(folders: &[PathBuf]) -> anyhow::Result<Self> {
        let found = Found::read(folders)?;
        let families = Families::of(&found);
        let mut contradictions = families.strangers(&found);
        contradictions.extend(families.gaps(&found));
        contradictions.extend(builds::mixed(&found));
        let nameless = builds::nameless(&found);
        let mut parts = Self::of(found, &families)?;
        contradictions.append(&mut parts.contradictions);
        parts.notes.extend(nameless);
        Ok(Self { contradictions, ..parts })
    }

    /// What the folders hold, apart for each plan with its re-runs, the earliest first.
    pub(crate) fn read_each(folders: &[PathBuf]) -> anyhow::Result<Vec<Self>> {
        let mut found = Found::read(folders)?;
        let families = Families::of(&found);
        let each = families.iter().map(|plans| Self::of(found.take_out(plans), &families));
        let mut all: Vec<Self> = each.collect::<anyhow::Result<_>>()?;
        all.sort_by_key(Self::began);
        Ok(all)
    }

    fn of(mut found: Found, families: &Families) -> anyhow::Result<Self> {
        let said = copies::counted_once(&mut found);
        let mut stages = order::stages(found, families);
        if stages.len() > 1 {
            // Those that nobody needed would stand between the shards of one plan and the next.
            for stage in &mut stages {
                let plan = stage.plan.clone();
                stage.plan = plan.without_spare(|number| stage.runs.contains_key(&number));
            }
        }
        let plans: Vec<Plan> = stages.iter().map(|stage| stage.plan.clone()).collect();
        let Some(plan) = Plan::joined(&plans) else {
            return Err(refuse("no plan".to_owned(), "name a folder with results").into());
        };
        let mut shards = BTreeMap::new();
        let mut offset = 0;
        for stage in stages {
            for (number, runs) in stage.runs {
                let number = ShardNumber::at(number.index() + offset);
                shards.insert(number, counted_on(runs, offset));
            }
            offset += stage.plan.shards.len();
        }
        Ok(Self { plan, shards, notes: said.notes, contradictions: said.contradictions })
    }

    /// All events, shard by shard.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.shards.values().flatten().flat_map(|run| &run.events)
    }

    /// What became of the plan.
    pub(crate) fn outcome(&self) -> Outcome {
        let mut outcome = Outcome::of(&self.plan);
        for event in self.events() {
            outcome.apply(&self.plan, event);
        }
        outcome.put_in_order();
        outcome.contradictions.clone_from(&self.contradictions);
        outcome
    }

    /// The shards that have work and no results.
    pub(crate) fn missing(&self) -> impl Iterator<Item = ShardNumber> {
        let planned = self.plan.shards.iter().filter(|shard| !shard.is_empty());
        planned.map(|shard| shard.number).filter(|number| !self.shards.contains_key(number))
    }

    /// Whether a plan of a suite is among them, and not only what a re-run had to do again.
    pub(crate) fn has_first_run(&self) -> bool {
        let Lineage { reruns, parts, .. } = &self.plan.lineage;
        let mut each = parts.iter().map(|part| part.reruns.is_none());
        if parts.is_empty() { reruns.is_none() } else { each.any(|is_first| is_first) }
    }

    /// The digests of the plans that were joined, sorted; that of the one plan where it is alone.
    pub(crate) fn digests(&self) -> Vec<PlanDigest> {
        let parts = self.plan.lineage.parts.iter();
        let mut digests: Vec<PlanDigest> = parts.map(|part| part.digest.clone()).collect();
        if digests.is_empty() {
            digests.push(self.plan.digest.clone());
        }
        digests.sort();
        digests.dedup();
        digests
    }

    /// When the first of the runs began.
    pub(crate) fn began(&self) -> Option<UnixMillis> {
        self.events().filter_map(started).min()
    }
}

/// Refuses inputs that are no folders.
pub(crate) fn check_folders(inputs: &[PathBuf]) -> Result<(), Refused> {
    match inputs.iter().find(|input| !input.is_dir()) {
        Some(missing) => Err(refuse(
            format!("no folder `{}`", missing.display()),
            "name the folder that the results were downloaded to",
        )),
        None => Ok(()),
    }
}

fn refuse(message: String, hint: &str) -> Refused {
    Refused { message, hint: Some(hint.to_owned()), exit: Exit::BadInput }
}

/// A shard's runs, by time, their attempts counted on; `offset` is added to all shards' numbers.
fn counted_on(mut runs: Vec<ShardRun>, offset: usize) -> Vec<ShardRun> {
    runs.sort_by_key(ShardRun::began);
    let mut before = 0;
    for run in &mut runs {
        run.before = before;
        before += run.attempts;
        for event in &mut run.events {
            moved_by(event, i64::try_from(offset).unwrap_or(i64::MAX), i64::from(run.before));
        }
    }
    runs
}

fn started(event: &Event) -> Option<UnixMillis> {
    if let Event::RunStarted { at, .. } = event { Some(*at) } else { None }
}

/// The event as of a shard and an attempt with numbers that are greater by so much, and so the
/// paths of what tests attached.
fn moved_by(event: &mut Event, shards: i64, attempts: i64) {
    let add = |number: u32, more: i64| {
        u32::try_from(i64::from(number).saturating_add(more).max(1)).unwrap_or(u32::MAX)
    };
    let shard = |number: ShardNumber| {
        ShardNumber::from(NonZeroU32::new(add(number.get(), shards)).unwrap_or(NonZeroU32::MIN))
    };
    match event {
        Event::TestsMoved { from, .. } => *from = shard(*from),
        Event::TestEnded { result, .. } => {
            for path in result.attachments.iter_mut().filter_map(|file| file.path.as_mut()) {
                let moved = places::moved(path, |n| add(n, shards), |n| add(n, attempts));
                *path = moved.unwrap_or_else(|| std::mem::take(path));
            }
        }
        Event::RunStarted { .. }
        | Event::AttemptStarted { .. }
        | Event::TestsListed { .. }
        | Event::TestBegan { .. }
        | Event::RunnerError { .. }
        | Event::SandboxUsed { .. }
        | Event::AttemptEnded { .. }
        | Event::RunEnded { .. } => {}
    }
    match event {
        Event::RunStarted { .. } | Event::RunEnded { .. } => {}
        Event::AttemptStarted { id, .. }
        | Event::TestsMoved { id, .. }
        | Event::TestsListed { id, .. }
        | Event::TestBegan { id, .. }
        | Event::TestEnded { id, .. }
        | Event::RunnerError { id, .. }
        | Event::SandboxUsed { id, .. }
        | Event::AttemptEnded { id, .. } => {
            *id = AttemptId { shard: shard(id.shard), attempt: add(id.attempt, attempts) };
        }
    }
}
