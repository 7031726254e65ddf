//! `shardwright run`: plan the suite, run it in sandboxes, report.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::Path;

use anyhow::Context;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::cli::args::{RunArgs, SharedFlags};
use crate::cli::commands::artifacts::{self, Sending};
use crate::cli::commands::at_once;
use crate::cli::commands::beforehand;
use crate::cli::commands::dry_run;
use crate::cli::commands::finish::Finish;
use crate::cli::commands::output::{self, PLAN};
use crate::cli::commands::pinned;
use crate::cli::commands::planning::part_of;
use crate::cli::commands::quarantined;
use crate::cli::commands::rerun::Rerun;
use crate::cli::commands::schedule;
use crate::cli::commands::shared_run;
use crate::cli::commands::shared_run::admission::Place;
use crate::cli::commands::sink::Sink;
use crate::cli::commands::stage::{self, Asked, History};
use crate::cli::commands::start::{begin, list_folder};
use crate::cli::commands::this_node;
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config;
use crate::config::environment::Environment;
use crate::config::flags::log::RUN;
use crate::model::event::Judged;
use crate::model::id::ShardNumber;
use crate::model::outcome::Outcome;
use crate::model::plan::{Plan, PlannedShard};
use crate::model::quarantine::Quarantine;
use crate::model::suite::Suite;
use crate::queue::memory::Pool;
use crate::run::cancel::Wishes;
use crate::run::dispatcher::{self, Drawn, Emission, Limits, execute};
use crate::run::resources::line::Share;
use crate::run::{Setting, cancel, resources};
use crate::runner::playwright::install::real;
use crate::runner::playwright::sources::sources;
use crate::sandbox::Wish;
use crate::storage::Start;
use crate::wire::log_v1::{Entry, Level};
use crate::wire::plan_v1;

pub(crate) fn exec(
    shared: &SharedFlags,
    args: &RunArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let args = &this_node::settled(args, environment, streams)?;
    let RunArgs { suite, plan: flags, run, retry: _, sandbox } = args;
    beforehand::passed_on(suite)?;
    beforehand::image(sandbox)?;
    beforehand::memory(sandbox)?;
    let output = real(&shared.directory.join(&run.report.output));
    pinned::check_place(args, &output)?;
    let pinned = pinned::read(args)?;
    let rerun = Rerun::read(&flags.rerun, Some(&output), streams)?;
    let workers = flags.workers.or(pinned.as_ref().and_then(|plan| NonZeroU32::new(plan.workers)));
    let asked = Asked { shared, suite, sandbox, workers };
    let part = run.part().map(|shard| shard.number);
    let history = stage::load_timings(shared, &flags.timings)?;
    let quarantine = config::quarantine::load(&shared.directory, &run.report.quarantine)?;
    let install = stage::install(&asked)?;
    beforehand::choice(&asked)?;
    if let Some(caveat) = beforehand::caveat(suite) {
        streams.tell(&format!("warning: {caveat}"));
    }
    if pinned.is_none() {
        beforehand::strategy(&asked, flags, environment)?;
    }
    let folder = real(&asked.project().join(&run.report.output));
    if run.dry_run {
        output::check(&folder)?;
        let plans = (pinned, rerun.as_ref());
        return dry_run::exec(&asked, args, plans, &history, environment, streams);
    }
    let resources = config::resources::options(&run.resources, sandbox, environment);
    let stall_timeout = Some(run.stall_timeout);
    let setting = asked.setting(install, environment, folder.clone())?;
    let build = setting.build.or_else(|| run.queue.run_id.as_ref().map(|run| run.0.clone()));
    let setting = Setting { stall_timeout, build, ..setting };
    resources.share.as_ref().map_or(Ok(()), Share::check)?;
    let runtime = Runtime::new()?;
    let start = runtime.block_on(artifacts::begin(args, environment, streams))?;
    let _claim = output::prepare(&folder, part, setting.build.as_deref())?;
    let ran = runtime.block_on(async {
        let (sender, wishes) = cancel::listen()?;
        let mut place = Place::default();
        let ran = sharded(
            args,
            (pinned, rerun.as_ref()),
            (&setting, &resources),
            (&history, &quarantine),
            (sender, wishes),
            (environment, shared.verbose, start, &mut place),
            streams,
        )
        .await;
        place.leave().await;
        setting.sandbox.close().await;
        // Of no use any more, and not before: the engine mounts it whenever it copies.
        std::fs::remove_dir_all(list_folder(&setting)).ok();
        ran
    })?;
    let Ran { plan, mut outcome, is_empty, is_interrupted, sending, saved, wishes } = ran;
    let history = run.report.update_timings.then_some(&history);
    outcome.judge(&quarantine, run.fail_on_flaky);
    let is_whole = part.is_none() && rerun.is_none() && !suite.is_selective();
    quarantined::tell(&quarantine, &outcome, is_whole, streams);
    let (plan, outcome, output) = (&plan, &outcome, &folder);
    let is_part = part.is_some();
    let finish = Finish { plan, outcome, output, history, is_part, environment };
    let exit = finish.exec(streams);
    let shards = plan.shards.iter().map(|shard| shard.number).chain(saved);
    let arrived = sending.finish(&runtime, wishes, (shards.collect(), output), streams);
    let exit = exit?;
    // The suite has tests, or there would be no plan: a node without a share of them is well. But
    // where the whole re-run has nothing to do, it is no better than what it had to re-run.
    if is_interrupted && matches!(exit, Exit::Passed | Exit::Nothing) {
        streams.tell("interrupted: other machines have not run all of it yet");
        return Ok(Exit::Interrupted);
    }
    Ok(arrived.exit(match (exit, rerun) {
        (Exit::Nothing, Some(rerun)) if is_empty => rerun.exit(&quarantine, run.fail_on_flaky),
        (Exit::Nothing, _) => Exit::Passed,
        (exit, _) => exit,
    }))
}

