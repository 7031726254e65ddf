//! `run --plan FILE` and `run --pin FILE`: a plan that was made before goes in; it comes out with
//! what it and the suite of today do not have in common, because a test must not get lost between
//! the two.
//!
//! The file of `--pin` is made by whoever comes first: every node and every later try of a job then
//! finds it, wherever the user keeps it (a cache, a shared folder).

use std::collections::BTreeSet;
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::Context;
use tempfile::NamedTempFile;

use crate::cli::args::RunArgs;
use crate::cli::commands::output::PLAN;
use crate::cli::commands::planning::{Planner, of_part};
use crate::cli::commands::rerun::{self, Rerun};
use crate::cli::commands::stage::{self, History};
use crate::cli::commands::unfit;
use crate::cli::exit::Exit;
use crate::cli::failure::Refused;
use crate::cli::streams::Streams;
use crate::config::flags::plan::Shards;
use crate::config::flags::run::{RunFlags, ShardOf};
use crate::model::event::{AttemptId, Event, ListedTest};
use crate::model::id::{ShardNumber, TestKey};
use crate::model::plan::Plan;
use crate::model::suite::{GroupKind, Suite, TestCase, TestGroup};
use crate::platform;
use crate::report::facts::number_of;
use crate::report::text;
use crate::runner::playwright::install::real;
use crate::wire::{input, plan_v1};

/// How many names are shown of each kind.
const SHOWN: usize = 10;

/// The plan that the user named, if any: a file, or the folder of a report. A pinned one may not
/// be there yet.
pub(crate) fn read(args: &RunArgs) -> Result<Option<Plan>, Refused> {
    let RunFlags { plan, pin, .. } = &args.run;
    // A link that leads nowhere is there, too: no plan can be written in its place.
    if let Some(file) = pin.as_ref().filter(|file| file.symlink_metadata().is_ok()) {
        let plan = load(file).and_then(|plan| whole(plan, file));
        let plan = plan.and_then(|plan| fitting(plan, file, args));
        return plan.map(Some).map_err(|refused| Refused { hint: Some(anew(file)), ..refused });
    }
    let Some(named) = plan else { return Ok(None) };
    load(named).and_then(|plan| fitting(plan, named, args)).map(Some)
}

/// The plan, if it is one of a whole suite: what is pinned is run again and again, and the tests that
/// a re-run leaves out would never run.
fn whole(plan: Plan, file: &Path) -> Result<Plan, Refused> {
    if plan.lineage.reruns.is_none() {
        return Ok(plan);
    }
    Err(Refused {
        message: format!(
            "the plan in `{}` is that of a re-run, and only what a whole suite needs can be pinned",
            file.display()
        ),
        hint: None,
        exit: Exit::BadInput,
    })
}

/// Refuses a pin in the folder that each run makes anew.
pub(crate) fn check_place(args: &RunArgs, output: &Path) -> Result<(), Refused> {
    let Some(file) = &args.run.pin else { return Ok(()) };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = real(folder.unwrap_or(Path::new(".")));
    if !folder.starts_with(real(output)) {
        return Ok(());
    }
    Err(Refused {
        message: format!(
            "`--pin {}` is in the output folder, which each run makes anew",
            file.display()
        ),
        hint: Some("name a file beside it, as `--pin plan.json`".to_owned()),
        exit: Exit::Usage,
    })
}

/// The plan, if it has as many shards as the user says.
fn fitting(plan: Plan, named: &Path, args: &RunArgs) -> Result<Plan, Refused> {
    let (flag, total) = match (args.run.part(), args.plan.shards) {
        (Some(ShardOf { number, total }), _) => (format!("--shard {number}/{total}"), total.get()),
        (None, Shards::Count(total)) if args.run.pin.is_some() => {
            (format!("--shards {total}"), total.get())
        }
        (None, _) => return Ok(plan),
    };
    let shards = plan.shards.len();
    if shards == total as usize {
        return Ok(plan);
    }
    let (named, has) = (named.display(), number_of(shards, "shard"));
    Err(Refused {
        message: format!("`{flag}` does not fit the plan `{named}`, which has {has}"),
        hint: Some(format!("say `--shard I/{shards}`, or plan for {total}")),
        exit: Exit::Usage,
    })
}

