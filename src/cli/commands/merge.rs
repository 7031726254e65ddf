//! `shardwright merge`: many nodes' output folders -> one report.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::WalkDir;

use crate::cli::args::{MergeArgs, SharedFlags};
use crate::cli::commands::fetched::Inputs;
use crate::cli::commands::finish::Finish;
use crate::cli::commands::merge_foreign;
use crate::cli::commands::output::{self, PLAN};
use crate::cli::commands::parts::folders::result_folders;
use crate::cli::commands::parts::{self, Parts, ShardRun, places};
use crate::cli::commands::quarantined;
use crate::cli::commands::stage;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::config::quarantine;
use crate::model::event::{Event, Judged};
use crate::model::outcome::Outcome;
use crate::model::quarantine::Quarantine;
use crate::report::record::{EVENTS, Recorder};
use crate::report::text;
use crate::wire::plan_v1;

/// What the shards of an output folder printed.
const LOG: &str = "log.txt";
/// Files that are not copied as they are.
const APART: [&str; 2] = [EVENTS, LOG];

pub(crate) fn exec(
    shared: &SharedFlags,
    args: &MergeArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let history = if args.report.update_timings {
        Some(stage::load_timings(shared, &args.timings)?)
    } else {
        None
    };
    let quarantine = quarantine::load(&shared.directory, &args.report.quarantine)?;
    let inputs = Inputs::of(&args.inputs, environment, streams)?;
    let args = &MergeArgs { inputs: inputs.paths.clone(), ..args.clone() };
    let target = shared.directory.join(&args.report.output);
    let folders = args.inputs.iter().filter(|input| !merge_foreign::is_file(input));
    parts::check_folders(&folders.cloned().collect::<Vec<_>>())?;
    let found = result_folders(&args.inputs, Some(&target))?;
    if found.folders.is_empty() {
        return merge_foreign::exec(args, &target, &shared.directory, streams);
    }
    merge_foreign::refuse_beside(&args.inputs, &found, &target)?;
    let mut parts = Parts::read(&found.folders)?;
    parts.contradictions.extend(found.left_out());
    inputs.explain(&mut parts);
    // All that can be wrong with the inputs is known now; from here on the old report goes.
    let ready = output::prepare(&target, None, None)?;
    let target = ready.folder.clone();
    fs::write(target.join(PLAN), plan_v1::write(&parts.plan))?;
    let plan = parts.plan.clone();
    parts.plan = plan.without_spare(|number| parts.shards.contains_key(&number));
    fs::create_dir_all(target.join("shards"))?;
    record(&parts, &target)?;
    copy_files(&parts, &target)?;
    for note in &parts.notes {
        streams.say(&text::terminal(note));
    }
    tell_parts(&parts, streams);
    let mut outcome = parts.outcome();
    for number in parts.missing().filter(|number| !outcome.has_given_all(*number)) {
        streams.warn(&format!("shard {number} of {} has no results", parts.plan.shards.len()));
    }
    let fails_on_flaky = args.fail_on_flaky || judged(&parts, |run| run.fails_on_flaky);
    outcome.judge(&quarantine, fails_on_flaky);
    tell_judged(&parts, &outcome, args.fail_on_flaky, &quarantine, streams);
    quarantined::tell(&quarantine, &outcome, parts.has_first_run(), streams);
    let (plan, outcome) = (&parts.plan, &outcome);
    let history = history.as_ref();
    let output = &target;
    let is_part = false;
    Finish { plan, outcome, output, history, is_part, environment }.exec(streams)
}

/// Whether one of the runs was judged like this.
fn judged(parts: &Parts, like: impl Fn(Judged) -> bool) -> bool {
    parts.events().filter_map(Event::judged).any(like)
}