/// What was run, and what became of it.
struct Ran {
    plan: Plan,
    outcome: Outcome,
    /// No shard at all has anything to run.
    is_empty: bool,
    /// Its user ended it while others had work that it could have got.
    is_interrupted: bool,
    sending: Sending,
    /// Shards of machines that were lost, of which it has all that there is.
    saved: Vec<ShardNumber>,
    /// Of who waits for the end of it.
    wishes: watch::Receiver<Wish>,
}

/// From the suite to the outcome.
async fn sharded(
    args: &RunArgs,
    (pinned, rerun): (Option<Plan>, Option<&Rerun>),
    (setting, resources): (&Setting, &resources::Options),
    (history, quarantine): (&History, &Quarantine),
    (sender, wishes): Wishes,
    (environment, verbose, start, place): (&Environment, bool, Option<Start>, &mut Place),
    streams: &mut Streams,
) -> anyhow::Result<Ran> {
    let run = &args.run;
    let shards = pinned.as_ref().map_or(args.plan.shards.most().get() as usize, |p| p.shards.len());
    let (suite, running) = begin(args, setting, shards, wishes.clone(), streams).await?;
    let (was_made, is_pinned) = (pinned.is_some(), pinned.is_some() || run.pin.is_some());
    let project = &setting.install.project;
    let chosen = match rerun {
        Some(rerun) => rerun.rest(suite, streams).map_err(anyhow::Error::from),
        None => Ok(suite),
    };
    let (running, suite) = running.unless_failed(chosen).await?;
    let mut dealt = pinned::or_planned(pinned, &suite, args, history, project, rerun, streams);
    if !was_made {
        dealt = dealt.and_then(|plan| pinned::pin(plan, &suite, args, streams));
    }
    let (running, whole) = running.unless_failed(dealt).await?;
    let unplanned = if is_pinned { pinned::unplanned(&whole, &suite) } else { Vec::new() };
    let shared = shared_run::join(&whole, &run.queue, environment, (&sender, place), streams).await;
    let (running, shared) = running.unless_failed(shared.map_err(anyhow::Error::from)).await?;
    let whole = shared.as_ref().map_or(whole, |shared| shared.plan.clone());
    let plan = match &shared {
        Some(shared) => shared.seen(),
        None => part_of(whole.clone(), run.part().map(|shard| shard.number)),
    };
    if let Some(part) = run.part() {
        // Whoever looks at two nodes sees whether they made the same plan.
        streams.say(&format!("shard {}/{} of plan {}", part.number, part.total, whole.digest));
    }
    let jobs = at_once::jobs(&suite, &plan, args, (setting, resources), streams);
    let open = shared.iter().map(|shared| shared.slot).collect();
    let options =
        options(args, &suite, (setting, resources), quarantine, (jobs, plan.workers, open));
    let sink = Sink::new(&plan, &setting.output, run, verbose, streams);
    let (running, mut sink) = running.unless_failed(sink).await?;
    streams.log().tell(RUN, Level::Info, &Entry::plan(&plan));
    let started = running.go_on(&plan, setting).await?;
    // Not before: it would be the plan of a suite that could not be loaded.
    write_plan(&whole, &setting.output.join(PLAN))?;
    let first = plan.shards.first().filter(|_| !unplanned.is_empty());
    let mut unplanned = first.map(|shard| pinned::event(&unplanned, shard.number));
    let (begun, mut pool) = match &shared {
        Some(shared) => (shared.begun(), Pool::default()),
        None => schedule::scheduled(&plan, run, streams),
    };
    let mut more = |ask| match &shared {
        Some(shared) => shared.draw(ask),
        None => Drawn::Now(pool.take(ask)),
    };
    let goes_on = shared.is_some() || schedule::shares(&plan, run);
    let setting = &Setting { stays: goes_on && setting.sandbox.has_rooms(), ..setting.clone() };
    let sending = Sending::new(start, &setting.output);
    let later = wishes.clone();
    let wishes = (sender, wishes);
    execute(&begun, &mut more, setting, &options, started, wishes, &mut |emission| {
        sink.take(&emission);
        sending.hear(&emission);
        for note in shared.iter().flat_map(|shared| shared.hear(&emission)) {
            sink.note(&note);
        }
        // After the run's own begin.
        if let Some(event) = unplanned.take() {
            sink.take(&Emission::Event(&event));
        }
    })
    .await;
    let (mut outcome, trouble) = sink.close();
    let (mut plan, mut saved, mut is_interrupted) = (plan, Vec::new(), false);
    if let Some(shared) = shared {
        let part = shared.finish(&setting.output, streams).await?;
        (plan, outcome, saved) = (part.plan, part.outcome, part.saved);
        is_interrupted = part.is_interrupted;
    }
    if let Some(trouble) = trouble {
        streams.tell(&format!("warning: {trouble}"));
    }
    let is_empty = whole.shards.iter().all(PlannedShard::is_empty);
    Ok(Ran { plan, outcome, is_empty, is_interrupted, sending, saved, wishes: later })
}