fn anew(file: &Path) -> String {
    format!("remove `{}`, and the next run plans anew", file.display())
}

/// The plan in a file, or in the folder of a report. Of a merge with re-runs it is the first one.
pub(crate) fn load(named: &Path) -> Result<Plan, Refused> {
    let file = if named.is_dir() { named.join(PLAN) } else { named.to_path_buf() };
    let text = input::text(&file).map_err(|error| error.to_string());
    let plan = text.and_then(|text| plan_v1::read(&text).map_err(|error| error.to_string()));
    let first = |plan: Plan| match plan.parts().into_iter().next() {
        Some((mut first, _)) => {
            first.digest = first.compute_digest();
            first
        }
        None => plan,
    };
    plan.map(first).map_err(|reason| Refused {
        message: format!("cannot use the plan `{}`: {reason}", file.display()),
        hint: Some("`shardwright plan -o FILE` makes one".to_owned()),
        exit: Exit::BadInput,
    })
}

/// The plan that is run: the pinned one, or one that is made now.
pub(crate) fn or_planned(
    pinned: Option<Plan>,
    suite: &Suite,
    args: &RunArgs,
    history: &History,
    project: &Path,
    earlier: Option<&Rerun>,
    streams: &mut Streams,
) -> anyhow::Result<Plan> {
    unfit::tell(&args.plan.per_test, suite, &args.suite, earlier.is_some(), streams);
    let Some(plan) = pinned else {
        let flags = of_part(&args.plan, args);
        let reruns = rerun::plans(earlier, &args.suite);
        let planner = Planner::new(suite, &flags, &history.timings, project, reruns)?;
        stage::tell_coverage(suite, history, &flags.per_test, streams);
        return planner.plan(streams);
    };
    if suite.groups.is_empty() {
        return Err(stage::nothing().into());
    }
    tell_pinned(&plan, suite, args, streams);
    Ok(plan)
}

/// Pins a plan that was made now, where that was asked for. Where another node was faster, it is its
/// plan that counts.
pub(crate) fn pin(
    plan: Plan,
    suite: &Suite,
    args: &RunArgs,
    streams: &mut Streams,
) -> anyhow::Result<Plan> {
    let Some(file) = &args.run.pin else { return Ok(plan) };
    let wrap = || format!("cannot pin the plan by `{}`", file.display());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(wrap)?;
    let mut beside = tempfile::Builder::new();
    let mut beside: NamedTempFile =
        platform::as_any_new_file(&mut beside).tempfile_in(folder).with_context(wrap)?;
    beside.write_all(plan_v1::write(&plan).as_bytes()).with_context(wrap)?;
    match beside.persist_noclobber(file) {
        Ok(_) => {
            let name = text::terminal(&file.display().to_string());
            streams.say(&format!("plan {} is pinned by {name} from now on", plan.digest));
            Ok(plan)
        }
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            let theirs = read(args)?.unwrap_or(plan);
            tell_pinned(&theirs, suite, args, streams);
            Ok(theirs)
        }
        Err(error) => Err(error.error).with_context(wrap),
    }
}

/// Tests of the suite that no shard of the plan holds. The plan of a re-run leaves out what is
/// well.
pub(crate) fn unplanned<'a>(plan: &Plan, suite: &'a Suite) -> Vec<&'a TestCase> {
    if plan.lineage.reruns.is_some() {
        return Vec::new();
    }
    let planned: BTreeSet<&TestKey> = plan.dealt().map(|(_, test)| &test.key).collect();
    let groups = plan.shards.iter().flat_map(|shard| &shard.groups).map(|planned| &planned.group);
    let opaque = groups.filter(|group| group.kind == GroupKind::Opaque);
    let place = |group: &'_ TestGroup| (group.file.clone(), group.project.clone());
    let whole: BTreeSet<(String, String)> = opaque.map(place).collect();
    let left = suite.groups.iter().filter(|group| !whole.contains(&place(group)));
    left.flat_map(|group| &group.tests).filter(|test| !planned.contains(&test.key)).collect()
}