/// A job that joins the results may lack the settings of those that made them. What fails a node
/// fails here, too, or all would be well in the end; what a node excused, nobody knows here.
fn tell_judged(
    parts: &Parts,
    outcome: &Outcome,
    fail_on_flaky: bool,
    quarantine: &Quarantine,
    streams: &mut Streams,
) {
    let counts = outcome.counts();
    if counts.flaky > 0 && !fail_on_flaky && judged(parts, |run| run.fails_on_flaky) {
        streams.warn("flaky tests fail this run: its nodes were told so by --fail-on-flaky");
    }
    let lost = quarantine.entries.is_empty() && judged(parts, |run| run.has_quarantine);
    if lost && counts.unexcused() > 0 {
        streams.warn(
            "warning: the nodes had a quarantine and there is none here, so every failure counts: \
             check the repository out first, or name the file with --quarantine",
        );
    }
}

/// Each shard's events, run by run.
fn record(parts: &Parts, target: &Path) -> anyhow::Result<()> {
    for (number, runs) in &parts.shards {
        // When a run began and ended is told to every shard that a recorder knows.
        let mut recorder = Recorder::new(target, std::iter::once(*number))?;
        for event in runs.iter().flat_map(|run| &run.events) {
            recorder.record(event)?;
        }
    }
    Ok(())
}

/// Where several plans were joined: which shards are whose.
fn tell_parts(parts: &Parts, streams: &mut Streams) {
    let mut last = 0;
    for part in &parts.plan.lineage.parts {
        let (first, what) = (last + 1, if part.reruns.is_some() { "re-run" } else { "plan" });
        last += part.shards;
        let shards = if first == last {
            format!("shard {first} is")
        } else {
            format!("shards {first} to {last} are")
        };
        streams.say(&format!("{shards} of {what} {}", part.digest));
    }
}

/// The files of all shards but their events.
fn copy_files(parts: &Parts, target: &Path) -> anyhow::Result<()> {
    for (number, runs) in &parts.shards {
        let place = target.join("shards").join(number.to_string());
        let mut seen = BTreeSet::new();
        for run in runs {
            let wrap = || format!("cannot copy `{}`", run.folder.display());
            copy(run, &place).with_context(wrap)?;
            if seen.insert(&run.folder) {
                add_log(&run.folder, &place).with_context(wrap)?;
            }
        }
    }
    Ok(())
}

/// What a run printed, behind what the runs before it did.
fn add_log(from: &Path, to: &Path) -> std::io::Result<()> {
    let from = from.join(LOG);
    if from.symlink_metadata().is_ok_and(|meta| meta.is_file()) {
        let mut log = OpenOptions::new().create(true).append(true).open(to.join(LOG))?;
        std::io::copy(&mut File::open(from)?, &mut log)?;
    }
    Ok(())
}

/// A shard's files but its events, with its attempts renumbered. Links are left out: what tests
/// wrote is foreign.
fn copy(run: &ShardRun, to: &Path) -> anyhow::Result<()> {
    let from = &run.folder;
    for entry in WalkDir::new(from).min_depth(1) {
        let entry = entry?;
        let inner = entry.path().strip_prefix(from)?;
        let Some(place) = renumbered(inner, run).map(|inner| to.join(inner)) else { continue };
        if entry.file_type().is_dir() {
            fs::create_dir_all(&place)?;
        } else if entry.file_type().is_file() && !APART.iter().any(|name| inner == Path::new(name))
        {
            fs::copy(entry.path(), &place)?;
        }
    }
    Ok(())
}

/// Where a file of a run stands among all runs of its shard; none for one of another run.
fn renumbered(inner: &Path, run: &ShardRun) -> Option<PathBuf> {
    let mut parts = inner.components();
    let first = parts.next()?.as_os_str().to_str();
    let Some(first) = first else { return Some(inner.to_path_buf()) };
    let number = |attempt: u32| {
        let own = attempt.checked_sub(run.first).filter(|own| *own < run.attempts.max(1))?;
        Some(own + run.before + 1)
    };
    Some(Path::new(&places::renamed(first, number)?).join(parts.as_path()))
}