/// How the engine is to run it: `jobs` at once, each shard with so many workers; those that are open
/// take all their work.
fn options(
    args: &RunArgs,
    suite: &Suite,
    (setting, resources): (&Setting, &resources::Options),
    quarantine: &Quarantine,
    (jobs, workers, open): (NonZeroUsize, u32, Vec<ShardNumber>),
) -> dispatcher::Options {
    let run = &args.run;
    let root = suite.settings.root.clone();
    let seen = setting.sandbox.layout(&setting.output).workspace;
    let sources = root.as_deref().and_then(|root| sources(&setting.install, &seen, root));
    let has_quarantine = !quarantine.entries.is_empty();
    let judged = Judged { fails_on_flaky: run.fail_on_flaky, has_quarantine };
    let (failures, quarantine) = (run.most_failures(), quarantine.clone());
    dispatcher::Options {
        jobs,
        workers,
        shard_timeout: run.shard_timeout,
        root,
        sources,
        judged,
        retries: args.retry.options(),
        limits: Limits { time: run.timeout, failures, quarantine },
        open,
        resources: resources.clone(),
    }
}

/// Keeps the plan of all shards beside their results.
fn write_plan(plan: &Plan, file: &Path) -> anyhow::Result<()> {
    let wrap = || format!("cannot write `{}`", file.display());
    std::fs::write(file, plan_v1::write(plan)).with_context(wrap)
}