/// Says that a plan was made before, and what it and the suite do not have in common.
fn tell_pinned(plan: &Plan, suite: &Suite, args: &RunArgs, streams: &mut Streams) {
    if let Some(file) = &args.run.pin {
        let name = text::terminal(&file.display().to_string());
        streams.say(&format!("plan {} is pinned by {name}", plan.digest));
    }
    let differ = tell(plan, suite, streams);
    if let Some(file) = args.run.pin.as_ref().filter(|_| differ) {
        streams.tell(&format!("the suite is another than that of the plan: {}", anew(file)));
    }
}

/// Names what the plan and the suite do not have in common; whether there is anything.
fn tell(plan: &Plan, suite: &Suite, streams: &mut Streams) -> bool {
    let there: BTreeSet<&TestKey> = suite.tests().map(|test| &test.key).collect();
    let gone: Vec<&TestKey> =
        plan.dealt().map(|(_, test)| &test.key).filter(|key| !there.contains(key)).collect();
    let new = unplanned(plan, suite);
    tell_left_out(plan, suite, streams);
    let them = if new.len() == 1 { "it" } else { "them" };
    let what = format!("not in the plan, so that no shard runs {them}");
    name(&what, new.iter().map(|test| &test.key), streams);
    let differ = !new.is_empty() || !gone.is_empty();
    name("in the plan and not in the suite any more", gone.into_iter(), streams);
    differ
}

/// The plan of a re-run holds a part of the suite by intention, and does not say which tests were
/// there when it was made: what is new since cannot be told from what is well.
fn tell_left_out(plan: &Plan, suite: &Suite, streams: &mut Streams) {
    if plan.lineage.reruns.is_none() {
        return;
    }
    let planned: BTreeSet<&TestKey> = plan.dealt().map(|(_, test)| &test.key).collect();
    let left = suite.tests().filter(|test| !planned.contains(&test.key)).count();
    if left > 0 {
        let are = if left == 1 { "1 test is".to_owned() } else { format!("{left} tests are") };
        streams.say(&format!(
            "{are} not in this plan of a re-run: well in what it re-runs, or new since; \
             `--rerun DIR` runs what is new"
        ));
    }
}

pub(super) fn name<'a>(what: &str, keys: impl Iterator<Item = &'a TestKey>, streams: &mut Streams) {
    let keys: BTreeSet<&TestKey> = keys.collect();
    if keys.is_empty() {
        return;
    }
    let tests =
        if keys.len() == 1 { "1 test is".to_owned() } else { format!("{} tests are", keys.len()) };
    let mut lines = vec![format!("warning: {tests} {what}:")];
    let shown = keys.iter().take(SHOWN);
    lines.extend(shown.map(|key| format!("  {}", text::terminal(&key.to_string()))));
    if keys.len() > SHOWN {
        lines.push(format!("  and {} more", keys.len() - SHOWN));
    }
    streams.tell(&lines.join("\n"));
}

/// What puts tests that no shard runs into the outcome, and so into every report: as tests that
/// did not run and that nobody planned.
pub(crate) fn event(tests: &[&TestCase], shard: ShardNumber) -> Event {
    let listed = |test: &&TestCase| ListedTest {
        key: test.key.clone(),
        runner_id: test.runner_id.clone().unwrap_or_default(),
        tags: test.tags.clone(),
        line: test.line,
        column: test.column,
        shared: false,
        serial: None,
    };
    let id = AttemptId { shard, attempt: 1 };
    Event::TestsListed { id, tests: tests.iter().map(listed).collect(), up: None, at: None }
}
