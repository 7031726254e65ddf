//! `shardwright merge`: many nodes' output folders -> one report.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::WalkDir;

use crate::cli::args::{MergeArgs, SharedFlags};
use crate::cli::commands::finish::Finish;
use crate::cli::commands::merge_foreign;
use crate::cli::commands::output::{self, PLAN};
use crate::cli::commands::parts::{self, Parts};
use crate::cli::commands::stage;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::report::record::Recorder;
use crate::wire::plan_v1;

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
    let target = shared.directory.join(&args.report.output);
    parts::check_folders(&args.inputs)?;
    let folders = parts::result_folders(&args.inputs, Some(&target))?;
    if folders.is_empty() {
        let (directory, fail_on_flaky) = (&shared.directory, args.fail_on_flaky);
        return merge_foreign::exec(&args.inputs, &target, directory, fail_on_flaky, streams);
    }
    let parts = Parts::read(&folders)?;
    // All that can be wrong with the inputs is known now; from here on the old report goes.
    let target = output::prepare(&target, None)?;
    fs::write(target.join(PLAN), plan_v1::write(&parts.plan))?;
    let mut recorder = Recorder::new(&target, parts.shards.keys().copied())?;
    copy_files(&parts, &target)?;
    for event in parts.events() {
        recorder.record(event)?;
    }
    for number in parts.missing() {
        streams.warn(&format!("shard {number} of {} has no results", parts.plan.shards.len()));
    }
    let (plan, outcome) = (&parts.plan, &parts.outcome());
    let history = history.as_ref();
    let fail_on_flaky = args.fail_on_flaky;
    let annotate = environment.get("GITHUB_ACTIONS") == Some("true");
    let output = &target;
    Finish { plan, outcome, output, history, fail_on_flaky, annotate }.exec(streams)
}

/// The files of all shards but their events.
fn copy_files(parts: &Parts, target: &Path) -> anyhow::Result<()> {
    for (number, runs) in &parts.shards {
        let place = target.join("shards").join(number.to_string());
        for run in runs {
            copy(&run.folder, &place, run.before)
                .with_context(|| format!("cannot copy `{}`", run.folder.display()))?;
        }
    }
    Ok(())
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
