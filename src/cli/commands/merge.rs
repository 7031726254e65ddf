//! `shardwright merge`: many nodes' output folders -> one report.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::WalkDir;

use crate::cli::args::{MergeArgs, SharedFlags};
use crate::cli::commands::finish::Finish;
use crate::cli::commands::merge_foreign;
use crate::cli::commands::output::{self, PLAN};
use crate::cli::commands::stage;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::model::event::Event;
use crate::model::id::ShardNumber;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::report::record::{self, Recorder};
use crate::wire::plan_v1;

pub(crate) fn exec(
    shared: &SharedFlags,
    args: &MergeArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let timings = if args.report.update_timings {
        Some(stage::load_timings(shared, &args.timings, streams)?)
    } else {
        None
    };
    let target = shared.directory.join(&args.report.output);
    if let Some(missing) = args.inputs.iter().find(|input| !input.is_dir()) {
        return Err(Refused {
            message: format!("no folder `{}`", missing.display()),
            hint: Some("name the folder that the results were downloaded to".to_owned()),
            exit: Exit::BadInput,
        }
        .into());
    }
    let folders = result_folders(&args.inputs, &target)?;
    if folders.is_empty() {
        return merge_foreign::exec(&args.inputs, &target, streams);
    }
    let plan = common_plan(&folders)?;
    let shards = shard_folders(&folders);
    let target = output::prepare(&target, None)?;
    fs::write(target.join(PLAN), plan_v1::write(&plan))?;
    let mut outcome = Outcome::of(&plan);
    let mut recorder = Recorder::new(&target, shards.keys().copied())?;
    for event in joined(&shards, &target)? {
        recorder.record(&event)?;
        outcome.apply(&plan, &event);
    }
    let missing = plan.shards.iter().filter(|shard| !shard.is_empty());
    for shard in missing.filter(|shard| !shards.contains_key(&shard.number)) {
        streams.tell(&format!("shard {} of {} has no results", shard.number, plan.shards.len()));
    }
    let file = shared.directory.join(&args.timings);
    let timings = timings.as_ref().map(|timings| (timings, file));
    let fail_on_flaky = args.fail_on_flaky;
    let annotate = environment.get("GITHUB_ACTIONS") == Some("true");
    let output = &target;
    Finish { plan: &plan, outcome: &outcome, output, timings, fail_on_flaky, annotate }
        .exec(streams)
}

/// The folders below `inputs` that hold a plan, sorted; never the one that is written.
fn result_folders(inputs: &[PathBuf], target: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let target = target.canonicalize().ok();
    let mut folders = Vec::new();
    for input in inputs {
        for entry in WalkDir::new(input).sort_by_file_name() {
            let entry = entry.with_context(|| format!("cannot read `{}`", input.display()))?;
            let folder = entry.path().parent().unwrap_or(input);
            let own = folder.canonicalize().ok() == target;
            if entry.file_name() == PLAN && folder.join("shards").is_dir() && !own {
                folders.push(folder.to_path_buf());
            }
        }
    }
    Ok(folders)
}

/// The plan that all folders hold.
fn common_plan(folders: &[PathBuf]) -> Result<Plan, Refused> {
    let refuse = |message: String, hint: &str| Refused {
        message,
        hint: Some(hint.to_owned()),
        exit: Exit::BadInput,
    };
    let mut first: Option<(&PathBuf, Plan)> = None;
    for folder in folders {
        let file = folder.join(PLAN);
        let text = fs::read_to_string(&file).map_err(|error| error.to_string());
        let plan = text.and_then(|text| plan_v1::read(&text).map_err(|error| error.to_string()));
        let plan = plan.map_err(|reason| {
            let message = format!("cannot use the plan `{}`: {reason}", file.display());
            refuse(message, "was that node killed before it had planned? run it again")
        })?;
        match &first {
            Some((other, known)) if known.digest != plan.digest => {
                let (a, b) = (other.display(), folder.display());
                let (x, y) = (&known.digest, &plan.digest);
                let message = format!("`{a}` and `{b}` are of different plans ({x}, {y})");
                return Err(refuse(message, "all nodes need the same tests, timings and flags"));
            }
            Some(_) => {}
            None => first = Some((folder, plan)),
        }
    }
    first.map(|(_, plan)| plan).ok_or_else(|| refuse("no plan".to_owned(), ""))
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

/// All events. A shard that several nodes ran has its attempts one after another, by time.
fn joined(
    shards: &BTreeMap<ShardNumber, Vec<PathBuf>>,
    target: &Path,
) -> anyhow::Result<Vec<Event>> {
    let mut all = Vec::new();
    for (number, folders) in shards {
        let mut runs = Vec::new();
        for folder in folders {
            let file = folder.join("events.ndjson");
            let events = record::read(&file)
                .with_context(|| format!("cannot use the events `{}`", file.display()))?;
            runs.push((events, folder));
        }
        runs.sort_by_key(|(events, _)| events.iter().find_map(started));
        let mut before = 0;
        for (mut events, folder) in runs {
            let attempts = events.iter().filter(|e| matches!(e, Event::AttemptStarted { .. }));
            let attempts = u32::try_from(attempts.count()).unwrap_or(u32::MAX);
            for event in &mut events {
                later(event, before);
            }
            let place = target.join("shards").join(number.to_string());
            copy(folder, &place, before)
                .with_context(|| format!("cannot copy `{}`", folder.display()))?;
            before += attempts;
            all.extend(events);
        }
    }
    Ok(all)
}

fn started(event: &Event) -> Option<crate::model::event::UnixMillis> {
    if let Event::RunStarted { at, .. } = event { Some(*at) } else { None }
}

/// The event as of an attempt that comes after `before` others.
fn later(event: &mut Event, before: u32) {
    match event {
        Event::RunStarted { .. } | Event::RunEnded { .. } => {}
        Event::AttemptStarted { id, .. }
        | Event::TestsListed { id, .. }
        | Event::TestBegan { id, .. }
        | Event::TestEnded { id, .. }
        | Event::RunnerError { id, .. }
        | Event::AttemptEnded { id, .. } => id.attempt += before,
    }
}

/// A shard's files but its events, with its attempts renumbered. Links are left out: what tests
/// wrote is foreign.
fn copy(from: &Path, to: &Path, before: u32) -> anyhow::Result<()> {
    for entry in WalkDir::new(from).min_depth(1) {
        let entry = entry?;
        let inner = entry.path().strip_prefix(from)?;
        let place = to.join(renumbered(inner, before));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&place)?;
        } else if entry.file_type().is_file() && inner != Path::new("events.ndjson") {
            fs::copy(entry.path(), &place)?;
        }
    }
    Ok(())
}

fn renumbered(inner: &Path, before: u32) -> PathBuf {
    let mut parts = inner.components();
    let first = parts.next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let number =
        first.as_deref().and_then(|name| name.strip_prefix("attempt-")?.parse::<u32>().ok());
    match number {
        Some(number) => Path::new(&format!("attempt-{}", number + before)).join(parts.as_path()),
        None => inner.to_path_buf(),
    }
}
