//! `shardwright run`: plan the suite, run it in sandboxes, report.

use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::Context;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::cli::args::{RunArgs, SharedFlags};
use crate::cli::commands::dry_run;
use crate::cli::commands::finish::Finish;
use crate::cli::commands::output::{self, PLAN};
use crate::cli::commands::planning::{Planner, of_part, part_of};
use crate::cli::commands::sink::Sink;
use crate::cli::commands::stage::{self, Asked, History};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::model::suite::{Servers, Suite};
use crate::report::text;
use crate::run::dispatcher::{self, execute};
use crate::run::{Setting, cancel};
use crate::runner::playwright::install::real;
use crate::sandbox::Wish;
use crate::wire::plan_v1;

pub(crate) fn exec(
    shared: &SharedFlags,
    args: &RunArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let RunArgs { suite, plan: flags, run, sandbox } = args;
    let asked = Asked { shared, suite, sandbox, workers: flags.workers };
    let part = run.shard.map(|shard| shard.number);
    let history = stage::load_timings(shared, &flags.timings)?;
    let install = stage::install(&asked)?;
    if run.dry_run {
        return dry_run::exec(&asked, args, &history, environment, streams);
    }
    let folder = real(&asked.project().join(&run.report.output));
    let setting = asked.setting(install, environment, folder.clone())?;
    output::prepare(&folder, part)?;
    let runtime = Runtime::new()?;
    let (plan, outcome) = runtime.block_on(async {
        let wishes = cancel::wishes()?;
        let ran = sharded(args, setting.clone(), &history, wishes, shared.verbose, streams).await;
        setting.sandbox.close().await;
        // Of no use any more, and not before: the engine mounts it whenever it copies.
        std::fs::remove_dir_all(list_folder(&setting)).ok();
        ran
    })?;
    let history = run.report.update_timings.then_some(&history);
    let fail_on_flaky = run.fail_on_flaky;
    let annotate = environment.get("GITHUB_ACTIONS") == Some("true");
    let output = &folder;
    let exit = Finish { plan: &plan, outcome: &outcome, output, history, fail_on_flaky, annotate }
        .exec(streams)?;
    // The suite has tests, or there would be no plan: a node without a share of them is well.
    Ok(if exit == Exit::Nothing { Exit::Passed } else { exit })
}

/// From the suite to the outcome.
async fn sharded(
    args: &RunArgs,
    setting: Setting,
    history: &History,
    wishes: watch::Receiver<Wish>,
    verbose: bool,
    streams: &mut Streams,
) -> anyhow::Result<(Plan, Outcome)> {
    let RunArgs { plan: flags, run, .. } = args;
    let flags = &of_part(flags, args);
    let views = if run.shard.is_some() { 1 } else { flags.shards.most().get() as usize } + 1;
    let folder = list_folder(&setting);
    let suite = stage::listed(&setting, views, &folder, wishes.clone(), streams).await?;
    let planner = Planner::new(&suite, flags, &history.timings, &setting.install.project)?;
    stage::tell_coverage(&suite, history, streams);
    let whole = planner.plan(streams)?;
    let file = setting.output.join(PLAN);
    let wrap = || format!("cannot write `{}`", file.display());
    std::fs::write(&file, plan_v1::write(&whole)).with_context(wrap)?;
    let plan = part_of(whole, run.shard.map(|shard| shard.number));
    let jobs = jobs(&suite, &plan, run.jobs, &setting, streams);
    let options = dispatcher::Options { jobs, shard_timeout: run.shard_timeout };
    let mut sink = Sink::new(&plan, &setting.output, run.progress, verbose, streams)?;
    if let Some(file) = &run.events {
        sink.write_events(file)?;
    }
    execute(&plan, &setting, &options, wishes, &mut |emission| sink.take(&emission)).await;
    let (outcome, trouble) = sink.close();
    if let Some(trouble) = trouble {
        streams.tell(&format!("warning: {trouble}"));
    }
    Ok((plan, outcome))
}

fn list_folder(setting: &Setting) -> std::path::PathBuf {
    setting.output.join("shards").join("list")
}

/// How many shards run at once: where a server of theirs could meet another's, one.
fn jobs(
    suite: &Suite,
    plan: &Plan,
    asked: Option<NonZeroUsize>,
    setting: &Setting,
    streams: &mut Streams,
) -> NonZeroUsize {
    let all = NonZeroUsize::new(plan.shards.len()).unwrap_or(NonZeroUsize::MIN);
    let layout = setting.sandbox.layout(Path::new(""));
    let servers = match &suite.settings.servers {
        Servers::None => return asked.unwrap_or(all),
        Servers::Configured(servers) => text::terminal(servers),
        Servers::Unknown => "a server, perhaps".to_owned(),
    };
    if layout.shares_ports && plan.shards.len() > 1 {
        streams.say(&format!(
            "shards share this machine's ports and the suite starts a server ({servers}): they \
             run one after another, which takes as long as all of them together; in containers \
             they run side by side"
        ));
        return NonZeroUsize::MIN;
    }
    asked.unwrap_or(all)
}
