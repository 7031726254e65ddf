//! Folders that `run` and `run --shard I/N` wrote go in, their plan and what each shard said come
//! out.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::WalkDir;

use crate::cli::commands::output::PLAN;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::model::event::{Event, UnixMillis};
use crate::model::id::ShardNumber;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::report::record;
use crate::wire::{input, plan_v1};

/// What several nodes left of one plan; some of its shards may be missing.
pub(crate) struct Parts {
    pub(crate) plan: Plan,
    /// Each shard's runs by time, one for each node that ran it.
    pub(crate) shards: BTreeMap<ShardNumber, Vec<ShardRun>>,
}

/// What one node said about a shard. Its attempts count on from those of earlier nodes.
pub(crate) struct ShardRun {
    pub(crate) events: Vec<Event>,
    /// Where its files are.
    pub(crate) folder: PathBuf,
    /// How many attempts of this shard earlier nodes made.
    pub(crate) before: u32,
}

impl Parts {
    /// What the folders hold; all must be of one plan.
    pub(crate) fn read(folders: &[PathBuf]) -> anyhow::Result<Self> {
        let mut plans = plans(folders)?.into_iter();
        let Some((folder, plan)) = plans.next() else {
            return Err(refuse("no plan".to_owned(), "name a folder with results").into());
        };
        if let Some((other, theirs)) = plans.find(|(_, other)| other.digest != plan.digest) {
            let (a, b) = (folder.display(), other.display());
            let (x, y) = (&plan.digest, &theirs.digest);
            let message = format!("`{a}` and `{b}` are of different plans ({x}, {y})");
            let hint = "all nodes need the same tests, timings and flags";
            return Err(refuse(message, hint).into());
        }
        Ok(Self { plan, shards: shard_runs(&shard_folders(folders))? })
    }

    /// What the folders hold, apart for each plan, the earliest first.
    pub(crate) fn read_each(folders: &[PathBuf]) -> anyhow::Result<Vec<Self>> {
        let mut by_plan: BTreeMap<_, Vec<PathBuf>> = BTreeMap::new();
        for (folder, plan) in plans(folders)? {
            by_plan.entry(plan.digest).or_default().push(folder);
        }
        let all: anyhow::Result<Vec<Self>> =
            by_plan.values().map(|folders| Self::read(folders)).collect();
        let mut all = all?;
        all.sort_by_key(Self::began);
        Ok(all)
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
        outcome
    }

    /// The shards that have work and no results.
    pub(crate) fn missing(&self) -> impl Iterator<Item = ShardNumber> {
        let planned = self.plan.shards.iter().filter(|shard| !shard.is_empty());
        planned.map(|shard| shard.number).filter(|number| !self.shards.contains_key(number))
    }

    fn began(&self) -> Option<UnixMillis> {
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

/// The folders below `inputs` that hold a plan and shards, sorted; never `target`.
pub(crate) fn result_folders(
    inputs: &[PathBuf],
    target: Option<&Path>,
) -> anyhow::Result<Vec<PathBuf>> {
    let target = target.and_then(|target| target.canonicalize().ok());
    let mut folders = Vec::new();
    for input in inputs {
        for entry in WalkDir::new(input).sort_by_file_name() {
            let entry = entry.with_context(|| format!("cannot read `{}`", input.display()))?;
            let folder = entry.path().parent().unwrap_or(input);
            let own = target.is_some() && folder.canonicalize().ok() == target;
            if entry.file_name() == PLAN && folder.join("shards").is_dir() && !own {
                folders.push(folder.to_path_buf());
            }
        }
    }
    Ok(folders)
}

/// The plan of each folder.
fn plans(folders: &[PathBuf]) -> Result<Vec<(PathBuf, Plan)>, Refused> {
    let plan = |folder: &PathBuf| {
        let file = folder.join(PLAN);
        let text = input::regular_text(&file).map_err(|error| error.to_string());
        let plan = text.and_then(|text| plan_v1::read(&text).map_err(|error| error.to_string()));
        let plan = plan.map_err(|reason| {
            let message = format!("cannot use the plan `{}`: {reason}", file.display());
            refuse(message, "was that node killed before it had planned? run it again")
        })?;
        Ok((folder.clone(), plan))
    };
    folders.iter().map(plan).collect()
}

fn refuse(message: String, hint: &str) -> Refused {
    Refused { message, hint: Some(hint.to_owned()), exit: Exit::BadInput }
}

/// Each shard's folders with results, one for each node that ran it.
fn shard_folders(folders: &[PathBuf]) -> BTreeMap<ShardNumber, Vec<PathBuf>> {
    let mut found: BTreeMap<ShardNumber, Vec<PathBuf>> = BTreeMap::new();
    for folder in folders {
        let entries = fs::read_dir(folder.join("shards")).into_iter().flatten().flatten();
        for entry in entries {
            let number = entry.file_name().to_string_lossy().parse().ok();
            let number = number.and_then(std::num::NonZeroU32::new).map(ShardNumber::from);
            if let Some(number) = number.filter(|n| record::path(folder, *n).is_file()) {
                found.entry(number).or_default().push(entry.path());
            }
        }
    }
    found
}

/// Each shard's runs, by time, their attempts counted on.
fn shard_runs(
    shards: &BTreeMap<ShardNumber, Vec<PathBuf>>,
) -> anyhow::Result<BTreeMap<ShardNumber, Vec<ShardRun>>> {
    let mut all = BTreeMap::new();
    for (number, folders) in shards {
        let mut runs = Vec::new();
        for folder in folders {
            let file = folder.join("events.ndjson");
            let events = record::read(&file)
                .with_context(|| format!("cannot use the events `{}`", file.display()))?;
            runs.push(ShardRun { events, folder: folder.clone(), before: 0 });
        }
        runs.sort_by_key(|run| run.events.iter().find_map(started));
        let mut before = 0;
        for run in &mut runs {
            run.before = before;
            before += attempts(&run.events);
            for event in &mut run.events {
                later(event, run.before);
            }
        }
        all.insert(*number, runs);
    }
    Ok(all)
}

fn attempts(events: &[Event]) -> u32 {
    let started = events.iter().filter(|event| matches!(event, Event::AttemptStarted { .. }));
    u32::try_from(started.count()).unwrap_or(u32::MAX)
}

fn started(event: &Event) -> Option<UnixMillis> {
    if let Event::RunStarted { at, .. } = event { Some(*at) } else { None }
}

/// The event as of an attempt that comes after `before` others.
fn later(event: &mut Event, before: u32) {
    match event {
        Event::RunStarted { .. } | Event::RunEnded { .. } => {}
        Event::AttemptStarted { id, .. }
        | Event::TestsMoved { id, .. }
        | Event::TestsListed { id, .. }
        | Event::TestBegan { id, .. }
        | Event::TestEnded { id, .. }
        | Event::RunnerError { id, .. }
        | Event::SandboxUsed { id, .. }
        | Event::AttemptEnded { id, .. } => id.attempt += before,
    }
}
